"""Gradients against autograd and central differences; their terms against the sum and against the formulas."""

from types import SimpleNamespace

import numpy as np
import pytest

from explorer.engine import Network, bptt, gradient_check, gradient_flow
from explorer.engine.errors import BadTargets, Stopped

from ..conftest import KINDS
from ..gradients import CASES, FIELDS, LOSSES, PLACES, assert_gradients, case_name, network_of, random_targets
from ..reference import assert_nats, logarithm

STEPS = 6
TRUNCATIONS = ({}, {"window": 1}, {"window": 3}, {"window": STEPS}, {"chunk": 1}, {"chunk": 4}, {"chunk": 3})
every_place = pytest.mark.parametrize("at", PLACES)
# Every cell with every place and every loss, every place with every loss.
PAIRS = [(kind, at, LOSSES[(i + j) % 3]) for i, kind in enumerate(KINDS) for j, at in enumerate(PLACES)]
# Every cell with every place and every cut, every place with every cut.
CUTS = {(kind, at): TRUNCATIONS[(i + j) % 3 :: 3] for i, kind in enumerate(KINDS) for j, at in enumerate(PLACES)}


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_loss_and_gradients_are_those_of_autograd(case):
    trace = network_of(case).forward(case["x"], s0=case["s0"])
    gradient = bptt(trace, np.array(case["targets"]), case["loss"], case["at"], chunk=case["chunk"])
    np.testing.assert_allclose(gradient.losses[-len(case["losses"]) :], case["losses"], rtol=1e-12, atol=1e-15)
    assert gradient.loss == pytest.approx(sum(case["losses"]), rel=1e-12, abs=1e-15)
    stored = {name: np.array(value) for name, value in case["gradients"].items()}
    if case["activation"] == "relu":
        # A dead network's gradient is stored as one zero.
        stored = {name: np.broadcast_to(value, getattr(gradient, name).shape) for name, value in stored.items()}
    # PyTorch has the error of a nearly certain output, 1 − p, to 1e-16 only.
    assert_gradients(gradient, SimpleNamespace(**stored), fields=stored, tolerance=1e-11, floor=1e-14)


@pytest.mark.parametrize(("cell", "at", "loss"), PAIRS)
def test_gradients_are_central_differences(cell, at, loss, random_trace):
    trace = random_trace(cell, hidden=3, steps=4, gain=1.5)
    assert gradient_check(trace, random_targets(trace, loss, at), loss, at) < 1e-7


def test_gradient_check_finds_a_wrong_gradient(random_trace, monkeypatch):
    trace = random_trace(("rnn", "tanh"), hidden=3)
    targets = random_targets(trace, "cross_entropy", "every")
    true = trace.network.kernel.pull

    def wrong(self, net, slopes, g, delta):  # noqa: ARG001 - bound to the class
        return 1.01 * true(net, slopes, g, delta)

    monkeypatch.setattr(type(trace.network.kernel), "pull", wrong)
    deviation = gradient_check(trace, targets)
    assert deviation > 1e-3
    assert deviation.parameter in ("U", "W", "b", "x", "s0")
    assert deviation.tried > 20


def test_gradient_check_stops_when_told(random_trace):
    trace = random_trace(("rnn", "tanh"))
    with pytest.raises(Stopped):
        gradient_check(trace, random_targets(trace, "cross_entropy", "every"), stop=lambda: True)


def test_gradient_check_keeps_away_from_kinks():
    network = Network.from_arrays(
        cell="rnn", activation="relu", U=[[1.0], [1.0]], W=np.eye(2), b=[1e-5, -1e-5], V=np.eye(2)
    )
    assert gradient_check(network.forward(np.zeros((4, 1))), [0, 1, 0, 1]) < 1e-7


@every_place
def test_terms_add_up_to_the_gradient_however_they_are_summed(kind, at, random_trace):
    trace = random_trace(kind, hidden=3, steps=STEPS)
    pairs = [(t, k) for t in range(1, STEPS + 1) for k in range(1, t + 1)]
    for cut in CUTS[kind, at]:
        gradient = bptt(trace, random_targets(trace, "cross_entropy", at), at=at, **cut)
        for name in ("U", "W", "b", "b_rec"):
            whole = getattr(gradient, name)
            close = {"rtol": 0, "atol": 1e-13 * max(1.0, np.abs(whole).max())}
            one_by_one = sum(gradient.term(name, t, k) for t, k in pairs)
            np.testing.assert_allclose(one_by_one, whole, **close, err_msg=f"{name} {cut}")
            for by, first in (("lag", 0), ("source", 1), ("loss", 1)):
                sums = [gradient.total(name, by, i) for i in range(first, STEPS + first)]
                np.testing.assert_allclose(sum(sums), whole, **close, err_msg=f"{name} by {by} {cut}")
        assert gradient.items_deviation() < 1e-13, cut


@pytest.mark.parametrize(("cell", "at", "cut"), [(cell, at, cut) for (cell, at), cuts in CUTS.items() for cut in cuts])
def test_log_terms_are_logarithms_of_the_terms(cell, at, cut, random_trace):
    trace = random_trace(cell, hidden=3, steps=STEPS)
    gradient = bptt(trace, random_targets(trace, "squared_error", at), "squared_error", at, **cut)
    for name in ("U", "W", "b", "b_rec"):
        expected = np.full((STEPS, STEPS), np.nan)
        for t in range(1, STEPS + 1):
            for k in range(1, t + 1):
                expected[t - 1, k - 1] = logarithm(np.linalg.norm(gradient.term(name, t, k)))
        assert_nats(gradient.log_terms(name), expected)
    assert_nats(gradient.log_delta, gradient.log_terms("b"))


def test_log_totals_are_logarithms_of_the_totals(kind, random_trace):
    trace = random_trace(kind, hidden=3, steps=STEPS)
    gradient = bptt(trace, random_targets(trace, "cross_entropy", "every"), window=5)
    for name in ("U", "W", "b", "b_rec"):
        for by, first, logs in (
            ("lag", 0, gradient.by_lag),
            ("source", 1, gradient.by_source),
            ("loss", 1, gradient.by_loss),
        ):
            sums = [gradient.total(name, by, i) for i in range(first, STEPS + first)]
            assert_nats(logs(name), logarithm([np.linalg.norm(s) for s in sums]))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_delta_follows_the_formula_of_the_simple_cell(activation, random_trace):
    trace = random_trace(("rnn", activation), steps=6)
    targets = random_targets(trace, "squared_error", "every")
    gradient, J, net = bptt(trace, targets, "squared_error"), trace.jacobians(), trace.network
    slope = np.exp(trace.only.motion.terms()[0].coefficient.log)
    for t in range(1, 7):
        g = net.V.T @ (trace.y[t - 1] - targets[t - 1])
        for k in range(t, 0, -1):
            np.testing.assert_allclose(gradient.delta(t, k), slope[k - 1] * g, rtol=1e-11, atol=1e-13)
            g = J[k - 1].T @ g


def test_vector_jacobian_product_is_the_jacobian_times_the_vector(kind, random_trace):
    trace = random_trace(kind)
    net, J = trace.network, trace.jacobians()
    slopes = net.kernel.slopes(net, trace.s[:-1], trace.z, trace.s[1:])
    g = np.random.default_rng(3).normal(size=(trace.steps, trace.width))
    pulled = net.kernel.pull(net, slopes, g, np.empty_like(trace.z))
    np.testing.assert_allclose(pulled, np.einsum("ti,tij->tj", g, J), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("cut", [{"window": 3}, {"chunk": 3}], ids=str)
def test_truncated_terms_are_true_zeros_and_undefined_ones_nan(kind, cut, random_trace):
    trace = random_trace(kind, steps=STEPS)
    gradient = bptt(trace, random_targets(trace, "cross_entropy", "every"), **cut)
    t, k = np.indices((STEPS, STEPS))
    kept = t - k < 3 if "window" in cut else t // 3 == k // 3
    for name in ("U", "W", "b"):
        terms = gradient.log_terms(name)
        np.testing.assert_array_equal(np.isnan(terms), k > t)
        np.testing.assert_array_equal(np.isneginf(terms), (k <= t) & ~kept)


def test_window_and_chunk_are_two_truncations(kind, random_trace):
    trace = random_trace(kind, steps=STEPS)
    targets = random_targets(trace, "cross_entropy", "every")
    whole, window, chunk = bptt(trace, targets), bptt(trace, targets, window=3), bptt(trace, targets, chunk=3)
    for one, other in ((whole, window), (whole, chunk), (window, chunk)):
        assert np.abs(one.W - other.W).max() > 1e-6
    for one in (window, chunk):
        np.testing.assert_array_equal(one.V, whole.V)


@pytest.mark.parametrize("cut", [{"window": STEPS}, {"window": 10**6}, {"chunk": STEPS}], ids=str)
def test_truncation_as_long_as_the_sequence_cuts_nothing(kind, cut, random_trace):
    trace = random_trace(kind, steps=STEPS)
    targets = random_targets(trace, "cross_entropy", "every")
    assert_gradients(bptt(trace, targets, **cut), bptt(trace, targets), tolerance=0)


def test_loss_at_the_last_step_alone_fills_the_last_row_alone(kind, random_trace):
    trace = random_trace(kind, steps=STEPS)
    gradient = bptt(trace, 1, at="last")
    assert np.isneginf(gradient.log_delta[:-1][np.tri(STEPS, dtype=bool)[:-1]]).all()
    assert np.isfinite(gradient.log_delta[-1]).all()
    assert not gradient.losses[:-1].any()


def test_row_of_the_mean_is_what_enters_at_that_state(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=STEPS)
    gradient, net = bptt(trace, np.zeros(2), "squared_error", at="mean"), trace.network
    entering = net.V.T @ (net.V @ trace.s[1:].mean(axis=0) + net.c) / STEPS
    for t in (1, 4, STEPS):
        np.testing.assert_allclose(gradient.delta(t, t), entering / np.cosh(trace.z[t - 1]) ** 2, rtol=1e-12)


def test_term_of_e_to_the_minus_5000_is_a_number(simple):
    network = simple(np.exp(-5.0) * np.eye(2))
    gradient = bptt(network.forward(np.ones((1001, 1))), np.ones((1001, 2)), "squared_error")
    lag = np.subtract.outer(np.arange(1001.0), np.arange(1001.0))
    expected = np.where(lag >= 0, 0.5 * np.log(2) - 5 * lag, np.nan)
    assert_nats(gradient.log_delta, expected)
    assert gradient.by_lag("U")[1000] == pytest.approx(0.5 * np.log(2) - 5000, abs=1e-9)


def test_slope_that_underflows_is_not_taken_for_zero(simple):
    network = simple(np.eye(2), "tanh", b=[400.0, 500.0])
    gradient = bptt(network.forward(np.ones((6, 1))), np.zeros((6, 2)), "squared_error")
    # tanh' = 4 e^{−2|z|}; the first state comes from s_0 = 0, the others from ones.
    steps = 2 * np.log(2) - 2 * np.array([400.0, 401, 401, 401, 401, 401])
    assert_nats(gradient.log_delta[-1], np.cumsum(steps[::-1])[::-1], tolerance=1e-9)


def test_entry_that_vanishes_beside_another_is_not_lost_with_it(simple):
    # The unit that keeps its gradient dies at step 1; what the other one has left, e^-1000 of it, must be seen.
    network = simple(np.diag([1.0, np.exp(-100.0)]), "relu", U=[[-1e9], [1.0]], b=[1.0, 1.0])
    x = np.zeros((11, 1))
    x[0] = 1.0
    gradient = bptt(network.forward(x), np.full((11, 2), 3.0), "squared_error")
    assert gradient.log_delta[-1, 0] == pytest.approx(np.log(2.0) - 1000.0, abs=1e-6)


def test_dead_network_has_true_zeros(simple):
    network = simple(np.eye(2), "relu", b=[-1.0, -1.0])
    gradient = bptt(network.forward(np.zeros((5, 1))), np.ones((5, 2)), "squared_error")
    assert np.isneginf(gradient.log_delta[np.tri(5, dtype=bool)]).all()
    assert gradient.by_lag("W")[2] == -np.inf


def test_long_lag_terms_can_be_gone_while_the_sum_is_healthy(random_trace):
    trace = random_trace(("rnn", "tanh"), hidden=16, steps=60, gain=0.5)
    gradient = bptt(trace, random_targets(trace, "cross_entropy", "every"))
    assert np.linalg.norm(gradient.W) > 1e-2
    assert gradient.by_lag("W")[50] < -30


def test_log_delta_is_bounded_by_the_flow(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=20)
    gradient, flow = bptt(trace, random_targets(trace, "cross_entropy", "every")), gradient_flow(trace)
    spectral = flow.log_spectral_norm()
    for t, k in ((20, 1), (15, 10), (7, 2)):
        bound = logarithm(np.linalg.norm(gradient.entering[t - 1])) + spectral[t, k]
        assert gradient.log_delta[t - 1, k - 1] <= bound + 1e-9


class TestOneUnit:
    """Pascanu, Mikolov and Bengio 2013, figure 6: x_t = w σ(x_{t−1}) + b, in the coordinates s_t = σ(x_t)."""

    @staticmethod
    def gradient(w, b):
        network = Network.from_arrays(
            cell="rnn", activation="sigmoid", readout="identity", U=[[0.0]], W=[[w]], b=[b], V=[[1.0]]
        )
        trace = network.forward(np.zeros((50, 1)), s0=[1 / (1 + np.exp(-0.5))])
        # The paper's error is twice the half squared one.
        found = bptt(trace, 0.7, "squared_error", at="last")
        return 2 * found.loss, 2 * found.W[0, 0], 2 * found.b[0]

    def test_error_and_slopes_at_the_published_point(self):
        np.testing.assert_allclose(
            self.gradient(5.0, -2.5), (0.0240888688, 0.0863116695, 0.1009250176), rtol=0, atol=5e-11
        )

    def test_wall_stands_where_the_paper_has_it(self):
        steepest = min((self.gradient(5.0, b)[2], b) for b in np.linspace(-2.61235, -2.61233, 401))
        # The very top is −5751.1 at b = −2.61234136; the published number stands beside it.
        assert steepest[0] == pytest.approx(-5748.9, rel=5e-4)
        assert steepest[1] == pytest.approx(-2.61234, abs=5e-6)


def test_arrays_are_read_only(kind, random_trace):
    trace = random_trace(kind)
    gradient = bptt(trace, random_targets(trace, "cross_entropy", "every"))
    assert not any(getattr(gradient, field).flags.writeable for field in (*FIELDS, "losses"))


def test_overflow_is_a_result(simple):
    gradient = bptt(simple([[1e200]], U=[[1.0]]).forward(np.ones((4, 1))), np.ones((4, 1)), "squared_error")
    assert not np.isfinite(gradient.W).all()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"at": "first"}, "first.*every, last, mean"),
        ({"loss": "hinge"}, "hinge.*cross_entropy"),
        ({"window": 0}, "window is 0"),
        ({"chunk": -1}, "chunk is -1"),
        ({"window": 2, "chunk": 2}, "not by both"),
        ({"at": "last"}, r"shape \(12,\) for a loss taken once: .* at='every'"),
    ],
)
def test_what_there_is_not_is_refused(wrong, says, random_trace):
    with pytest.raises(BadTargets, match=says):
        bptt(random_trace(("rnn", "tanh")), np.zeros(12, dtype=int), **wrong)


@pytest.mark.parametrize(
    "ask",
    [
        lambda g: g.term("W", 3, 4),
        lambda g: g.term("W", 13, 1),
        lambda g: g.term("V", 2, 1),
        lambda g: g.log_terms("V"),
        lambda g: g.total("W", "colour", 1),
        lambda g: g.total("W", "source", 0),
    ],
)
def test_terms_that_there_are_not_are_refused(ask, random_trace):
    with pytest.raises(BadTargets):
        ask(bptt(random_trace(("rnn", "tanh")), np.zeros(12, dtype=int)))
