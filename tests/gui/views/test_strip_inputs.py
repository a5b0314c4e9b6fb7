"""Under each input of the unrolled network stands how much it mattered to the loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.gui.plot import theme
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.chips import arrange
from explorer.gui.views.strip.layout import layout
from explorer.gui.views.strip.picture import picture
from explorer.gui.views.strip.strip import NetworkStrip
from explorer.gui.views.strip.words import words
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Signal, Text
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.words.numbers import power_of_ten

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LIGHT = theme.themes()["light"]
ASKED = Exploration(sequence=Signal(steps=8)).with_recipe(hidden=4).with_selection(t=6, k=2).with_lens(quantity="W")


@pytest.fixture
def strip(qtbot):
    i18n.set_language("en")
    view = NetworkStrip(LIGHT)
    qtbot.addWidget(view)
    view.resize(900, 190)
    view.dress(LIGHT)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    i18n.set_language("en")


def show(strip: NetworkStrip, exploration: Exploration) -> Inspection:
    inspection = inspect(analyse(exploration))
    strip.present(inspection)
    return inspection


def colours(strip: NetworkStrip, step: int) -> set[str]:
    """Return the colours in the row of marks over ``step``."""
    row, box = strip.canvas.layout().mark, strip.plot.box
    image = strip.plot.viewport().grab().toImage()
    x = strip.plot.mapFromScene(box.mapToScene(strip.canvas.pixel(step), 0.0)).x()
    tops = [strip.plot.mapFromScene(box.mapToScene(0.0, y)).y() for y in (row.top, row.bottom)]
    return {QColor(image.pixelColor(x + dx, y)).name() for y in range(tops[0], tops[1] + 1) for dx in range(-4, 5)}


def test_without_a_loss_there_is_no_row_and_nothing_is_worked_out(strip: NetworkStrip):
    inspection = show(strip, ASKED.with_lens(quantity="flow"))
    assert picture(inspection).mattered is None
    assert strip.canvas.layout().mark.height == 0.0
    assert strip.canvas.layout() == layout(strip.plot.box.height(), strip.canvas.spacing(), strip.canvas.text_height)


@pytest.mark.parametrize("spacing", [0.45, 9.0, 60.0])
@pytest.mark.parametrize("words", [(), (30.0,) * 6])
def test_row_of_marks_lies_between_the_inputs_and_their_labels(spacing: float, words: tuple[float, ...]):
    rows = layout(140.0, spacing, 14.0, arrange(words, 14.0, spacing) if words and spacing >= 9 else None, 12.0)
    assert rows.s.bottom < rows.x.top < rows.x.bottom <= rows.mark.top
    assert rows.mark.height == pytest.approx(12.0)
    assert rows.mark.bottom <= rows.label.top <= rows.label.bottom <= 140.0


def test_marks_are_the_norms_of_the_gradient_of_each_input(strip: NetworkStrip):
    inspection = show(strip, ASKED)
    assert inspection.judged is not None
    norms = np.linalg.norm(inspection.judged.full.x, axis=1)
    assert picture(inspection).mattered == pytest.approx(np.log10(norms), abs=1e-12)


@pytest.mark.parametrize("sequence", [Signal(steps=8), Signal(steps=200), Text(text="it was not good at all")])
def test_hover_on_an_input_and_on_its_mark_says_how_much_it_mattered(strip: NetworkStrip, sequence: Signal | Text):
    inspection = show(strip, ASKED.with_sequence(sequence))
    assert inspection.judged is not None
    step = inspection.analysis.steps
    row = strip.canvas.layout().mark
    element = strip.canvas.element_at(strip.canvas.pixel(step), row.middle)
    assert element == Element("mark", step)
    shown = picture(inspection)
    for said in (words(element, shown), words(Element("x", step), shown)):
        assert "mattered to the loss: ‖∂L/∂x" in said
    low, high = shown.mattered_ends
    finite = shown.mattered[np.isfinite(shown.mattered)]  # type: ignore[index]
    assert low <= min(high - 2, finite.min()) or high - low == 6
    assert finite.max() <= high
    assert f"log scale from {power_of_ten(low)} to {power_of_ten(high)}." in words(element, shown)


def test_what_truncation_cuts_off_did_not_matter_and_is_crossed_out(strip: NetworkStrip):
    inspection = show(strip, ASKED.with_settings(window=3))
    shown = picture(inspection)
    assert words(Element("x", 5), shown).splitlines()[1] == "∂L/∂x₅ = 0 exactly: x₅ did not matter to the loss."
    assert "0 exactly" not in words(Element("x", 6), shown)
    ink, bar = QColor(LIGHT.text), QColor(LIGHT.trend)
    zero, alive = colours(strip, 4), colours(strip, 8)
    assert min(QColor(c).lightness() for c in zero) < ink.lightness() + 60
    assert all(QColor(c).hslSaturation() < 120 for c in zero)
    assert any(abs(QColor(c).hslHue() - bar.hslHue()) < 12 and QColor(c).hslSaturation() > 120 for c in alive)


def test_no_number_has_a_colour_of_its_own(strip: NetworkStrip):
    inspection = show(strip, ASKED)
    shown = picture(inspection)
    strip.canvas.present(replace(shown, mattered=np.array([np.nan, *shown.mattered[1:]])))  # type: ignore[index]
    assert LIGHT.nan in colours(strip, 1)
    assert LIGHT.nan not in colours(strip, 2)
    broken = replace(shown, mattered=np.full(8, np.nan))
    assert "is no number" in words(Element("mark", 3), broken)


def test_strip_asks_for_the_height_of_the_row(strip: NetworkStrip):
    show(strip, ASKED.with_lens(quantity="flow"))
    plain = strip.minimumHeight()
    show(strip, ASKED)
    assert strip.minimumHeight() == pytest.approx(plain + strip.canvas.marks(), abs=1)


@pytest.mark.parametrize("steps", [1, 8, 200, 2000])
def test_marks_can_be_drawn_at_every_length(strip: NetworkStrip, steps: int):
    show(strip, ASKED.with_sequence(Signal(steps=steps)))
    assert not strip.grab().isNull()
    assert strip._pages.currentWidget() is strip.plot
