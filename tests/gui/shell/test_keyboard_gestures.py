"""What one does with the mouse, another does with the keys: states, factors, strokes, ticks, dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from explorer.gui.panels.build.draw_dialog import DrawDialog
from explorer.gui.panels.build.feed_dialog import FeedDialog
from explorer.gui.shell.guide import Guide
from explorer.gui.shell.window import Window
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.states.states import StatesView
from explorer.workspace.exploration.gesture import Gesture

from ..by_keyboard import Key, in_sight, press
from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

CONTROL = Qt.KeyboardModifier.ControlModifier


def states_of(window: Window) -> StatesView:
    view = window.time_views[1]
    assert isinstance(view, StatesView)
    return view


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_arrows_choose_the_state_that_a_click_chooses(window: Window, qtbot, cell: str) -> None:
    window.controller.commit(Gesture("Cell", lambda e: e.with_recipe(cell=cell)))
    settle(qtbot, window)
    view = states_of(window)
    top, bottom = view.canvas.area(0)
    third = QPoint(round(view.canvas.pixel(3)), round(bottom - 2.5 / 3 * (bottom - top)))
    place = view.plot.mapFromScene(view.canvas.mapToScene(third))
    QTest.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    clicked = window.store.exploration.selection
    assert (clicked.t, clicked.unit) == (3, 2)
    window.controller.commit(Gesture("Back", lambda e: e.with_selection(t=5, k=2, unit=0)))
    settle(qtbot, window)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Key.Key_Left, Key.Key_Left, Key.Key_Up, Key.Key_Up, Key.Key_Up):
        press(window, key)
    assert window.store.exploration.selection == clicked


def test_the_state_that_arrows_choose_is_named_as_under_the_pointer(window: Window) -> None:
    view = states_of(window)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    said: list[str] = []
    view.hovered.connect(said.append)
    press(window, Key.Key_Up)
    assert said[-1].startswith("s₅[1] = ")
    press(window, Key.Key_Right)
    assert said[-1].startswith("s₆[1] = ")


def test_arrows_and_enter_look_at_a_factor_and_leave_the_player_alone(window: Window) -> None:
    factors = next(view for view in window.views if isinstance(view, FactorsView))
    factors.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(9):
        press(window, Key.Key_Right)
    press(window, Key.Key_Left)
    press(window, Key.Key_Return)
    selection = window.store.exploration.selection
    assert (selection.t, selection.k) == (4, 3)
    assert window.player.playhead.phase == "rest"


@pytest.fixture
def drawing(window: Window, qtbot) -> Iterator[DrawDialog]:
    window.build_panel.sequence.draw()
    dialog = window.build_panel.sequence.draw_dialog
    assert dialog is not None
    begin(dialog, qtbot)
    yield dialog
    dialog.close()


def begin(dialog: QDialog, qtbot) -> None:
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def test_what_is_opened_beside_the_window_has_the_keyboard_each_time(
    window: Window, drawing: DrawDialog, qtbot
) -> None:
    window.actions_["guide"].trigger()
    guide = next(iter(window.findChildren(Guide)))
    for open_, dialog in ((window.build_panel.sequence.draw, drawing), (window.actions_["guide"].trigger, guide)):
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        open_()
        qtbot.waitUntil(dialog.isActiveWindow)
    guide.close()


def test_each_stroke_is_undone_and_done_again_where_it_was_drawn(drawing: DrawDialog) -> None:
    before = list(drawing.canvas.values)
    drawing.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    drawn = []
    for _ in range(2):
        press(drawing, Key.Key_Down)
        drawn.append(list(drawing.canvas.values))
        press(drawing, Key.Key_Right)
    assert before != drawn[0] != drawn[1]
    for expected in (drawn[0], before):
        press(drawing, Key.Key_Z, CONTROL)
        assert drawing.canvas.values == expected
    press(drawing, Key.Key_Y, CONTROL)
    assert drawing.canvas.values == drawn[0]
    assert drawing.isVisible()


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Escape])
def test_a_drawing_is_finished_by_a_key_and_kept(window: Window, drawing: DrawDialog, key: Key) -> None:
    drawing.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    press(drawing, Key.Key_Down)
    drawn = window.store.exploration.sequence
    press(drawing, key)
    assert not drawing.isVisible()
    assert window.store.exploration.sequence == drawn


def test_return_takes_a_number_first_and_only_then_finishes_the_dialog(drawing: DrawDialog) -> None:
    field = drawing.steps.field
    field.setFocus(Qt.FocusReason.TabFocusReason)
    field.selectAll()
    QTest.keyClicks(field, "12")
    press(drawing, Key.Key_Return)
    assert drawing.isVisible()
    assert len(drawing.canvas.values) == 12
    press(drawing, Key.Key_Return)
    assert not drawing.isVisible()


def test_the_lecturers_keys_work_beside_the_guide(window: Window, qtbot) -> None:
    guide = Guide(window)
    begin(guide, qtbot)
    guide.text.setFocus(Qt.FocusReason.TabFocusReason)
    press(guide, Key.Key_2)
    assert window.store.exploration.recipe.activation == "sigmoid"
    press(guide, Key.Key_Down)
    assert guide.text.verticalScrollBar().value() > 0
    press(guide, Key.Key_Escape)
    assert not guide.isVisible()
    guide.deleteLater()


def test_the_ticks_of_a_table_stay_in_sight_however_low_it_is(window: Window, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "1,2\n" * 9)
    dialog = FeedDialog(path, window.theme, window)
    begin(dialog, qtbot)
    table = dialog.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    rows = []
    for height in (table.sizeHint().height(), table.minimumSizeHint().height()):
        table.setFixedHeight(height)
        QApplication.processEvents()
        for _ in range(8):
            press(dialog, Key.Key_Down)
        shown = [i for i in range(table.rowCount()) if not table.isRowHidden(i)]
        rows.append(len(shown))
        places = [table.visualItemRect(table.item(i, 0)) for i in shown]
        assert all(table.viewport().rect().contains(place) for place in places)
    assert rows == [6, 2]
    press(dialog, Key.Key_Space)
    assert table.columns() == (1,)
    dialog.reject()


def test_a_control_that_is_led_to_from_outside_its_page_is_scrolled_to(window: Window) -> None:
    window.resize(1366, 700)
    window.learning.panel.show_top()
    window.left.show_panel(window.build_panel)
    window.build_panel.show_top()
    QApplication.processEvents()
    last = window.build_panel.output.outputs.field
    assert in_sight(last)
    window.top_bar.gain.field.setFocus(Qt.FocusReason.TabFocusReason)
    last.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert in_sight(last) == ""
