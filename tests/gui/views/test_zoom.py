"""What the levels below the map draw, and where: nothing lies over another, every number has its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QBuffer, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from explorer.engine import Network
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.gui.plot.theme import themes
from explorer.gui.views.zoom.factor import FactorScene
from explorer.gui.views.zoom.layout import laid
from explorer.gui.views.zoom.unit import UnitScene
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.factor import factor_look
from explorer.workspace.looks.zoom.place import Place, nearest
from explorer.workspace.looks.zoom.unit import unit_look
from explorer.workspace.looks.zoom.wiring import wiring

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
