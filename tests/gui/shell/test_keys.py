"""The keys of a lecturer work everywhere but in a text that is being typed; the wheel changes nothing by the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.gui.controls.bare import Slider, hands_on
from explorer.gui.panels.build.draw_dialog import DrawDialog
from explorer.gui.panels.build.feed_dialog import FeedDialog
from explorer.gui.panels.train.own_dialog import OwnDialog
from explorer.gui.shell.keys import KeyGuard
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Text
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

Key = Qt.Key
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def click(widget: QWidget, point: QPoint | None = None) -> None:
    """Click as a hand does: the event comes from outside, and the focus follows it."""
    window = widget.window()
    QTest.mouseClick(window.windowHandle(), LEFT, NONE, widget.mapTo(window, point or widget.rect().center()))
    QApplication.processEvents()


def press(window: QWidget, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)


def test_what_the_keyboard_comes_to_is_seen_also_once_what_is_above_it_has_grown(qtbot: QtBot) -> None:
    page, area = QWidget(), QScrollArea()
    column = QVBoxLayout(page)
    above, field = QWidget(), QLineEdit()
    column.addWidget(above)
    column.addWidget(field)
    area.setWidget(page)
    area.setWidgetResizable(True)
    qtbot.addWidget(area)
    area.resize(200, 150)
    area.show()
    guard = KeyGuard(area)
    area.setFocus()
    above.setMinimumHeight(700)
    field.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: page.height() > 700)
    qtbot.wait(1)
    assert not field.visibleRegion().isEmpty()
    guard.close()


def lectures(window: Window) -> bool:
    """Return whether digits, Space, arrows, Home and End do what they do for a lecturer."""
    window.player.rest()
    window.controller.commit(Gesture("Before", lambda e: e.with_recipe(activation="tanh", cell="rnn")))
    done = []
    press(window, Key.Key_2)
    done.append(window.store.exploration.recipe.activation == "sigmoid")
    press(window, Key.Key_7)
    done.append(window.store.exploration.recipe.cell == "gru")
    press(window, Key.Key_1)
    press(window, Key.Key_Home)
    done.append(window.player.playhead.phase == "forward")
    press(window, Key.Key_Right)
    done.append(window.player.playhead.step == 1)
    press(window, Key.Key_Left)
    done.append(window.player.playhead.step == 0)
    press(window, Key.Key_Space)
    done.append(window.player.running)
    press(window, Key.Key_End)
    done.append(window.player.playhead.phase == "rest")
    return all(done)


@pytest.fixture(autouse=True)
def _wide(window: Window) -> Iterator[None]:
    window.showNormal()
    window.resize(1366, 900)
    QApplication.processEvents()
    yield
    window.player.rest()


CLICKED: dict[str, Callable[[Window], QWidget]] = {
    "states": lambda w: w.time_views[1].plot.viewport(),
    "heading of a view": lambda w: w.time_views[1]._heading,
    "formula": lambda w: w.inspect_panel.views[0].canvas,
    "heading of a card": lambda w: w.build_panel.network,
    "gain": lambda w: w.top_bar.gain.track,
    "tab": lambda w: w.right.tabs,
    "button": lambda w: w.top_bar.activation.buttons["tanh"],
    "units": lambda w: w.build_panel.network.findChildren(Slider)[0],
}


@pytest.mark.parametrize("place", CLICKED)
def test_a_click_anywhere_ends_typing_and_the_lecturers_keys_work(window: Window, place: str) -> None:
    field = window.top_bar.gain.field
    click(field)
    assert field.hasFocus()
    press(window, Key.Key_2)
    assert window.store.exploration.recipe.activation == "tanh"
    click(CLICKED[place](window), QPoint(8, 8) if place == "tab" else None)
    assert not field.hasFocus()
    assert lectures(window)


def test_esc_and_return_leave_a_field_and_tab_goes_on_from_it(window: Window) -> None:
    field = window.top_bar.gain.field
    for key, gain in ((Key.Key_Escape, 1.6), (Key.Key_Return, 2.0)):
        window.controller.commit(Gesture("Before", lambda e: e.with_recipe(gain=1.6)))
        click(field)
        field.selectAll()
        press(window, Key.Key_2)
        press(window, key)
        assert window.store.exploration.recipe.gain == gain
        assert not field.hasFocus()
        assert lectures(window)
    click(field)
    field.setText("much")
    field.setModified(True)
    press(window, Key.Key_Return)
    assert field.hasFocus()
    press(window, Key.Key_Escape)
    press(window, Key.Key_Tab)
    after = window.focusWidget()
    field.setFocus()
    press(window, Key.Key_Tab)
    assert window.focusWidget() is after


def test_esc_leaves_a_text_and_gives_every_field_of_the_window_back(window: Window, qtbot) -> None:
    window.controller.commit(Gesture("Text", lambda e: e.with_sequence(Text(text="that was good"))))
    window.controller.replace("Task", preset("task-next-word").exploration)
    settle(qtbot, window)
    for panel, side in ((window.build_panel, window.left), (window.learning.panel, window.left),
                        (window.inspect_panel, window.right), (window.learning.cards, window.right)):  # fmt: skip
        side.show_panel(panel)
        QApplication.processEvents()
        fields = [
            w for w in panel.findChildren(QWidget) if isinstance(w, (QLineEdit, QPlainTextEdit, QAbstractSpinBox))
        ]
        for field in (f for f in fields if f.isVisible() and not hands_on(f)):
            before = window.store.exploration
            field.setFocus()
            assert window.focusWidget() is field
            press(window, Key.Key_9)
            press(window, Key.Key_Escape)
            assert window.focusWidget() is window, type(field).__name__
            if not isinstance(field, QPlainTextEdit):
                assert window.store.exploration == before, type(field).__name__
            else:
                window.controller.undo()


def test_a_preset_that_was_chosen_leaves_the_keyboard_to_the_lecture(window: Window, qtbot) -> None:
    click(window.top_bar.preset, QPoint(10, 10))
    gallery = window.presets.gallery
    assert gallery is not None
    press(gallery, Key.Key_Right)
    press(gallery, Key.Key_Return)
    assert window.presets.gallery is None
    qtbot.waitUntil(window.isActiveWindow)
    settle(qtbot, window)
    chosen = window.store.exploration
    assert lectures(window)
    assert window.store.exploration.sequence == chosen.sequence
    assert QApplication.activePopupWidget() is None


def boxes(window: Window) -> list[QComboBox]:
    return [box for box in window.findChildren(QComboBox) if box.isEnabled() and box.count() > 1]


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Key.Key_Return, NONE), (Key.Key_F4, NONE), (Key.Key_Down, Qt.KeyboardModifier.AltModifier)],
)
def test_a_box_is_opened_and_chosen_from_by_the_keyboard_alone(
    window: Window, qtbot, key: Key, modifier: Qt.KeyboardModifier
) -> None:
    box = window.build_panel.network.findChildren(QComboBox)[0]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    assert lectures(window)
    assert box.hasFocus()
    before = box.currentIndex()
    press(window, key, modifier)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup.windowHandle(), Key.Key_Down)
    QTest.keyClick(popup.windowHandle(), Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert box.currentIndex() == before + 1
    assert lectures(window)


def test_only_texts_and_views_with_keys_of_their_own_take_the_keyboard_by_a_click(window: Window) -> None:
    assert window.learning
    kinds = (QAbstractButton, QAbstractSlider, QComboBox)
    greedy = [c for c in window.findChildren(QWidget) if isinstance(c, kinds) and not isinstance(c, QScrollBar)
              and c.focusPolicy() & Qt.FocusPolicy.ClickFocus]  # fmt: skip
    assert greedy == []


def turn(widget: QWidget) -> QWheelEvent:
    """Turn the wheel over ``widget``; return the event, which is ignored where the page may have it."""
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.accept()
    widget.wheelEvent(event)
    return event


def shown_by(control: QWidget) -> object:
    if isinstance(control, QComboBox):
        return control.currentIndex()
    return control.value() if isinstance(control, (QAbstractSlider, QAbstractSpinBox)) else control.text()


def test_the_wheel_over_a_control_changes_nothing_and_is_the_pages(window: Window, qtbot, tmp_path: Path) -> None:
    window.controller.replace("Task", preset("task-next-word").exploration)
    settle(qtbot, window)
    table = tmp_path / "two.csv"
    table.write_text("a,b\n1,2\n3,4\n")
    theme = window.theme
    dialogs = [
        FeedDialog(table, theme, window), DrawDialog(theme, window), OwnDialog("next_word", print, theme, window)
    ]  # fmt: skip
    places = [window, *dialogs]
    window.setFocus()
    kinds = (QAbstractSlider, QComboBox, QAbstractSpinBox, QLineEdit)
    controls = [c for place in places for c in place.findChildren(QWidget) if isinstance(c, kinds)]
    controls = [c for c in controls if not isinstance(c, QScrollBar)]
    assert len(controls) > 40
    for control in controls:
        before = shown_by(control)
        event = turn(control)
        assert not event.isAccepted(), control.objectName() or type(control).__name__
        assert shown_by(control) == before
    assert boxes(window)
    for dialog in dialogs:
        dialog.deleteLater()
