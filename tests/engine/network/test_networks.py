"""Networks of layers: their chains, their weights by name, and that each is what running its layers one by one gives."""

import copy
import pickle

import numpy as np
import pytest

from explorer.engine import (
    BadNetwork,
    BadSequence,
    Batch,
    Embedding,
    Layer,
    Network,
    TooBig,
    bptt,
    forward_batch,
    gradient_flow,
    lyapunov_exponents,
)
from explorer.engine.network.readouts import READOUTS
from explorer.engine.recurrence import library
from explorer.engine.recurrence.recurrence import Recurrence
from tests.shipped import VARIETY

RNG = np.random.default_rng(3)
X = RNG.standard_normal((7, 3))
MIXED = (Layer("lstm", 4), Layer("mgu", 5), Layer("gru", 3, direction="both"), Layer("rnn", 4, activation="relu"))
MGU = """
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""


def test_chains_are_the_layers_that_run_one_way_in_a_row():
    trace = Network.random(layers=MIXED, inputs=3, outputs=2).forward(X)
    assert list(trace.chains) == ["1-2", "3→", "3←", "4"]
    assert dict(trace.chains["1-2"].parts) == {"1/h": slice(0, 4), "1/c": slice(4, 8), "2/h": slice(8, 13)}
    assert dict(trace.chains["4"].parts) == {"h": slice(0, 4)}


@pytest.mark.parametrize("cell", VARIETY)
def test_network_of_one_layer_has_one_chain_called_net(cell):
    trace = Network.random(cell=cell, inputs=3, hidden=4, outputs=2).forward(X)
    assert list(trace.chains) == ["net"]
    assert np.isfinite(trace.o).all()


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_kernel_and_equations_of_a_network_agree(cell):
    """A network whose cell is another name for the same equations is run by the kernel; one that is not is run by itself."""
    net = Network.random(cell=cell, inputs=3, hidden=5, outputs=2, gain=1.3, seed=4)
    text = library.cell(cell).recurrence.text.replace("f(", "tanh(")
    same = Network.from_weights(layers=[Layer(Recurrence.parse(text, name="mine"), 5)], weights=net.weights)
    other = Network.from_weights(
        layers=[Layer(Recurrence.parse(text.replace("@ x +", "@ x + 0 * t +", 1), name="other"), 5)],
        weights=net.weights,
    )
    assert same.architecture.alone is not None
    assert other.architecture.alone is None
    for made in (same, other):
        trace, flow = made.forward(X), gradient_flow(made.forward(X))
        np.testing.assert_allclose(trace.s, net.forward(X).s, rtol=0, atol=1e-13)
        np.testing.assert_allclose(flow.log_norm, gradient_flow(net.forward(X)).log_norm, rtol=0, atol=1e-9)


def test_each_layer_reads_what_the_one_below_gives_out():
    net = Network.random(layers=MIXED, inputs=3, outputs=2, readout="identity", seed=1)
    read = X
    for number, layer in enumerate(MIXED, start=1):
        outs = []
        for arrow, way in (("→", 1), ("←", -1)) if layer.direction == "both" else (("", 1),):
            prefix = f"{number}{arrow}/"
            own = {f"1/{name[len(prefix) :]}": w for name, w in net.weights.items() if name.startswith(prefix)}
            alone = Network.from_weights(
                layers=[Layer(layer.cell, layer.width, activation=layer.activation)], weights=own, readout="identity"
            )
            outs.append(alone.forward(read[::way]).o[::way])
        read = np.concatenate(outs, axis=1)
    np.testing.assert_allclose(net.forward(X).y, read @ net.V.T + net.c, rtol=0, atol=1e-13)


def test_backward_chain_runs_from_the_end():
    net = Network.random(layers=[Layer("gru", 4, direction="backward")], inputs=3, outputs=2, seed=2)
    forward = Network.from_weights(
        layers=[Layer("gru", 4)], weights={n.replace("←", ""): w for n, w in net.weights.items()}
    )
    np.testing.assert_allclose(net.forward(X).o[::-1], forward.forward(X[::-1]).o, rtol=1e-13)


def test_residual_layer_adds_what_it_reads():
    plain, skipping = (
        Network.random(layers=[Layer("rnn", 3, skip=skip)], inputs=3, outputs=3) for skip in (None, "residual")
    )
    one, other = (net.forward(X).only.out for net in (plain, skipping))
    np.testing.assert_allclose(other, one + X, rtol=0, atol=1e-15)


@pytest.mark.parametrize("cell", VARIETY)
def test_first_layer_draws_what_a_network_of_that_cell_draws(cell):
    alone = Network.random(cell=cell, inputs=3, hidden=4, outputs=2, seed=9)
    stack = Network.random(layers=[Layer(cell, 4), Layer("rnn", 4)], inputs=3, outputs=2, seed=9)
    both = Network.random(layers=[Layer(cell, 4, direction="both")], inputs=3, outputs=2, seed=9)
    for name, weight in alone.weights.items():
        if name not in ("V", "c"):
            np.testing.assert_array_equal(stack.weights[name], weight)
            np.testing.assert_array_equal(both.weights[name.replace("/", "→/")], weight)


def test_halves_and_layers_draw_numbers_of_their_own():
    net = Network.random(layers=[Layer("lstm", 4, direction="both"), Layer("lstm", 8)], inputs=8, outputs=2)
    drawn = [w.ravel()[0] for name, w in net.weights.items() if "/U" in name or "/W" in name]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("layers", [MIXED, (Layer("lstm", 4),), (Layer("deltanet", 3), Layer("mist", 2))])
def test_networks_come_back_from_their_weights_and_from_pickles(layers):
    net = Network.random(layers=layers, inputs=3, outputs=2, seed=5)
    assert Network.from_weights(layers=layers, weights=net.weights, readout=net.readout) == net
    assert pickle.loads(pickle.dumps(net)) == net
    trace = net.forward(X)
    again = pickle.loads(pickle.dumps(copy.deepcopy(trace)))
    assert again == trace
    for name, course in again.chains.items():
        np.testing.assert_allclose(course.jacobians(), trace.chains[name].jacobians(), rtol=1e-13)


def test_mgu_of_a_text_is_the_shipped_one():
    shipped = Network.random(cell="mgu", inputs=3, hidden=4, outputs=2, seed=6)
    typed = Network.from_weights(layers=[Layer(Recurrence.parse(MGU, name="mine"), 4)], weights=shipped.weights)
    np.testing.assert_array_equal(typed.forward(X).o, shipped.forward(X).o)


def test_state_may_start_where_the_equations_say():
    net = Network.random(cell="slstm", inputs=3, hidden=4, outputs=2)
    start = net.architecture.chains[0].step.start()
    assert np.isneginf(start).any()
    np.testing.assert_array_equal(net.forward(X, start).s, net.forward(X).s)
    np.testing.assert_array_equal(net.forward(X[3:], net.forward(X[:3]).s[-1]).s[-1], net.forward(X).s[-1])


def test_several_chains_start_from_states_by_name():
    net = Network.random(layers=MIXED, inputs=3, outputs=2)
    trace = net.forward(X, {"3←": np.ones(3)})
    assert trace.chains["3←"].s[0].tolist() == [1.0, 1.0, 1.0]
    assert not trace.chains["3→"].s[0].any()


@pytest.mark.parametrize(
    ("ask", "refusal", "said"),
    [
        (lambda: Network.random(layers=[], inputs=2, outputs=1), BadNetwork, "at least one layer"),
        (lambda: Network.random(inputs=2, outputs=1), BadNetwork, "hidden or layers"),
        (lambda: Network.random(layers=MIXED, hidden=3, inputs=2, outputs=1), BadNetwork, "not both"),
        (lambda: Layer("lstm", 0), BadNetwork, "width is 0"),
        (lambda: Layer("lstm", 3, direction="backwards"), BadNetwork, "did you mean “backward”"),
        (lambda: Layer("lstm", 3, skip="residal"), BadNetwork, "did you mean “residual”"),
        (
            lambda: Network.random(layers=[Layer("rnn", 3, skip="residual")], inputs=2, outputs=1),
            BadNetwork,
            "[Ll]ayer 1",
        ),
        (
            lambda: Network.from_weights(layers=[Layer("rnn", 2)], weights={"1/U": [[1], [1]]}),
            BadNetwork,
            "1/W is missing",
        ),
        (
            lambda: Network.from_weights(
                layers=[Layer("rnn", 2)], weights={"1/U": [[1], [1]], "1/W": np.eye(3), "1/b": [0, 0]}
            ),
            BadNetwork,
            r"1/W has the shape \(3, 3\); \(2, 2\) is expected",
        ),
        (
            lambda: Network.from_weights(layers=[Layer("rnn", 1)], weights={"1/U": [[1]], "1/W": [[1]], "1/B": [0]}),
            BadNetwork,
            "did you mean “1/b”",
        ),
        (lambda: Network.from_arrays(cell="mgu", U=[[1]], W=[[1]]), BadNetwork, "no stacked arrays"),
        (lambda: Network.random(layers=MIXED, inputs=3, outputs=2).W, BadNetwork, "no stacked arrays"),
        (
            lambda: Network.random(layers=MIXED, inputs=3, outputs=2).forward(X).s,
            BadNetwork,
            r'as trace.chains\["1-2"\], of 1-2, 3→, 3←, 4',
        ),
        (
            lambda: gradient_flow(Network.random(layers=MIXED, inputs=3, outputs=2).forward(X)),
            BadNetwork,
            "several chains",
        ),
        (
            lambda: lyapunov_exponents(Network.random(layers=MIXED, inputs=3, outputs=2).forward(X)),
            BadNetwork,
            "several",
        ),
        (lambda: Network.random(layers=MIXED, inputs=3, outputs=2).forward(X, np.zeros(3)), BadSequence, "by name"),
        (lambda: Network.random(layers=MIXED, inputs=3, outputs=2).forward(X, {"3": [0]}), BadSequence, "no chain “3”"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(ask, refusal, said):
    with pytest.raises(refusal, match=said):
        ask()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda net: net.chain("3<-"), r"There is no chain “3<-”; .*choose one of 1-2, 3→, 3←, 4|did you mean “3←”"),
        (lambda net: bptt(net.forward(X), [0] * len(X)).W, "no stacked arrays; its weights are known by name"),
        (lambda net: net.eigenvalues("1/W_ff"), "There is no recurrent matrix “1/W_ff”; did you mean “1/W_f”"),
        (lambda net: net.recurrent("V"), "There is no recurrent matrix “V”"),
        (lambda net: gradient_flow(net.forward(X).chains["1-2"]).block("3", "1"),
         "^Layer 3 is in the chain 3→, and this flow is that of the chain 1-2: a block stands within one chain.$"),
        (lambda net: gradient_flow(net.forward(X).chains["4"]).block("h", "2/h"),
         "^Layer 2 is in the chain 1-2, and this flow is that of the chain 4: a block stands within one chain.$"),
        (lambda net: forward_batch(net, Batch.of(net, [X], [[0] * len(X)])).s, r'as trace.states\["1-2"\]'),
    ],
)  # fmt: skip
def test_what_a_network_of_layers_has_not_is_told_with_what_it_has(ask, said):
    with pytest.raises(BadNetwork, match=said):
        ask(Network.random(layers=MIXED, inputs=3, outputs=2))


def test_recurrent_matrices_are_asked_for_by_their_weights_names():
    net = Network.random(layers=MIXED, inputs=3, outputs=2)
    np.testing.assert_array_equal(net.recurrent("2/w_n"), net.weights["2/W_n"])
    assert net.spectral_radius("1/W_f") == abs(np.linalg.eigvals(net.weights["1/W_f"])).max()
    assert net.largest_singular_value("4/W") == np.linalg.svd(net.weights["4/W"], compute_uv=False)[0]
    alone = Network.random(cell="lstm", inputs=2, hidden=3, outputs=1)
    np.testing.assert_array_equal(alone.recurrent("1/W_f"), alone.recurrent("f"))


def test_readouts_of_several_layers_are_those_of_one():
    for readout, g in READOUTS.items():
        trace = Network.random(layers=MIXED, inputs=3, outputs=2, readout=readout).forward(X)
        np.testing.assert_array_equal(trace.o, g(trace.y))


@pytest.mark.parametrize(
    ("sizes", "largest"),
    [
        ({"hidden": 10**7, "outputs": 10**7}, r"1/W, .*\(10000000, 10000000\)|V, .*\(10000000, 10000000\)"),
        ({"hidden": 10, "outputs": 10**12}, r"V, .*\(1000000000000, 10\)"),
        ({"hidden": 4, "inputs": 10**4, "embedding": Embedding(10**6)}, r"E, .*\(1000000, 10000\)"),
        ({"layers": [Layer("gru", 40, steps=10**6)]}, r"1/W_r, .*\(1000000, 40, 40\)"),
    ],
)
def test_weights_that_would_not_fit_are_refused_before_there_are_any(sizes, largest):
    with pytest.raises(TooBig, match=largest):
        Network.random(**{"inputs": 2, "outputs": 1, **sizes})
