"""A lecture held without a mouse: all that a lecturer does in half an hour, in the order in which one does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QWidget

from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Text

from ..by_keyboard import Key, press, stops
from ..conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Lecturer:
    """Presses keys, looks at what the window shows, and has no mouse."""

    def __init__(self, window: Window, qtbot) -> None:
        self.window, self.qtbot = window, qtbot

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            press(self.window, key, modifier)

    def go_to(self, wanted: Callable[[QWidget], bool]) -> QWidget:
        """Press Tab until what has the keyboard is the one that is wanted."""
        for _ in range(len(stops(self.window)) + 2):
            now = self.window.focusWidget()
            if now is not None and now is not self.window and wanted(now):
                return now
            self.press(Key.Key_Tab)
        raise AssertionError("Tab does not come to it.")

    def choose(self, box: QWidget, *keys: Qt.Key) -> None:
        """Open the list of ``box``, and choose with ``keys``."""
        assert isinstance(box, QComboBox)
        self.press(Key.Key_Return)
        for key in (*keys, Key.Key_Return):
            popup = QApplication.activePopupWidget()
            assert popup is not None
            QTest.keyClick(popup.windowHandle(), key)
        self.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)

    def in_menu(self, letter: Qt.Key, text: str) -> None:
        """Open a menu by its letter, and go down to the entry that begins with ``text``; into the one beside it."""
        self.press(letter, modifier=ALT)
        while True:
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            QTest.keyClick(menu.windowHandle(), Key.Key_Down)
            entry = menu.activeAction()
            assert entry is not None
            if entry.text().replace("&", "").startswith(text):
                break
        # It returns when the dialog that it opens is over.
        QTest.keyClick(menu.windowHandle(), Key.Key_Right if entry.menu() else Key.Key_Return)
        beside = QApplication.activePopupWidget()
        if entry.menu() is not None and beside is not None:
            QTest.keyClick(beside.windowHandle(), Key.Key_Return)


def test_a_lecture_is_held_without_a_mouse(window: Window, qtbot, tmp_path: Path, monkeypatch) -> None:
    lecturer, bar, store = Lecturer(window, qtbot), window.top_bar, window.store
    window.resize(1092, 578)

    # A preset, another cell, back to tanh, the gain, another activation.
    lecturer.go_to(lambda w: w is bar.preset)
    lecturer.press(Key.Key_Return)
    gallery = window.presets.gallery
    assert gallery is not None
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Return):
        press(gallery, key)
    qtbot.waitUntil(window.isActiveWindow)
    loaded = store.exploration
    assert loaded == preset("exploding-relu").exploration
    lecturer.press(Key.Key_6)
    assert store.exploration.recipe.cell == "lstm"
    lecturer.press(Key.Key_1)
    assert (store.exploration.recipe.cell, store.exploration.recipe.activation) == ("rnn", "tanh")
    lecturer.go_to(lambda w: w is bar.gain.track)
    lecturer.press(Key.Key_Right, Key.Key_Right)
    assert store.exploration.recipe.gain > loaded.recipe.gain
    lecturer.press(Key.Key_3)
    assert store.exploration.recipe.activation == "relu"

    # A text: its source, then the words themselves.
    sequence = window.build_panel.sequence
    lecturer.press(Key.Key_S, modifier=ALT)
    assert window.focusWidget() is sequence.source
    lecturer.choose(sequence.source, Key.Key_Home)
    lecturer.press(Key.Key_X, modifier=ALT)
    assert window.focusWidget() is sequence.texts.text
    lecturer.press(Key.Key_A, modifier=CONTROL)
    QTest.keyClicks(sequence.texts.text, "it was never that bad")
    lecturer.press(Key.Key_Escape)
    assert isinstance(store.exploration.sequence, Text)
    assert store.exploration.sequence.text == "it was never that bad"
    settle(qtbot, window)

    # The pair on the map, the unit among the states, the word on the strip.
    before = store.exploration.selection
    lecturer.go_to(lambda w: w is window.map)
    lecturer.press(Key.Key_Down, Key.Key_Left)
    after = store.exploration.selection
    assert (after.t, after.k) == (before.t - 1, min(before.k, before.t - 1) - 1)
    lecturer.go_to(lambda w: w is window.time_views[1])
    lecturer.press(Key.Key_Up)
    assert store.exploration.selection.unit == 1
    if not window.time_views[0].isVisible():
        lecturer.press(Key.Key_U, modifier=CONTROL)
    lecturer.go_to(lambda w: w is window.time_views[0])
    lecturer.press(Key.Key_Return)
    QTest.keyClicks(window.focusWidget(), "always")
    lecturer.press(Key.Key_Return)
    assert "always" in store.exploration.sequence.text
    lecturer.press(Key.Key_Z, modifier=CONTROL)
    assert "always" not in store.exploration.sequence.text

    # A training: the task, some updates, and back on the time line.
    lecturer.press(Key.Key_T)
    kind = window.learning.panel.task.kind
    assert window.focusWidget() is kind
    lecturer.choose(kind, Key.Key_Home, Key.Key_Down)
    settle(qtbot, window)
    assert store.exploration.task is not None
    for count in (1, 2):
        lecturer.press(Key.Key_T, modifier=Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda count=count: store.exploration.updates == count, timeout=10_000)
        qtbot.waitUntil(window.actions_["train_step"].isEnabled)
    qtbot.waitUntil(window.learning.timeline.isVisible)
    track = window.learning.timeline.track
    lecturer.go_to(lambda w: w is track)
    lecturer.press(Key.Key_Home)
    assert store.exploration.updates == 0
    lecturer.press(Key.Key_End)
    assert store.exploration.updates == 2

    # Numbers for the students, a picture for the slides.
    asked: list[str] = []

    def save_as(*_: object) -> str:
        asked.append(f"lecture-{len(asked)}")
        return str(tmp_path / (asked[-1] + (".npz", ".png")[len(asked) - 1]))

    monkeypatch.setattr("explorer.gui.shell.exports.file_to_save", save_as)
    lecturer.in_menu(Key.Key_F, "Export the numbers")
    lecturer.in_menu(Key.Key_F, "Export a picture")
    qtbot.waitUntil(lambda: len(list(tmp_path.glob("lecture-*"))) == 2)

    # For the room: language, theme, presentation, and the guide.
    theme = window.theme.name
    lecturer.press(Key.Key_L, Key.Key_T, modifier=CONTROL)
    assert window.language != "en"
    assert window.theme.name != theme
    lecturer.go_to(lambda w: w is window.map)
    lecturer.press(Key.Key_F11)
    assert not window.menuBar().isVisible()
    lecturer.press(Key.Key_Space)
    assert window.player.running
    lecturer.press(Key.Key_End, Key.Key_F11)
    assert window.menuBar().isVisible()
    lecturer.press(Key.Key_L, modifier=CONTROL)
    settle(qtbot, window)
    assert all(view._pages.currentWidget() is not view._error for view in window.views)
