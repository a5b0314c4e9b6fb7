"""The cursor's lines on the maps are seen on every shade, and none of them lays a pale band over the dark ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.plot import style
from explorer.gui.plot.theme import GLOW, WHITE, coloured, themes
from explorer.gui.views.compare import CompareView
from explorer.gui.views.flow.map import FlowMap
from explorer.workspace.exploration.exploration import Exploration, Lens, Recipe, Selection, Signal
from explorer.workspace.looks.analyst import Analyst, Completed
from explorer.workspace.scales.colours import contrast
from explorer.workspace.scales.gains import palette

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

STEPS, T, K = 30, 24, 12
DARK, BRIGHT = (
    {"init": "orthogonal", "gain": 0.16, "activation": "identity"},
    {"init": "orthogonal", "gain": 1.0, "activation": "identity"},
)
Place = Callable[[float, float], QPoint]


def exploration(recipe: dict[str, object], stage: str = "alone") -> Exploration:
    made = Recipe(hidden=4, **recipe)
    networks = (made,) if stage == "alone" else (made, made)
    return Exploration(
        networks=networks, sequence=Signal(steps=STEPS), selection=Selection(t=T, k=K), lens=Lens(), stage=stage
    )


@pytest.fixture(params=["light", "dark", "projector"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> str:
    style.apply(qapp, themes()[request.param], "en")
    return str(request.param)


def flow(qtbot: QtBot, theme: str, recipe: dict[str, object]) -> tuple[QImage, Place]:
    """Return a picture of the map of one network, and where on it the pair (t, k) is."""
    view = FlowMap(themes()[theme])
    shown(qtbot, view, exploration(recipe))

    def place(t: float, k: float) -> QPoint:
        pixel = QPointF(view.marks.pixel(k), view.marks.level(t))
        return view.plot.mapFromScene(view.plot.box.mapToScene(pixel))

    return view.plot.viewport().grab().toImage(), place


def stage(qtbot: QtBot, theme: str, recipe: dict[str, object]) -> tuple[QImage, Place]:
    view = CompareView(themes()[theme])
    shown(qtbot, view, exploration(recipe, "beside"))
    pane = view.columns[0].pane
    axes = pane._axes(pane.map_place())
    return pane.grab().toImage(), lambda t, k: QPointF(axes.x(k), axes.y(t)).toPoint()


def shown(qtbot: QtBot, view: FlowMap | CompareView, what: Exploration) -> None:
    qtbot.addWidget(view)
    view.resize(900, 560)
    view.dress(view.theme)
    view.show()
    *_, last = Analyst().look(what, lambda: False, lambda _: None)
    assert isinstance(last, Completed)
    view.present(last.inspection)
    view.settle()
    QApplication.processEvents()


def across(image: QImage, at: QPoint, upright: bool) -> list[str]:
    """Return the colours of 13 pixels across a line that goes through ``at``."""
    step = QPoint(1, 0) if upright else QPoint(0, 1)
    return [image.pixelColor(at + step * i).name() for i in range(-6, 7)]


@pytest.mark.parametrize("view", [flow, stage])
@pytest.mark.parametrize("recipe", [DARK, BRIGHT], ids=["dark", "bright"])
def test_the_dotted_line_is_seen_on_dark_and_bright_and_is_no_band(
    qtbot: QtBot, theme: str, view: Callable[..., tuple[QImage, Place]], recipe: dict[str, object]
) -> None:
    image, place = view(qtbot, theme, recipe)
    top, bottom = place(T - 1.0, K), place(K + 3.0, K)
    rows = [across(image, QPoint(top.x(), y), upright=True) for y in range(top.y(), bottom.y())]
    seen = [[found for one in row if (found := contrast(one, row[0])) > 1.2] for row in rows]
    # A contour runs through some rows, and a name of one may stand in some.
    assert median(len(row) for row in seen if row) <= math.ceil(0.7 * themes()[theme].line_width)
    assert sum(bool(row) for row in seen) > len(rows) / 2
    assert max(map(max, filter(None, seen))) >= 3.0


@pytest.mark.parametrize("recipe", [DARK, BRIGHT], ids=["dark", "bright"])
def test_the_line_of_t_is_seen_and_is_no_band(qtbot: QtBot, theme: str, recipe: dict[str, object]) -> None:
    image, place = flow(qtbot, theme, recipe)
    colours = across(image, place(T, 5.0), upright=False)
    seen = [colour for colour in colours if contrast(colour, colours[0]) > 1.15]
    assert 1 <= len(seen) <= 4
    assert max(contrast(colour, colours[0]) for colour in seen) >= 3.0


@pytest.mark.parametrize("colours", [GLOW, WHITE])
def test_of_the_two_colours_of_a_cursor_one_is_seen_on_every_shade(theme: str, colours: str) -> None:
    worn = coloured(themes()[theme], colours)
    shades = {"#{:02x}{:02x}{:02x}".format(*shade[:3]) for shade in palette(worn).tolist() if shade[3]}
    assert len(shades) > 200
    assert min(max(contrast(worn.accent, one), contrast(worn.card, one)) for one in shades) >= 2.4
