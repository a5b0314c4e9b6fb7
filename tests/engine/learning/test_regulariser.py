"""Ω: closed forms, central differences of the frozen function, and an independent computation from dense Jacobians."""

import numpy as np
import pytest

from explorer.engine import Batch, Input, Layer, Network, Recurrence, bptt, bptt_batch, forward_batch
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
    value, by = omega(found, form)
    assert value == pytest.approx(frozen(traces, arriving, form), rel=1e-11)
    rng = np.random.default_rng(0)
    for _ in range(3):
        direction = rng.normal(size=by["W"].shape)
        up, down = (frozen(traces, arriving, form, network.W + h * direction) for h in (1e-6, -1e-6))
        assert np.vdot(by["W"], direction) == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-9)


@every_form
def test_omega_of_an_orthogonal_linear_network_is_zero(form):
    network = Network.random(activation="identity", inputs=2, hidden=6, outputs=2, init="orthogonal", gain=1.0)
    batch = Batch.of(network, [np.ones((9, 2))], [1], at="last")
    value, by = omega(bptt_batch(forward_batch(network, batch)), form)
    assert value == pytest.approx(0.0, abs=1e-28)
    np.testing.assert_allclose(by["W"], 0.0, atol=1e-14)


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
    np.testing.assert_allclose(paper[1]["W"], 2 * (a - 1) * np.outer(u, u), rtol=1e-13)
    np.testing.assert_allclose(squared[1]["W"], 4 * a * (a * a - 1) * np.outer(u, u), rtol=1e-13)


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
    np.testing.assert_allclose(one[1]["W"], other[1]["W"], rtol=1e-12)


@every_form
def test_omega_where_nothing_enters_is_zero(form):
    network = Network.from_arrays(cell="rnn", U=np.ones((3, 1)), W=np.eye(3), V=np.zeros((2, 3)))
    value, by = omega(bptt_batch(forward_batch(network, Batch.of(network, [np.ones((4, 1))], [1], at="last"))), form)
    assert value == 0.0
    assert not by["W"].any()


def test_dead_network_is_at_distance_one_and_pulls_nowhere():
    network = Network.from_arrays(cell="rnn", activation="relu", U=np.ones((3, 1)), W=np.eye(3), b=-np.full(3, 9.0))
    batch = Batch.of(network, [np.ones((4, 1))], [1], at="last")
    value, by = omega(bptt_batch(forward_batch(network, batch)), "paper")
    assert value == 1.0
    assert not by["W"].any()


def test_only_the_ratio_matters_however_far_the_gradient_has_vanished():
    network = Network.from_arrays(cell="rnn", activation="identity", U=[[1.0]], W=[[1e-3]], V=[[1e-40]])
    batch = Batch.of(network, [np.zeros((60, 1))], [1.0], "squared_error", "last")
    assert omega(bptt_batch(forward_batch(network, batch)), "paper")[0] == pytest.approx(0.999**2, rel=1e-12)


def batch_of(network, lengths=(3, 6, 5), **given):
    rng = np.random.default_rng(5)
    xs = [Input(rng.normal(size=(T, 3)), **given) for T in lengths]
    return Batch.of(network, xs, [0, 1, 1], at="last"), xs


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@every_form
def test_equations_and_kernel_give_the_same_omega(cell, form):
    """A network that reads features runs by its equations; where A is zero it is the one that a kernel runs."""
    kernel = Network.random(cell=cell, inputs=3, hidden=4, outputs=2, gain=1.2, bias=0.1, seed=3)
    wide = Network.random(layers=kernel.layers, features=1, inputs=3, outputs=2, seed=1)
    weights = {**kernel.weights, "A": np.zeros(wide.weights["A"].shape)}
    equations = Network.from_weights(layers=kernel.layers, weights=weights, inputs=3)
    assert equations.architecture.alone is None
    one, by = omega(bptt_batch(forward_batch(kernel, batch_of(kernel)[0])), form)
    other, each = omega(bptt_batch(forward_batch(equations, batch_of(equations, features=[0.5])[0])), form)
    assert one == pytest.approx(other, rel=1e-12)
    gates = kernel.kernel.gates if cell != "rnn" else ("",)
    stacked = np.concatenate([each[f"1/W_{gate}" if gate else "1/W"] for gate in gates])
    np.testing.assert_allclose(stacked, by["W"], rtol=1e-10, atol=1e-13)


def rnn_on_rnn(w, s, x):
    """J_t of two simple layers from s_{t−1} (8,) and x_t, as a function of the weights in it."""
    a = np.tanh(w["1/U"] @ x + w["1/W"] @ s[:4] + w["1/b"])
    b = np.tanh(w["2/U"] @ a + w["2/W"] @ s[4:] + w["2/b"])
    A, B = np.diag(1 - a**2), np.diag(1 - b**2)
    return lambda v: np.block([[A @ v["1/W"], np.zeros((4, 4))], [B @ v["2/U"] @ A @ v["1/W"], B @ v["2/W"]]])


def mgu(w, h, x):
    f = 1 / (1 + np.exp(-(w["1/U_f"] @ x + w["1/W_f"] @ h + w["1/b_f"])))
    n = np.tanh(w["1/U_n"] @ x + w["1/W_n"] @ (f * h) + w["1/b_n"])
    slope = f * (1 - f)
    inner = lambda v: np.diag(f) + np.diag(h * slope) @ v["1/W_f"]  # noqa: E731
    return lambda v: (
        np.diag(1 - f) + np.diag((n - h) * slope) @ v["1/W_f"] + np.diag(f * (1 - n**2)) @ v["1/W_n"] @ inner(v)
    )


def by_unit(w, h, x):
    h = np.tanh(w["1/U"] @ x + w["1/u"] * h)
    return lambda v: np.diag((1 - h**2) * v["1/u"])


BY_UNIT = Recurrence.parse("h = tanh(U @ x + u * h)", name="by unit")
JACOBIANS = {
    "mgu": ([Layer("mgu", 4)], mgu, ("1/W_f", "1/W_n")),
    "stack": ([Layer("rnn", 4), Layer("rnn", 4)], rnn_on_rnn, ("1/W", "2/W", "2/U")),
    "unit by unit": ([Layer(BY_UNIT, 4)], by_unit, ("1/u",)),
}


@every_form
@pytest.mark.parametrize("name", JACOBIANS)
def test_omega_of_any_recurrence_is_that_of_its_jacobian_with_all_but_these_weights_frozen(name, form):
    layers, jacobian, moving = JACOBIANS[name]
    network = Network.random(layers=layers, inputs=3, outputs=2, gain=1.2, bias=0.1, seed=3)
    batch, xs = batch_of(network)
    value, by = omega(bptt_batch(forward_batch(network, batch)), form)
    steps = []
    for given, wanted in zip(xs, [0, 1, 1], strict=True):
        trace = network.forward(given.x)
        g, J = np.zeros(trace.width), trace.jacobians()
        g[trace.width - 4 :] = bptt(trace, wanted, at="last").entering[-1]
        for t in reversed(range(trace.steps)):
            steps.append((g, jacobian(network.weights, trace.s[t], trace.x[t])))
            np.testing.assert_allclose(steps[-1][1](network.weights), J[t], rtol=1e-10, atol=1e-13)
            g = g @ J[t]

    def frozen_at(weights):
        ratio = np.array([np.linalg.norm(g @ J(weights)) / np.linalg.norm(g) for g, J in steps])
        return np.mean((ratio - 1) ** 2 if form == "paper" else (ratio**2 - 1) ** 2)

    assert value == pytest.approx(frozen_at(network.weights), rel=1e-10)
    assert set(by) == set(moving)
    for one in moving:
        direction = np.random.default_rng(0).normal(size=by[one].shape)
        up, down = (frozen_at({**network.weights, one: network.weights[one] + h * direction}) for h in (1e-6, -1e-6))
        assert np.vdot(by[one], direction) == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    "how",
    [
        *({"layers": [Layer(name, 4)]} for name in ("peephole", "lru", "slstm", "cornn", "deltanet", "mist")),
        {"layers": [Layer("gru", 3, direction="both"), Layer("mgu", 4, direction="backward")]},
        {"layers": [Layer("mgu", 4, steps=7)]},
        {"layers": [Layer("mgu", 4)], "decoder": [Layer("mgu", 4)]},
    ],
    ids=str,
)
def test_omega_of_every_network_falls_along_its_gradient(how):
    network = Network.random(**how, inputs=3, outputs=2, gain=0.4, seed=3)
    batch, _ = batch_of(network, **({"seam": 2} if "decoder" in how else {}))
    value, by = omega(bptt_batch(forward_batch(network, batch)), "paper")
    assert np.isfinite(value)
    assert by.keys() <= network.parameters.keys()
    assert all(g.shape == network.parameters[name].shape and np.isfinite(g).all() for name, g in by.items())
    shorter = {name: network.parameters[name] - 1e-3 * g for name, g in by.items()}
    after = network.with_parameters(shorter)
    assert not by or omega(bptt_batch(forward_batch(after, batch)), "paper")[0] < value
