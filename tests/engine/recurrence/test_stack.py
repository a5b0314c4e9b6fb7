"""A stack is one recurrence: it is what its layers make one after the other."""

import numpy as np
import pytest

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.readings.structure import structure
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.recurrence.stack import stacked

from .cells import recurrence
from .stacks import EVERY, M, Stack, above, assert_close

# ---- what it is


def test_names_shapes_and_roles_are_those_of_the_layers():
    stack = Stack(["lstm", "mist", "gru"], (4, 3, 5))
    made = stack.step.recurrence
    assert [*stack.step.parts] == ["1/h", "1/c", "2/h", "3/h"]
    assert made.sizes == (("1/n", 4), ("2/n", 3), ("2/k", 8))
    for number, layer in enumerate(stack.layers, start=1):
        shapes = layer.weight_shapes()
        for weight in layer.recurrence.weights:
            (here,) = (one for one in made.weights if one.name == f"{number}/{weight.name}")
            kept = ("role", "start", "fixed", "trained", "stream")
            assert [getattr(here, key) for key in kept] == [getattr(weight, key) for key in kept]
            assert stack.step.weight_shapes()[here.name] == shapes[weight.name]
    assert made.output == "3/h"
    assert made.text.startswith("# 1: lstm\ni = sigmoid(U_i @ x")
    assert "# 3: gru\n" in made.text


def test_starts_and_constants_are_those_of_the_layers():
    stack = Stack(["cornn", "slstm", "cornn"], (4, 3, 5))
    names_ = [constant.name for constant in stack.step.recurrence.constants]
    own = [constant.name for constant in recurrence("cornn").constants]
    assert names_ == [f"{number}/{name}" for number in (1, 3) for name in own]
    assert (stack.step.start()[stack.step.parts["2/l"]] == -np.inf).all()
    x, s0 = stack.sequence()
    changed = stack.step.recurrence.with_constants(**{names_[-1]: 0.5})
    one, other = roll(stack.step, stack.weights, x, s0), roll(sized(changed, M, 5), stack.weights, x, s0)
    first = stack.places(1)
    assert (one.s[:, first] == other.s[:, first]).all()
    assert (one.out != other.out).any()


def test_one_layer_without_a_skip_is_what_it_was():
    lstm = cell("lstm").recurrence
    assert stacked([lstm], 3, [4], [False]) is lstm


def test_layers_are_numbered_from_the_first():
    made = stacked([recurrence("rnn"), recurrence("gru")], 3, [4, 5], [False, False], first=2)
    assert [state.name for state in made.states] == ["2/h", "3/h"]


@pytest.mark.parametrize(
    ("inputs", "widths", "skips", "sentence"),
    [
        (3, (4, 4), (True, True), "Layer 1 adds its input, 3 wide, to what it gives out, 4 wide; make them equal"),
        (4, (4, 5), (True, True), "Layer 2 adds its input, 4 wide, to what it gives out, 5 wide; make them equal"),
    ],
)
def test_skip_of_unequal_widths_is_refused(inputs, widths, skips, sentence):
    with pytest.raises(BadNetwork, match=sentence):
        stacked([recurrence("rnn"), recurrence("rnn")], inputs, widths, skips)


# ---- runs


@pytest.mark.parametrize("lower", EVERY)
def test_run_and_gradient_of_a_stack_are_those_of_layer_after_layer(lower):
    for upper in above(lower):
        stack = Stack([lower, upper])
        for lead in ((), (2,)):
            x, s0 = stack.sequence(lead)
            run, (runs, out) = roll(stack.step, stack.weights, x, s0), stack.runs(x, s0)
            assert_close(run.out, out)
            for number in (1, 2):
                assert_close(stack.states(run.s, number), runs[number - 1].s)
            g = np.random.default_rng(23).standard_normal(out.shape)
            found, (weights, g_x) = unroll(run, g, inputs=True), stack.pulled(runs, g)
            assert_close(found.x, g_x)
            for name, one in weights.items():
                np.testing.assert_allclose(found.weights[name], one, rtol=1e-10, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("cells", [("lstm", "gru", "rnn"), ("deltanet", "deltanet", "lru"), ("mingru", "cornn", "mgu")])
@pytest.mark.parametrize("skips", [(True, False, True), (True, True, True)])
def test_skip_adds_the_layers_input_to_its_output(cells, skips):
    stack = Stack(cells, (M, M, M), skips)
    x, s0 = stack.sequence((2,))
    run, (runs, out) = roll(stack.step, stack.weights, x, s0), stack.runs(x, s0)
    assert_close(run.out, out)
    g = np.random.default_rng(24).standard_normal(out.shape)
    found, (weights, g_x) = unroll(run, g, inputs=True), stack.pulled(runs, g)
    assert_close(found.x, g_x)
    for name, one in weights.items():
        np.testing.assert_allclose(found.weights[name], one, rtol=1e-10, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("lower", ["rnn", "lstm", "deltanet", "time-delay network", "state of weights alone"])
@pytest.mark.parametrize("skip", [False, True])
def test_past_input_of_a_layer_is_what_the_one_below_gave_out(lower, skip):
    stack = Stack([lower, "time-delay network", "rnn"], (M, 4, 2), [skip, False, False])
    x, _ = stack.sequence((2,))
    s0 = np.broadcast_to(stack.step.start(), (2, stack.step.N))
    run, (runs, out) = roll(stack.step, stack.weights, x, s0), stack.runs(x, s0)
    assert_close(run.out, out)
    g = np.random.default_rng(25).standard_normal(out.shape)
    found, (weights, g_x) = unroll(run, g, inputs=True), stack.pulled(runs, g)
    assert_close(found.x, g_x)
    for name, one in weights.items():
        assert_close(found.weights[name], one, 1e-10)
    assert structure(stack.step).blocks["2/h", "1/h+x" if skip else "1/h", 3] == "dense"
