"""Which way it went: the split of a product into the direct path and what goes through the gates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow, split_paths
from explorer.engine.looks.paths import _graded_paths, _plain_paths

from ...shipped import VARIETY
from ..reference import assert_nats, logarithm, plain_products

NETWORKS = {
    **{name: {"layers": [Layer(name, 3)]} for name in VARIETY},
    "stack": {"layers": [Layer("lstm", 2), Layer("mist", 2), Layer("gru", 3)]},
    "residual stack": {"layers": [Layer("mgu", 3), Layer("lru", 3, skip="residual")]},
    "encoder and decoder": {"layers": [Layer("gru", 3)], "decoder": [Layer("gru", 3)]},
    "weights of every step": {"layers": [Layer("residual", 3, steps=6)]},
    "backward": {"layers": [Layer("lstm", 3, "backward")]},
}


def course_of(name, T=6):
    network = Network.random(inputs=2, outputs=1, seed=2, bias=0.2, **NETWORKS[name])
    x = np.random.default_rng(0).normal(size=(T, 2))
    return network.forward(x, seam=3 if network.decoder else None).only


def by_every_way(course, t, k):
    """Return the sums of products over all ways from k to t, hop by hop and by path: by direct hops alone, and the others."""
    sums = [np.zeros((course.width, course.width)), np.zeros((course.width, course.width))]

    def go(j, product, through):
        if j == t:
            sums[through] += product
            return
        for delay in (delay for delay in course.motion.delays if j + delay <= t):
            for gates, path in enumerate(("direct", "gates")):
                J = course.motion.log_jacobian(j + delay, path, delay).value()
                if J.any():
                    go(j + delay, J @ product, through or gates)

    go(k, np.eye(course.width), 0)
    return sums


@pytest.mark.parametrize("name", NETWORKS)
def test_paths_are_the_sums_over_all_ways(name):
    course = course_of(name)
    # Positions 1 and 5 of seven: along a backward chain from the other end.
    split = split_paths(course, 1, 5) if course.chain.backward else split_paths(course, 5, 1)
    for j in range(1, 6):
        direct, gates = by_every_way(course, 5, j)
        for logs, matrix in ((split.total, direct + gates), (split.direct, direct), (split.gates, gates)):
            assert logs[j - 1] == pytest.approx(logarithm(np.linalg.norm(matrix)), abs=1e-10), j


@pytest.mark.parametrize("name", NETWORKS)
def test_paths_on_scales_of_their_own_are_the_plain_ones(name):
    course = course_of(name)
    with np.errstate(divide="ignore", invalid="ignore"):
        graded, plain = _graded_paths(course, 6, 0), _plain_paths(course, 6, 0)
    assert plain is not None
    np.testing.assert_allclose(graded, plain, rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", NETWORKS)
def test_total_is_the_flow(name):
    course = course_of(name)
    backward, L = course.chain.backward, gradient_flow(course).log_norm
    # Along a backward chain it is s_0 that has come of s_6.
    found, whole = (split_paths(course, 0, 6), L[0, ::-1]) if backward else (split_paths(course, 6, 0), L[6])
    np.testing.assert_allclose(found.total, whole, rtol=0, atol=1e-9)


def test_direct_path_of_a_stack_is_that_of_its_layers_side_by_side():
    network = Network.random(layers=[Layer("lstm", 3), Layer("gru", 4)], inputs=2, outputs=1, seed=5)
    trace = network.forward(np.random.default_rng(1).normal(size=(7, 2)))
    below = Network.from_weights(layers=network.layers[:1], weights=of_layer(network, 1), inputs=2)
    above = Network.from_weights(layers=network.layers[1:], weights=of_layer(network, 2), inputs=3)
    ran = below.forward(trace.x)
    alone = [split_paths(ran, 7, 1).direct, split_paths(above.forward(ran.s[1:, :3]), 7, 1).direct]
    np.testing.assert_allclose(
        split_paths(trace, 7, 1).direct, 0.5 * np.logaddexp(*(2 * one for one in alone)), atol=1e-12
    )


def of_layer(network, number):
    return {f"1/{name[2:]}": weight for name, weight in network.weights.items() if name.startswith(f"{number}/")}


def test_nothing_goes_directly_through_a_stack_of_simple_cells():
    network = Network.random(layers=[Layer("rnn", 3), Layer("rnn", 3)], inputs=2, outputs=1)
    split = split_paths(network.forward(np.ones((5, 2))), 5, 0)
    assert np.isneginf(split.direct[:-1]).all()
    assert np.isfinite(split.gates[:-1]).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_total_of_the_path_split_is_the_flow(cell, random_trace):
    trace = random_trace((cell, "tanh"), steps=25)
    split = split_paths(trace, 25, 2)
    np.testing.assert_allclose(split.total, gradient_flow(trace).log_norm[25, 2:], rtol=0, atol=1e-9)


def test_direct_path_of_an_lstm_multiplies_its_forget_gates(random_trace):
    """Gates held fixed: c → c is diag Π f, and h → c, h → h are nothing."""
    trace = random_trace(("lstm", "tanh"), hidden=4, steps=12)
    forget, output = (1 / (1 + np.exp(-trace.z[:, 4 * i : 4 * i + 4])) for i in (1, 3))
    c = trace.s[:, 4:]
    split = split_paths(trace, 12, 3)
    for j in range(3, 12):
        keep = np.prod(forget[j:12], axis=0)
        read = output[11] / np.cosh(c[12]) ** 2 * keep
        assert split.direct[j - 3] == pytest.approx(0.5 * np.log(np.sum(keep**2 + read**2)), abs=1e-12)


def test_direct_path_of_a_gru_multiplies_its_update_gates(random_trace):
    trace = random_trace(("gru", "tanh"), hidden=4, steps=12)
    update = 1 / (1 + np.exp(-trace.z[:, 4:8]))
    split = split_paths(trace, 12, 3)
    for j in range(3, 13):
        expected = logarithm(np.linalg.norm(np.prod(update[j:12], axis=0)))
        assert split.direct[j - 3] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gate_paths_are_what_the_direct_path_leaves_over(cell, random_trace):
    trace = random_trace((cell, "tanh"), hidden=3, steps=8, gain=0.8)
    whole = plain_products(trace.jacobians())
    direct = plain_products(np.stack(list(trace.only.walk_back(trace.steps, 0, "direct")))[::-1])
    rest = logarithm(np.linalg.norm(whole[8, 2:] - direct[8, 2:], axis=(1, 2)))
    assert_nats(split_paths(trace, 8, 2).gates, rest, 1e-8)


def test_nothing_goes_through_the_gates_without_recurrent_weights():
    n = 3
    network = Network.from_arrays(cell="lstm", U=np.ones((4 * n, 1)), W=np.zeros((4 * n, n)))
    split = split_paths(network.forward(np.ones((6, 1))), 6, 0)
    assert np.isneginf(split.gates).all()


def test_cell_path_of_a_forgetful_lstm_is_a_number_beside_strong_gate_paths():
    """Forget gates of e^−10 over 120 steps: −1200 nats, while the gate paths carry on at about one."""
    n = 2
    b = np.repeat([6.0, -10.0, 0.0, 6.0], n)
    W = np.vstack([np.zeros((2 * n, n)), 1.5 * np.eye(n), np.zeros((n, n))])
    network = Network.from_arrays(cell="lstm", U=np.zeros((4 * n, 1)), W=W, b=b)
    trace = network.forward(np.zeros((120, 1)))
    split = split_paths(trace, 120, 0)
    assert split.gates[0] > -50
    assert split.direct[0] == pytest.approx(-1200.0, abs=3.0)


@pytest.mark.parametrize("bias", [-200.0, -400.0, -800.0])
def test_shut_forget_gates_leave_a_small_number_on_the_cell_path_and_no_zero(bias):
    """Without recurrent weights ∂c_t/∂c_k is σ(bias)^(t−k) = e^(bias (t−k)), also where a gate is below float64."""
    n = 2
    network = Network.from_arrays(
        cell="lstm", U=np.zeros((4 * n, 1)), W=np.zeros((4 * n, n)), b=np.repeat([0.0, bias, 0.0, 800.0], n)
    )
    split = split_paths(network.forward(np.zeros((5, 1))), 5, 1)
    # h reads c with slope one: √2 for the norm of both, √2 for two units.
    np.testing.assert_allclose(split.direct[:-1], bias * np.arange(4, 0, -1) + math.log(2.0), rtol=1e-12)
    np.testing.assert_allclose(split.total, split.direct, rtol=1e-12)
    assert np.isneginf(split.gates).all()


def test_simple_cell_has_no_direct_path(random_trace):
    trace = random_trace(("rnn", "tanh"), steps=6)
    split = split_paths(trace, 6, 1)
    assert np.isneginf(split.direct[:-1]).all()
    np.testing.assert_allclose(split.gates[:-1], gradient_flow(trace).log_norm[6, 1:6], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("cell", "own"), [("mingru", "direct"), ("deltanet", "direct"), ("lru", "direct"), ("rnn", "gates")]
)
def test_where_all_summands_lie_on_one_path_it_carries_all_of_every_product(cell: str, own: str):
    net = Network.random(cell=cell, inputs=2, hidden=4, outputs=1, gain=1.2, seed=3)
    trace = net.forward(np.random.default_rng(1).normal(size=(9, 2)))
    split, N = split_paths(trace, 9, 2), trace.width
    products = [np.eye(N)]
    for J in trace.jacobians()[2:][::-1]:
        products.append(products[-1] @ J)
    norms = np.log([np.linalg.norm(P) for P in products[::-1]])
    np.testing.assert_allclose(split.total, norms, rtol=1e-9, atol=1e-9)
    other = split.gates if own == "direct" else split.direct
    np.testing.assert_allclose(getattr(split, own)[:-1], norms[:-1], rtol=1e-9, atol=1e-9)
    assert (other[:-1] == -np.inf).all()
    # P_{t,t} = I has passed no gate.
    assert (split.direct[-1], split.gates[-1]) == (pytest.approx(0.5 * np.log(N)), -np.inf)
