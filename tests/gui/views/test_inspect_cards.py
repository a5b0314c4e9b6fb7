"""The Inspect panel's cards: every network can be looked at closely, and only what is seen costs time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.core.card import InspectCard
from explorer.gui.plot import theme as look
from explorer.gui.views.inspect.attribution import AttributionView
from explorer.gui.views.inspect.eigenvalues import EigenvaluesView
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.forwards import ForwardsView
from explorer.gui.views.inspect.growth import GrowthView
from explorer.gui.views.inspect.isometry import IsometryView
from explorer.gui.views.inspect.lyapunov import LyapunovView
from explorer.gui.views.inspect.product import ProductView
from explorer.gui.views.inspect.slopes import SlopesView
from explorer.gui.views.inspect.spectrum import SpectrumView
from explorer.gui.views.inspect.time_scales import TimeScalesView
from explorer.gui.views.inspect.weights import WeightsView
from explorer.gui.words import i18n
from explorer.workspace.exploration.cells import CellText, name_of
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect, with_spectrum

from ...shipped import VARIETY

KINDS: tuple[type[InspectCard], ...] = (
    FormulaView, ProductView, FactorsView, SpectrumView, IsometryView, LyapunovView, ForwardsView, TimeScalesView,
    GrowthView, AttributionView, SlopesView, WeightsView, EigenvaluesView,
)  # fmt: skip
LIGHT = next(iter(look.themes().values()))


def close_look(t: int = 9, k: int = 3, steps: int = 12, **recipe: object) -> Inspection:
    exploration = Exploration(networks=(Recipe(**({"hidden": 6} | recipe)),), sequence=Signal(steps=steps))  # type: ignore[arg-type]
    return with_spectrum(inspect(analyse(exploration.with_selection(t=t, k=k))))


CASES: dict[str, Callable[[], Inspection]] = {
    "simple": close_look,
    "lstm": lambda: close_look(cell="lstm"),
    "gru": lambda: close_look(cell="gru"),
    "one unit": lambda: close_look(hidden=1),
    "identity": lambda: close_look(t=4, k=4),
    "no step": lambda: close_look(t=0, k=0, steps=1),
    "one step": lambda: close_look(t=1, k=0, steps=1),
    "dead": lambda: close_look(activation="relu", bias=-5.0),
    "saturated": lambda: close_look(gain=50.0),
    "overflow": lambda: close_look(t=399, k=3, steps=400, activation="relu", gain=50.0, bias=1.0),
}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def shown(qtbot: QtBot, kind: type[InspectCard], inspection: Inspection) -> InspectCard:
    view = kind(LIGHT)  # type: ignore[call-arg]
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.dress(LIGHT)
    view.present(inspection)
    return view


def broken(view: InspectCard) -> str:
    return view._error.toolTip() if view._pages.currentWidget() is view._error else ""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning:explorer.engine")
def test_every_network_can_be_looked_at_in_every_theme_and_language(qtbot: QtBot, kind: type[InspectCard], case: str):
    view = shown(qtbot, kind, CASES[case]())
    for theme in look.themes().values():
        for code in i18n.languages():
            i18n.set_language(code)
            view.dress(theme)
            assert not view.grab().isNull()
            qtbot.wait(0)
            assert broken(view) == ""
    for x in range(4, 320, 12):
        for y in range(4, 240, 12):
            view.name_at(QPointF(x, y))


OWN = CellText(name="own", text="f = sigmoid(U_f @ x + W_f @ h + b_f)\nh = f * h + tanh(U @ x)\n")


@pytest.mark.parametrize("cell", [*VARIETY, OWN], ids=name_of)
def test_every_kind_of_cell_can_be_looked_at(qtbot: QtBot, cell: str | CellText):
    first = close_look(cell=cell, hidden=3)
    pairs = [(chosen, other_pair(first, *chosen)) for chosen in ((4, 3), (0, 0))]
    for index, kind in enumerate(KINDS):
        i18n.set_language(list(i18n.languages())[index % 2])
        view = shown(qtbot, kind, first)
        view.dress(list(look.themes().values())[index % 3])
        for chosen, inspection in [((9, 3), first), *pairs]:
            view.present(inspection)
            assert not view.grab().isNull()
            assert broken(view) == "", (kind, chosen)
            assert view.told(), (kind, chosen)
            for point in (QPointF(60.0, 60.0), QPointF(160.0, 120.0), QPointF(100.0, 200.0)):
                view.name_at(point)


def other_pair(inspection: Inspection, t: int, k: int) -> Inspection:
    """Return the same network on the same sequence, looked at for another pair."""
    analysis = inspection.analysis
    return with_spectrum(inspect(analyse(analysis.exploration.with_selection(t=t, k=k), known=analysis.run)))


@pytest.mark.parametrize("kind", KINDS)
def test_only_cards_in_sight_work_while_an_edit_is_dragged(qtbot: QtBot, kind: type[InspectCard]):
    prepared: list[str] = []

    class Counted(kind):  # type: ignore[misc, valid-type]
        def prepare(self, inspection: Inspection) -> None:
            prepared.append(self.objectName())
            super().prepare(inspection)

    panel, inside = QScrollArea(), QWidget()
    column = QVBoxLayout(inside)
    views = [Counted(LIGHT) for _ in range(6)]
    for index, view in enumerate(views):
        view.setObjectName(str(index))
        column.addWidget(view)
    panel.setWidget(inside)
    qtbot.addWidget(panel)
    panel.resize(360, 200)
    panel.show()
    qtbot.waitExposed(panel)
    # There is something to be prepared of each.
    inspection = close_look(cell="lru" if kind is GrowthView else "rnn")
    for view in views:
        view.present(inspection)
    qtbot.waitUntil(lambda: "0" in prepared)
    assert "5" not in prepared
    panel.verticalScrollBar().setValue(panel.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: "5" in prepared)


def test_picture_of_the_panel_shows_cards_that_were_never_in_sight(qtbot: QtBot):
    inside = QWidget()
    qtbot.addWidget(inside)
    view = EigenvaluesView(LIGHT)
    QVBoxLayout(inside).addWidget(view)
    view.present(close_look())
    inside.grab()
    assert view._axes is not None


def test_card_that_fails_shows_its_error_and_comes_back(qtbot: QtBot):
    class Fragile(InspectCard):
        fails = True

        def prepare(self, _: Inspection) -> None:
            if self.fails:
                raise ArithmeticError("nothing works")

        def paint(self, painter: QPainter, area: QRectF) -> None:
            pass

    view = Fragile(LIGHT, "Weights", "fragile", 100)
    qtbot.addWidget(view)
    inspection = close_look()
    view.present(inspection)
    view.grab()
    qtbot.waitUntil(lambda: "nothing works" in broken(view))
    view.present(inspection)
    assert "nothing works" in broken(view)
    view.fails = False
    view.present(inspection)
    assert broken(view) == ""


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_hover_follows_the_numbers_while_the_pointer_rests(qtbot: QtBot):
    view = shown(qtbot, ProductView, close_look())
    view.grab()
    said: list[str] = []
    view.hovered.connect(said.append)
    centre = QPointF(view._place.center())
    view.pointed(centre, view.mapToGlobal(centre.toPoint()))
    view.present(close_look(gain=2.5))
    assert said[0].startswith("∂s₉[")
    assert said[-1].startswith("∂s₉[")
    assert said[0] != said[-1]
    view.left()
    assert said[-1] == ""


@pytest.mark.usefixtures("qapp")
def test_a_function_that_rises_far_beyond_its_slope_is_drawn_at_the_scale_of_its_operating_points() -> None:
    view = SlopesView(look.themes()["light"])
    made = Recipe(hidden=8, activation="relu", gain=2.0)
    inspection = inspect(
        analyse(Exploration(networks=(made,), sequence=Signal(steps=30), selection=Selection(t=30, k=3)))
    )
    view.prepare(inspection)
    z, top = view._gates[0].z, view._top
    assert np.abs(z).max() > 100.0
    assert top is not None
    assert top >= z.max()
    at = view._put(np.maximum(np.array([0.0, top]), 0.0))
    np.testing.assert_allclose(at, [0.0, 1.0])
    # It bends where the axis does: a straight line from nothing to the corner.
    reach = view._warp.put(np.array([view._warp.reach]))[0]
    u = np.linspace(0.0, reach, 9)
    np.testing.assert_allclose(view._put(np.maximum(view._warp.back(u), 0.0)), u / reach, atol=1e-9)
    view.prepare(inspect(analyse(Exploration(networks=(Recipe(hidden=8),), sequence=Signal(steps=9)))))
    assert view._top is None
