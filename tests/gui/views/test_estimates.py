"""Every view that shows numbers of a flow that is estimated says so, with the band; an exact one says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from explorer.engine import TooBig
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.views.decay.decay import DecayView
from explorer.gui.views.decay.lines import picture
from explorer.gui.views.flow.map import FlowMap
from explorer.gui.views.flow.text import hover_text, subtitles
from explorer.gui.views.inspect.attribution import AttributionView
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.product import ProductView
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, grown, inspect, seen_again

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SAID = "estimate from 8 of 9 directions"


@pytest.fixture(autouse=True)
def _no_view_outlives_its_test() -> Iterator[None]:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def theme(qapp: QApplication) -> look.Theme:
    theme = look.themes()["light"]
    style.apply(qapp, theme, "en")
    return theme


@pytest.fixture
def rough() -> Inspection:
    exploration = Exploration(networks=(Recipe(hidden=9),), sequence=Signal(steps=12), selection=Selection(t=9, k=4))
    return inspect(analyse(exploration, most=1.0))


@pytest.fixture
def exact(rough: Inspection) -> Inspection:
    return seen_again(rough, grown(rough.analysis))


def test_map_marks_an_estimate_in_its_heading_and_under_the_pointer(qtbot, theme, rough, exact) -> None:
    view = FlowMap(theme)
    qtbot.addWidget(view)
    view.present(rough)
    assert all(SAID in text for text in subtitles(rough))
    assert f"{SAID}: ×" in hover_text(rough, 9, 4)
    assert "≈ ×" in hover_text(rough, 9, 4)
    assert SAID not in hover_text(rough, 4, 9)
    assert not view.switches.norms.spectral.isEnabled()
    assert not any("estimate" in text for text in (*subtitles(exact), hover_text(exact, 9, 4)))


def test_decay_draws_the_band_and_marks_what_it_says(qtbot, theme, rough, exact) -> None:
    view = DecayView(theme)
    qtbot.addWidget(view)
    view.present(rough)
    drawn = picture(rough, theme)
    assert drawn is not None
    assert drawn.band is not None
    low, high = drawn.band
    assert (low[:9] < drawn.row.gains[:9]).all()
    assert (drawn.row.gains[:9] < high[:9]).all()
    said = view.describe(rough)
    assert said.count("estimate") == 3
    view.resize(500, 160)
    shown = view.grab().toImage()
    view.present(exact)
    plain = picture(exact, theme)
    assert plain is not None
    assert plain.band is None
    assert "estimate" not in view.describe(exact)
    assert shown != view.grab().toImage()


@pytest.mark.parametrize("kind", [ProductView, AttributionView])
def test_card_of_a_product_that_takes_too_long_says_so(kind, qtbot, theme, rough) -> None:
    card = kind(theme)
    qtbot.addWidget(card)
    refusal = TooBig("It takes too long; a width of 3 is fine.")
    card.present(replace(rough, matrix=None, attribution=None, unshown=refusal, unsplit=refusal))
    assert card.told() == "It takes too long; a width of 3 is fine."
    card.present(rough)
    assert "too long" not in card.told()


def test_formula_of_what_is_not_taken_apart_is_marked(qtbot, theme, rough) -> None:
    card = FormulaView(theme)
    qtbot.addWidget(card)
    refusal = TooBig("It takes too long.")
    card.present(replace(rough, matrix=None, attribution=None, unshown=refusal, unsplit=refusal))
    assert "≈" in card.told()
    assert SAID in card.told()
