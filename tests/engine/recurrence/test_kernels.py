"""The kernels written by hand are their equations: value, pull, J, log J and changes, at random and at saturated weights."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.gradient.backward import Reach, carry_back
from explorer.engine.network.initialisation import INITIALISATIONS, normal
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.change import change
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logchange import log_change
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.signed import Signed

KINDS = [("rnn", "tanh"), ("rnn", "sigmoid"), ("rnn", "relu"), ("rnn", "identity"), ("lstm", "tanh"), ("gru", "tanh")]
# Gain and bias: ordinary, and so far out that gates and slopes leave float64.
PLACES = [(1.2, 0.0), (20.0, 30.0), (1.0, -900.0)]
each = pytest.mark.parametrize(("kind", "place"), [(k, p) for k in KINDS for p in PLACES], ids=str)


def network(kind, place, hidden=5):
    gain, bias = place
    return Network.random(
        cell=kind[0], activation=kind[1], inputs=3, hidden=hidden, outputs=2, gain=gain, bias=bias, seed=3
    )


def equations(net):
    """The step of the network's cell, and its weights by name."""
    step = sized(cell(net.cell, net.activation).recurrence, net.inputs, net.hidden)
    weights = {"b_rec": net.b_rec}
    for gate in net.kernel.gates:
        suffix = "" if len(net.kernel.gates) == 1 else f"_{gate}"
        for matrix in ("U", "W", "b"):
            weights[matrix + suffix] = net.gate_rows(getattr(net, matrix), gate)
    return step, weights


def traced(kind, place):
    net = network(kind, place)
    rng = np.random.default_rng(8)
    trace = net.forward(rng.standard_normal((6, 3)), s0=0.5 * rng.standard_normal(net.width))
    step, weights = equations(net)
    return net, trace, step, weights, Given(trace.s[:-1], trace.x)


@each
def test_values_and_jacobians_are_the_kernels(kind, place):
    _, trace, step, weights, at = traced(kind, place)
    found = values(step, weights, at)
    np.testing.assert_allclose(after(step, found), trace.s[1:], rtol=1e-12, atol=1e-13 * (1 + np.abs(trace.s).max()))
    J = trace.jacobians()
    np.testing.assert_allclose(dense(step, found), J, rtol=1e-9, atol=1e-12 * (np.abs(J).max() + 1e-300))


@each
def test_logarithms_of_jacobians_are_the_kernels_also_where_float64_ends(kind, place):
    _, trace, step, weights, at = traced(kind, place)
    J = log_jacobian(step, log_values(step, weights, at))
    for t in range(1, trace.steps + 1):
        kernel, wrong = trace.only.log_jacobian(t), trace.only.log_error_entries(t)
        sure = np.full(kernel.log.shape, True) if wrong is None else np.isneginf(wrong)
        np.testing.assert_array_equal(J.sign[t - 1][sure], kernel.sign[sure])
        np.testing.assert_allclose(J.log[t - 1][sure], kernel.log[sure], rtol=1e-12, atol=1e-9)
        np.testing.assert_array_equal(np.isneginf(J.log[t - 1]), np.isneginf(kernel.log))
        assert t > 1 or sure.mean() > 0.4


@each
def test_changes_are_the_kernels(kind, place):
    net, trace, step, weights, at = traced(kind, place)
    found, logs = values(step, weights, at), log_values(step, weights, at)
    d = np.random.default_rng(9).standard_normal(trace.s[:-1].shape)
    for size in (1.0, 1e-9, 1e-200):
        with np.errstate(all="ignore"):
            expected = np.array(
                [net.kernel.change(net, *parts) for parts in zip(trace.s, trace.z, size * d, strict=False)]
            )
        ours = change(step, found, size * d)
        np.testing.assert_allclose(ours, expected, rtol=1e-8, atol=1e-11 * np.abs(expected).max())
    small = Signed.of(d).times(np.asarray(-3000.0))
    ours = log_change(step, logs, small)
    for t in range(trace.steps):
        with np.errstate(all="ignore"):
            kernel = net.kernel.log_change(trace.only.motion, t, small[t])
        sure = kernel.log > kernel.log.max() - 14.0
        np.testing.assert_allclose(ours.log[t][sure], kernel.log[sure], rtol=1e-12, atol=1e-8)


SHUT = [
    (name, some)
    for name, gates in (("lstm", "ifgo"), ("gru", "rzn"))
    for some in [*map("".join, combinations(gates, 2)), "".join(gates), *gates]
]


@pytest.mark.parametrize(("name", "some"), SHUT, ids=str)
def test_gates_shut_to_minus_900_leave_the_kernels_what_the_equations_have(name, some):
    """Singly, in pairs and all: what an output gate lets through of a cell of e^−900 is a number, in J and in changes."""
    net = network((name, "tanh"), (1.2, 0.0))
    biases = {gate: -900.0 if gate in some else 0.0 for gate in net.kernel.gates}
    net = replace(net, parameters={**net.parameters, "b": np.repeat([*biases.values()], net.hidden)})
    rng = np.random.default_rng(8)
    trace = net.forward(rng.standard_normal((3, 3)), s0=0.5 * rng.standard_normal(net.width))
    motion, (step, weights) = trace.only.motion, equations(net)
    logs = log_values(step, weights, Given(trace.s[:-1], trace.x))
    J, d = log_jacobian(step, logs), Signed.of(rng.standard_normal(trace.s[:-1].shape))
    for t in range(trace.steps):
        kernel, wrong = motion.log_jacobian(t + 1), motion.log_error_entries(t + 1)
        sure = np.full(kernel.log.shape, True) if wrong is None else np.isneginf(wrong)
        np.testing.assert_array_equal(kernel.sign[sure], J.sign[t][sure])
        np.testing.assert_allclose(kernel.log[sure], J.log[t][sure], rtol=1e-12, atol=1e-8)
    for size in (-1.0, -3000.0):
        moved = log_change(step, logs, d.times(np.asarray(size)))
        for t in range(trace.steps):
            kernel = motion.log_change(t, d[t].times(np.asarray(size)))
            np.testing.assert_array_equal(kernel.sign, moved.sign[t])
            np.testing.assert_allclose(kernel.log, moved.log[t], rtol=1e-12, atol=1e-8)


@each
def test_gradients_of_a_run_are_the_kernels(kind, place):
    net = network(kind, place)
    step, weights = equations(net)
    T, B, n = 7, 4, net.hidden
    rng = np.random.default_rng(10)
    x, entering = rng.standard_normal((T, B, 3)), rng.standard_normal((T, B, n))
    z, s = x @ net.U.T + net.b, np.zeros((T + 1, B, net.width))
    with np.errstate(all="ignore"):
        for t in range(T):
            net.kernel.advance(net, z[t], s[t], s[t + 1])
        carried = carry_back(net, x, s, z, entering, np.full(B, T), Reach(T))
    run = roll(step, weights, x)
    np.testing.assert_allclose(run.s, s, rtol=1e-11, atol=1e-12 * (1 + np.abs(s).max()))
    found = unroll(run, entering)
    for gate in net.kernel.gates:
        suffix = "" if len(net.kernel.gates) == 1 else f"_{gate}"
        for matrix in ("U", "W", "b"):
            expected = net.gate_rows(carried.parameters[matrix], gate)
            scale = np.abs(carried.parameters[matrix]).max()
            np.testing.assert_allclose(found.weights[matrix + suffix], expected, rtol=1e-8, atol=1e-11 * scale + 1e-300)
    np.testing.assert_allclose(found.s0, carried.s0, rtol=1e-8, atol=1e-11 * np.abs(carried.s0).max() + 1e-300)


# What each gate drew from before cells were equations.
STREAMS = {"i": 10, "f": 20, "o": 30, "r": 40, "z": 50}


@pytest.mark.parametrize("kind", [("rnn", "tanh"), ("lstm", "tanh"), ("gru", "tanh")], ids=str)
@pytest.mark.parametrize("init", ["gaussian", "orthogonal"])
def test_same_seeds_give_the_weights_that_they_gave(kind, init):
    net = Network.random(
        cell=kind[0], inputs=3, hidden=5, outputs=2, init=init, gain=1.3, bias=0.2, forget_bias=1.5, input_scale=0.7, seed=11
    )  # fmt: skip
    streams = [STREAMS[gate] if gate != net.kernel.candidate else 0 for gate in net.kernel.gates]
    U = [0.7 * normal(5, 3, 11, 1 + stream) for stream in streams]
    W = [INITIALISATIONS[init](5, 1.3, 11, 2 + stream) for stream in streams]
    b = [np.full(5, 0.2 + 1.5 * (gate == "f")) for gate in net.kernel.gates]
    for name, blocks in (("U", U), ("W", W), ("b", b)):
        np.testing.assert_array_equal(net.parameters[name], np.concatenate(blocks), err_msg=name)
    np.testing.assert_array_equal(net.V, normal(2, 5, 11, 3) / np.sqrt(5))
