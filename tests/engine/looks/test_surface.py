"""The loss over a plane of networks is that of each network alone, and what closed forms say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.engine import Network, bptt
from explorer.engine.errors import BadNetwork, Stopped
from explorer.engine.gradient.batch import Batch
from explorer.engine.gradient.batched import bptt_batch, forward_batch
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.looks.plane import Plane, WeightPlace
from explorer.engine.looks.surface import loss_surface, mean_loss, refined

from .batches import random_batch

W11, B1 = WeightPlace("W", 0, 0), WeightPlace("b", 0, 0)


def one_unit(w=5.0, b=-2.5):
    """Figure 6 of Pascanu, Mikolov and Bengio 2013: s_t = σ(w s_{t−1} + b), ½(√2 s_50 − 0.7 √2)² = (s_50 − 0.7)²."""
    root = np.sqrt(2.0)
    network = Network.from_arrays(
        activation="sigmoid", readout="identity", U=[[0.0]], W=[[w]], b=[b], V=[[root]], c=[-0.7 * root]
    )
    batch = Batch.of(network, [np.zeros((50, 1))], [0.0], "squared_error", "last")
    return network, replace(batch, s0=np.array([1 / (1 + np.exp(-0.5))]))


@pytest.fixture
def network(kind):
    cell, activation = kind
    return Network.random(cell=cell, activation=activation, inputs=3, hidden=4, outputs=2, gain=1.1, bias=0.1, seed=3)


class TestFigureSix:
    def test_error_at_the_published_point(self):
        network, batch = one_unit()
        grid = loss_surface(Plane.of_weights(network, W11, B1), batch, np.array([5.0]), np.array([-2.5]))
        assert grid.losses[0, 0] == pytest.approx(0.0240888688, abs=5e-11)

    def test_wall_stands_on_the_line_w_5_where_the_paper_has_it(self):
        network, batch = one_unit()
        b = np.linspace(-2.61235, -2.61233, 401)
        losses = loss_surface(Plane.of_weights(network, W11, B1), batch, np.array([5.0]), b).losses[:, 0]
        slopes = np.diff(losses) / np.diff(b)
        steepest = int(np.argmin(slopes))
        assert slopes[steepest] == pytest.approx(-5751.087, rel=1e-5)
        assert b[steepest] == pytest.approx(-2.6123414, abs=1e-7)

    def test_derivative_before_the_steepest_place_is_the_published_one(self):
        network, batch = one_unit(b=-2.61234)
        trace = network.forward(batch.x[:, 0], s0=batch.s0)
        assert bptt(trace, [0.0], "squared_error", "last").b[0] == pytest.approx(-5737.964, abs=5e-4)

    def test_wall_is_a_step_between_two_levels(self):
        """Below the wall the state falls to the lower fixed point, above it rises to the upper one."""
        network, batch = one_unit()
        losses = loss_surface(Plane.of_weights(network, W11, B1), batch, np.array([5.0]), np.array([-2.7, -2.5])).losses
        np.testing.assert_allclose(losses[:, 0], (0.36, 0.024), atol=0.005)


class TestClosedForms:
    def test_loss_of_a_linear_readout_is_a_paraboloid(self):
        """The states don't depend on V: ½(v₁s₁ + v₂s₂ − a)² is a quadratic form with a Hessian of rank one."""
        net = Network.random(inputs=1, hidden=2, outputs=1, readout="identity", seed=1)
        batch = Batch.of(net, [np.ones((6, 1))], [0.4], "squared_error", "last")
        plane = Plane.of_weights(net, WeightPlace("V", 0, 0), WeightPlace("V", 0, 1))
        a = np.linspace(-2, 2, 5)
        s = net.forward(np.ones((6, 1))).s[-1]
        exact = 0.5 * (a[None, :] * s[0] + a[:, None] * s[1] - 0.4) ** 2
        np.testing.assert_allclose(loss_surface(plane, batch, a, a).losses, exact, rtol=1e-13, atol=1e-15)

    def test_linear_chain_has_the_loss_of_its_power(self):
        """s_T = w^T s_0: the loss over w is ½ w^{2T}, and one over the bias its geometric sum."""
        net = Network.from_arrays(activation="identity", readout="identity", U=[[0.0]], W=[[1.0]], b=[0.0])
        batch = replace(Batch.of(net, [np.zeros((9, 1))], [0.0], "squared_error", "last"), s0=np.ones(1))
        grid = loss_surface(Plane.of_weights(net, W11, B1), batch, np.array([0.5, 2.0, -1.1]), np.array([0.0, 3.0]))
        np.testing.assert_allclose(grid.losses[0], 0.5 * np.array([0.5, 2.0, -1.1]) ** 18, rtol=1e-12)
        powers = np.array([w**9 + 3.0 * sum(w**i for i in range(9)) for w in (0.5, 2.0, -1.1)])
        np.testing.assert_allclose(grid.losses[1], 0.5 * powers**2, rtol=1e-12)

    def test_overflow_is_a_result(self):
        net = Network.from_arrays(activation="identity", readout="identity", U=[[0.0]], W=[[1.0]], b=[0.0])
        batch = replace(Batch.of(net, [np.zeros((900, 1))], [0.0], "squared_error", "last"), s0=np.ones(1))
        grid = loss_surface(Plane.of_weights(net, W11, B1), batch, np.array([1.0, 10.0]), np.array([0.0]))
        assert grid.losses.tolist() == [[0.5, np.inf]]


@pytest.mark.parametrize("at", ["every", "last", "mean"])
@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy", "squared_error"])
def test_surface_holds_the_mean_loss_of_each_network_alone(network, loss, at):
    batch = random_batch(network, loss, at)
    plane = Plane.random(network, seed=4)
    alphas, betas = np.array([-0.5, 0.0, 0.7]), np.array([-1.0, 0.2])
    grid = loss_surface(plane, batch, alphas, betas)
    count = 15 if at == "every" else 3
    alone = [[bptt_batch(forward_batch(plane.at(a, b), batch)).loss / count for a in alphas] for b in betas]
    np.testing.assert_allclose(grid.losses, alone, rtol=1e-12)
    assert mean_loss(plane.at(0.7, 0.2), batch) == pytest.approx(alone[1][2], rel=1e-12)


def test_slope_of_the_surface_is_the_gradient(network):
    trace = network.forward(np.random.default_rng(8).normal(size=(6, 3)))
    batch = Batch.of(network, [trace.x], [1], at="last")
    gradient = bptt(trace, 1, at="last")
    plane, step = Plane.random(network, seed=1), 1e-6
    losses = loss_surface(plane, batch, np.array([-step, 0.0, step]), np.array([-step, 0.0, step])).losses
    by_a = sum(np.vdot(plane.u[name], getattr(gradient, name)) for name in WEIGHTS)
    by_b = sum(np.vdot(plane.v[name], getattr(gradient, name)) for name in WEIGHTS)
    assert (losses[1, 2] - losses[1, 0]) / (2 * step) == pytest.approx(by_a, rel=1e-5, abs=1e-8)
    assert (losses[2, 1] - losses[0, 1]) / (2 * step) == pytest.approx(by_b, rel=1e-5, abs=1e-8)


class TestPlane:
    def test_coordinates_of_a_plane_of_weights_are_their_values(self, network):
        plane = Plane.of_weights(network, WeightPlace("W", 1, 2), WeightPlace("b", 3, 0))
        assert plane.coordinates(network) == (network.W[1, 2], network.b[3], 0.0)
        there = plane.at(0.25, -4.0)
        assert (there.W[1, 2], there.b[3]) == (0.25, -4.0)
        np.testing.assert_array_equal(there.U, network.U)

    def test_point_of_the_plane_has_its_own_coordinates(self, network):
        plane = Plane.random(network, seed=2)
        np.testing.assert_allclose(plane.coordinates(plane.at(0.3, -1.7)), (0.3, -1.7, 0.0), atol=1e-12)

    @pytest.mark.parametrize("size", [1e-300, 1e-170, 1e160, 1e300])
    def test_plane_of_the_smallest_and_the_largest_weights_is_one(self, network, size):
        plane = Plane.random(
            network.with_parameters({name: size * array for name, array in network.parameters.items()}), seed=2
        )
        a, b, away = plane.coordinates(plane.at(0.3, -1.7))
        np.testing.assert_allclose((a, b, away / size), (0.3, -1.7, 0.0), atol=1e-12)

    def test_network_off_the_plane_is_seen_at_its_nearest_point(self, network):
        plane = Plane.of_weights(network, WeightPlace("W", 0, 0), WeightPlace("U", 0, 0))
        beside = Plane.of_weights(network, WeightPlace("V", 0, 0), WeightPlace("V", 0, 1))
        moved = beside.at(network.V[0, 0] + 3.0, network.V[0, 1] - 4.0)
        np.testing.assert_allclose(plane.coordinates(moved), (network.W[0, 0], network.U[0, 0], 5.0), rtol=1e-12)

    def test_random_directions_are_as_long_as_the_weights_into_each_unit(self, network):
        plane = Plane.random(network, seed=0)
        for name in ("U", "W", "V", "b"):
            weights, moved = getattr(network, name), plane.u[name]
            np.testing.assert_allclose(np.linalg.norm(moved, axis=-1), np.linalg.norm(weights, axis=-1), rtol=1e-12)
        assert not plane.u["c"].any()
        assert plane == Plane.random(network, seed=0)
        assert plane != Plane.random(network, seed=1)

    def test_plane_through_networks_of_a_plane_holds_them_all(self, network):
        first = Plane.random(network, seed=6)
        path = [first.at(a, a**2 - 0.5 * a) for a in np.linspace(0, 1, 8)]
        found = Plane.through(network, path)
        assert max(found.coordinates(one)[2] for one in path) < 1e-10
        assert np.ptp([found.coordinates(one)[0] for one in path]) > np.ptp([found.coordinates(one)[1] for one in path])

    def test_networks_on_a_line_make_no_plane(self, network):
        line = Plane.random(network, seed=6)
        with pytest.raises(BadNetwork, match="along a line"):
            Plane.through(network, [line.at(a, 0.0) for a in (0.0, 0.5, 1.0)])

    @pytest.mark.parametrize(
        "wrong", [WeightPlace("W", 9, 0), WeightPlace("b", 0, 1), WeightPlace("W", -1, 0), WeightPlace("s", 0, 0)]
    )
    def test_weight_that_there_is_not_is_refused(self, wrong):
        with pytest.raises(BadNetwork, match="There is no weight"):
            Plane.of_weights(one_unit()[0], W11, wrong)

    def test_one_weight_twice_makes_no_plane(self):
        with pytest.raises(BadNetwork, match="must differ"):
            Plane.of_weights(one_unit()[0], W11, W11)


class TestRefined:
    def test_finer_grids_hold_the_coarser_ones(self):
        network, batch = one_unit()
        plane = Plane.of_weights(network, W11, B1)
        grids = list(refined(plane, batch, (4.0, 6.0), (-3.0, -2.0), finest=33))
        assert [grid.losses.shape for grid in grids] == [(9, 9), (17, 17), (33, 33)]
        last = grids[-1]
        np.testing.assert_array_equal(last.losses[::4, ::4], grids[0].losses)
        np.testing.assert_allclose(last.losses, loss_surface(plane, batch, last.alphas, last.betas).losses, rtol=1e-9)

    def test_progress_grows_to_the_end(self):
        network, batch = one_unit()
        told: list[float] = []
        list(refined(Plane.of_weights(network, W11, B1), batch, (4.0, 6.0), (-3.0, -2.0), 33, report=told.append))
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1.0)

    def test_stops_when_told(self):
        network, batch = one_unit()
        with pytest.raises(Stopped):
            next(refined(Plane.of_weights(network, W11, B1), batch, (4.0, 6.0), (-3.0, -2.0), stop=lambda: True))

    def test_arrays_are_read_only(self):
        network, batch = one_unit()
        grid = next(refined(Plane.of_weights(network, W11, B1), batch, (4.0, 6.0), (-3.0, -2.0)))
        assert not any(array.flags.writeable for array in (grid.alphas, grid.betas, grid.losses))
