"""The terms of a gradient: however their norms stray, whatever overflows, and that the work on them can be stopped."""

import numpy as np
import pytest

from explorer.engine import Network, bptt, gradient_check, rtrl
from explorer.engine.errors import Stopped
from explorer.engine.gradient.credit import credit
from explorer.engine.norms import log_norms
from explorer.engine.recurrence.credit.shares import weighted
from explorer.engine.signed import Signed

from ..gradients import changed, random_targets
from ..reference import assert_nats
from ..test_long_work import after

LONG = 150
WAYS = ("lag", "source", "loss")


def carried(gradient, t):
    """Return ln ‖δ_{t,k}‖ for k = 1..t, one row by itself, its norm taken out at every step."""
    trace, logs, scale = gradient.trace, [], 0.0
    net = trace.network
    slopes = net.kernel.slopes(net, trace.s[:-1], trace.z, trace.s[1:])
    g = np.zeros((1, trace.width))
    g[0, : net.hidden] = gradient.entering[t - 1]
    for k in range(t, 0, -1):
        delta = np.empty((1, len(net.b)))
        g = net.kernel.pull(net, slopes[k - 1], g, delta)
        logs.append(scale + np.log(np.linalg.norm(delta)))
        size = np.linalg.norm(g)
        g, scale = g / size, scale + np.log(size)
    return logs[::-1]


@pytest.mark.parametrize("gain", [0.02, 1.0, 30.0])
def test_rows_carried_together_are_those_carried_alone(kind, gain, random_trace):
    trace = random_trace(kind, hidden=4, steps=LONG, gain=gain)
    gradient = bptt(trace, random_targets(trace, "cross_entropy", "every"))
    for t in (1, 60, LONG):
        if np.isfinite(gradient.log_delta[t - 1, :t]).all():
            assert_nats(gradient.log_delta[t - 1, :t], carried(gradient, t), tolerance=1e-9)


@pytest.mark.parametrize("by", WAYS)
def test_sums_of_terms_far_beyond_float64_have_their_logarithms(by, simple):
    # W = e^-5 I and every gradient one: term (t, k) of ∂L/∂b is e^{-5(t−k)} in both units.
    T = 400
    found = bptt(simple(np.exp(-5.0) * np.eye(2)).forward(np.ones((T, 1))), np.ones((T, 2)), "squared_error")
    steps, lag = np.arange(1.0, T + 1), np.arange(float(T))
    near = -np.log1p(-np.exp(-5.0))
    expected = {"lag": np.log(T - lag) - 5.0 * lag, "source": near + 0 * steps, "loss": near + 0 * steps}[by]
    got = found.items.log_totals("b", by) - 0.5 * np.log(2.0) - logarithm_of_error(found)
    inner = slice(0, -20) if by == "source" else slice(20, None) if by == "loss" else slice(None)
    np.testing.assert_allclose(got[inner], expected[inner], atol=1e-9)


def in_logarithms(gradient, t, names):
    """Return ln of the terms (t, k), k = 1..t, of some weights together, one row by itself, every entry in logarithms."""
    carrier = credit(gradient.trace.only)
    row = Signed.of(np.zeros((1, carrier.layout.width)))
    enter = Signed.of(gradient.entering[t - 1])
    row.log[:, carrier.layout.entry], row.sign[:, carrier.layout.entry] = enter.log, enter.sign
    found = np.empty(t)
    with np.errstate(all="ignore"):
        for k in reversed(range(t)):
            row, delta = carrier.log_pull(k, row)
            found[k] = carrier.log_shares.log_norms(names, k, delta)[0]
    return found


@pytest.mark.parametrize("bias", [150.0, 500.0])
def test_saturated_network_is_that_carried_in_logarithms(bias, random_trace):
    calm = random_trace(("rnn", "tanh"), hidden=5, steps=25)
    net = Network.from_arrays(
        cell="rnn", activation="tanh", readout="softmax",
        U=calm.network.U, W=calm.network.W, b=[bias, -bias, bias + 9, bias - 5, -bias], V=calm.network.V,
    )  # fmt: skip
    found = bptt(net.forward(calm.x), np.zeros(25, dtype=int))
    assert (found.log_delta[-1, :5] < -20 * bias).all()
    for t in (1, 10, 25):
        assert_nats(found.log_delta[t - 1, :t], in_logarithms(found, t, ["1/b"]), tolerance=1e-8)


def test_rows_carried_in_logarithms_are_those_of_the_sweep(kind, random_trace):
    found = bptt(random_trace(kind, hidden=4, steps=15), np.zeros(15, dtype=int))
    names = [name for name in found.trace.network.weights if name.startswith("1/W")]
    for t in (1, 8, 15):
        assert_nats(found.log_terms("W")[t - 1, :t], in_logarithms(found, t, names), tolerance=1e-10)


def logarithm_of_error(found):
    return float(np.log(np.abs(found.entering[-1, 0])))


def overflowing(**change):
    """Return the gradient of a ReLU unit whose state is inf from step 4 on."""
    network = Network.from_arrays(cell="rnn", activation="relu", readout="identity", U=[[1.0]], W=[[1e150]], V=[[1.0]])
    return bptt(network.forward(np.ones((8, 1))), np.ones((8, 1)), "squared_error", **change)


@pytest.mark.parametrize("name", ["U", "W", "b"])
@pytest.mark.parametrize("by", WAYS)
def test_sum_with_a_term_that_is_no_number_is_never_zero(name, by):
    found = overflowing()
    assert not np.isfinite(getattr(found, name)).all()
    logs, terms = found.items.log_totals(name, by), found.log_terms(name)
    t, k = np.indices(terms.shape)
    place = {"lag": t - k, "source": k, "loss": t}[by]
    for group in range(8):
        inside = terms[(place == group) & (k <= t)]
        if np.isneginf(inside).all():
            assert logs[group] == -np.inf
        elif np.isnan(inside).any() or np.isposinf(inside).any():
            assert np.isnan(logs[group]) or np.isposinf(logs[group])
        else:
            assert np.isfinite(logs[group])


def test_what_is_cut_of_an_overflowed_gradient_is_zero_and_what_is_kept_no_number():
    found = overflowing(window=2)
    t, k = np.indices((8, 8))
    assert np.isneginf(found.log_delta[t - k >= 2]).all()
    assert np.isneginf(found.by_lag("W")[2:]).all()
    assert not np.isfinite(found.by_lag("W")[:2]).any()
    assert not np.isneginf(found.by_lag("W")[:2]).any()


def test_overflowed_gradient_is_not_taken_for_a_right_one():
    found = overflowing()
    assert np.isnan(found.items_deviation())
    checked = gradient_check(found.trace, np.ones((8, 1)), "squared_error")
    assert np.isnan(checked)
    assert checked.parameter == "U"
    assert checked.tried == 1


def test_finite_gradient_of_an_infinite_loss_can_not_be_checked():
    network = Network.from_arrays(
        cell="rnn", activation="identity", readout="identity", U=[[1.0]], W=[[0.5]], V=[[1.0]]
    )
    trace = network.forward(np.full((3, 1), 1e160))
    found = bptt(trace, np.zeros((3, 1)), "squared_error")
    assert np.isposinf(found.loss)
    assert np.isfinite(found.b).all()
    assert np.isnan(gradient_check(trace, np.zeros((3, 1)), "squared_error"))


def test_deviation_of_a_gradient_whose_squares_overflow_is_seen():
    network = Network.from_arrays(
        cell="rnn", activation="identity", readout="identity", U=[[1.0]], W=[[0.5]], V=[[1.0]]
    )
    found = bptt(network.forward(np.full((3, 1), 1e180)), 0.0, "squared_error", at="last")
    assert np.isnan(found.items_deviation())
    smaller = bptt(network.forward(np.full((3, 1), 1e120)), 0.0, "squared_error", at="last")
    assert smaller.items_deviation() < 1e-12
    assert changed(smaller, W=1.5 * smaller.W).items_deviation() == pytest.approx(1 / 3, rel=1e-9)


def test_true_zero_times_an_infinite_state_is_zero():
    infinite = np.full((2, 3), np.inf)
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(weighted(infinite, np.array([-np.inf, 0.0])), [[0.0] * 3, [np.inf] * 3])


def test_norms_are_told_apart_where_squares_leave_float64():
    vectors = np.array([[3e-200, 4e-200], [3e200, 4e200], [0.0, 0.0], [np.inf, 1.0], [np.nan, np.inf], [3.0, 4.0]])
    expected = [np.log(5.0) - 200 * np.log(10), np.log(5.0) + 200 * np.log(10), -np.inf, np.inf, np.nan, np.log(5.0)]
    np.testing.assert_allclose(log_norms(vectors), expected, rtol=1e-14)
    assert log_norms(vectors[0]) == pytest.approx(expected[0])


@pytest.mark.parametrize("ask", [
    lambda g, **how: g.items.log_terms("W", **how),
    lambda g, **how: g.items.totals("W", "lag", **how),
    lambda g, **how: g.items.sum("W", **how),
    lambda g, **how: g.items_deviation(**how),
    lambda g, **how: rtrl(g.trace, np.zeros(30, dtype=int), **how),
])  # fmt: skip
def test_work_on_the_terms_stops_when_told_and_says_how_far_it_is(ask, random_trace):
    trace = random_trace(("rnn", "tanh"), steps=30)
    for calls in (0, 1, 17):
        with pytest.raises(Stopped):
            ask(bptt(trace, np.zeros(30, dtype=int)), stop=after(calls))
    heard = []
    ask(bptt(trace, np.zeros(30, dtype=int)), report=heard.append)
    assert heard == sorted(heard)
    assert (heard[0] >= 0.0, heard[-1]) == (True, 1.0)


def test_stopped_work_can_be_asked_for_again(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=30)
    found = bptt(trace, np.zeros(30, dtype=int))
    with pytest.raises(Stopped):
        found.items.log_terms("W", stop=after(5))
    np.testing.assert_array_equal(found.log_terms("W"), bptt(trace, np.zeros(30, dtype=int)).log_terms("W"))
