"""All losses of a run carried back in one sweep, for every cell: on whatever scale, saturated, truncated, told to stop."""

import numpy as np
import pytest

from explorer.engine.errors import Stopped
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.credit.fronts import fronts
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.signed import Signed

from .cells import EVERY, made

STEPS = 12
each_cell = pytest.mark.parametrize("name", EVERY)


def credit_of(step, weights, steps=STEPS):
    rng = np.random.default_rng(41)
    run = roll(step, weights, rng.standard_normal((steps, step.inputs)), rng.standard_normal(step.N))
    return MotionOfEquations(run).credit, rng.standard_normal(run.out.shape)


def terms(credit, entering, names, last=None):
    """ln of the norms (T, T) at [t, k] of the terms of some weights, as fronts tell them, and how many were made again."""
    T = credit.steps
    found, again = np.full((T, T), -np.inf), set()
    for front in fronts(credit, entering, last or (lambda _: T), names):
        found[front.t, front.k] = front.log_norms(credit, names)
        again |= set(front.t) if front.logs is not None else set()
    return found, len(again)


def alone(credit, entering, names, t):
    """The same of one loss (t,), carried by itself in logarithms."""
    row = Signed.of(np.zeros((1, credit.layout.width)))
    enter = Signed.of(entering[t])
    row.log[:, credit.layout.entry], row.sign[:, credit.layout.entry] = enter.log, enter.sign
    found = np.empty(t + 1)
    with np.errstate(all="ignore"):
        for k in range(t, -1, -1):
            row, delta = credit.log_pull(k, row)
            found[k] = credit.log_shares.log_norms(names, k, delta)[0]
    return found


def assert_nats(found, expected, tolerance):
    np.testing.assert_array_equal(np.isneginf(found), np.isneginf(expected))
    some = ~np.isneginf(expected)
    np.testing.assert_allclose(found[some], expected[some], rtol=1e-12, atol=tolerance)


@each_cell
def test_rows_carried_together_are_those_carried_alone(name):
    step, weights = made(name)
    credit, entering = credit_of(step, weights)
    entering[3] = 0.0
    names = [key for key in weights if key.startswith(("U", "W", "b"))] or list(weights)
    found, _ = terms(credit, entering, names)
    assert np.isneginf(found[3]).all()
    for t in (0, 5, STEPS - 1):
        assert_nats(found[t, : t + 1], alone(credit, entering, names, t), 1e-7)
    assert np.isneginf(found[np.triu_indices(STEPS, 1)]).all()


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "mgu", "mingru", "cornn", "peephole"])
@pytest.mark.parametrize("bias", [150.0, -900.0])
def test_saturated_cell_has_all_digits_of_its_terms(name, bias):
    step, weights = made(name)
    weights = {key: np.full_like(one, bias) if key.startswith("b") else one for key, one in weights.items()}
    credit, entering = credit_of(step, weights)
    found, _ = terms(credit, entering, list(weights))
    for t in (0, 5, STEPS - 1):
        assert_nats(found[t, : t + 1], alone(credit, entering, list(weights), t), 1e-8)


def test_gradient_that_vanishes_over_hundreds_of_steps_is_a_number_and_needs_no_logarithms():
    step, weights = made("rnn", width=3)
    weights = {**weights, "W": np.exp(-9.0) * np.eye(3), "b": np.zeros(3), "U": 1e-3 * weights["U"]}
    credit, entering = credit_of(step, weights, 200)
    found, again = terms(credit, entering, ["b"])
    assert again == 0
    slopes = np.diff(found[199, ::-1])
    np.testing.assert_allclose(slopes, -9.0, atol=0.5)
    assert found[199, 0] < -1700


def test_gate_that_is_shut_has_terms_of_its_own_beside_far_larger_ones():
    """All of W together hides what the forget gate's rows have; asked for alone they are e^−800 and no zero."""
    step, weights = made("lstm")
    credit, entering = credit_of(step, {**weights, "b_f": np.full(4, -800.0)})
    together = [f"W_{gate}" for gate in "ifgo"]
    found, again = terms(credit, entering, together)
    assert again == 0
    shut, again = terms(credit, entering, ["W_f"])
    assert again > 0
    lower = np.tri(STEPS, dtype=bool)
    assert (found[lower] > -100).all()
    assert ((shut[lower] < -750) & np.isfinite(shut[lower])).all()
    for t in (2, STEPS - 1):
        assert_nats(shut[t, : t + 1], alone(credit, entering, ["W_f"], t), 1e-8)


def test_dead_units_are_true_zeros_and_nothing_is_made_again():
    step = sized(Recurrence.parse("h = relu(W @ h + U @ x + b)"), 3, 4)
    rng = np.random.default_rng(42)
    weights = {key: 0.5 * rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    credit, entering = credit_of(step, {**weights, "b": np.full(4, -50.0)})
    found, again = terms(credit, entering, ["W", "U", "b"])
    assert np.isneginf(found).all()
    assert again == 0


def test_what_is_truncated_is_zero_and_the_rest_as_it_was():
    credit, entering = credit_of(*made("mgu"))
    whole, _ = terms(credit, entering, ["W_n", "W_f"])
    cut, _ = terms(credit, entering, ["W_n", "W_f"], last=lambda k: min(STEPS, k + 3))
    t, k = np.indices(whole.shape)
    np.testing.assert_allclose(cut[t - k <= 3], whole[t - k <= 3], rtol=1e-12)
    assert np.isneginf(cut[t - k > 3]).all()


def test_sweep_stops_when_told_and_says_how_far_it_is():
    credit, entering = credit_of(*made("rnn"))
    told = []
    assert len(list(fronts(credit, entering, lambda _: STEPS, ["W"], report=told.append))) == STEPS
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Stopped):
        list(fronts(credit, entering, lambda _: STEPS, ["W"], stop=lambda: True))
    assert not list(fronts(credit, 0 * entering, lambda _: STEPS, ["W"]))


def test_norm_of_a_family_is_that_of_all_its_weights():
    step, weights = made("gru")
    credit, entering = credit_of(step, weights)
    names = ["W_r", "W_z", "W_n"]
    together, _ = terms(credit, entering, names)
    apart = np.stack([terms(credit, entering, [name])[0] for name in names], axis=-1)
    np.testing.assert_allclose(together, norm_of_logs(apart), rtol=1e-10)
