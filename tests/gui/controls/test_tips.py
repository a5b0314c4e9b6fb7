"""Tooltips stand beside what they explain, and on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from explorer.gui.controls.plain import teach
from explorer.gui.controls.tips import Beside, place
from explorer.gui.shell.window import Window

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

SCREEN = QRect(0, 0, 1366, 768)


@given(
    st.integers(0, 1300), st.integers(0, 700), st.integers(20, 700), st.integers(10, 250),
    st.integers(40, 400), st.integers(20, 160), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_a_tip_is_on_the_screen_and_never_under_the_pointer(left, top, width, height, wide, high, across, down):
    clear = QRect(left, top, width, height) & SCREEN
    at = clear.topLeft() + QPoint(round(across * (clear.width() - 1)), round(down * (clear.height() - 1)))
    tip = QRect(place(QSize(wide, high), at, clear, SCREEN), QSize(wide, high))
    assert SCREEN.contains(tip)
    assert not tip.contains(at)
    if clear.top() > high + 10 or clear.bottom() < SCREEN.bottom() - high - 10:
        assert not tip.intersects(clear)


def shown_tip() -> QRect:
    """Return where the tooltip stands on the screen."""
    QApplication.processEvents()
    tips = [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible()]
    assert len(tips) == 1
    return QRect(tips[0].pos(), tips[0].size())


def point_at(widget: QWidget, where: QPoint | None = None) -> None:
    """Move the pointer over ``widget`` and let Qt ask for its tooltip."""
    where = widget.rect().center() if where is None else where
    at, window = widget.mapToGlobal(where), widget.window()
    handle = window.windowHandle()
    # A pointer that stands there already does not move.
    for point in (QPoint(1, 1), window.mapFromGlobal(at)):
        QTest.mouseMove(handle, point)
    QApplication.processEvents()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, where, at))


def on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("index", range(4))
def test_what_is_told_about_a_view_does_not_cover_its_plot(window: Window, index: int) -> None:
    view = window.time_views[index]
    # A window that reaches beyond the screen is pointed at where it is on it.
    window.move(0, min(0, window.y() - on_screen(view).bottom() + QGuiApplication.primaryScreen().size().height() - 10))
    plot = on_screen(view.plot)
    view.tell("one\ntwo\nthree", plot.center())
    assert not shown_tip().intersects(plot)
    QToolTip.hideText()


@pytest.mark.parametrize("index", [1, 2, 3])
def test_no_tooltip_of_a_view_lies_over_the_verdict(window: Window, index: int) -> None:
    view, verdict = window.time_views[index], window.map.headline
    window.move(0, min(0, window.y() - on_screen(view).bottom() + QGuiApplication.primaryScreen().size().height() - 10))
    plot = on_screen(view.plot)
    for y in (plot.top() + 5, plot.center().y(), plot.bottom() - 5):
        view.tell("one\ntwo\nthree\nfour", QPoint(plot.left() + 150, y))
        tip = shown_tip()
        assert not tip.intersects(on_screen(verdict))
        assert not tip.contains(QPoint(plot.left() + 150, y))
        QToolTip.hideText()


def test_the_tooltip_of_a_legend_covers_nothing_of_its_view(window: Window) -> None:
    view = window.time_views[1]
    legend = view._legends[0]
    # A window that reaches beyond the screen is pointed at where it is on it.
    window.move(min(0, QGuiApplication.primaryScreen().size().width() - on_screen(legend).right() - 10), 0)
    point_at(legend)
    tip = shown_tip()
    assert not tip.intersects(on_screen(view))
    assert tip.width() < 700
    QToolTip.hideText()


def test_every_control_that_is_taught_has_its_tooltip_beside_it(window: Window) -> None:
    button = window.top_bar.activation.buttons["tanh"]
    teach(button, "word " * 40)
    point_at(button)
    assert not shown_tip().intersects(on_screen(button))
    QToolTip.hideText()


class Counting(Beside):
    """Notes what it is asked about."""

    def __init__(self) -> None:
        self.asked: list[QEvent.Type] = []
        super().__init__()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.asked.append(event.type())
        return super().eventFilter(watched, event)


def test_a_change_of_theme_is_no_business_of_tooltips(window: Window) -> None:
    beside = Counting()
    point_at(window.top_bar.activation.buttons["tanh"])
    assert QEvent.Type.MouseMove in beside.asked
    beside.asked.clear()
    window.set_theme("dark")
    QApplication.processEvents()
    assert len(beside.asked) < 100
    beside.close()
    QToolTip.hideText()
