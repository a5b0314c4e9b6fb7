"""What is a gate, its function and its net input come from the equations, not from a letter."""

import numpy as np
import pytest

from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.curves import curve
from explorer.engine.recurrence.readings.gates import gates, net_inputs
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence

from .cells import EVERY, given, made, recurrence
from .written import CALLS

FOUND = {
    "rnn": "h tanh", "residual": "h tanh", "lstm": "i sigmoid, f sigmoid, g tanh, o sigmoid",
    "gru": "r sigmoid, z sigmoid, n tanh", "mgu": "f sigmoid, n tanh", "peephole": "i sigmoid, f sigmoid, g tanh, o sigmoid",
    "mingru": "z sigmoid", "lru": "", "cornn": "z tanh", "slstm": "f logsigmoid, z tanh, o sigmoid, w sigmoid",
    "deltanet": "k silu, q silu, beta sigmoid", "mist": "r sigmoid, h tanh",
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_gates_of_a_cell_are_its_functions_of_net_inputs(name):
    assert ", ".join(f"{gate.name} {gate.function}" for gate in gates(cell(name).recurrence)) == FOUND[name]


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_gate_of_the_simple_cell_is_the_activation_that_the_layer_chose(activation):
    (gate,) = gates(cell("rnn", activation).recurrence)
    assert gate.function == activation


def test_gate_is_one_whatever_its_name():
    read = Recurrence.parse("fish = hardsigmoid(A @ x + B @ y + c)\ny = fish * y + tanh(y) + softplus(A @ x)")
    assert [(gate.name, gate.function, gate.alone) for gate in gates(read)] == [
        ("fish", "hardsigmoid", True), ("y", "softplus", False),
    ]  # fmt: skip


def test_several_gates_of_one_line_are_numbered():
    read = Recurrence.parse("h = sigmoid(U @ x + W @ h) * tanh(V @ x + B @ h) * h")
    assert [gate.name for gate in gates(read)] == ["h", "h_2"]


def test_gate_that_the_graph_knows_by_what_it_leaves_is_still_found():
    """Of z the graph has σ(−a) alone."""
    read = Recurrence.parse("z = sigmoid(U @ x + b)\nh = (1 - z) * h + V @ x")
    assert [gate.name for gate in gates(read)] == ["z"]


@pytest.mark.parametrize("name", EVERY)
def test_function_of_the_net_input_is_the_gate(name):
    step, weights = made(name)
    found = values(step, weights, given(step))
    lines = {line.name: line.value for line in step.recurrence.lines if not line.again}
    for gate in gates(step.recurrence):
        if gate.alone and lines[gate.name].node is not None:
            z = net_inputs(step.recurrence, found)[gate.name]
            np.testing.assert_allclose(CALLS[gate.function](z), found[lines[gate.name].node], rtol=1e-13, atol=1e-15)


def test_gates_of_a_stack_are_those_of_its_layers():
    found = [gate.name for gate in gates(recurrence("stack of two"))]
    assert found == ["1/i", "1/f", "1/g", "1/o", "2/r", "2/z", "2/n"]


@pytest.mark.parametrize(
    "function", ["tanh", "sigmoid", "relu", "identity", "softsign", "logsigmoid", "hardsigmoid", "silu", "softplus"]
)
def test_curve_of_a_gate_has_the_functions_values_slopes_and_bounds(function):
    z = np.concatenate([np.linspace(-30, 30, 601), [1e-9, -1e-9, 0.123]])
    drawn = curve(function)
    value, slope = drawn.value(z), drawn.slope(z)
    np.testing.assert_allclose(value, CALLS[function](z), rtol=1e-9, atol=1e-12)
    smooth = (abs(z) > 1e-3) & (abs(abs(z) - 3) > 1e-3)
    central = (drawn.value(z + 1e-5) - drawn.value(z - 1e-5)) / 2e-5
    np.testing.assert_allclose(slope[smooth], central[smooth], atol=1e-8)
    np.testing.assert_allclose(np.exp(drawn.log_slope(z)), np.abs(slope), rtol=1e-9, atol=1e-300)
    assert drawn.bounds.low <= value.min()
    assert value.max() <= drawn.bounds.high


def test_slope_of_a_gate_far_out_is_a_number_by_its_logarithm():
    assert curve("sigmoid").log_slope(np.array([-5000.0]))[0] == pytest.approx(-5000.0)
    assert curve("silu").log_slope(np.array([-5000.0]))[0] == pytest.approx(-5000.0 + np.log(4999.0), rel=1e-6)


def test_step_of_no_gates_has_no_net_inputs():
    assert not net_inputs(recurrence("lru"), [])
