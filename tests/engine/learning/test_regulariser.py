"""Ω: closed forms, central differences of the frozen function, and an independent computation from dense Jacobians."""

import numpy as np
import pytest

from explorer.engine import Batch, Network, bptt, bptt_batch, forward_batch
from explorer.engine.learning.regulariser import omega
from explorer.engine.learning.settings import OMEGAS

from ..gradients import random_targets

LENGTHS = (3, 7, 5)
every_form = pytest.mark.parametrize("form", OMEGAS)


def gradient_of(kind, at="every", lengths=LENGTHS, gain=1.2, seed=3):
    cell, activation = kind
    network = Network.random(
        cell=cell, activation=activation, inputs=3, hidden=4, outputs=2, gain=gain, bias=0.1, seed=seed
    )
    rng = np.random.default_rng(5)
    xs = [rng.normal(size=(T, 3)) for T in lengths]
    targets = [random_targets(network.forward(x), "cross_entropy", at, seed=i) for i, x in enumerate(xs)]
    return bptt_batch(forward_batch(network, Batch.of(network, xs, targets, "cross_entropy", at))), xs, targets


def frozen(traces, arriving, form, W=None):
    """Ω of every trace, ∂E/∂s_t (T, N) held fixed, from J_t by the terms of the Jacobian, with W in the place of its own."""
    values = []
    for trace, g in zip(traces, arriving, strict=True):
        n, G = trace.network.hidden, len(trace.network.kernel.gates)
        swap = {} if W is None else {i: W[i * n : (i + 1) * n] for i in range(G)}
        for t in range(trace.steps):
            q = np.zeros(trace.width)
            for term in trace.only.motion.terms():
                matrix = np.eye(n) if term.matrix is None else term.matrix
                for i, block in swap.items():
                    if term.matrix is not None and np.array_equal(term.matrix, trace.network.W[i * n : (i + 1) * n]):
                        matrix = block
                part = g[t, term.row * n : (term.row + 1) * n] * term.coefficient.value()[t]
                q[term.column * n : (term.column + 1) * n] += part @ matrix
            size = np.linalg.norm(g[t])
            if size:
                ratio = np.linalg.norm(q) / size
                values.append((ratio - 1) ** 2 if form == "paper" else (ratio**2 - 1) ** 2)
    return np.mean(values)


def entering_all(trace, targets, at):
    """∂E/∂s_t (T, N) by the dense Jacobians."""
    entering = bptt(trace, targets, "cross_entropy", at).entering
    g, rows = np.zeros(trace.width), []
    for t in reversed(range(trace.steps)):
        g[: trace.network.hidden] += entering[t]
        rows.append(g)
        g = g @ trace.jacobians()[t]
    return np.array(rows[::-1])


@every_form
@pytest.mark.parametrize("at", ["every", "last", "mean"])
def test_omega_and_its_gradient_are_those_of_the_frozen_function(kind, at, form):
    found, xs, targets = gradient_of(kind, at)
    network = found.trace.network
    traces = [network.forward(x) for x in xs]
    arriving = [entering_all(trace, a, at) for trace, a in zip(traces, targets, strict=True)]
    value, by_W = omega(found, form)
    assert value == pytest.approx(frozen(traces, arriving, form), rel=1e-11)
    rng = np.random.default_rng(0)
    for _ in range(3):
        direction = rng.normal(size=by_W.shape)
        up, down = (frozen(traces, arriving, form, network.W + h * direction) for h in (1e-6, -1e-6))
        assert np.vdot(by_W, direction) == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-9)


@every_form
def test_omega_of_an_orthogonal_linear_network_is_zero(form):
    network = Network.random(activation="identity", inputs=2, hidden=6, outputs=2, init="orthogonal", gain=1.0)
    batch = Batch.of(network, [np.ones((9, 2))], [1], at="last")
    value, by_W = omega(bptt_batch(forward_batch(network, batch)), form)
    assert value == pytest.approx(0.0, abs=1e-28)
    np.testing.assert_allclose(by_W, 0.0, atol=1e-14)


@pytest.mark.parametrize("a", [0.5, 1.7])
def test_omega_of_a_scaled_identity_is_its_closed_form(a):
    network = Network.from_arrays(
        cell="rnn", activation="identity", U=np.ones((3, 1)), W=a * np.eye(3), V=[[1.0, 2.0, 2.0]]
    )
    batch = Batch.of(network, [np.ones((8, 1))], [0.0], "squared_error", "last")
    found = bptt_batch(forward_batch(network, batch))
    paper, squared = omega(found, "paper"), omega(found, "squared")
    assert paper[0] == pytest.approx((a - 1) ** 2, rel=1e-14)
    assert squared[0] == pytest.approx((a * a - 1) ** 2, rel=1e-14)
    # The gradient falls on the direction g gᵀ/‖g‖² in which the error is carried.
    u = np.array([1.0, 2.0, 2.0]) / 3
    np.testing.assert_allclose(paper[1], 2 * (a - 1) * np.outer(u, u), rtol=1e-13)
    np.testing.assert_allclose(squared[1], 4 * a * (a * a - 1) * np.outer(u, u), rtol=1e-13)


def test_squared_form_is_four_times_as_steep_near_one():
    found, _, _ = gradient_of(("rnn", "identity"), lengths=(5,))
    network = Network.random(activation="identity", inputs=3, hidden=4, outputs=2, init="orthogonal", gain=1 + 1e-6)
    found = bptt_batch(forward_batch(network, found.trace.batch))
    assert omega(found, "squared")[0] / omega(found, "paper")[0] == pytest.approx(4.0, rel=1e-4)


@every_form
def test_steps_that_no_gradient_reaches_are_left_out(form):
    network = Network.random(inputs=3, hidden=4, outputs=2, gain=1.2, seed=3)
    x = np.random.default_rng(0).normal(size=(6, 3))
    whole = Batch.of(network, [x], [[1, 0, -1, -1, -1, -1]])
    short = Batch.of(network, [x[:2]], [[1, 0]])
    one, other = (omega(bptt_batch(forward_batch(network, batch)), form) for batch in (whole, short))
    assert one[0] == pytest.approx(other[0], rel=1e-13)
    np.testing.assert_allclose(one[1], other[1], rtol=1e-12)


@every_form
def test_omega_where_nothing_enters_is_zero(form):
    network = Network.from_arrays(cell="rnn", U=np.ones((3, 1)), W=np.eye(3), V=np.zeros((2, 3)))
    value, by_W = omega(bptt_batch(forward_batch(network, Batch.of(network, [np.ones((4, 1))], [1], at="last"))), form)
    assert value == 0.0
    assert not by_W.any()


def test_dead_network_is_at_distance_one_and_pulls_nowhere():
    network = Network.from_arrays(cell="rnn", activation="relu", U=np.ones((3, 1)), W=np.eye(3), b=-np.full(3, 9.0))
    batch = Batch.of(network, [np.ones((4, 1))], [1], at="last")
    value, by_W = omega(bptt_batch(forward_batch(network, batch)), "paper")
    assert value == 1.0
    assert not by_W.any()


def test_only_the_ratio_matters_however_far_the_gradient_has_vanished():
    network = Network.from_arrays(cell="rnn", activation="identity", U=[[1.0]], W=[[1e-3]], V=[[1e-40]])
    batch = Batch.of(network, [np.zeros((60, 1))], [1.0], "squared_error", "last")
    assert omega(bptt_batch(forward_batch(network, batch)), "paper")[0] == pytest.approx(0.999**2, rel=1e-12)
