"""The window on projectors: nothing is cut, whatever the theme and the language."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QToolButton

from explorer.gui import i18n
from explorer.gui.theme import themes
from explorer.gui.window import Window

from .conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TITLE_BAR = 36


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("theme", themes())
def test_the_window_fits_a_projector_of_1024_by_768(qtbot, window: Window, theme: str, language: str) -> None:
    window.set_theme(theme)
    window.set_language(language)
    settle(qtbot, window)
    QApplication.processEvents()
    least = window.minimumSizeHint()
    assert least.width() <= 1024
    assert least.height() <= 768 - TITLE_BAR


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("width", [1024, 1200, 1366])
def test_every_button_of_the_top_bar_is_in_sight_or_in_the_menu(qtbot, window: Window, theme: str, width: int) -> None:
    window.set_theme(theme)
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
