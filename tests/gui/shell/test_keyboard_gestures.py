"""What one does with the mouse, another does with the keys: states, factors, strokes, ticks, dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.controls.bare import Aside
from explorer.gui.panels.build.draw_dialog import DrawDialog
from explorer.gui.panels.build.feed_dialog import FeedDialog
from explorer.gui.shell.guide import Guide
from explorer.gui.shell.window import Window
from explorer.gui.views.flow.map import FlowMap
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.states.states import StatesView
from explorer.workspace.exploration.gesture import Gesture

from ..by_keyboard import Key, in_sight, press, said, stops
from ..conftest import settle
from .test_keyboard_walk import SCENES, side_by_side

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


def flow_map(window: Window) -> FlowMap:
    return next(view for view in window.time_views if isinstance(view, FlowMap))


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_return_on_a_button_of_the_legend_presses_it_and_does_not_look_inside(window: Window, qtbot, key: Key) -> None:
    legend = flow_map(window).legend
    qtbot.waitUntil(legend.less.isVisible)
    legend.less.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, key)
    lens = window.store.exploration.lens
    assert (lens.decades, lens.locked) == (3, True)
    settle(qtbot, window)
    assert legend.less.hasFocus()
    assert not window.frame.inside
    assert not window.player.running


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space])
def test_a_network_of_the_stage_is_taken_away_by_the_button_that_has_the_keyboard(
    window: Window, qtbot, key: Key
) -> None:
    side_by_side(window)
    settle(qtbot, window)
    window.compare.columns[0].remove_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, key)
    assert len(window.store.exploration.networks) == 2
    assert window.store.exploration.stage == "beside"


@pytest.mark.parametrize("scene", ["numbers", "training", "side by side", "one of several"])
def test_return_is_every_buttons_own(window: Window, qtbot, monkeypatch: pytest.MonkeyPatch, scene: str) -> None:
    window.frame.rows.wish("strip", True)
    SCENES[scene](window)
    settle(qtbot, window)
    QApplication.processEvents()
    assert pressed_by_return(window, monkeypatch) > 20


def test_return_is_every_buttons_own_in_a_dialog_but_a_ticks_is_the_dialogs(
    window: Window, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog, tick = Aside(window), QCheckBox("tick")
    column = QVBoxLayout(dialog)
    done = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
    done.accepted.connect(dialog.accept)
    for part in (tick, QToolButton(), done):
        column.addWidget(part)
    begin(dialog, qtbot)
    tick.setFocus(Qt.FocusReason.TabFocusReason)
    with monkeypatch.context() as patch:
        assert pressed_by_return(dialog, patch) == 2
    tick.setFocus(Qt.FocusReason.TabFocusReason)
    press(dialog, Key.Key_Return)
    assert not tick.isChecked()
    assert dialog.result() == QDialog.DialogCode.Accepted
    dialog.deleteLater()


def pressed_by_return(window: QWidget, patch: pytest.MonkeyPatch) -> int:
    """Press Return on every button of ``window`` but ticks of a dialog, each of which it is to press alone; count them."""
    pressed: list[QWidget] = []
    patch.setattr(QAbstractButton, "click", lambda button: pressed.append(button))
    ticks = QCheckBox if isinstance(window, QDialog) else ()
    buttons = [one for one in stops(window) if isinstance(one, QAbstractButton) and not isinstance(one, ticks)]
    for button in buttons:
        button.setFocus(Qt.FocusReason.TabFocusReason)
        press(window, Key.Key_Return)
        assert pressed[-1:] == [button], said(button)
    assert pressed == buttons
    return len(buttons)


@pytest.mark.painted(True)
@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_a_closed_lock_shows_that_it_has_the_keyboard(window: Window, qtbot, theme: str) -> None:
    lock = flow_map(window).legend.lock
    qtbot.waitUntil(lock.isVisible)
    assert window.theme.name == theme
    assert lock.isChecked()
    edges = []
    for hold in (lock.clearFocus, partial(lock.setFocus, Qt.FocusReason.TabFocusReason)):
        hold()
        edges.append(lock.grab().toImage().pixelColor(1, lock.height() // 2).name())
    assert edges == [window.theme.accent, window.theme.text]
