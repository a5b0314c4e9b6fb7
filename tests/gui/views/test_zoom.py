"""What the levels below the map draw, and where: nothing lies over another, every number has its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from explorer.engine import Network
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.engine.recurrence.typeset.notation import Layered
from explorer.gui.plot.theme import themes
from explorer.gui.views.zoom.factor import FactorScene
from explorer.gui.views.zoom.layout import laid
from explorer.gui.views.zoom.names import place_name
from explorer.gui.views.zoom.scene import Drawn
from explorer.gui.views.zoom.scenes import scene_of
from explorer.gui.views.zoom.unit import UnitScene
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.factor import factor_look
from explorer.workspace.looks.zoom.looking import look
from explorer.workspace.looks.zoom.place import Place, nearest
from explorer.workspace.looks.zoom.product import product_look
from explorer.workspace.looks.zoom.unit import unit_look
from explorer.workspace.looks.zoom.wiring import wiring
from explorer.workspace.words.numbers import signed, subscript

from ...shipped import VARIETY

THEME = next(iter(themes().values()))


def seen(recipe: Recipe) -> Inspection:
    return inspect(analyse(Exploration(networks=(recipe,), sequence=Signal(steps=6), selection=Selection(t=5, k=2))))


def scenes(inspection: Inspection) -> Iterator[FactorScene]:
    """Yield the painted scene of each block of J₄."""
    for block in factor_look(inspection, Place("factor", 4)).blocks:
        scene = FactorScene(factor_look(inspection, Place("factor", 4, block=block.name)), THEME)
        image = QImage(1600, 1200, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        scene.paint(painter, QRectF(0, 0, 1600, 1200), None)
        painter.end()
        yield scene


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "recipe",
    [
        *(Recipe(cell=cell, hidden=3) for cell in VARIETY),
        Recipe(cell="lstm", hidden=2, above=(LayerRecipe(cell="gru"),)),
    ],
    ids=[*VARIETY, "stack"],
)
def test_every_diagonal_of_every_block_leads_to_the_gate_that_it_names(recipe: Recipe) -> None:
    inspection = seen(recipe)
    names = [gate.name for gate in gates(step_at(inspection.analysis.run.course, 4).recurrence)]
    called = {plain_name(name): name for name in names}
    for scene in scenes(inspection):
        for spot in scene._spots:
            if spot.kind != "scale":
                continue
            to, text = scene.door_at(spot.place.center()), scene._plain.of(spot.word)
            # f′(z) of a gate says whose it is; else it is a gate's value that stands there.
            slopes = re.findall(r"′\(z(?:\^([^₀-₉ )]+))?", text)
            values = [word for word in re.findall(r"[A-Za-zα-ω²³¹]+", text) if word in called]
            named = called.get(slopes[-1], names[0]) if slopes else called[values[-1]] if values else ""
            assert to == Place("inside", 4, block=scene.look.place.block, gate=named), text
            assert nearest(to, inspection) == to
            door = next(i for i, door in enumerate(scene.doors) if door.to == to)
            assert (plain_name(named) in scene.doors[door].name) or not named or "f(z)" in scene.doors[door].name


BOTH = Recipe(hidden=3, direction="both", above=(LayerRecipe(hidden=2, direction="both"),))


def levels(inspection: Inspection) -> list[Drawn]:
    """Return the painted scene of every level below the map."""
    found = []
    for place in (Place(), Place("factor", inspection.t), Place("inside", inspection.t), Place("entry", inspection.t)):
        *_, seen_there = look(inspection, nearest(place, inspection), lambda: False, lambda _: None)
        scene, image = scene_of(seen_there, THEME), QImage(1200, 900, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        scene.paint(painter, QRectF(0, 0, 1200, 900), None)
        painter.end()
        found.append(scene)
    return found


@pytest.mark.usefixtures("qapp")
def test_below_the_map_of_a_backward_chain_all_steps_are_those_of_the_sequence() -> None:
    inspection = inspect(
        analyse(Exploration(networks=(BOTH,), sequence=Signal(steps=6)).with_selection(t=2, k=5).with_lens(chain="1"))
    )
    run, x = inspection.analysis.run, inspection.analysis.feed.x
    assert run.course.name == "1←"
    product, factor, inside, entry = levels(inspection)
    assert place_name(Place(), inspection) == "∂s¹←₂/∂s¹←₅"
    assert [door.name.partition(":")[0] for door in product.doors[:3]] == ["J¹←₅", "J¹←₄", "J¹←₃"]
    # The last step of the chain reads x₃ and s₃, and makes s₂ of them.
    assert factor.told().startswith("∂s¹←₂/∂s¹←₃ = diag(f′(z¹←₃)) W¹←")
    assert factor.doors[0].name == "f(z) in the cell at step 3"
    told = dict(line.split(" = ") for line in inside.told().split("\n") if line.count(" = ") == 1)
    assert told["x₃[0]"] == signed(float(x[2, 0]))
    assert told["h¹←₃[0]"] == signed(float(run.course.s[run.time(3), 0]))
    assert told["h¹←₂[0]"] == signed(float(run.course.s[run.time(2), 0]))
    assert entry.told().startswith("∂s¹←₂[0]/∂s¹←₃[0] = f′(z¹←₃)[0] · W¹←[0,0]")
    # Time runs to the right all the same: the first factor of the chain is the last step of the sequence.
    assert product.places[0].center().x() > product.places[2].center().x()
    bar = product._way._bars.frame
    assert product._way.step_at(QPointF(bar.left() + 2, bar.center().y())) == inspection.t


@pytest.mark.usefixtures("qapp")
def test_a_layer_above_says_that_it_reads_what_the_one_below_gives() -> None:
    inspection = inspect(analyse(Exploration(networks=(BOTH,), sequence=Signal(steps=6)).with_selection(t=5, k=2)))
    inside = levels(inspection)[2]
    assert inside.summary().endswith("x²→₅ is what layer 1 gives, its two directions side by side")
    assert Layered("2→", own_input=True).name("…") == "…"
    below = inspection.analysis.run.trace.chains
    given = np.concatenate([below["1→"].s[5], below["1←"].s[6 - 4]])
    assert f"x²→₅[0] = {signed(float(given[0]))}" in inside.told()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("t", "k"), [(5, 1), (5, 4)])
@pytest.mark.parametrize(
    ("recipe", "into", "out_of", "named"),
    [
        (Recipe(hidden=3, above=(LayerRecipe(hidden=2),)), "2", "1", "∂s²₅/∂s¹{k}"),
        (Recipe(hidden=3, above=(LayerRecipe(hidden=2),)), "1", "1", "∂s¹₅/∂s¹{k}"),
        (Recipe(cell="lstm", hidden=3), "h", "c", "∂h₅/∂c{k}"),
    ],
)
def test_of_a_block_that_the_map_shows_the_product_and_its_factors_are_those_of_the_block(
    recipe: Recipe, into: str, out_of: str, named: str, t: int, k: int
) -> None:
    asked = Exploration(networks=(recipe,), sequence=Signal(steps=6)).with_selection(t=t, k=k)
    inspection = inspect(analyse(asked.with_lens(into=into, out_of=out_of)))
    found = product_look(inspection, Place(), lambda: False)
    own = found.matrix.entries.value()
    whole = inspection.matrix * np.exp(inspection.log_scale)
    np.testing.assert_allclose(own, whole[found.rows, found.columns], rtol=1e-9, atol=1e-15)
    # Its norm is the cell of the map, and the drawn factors multiply to it.
    gain = np.log(np.linalg.norm(own)) - 0.5 * np.log(own.shape[1])
    assert inspection.analysis.run.log_gain[t, k] == pytest.approx(gain, abs=1e-9)
    factors = [one.matrix.entries.value() for one in found.factors[::-1]]
    np.testing.assert_allclose(reduce(np.matmul, factors), own, rtol=1e-9, atol=1e-15)
    assert found.worst in range(k + 1, t + 1) or found.worst == 0
    for one in found.factors:
        J = one.matrix.entries.value()
        assert found.alone(one.step) == pytest.approx(np.log(np.linalg.norm(J)) - 0.5 * np.log(J.shape[1]))
    product = levels(inspection)[0]
    assert product.summary().startswith(f"×{np.exp(gain):.2g}"[:4])
    assert place_name(Place(), inspection) == named.format(k=subscript(k))
    assert "A block of the product: of J₅ the rows of" in product.told()
    corner = product._matrix_place.topLeft() + QPointF(2, 2)
    assert product.door_at(corner) == Place("entry", entry=(found.rows.start, found.columns.start))


@pytest.mark.usefixtures("qapp")
def test_a_gate_s_formula_has_its_indices_below_the_letters() -> None:
    drawing, data = QSvgGenerator(), QBuffer()
    drawing.setOutputDevice(data)
    painter = QPainter(drawing)
    UnitScene(unit_look(seen(Recipe(cell="lstm", hidden=3)), Place("unit", 4, gate="i")), THEME).paint(
        painter, QRectF(0, 0, 1200, 900), None
    )
    painter.end()
    written = re.findall(r"<text[^>]*>([^<]*)</text>", bytes(data.data().data()).decode())
    assert {"i", "U", "W", "b"} <= {piece.strip(" +·()[]0₄₃x=σh") for piece in written}
    assert not [piece for piece in written if "_" in piece or "^" in piece]


@pytest.mark.usefixtures("qapp")
def test_beside_a_slope_near_0_stands_what_the_gate_lets_pass() -> None:
    inspection = seen(Recipe(cell="lstm", hidden=3, bias=5.0))
    scene = UnitScene(unit_look(inspection, Place("unit", 4, gate="f")), THEME)
    slope, value = scene._gate.slope(0), scene._gate.value(0)
    assert slope < 0.05 < 0.9 < value
    assert f"times its value f = {value:.3g}" in scene.told()
    assert scene.summary().startswith(f"f = σ(z) = {value:.3g}")
    assert scene._curve.said().split("\n")[1].startswith("f ≈ 0.9")
    state = UnitScene(unit_look(seen(Recipe(hidden=3)), Place("unit", 4, gate="h")), THEME)
    assert "its value" not in state.told()


def test_places_of_elements_are_apart_and_right_of_what_they_are_made_of() -> None:
    recurrence = Network.random(cell="lstm", inputs=2, hidden=3, outputs=1).chain("net").step.recurrence
    inputs = [one.inputs for one in wiring(recurrence, "").elements]
    found = laid(inputs, [])
    assert all(found.column[other] < found.column[i] for i, some in enumerate(inputs) for other in some)
    for level in set(found.column):
        heights = sorted(height for height, column in zip(found.height, found.column, strict=True) if column == level)
        assert all(b - a > 0.69 for a, b in pairwise(heights))
