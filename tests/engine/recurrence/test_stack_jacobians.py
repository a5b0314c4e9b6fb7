"""J of a stack falls into blocks by layers, however far out its entries are."""

import numpy as np
import pytest

from explorer.engine.recurrence.readings.change import change
from explorer.engine.recurrence.readings.exact import jacobian
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logchange import log_change
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.pull import pull
from explorer.engine.recurrence.readings.step import Given
from explorer.engine.recurrence.readings.structure import structure
from explorer.engine.recurrence.readings.unsure import log_errors
from explorer.engine.recurrence.readings.value import after, values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.signed import Signed

from ...shipped import DERIVABLE, VARIETY
from .cells import given
from .stacks import EVERY, M, Stack, T, above, assert_close


def blocks_of(stack, at):
    """J by its definition: each layer's own, and (∂s²/∂x²)(∂out¹/∂s¹) below, by pulling rows."""
    lower, upper = stack.layers
    below = values(lower, stack.own(1), Given(stack.states(at.s, 1), at.x, at.t, _older(stack, at, 1), at.earlier))
    out = np.broadcast_to(below[lower.recurrence.out], (*at.s.shape[:-1], lower.width))
    on_top = values(upper, stack.own(2), Given(stack.states(at.s, 2), out, at.t, _older(stack, at, 2)))
    by_x = _rows(lambda g: pull(upper, on_top, g).x, upper.N, at)
    zero = np.zeros_like(stack.states(at.s, 1))
    by_s = _rows(lambda g: pull(lower, below, zero, g).s, lower.width, at)
    return dense(lower, below), dense(upper, on_top), by_x @ by_s


def _older(stack, at, number):
    return {delay: stack.states(s, number) for delay, s in at.older.items()}


def _rows(pulled, count, at):
    """A Jacobian (…, count, ·), a row for each unit vector that is pulled."""
    return np.stack([pulled(np.broadcast_to(e, (*at.s.shape[:-1], count))) for e in np.eye(count)], axis=-2)


@pytest.mark.parametrize("lower", EVERY)
def test_jacobian_falls_into_blocks_by_layers(lower):
    for upper in above(lower):
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


UNDER = {name: {DERIVABLE[i - 1], *(VARIETY if name in VARIETY else ())} for i, name in enumerate(DERIVABLE)}
"""Every kind of cell stands on every kind, and every shipped cell that has a derivative on the one before it."""


@pytest.mark.parametrize("upper", UNDER)
def test_shipped_cells_stand_on_one_another(upper):
    """Values, J and the exact change in a random direction agree, by a difference that cancels nothing."""
    for lower in sorted(UNDER[upper]):
        stack = Stack([lower, upper], (3, 2), scale=0.6)
        at = given(stack.step, lead=(2,))
        found = values(stack.step, stack.weights, at)
        d = 1e-7 * np.random.default_rng(26).standard_normal(at.s.shape)
        moved = after(stack.step, values(stack.step, stack.weights, Given(at.s + d, at.x, at.t, at.older, at.earlier)))
        expected = change(stack.step, found, d)
        np.testing.assert_allclose(
            moved - after(stack.step, found), expected, rtol=0, atol=1e-13 * (1 + np.abs(moved).max())
        )
        J = dense(stack.step, found)
        np.testing.assert_allclose((J @ d[..., None])[..., 0], expected, rtol=1e-4, atol=1e-11)
        pulled = pull(stack.step, found, np.ones_like(d))
        np.testing.assert_allclose(pulled.s, J.sum(axis=-2), rtol=1e-10, atol=1e-12)
        assert_close(log_jacobian(stack.step, log_values(stack.step, stack.weights, at)).value(), J, 1e-9)


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


def test_input_that_matrices_multiply_and_that_is_read_without_one_too_is_derived_by_all_its_ways():
    """Rows of a matrix state, its sum, its past and two matrices all read what the layer below gives out."""
    text = "S = 0.5 * S + outer(W @ h, x) + outer(A @ x, x[1])\nh = tanh(U @ x + S @ x + sum(x) * h)"
    stack = Stack(["lstm", Recurrence.parse(text, sizes={"S": ["n", "m"]}), "mgu"], (2, 3, 2), scale=0.7)
    at = given(stack.step)
    found = values(stack.step, stack.weights, at)
    J, logs = dense(stack.step, found), log_values(stack.step, stack.weights, at)
    rows = _rows(lambda g: pull(stack.step, found, g).s, stack.step.N, at)
    np.testing.assert_allclose(J, rows, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(log_jacobian(stack.step, logs).value(), rows, rtol=1e-11, atol=1e-12)
    assert log_errors(stack.step, logs) is None
    direct, gates = (dense(stack.step, found, path=path) for path in ("direct", "gates"))
    np.testing.assert_allclose(direct + gates, J, rtol=1e-12, atol=1e-13)
    assert (direct[:, stack.places(2)[:, None], stack.places(1)] != 0).any()


# ---- far out


def shut(lower="lstm", upper="lstm"):
    """A stack whose first layer forgets by e^−800, at some step."""
    upper = Recurrence.parse("h = 0.5 * h + U @ x", name="linear") if upper == "linear" else upper
    stack = Stack([lower, upper], scale=0.5)
    stack.weights["1/b_f"] = np.full(4, -800.0)
    return stack, given(stack.step, lead=(2,))


@pytest.mark.parametrize("upper", VARIETY)
def test_gate_shut_in_the_first_layer_survives_in_every_block(upper):
    """∂c¹/∂c¹ is f, and ∂s²/∂c¹ is (∂s²/∂x²) o tanh'(c) f: all e^−800 of what it is without f."""
    stack, at = shut(upper=upper)
    lower, upper_ = stack.layers
    h = at.s[..., :4]
    w = stack.own(1)
    z = {g: at.x @ w[f"U_{g}"].T + h @ w[f"W_{g}"].T + w[f"b_{g}"] for g in "ifgo"}
    below = values(lower, w, Given(stack.states(at.s, 1), at.x))
    new_c, out = after(lower, below)[..., 4:], below[lower.recurrence.out]
    found = values(upper_, stack.own(2), Given(stack.states(at.s, 2), out, at.t, _older(stack, at, 2)))
    by_x = _rows(lambda g: pull(upper_, found, g).x, upper_.N, at)
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


def test_weights_of_all_layers_have_terms():
    stack, rng = Stack(["lstm", "mist", "gru"], (4, 3, 2)), np.random.default_rng(27)
    run = roll(stack.step, stack.weights, rng.standard_normal((T, M)))
    credit, g = MotionOfEquations(run).credit, rng.standard_normal(run.out.shape)
    row, total = np.zeros((1, credit.layout.width)), dict.fromkeys(stack.weights, 0.0)
    for k in reversed(range(T)):
        row[:, credit.layout.entry] += g[k]
        row, delta = credit.pull(k, row)
        total = {name: total[name] + credit.shares.part(name, k, delta)[0] for name in total}
    whole = unroll(run, g)
    assert_close(row[0, : stack.step.N], whole.s0, 1e-13)
    for name, weight in whole.weights.items():
        assert_close(total[name], weight, 1e-12)
