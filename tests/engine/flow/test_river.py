"""The river: a row of the pairs part by part, and what of it comes down the layers."""

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow
from explorer.engine.flow.river import river

X = np.random.default_rng(4).standard_normal((14, 2))


def course(*layers, x=X, chain="net", **how):
    return Network.random(layers=layers, inputs=2, outputs=1, seed=1, **how).forward(x).chains[chain]


@pytest.mark.parametrize(
    "made",
    [
        course(Layer("lstm", 5), Layer("gru", 4), Layer("rnn", 3)),
        course(Layer("mingru", 4), Layer("lstm", 4, skip="residual")),
        course(Layer("rnn", 4, gain=1e-30), Layer("rnn", 3, gain=1e-9)),
        course(Layer("rnn", 4, activation="relu", bias=-0.4), Layer("rnn", 4, activation="relu", bias=-0.4)),
        course(
            Layer("gru", 3), Layer("lstm", 4, direction="backward"), Layer("rnn", 3, direction="backward"), chain="2-3←"
        ),
    ],
    ids=["stack", "skip", "deep in the night", "dead units", "backward"],
)
def test_what_arrives_is_the_block_of_the_certified_flow(made):
    top = list(made.parts)[-1].partition("/")[0]
    flow, t = gradient_flow(made), made.steps
    found = river(made, t, top)
    for part, arrives in found.arrives.items():
        gain = flow.block(top, part).log_gain
        row = gain[0, ::-1] if made.chain.backward else gain[t]
        np.testing.assert_allclose(arrives, row, rtol=0, atol=1e-9)


def test_what_falls_is_what_the_layers_above_pass_down_within_a_step():
    made, t = course(Layer("lstm", 3), Layer("gru", 2)), 14
    below, above = slice(0, 6), slice(6, 8)
    J = made.jacobians()
    P, found = np.eye(8)[above], river(made, t, "2")
    for k in range(t - 1, -1, -1):
        fall = P[:, above] @ J[k][above, below]
        assert found.falls["1"][k] == pytest.approx(np.log(np.linalg.norm(fall) / np.sqrt(6)), abs=1e-9)
        time = P[:, below] @ J[k][below, below]
        P = P @ J[k]
        np.testing.assert_allclose(time + fall, P[:, below], atol=1e-12)
    assert found.falls["1"][t] == -np.inf


def test_whole_state_of_one_layer_is_the_source_of_its_parts():
    made = course(Layer("lstm", 3))
    found, J = river(made, 14, ""), made.jacobians()
    P = np.linalg.multi_dot(J[::-1])
    for part, where in made.parts.items():
        assert found.arrives[part][0] == pytest.approx(np.log(np.linalg.norm(P[:, where]) / np.sqrt(3)), abs=1e-9)
        assert found.arrives[part][14] == 0.0
