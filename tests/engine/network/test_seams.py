"""Chains whose weights change: an encoder with its decoder, and a deep network whose layers are steps, beside PyTorch."""

import copy
import pickle

import numpy as np
import pytest

from explorer.engine import BadNetwork, BadSequence, Layer, Network, bptt, gradient_flow
from explorer.engine.network.passage import travelled
from explorer.engine.network.running import legs_of
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.legs import Leg, travel

from ..pytorch import NETWORKS, cell_weights, network_name

RNG = np.random.default_rng(11)
FEED_FORWARD = Recurrence.parse("h = tanh(W @ h + b)", name="layer")


def each(kind):
    return pytest.mark.parametrize("case", NETWORKS[kind], ids=network_name)


def close(found, expected, tolerance=1e-10):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * max(1.0, np.abs(expected).max()))


def by_name(case, arrays, gradients=False):
    """Weights of an encoder and a decoder, or gradients, by the names that the network has for them."""
    found = {}
    for half, prefix in (("encoder/", ""), ("decoder/", "decoder/")):
        own = {name.removeprefix(half): array for name, array in arrays.items() if name.startswith(half)}
        for number in range(case["layers"]):
            weights = cell_weights(case["cell"], own, f"l{number}", gradients)
            found |= {f"{prefix}{number + 1}/{name}": weight for name, weight in weights.items()}
    return found


def encoder_decoder(case):
    layers = [Layer("lstm", 3)] * case["layers"]
    weights = by_name(case, case["weights"]) | {name: case["weights"][name] for name in "Vc"}
    return Network.from_weights(layers=layers, decoder=layers, weights=weights, readout="identity")


def fed(case):
    """What both halves read, one after the other, the first two or all three columns."""
    return np.concatenate([np.pad(case["x"], ((0, 0), (0, 1))), case["fed"]])


def state_of(step, parts):
    return np.concatenate([np.array(parts[name if "/" in name else f"1/{name}"]) for name in step.parts], axis=-1)


def assert_products(case, course):
    J = course.jacobians()
    for one in case["jacobians"]:
        P = np.eye(course.width)
        for t in range(one["k"], one["t"]):
            P = J[t] @ P
        rows, columns = (
            course.parts[n if n in course.parts else n.removeprefix("1/")] for n in (one["row"], one["column"])
        )
        close(P[rows, columns], one["P"])


@each("encoder_decoder")
def test_decoder_goes_on_where_the_encoder_has_stopped(case):
    net, x, seam = encoder_decoder(case), fed(case), len(case["x"])
    (chain,) = net.architecture.chains
    assert net.inputs == 3
    trace = net.forward(x, state_of(chain.step, case["start"]), seam)
    close(trace.s, state_of(chain.step, case["states"]))
    close(trace.o[seam:], case["out"])
    assert_products(case, trace.only)


@each("encoder_decoder")
def test_gradients_of_both_halves_are_those_of_pytorch(case):
    net, x, seam = encoder_decoder(case), fed(case)[:, None], len(case["x"])
    (chain,) = net.architecture.chains
    passage = travelled(net, x, [len(x)], {"net": state_of(chain.step, case["start"])}, seam)
    close(passage.states["net"][:, 0], state_of(chain.step, case["states"]))
    g = np.zeros((len(x), 1, 3))
    g[seam:, 0] = np.array(case["g"]) @ net.V
    found = passage.back(g, inputs=True)
    for name, expected in by_name(case, case["gradients"], gradients=True).items():
        close(found.weights[name], expected)
    close(found.x[:seam, 0, :2], case["gradients"]["x"])
    assert not found.x[:seam, 0, 2].any()
    close(found.x[seam:, 0], case["gradients"]["fed"])
    close(found.s0["net"][0], state_of(chain.step, case["gradients"]["start"]))


@each("encoder_decoder")
def test_gradients_by_bptt_of_both_halves_and_the_readout_are_those_of_pytorch(case):
    """The encoder's steps have no target; ½ ‖y − a‖² with a = y − g has the gradient g on the decoder's."""
    net, x, seam = encoder_decoder(case), fed(case), len(case["x"])
    trace = net.forward(x, state_of(net.architecture.chains[0].step, case["start"]), seam)
    aims = np.full_like(trace.y, np.nan)
    aims[seam:] = trace.y[seam:] - case["g"]
    found = bptt(trace, aims, loss="squared_error")
    expected = by_name(case, case["gradients"], gradients=True) | {name: case["gradients"][name] for name in "Vc"}
    assert set(expected) == set(found.parameters)
    for name, g in expected.items():
        close(found.parameters[name], g)


@each("deep")
def test_layers_of_a_deep_network_are_steps_of_one_chain(case):
    weights = {f"1/{name}": case["weights"][name] for name in "Wb"}
    net = Network.from_weights(layers=[Layer(FEED_FORWARD, 4, steps=30)], weights=weights, inputs=1, readout="identity")
    trace = net.forward(np.zeros((30, 1)), case["x"])
    close(trace.s, case["states"]["h"])
    assert_products(case, trace.only)
    P = np.array(next(one["P"] for one in case["jacobians"] if (one["t"], one["k"]) == (30, 0)))
    assert gradient_flow(trace).log_norm[30, 0] == pytest.approx(np.log(np.linalg.norm(P)), abs=1e-10)
    passage = travelled(net, np.zeros((30, 1, 1)), [30], {"net": np.array(case["x"])})
    g = np.zeros((30, 1, 4))
    g[-1, 0] = case["g"]
    found = passage.back(g)
    for name in "Wb":
        close(found.weights[f"1/{name}"], case["gradients"][name])
    close(found.s0["net"][0], case["gradients"]["x"])


def test_step_of_a_deep_network_reads_x_by_its_own_weights():
    net = Network.random(layers=[Layer("rnn", 4, steps=5), Layer("gru", 3)], inputs=2, outputs=1)
    assert net.weights["1/U"].shape == (5, 4, 2)
    assert net.weights["2/U_r"].shape == (3, 4)
    x = RNG.standard_normal((5, 2))
    h = np.zeros(4)
    for t, found in enumerate(net.forward(x).s[1:, :4]):
        h = np.tanh(net.weights["1/U"][t] @ x[t] + net.weights["1/W"][t] @ h + net.weights["1/b"][t])
        close(found, h)


def test_each_step_draws_its_own_weights_the_first_those_of_a_layer_that_shares_them():
    deep, plain = (Network.random(layers=[Layer("lstm", 4, steps=n)], inputs=2, outputs=1, seed=3) for n in (3, None))
    assert len({float(one.ravel()[0]) for name, w in deep.weights.items() if "/W" in name for one in w}) == 12
    for name, weight in plain.weights.items():
        np.testing.assert_array_equal(weight, deep.weights[name] if name in "Vc" else deep.weights[name][0])


def test_decoder_draws_weights_of_its_own():
    net = Network.random(layers=[Layer("gru", 4)], decoder=[Layer("gru", 4)], inputs=2, fed=5, outputs=3, seed=1)
    alone = Network.random(layers=[Layer("gru", 4)], inputs=2, outputs=3, seed=1)
    for name in ("1/W_n", "1/U_z", "V"):
        np.testing.assert_array_equal(net.weights[name], alone.weights[name])
    assert net.weights["decoder/1/U_z"].shape == (4, 5)
    assert not np.isclose(net.weights["decoder/1/W_n"], net.weights["1/W_n"]).any()


PAIRS = {
    "two layers": ([Layer("lstm", 3), Layer("gru", 4)], [Layer("lstm", 3), Layer("gru", 4)]),
    "other cells of one state": ([Layer("rnn", 3)], [Layer("gru", 3)]),
    "delays over the seam": ([Layer("mist", 3)], [Layer("mist", 3)]),
    "weights of each step": ([Layer("rnn", 3, steps=4)], [Layer("rnn", 3, steps=5)]),
    "residual": ([Layer("gru", 3), Layer("gru", 3, skip="residual")], [Layer("gru", 3), Layer("gru", 3)]),
}
each_pair = pytest.mark.parametrize(("layers", "decoder"), PAIRS.values(), ids=PAIRS)


def random_pair(layers, decoder):
    return Network.random(layers=layers, decoder=decoder, inputs=2, fed=3, outputs=2, seed=5)


@each_pair
def test_jacobians_over_the_seam_are_how_the_next_state_changes(layers, decoder):
    net, x = random_pair(layers, decoder), RNG.standard_normal((7, 3))
    course = net.forward(x, seam=3).only
    (chain,) = net.architecture.chains
    J, h = course.jacobians(), 1e-6
    for t in (3, 4, 5):
        for unit in (0, course.width - 1):
            d = h * (np.arange(course.width) == unit)
            ends = [course.s[t - 1] + sign * d for sign in (1, -1)]
            if course.motion.delays == (1,):
                legs = legs_of(net, chain.whole, [7], 3)
                made = [after(legs, x, s, t - 1)[0] for s in ends]
                np.testing.assert_allclose((made[0] - made[1]) / (2 * h), J[t - 1][:, unit], atol=1e-8)
            by_change = course.motion.change(t - 1, d)
            np.testing.assert_allclose(by_change / h, J[t - 1][:, unit], atol=1e-5)
            logged = course.log_jacobian(t)
            np.testing.assert_allclose(logged.value(), J[t - 1], atol=1e-12)


def after(legs, x, s, done):
    """The state after one step from s, when so many steps are done."""
    ends = np.cumsum([leg.steps for leg in legs])
    leg = legs[int(np.searchsorted(ends, done, side="right"))]
    return travel([Leg(leg.step, leg.weights, 1)], x[done : done + 1], s).s[1:]


@each_pair
def test_gradients_over_seams_are_how_the_loss_changes(layers, decoder):
    net, x, lengths, seams = (
        random_pair(layers, decoder),
        RNG.standard_normal((8, 4, 3)),
        np.array([8, 6, 5, 5]),
        (3, 4, 3, 1),
    )
    inside = (np.arange(8)[:, None] < lengths)[..., None]
    x, g = x * inside, RNG.standard_normal((8, 4, net.hidden)) * inside
    width = net.architecture.chains[0].step.N
    g_s, s0 = RNG.standard_normal((8, 4, width)) * inside, 0.3 * RNG.standard_normal((4, width))
    found = travelled(net, x, lengths, {"net": s0}, seams).back(g, g_s={"net": g_s}, inputs=True)
    along = {name: RNG.standard_normal(weight.shape) for name, weight in net.parameters.items() if name not in "Vc"}
    along_x, along_s, h = RNG.standard_normal(x.shape) * inside, RNG.standard_normal(s0.shape), 1e-6

    def at(h):
        moved = net.with_parameters({name: net.parameters[name] + h * one for name, one in along.items()})
        passage = travelled(moved, x + h * along_x, lengths, {"net": s0 + h * along_s}, seams)
        return (g * passage.out).sum() + (g_s * passage.states["net"][1:]).sum()

    slope = sum((found.weights[name] * one).sum() for name, one in along.items()) + (found.x * along_x).sum()
    slope += (found.s0["net"] * along_s).sum()
    assert (at(h) - at(-h)) / (2 * h) == pytest.approx(slope, rel=1e-7)


@each_pair
def test_each_sequence_of_a_batch_has_its_own_seam(layers, decoder):
    net, x, lengths, seams = random_pair(layers, decoder), RNG.standard_normal((8, 4, 3)), [8, 6, 5, 5], (3, 4, 3, 1)
    passage = travelled(net, x, lengths, seam=seams)
    for place, (length, seam) in enumerate(zip(lengths, seams, strict=True)):
        trace = net.forward(x[:length, place], seam=seam)
        close(passage.out[:length, place], trace.only.out)
        close(passage.states["net"][: length + 1, place], trace.s)


@pytest.mark.parametrize("seam", [0, 5])
def test_seam_may_lie_at_either_end(seam):
    net = random_pair([Layer("gru", 3)], [Layer("gru", 3)])
    x = RNG.standard_normal((5, 3))
    trace = net.forward(x, seam=seam)
    names = {"1/": "decoder/1/" if seam == 0 else "1/"}
    own = {name: net.weights[name.replace("1/", names["1/"])] for name in net.weights if name.startswith("1/")}
    alone = Network.from_weights(layers=[Layer("gru", 3)], weights=own)
    np.testing.assert_allclose(trace.s, alone.forward(x[:, : alone.inputs]).s, atol=1e-14)
    found = travelled(net, x[:, None], [5], seam=seam).back(np.ones((5, 1, 3)))
    unread = [name for name in found.weights if name.startswith("decoder/") == (seam == 5)]
    assert len(found.weights) == 2 * len(unread)
    assert not any(found.weights[name].any() for name in unread)


@each_pair
def test_networks_whose_weights_change_come_back_from_weights_and_pickles(layers, decoder):
    net = random_pair(layers, decoder)
    assert Network.from_weights(layers=layers, decoder=decoder, weights=net.weights) == net
    assert pickle.loads(pickle.dumps(net)) == net
    trace = net.forward(RNG.standard_normal((6, 3)), seam=2)
    again = pickle.loads(pickle.dumps(copy.deepcopy(trace)))
    assert again == trace
    np.testing.assert_allclose(again.jacobians(), trace.jacobians(), rtol=1e-13)
    np.testing.assert_allclose(gradient_flow(again).log_norm, gradient_flow(trace).log_norm, atol=1e-12)


GRU = [Layer("gru", 3)]


@pytest.mark.parametrize(
    ("ask", "refusal", "said"),
    [
        (lambda: random_pair(GRU, [Layer("gru", 4)]), BadNetwork, r"part 1/h .* \(3,\) in the encoder and \(4,\)"),
        (lambda: random_pair(GRU, [Layer("lstm", 3)]), BadNetwork, "decoder has the part 1/c"),
        (lambda: random_pair(GRU * 2, GRU), BadNetwork, "encoder has the part 2/h"),
        (lambda: random_pair(GRU, [Layer("gru", 3, "both")]), BadNetwork, "Layer 1 of the decoder reads ⇄"),
        (lambda: random_pair([*GRU, Layer("gru", 3, "backward")], GRU), BadNetwork, "Layer 2 of the encoder"),
        (lambda: Network.random(layers=GRU, fed=3, inputs=2, outputs=1), BadNetwork, "no decoder"),
        (lambda: random_pair(GRU, GRU).forward(np.zeros((4, 3))), BadSequence, "after how many steps"),
        (lambda: random_pair(GRU, GRU).forward(np.zeros((4, 3)), seam=5), BadSequence, "seam is at step 5; .* 0 to 4"),
        (lambda: Network.random(layers=GRU, inputs=2, outputs=1).forward([[0, 0]], seam=1), BadSequence, "no decoder"),
        (lambda: Layer("rnn", 3, steps=0), BadNetwork, "steps is 0"),
        (
            lambda: Network.random(layers=[Layer("rnn", 3, steps=4)], inputs=2, outputs=1).forward(np.zeros((5, 2))),
            BadSequence,
            "weights for 4 steps; the sequence has 5",
        ),
        (
            lambda: random_pair(*PAIRS["weights of each step"]).forward(np.zeros((9, 3)), seam=3),
            BadSequence,
            "weights for 5 steps; the sequence has 6",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_where_it_lies(ask, refusal, said):
    with pytest.raises(refusal, match=said):
        ask()
