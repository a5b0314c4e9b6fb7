"""What all plots share."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.core.plots import Plot, PlotCanvas
from explorer.gui.plot.axes import Axis, StepAxis, _apart
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.theme import TICK_SCALE, font, sized, themes
from explorer.gui.views.decay.scale import DecadeAxis
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


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("side", ["left", "bottom"])
@pytest.mark.parametrize("kind", [Axis, StepAxis, DecadeAxis])
@pytest.mark.parametrize("ends", [(-0.5, 8.5), (2.0, 6.0), (-0.5, 1999.5), (-30.0, 0.5), (0.0, 0.004), (3.0, 3.0)])
@pytest.mark.parametrize("length", [60, 333, 1500])
def test_ticks_and_labels_stand_where_pyqtgraph_would_put_them(
    side: str, kind: type[Axis], ends: tuple[float, float], length: int, monkeypatch
) -> None:
    plot = Plot(themes()["light"], {side: kind(side)})
    plot.resize(*(length + 80, 300) if side == "bottom" else (400, length + 40))
    plot.box.setRange(**{"xRange" if side == "bottom" else "yRange": ends}, padding=0)
    plot.grab()
    axis = plot.getAxis(side)
    canvas = QPixmap(8, 8)
    painter = QPainter(canvas)
    line, ticks, labels = axis._found(axis._sight())
    monkeypatch.setattr(Axis, "tickValues", pg.AxisItem.tickValues)
    its_line, its_ticks, its_labels = pg.AxisItem.generateDrawSpecs(axis, painter)
    its_labels = _apart(its_labels, QFontMetricsF(axis.style["tickFont"]), axis._sight())
    painter.end()
    assert [(int(flags), text) for _, flags, text in labels] == [(int(flags), text) for _, flags, text in its_labels]
    for (place, *_), (its_place, *_) in zip(labels, its_labels, strict=True):
        anchors = [(one.right(), one.center().y()) if side == "left" else (one.center().x(), one.top())
                   for one in (place, its_place)]  # fmt: skip
        assert anchors[0] == pytest.approx(anchors[1], abs=1e-6)
    for (pen, *points), (its_pen, *its_points) in zip([line, *ticks], [its_line, *its_ticks], strict=True):
        assert pen.color() == its_pen.color()
        assert all((one - other).manhattanLength() < 1e-6 for one, other in zip(points, its_points, strict=True))
    shiboken6.delete(plot)


@pytest.mark.usefixtures("qapp")
def test_an_axis_of_small_numbers_says_them_as_they_are() -> None:
    plot = Plot(themes()["light"], {"left": Axis("left")})
    axis = plot.getAxis("left")
    axis.setLabel("loss")
    plot.resize(400, 300)
    plot.box.setRange(yRange=(0.0, 0.004), padding=0)
    plot.grab()
    assert axis.labelString().endswith(">loss </span>")
    assert {text for _, _, text in axis._found(axis._sight())[2]} >= {"0.001", "0.002", "0.003"}
    shiboken6.delete(plot)
