"""The loss over a plane of networks that are run by their equations is that of each network alone."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Embedding, Input, Layer, Network, Recurrence
from explorer.engine.gradient.batch import Batch
from explorer.engine.gradient.batched import bptt_batch, forward_batch
from explorer.engine.looks import surface
from explorer.engine.looks.plane import Plane, WeightPlace
from explorer.engine.looks.surface import loss_surface, mean_loss
from explorer.engine.recurrence.kernels.choice import KERNELS

from ...shipped import VARIETY
from .batches import random_batch

NETWORKS = {
    **{name: [Layer(name, 3)] for name in VARIETY if name not in KERNELS},
    "stack": [Layer("lstm", 3), Layer("mist", 2), Layer("gru", 3)],
    "residual stack": [Layer("lru", 3), Layer("mgu", 3, skip="residual")],
    "both ways": [Layer("rnn", 3, "both"), Layer("lstm", 2, "both")],
    "backward": [Layer("gru", 3, "backward")],
    "weights of every step": [Layer("rnn", 3, steps=7)],
}
"""Networks that are run by their equations."""


@pytest.fixture(params=NETWORKS)
def by_equations(request):
    return Network.random(layers=NETWORKS[request.param], inputs=2, outputs=2, bias=0.1, seed=3)


class TestAnyNetwork:
    @pytest.mark.parametrize(("loss", "at"), [("cross_entropy", "every"), ("squared_error", "last"),
                                              ("binary_cross_entropy", "mean")])  # fmt: skip
    def test_surface_holds_the_mean_loss_of_each_network_alone(self, by_equations, loss, at):
        batch, plane = random_batch(by_equations, loss, at), Plane.random(by_equations, seed=4)
        alphas, betas = np.array([-0.5, 0.7]), np.array([-1.0, 0.2])
        grid = loss_surface(plane, batch, alphas, betas)
        alone = [[bptt_batch(forward_batch(plane.at(a, b), batch)).loss / batch.terms for a in alphas] for b in betas]
        np.testing.assert_allclose(grid.losses, alone, rtol=1e-12)
        assert mean_loss(plane.at(0.7, 0.2), batch) == pytest.approx(alone[1][1], rel=1e-12)

    def test_slope_of_the_surface_is_the_gradient(self, by_equations):
        batch, step = random_batch(by_equations, at="last"), 1e-5
        gradient = bptt_batch(forward_batch(by_equations, batch))
        plane = Plane.random(by_equations, seed=1)
        losses = loss_surface(plane, batch, np.array([-step, 0.0, step]), np.array([-step, 0.0, step])).losses
        for direction, slope in ((plane.u, losses[1, 2] - losses[1, 0]), (plane.v, losses[2, 1] - losses[0, 1])):
            by = sum(np.vdot(moves, gradient.parameters[name]) for name, moves in direction.items())
            assert slope / (2 * step) == pytest.approx(by / batch.terms, rel=1e-5, abs=1e-8)

    def test_coordinates_of_a_plane_of_weights_are_their_values(self, by_equations):
        """The first entry of the first weight and the last of the last one, however many axes they have."""
        names = list(by_equations.parameters)
        last = by_equations.parameters[names[-1]]
        first = by_equations.parameters[names[0]]
        plane = Plane.of_weights(by_equations, WeightPlace(names[0], 0, 0), WeightPlace(names[-1], len(last) - 1, 0))
        assert plane.coordinates(by_equations) == pytest.approx((first.flat[0], last.flat[-1], 0.0), abs=1e-15)
        there = plane.at(0.25, -4.0).parameters
        assert (there[names[0]].flat[0], there[names[-1]].flat[-1]) == (0.25, -4.0)

    def test_losses_are_those_of_few_points_at_a_time(self, by_equations, monkeypatch):
        batch, plane = random_batch(by_equations), Plane.random(by_equations, seed=4)
        axis = np.linspace(-1, 1, 3)
        together = loss_surface(plane, batch, axis, axis).losses
        monkeypatch.setattr(surface, "_BLOCK_BYTES", 1)
        np.testing.assert_allclose(loss_surface(plane, batch, axis, axis).losses, together, rtol=1e-13)


GIVEN = {
    "decoders that take over at different steps": (
        {"layers": [Layer("mgu", 3)], "decoder": [Layer("mgu", 3)]},
        [Input(np.ones((5, 2)), seam=4), Input(np.ones((7, 2)), seam=2), Input(np.zeros((4, 2)), seam=2)],
    ),
    "features beside x": (
        {"layers": [Layer("gru", 3), Layer("rnn", 3, steps=6)], "features": 2},
        [Input(np.ones((5, 2)), features=[1.0, 2.0]), Input(np.zeros((6, 2)), features=[-1.0, 0.5])],
    ),
    "words": ({"layers": [Layer("mgu", 3)], "embedding": Embedding(4)}, [Input([0, 3, 3]), Input([2, 1])]),
    "words for an LSTM": ({"cell": "lstm", "hidden": 3, "embedding": Embedding(4)}, [Input([0, 3, 3]), Input([2, 1])]),
}
"""What networks are given, beside or instead of x."""


@pytest.mark.parametrize("name", GIVEN)
def test_whatever_a_network_is_given_it_has_its_surface(name):
    made, inputs = GIVEN[name]
    net = Network.random(inputs=2, outputs=2, seed=3, **made)
    batch, plane = Batch.of(net, inputs, [1] * len(inputs), at="last"), Plane.random(net, seed=4)
    alone = [
        [bptt_batch(forward_batch(plane.at(a, b), batch)).loss / len(inputs) for a in (0.3, 0.9)] for b in (-0.4, 1.0)
    ]
    found = loss_surface(plane, batch, np.array([0.3, 0.9]), np.array([-0.4, 1.0])).losses
    np.testing.assert_allclose(found, alone, rtol=1e-12)
    assert mean_loss(net, batch) == pytest.approx(bptt_batch(forward_batch(net, batch)).loss / len(inputs), rel=1e-12)


def test_entries_of_a_weight_that_changes_at_every_step_are_rows_of_all_steps():
    net = Network.random(layers=[Layer("rnn", 3, steps=4)], inputs=2, outputs=1)
    plane = Plane.of_weights(net, WeightPlace("1/W", 3 * 3 + 1, 2), WeightPlace("1/b", 3, 2))
    there = plane.at(7.0, 8.0).weights
    assert (there["1/W"][3, 1, 2], there["1/b"][3, 2]) == (7.0, 8.0)


def test_random_directions_leave_alone_what_no_training_moves():
    cell = Recurrence.parse("h = tanh(A @ h + U @ x)", name="held", fixed={"A": "drawn"})
    net = Network.random(layers=[Layer(cell, 2)], inputs=2, outputs=1)
    assert set(Plane.random(net, 0).u) == {"1/U", "V", "c"}
