"""Where curves leave the axis of a decay it is seen that they go on, and no name stands over another word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.plot import style
from explorer.gui.plot.labels import crosses
from explorer.gui.plot.theme import TICK_SCALE, font, themes
from explorer.gui.views.compare import CompareView
from explorer.gui.views.compare.curve import Trace, names_of
from explorer.gui.views.compare.curves import Curves
from explorer.gui.views.decay.decay import DecayView
from explorer.workspace.disk.presets import default, preset
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analyst import Analyst, Completed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def shown(view: CompareView | DecayView, exploration: Exploration, size: tuple[int, int]) -> None:
    *_, last = Analyst().look(exploration, lambda: False, lambda _: None)
    view.resize(*size)
    view.dress(view.theme)
    view.show()
    assert isinstance(last, Completed)
    view.present(last.inspection)
    QApplication.processEvents()


@pytest.fixture
def curves_of(qtbot: QtBot, qapp: QApplication) -> Callable[[Exploration], Curves]:
    def make(exploration: Exploration, theme: str = "light") -> Curves:
        style.apply(qapp, themes()[theme], "en")
        view = CompareView(themes()[theme])
        qtbot.addWidget(view)
        shown(view, exploration, (1200, 620))
        return view.curves

    return make


def decay_of(qtbot: QtBot, name: str, height: int) -> DecayView:
    view = DecayView(themes()["light"])
    qtbot.addWidget(view)
    shown(view, preset(name).exploration, (740, height))
    return view


def width(image: QImage, colour: str, y: float, about: float) -> int:
    """Return how many pixels of a ``colour`` stand in the row ``y`` of a picture within 8 of ``about``."""
    wanted = QColor(colour)
    row = (image.pixelColor(x, round(y)) for x in range(round(about) - 8, round(about) + 9))
    return sum(abs(one.red() - wanted.red()) + abs(one.blue() - wanted.blue()) < 30 for one in row)


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_each_curve_that_leaves_the_stages_axis_ends_in_an_arrow_head_and_so_does_the_chosen_step(
    curves_of: Callable[..., Curves], theme: str
) -> None:
    plot = curves_of(default().exploration.with_recipe(gain=0.3), theme)
    axes, image = plot._axes(), plot.grab().toImage()
    left = next(curve for curve in plot.curves if curve.name == "sigmoid")
    begun = Trace.of(left, axes).leftmost(axes.frame)
    assert begun is not None
    at = begun[1]
    assert at.y() == axes.frame.bottom()
    for x in (at.x(), axes.x(plot.k)):
        assert width(image, left.colour, at.y() - 5, x) >= 4 > width(image, left.colour, at.y() - 12, x)


def test_the_chosen_step_is_a_whole_dot_on_what_is_within_the_axis(curves_of: Callable[..., Curves]) -> None:
    plot = curves_of(default().exploration.with_recipe(gain=0.3))
    axes = plot._axes()
    curve = next(curve for curve in plot.curves if curve.name == "sigmoid")
    plot.curves = [with_(curve, gains=np.linspace(axes.bottom + 0.02, 0.0, len(curve.gains)))]
    plot.k = 0
    axes = plot._axes()
    at = QPointF(axes.x(0), axes.y(float(plot.curves[0].gains[0])))
    assert at.y() < axes.frame.bottom() < at.y() + 1
    assert width(plot.grab().toImage(), curve.colour, axes.frame.bottom() + 2, at.x()) >= 4


@pytest.mark.parametrize("far", [-30.0, -120.0, -300.0, -1.4e4, -1e12, -1e300])
def test_no_name_of_a_curve_stands_over_the_axis_name_however_steep_it_is(
    curves_of: Callable[..., Curves], far: float
) -> None:
    plot = curves_of(default().exploration)
    plot.curves = [with_(c, gains=np.linspace(far, 0.0, 37)) if c.name == "sigmoid" else c for c in plot.curves]
    axes = plot._axes()
    traces = [Trace.of(curve, axes) for curve in plot.curves]
    corner = plot._axis_name_place(axes, traces)
    assert corner is not None
    names = names_of(traces, axes.frame, font(plot.theme, "en", TICK_SCALE), corner)
    assert [label.text for label in names if label.box.intersects(corner)] == []
    assert all(axes.frame.contains(label.box) for label in names)
    assert not any(crosses(corner, trace.x, trace.y) for trace in traces)
    low = next(label for label in names if label.text == "sigmoid")
    assert low.box.bottom() > axes.frame.bottom() - 2.5 * low.box.height()


def test_of_curves_that_leave_together_the_upper_one_is_named_above(curves_of: Callable[..., Curves]) -> None:
    plot = curves_of(default().exploration.with_recipe(gain=0.05))
    order = sorted(plot.curves, key=lambda curve: curve.gains[plot.t - 8])
    axes = plot._axes()
    names = names_of([Trace.of(curve, axes) for curve in order], axes.frame, font(plot.theme, "en", TICK_SCALE), None)
    tops = {label.text: label.box.top() for label in names}
    assert tops["tanh"] < tops["ReLU"]


@pytest.mark.parametrize("height", [110, 260])
def test_a_row_that_leaves_a_locked_axis_and_a_step_beyond_it_have_arrow_heads(qtbot: QtBot, height: int) -> None:
    view = decay_of(qtbot, "saturated-sigmoid", height)
    assert view.canvas.picture is not None
    canvas, row = view.canvas, view.canvas.picture.row
    bottom, low = canvas.box.height(), view.plot.box.viewRange()[1][0]
    first = int(np.flatnonzero(row.gains >= low)[0])
    assert first > canvas.k
    place = QRectF(canvas.mapRectToScene(canvas.boundingRect()))
    image = view.plot.viewport().grab().toImage()
    for x, colour in ((canvas.pixel(first - 0.5), row.colour), (canvas.pixel(canvas.k), view.theme.accent)):
        assert width(image, colour, place.top() + bottom - 5, place.left() + x) >= 4
