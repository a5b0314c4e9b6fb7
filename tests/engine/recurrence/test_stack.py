"""A stack is one recurrence: what its layers make one after the other, and J in blocks by layers."""

import numpy as np
import pytest

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.change import change
from explorer.engine.recurrence.readings.exact import jacobian
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logchange import log_change
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.pull import pull, reach
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.structure import structure
from explorer.engine.recurrence.readings.unsure import log_errors
from explorer.engine.recurrence.readings.uses import part, uses
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.recurrence.stack import stacked
from explorer.engine.signed import Signed

from .cells import EVERY, given, recurrence

M, T = 3, 6
DELAYED = ("time-delay network", "mist")


class Stack:
    """A stack of cells at random weights, with its layers apart."""

    def __init__(self, cells, widths=(4, 3), skips=None, scale=0.4, seed=0):
        layers = [one if isinstance(one, Recurrence) else recurrence(one) for one in cells]
        self.widths, self.skips = widths[: len(layers)], skips or [False] * len(layers)
        self.step = sized(stacked(layers, M, self.widths, self.skips), M, self.widths[-1])
        below = (M, *self.widths)
        self.layers = [sized(one, m, n) for one, m, n in zip(layers, below, self.widths, strict=False)]
        rng = np.random.default_rng((seed, 21))
        self.weights = {k: scale * rng.standard_normal(shape) for k, shape in self.step.weight_shapes().items()}

    def own(self, number):
        """The weights of a layer, by its own names."""
        start = f"{number}/"
        return {name.removeprefix(start): array for name, array in self.weights.items() if name.startswith(start)}

    def states(self, s, number):
        """The state (…, N) of a layer."""
        layer = self.layers[number - 1]
        return layer.joined([self.step.part(s, f"{number}/{state.name}") for state in layer.recurrence.states])

    def places(self, number):
        """Where the state of a layer stands in that of the stack."""
        return self.states(np.arange(self.step.N), number)

    def runs(self, x, s0):
        """The run of each layer, one after the other, and what the last gives out."""
        found = []
        for number, (layer, skip) in enumerate(zip(self.layers, self.skips, strict=True), start=1):
            found.append(roll(layer, self.own(number), x, self.states(s0, number)))
            x = found[-1].out + x if skip else found[-1].out
        return found, x

    def pulled(self, runs, g):
        """The gradients on all weights and on x, layer after layer, from that on what the last gives out."""
        weights = {}
        for number in reversed(range(1, len(runs) + 1)):
            own = unroll(runs[number - 1], g, inputs=True)
            weights |= {f"{number}/{name}": one for name, one in own.weights.items()}
            g = own.x + g if self.skips[number - 1] else own.x
        return weights, g

    def sequence(self, lead=(), seed=1):
        rng = np.random.default_rng((seed, 22))
        start = np.broadcast_to(self.step.start(), (*lead, self.step.N))
        s0 = np.where(np.isfinite(start) & (start == 0), 0.3 * rng.standard_normal(start.shape), start)
        return rng.standard_normal((T, *lead, M)), s0


def pairs():
    """Every cell above and below some, each pair of different kinds once or twice."""
    count = len(EVERY)
    return [(EVERY[place], EVERY[(place + shift) % count]) for place in range(count) for shift in (0, 1, 4)]


def assert_close(found, expected, tolerance=1e-11):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


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
    for lower_, upper in pairs():
        if lower_ != lower or upper in DELAYED[:1]:
            continue
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


# ---- J


def blocks_of(stack, at):
    """J by its definition: each layer's own, and (∂s²/∂x²)(∂out¹/∂s¹) below, by pulling rows."""
    lower, upper = stack.layers
    below = values(lower, stack.own(1), Given(stack.states(at.s, 1), at.x, at.t, _older(stack, at, 1), at.earlier))
    out = np.broadcast_to(below[lower.recurrence.out], (*at.s.shape[:-1], lower.width))
    above = values(upper, stack.own(2), Given(stack.states(at.s, 2), out, at.t, _older(stack, at, 2)))
    by_x = _rows(lambda g: pull(upper, above, g).x, upper.N, at)
    zero = np.zeros_like(stack.states(at.s, 1))
    by_s = _rows(lambda g: pull(lower, below, zero, g).s, lower.width, at)
    return dense(lower, below), dense(upper, above), by_x @ by_s


def _older(stack, at, number):
    return {delay: stack.states(s, number) for delay, s in at.older.items()}


def _rows(pulled, count, at):
    """A Jacobian (…, count, ·), a row for each unit vector that is pulled."""
    return np.stack([pulled(np.broadcast_to(e, (*at.s.shape[:-1], count))) for e in np.eye(count)], axis=-2)


@pytest.mark.parametrize("lower", EVERY)
def test_jacobian_falls_into_blocks_by_layers(lower):
    for upper in (name for lower_, name in pairs() if lower_ == lower and name not in DELAYED[:1]):
        stack = Stack([lower, upper], scale=0.6)
        at = given(stack.step)
        found, logs = values(stack.step, stack.weights, at), log_values(stack.step, stack.weights, at)
        J, (first, second) = dense(stack.step, found), (stack.places(1), stack.places(2))
        own1, own2, across = blocks_of(stack, at)
        assert_close(J[:, first[:, None], first], own1, 1e-13)
        assert_close(J[:, second[:, None], second], own2, 1e-13)
        assert_close(J[:, second[:, None], first], across)
        assert (J[:, first[:, None], second] == 0).all()
        log_J = log_jacobian(stack.step, logs)
        assert_close(log_J.value(), J, 1e-11)
        assert (log_J.log[:, first[:, None], second] == -np.inf).all()


@pytest.mark.parametrize("upper", names())
def test_every_shipped_cell_stands_on_every_other(upper):
    """Values, J and the exact change in a random direction agree, by a difference that cancels nothing."""
    for lower in names():
        stack = Stack([lower, upper], (3, 2), scale=0.6)
        at = given(stack.step, lead=(2,))
        found = values(stack.step, stack.weights, at)
        d = 1e-7 * np.random.default_rng(26).standard_normal(at.s.shape)
        moved = after(stack.step, values(stack.step, stack.weights, Given(at.s + d, at.x, at.t, at.older, at.earlier)))
        expected = change(stack.step, found, d)
        np.testing.assert_allclose(moved - after(stack.step, found), expected, rtol=0, atol=1e-13)
        J = dense(stack.step, found)
        np.testing.assert_allclose((J @ d[..., None])[..., 0], expected, rtol=1e-4, atol=1e-11)
        pulled = pull(stack.step, found, np.ones_like(d))
        np.testing.assert_allclose(pulled.s, J.sum(axis=-2), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("cells", [("lstm", "gru"), ("deltanet", "slstm"), ("matrix state that mixes all", "mgu")])
def test_structure_of_a_stack_is_found_by_block(cells):
    stack = Stack(cells)
    blocks = structure(stack.step).blocks
    for number, layer in enumerate(stack.layers, start=1):
        for (row, column, delay), kind in structure(layer).blocks.items():
            assert blocks[f"{number}/{row}", f"{number}/{column}", delay] == kind
    for (row, column, _), kind in blocks.items():
        if row[0] < column[0]:
            assert kind == "zero"
    assert any(kind == "dense" for (row, column, _), kind in blocks.items() if row[0] > column[0])
    assert structure(stack.step).whole == "blocks"


def test_units_of_parts_that_are_not_alike_have_no_small_matrix():
    """A time-delay network tells the layer above nothing of its state: zeros, and two by two a unit, of two widths."""
    stack = Stack(["time-delay network", "lru"])
    assert structure(stack.step).whole == "blocks"
    assert structure(Stack(["time-delay network", "lru"], (3, 3)).step).whole == "units"


def test_direct_path_of_a_stack_is_that_of_its_layers():
    stack = Stack(["lstm", "gru"])
    at = given(stack.step)
    direct = dense(stack.step, values(stack.step, stack.weights, at), path="direct")
    for number, layer in enumerate(stack.layers, start=1):
        here = stack.places(number)
        x = at.x if number == 1 else after(stack.layers[0], values(stack.layers[0], stack.own(1), Given(
            stack.states(at.s, 1), at.x)))[..., :4]  # fmt: skip
        own = values(layer, stack.own(number), Given(stack.states(at.s, number), x))
        assert_close(direct[:, here[:, None], here], dense(layer, own, path="direct"), 1e-14)
    assert (direct[:, stack.places(2)[:, None], stack.places(1)] == 0).all()


def test_what_reads_its_input_without_a_matrix_is_on_the_direct_path():
    stack = Stack([Recurrence.parse("h = 0.5 * h + U @ x"), Recurrence.parse("h = h + sum(x)")], (2, 2))
    direct = dense(stack.step, values(stack.step, stack.weights, given(stack.step)), path="direct")
    assert (direct == [[0.5, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.5, 0.5, 1.0, 0.0], [0.5, 0.5, 0.0, 1.0]]).all()


# ---- far out


def shut(lower="lstm", upper="lstm"):
    """A stack whose first layer forgets by e^−800, at some step."""
    upper = Recurrence.parse("h = 0.5 * h + U @ x", name="linear") if upper == "linear" else upper
    stack = Stack([lower, upper], scale=0.5)
    stack.weights["1/b_f"] = np.full(4, -800.0)
    return stack, given(stack.step, lead=(2,))


@pytest.mark.parametrize("upper", names())
def test_gate_shut_in_the_first_layer_survives_in_every_block(upper):
    """∂c¹/∂c¹ is f, and ∂s²/∂c¹ is (∂s²/∂x²) o tanh'(c) f: all e^−800 of what it is without f."""
    stack, at = shut(upper=upper)
    lower, above = stack.layers
    h = at.s[..., :4]
    w = stack.own(1)
    z = {g: at.x @ w[f"U_{g}"].T + h @ w[f"W_{g}"].T + w[f"b_{g}"] for g in "ifgo"}
    below = values(lower, w, Given(stack.states(at.s, 1), at.x))
    new_c, out = after(lower, below)[..., 4:], below[lower.recurrence.out]
    found = values(above, stack.own(2), Given(stack.states(at.s, 2), out, at.t, _older(stack, at, 2)))
    by_x = _rows(lambda g: pull(above, found, g).x, above.N, at)
    factor = by_x / (1 + np.exp(-z["o"]))[..., None, :] / np.cosh(new_c)[..., None, :] ** 2
    log_J = log_jacobian(stack.step, log_values(stack.step, stack.weights, at))
    second, column = stack.places(2), np.arange(4, 8)
    with np.errstate(divide="ignore"):
        expected = np.log(np.abs(factor)) + z["f"][..., None, :]
    found_log = log_J.log[..., second[:, None], column]
    assert (np.isneginf(found_log) == np.isneginf(expected)).all()
    here = np.isfinite(expected)
    np.testing.assert_allclose(found_log[here], expected[here], rtol=0, atol=1e-9)
    assert (log_J.sign[..., second[:, None], column] == np.sign(factor)).all()
    assert_close(log_J.log[..., column, column], z["f"], 1e-13)
    J = jacobian(stack.step, stack.weights, at)
    plain = dense(stack.step, values(stack.step, stack.weights, at))
    assert_close(J, plain)


def test_gate_shut_below_meets_a_weight_that_opens_it_again():
    """A gate of e^−790 and a weight of e^690 above it: the plain J has lost the entry, the exact one has it."""
    stack, at = shut("lstm", "linear")
    stack.weights["1/b_f"] = np.full(4, -790.0)
    stack.weights["2/U"] *= 1e300
    log_J = log_jacobian(stack.step, log_values(stack.step, stack.weights, at))
    rows, columns = stack.places(2)[:, None], np.arange(4, 8)
    assert (dense(stack.step, values(stack.step, stack.weights, at))[..., rows, columns] == 0).all()
    J = jacobian(stack.step, stack.weights, at)[..., rows, columns]
    assert (J != 0).all()
    np.testing.assert_allclose(J, log_J.value()[..., rows, columns], rtol=1e-11)
    assert (np.abs(log_J.log[..., rows, columns] + 790.0 - np.log(1e300)) < 8.0).all()


def test_change_too_small_for_float64_passes_from_layer_to_layer():
    stack, at = shut("lstm", "gru")
    logs = log_values(stack.step, stack.weights, at)
    d = Signed.of(np.zeros_like(at.s))
    d.log[..., 4:8], d.sign[..., 4:8] = 0.1, 1.0
    moved, log_J = log_change(stack.step, logs, d), log_jacobian(stack.step, logs)
    second = stack.places(2)
    scaled = (log_J.sign * np.exp(log_J.log + 800.0 * (log_J.log < -700)))[..., second, 4:8].sum(axis=-1) * np.exp(0.1)
    np.testing.assert_allclose(moved.log[..., second], np.log(np.abs(scaled)) - 800.0, rtol=0, atol=1e-9)
    assert (moved.sign[..., second] == np.sign(scaled)).all()


def test_what_cancels_below_is_unsure_above():
    """The GRU's h' is its candidate but for the last digit, and a weight of 1e17 reads what is left; a layer reads that."""
    stack = Stack(["gru", "rnn"], (2, 2))
    stack.weights = {name: np.zeros_like(weight) for name, weight in stack.weights.items()}
    stack.weights |= {"1/b_n": np.array([0.3, 0.3]), "1/W_z": np.array([[0.0, 1e17], [0.0, 0.0]])}
    stack.weights |= {"2/U": np.array([[1.0, 1.0], [0.0, 1.0]])}
    found = log_values(stack.step, stack.weights, Given(np.array([np.tanh(0.3), 0.0, 0.0, 0.0]), np.zeros(M)))
    errors = log_errors(stack.step, found)
    assert errors is not None
    below = 1e17 * 0.25 * 4 * 2 * np.tanh(0.3) * 2.0**-52
    np.testing.assert_allclose(np.exp(errors[0, 1]), below, rtol=0.1)
    slope = 1 - np.tanh(1.5 * np.tanh(0.3)) ** 2
    np.testing.assert_allclose(np.exp(errors[2, 1]), slope * below, rtol=0.1)
    assert np.isneginf(np.delete(errors.ravel(), [1, 9])).all()


def test_weights_of_all_layers_have_factors():
    stack = Stack(["lstm", "gru"])
    at = given(stack.step, lead=())
    found = values(stack.step, stack.weights, at)
    g = np.random.default_rng(27).standard_normal(stack.step.N)
    reached, pulled = reach(stack.step, found, g), pull(stack.step, found, g)
    for name, some in uses(stack.step).items():
        assert_close(part(found, reached, some), pulled.weights[name], 1e-13)
