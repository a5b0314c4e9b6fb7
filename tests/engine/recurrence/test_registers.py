"""∂s_t/∂s_k of cells that read older states: the companion matrices' corner, sums over delays, and changed runs agree."""

import numpy as np
import pytest

from explorer.engine import TooBig, limits
from explorer.engine.recurrence import registers
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll

from .cells import made

CELLS = {
    "two delays": "h = tanh(W @ h + 0.5 * (V @ h[3]) + U @ x)",
    "the last state is not read": "h = tanh(W @ h[2] + U @ x)",
    "two parts": "c = 0.6 * c[2] + tanh(W @ h + U @ x)\nh = tanh(c + a * h[2])",
}


def motion(name, T=12):
    if name == "mist":
        step, weights = made("mist", inputs=2, width=3)
    else:
        step = sized(Recurrence.parse(CELLS[name]), 2, 3)
        rng = np.random.default_rng(1)
        weights = {key: 0.8 * rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    rng = np.random.default_rng(0)
    return MotionOfEquations(roll(step, weights, rng.standard_normal((T, 2)), 0.3 * rng.standard_normal(step.N)))


def by_sums(found, k):
    """P_{t,k} (T−k+1, N, N)."""
    return np.array([np.exp(log) * P for P, log in registers.products(found, k)])


@pytest.mark.parametrize("name", [*CELLS, "mist"])
@pytest.mark.parametrize("k", [0, 4])
def test_corner_of_the_companion_product_is_the_sum_over_delays(name, k):
    found = motion(name)
    N, C = found.width, registers.companion(found, 0, found.steps)
    whole, expected = np.eye(C.shape[-1]), []
    for t in range(k, found.steps + 1):
        expected.append(whole[:N, :N])
        if t < found.steps:
            whole = C[t] @ whole
    np.testing.assert_allclose(by_sums(found, k), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [*CELLS, "mist"])
def test_product_is_what_becomes_of_a_small_change_of_one_state(name):
    found, k = motion(name), 3
    P = by_sums(found, k)
    for unit in range(found.width):
        d = {k: 1e-7 * np.eye(found.width)[unit]}
        for t in range(k, found.steps):
            older = {delay: d[t + 1 - delay] for delay in found.delays[1:] if t + 1 - delay in d}
            d[t + 1] = found.change(t, d.get(t, np.zeros(found.width)), older)
            np.testing.assert_allclose(d[t + 1], 1e-7 * P[t + 1 - k][:, unit], rtol=1e-4, atol=1e-13)


@pytest.mark.parametrize("name", [*CELLS, "mist"])
def test_companion_in_logarithms_is_the_plain_one(name):
    found = motion(name)
    C = registers.companion(found, 0, found.steps)
    for t in (1, 5, found.steps):
        np.testing.assert_allclose(registers.log_companion(found, t).value(), C[t - 1], rtol=1e-11, atol=1e-15)


def test_delays_beyond_the_run_take_no_room():
    assert registers.depth(motion("mist", T=12)) == 8
    assert registers.depth(motion("two delays", T=2)) == 1


def test_product_that_leaves_float64_is_a_number_and_a_true_zero_is_one():
    step = sized(Recurrence.parse("h = a * h[2] + 0 * (U @ x)"), 1, 2)
    run = roll(step, {"a": np.full(2, 1e-30), "U": np.zeros((2, 1))}, np.zeros((80, 1)))
    logs = [log for _, log in registers.products(MotionOfEquations(run), 0)]
    np.testing.assert_allclose(logs[80], 0.5 * np.log(2.0) + 40 * np.log(1e-30), rtol=1e-12)
    assert logs[79] == -np.inf


def test_registers_that_do_not_fit_are_refused_before_anything_is_made_and_the_width_that_is_offered_fits(monkeypatch):
    def companion(width):
        step = sized(Recurrence.parse("h = tanh(a * h[60] + h + U @ x)"), 1, width)
        run = roll(step, {"a": np.ones(width), "U": np.ones((width, 1))}, np.zeros((64, 1)))
        return registers.companion(MotionOfEquations(run), 0, 1)

    with pytest.raises(TooBig, match="60 states of width 400"):
        companion(400)
    monkeypatch.setattr(limits, "most_bytes", lambda: 10_000_000)
    with pytest.raises(TooBig, match="a width of 18 fits"):
        companion(40)
    assert companion(18).shape == (1, 1080, 1080)
    with pytest.raises(TooBig):
        companion(19)
