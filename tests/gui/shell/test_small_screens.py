"""The window on projectors: nothing is cut, whatever the theme and the language."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QToolButton

from explorer.gui.plot.theme import themes
from explorer.gui.shell.frame.shape import Whole, room_on
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n

from ..conftest import SMALL, fit, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

TITLE_BAR = 36


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("theme", themes())
def test_the_window_fits_a_projector_of_1024_by_768(window: Window) -> None:
    QApplication.processEvents()
    least = window.picture().minimumSizeHint()
    assert least.width() <= 1024
    assert least.height() + window.menuBar().sizeHint().height() <= 768 - TITLE_BAR


def test_nothing_scrolls_where_the_screen_has_room(qtbot, window: Window) -> None:
    window.showNormal()
    window.resize(1024, 768 - TITLE_BAR)
    window.top_bar.preset_chosen.emit("phenomenal")
    settle(qtbot, window)
    QApplication.processEvents()
    assert window.frame.verticalScrollBar().maximum() == 0
    assert window.frame.horizontalScrollBar().maximum() == 0


def screen_of(points: QRect, scale: float) -> QScreen:
    """Return a screen as Qt describes it."""
    screen = type("Screen", (), {
        "availableGeometry": lambda _: points, "availableSize": lambda _: points.size(), "size": lambda _: points.size(),
        "devicePixelRatio": lambda _: scale,
    })  # fmt: skip
    return screen()


@pytest.mark.parametrize("scale", [1.0, 1.1, 1.25, 1.5, 1.75, 2.0])
def test_no_window_has_a_pixel_more_than_the_screen_however_points_are_rounded(scale: float) -> None:
    for pixels in range(640, 2600, 2):
        points = math.floor(pixels / scale + 0.5)
        room = room_on(screen_of(QRect(0, 0, points, points), scale))
        assert pixels - 2 * scale < math.floor(room.width() * scale + 0.5) <= pixels
        assert room.width() == room.height()


def test_a_screen_without_room_for_the_window_has_it_whole_and_scrolls(qtbot, window_of, monkeypatch) -> None:
    window = window_of(SMALL, start=False)
    small = QRect(0, 0, 480, 280)
    screen = screen_of(small, 1.0)
    for part in (Window, Whole):
        monkeypatch.setattr(part, "screen", lambda _: screen)
    window.start()
    settle(qtbot, window)
    window.frame.updateGeometry()
    QApplication.processEvents()
    least = window.minimumSizeHint()
    assert least.width() <= small.width()
    assert least.height() <= small.height()
    # Words that came last may not have been laid out yet.
    qtbot.waitUntil(lambda: window.frame.content.width() >= window.picture().minimumSizeHint().width() > small.width())
    window.resize(small.size())
    QApplication.processEvents()
    assert window.frame.horizontalScrollBar().maximum() > 0
    assert window.frame.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("width", [1024, 1200, 1366])
def test_every_button_of_the_top_bar_is_in_sight_or_in_the_menu(qtbot, window: Window, width: int) -> None:
    window.resize(width, 768)
    settle(qtbot, window)
    QApplication.processEvents()
    bar = window.top_bar
    seen = {
        b.defaultAction().objectName() for b in bar.findChildren(QToolButton) if b.isVisible() and b.defaultAction()
    }
    bar.overflow.menu().aboutToShow.emit()
    offered = {action.objectName() for action in bar.overflow.menu().actions()} if bar.overflow.isVisible() else set()
    assert {"undo", "redo", "theme", "language", "presentation"} <= seen | offered
    assert bar.rect().contains(bar.overflow.geometry()) or not bar.overflow.isVisible()
    assert bar.rect().contains(bar.look.geometry()) or not bar.look.isVisible()


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("name", ["vanishing-tanh", "lstm-remembers"])
def test_what_moves_with_the_gain_and_why_stands_beside_the_map_at_once(qtbot, window: Window, name: str) -> None:
    window.showNormal()
    window.resize(1366, 768)
    fit(window)
    window.top_bar.preset_chosen.emit(name)
    settle(qtbot, window)
    QApplication.processEvents()
    panel = window.inspect_panel
    panel.show_top()
    seen = panel.viewport().rect()
    causes = [view for view in panel.views if view.objectName() in ("attribution", "eigenvalues", "derivative")]
    assert len(causes) == 3

    def places() -> list[QRect]:
        return [QRect(view.mapTo(panel.viewport(), view.rect().topLeft()), view.size()) for view in causes]

    # A heading that came last may not have been laid out yet.
    qtbot.waitUntil(lambda: all(seen.contains(place) for place in places()), timeout=2000)
