"""The error surface of an exploration shows the loss that its network has, and where descents go on it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from explorer.engine import Embedding, Layer, Network
from explorer.engine.errors import BadNetwork, Refusal, Stopped
from explorer.engine.learning.settings import Settings
from explorer.engine.looks.plane import Plane, WeightPlace
from explorer.engine.looks.surface import mean_loss
from explorer.engine.network.making import READOUT
from explorer.engine.recurrence import library
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.exploration.exploration import replace as changed
from explorer.workspace.exploration.record import Record, Snapshot, packed
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.descents import descent
from explorer.workspace.looks.judging import judge
from explorer.workspace.looks.surfaces import (
    UPDATES,
    Directions,
    Rectangle,
    Surface,
    default_directions,
    is_small,
    moved_to,
    surface_job,
)
from explorer.workspace.looks.weight_names import find_weight, matrices, stored, weight_name

from ...shipped import VARIETY

WALL = preset("error-surface").exploration
SMALL = Exploration(networks=(Recipe(hidden=3),), sequence=Signal(steps=8))


def job(
    exploration: Exploration,
    directions: Directions | None = None,
    rectangle: Rectangle | None = None,
    descents: bool = False,
    known: Surface | None = None,
) -> list[Surface]:
    directions = directions or default_directions(exploration)
    return list(surface_job(exploration, directions, rectangle, descents, known, lambda: False, lambda _: None))


def network_of(exploration: Exploration) -> Network:
    return build(exploration.recipe, 1)


def trained(exploration: Exploration, points: list[tuple[float, float]], seed: int = 7) -> Exploration:
    """Return ``exploration`` with a record whose snapshots lie at ``points`` of a random plane; the last is the present."""
    plane = Plane.random(network_of(exploration), seed)
    networks = [plane.at(a, b) for a, b in points]
    kept = tuple(Snapshot(step=10 * i, tensors=packed(net.parameters)) for i, net in enumerate(networks))
    return exploration.with_recipe(trained=kept[-1], record=Record(snapshots=kept, stride=10))


class TestWall:
    """What the preset's two sentences say; the numbers are those of domain.md."""

    def test_error_where_one_is(self):
        surface = job(WALL)[-1]
        assert surface.names == ("W", "b")
        assert surface.present == (5.0, -2.5)
        assert surface.loss == pytest.approx(0.0240888688, abs=5e-11)

    def test_wall_stands_on_the_line_w_5(self):
        close = job(WALL, rectangle=(5.0, 5.1, -2.61235, -2.61233))[-1]
        slopes = np.diff(close.grid.losses[:, 0]) / np.diff(close.grid.betas)
        assert slopes.min() == pytest.approx(-5751.087, rel=1e-5)
        assert close.grid.betas[np.argmin(slopes)] == pytest.approx(-2.6123414, abs=1e-7)

    def test_wall_runs_through_what_is_seen_first(self):
        grid = job(WALL)[-1].grid
        column = grid.losses[:, np.argmin(np.abs(grid.alphas - 5.0))]
        drop = int(np.argmin(np.diff(column)))
        assert column[drop] - column[drop + 1] > 0.25
        assert grid.betas[drop] <= -2.61234 <= grid.betas[drop + 1]

    def test_descent_without_clipping_is_thrown_off_the_wall_and_the_clipped_one_is_not(self):
        surface = job(WALL, descents=True)[-1]
        assert surface.free is not None
        assert surface.clipped is not None
        free = np.hypot(np.diff(surface.free.a), np.diff(surface.free.b))
        clipped = np.hypot(np.diff(surface.clipped.a), np.diff(surface.clipped.b))
        assert np.argmax(free > 1.0) < 20
        assert free.max() > 1.0
        settings = WALL.settings
        assert clipped.max() <= settings.rate * settings.threshold * (1 + 1e-9)
        assert len(clipped) == len(free) == UPDATES
        left, right, bottom, top = surface.rectangle
        assert left <= surface.clipped.a.min()
        assert surface.clipped.a.max() <= right
        assert bottom <= surface.clipped.b.min()
        assert surface.clipped.b.max() <= top

    def test_moving_on_the_surface_keeps_it_and_begins_the_descents_there(self):
        known = job(WALL, descents=True)[-1]
        first, *_, last = job(moved_to(WALL, known.directions, 5.4, -2.4), known.directions, None, True, known)
        assert first.grid is known.grid
        assert first.present == (5.4, -2.4)
        assert last.free is not None
        assert (last.free.a[0], last.free.b[0]) == (5.4, -2.4)
        assert job(WALL, known.directions, None, True, known)[-1].free is known.free

    def test_looking_elsewhere_keeps_the_descents(self):
        known = job(WALL, descents=True)[-1]
        assert job(WALL, known.directions, (4.0, 6.0, -3.0, -2.0), True, known)[-1].free is known.free


def test_loss_at_the_present_point_is_that_of_the_shown_sequence():
    exploration = changed(SMALL, settings=Settings(optimiser="sgd"))
    analysis = analyse(exploration)
    judged = judge(exploration, analysis.feed, analysis.run.trace)
    surface = job(exploration)[-1]
    assert surface.directions.kind == "random"
    assert surface.loss == pytest.approx(judged.full.loss, rel=1e-12)
    middle = len(surface.grid.alphas) // 2
    assert surface.grid.losses[middle, middle] == pytest.approx(judged.full.loss, rel=1e-12)


def test_surface_comes_from_coarse_to_fine():
    sizes = [len(surface.grid.alphas) for surface in job(SMALL)]
    assert sizes == [9, 17, 33, 65, 129, 257]


def test_stops_when_told():
    with pytest.raises(Stopped):
        next(surface_job(SMALL, Directions(), None, False, None, lambda: True, lambda _: None))


class TestRecord:
    exploration = trained(SMALL, [(0.0, 0.0), (0.5, 0.1), (0.8, 0.4), (1.0, 1.0)])

    def test_path_of_a_training_is_shown_with_its_steps(self):
        assert default_directions(self.exploration) == Directions("path")
        surface = job(self.exploration)[-1]
        assert surface.path is not None
        assert surface.path.steps == (0, 10, 20, 30)
        np.testing.assert_allclose(surface.path.away, 0.0, atol=1e-9)
        np.testing.assert_allclose((surface.path.a[-1], surface.path.b[-1]), surface.present, atol=1e-12)
        left, right, bottom, top = surface.rectangle
        assert left < surface.path.a.min() < surface.path.a.max() < right
        assert bottom < surface.path.b.min() < surface.path.b.max() < top

    def test_going_back_in_time_moves_the_point_and_keeps_the_surface(self):
        known = job(self.exploration)[-1]
        assert self.exploration.record is not None
        earlier = self.exploration.with_recipe(trained=self.exploration.record.snapshots[1])
        surface = job(earlier, Directions("path"), None, False, known)[0]
        assert surface.grid is known.grid
        assert known.path is not None
        np.testing.assert_allclose(surface.present, (known.path.a[1], known.path.b[1]), atol=1e-12)

    def test_loss_along_the_path_is_that_of_its_snapshots(self):
        surface = job(self.exploration)[-1]
        assert surface.path is not None
        assert self.exploration.record is not None
        first = self.exploration.record.snapshots[0]
        network = build(changed(self.exploration.recipe, trained=first), 1)
        there = surface.plane.at(surface.path.a[0], surface.path.b[0])
        assert mean_loss(there, surface.batch) == pytest.approx(mean_loss(network, surface.batch), rel=1e-9)

    def test_training_along_a_line_has_no_plane(self):
        line = trained(SMALL, [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0)])
        with pytest.raises(BadNetwork, match="along a line"):
            job(line, Directions("path"))

    def test_exploration_without_training_has_no_path(self):
        assert job(SMALL)[-1].path is None
        with pytest.raises(Refusal):
            job(SMALL, Directions("path"))


class TestDescent:
    def test_in_the_plane_of_all_weights_of_one_unit_is_plain_training(self):
        surface = job(WALL)[-1]
        settings = replace(WALL.settings, rate=0.01)
        points = list(islice(descent(surface.plane, surface.batch, network_of(WALL), settings), 5))
        # ∂E/∂w and ∂E/∂b at (5, −2.5) as domain.md has them; the norm stays below the threshold.
        assert points[0] == pytest.approx((5.0 - 0.01 * 0.0863116695, -2.5 - 0.01 * 0.1009250176), abs=1e-11)
        assert len(points) == 5

    def test_moves_only_what_the_plane_moves(self):
        surface = job(SMALL, Directions("weights"))[-1]
        settings = Settings(optimiser="sgd", rate=0.1, clip="none")
        points = list(islice(descent(surface.plane, surface.batch, network_of(SMALL), settings), 30))
        losses = [mean_loss(surface.plane.at(a, b), surface.batch) for a, b in points]
        assert losses == sorted(losses, reverse=True)

    def test_ends_where_the_numbers_end(self):
        linear = Exploration(
            networks=(
                Recipe(hidden=1, activation="identity", init="identity", gain=3.0, readout="identity", outputs=1),
            ),
            sequence=Signal(kind="constant", steps=60),
            settings=Settings(optimiser="sgd", rate=1.0),
        )
        surface = job(linear, descents=True)[-1]
        assert surface.free is not None
        assert surface.clipped is not None
        assert len(surface.free.steps) < UPDATES < len(surface.clipped.steps)


@pytest.mark.parametrize("cell", library.names())
def test_name_of_a_weight_leads_back_to_it(cell: str):
    network = build(Recipe(cell=cell, hidden=3), 2)
    for called, array in network.weights.items():
        place = stored(network)[
            plain_name(called.removeprefix("1/") if called.removeprefix("1/") not in READOUT else called)
        ]
        rows, columns = (*array.shape, 1, 1)[:2]
        for row, column in {(0, 0), (rows - 1, columns - 1)}:
            weight = WeightPlace(place.matrix, place.first + row, column)
            name = weight_name(network, weight)
            assert find_weight(network, name) == find_weight(network, name.swapcase()) == weight
            stands = network.parameters[place.matrix][(weight.row, column)[: array.ndim]]
            assert stands == array[(row, column)[: array.ndim]]


def test_a_weight_is_called_as_the_equations_are_printed_and_found_as_they_are_typed():
    text = "z_1 = sigmoid(U2 @ x + W_3 @ h + b_1)\nh = z_1 * h + (1 - z_1) * tanh(W_beta @ h + alpha)\n"
    network = build(Recipe(cell=CellText(name="mine", text=text), hidden=3), 2)
    printed = {"U₂": "U2", "W₃": "W_3", "b₁": "b_1", "W_β": "W_beta", "α": "alpha"}
    assert set(stored(network)) == {*printed, "V", "c"}
    assert set(matrices(network)) == {"W₃", "W_β"}
    for shown, typed in printed.items():
        weight = find_weight(network, f"{typed}[0]" if stored(network)[shown].shape == (3,) else f"{typed}[0,0]")
        assert weight_name(network, weight).partition("[")[0] == shown
        assert find_weight(network, weight_name(network, weight)) == weight


def test_weights_of_several_layers_are_called_as_in_the_formula():
    network = Network.random(layers=[Layer("lstm", 3), Layer("rnn", 2, direction="both")], inputs=2, outputs=1)
    assert {"W¹_f", "U²→", "b²←"} <= set(stored(network))
    assert find_weight(network, "1/W_f[1,2]") == find_weight(network, "W¹_f[1,2]") == WeightPlace("1/W_f", 1, 2)


def test_entry_of_a_weight_that_changes_at_every_step_is_named_with_its_step():
    network = Network.random(layers=[Layer("rnn", 3, steps=4)], inputs=2, outputs=1)
    weight = find_weight(network, "w[3,1,2]")
    assert weight == WeightPlace("1/W", 3 * 3 + 1, 2)
    assert weight_name(network, weight) == "W[3,1,2]"
    with pytest.raises(BadNetwork, match="There is no weight"):
        find_weight(network, "W[4,0,0]")


@pytest.mark.parametrize("cell", VARIETY)
def test_surface_of_every_kind_of_cell_is_drawn_over_two_of_its_weights(cell: str):
    exploration = changed(SMALL, networks=(Recipe(cell=cell, hidden=2),))
    network = network_of(exploration)
    directions = replace(default_directions(exploration), kind="weights")
    surface = next(surface_job(exploration, directions, None, False, None, lambda: False, lambda _: None))
    assert [find_weight(network, name) for name in surface.names] == list(directions.weights)
    a, b = surface.present
    assert mean_loss(surface.plane.at(a, b), surface.batch) == pytest.approx(surface.loss, rel=1e-12)
    moved = moved_to(exploration, directions, 0.5, -0.25)
    assert surface.plane.coordinates(network_of(moved)) == (0.5, -0.25, 0.0)


@pytest.mark.parametrize("cell", ["mgu", "mist", "deltanet"])
def test_descents_of_a_cell_without_a_kernel_go_down(cell: str):
    exploration = changed(SMALL, networks=(Recipe(cell=cell, hidden=2),), settings=Settings(optimiser="sgd", rate=0.1))
    network = network_of(exploration)
    surface = job(exploration, replace(default_directions(exploration), kind="weights"))[-1]
    walk = descent(surface.plane, surface.batch, network, exploration.settings)
    losses = [mean_loss(surface.plane.at(a, b), surface.batch) for a, b in islice(walk, 4)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] < surface.loss


@pytest.mark.parametrize("cell", ["lstm", "mgu"])
def test_entry_of_a_table_of_words_has_a_name(cell: str):
    network = Network.random(layers=[Layer(cell, 3)], embedding=Embedding(5), inputs=2, outputs=1)
    assert find_weight(network, "e[4,1]") == WeightPlace("E", 4, 1)
    assert weight_name(network, WeightPlace("E", 4, 1)) == "E[4,1]"


def test_only_weight_of_a_matrix_needs_no_index():
    network = network_of(WALL)
    assert weight_name(network, WeightPlace("W", 0, 0)) == "W"
    assert find_weight(network, " W ") == find_weight(network, "W[0,0]") == WeightPlace("W", 0, 0)


@pytest.mark.parametrize("text", ["", "W[3,0]", "W[0,3]", "b[0,1]", "Q[0]", "W_f[0,0]", "W[-1,0]", "c[9]"])
def test_name_of_no_weight_is_refused(text: str):
    with pytest.raises(BadNetwork, match="There is no weight"):
        find_weight(network_of(SMALL), text)


def test_moving_sets_two_weights_by_hand_and_leaves_other_edits():
    moved = moved_to(moved_to(WALL, Directions("weights"), 1.0, 2.0), Directions("weights"), 3.14159265, -1e-9)
    network = network_of(moved)
    assert (network.W[0, 0], network.b[0]) == (3.14159, -1e-9)
    assert len(moved.recipe.edits) == len(WALL.recipe.edits) + 2
    assert network.V[0, 0] == network_of(WALL).V[0, 0]


def test_only_little_work_is_done_unasked():
    analysis = analyse(SMALL)
    assert is_small(SMALL, analysis.run.network, 8)
    large = Network.random(cell="lstm", inputs=5, hidden=128, outputs=3)
    assert not is_small(SMALL, large, 200)
