"""The check of gradients for any network: every cell, stacks, directions, seams, weights of single steps, words, features."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, Recurrence, bptt, gradient_check
from explorer.engine.gradient.check import from_differences, from_tangents
from explorer.engine.gradient.objective import Objective
from explorer.engine.gradient.reruns import rerun
from explorer.engine.network.given import Embedding
from tests.engine.gradients import changed

from ...shipped import VARIETY

T = 5
X = np.random.default_rng(0).standard_normal((T, 3))
CLASSES = [0, 1, 0, 1, 1]
MIXED = (
    Layer("lstm", 4),
    Layer("mgu", 5),
    Layer("gru", 3, direction="both"),
    Layer("rnn", 6, direction="backward"),
    Layer("rnn", 6, skip="residual"),
)
KINKS = Recurrence.parse(
    "a = maximum(W @ h + U @ x, 0.1 * (W @ h)) + minimum(V @ x, 0.3)\n"
    "h = where(a > 0, relu(a), 0.2 * a) * hardsigmoid(b + a)",
    name="kinks",
)
NETWORKS = {name: {"layers": [Layer(name, 4)]} for name in VARIETY} | {
    "what is rounded": {"layers": [Layer("skip_gru", 4)]},
    "mixed": {"layers": MIXED},
    "kinks": {"layers": [Layer(KINKS, 4)]},
    "seam": {"layers": [Layer("mist", 4)], "decoder": [Layer("mist", 4)]},
    "own weights at every step": {"layers": [Layer("mgu", 4, steps=6)]},
    "both ways": {"layers": [Layer("mgu", 2, direction="both"), Layer("rnn", 2)]},
    "words": {"layers": [Layer("gru", 4)], "embedding": Embedding(vocabulary=4)},
    "features": {"layers": [Layer("mgu", 4), Layer("rnn", 3)], "features": 2},
}


def trace_of(name):
    how = NETWORKS[name]
    net = Network.random(**how, inputs=3, outputs=2, seed=3)
    x = np.array([0, 3, 1, 1, 2]) if name == "words" else X
    given = {"seam": 2} if name == "seam" else {"features": [0.3, -1.0]} if name == "features" else {}
    return net.forward(x, **given)


@pytest.fixture(params=NETWORKS, name="trace")
def along(request):
    return trace_of(request.param)


def asked_of(trace, at="last"):
    targets = CLASSES if at == "every" else 1
    return bptt(trace, targets, at=at), Objective.of(trace, targets, "cross_entropy", at)


@pytest.mark.parametrize("at", ["every", "last"])
def test_right_gradient_passes_and_every_parameter_is_compared(trace, at):
    gradient, asked = asked_of(trace, at)
    assert set(asked.parameters) >= {*trace.network.parameters, "x", "s0"} - {"b_rec"}
    exact = from_tangents(gradient, asked)
    assert exact < 1e-9, exact.parameter
    assert exact.tried == 4 * len(asked.parameters)


@pytest.mark.parametrize("name", ["lstm", "mist", "mixed", "seam", "own weights at every step", "words", "features"])
def test_runs_side_by_side_have_the_losses_of_runs_one_by_one(name):
    _, asked = asked_of(trace_of(name), "every")
    rng, steps = np.random.default_rng(1), np.array([0.0, 0.3, -2.0])
    for one in asked.parameters:
        directions = rng.standard_normal((2, *asked.point(one).shape))
        expected = [loss_moved(asked, one, step * direction) for direction in directions for step in steps]
        np.testing.assert_allclose(rerun(asked, one, directions, steps).losses(), expected, rtol=1e-12)


def loss_moved(asked, name, by):
    trace, value = asked.trace, asked.point(name) + by
    net = trace.network if name in ("x", "s0") else trace.network.with_parameters({name: value})
    s0 = asked.apart(value if name == "s0" else asked.point("s0"))
    seam = next(iter(trace.chains.values())).seam
    other = net.forward(value if name == "x" else trace.given, s0=s0, seam=seam, features=trace.features)
    return Objective.of(other, CLASSES, "cross_entropy", "every").value()


@pytest.mark.parametrize("name", ["residual", "lru", "slstm", "kinks", "words"])
def test_differences_measure_it_and_agree(name):
    found = from_differences(*asked_of(trace_of(name)))
    assert found < 1e-6, found.parameter
    assert not {"V", "c"} & set(found.unmeasured)


@pytest.mark.parametrize("name", ["lstm", "both ways", "kinks", "seam"])
def test_differences_find_a_parameter_that_is_a_hundred_thousandth_off(name):
    gradient, asked = asked_of(trace_of(name), "every")
    wrong = next(iter(gradient.parameters))
    found = from_differences(changed(gradient, **{wrong: 1.00001 * gradient.parameters[wrong]}), asked)
    assert found > 5e-6
    assert found.parameter == wrong


@pytest.mark.parametrize("name", ["residual", "mist", "both ways", "seam", "own weights at every step", "features"])
def test_wrong_parameter_is_caught_and_named(name):
    gradient, asked = asked_of(trace_of(name))
    first, *_, last = sorted(
        one for one, g in gradient.weights.items() if one not in ("V", "c") and np.abs(g).max() > 1e-9
    )
    for wrong in (first, last, "x"):
        array = gradient.x if wrong == "x" else gradient.parameters[wrong]
        found = from_tangents(changed(gradient, **{wrong: 2.0 * array}), asked)
        assert found > 1e-4
        assert found.parameter == wrong


def test_public_check_takes_any_network():
    trace = trace_of("both ways")
    assert gradient_check(trace, CLASSES) < 1e-6


def test_difference_over_a_kink_is_not_believed():
    """|x| at x = 0.02: any width beyond that goes over the kink."""
    cell = Recurrence.parse("h = 0 * h + abs(U @ x)", name="size")
    net = Network.from_weights(layers=[Layer(cell, 1)], weights={"1/U": [[1.0]]}, readout="identity", inputs=1)
    trace = net.forward([[0.02]])
    gradient, asked = bptt(trace, [[0.0]], "squared_error"), Objective.of(trace, [[0.0]], "squared_error", "every")
    assert gradient.x[0, 0] == pytest.approx(0.02)
    assert from_differences(gradient, asked) < 1e-6
