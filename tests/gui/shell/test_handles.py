"""The borders between the parts of the window are moved without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitterHandle

from explorer.gui.shell.frame.handle import Handle
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n

from ..by_keyboard import press, stops

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

Key = Qt.Key


@pytest.mark.parametrize(
    ("folds", "grow", "shrink"), [("rows", Key.Key_Down, Key.Key_Up), ("columns", Key.Key_Right, Key.Key_Left)]
)
def test_arrows_move_a_border_and_not_the_animation(window: Window, folds: str, grow: Qt.Key, shrink: Qt.Key) -> None:
    splitter, k = getattr(window.frame, folds), window.store.exploration.selection
    window.resize(1600, 1000)
    QApplication.processEvents()
    for i in range(1, splitter.count()):
        handle = splitter.handle(i)
        handle.setFocus()
        before = splitter.sizes()
        moves = 0
        for key, sign in ((shrink, -1), (grow, 1)):
            now = splitter.sizes()
            press(window, key)
            after = splitter.sizes()
            assert sum(after) == sum(now)
            assert sign * (after[i - 1] - now[i - 1]) >= 0
            moves += after != now
        assert moves or before[i - 1] == now[i - 1]
        assert window.focusWidget() is handle
    assert window.store.exploration.selection == k


@pytest.mark.parametrize("language", i18n.languages())
def test_each_border_is_reached_by_tab_and_says_what_it_divides(window: Window) -> None:
    handles = [one for one in window.findChildren(QSplitterHandle) if one.isVisible()]
    assert len(handles) >= 5
    assert set(handles) <= set(stops(window))
    names = [one.accessibleName() for one in handles]
    assert all(names)
    assert len(set(names)) == len(names)
    assert all(isinstance(one, Handle) and one.toolTip() for one in handles)
