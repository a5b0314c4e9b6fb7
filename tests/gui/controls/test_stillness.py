"""While a mouse button is down nothing changes its place, and what waited for that is done afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QSplitterHandle, QVBoxLayout, QWidget

from explorer.gui.controls.stillness import Stillness, held, set_shown, when_still
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Numbers, Text
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A hand at the mouse: its events reach the window from outside, as those of a real one do."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.at = QPoint()

    def press(self, widget: QWidget, point: QPoint) -> None:
        self.at = widget.mapTo(self.window, point)
        QTest.mousePress(self.handle, LEFT, Qt.KeyboardModifier.NoModifier, self.at)

    def move(self, dx: int, dy: int) -> None:
        self.at += QPoint(dx, dy)
        QTest.mouseMove(self.handle, self.at)

    def release(self) -> None:
        QTest.mouseRelease(self.handle, LEFT, Qt.KeyboardModifier.NoModifier, self.at)
        QApplication.processEvents()

    @property
    def handle(self):
        handle = self.window.windowHandle()
        assert handle is not None
        return handle


@pytest.fixture
def hand(window: Window) -> Iterator[Hand]:
    window.showNormal()
    window.resize(1366, 1000)
    hand = Hand(window)
    yield hand
    hand.release()


def places(window: QWidget) -> dict[QWidget, tuple[object, bool]]:
    """Return where everything that can be seen stands, and that it can."""
    seen = (w for w in window.findChildren(QWidget) if w.isVisibleTo(window) and not w.isWindow())
    return {widget: (widget.geometry(), True) for widget in seen}


def bar_end(window: Window, step: int) -> QPoint:
    """Return where the bar of x_step ends, in the pixels of the strip's viewport."""
    strip = window.time_views[0]
    shown, row = strip.canvas.picture, strip.canvas.layout().x
    y = row.middle - shown.inputs[step - 1, 0] * row.height / 2
    return strip.plot.mapFromScene(strip.plot.box.mapToScene(QPointF(strip.canvas.pixel(step), y)))


def pixel_worth(window: Window) -> float:
    canvas = window.time_views[0].canvas
    return canvas.picture.input_scale / (canvas.layout().x.height / 2)


@pytest.mark.parametrize("off", [0, -6, 5], ids=["at its end", "above", "below"])
def test_ten_pixels_of_an_input_are_ten_pixels_of_value_though_the_hint_goes(
    window: Window, hand: Hand, qtbot, off: int
) -> None:
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    settle(qtbot, window)
    assert window.hint.isVisible()
    strip, worth = window.time_views[0], pixel_worth(window)
    before = strip.canvas.picture.value(10, 0)
    hand.press(strip.plot.viewport(), bar_end(window, 10) + QPoint(0, off))
    stood = places(window)
    for _ in range(10):
        hand.move(0, -1)
        settle(qtbot, window)
    assert isinstance(window.store.exploration.sequence, Numbers)
    assert window.store.exploration.sequence.rows[9][0] == pytest.approx(before + 10 * worth, abs=1.01 * worth)
    assert places(window) == stood
    hand.release()
    assert not window.hint.isVisible()
    assert window.store.exploration.sequence.rows[9][0] == pytest.approx(before + 10 * worth, abs=1.01 * worth)


Change = Callable[[Window], object]
CHANGES: dict[str, Change] = {
    "hint": lambda w: w.hint.advise(None),
    "refusal": lambda w: w.controller.refuse(ValueError("a long story " * 40)),
    "notice": lambda w: w.status.notify("something was done"),
    "busy": lambda w: w.status._begin_progress(),
    "words": lambda w: w.controller.commit(Gesture("Text", lambda e: e.with_sequence(Text(text="that was " * 30)))),
    "lstm": lambda w: w.controller.commit(Gesture("Cell", lambda e: e.with_recipe(cell="lstm"))),
    "training": lambda w: w.controller.replace("Task", preset("task-recall").exploration),
    "complaint": lambda w: w.build_panel.sequence._length.complain("no " * 60),
    "time line": lambda w: w.learning.timeline.setVisible(True),
    "theme": lambda w: w.set_theme("projector"),
    "language": lambda w: w.set_language("zh_CN"),
    "presentation": lambda w: w.set_presentation(True),
    "panel": lambda w: w.actions_["build"].toggle(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_moves_under_a_button_that_is_down(window: Window, hand: Hand, qtbot, name: str) -> None:
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    window.controller.commit(Gesture("Small", lambda e: e.with_recipe(hidden=3)))
    settle(qtbot, window)
    QApplication.processEvents()
    hand.press(window.time_views[1].plot.viewport(), QPoint(60, 30))
    stood = {widget: widget.geometry() for widget in window.findChildren(QWidget) if widget.isVisible()}
    CHANGES[name](window)
    settle(qtbot, window)
    QApplication.processEvents()
    moved = {w.metaObject().className() for w, g in stood.items() if w.isVisible() and w.geometry() != g}
    hand.release()
    window.actions_["build"].setChecked(True)
    assert moved == set()


def test_what_waited_is_done_when_all_buttons_are_up(qtbot) -> None:
    window, first, second = QWidget(), QLabel("first"), QLabel("second")
    column = QVBoxLayout(window)
    column.addWidget(first)
    column.addWidget(second)
    stillness, hand = Stillness(window), Hand(window)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    stood = second.geometry()
    hand.press(window, QPoint(2, 2))
    QTest.mousePress(hand.handle, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, hand.at)
    said: list[str] = []
    set_shown(first, False)
    when_still(second, lambda: said.append("one"))
    when_still(second, lambda: said.append("two"))
    QTest.mouseRelease(hand.handle, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, hand.at)
    QApplication.processEvents()
    assert held(first)
    assert first.isVisible()
    assert second.geometry() == stood
    assert said == []
    hand.release()
    assert not held(first)
    assert not first.isVisible()
    assert second.geometry() != stood
    assert said == ["two"]
    stillness.close()


def test_what_comes_into_sight_in_another_size_is_laid_out_when_the_button_is_up(qtbot) -> None:
    window, label = QWidget(), QLabel("inside")
    window.resize(400, 400)
    box = QWidget(window)
    QVBoxLayout(box).addWidget(label)
    box.hide()
    stillness, hand = Stillness(window), Hand(window)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    box.resize(390, 390)
    hand.press(window, QPoint(2, 2))
    hand.release()
    box.resize(120, 60)
    hand.press(window, QPoint(2, 2))
    box.show()
    hand.release()
    assert box.rect().contains(label.geometry())
    stillness.close()


def test_a_handle_between_views_still_moves_them(window: Window, hand: Hand) -> None:
    window.resize(1366, 1000)
    QApplication.processEvents()
    rows = window.frame.rows
    handle = rows.handle(2)
    assert isinstance(handle, QSplitterHandle)
    before, inside = rows.sizes(), window.time_views[2].plot.height()
    hand.press(handle, handle.rect().center())
    hand.move(0, -8)
    hand.move(0, -8)
    assert rows.sizes() != before
    assert window.time_views[2].plot.height() != inside
    hand.release()


def test_a_press_that_opens_a_list_does_not_hold_the_window_for_ever(window: Window, qtbot) -> None:
    hand = Hand(window)
    hand.press(window.build_panel.network.findChildren(QComboBox)[0], QPoint(10, 10))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.mouseRelease(popup.windowHandle(), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(-5, -5))
    popup.close()
    qtbot.waitUntil(lambda: not held(window.hint))
