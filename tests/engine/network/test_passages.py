"""Batches through networks of layers, directions and uneven lengths, there and back, beside PyTorch and beside themselves."""

from collections.abc import Mapping

import numpy as np
import pytest

from explorer.engine import Batch, Layer, Network, bptt, bptt_batch, forward_batch, gradient_flow
from explorer.engine.gradient.backward import read_states
from explorer.engine.network.passage import travelled, turned

from ..pytorch import NETWORKS, cell_weights, directions, network_name

RNG = np.random.default_rng(8)
MIXED = (
    Layer("lstm", 4), Layer("mgu", 4, skip="residual"), Layer("gru", 3, direction="both"),
    Layer("rnn", 4, direction="backward"), Layer("mist", 3),
)  # fmt: skip
LENGTHS = np.array([7, 5, 5, 2])


def each(kind):
    return pytest.mark.parametrize("case", NETWORKS[kind], ids=network_name)


def close(found, expected, tolerance=1e-10):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * max(1.0, np.abs(expected).max()))


def network_of(case):
    both = "both" if any("→" in name for name, _ in directions(case)) else "forward"
    layers = [Layer(case["cell"], 3, both, activation=case["activation"])] * case["layers"]
    weights = {
        f"{name}/{own}": weight
        for name, end in directions(case)
        for own, weight in cell_weights(case["cell"], case["weights"], end).items()
    }
    return Network.from_weights(layers=layers, weights=weights)


def assert_weights(case, found):
    for name, end in directions(case):
        for own, expected in cell_weights(case["cell"], case["gradients"], end, gradients=True).items():
            close(found[f"{name}/{own}"], expected)


def states_of(chain, parts):
    """Of parts by layer ("1/h", "2←/h") the states of a chain, as its own name tells which are its."""
    half = chain.name if "→" in chain.name or "←" in chain.name else ""
    return np.concatenate(
        [
            np.array(parts[f"{half}/{part}" if half else part if "/" in part else f"1/{part}"])
            for part in chain.step.parts
        ],
        axis=-1,
    )


@each("uneven")
def test_uneven_batch_is_that_of_pytorch_there_and_back(case):
    net, lengths = network_of(case), np.array(case["lengths"])
    order = np.argsort(-lengths, kind="stable")
    passage = travelled(net, np.array(case["x"])[:, order], lengths[order])
    close(passage.out, np.array(case["out"])[:, order])
    for name, along in passage.along.items():
        ends = along.s[lengths[order], np.arange(len(order))]
        close(ends, states_of(net.chain(name), case["last"])[order])
    found = passage.back(np.array(case["g"])[:, order], inputs=True)
    close(found.x, np.array(case["gradients"]["x"])[:, order])
    assert_weights(case, found.weights)


@pytest.mark.parametrize("case", NETWORKS["stacked"] + NETWORKS["bidirectional"], ids=network_name)
def test_gradients_of_layers_and_directions_are_those_of_pytorch(case):
    net, x = network_of(case), np.array(case["x"])[:, None]
    starts = {chain.name: states_of(chain, case["start"]) for chain in net.architecture.chains}
    passage = travelled(net, x, [len(x)], starts)
    close(passage.out[:, 0], case["out"])
    for chain in net.architecture.chains:
        close(passage.along[chain.name].s[:, 0], states_of(chain, case["states"]))
    found = passage.back(np.array(case["g"])[:, None], inputs=True)
    assert_weights(case, found.weights)
    close(found.x[:, 0], case["gradients"]["x"])
    for chain in net.architecture.chains:
        close(found.s0[chain.name][0], states_of(chain, case["gradients"]["start"]))


@pytest.mark.parametrize("case", NETWORKS["stacked"] + NETWORKS["bidirectional"], ids=network_name)
def test_gradients_by_bptt_are_those_of_pytorch(case):
    """½ ‖out − a‖² with a = out − g has the gradient g on out."""
    net, x = network_of(case), np.array(case["x"])
    trace = net.forward(x, {chain.name: states_of(chain, case["start"]) for chain in net.architecture.chains})
    close(trace.y, case["out"])
    found = bptt(trace, trace.y - np.array(case["g"]), loss="squared_error")
    assert_weights(case, found.weights)
    close(found.x, case["gradients"]["x"])
    for chain in net.architecture.chains:
        s0 = found.s0[chain.name] if isinstance(found.s0, Mapping) else found.s0
        close(s0, states_of(chain, case["gradients"]["start"]))


@each("uneven")
def test_gradients_of_a_batch_are_those_of_pytorch(case):
    net, x, lengths = network_of(case), np.array(case["x"]), case["lengths"]
    xs = [x[:length, place] for place, length in enumerate(lengths)]
    outs = [np.array(case["out"])[:length, place] for place, length in enumerate(lengths)]
    aims = [out - np.array(case["g"])[: len(out), place] for place, out in enumerate(outs)]
    found = bptt_batch(forward_batch(net, Batch.of(net, xs, aims, loss="squared_error")))
    weights = Network(net.architecture, net.readout, found.parameters).weights
    assert_weights(case, weights)
    close(found.x, np.array(case["gradients"]["x"])[:, found.trace.batch.order])


@pytest.mark.parametrize("case", NETWORKS["stacked"] + NETWORKS["bidirectional"], ids=network_name)
def test_blocks_of_products_of_jacobians_are_those_of_pytorch(case):
    net = network_of(case)
    trace = net.forward(case["x"], {chain.name: states_of(chain, case["start"]) for chain in net.architecture.chains})
    flows = {name: gradient_flow(course) for name, course in trace.chains.items()}
    for one in case["jacobians"]:
        chain = one["row"].split("/")[0] if len(flows) > 1 else "net"
        parts = trace.chains[chain].parts
        rows, columns = (parts[n if n in parts else n.split("/")[1]] for n in (one["row"], one["column"]))
        # PyTorch's steps of a backward layer are counted as it runs, a flow's pairs are in the sequence's time.
        T, backward = len(case["x"]), net.chain(chain).backward
        P, log = flows[chain].product(*(T - i if backward else i for i in (one["t"], one["k"])))
        close((np.exp(log) * P)[rows, columns], one["P"])


def loss_of(net, x, lengths, starts, g, g_s):
    passage = travelled(net, x, lengths, starts)
    return (g * passage.out).sum() + sum((g_s[name] * one.s[1:]).sum() for name, one in passage.along.items())


@pytest.mark.parametrize("layers", [MIXED, (Layer("lstm", 3), Layer("mist", 3), Layer("lru", 4))])
def test_gradients_are_how_the_loss_changes(layers):
    net, x = Network.random(layers=layers, inputs=2, outputs=1, seed=3), RNG.standard_normal((7, 4, 2))
    inside = (np.arange(7)[:, None] < LENGTHS)[..., None]
    x, g = x * inside, RNG.standard_normal((7, 4, net.hidden)) * inside
    sizes = {chain.name: (4, chain.step.N) for chain in net.architecture.chains}
    starts = {name: 0.3 * RNG.standard_normal(size) for name, size in sizes.items()}
    g_s = {name: RNG.standard_normal((7, *size)) * inside for name, size in sizes.items()}
    found = travelled(net, x, LENGTHS, starts).back(g, g_s=g_s, inputs=True)
    h = 1e-6
    along = {name: RNG.standard_normal(weight.shape) for name, weight in net.parameters.items() if name not in "Vc"}
    along_x = RNG.standard_normal(x.shape) * inside
    along_s = {name: RNG.standard_normal(size) for name, size in sizes.items()}

    def at(h):
        moved = net.with_parameters({name: net.parameters[name] + h * one for name, one in along.items()})
        begun = {name: one + h * along_s[name] for name, one in starts.items()}
        return loss_of(moved, x + h * along_x, LENGTHS, begun, g, g_s)

    slope = sum((found.weights[name] * one).sum() for name, one in along.items()) + (found.x * along_x).sum()
    slope += sum((found.s0[name] * one).sum() for name, one in along_s.items())
    assert (at(h) - at(-h)) / (2 * h) == pytest.approx(slope, rel=1e-7)


def test_each_sequence_of_a_batch_goes_as_if_it_were_alone():
    net, x = Network.random(layers=MIXED, inputs=2, outputs=1, seed=4), RNG.standard_normal((7, 4, 2))
    inside = (np.arange(7)[:, None] < LENGTHS)[..., None]
    passage, g = travelled(net, x, LENGTHS), RNG.standard_normal((7, 4, net.hidden)) * inside
    found, total = passage.back(g, detached=(2, 4), inputs=True), {}
    for place, length in enumerate(LENGTHS):
        rows = slice(0, length), slice(place, place + 1)
        alone = travelled(net, x[rows], [length])
        close(passage.out[rows], alone.out)
        assert not passage.out[length:, place].any()
        back = alone.back(g[rows], detached=(2, 4), inputs=True)
        close(found.x[rows], back.x)
        total = {name: one + total.get(name, 0.0) for name, one in back.weights.items()}
        for name, start in back.s0.items():
            close(found.s0[name][place], start[0])
    for name, one in total.items():
        close(found.weights[name], one)


def test_layers_run_one_by_one_are_the_one_recurrence_that_they_make():
    net = Network.random(
        layers=[Layer("lstm", 4), Layer("gru", 4, skip="residual"), Layer("mgu", 3)], inputs=2, outputs=1
    )
    x, s = RNG.standard_normal((7, 2)), net.forward(np.zeros((1, 2))).s[1]
    along = travelled(net, x[:, None], [7], {"net": s}).along["net"]
    assert len(along.journeys) == 3
    close(along.s[:, 0], net.forward(x, s).s)


def test_window_counts_from_the_loss_through_all_layers():
    """What the loss of step t does to steps k with t − k < τ: the sum of runs whose state is held fixed before them."""
    net = Network.random(layers=[Layer("lstm", 4), Layer("gru", 3)], inputs=2, outputs=1)
    x, g, total, T = RNG.standard_normal((7, 1, 2)), RNG.standard_normal((7, 1, 3)), {}, 7
    found = travelled(net, x, [T]).back(g, window=3, inputs=True)
    for t in range(1, T + 1):
        only = np.zeros_like(g)
        only[t - 1] = g[t - 1]
        one = travelled(net, x, [T]).back(only, detached=(t - 3,), inputs=True)
        total = {name: part + total.get(name, 0.0) for name, part in (one.weights | {"x": one.x}).items()}
    for name, part in (found.weights | {"x": found.x}).items():
        close(part, total[name])


def test_single_precision_stays_single():
    net, x = Network.random(layers=MIXED, inputs=2, outputs=1), RNG.standard_normal((7, 4, 2)).astype(np.float32)
    passage = travelled(net, x, LENGTHS)
    found = passage.back(np.ones_like(passage.out), inputs=True)
    made = {"out": passage.out, "x": found.x, **found.weights, **found.s0, **found.s}
    assert {name for name, one in made.items() if one.dtype != np.float32} == set()
    exact = travelled(net, x.astype(np.float64), LENGTHS)
    np.testing.assert_allclose(passage.out, exact.out, atol=1e-5)


def test_sequences_are_turned_round_within_their_lengths():
    x = np.arange(12.0).reshape(4, 3)
    assert turned(x, np.array([4, 2, 1])).T.tolist() == [[9, 6, 3, 0], [4, 1, 7, 10], [2, 5, 8, 11]]
    np.testing.assert_array_equal(turned(turned(x, np.array([4, 2, 1])), np.array([4, 2, 1])), x)


@each("uneven")
def test_last_state_of_each_direction_is_its_own(case):
    """As PyTorch's h_n: the half that runs backward ends at the sequence's first step."""
    net, lengths = network_of(case), np.array(case["lengths"])
    order = np.argsort(-lengths, kind="stable")
    passage = travelled(net, np.array(case["x"])[:, order], lengths[order])
    read = read_states(net, passage.out, "last", lengths[order])
    halves = [name for name, _ in directions(case) if name.startswith(str(case["layers"]))]
    close(read, np.concatenate([np.array(case["last"][f"{half}/h"]) for half in halves], axis=1)[order])


@pytest.mark.parametrize("at", ["every", "last", "mean"])
@pytest.mark.parametrize("last", ["forward", "backward", "both"])
def test_losses_of_a_last_layer_of_any_direction_have_their_gradients(at, last):
    net, x = (
        Network.random(layers=[Layer("gru", 3), Layer("rnn", 2, last)], inputs=2, outputs=3),
        RNG.standard_normal((5, 2)),
    )
    targets = [0, 2, 1, 1, 0] if at == "every" else 1
    found, h = bptt(net.forward(x), targets, at=at), 1e-6
    along = {name: RNG.standard_normal(weight.shape) for name, weight in net.parameters.items()}
    ends = [
        bptt(
            net.with_parameters({n: net.parameters[n] + s * h * one for n, one in along.items()}).forward(x),
            targets,
            at=at,
        )
        for s in (1, -1)
    ]
    slope = sum((found.parameters[name] * one).sum() for name, one in along.items())
    assert (ends[0].loss - ends[1].loss) / (2 * h) == pytest.approx(slope, rel=1e-7)
