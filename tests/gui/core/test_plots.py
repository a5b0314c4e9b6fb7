"""What all plots share."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.core.plots import Plot, PlotCanvas
from explorer.gui.plot.axes import StepAxis
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.theme import TICK_SCALE, font, sized, themes
from explorer.gui.words import i18n


def test_a_plot_leaves_no_widget_behind(qapp: QApplication) -> None:
    before = set(qapp.topLevelWidgets())
    plot = Plot(themes()["light"])
    shiboken6.delete(plot)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert set(qapp.topLevelWidgets()) <= before


def test_a_drawing_that_fails_tells_nobody_who_is_gone_meanwhile(qtbot: QtBot) -> None:
    tried = []

    class Broken(PlotCanvas):
        def sketch(self, painter: QPainter) -> None:
            tried.append(painter)
            raise ZeroDivisionError

    plot = Plot(themes()["light"])
    plot.broken = Broken(plot.box)
    plot.resize(300, 200)
    with qtbot.captureExceptions() as seen:
        plot.grab()
        assert tried
        shiboken6.delete(plot)
        QCoreApplication.processEvents()
    assert seen == []


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", themes())
def test_a_plot_is_smooth_and_on_the_ground_of_its_theme(name: str) -> None:
    theme = themes()[name]
    plot = Plot(theme)
    assert plot.backgroundBrush().color() == QColor(theme.card)
    assert pg.getConfigOption("antialias") is True
    shiboken6.delete(plot)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [10.0, 15.0, 24.0])
def test_the_time_axis_has_room_for_its_numbers_before_anything_is_painted(size: float, language: str) -> None:
    theme = sized(themes()["projector"], size)
    i18n.set_language(language)
    try:
        plot = Plot(theme, {"bottom": StepAxis("bottom")})
    finally:
        i18n.set_language("en")
    assert plot.getAxis("bottom").minimumHeight() >= 0.8 * QFontMetricsF(font(theme, language, TICK_SCALE)).height()
    shiboken6.delete(plot)


@pytest.mark.usefixtures("qapp")
def test_an_axis_that_is_given_the_style_that_it_has_is_not_drawn_anew() -> None:
    axis = StepAxis("left")
    axis.setStyle(showValues=False)
    drawn = axis.picture = object()
    axis.setStyle(showValues=False)
    assert axis.picture is drawn
    axis.setStyle(showValues=True)
    assert axis.picture is None


@pytest.mark.usefixtures("qapp")
def test_a_step_whose_word_is_wider_than_an_upright_axis_has_its_number_and_none_is_blank() -> None:
    axis = StepAxis("left")
    axis.set_words(("the", "table", "mmmmmm"))
    face = font(themes()["light"], "en", TICK_SCALE)
    metrics = QFontMetricsF(face)
    axis.setStyle(tickFont=face, tickTextOffset=4)
    axis.setWidth(metrics.horizontalAdvance("table₂") + 8)
    axis.resize(axis.minimumWidth(), 300)
    assert axis.tickStrings([0.0, 1.0, 2.0, 3.0], 1.0, 1.0) == ["0", "the₁", "table₂", "3"]
