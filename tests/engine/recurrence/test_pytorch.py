"""Stacks, directions, uneven lengths, legs and unshared weights: what the equations make of them is what PyTorch does."""

import numpy as np
import pytest

from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.exact import jacobian
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.recurrence.stack import stacked

from ..pytorch import NETWORKS, cell_weights, directions, network_name

each = {
    kind: pytest.mark.parametrize("case", cases, ids=network_name)
    for kind, cases in NETWORKS.items()
    if kind != "torch"
}


def close(found, expected, tolerance=1e-11):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * max(1.0, np.abs(expected).max()))


def stack_of(case, inputs, arrays, prefix="", gradients=False):
    """The step of a case's layers, and their weights; or the gradients on them."""
    one, n, count = cell(case["cell"], case["activation"]).recurrence, 3, case["layers"]
    step = sized(stacked([one] * count, inputs, [n] * count, [False] * count), inputs, n)
    own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    weights = {}
    for number in range(count):
        start = f"{number + 1}/" if count > 1 else ""
        layer = cell_weights(case["cell"], own, f"l{number}", gradients)
        weights |= {start + name: weight for name, weight in layer.items()}
    return step, weights


def state_of(step, parts):
    """A state (…, N) from its parts, "1/h" where the step has "h" alone."""
    return step.joined([np.array(parts[name if "/" in name else f"1/{name}"]) for name in step.parts])


def place_of(step, part):
    return step.parts[part if part in step.parts else part.removeprefix("1/")]


def assert_products(case, step, J):
    """The case's ∂row_t/∂column_k are blocks of the products of J_1..J_T."""
    for one in case["jacobians"]:
        P = np.eye(step.N)
        for t in range(one["k"], one["t"]):
            P = J[t] @ P
        close(P[place_of(step, one["row"]), place_of(step, one["column"])], one["P"])


@each["stacked"]
def test_stack_is_that_of_pytorch(case):
    x, g = np.array(case["x"]), np.array(case["g"])
    step, weights = stack_of(case, 2, case["weights"])
    s = state_of(step, case["states"])
    run = roll(step, weights, x, s[0])
    close(run.s, s)
    close(run.out, case["out"])
    found = unroll(run, g, inputs=True)
    for name, expected in stack_of(case, 2, case["gradients"], gradients=True)[1].items():
        close(found.weights[name], expected)
    close(found.x, case["gradients"]["x"])
    close(found.s0, state_of(step, case["gradients"]["start"]))
    assert_products(case, step, jacobian(step, weights, Given(run.s[:-1], x)))


def layers_of(case, x, starts):
    """The runs of a case's layers and directions by name, layer after layer, and what the last gives out."""
    runs, made = {}, []
    for name, end in directions(case):
        read = x[::-1] if "←" in name else x
        step = sized(cell(case["cell"], case["activation"]).recurrence, x.shape[-1], 3)
        parts = {f"1/{part}": starts.get(f"{name}/{part}", np.zeros(3)) for part in step.parts}
        runs[name] = roll(step, cell_weights(case["cell"], case["weights"], end), read, state_of(step, parts))
        made.append(runs[name].out[::-1] if "←" in name else runs[name].out)
        if "→" not in name:
            x, made = np.concatenate(made, axis=-1), []
    return runs, x


def pulled(case, runs, g):
    """The gradients by name on the weights of all layers and directions, on their starts, and on x."""
    weights, starts, gathered = {}, {}, np.zeros(())
    for name, end in reversed(list(directions(case))):
        rows = slice(3, 6) if "←" in name else slice(0, 3)
        found = unroll(runs[name], g[::-1, rows] if "←" in name else g[:, rows], inputs=True)
        weights[end], starts[name] = found.weights, found.s0
        gathered = gathered + (found.x[::-1] if "←" in name else found.x)
        if "←" not in name:
            g, gathered = gathered, np.zeros(())
    return weights, starts, g


@each["bidirectional"]
def test_layers_of_two_directions_are_those_of_pytorch(case):
    runs, out = layers_of(case, np.array(case["x"]), case["start"])
    close(out, case["out"])
    weights, starts, x = pulled(case, runs, np.array(case["g"]))
    close(x, case["gradients"]["x"])
    for name, end in directions(case):
        run, own = runs[name], {f"1/{part.split('/')[1]}": part for part in case["states"] if part.startswith(name)}
        step = run.step
        close(run.s, state_of(step, {key: case["states"][part] for key, part in own.items()}))
        close(starts[name], state_of(step, {key: case["gradients"]["start"][part] for key, part in own.items()}))
        for weight, expected in cell_weights(case["cell"], case["gradients"], end, gradients=True).items():
            close(weights[end][weight], expected)
        J = jacobian(step, run.weights, Given(run.s[:-1], run.inputs[:, 0]))
        mine = [
            {**one, **{key: one[key].replace(name, "1") for key in ("row", "column")}}
            for one in case["jacobians"]
            if one["row"].startswith(name)
        ]
        assert len(mine) == 2
        assert_products({"jacobians": mine}, step, J)


@each["uneven"]
def test_each_sequence_of_an_uneven_batch_is_run_alone(case):
    x, g, total, names = np.array(case["x"]), np.array(case["g"]), {}, dict(directions(case))
    g_x = np.zeros_like(x)
    for place, steps in enumerate(case["lengths"]):
        runs, out = layers_of(case, x[:steps, place], {})
        close(out, np.array(case["out"])[:steps, place])
        for name, run in runs.items():
            parts = {f"1/{part}": np.array(case["last"][f"{name}/{part}"])[place] for part in run.step.parts}
            close(run.s[-1], state_of(run.step, parts))
        weights, _, g_x[:steps, place] = pulled(case, runs, g[:steps, place])
        for end, some in weights.items():
            total[end] = {name: one + total.get(end, {}).get(name, 0.0) for name, one in some.items()}
    close(g_x, case["gradients"]["x"])
    for end in names.values():
        for weight, expected in cell_weights(case["cell"], case["gradients"], end, gradients=True).items():
            close(total[end][weight], expected)


@each["encoder_decoder"]
def test_decoder_goes_on_where_the_encoder_has_stopped(case):
    x, fed, g = (np.array(case[name]) for name in ("x", "fed", "g"))
    encoder, of_encoder = stack_of(case, 2, case["weights"], "encoder/")
    decoder, of_decoder = stack_of(case, 3, case["weights"], "decoder/")
    s, V = state_of(encoder, case["states"]), np.array(case["weights"]["V"])
    first = roll(encoder, of_encoder, x, s[0])
    then = roll(decoder, of_decoder, fed, first.s[-1])
    close(np.concatenate([first.s, then.s[1:]]), s)
    close(then.out @ V.T + case["weights"]["c"], case["out"])
    back = unroll(then, g @ V, inputs=True)
    g_s = np.zeros_like(first.s[1:])
    g_s[-1] = back.s0
    before = unroll(first, np.zeros_like(first.out), g_s, inputs=True)
    for found, prefix, inputs in ((before, "encoder/", 2), (back, "decoder/", 3)):
        for name, expected in stack_of(case, inputs, case["gradients"], prefix, gradients=True)[1].items():
            close(found.weights[name], expected)
    close(before.x, case["gradients"]["x"])
    close(back.x, case["gradients"]["fed"])
    close(before.s0, state_of(encoder, case["gradients"]["start"]))
    close(g.T @ then.out, case["gradients"]["V"])
    J = [jacobian(encoder, of_encoder, Given(first.s[:-1], x)), jacobian(decoder, of_decoder, Given(then.s[:-1], fed))]
    assert_products(case, encoder, np.concatenate(J))


@each["deep"]
def test_layers_of_a_feed_forward_network_are_steps_whose_weights_change(case):
    step = sized(Recurrence.parse("h = tanh(W @ h + b)"), 1, 4)
    W, b = (np.array(case["weights"][name]) for name in "Wb")
    s, J, runs = np.array(case["x"]), [], []
    for one, bias in zip(W, b, strict=True):
        runs.append(roll(step, {"W": one, "b": bias}, np.zeros((1, 1)), s))
        J.append(jacobian(step, runs[-1].weights, Given(s, np.zeros(1))))
        s = runs[-1].s[-1]
    close([case["x"], *(run.s[-1] for run in runs)], case["states"]["h"])
    assert_products({"jacobians": [{**one, "row": "h", "column": "h"} for one in case["jacobians"]]}, step, J)
    g = np.array(case["g"])
    for layer in reversed(range(len(runs))):
        found = unroll(runs[layer], g[None])
        close(found.weights["W"], case["gradients"]["W"][layer])
        close(found.weights["b"], case["gradients"]["b"][layer])
        g = found.s0
    close(g, case["gradients"]["x"])
