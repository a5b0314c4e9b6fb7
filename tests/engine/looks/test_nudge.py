"""A nudge: closed forms where there are some, mpmath and a second run elsewhere."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from explorer.engine import BadSequence, Layer, Network, Recurrence, gradient_flow
from explorer.engine.looks.nudge import _in_logs, _plain, nudge
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.engine.recurrence.readings.step import Given
from explorer.engine.recurrence.readings.value import after, values

from ...shipped import VARIETY

F = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "identity": lambda z: z,
}


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_a_change_of_an_activation_has_all_its_digits(name: str) -> None:
    values = (-40.0, -3.0, -1e-3, 0.0, 0.7, 18.0, 40.0)
    for z, d in itertools.product(values, (1e-250, -1e-30, 1e-8, -0.5, 2.0, -100.0, 100.0)):
        with mpmath.workdps(400):
            expected = F[name](mpmath.mpf(z) + mpmath.mpf(d)) - F[name](mpmath.mpf(z))
        got = float(ACTIVATIONS[name].change(np.array([z]), np.array([d]))[0])
        # z + d is rounded once; what is left of it carries that error.
        left = 2e-16 * abs(z) * (name == "relu" and z < 0 < d)
        assert got == pytest.approx(float(expected), rel=1e-13, abs=left), (z, d)


def some(cell: str, activation: str = "tanh", hidden: int = 6, steps: int = 12, gain: float = 1.1):
    net = Network.random(cell=cell, activation=activation, inputs=2, hidden=hidden, outputs=1, gain=gain, seed=3)
    return net.forward(np.random.default_rng(1).normal(size=(steps, 2)))


def again(trace, k: int, unit: int, size: float) -> np.ndarray:
    """Return the changes of s_k..s_T by a second run."""
    start = trace.s[k].copy()
    start[unit] += size
    return trace.network.forward(trace.x[k:], start).s - trace.s[k:]


@pytest.mark.parametrize("cell", list(KERNELS))
@pytest.mark.parametrize("size", [0.3, -1.0, 1e-3])
def test_the_true_change_is_that_of_a_second_run(cell: str, size: float) -> None:
    trace = some(cell)
    for unit in (0, trace.width - 1):
        found = nudge(trace, 2, unit, size)
        changes = again(trace, 2, unit, size)
        got = np.exp(found.log_true)[:, None] * found.true
        np.testing.assert_allclose(got, changes, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cell", list(KERNELS))
def test_a_tiny_nudge_follows_the_jacobians(cell: str) -> None:
    trace = some(cell)
    found = nudge(trace, 0, 1, 1e-9)
    assert found.deviation.max() < 1e-6
    assert found.breaks() is None


def test_the_linear_network_follows_the_jacobians_whatever_the_size() -> None:
    found = nudge(some("rnn", "identity"), 3, 2, 1e6)
    assert found.deviation.max() < 1e-12


def test_the_relu_network_follows_them_until_a_unit_switches() -> None:
    net = Network.from_arrays(activation="relu", U=[[1.0]], W=[[1.0]])
    trace = net.forward(np.zeros((5, 1)), [1.0])
    assert nudge(trace, 0, 0, -0.9).breaks() is None
    # Below −1 the state is cut off at zero.
    broken = nudge(trace, 0, 0, -3.0)
    assert broken.breaks() == 1
    np.testing.assert_allclose(broken.log_true, [np.log(3.0), 0, 0, 0, 0, 0], atol=1e-15)


def test_a_change_keeps_its_logarithm_far_below_the_range_of_floats() -> None:
    trace = some("rnn", hidden=8, steps=900, gain=0.2)
    found = nudge(trace, 0, 0, 0.01)
    assert found.log_true[-1] < -1000
    # So small, the two decay alike; what differs is a factor that the first steps left.
    late = found.log_true[50:] - found.log_predicted[50:]
    np.testing.assert_allclose(late, late[0], atol=1e-9)


def test_a_large_nudge_saturates_and_the_prediction_is_off() -> None:
    found = nudge(some("rnn", gain=1.5), 1, 0, 3.0)
    assert found.breaks() == 2
    assert found.deviation[0] == 0.0


def test_a_nudge_that_can_not_be_is_refused() -> None:
    trace = some("rnn")
    for k, unit, size in ((13, 0, 1.0), (0, 6, 1.0), (0, 0, 0.0), (0, 0, np.nan)):
        with pytest.raises(BadSequence):
            nudge(trace, k, unit, size)


NETWORKS = {
    **{name: {"layers": [Layer(name, 3)]} for name in VARIETY if name not in KERNELS},
    "stack": {"layers": [Layer("lstm", 2), Layer("mist", 2), Layer("gru", 3)]},
    "residual stack": {"layers": [Layer("mgu", 3), Layer("lru", 3, skip="residual")]},
    "encoder and decoder": {"layers": [Layer("gru", 3)], "decoder": [Layer("gru", 3)]},
    "weights of every step": {"layers": [Layer("rnn", 3, steps=12)]},
}
"""Networks that are run by their equations."""


def course_of(name: str):
    network = Network.random(inputs=2, outputs=1, gain=0.9, bias=0.1, seed=3, **NETWORKS[name])
    x = np.random.default_rng(1).normal(size=(12, 2))
    return network.forward(x, seam=5 if network.decoder else None).only


def stepped(course, k: int, unit: int, size: float) -> np.ndarray:
    """Return the changes of s_k..s_T where each step is made twice by itself, the older states with what became of them."""
    changes = np.zeros((course.steps + 1, course.width))
    changes[k, unit] = size
    moved = course.s + changes
    for t in range(k, course.steps):
        moved[t + 1] = next_state(course, moved, t)
    return moved[k:] - course.s[k:]


def next_state(course, s: np.ndarray, t: int) -> np.ndarray:
    """Return s_{t+1} by the value of the step, without any run."""
    beyond = course.seam is not None and t >= course.seam
    piece = course.chain.whole.halves[-1] if beyond else course.chain.whole
    weights = {own: weight[t] if own in piece.steps else weight for own, weight in course.network.of(piece).items()}
    older = {delay: s[t + 1 - delay] if delay <= t + 1 else piece.step.start() for delay in range(2, 200)}
    x = np.concatenate([np.zeros((9, course.x.shape[1])), course.x])[:, : piece.step.inputs]
    earlier = {delay: x[9 + t - delay] for delay in piece.step.recurrence.input_delays}
    given = Given(s[t], x[9 + t], t + 1.0, older, earlier)
    return after(piece.step, values(piece.step, weights, given))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [0.3, -1.0])
def test_true_change_of_any_network_is_that_of_its_steps_made_again(name: str, size: float) -> None:
    course = course_of(name)
    for unit in (0, course.width - 1):
        found = nudge(course, 2, unit, size)
        got = np.exp(found.log_true)[:, None] * found.true
        np.testing.assert_allclose(got, stepped(course, 2, unit, size), rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", NETWORKS)
def test_prediction_is_the_column_of_the_flow_and_tiny_nudges_follow_it(name: str) -> None:
    course = course_of(name)
    flow = gradient_flow(course)
    for unit in (0, course.width - 1):
        found = nudge(course, 1, unit, 1e-9)
        for t in (1, 2, 6, course.steps):
            P, log = flow.product(t, 1)
            column = 1e-9 * np.exp(log) * P[:, unit]
            got = np.exp(found.log_predicted[t - 1]) * found.predicted[t - 1]
            np.testing.assert_allclose(got, column, rtol=1e-9, atol=1e-21)
        assert found.breaks(1e-5) is None


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [0.4, 1e-120])
def test_changes_in_logarithms_are_the_plain_ones(name: str, size: float) -> None:
    course = course_of(name)
    d = np.zeros(course.width)
    d[0] = size
    with np.errstate(all="ignore"):
        for plain, logs in zip(_plain(course, 2, d, d), _in_logs(course, 2, d, d), strict=True):
            np.testing.assert_allclose(plain[0], logs[0], rtol=0, atol=1e-10)
            np.testing.assert_allclose(plain[1], logs[1], rtol=0, atol=1e-10)


def test_change_that_older_states_have_kept_is_larger_than_the_last_one() -> None:
    """s_t = 1e-200 s_{t−1} + ½ s_{t−3}: after two steps the nudge is next to nothing, after three it is half of itself."""
    cell = Recurrence.parse("h = a * h[1] + 0.5 * h[3] + U @ x", start={"a": 1e-200})
    network = Network.random(layers=[Layer(cell, 1)], inputs=1, outputs=1)
    found = nudge(network.forward(np.zeros((6, 1))), 0, 0, 1.0)
    expected = [1.0, 1e-200, 0.0, 0.5, 1e-200, 0.0, 0.25]
    for place in (0, 1, 3, 4, 6):
        assert found.log_true[place] == pytest.approx(np.log(expected[place]), abs=1e-9)
    assert found.log_true[2] == pytest.approx(2 * np.log(1e-200), abs=1e-9)
    assert found.deviation.max() < 1e-9


def test_what_is_infinite_is_moved_by_no_nudge() -> None:
    network = Network.random(layers=[Layer("slstm", 2)], inputs=2, outputs=1)
    course = network.forward(np.ones((4, 2))).only
    found = nudge(course, 0, course.parts["l"].start, 0.5)
    assert np.isneginf(found.log_true).all()
    assert np.isneginf(found.log_predicted[1:]).all()
    assert found.deviation.tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
