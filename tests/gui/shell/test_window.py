"""The window: what each control and key does, and what it keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.core.view import Playhead
from explorer.gui.plot.theme import WHITE, icon, themes
from explorer.gui.shell.appearance import Appearance
from explorer.gui.shell.preferences import Preferences
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.files import save
from explorer.workspace.disk.presets import default, preset, presets
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Recipe
from explorer.workspace.exploration.exploration import Signal as Wave
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import taught

from ..conftest import SMALL, bury, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

Key = Qt.Key


def press(window: Window, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the keyboard is; the window takes another size at the next turn of Qt's loop."""
    from PySide6.QtTest import QTest

    QTest.keyClick(window.focusWidget() or window, key, modifier)
    QApplication.processEvents()


CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize("name", ["sigmoid", "relu", "identity"])
def test_an_activation_of_the_top_bar_becomes_that_of_the_network(window: Window, name: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.top_bar.activation.buttons[name], Qt.MouseButton.LeftButton)
    assert window.store.exploration == SMALL.with_recipe(activation=name)
    assert window.top_bar.activation.value == name
    assert window.store.undo_label == "Change the activation"


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_a_cell_of_the_top_bar_becomes_that_of_the_network_and_nothing_else_changes(
    window: Window, name: str, qtbot: QtBot
) -> None:
    qtbot.mouseClick(window.top_bar.cell.buttons[name], Qt.MouseButton.LeftButton)
    assert window.store.exploration == SMALL.with_recipe(cell=name)
    assert window.top_bar.activation.value == ""
    settle(qtbot, window)
    assert window.inspect_panel.isVisible()


def test_a_drag_of_the_gain_is_one_step_of_undo(window: Window, qtbot: QtBot) -> None:
    slider = window.top_bar.gain
    slider.track.setSliderDown(True)
    for position in (100, 150, 237):
        slider.track.setSliderPosition(position)
    slider.track.setSliderDown(False)
    assert window.store.exploration == SMALL.with_recipe(gain=2.37)
    press(window, Key.Key_Z, CTRL)
    assert window.store.exploration == SMALL
    settle(qtbot, window)
    assert slider.value == SMALL.recipe.gain


@pytest.mark.painted(True)
# The first of each group, alone and side by side; the words of all are read elsewhere.
@pytest.mark.parametrize("name", {one.group + one.exploration.stage: one.name for one in reversed(presets())}.values())
def test_a_preset_of_each_group_loads_says_what_to_look_at_and_draws_everywhere(
    window: Window, name: str, qtbot: QtBot
) -> None:
    window.top_bar.preset_chosen.emit(name)
    settle(qtbot, window)
    assert window.store.exploration == preset(name).exploration
    assert window.hint.text == preset(name).look["en"]
    if preset(name).exploration.stage == "alone":
        assert window.hint.isVisible()
        assert window.map.headline.text() != ""
    else:
        assert not window.hint.isVisible()
        assert window.compare.sentence.text() == preset(name).look["en"]
    assert window.top_bar.preset.value == name
    assert errors(window) == []


def errors(window: Window) -> list[str]:
    """Return what the error pages say that are in front."""
    return [view._error.text() for view in window.views if view._pages.currentWidget() is view._error]


def test_advice_that_was_put_away_stays_away(window: Window) -> None:
    window.top_bar.preset_chosen.emit("gru")
    window.hint._close.click()
    assert not window.hint.isVisible()
    window.set_presentation(True)
    window.set_presentation(False)
    window.set_theme("dark")
    assert not window.hint.isVisible()


def test_the_colours_of_gains_that_were_chosen_are_kept_through_themes_presentations_and_sessions(
    window: Window,
) -> None:
    menu = window.menus._scales
    menu.aboutToShow.emit()
    assert [action.isChecked() for action in menu.actions()] == [True, False]
    menu.actions()[1].trigger()
    window.set_theme("dark")
    window.set_presentation(True)
    window.set_presentation(False)
    assert (window.appearance.theme.name, window.appearance.theme.colours) == ("dark", WHITE)
    flow = next(view for view in window.views if view.objectName() == "flow")
    assert flow.theme is window.appearance.theme
    assert Appearance(window.preferences).theme.colours == WHITE
    menu.aboutToShow.emit()
    assert [action.isChecked() for action in menu.actions()] == [False, True]
    menu.actions()[0].trigger()


@pytest.mark.painted(True)
def test_space_plays_in_a_presentation_wherever_the_keyboard_was(window: Window) -> None:
    window.learning.panel.run.goal_box.setFocus()
    window.set_presentation(True)
    press(window, Key.Key_Space)
    assert window.player.running
    window.player.rest()


def test_a_training_that_another_network_gives_up_is_said_for_some_seconds(window: Window, qtbot: QtBot) -> None:
    store, desk = window.store, window.learning.desk
    store.commit("Task", taught(SMALL, Task(kind="temporal_order", lag=10)))
    desk.step()
    qtbot.waitUntil(lambda: not desk.running, timeout=10_000)
    store.commit("Gain", store.exploration.with_recipe(gain=0.5))
    assert window.status.notice.text() == (
        "The training was given up: its weights don't fit any more. Undo brings it back."
    )
    settle(qtbot, window)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        (Key.Key_1, {"activation": "tanh"}), (Key.Key_2, {"activation": "sigmoid"}), (Key.Key_3, {"activation": "relu"}),
        (Key.Key_4, {"activation": "identity"}), (Key.Key_5, {"cell": "rnn"}), (Key.Key_6, {"cell": "lstm"}),
        (Key.Key_7, {"cell": "gru"}),
    ],
)  # fmt: skip
def test_digits_choose_activation_and_cell(window: Window, key: Key, change: dict[str, str]) -> None:
    press(window, key)
    assert window.store.exploration == SMALL.with_recipe(**change)


def test_an_activation_of_a_gated_network_goes_back_to_the_simple_cell(window: Window) -> None:
    press(window, Key.Key_6)
    press(window, Key.Key_3)
    assert window.store.exploration == SMALL.with_recipe(cell="rnn", activation="relu")


def test_control_z_and_y_undo_and_redo_and_say_what(window: Window) -> None:
    press(window, Key.Key_3)
    assert window.actions_["undo"].text() == "Undo: Change the activation"
    press(window, Key.Key_Z, CTRL)
    assert window.store.exploration == SMALL
    assert window.actions_["redo"].text() == "Redo: Change the activation"
    press(window, Key.Key_Y, CTRL)
    assert window.store.exploration == SMALL.with_recipe(activation="relu")
    press(window, Key.Key_Z, CTRL)
    press(window, Key.Key_Z, CTRL | SHIFT)
    assert window.store.exploration == SMALL.with_recipe(activation="relu")


def test_undo_that_is_used_up_says_only_undo(window_of: Callable[..., Window]) -> None:
    window = window_of(SMALL)
    press_relu = window.actions_["relu"]
    press_relu.trigger()
    window.actions_["undo"].trigger()
    assert not window.actions_["undo"].isEnabled()
    assert window.actions_["undo"].text() == "Undo"


@pytest.mark.painted(True)
def test_space_plays_and_pauses_and_the_button_says_which(window: Window) -> None:
    press(window, Key.Key_Space)
    assert window.player.running
    assert window.actions_["play"].text() == "Pause"
    window.set_theme("dark")
    assert window.actions_["play"].text() == "Pause"
    press(window, Key.Key_Space)
    assert not window.player.running
    assert window.actions_["play"].text() == "Play"


@pytest.mark.painted(True)
def test_arrows_home_and_end_move_the_animation_in_every_view(window: Window) -> None:
    press(window, Key.Key_Home)
    assert window.player.playhead == Playhead("forward", 0)
    press(window, Key.Key_Right)
    press(window, Key.Key_Right)
    press(window, Key.Key_Left)
    assert {view.playhead for view in window.views} == {Playhead("forward", 1)}
    press(window, Key.Key_End)
    assert {view.playhead for view in window.views} == {Playhead()}


@pytest.mark.painted(True)
def test_a_play_through_draws_without_an_error(window: Window, qtbot: QtBot) -> None:
    window.player._timer.setInterval(1)
    press(window, Key.Key_Space)
    qtbot.waitUntil(lambda: not window.player.running, timeout=5000)
    assert errors(window) == []


@pytest.mark.painted(True)
def test_a_sequence_that_shrinks_while_it_plays_takes_the_animation_along(window: Window, qtbot: QtBot) -> None:
    for _ in range(6):
        window.player.forward()
    window.controller.replace("Shorten", SMALL.with_sequence(Wave(steps=2)))
    settle(qtbot, window)
    assert window.player.playhead.step <= 2
    assert errors(window) == []


@pytest.mark.painted(True)
def test_f11_puts_the_controls_away_and_brings_them_back(window: Window) -> None:
    press(window, Key.Key_F11)
    assert not window.build_panel.isVisible()
    assert not window.inspect_panel.isVisible()
    assert not window.menuBar().isVisible()
    assert window.isFullScreen()
    assert window.map.isVisible()
    assert window.map.plot.box.height() >= 0.45 * window.frame.rows.height()
    press(window, Key.Key_3)
    assert window.store.exploration.recipe.activation == "relu"
    press(window, Key.Key_F11)
    assert window.build_panel.isVisible()
    assert window.inspect_panel.isVisible()
    assert window.menuBar().isVisible()
    assert not window.isFullScreen()


def sizes(window: Window) -> dict[QWidget, float]:
    """Return the size of the type of everything that shows words."""
    words = [w for kind in (QLabel, QPushButton) for w in window.findChildren(kind)]
    return {w: w.fontInfo().pointSizeF() for w in words if w.isVisible() and w.text()}


@pytest.mark.painted(True)
@pytest.mark.parametrize("look", ["projector", "presentation"])
def test_larger_type_reaches_every_widget_and_every_axis_that_is_there(window: Window, look: str) -> None:
    before = sizes(window)
    ticks = {view: view.plot.getAxis("bottom").style["tickFont"].pointSizeF() for view in window.time_views}
    if look == "projector":
        window.set_theme("projector")
    else:
        window.set_presentation(True)
    QApplication.processEvents()
    small = [w.text() for w, size in before.items() if w.isVisible() and w.fontInfo().pointSizeF() < 1.2 * size]
    assert small == []
    for view, size in ticks.items():
        assert view.plot.getAxis("bottom").style["tickFont"].pointSizeF() > 1.2 * size


def test_control_t_goes_through_all_themes(window: Window) -> None:
    seen = []
    for _ in themes():
        press(window, Key.Key_T, CTRL)
        seen.append(window.theme.name)
        assert {view.theme.name for view in window.views} == {window.theme.name}
    assert sorted(seen) == sorted(themes())


def test_a_theme_that_was_worn_before_needs_no_icon_drawn_again(window: Window) -> None:
    drawn = []
    for name in ("dark", "light") * 2:
        window.set_theme(name)
        drawn.append(icon.cache_info().misses)
    assert drawn[1] == drawn[3]


def test_control_l_changes_the_language_and_back(window: Window) -> None:
    press(window, Key.Key_L, CTRL)
    assert window.language == i18n.language() == "zh_CN"
    press(window, Key.Key_L, CTRL)
    assert window.language == i18n.language() == "en"


def test_control_r_draws_other_weights_with_the_same_settings(window: Window) -> None:
    press(window, Key.Key_R, CTRL)
    assert window.store.exploration == SMALL.with_recipe(seed=SMALL.recipe.seed + 1)


@pytest.mark.parametrize(("key", "name"), [(Key.Key_B, "build_panel"), (Key.Key_I, "inspect_panel")])
def test_panels_are_hidden_and_shown_by_key(window: Window, key: Key, name: str) -> None:
    press(window, key, CTRL)
    assert not getattr(window, name).isVisible()
    press(window, key, CTRL)
    assert getattr(window, name).isVisible()


@pytest.mark.painted(True)
def test_control_0_ends_the_zoom_of_all_four_views(window: Window) -> None:
    box = window.time_views[2].plot.box
    box.setXRange(2.0, 6.0, padding=0)
    assert window.time_views[0].plot.box.viewRange()[0] == pytest.approx([2.0, 6.0], abs=0.1)
    press(window, Key.Key_0, CTRL)
    for view in window.time_views:
        assert view.plot.box.viewRange()[0] == pytest.approx([-0.5, 8.5], abs=0.1)


@pytest.mark.painted(True)
def test_the_four_views_have_one_time_axis(window: Window) -> None:
    QApplication.processEvents()
    for step in (0, 3, 8):
        places = {
            round(view.plot.mapToGlobal(view.plot.mapFromScene(view.plot.box.mapViewToScene(QPointF(step, 0)))).x())
            for view in window.time_views
        }
        assert max(places) - min(places) <= 1


@pytest.mark.painted(True)
def test_every_action_does_something(window: Window) -> None:
    idle = []
    for name, action in window.actions_.items():
        signals = ("triggered(bool)", "toggled(bool)")
        methods = [action.metaObject().method(action.metaObject().indexOfSignal(signal)) for signal in signals]
        if not any(map(action.isSignalConnected, methods)):
            idle.append(name)
    assert idle == []


def test_f1_opens_one_guide_that_follows_the_language(window: Window) -> None:
    press(window, Key.Key_F1)
    guide = window.help.guide
    assert guide is not None
    assert guide.isVisible()
    window.actions_["guide"].trigger()
    assert window.help.guide is guide
    assert "gradient" in guide.text.toPlainText()
    window.set_language("zh_CN")
    assert "梯度" in guide.text.toPlainText()
    guide.close()


@pytest.mark.painted(True)
def test_networks_are_listed_and_another_can_be_shown(window: Window, qtbot: QtBot) -> None:
    both = Exploration(networks=(Recipe(hidden=2), Recipe(cell="gru", hidden=3)), sequence=Wave(steps=8))
    window.controller.replace("Open a file", both)
    menu = window.menus._networks
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions()] == ["1: RNN, 2 units", "2: GRU, 3 units"]
    menu.actions()[1].trigger()
    settle(qtbot, window)
    assert window.store.exploration.active == 1
    assert window.top_bar.cell.value == "gru"
    assert errors(window) == []


@pytest.mark.parametrize("name", ["themes", "languages"])
def test_themes_and_languages_are_in_the_menu_with_the_present_one_checked(window: Window, name: str) -> None:
    menu = getattr(window.menus, f"_{name}")
    for index in (1, 0):
        menu.aboutToShow.emit()
        menu.actions()[index].trigger()
        menu.aboutToShow.emit()
        assert [a.isChecked() for a in menu.actions()].index(True) == index


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(window: Window, data: QMimeData) -> None:
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    QApplication.processEvents()


def test_an_exploration_that_is_dropped_is_opened(window: Window, tmp_path: Path) -> None:
    save(tmp_path / "mine.gflow", SMALL.with_recipe(seed=99))
    drop(window, mime(tmp_path / "mine.gflow"))
    assert window.store.exploration.recipe.seed == 99
    assert window.windowTitle().startswith("mine.gflow")


def test_an_exploration_that_is_dropped_is_opened_whatever_it_is_called(window: Window, tmp_path: Path) -> None:
    for seed, name in enumerate(("mine.txt", "mine.csv", "mine.toml", "mine"), start=99):
        save(tmp_path / name, SMALL.with_recipe(seed=seed))
        drop(window, mime(tmp_path / name))
        assert window.store.exploration.recipe.seed == seed


def test_what_is_dropped_and_is_nothing_to_be_opened_is_refused_in_one_sentence(window: Window, tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    for name, content, sentence in (
        ("n.zip", b"PK\x03\x04\0\0", "“n.zip” is not a file of the Gradient Flow Explorer."),
        ("n.txt", b"PK\x03\x04\0\0", "“n.txt” is not a file of the Gradient Flow Explorer."),
        ("empty.txt", b"", "“empty.txt” is empty."),
        ("prose.txt", b"Dear all,\nno numbers here.\n", "“prose.txt” is not a file of the Gradient Flow Explorer."),
        ("dark.json", b'{"name": "dark"}', "“dark.json” is not a file of the Gradient Flow Explorer."),
        ("dark.toml", b'name = "dark"', "The cell dark lacks “equations”."),
        ("gone.txt", None, "There is no file “gone.txt”."),
        ("folder.txt", None, "“folder.txt” is a folder or a device, not a file."),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        window.controller.refuse(None)
        drop(window, mime(tmp_path / name))
        assert window.status.refusal.text() == sentence
        assert window.build_panel.sequence.csv_dialog is None
        assert window.store.exploration == SMALL


def test_link_to_the_web_is_not_taken_and_a_file_beside_it_is(window: Window, tmp_path: Path) -> None:
    save(tmp_path / "mine.gflow", SMALL.with_recipe(seed=99))
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    data = QMimeData()
    for urls, taken in (
        ([QUrl("https://example.org/x.gflow")], False),
        ([QUrl("https://example.org/x.gflow"), QUrl.fromLocalFile(str(tmp_path / "mine.gflow"))], True),
    ):
        data.setUrls(urls)
        enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
        enter.ignore()
        window.dragEnterEvent(enter)
        assert enter.isAccepted() == taken
    drop(window, data)
    assert window.store.exploration.recipe.seed == 99


@pytest.mark.painted(True)
def test_a_table_that_is_dropped_can_be_fed_to_the_network(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n3,4\n5,6\n", encoding="utf-8")
    drop(window, mime(tmp_path / "table.csv"))
    dialog = window.build_panel.sequence.csv_dialog
    assert dialog is not None
    dialog.accept_button.click()
    sequence = window.store.exploration.sequence
    assert isinstance(sequence, Numbers)
    assert sequence.rows == ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))
    settle(qtbot, window)
    assert errors(window) == []


def test_rubbish_that_is_dropped_is_refused_and_changes_nothing(window: Window, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/x.gflow")])
    for data in (mime(tmp_path / "photo.jpg"), mime(tmp_path), web, mime()):
        drop(window, data)
        assert window.store.exploration == SMALL
    assert "“" in window.status.refusal.text()


def test_a_weight_set_by_hand_survives_undo_and_redo_exactly(window: Window, qtbot: QtBot) -> None:
    edited = SMALL.with_recipe(edits=(Edit("W", 0, 1, 2.5),))
    window.controller.replace("Change a weight", edited)
    settle(qtbot, window)
    assert window.controller.inspection is not None
    assert window.controller.inspection.analysis.run.network.W[0, 1] == 2.5
    press(window, Key.Key_Z, CTRL)
    press(window, Key.Key_Y, CTRL)
    assert window.store.exploration == edited


@pytest.mark.painted(True)
def test_twenty_fast_clicks_end_with_the_last_one_on_the_screen(window: Window, qtbot: QtBot) -> None:
    buttons = list(window.top_bar.activation.buttons.values())
    for i in range(20):
        qtbot.mouseClick(buttons[i % 4], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    shown = window.controller.inspection
    assert shown is not None
    assert shown.analysis.run.recipe.activation == window.store.exploration.recipe.activation == "identity"
    for _ in range(18):  # The first click changed nothing.
        window.controller.undo()
    assert window.store.exploration.recipe.activation == "sigmoid"


@pytest.mark.painted(True)
def test_what_cant_be_worked_out_is_said_below_and_undo_takes_it_back(window: Window, qtbot: QtBot) -> None:
    window.controller.replace("Too much", SMALL.with_recipe(cell="mist", hidden=256).with_sequence(Wave(steps=2000)))
    qtbot.waitUntil(window.status.refusal.isVisible)
    assert errors(window) == []
    press(window, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not window.status.refusal.isVisible())
    assert window.map.headline.text()
    assert window.store.exploration == SMALL


def test_theme_language_and_shape_are_kept_for_the_next_window(window_of: Callable[..., Window]) -> None:
    first = window_of(SMALL)
    first.showNormal()
    first.resize(798, 640)
    first.set_theme("dark")
    first.set_language("zh_CN")
    QApplication.processEvents()
    strip, states, flow, decay = first.frame.rows.sizes()
    first.frame.rows.setSizes([strip, states + 40, flow - 40, decay])
    rows = first.frame.rows.sizes()
    bury(first)
    second = window_of(SMALL, start=False)
    assert (second.theme.name, second.language) == ("dark", "zh_CN")
    assert second.height() == 640
    second.show()
    QApplication.processEvents()
    assert second.frame.rows.sizes() == pytest.approx(rows, abs=20)


def test_rubbish_in_the_preferences_is_passed_over(window_of: Callable[..., Window]) -> None:
    preferences = Preferences()
    for name in ("theme", "language", "shape/window", "shape/rows", "shape/columns", "recent"):
        preferences.set_text(name, "rubbish-ü\n\x01")
    window = window_of(SMALL, start=False)
    assert window.theme.name == "light"
    assert window.language == "en"
    assert preferences.recent() == []
    window.actions_["language"].trigger()
    window.actions_["theme"].trigger()


def test_a_window_that_closes_while_it_computes_closes_soon_and_leaves_no_thread(
    window_of: Callable[..., Window], qtbot: QtBot
) -> None:
    before = {t for t in threading.enumerate() if t.name == "analysis"}
    window = window_of(SMALL)
    with qtbot.waitSignal(window.controller.busy, timeout=10_000):
        window.controller.replace("More", SMALL.with_recipe(hidden=100).with_sequence(Wave(steps=1500)))
    assert window.close()
    assert {t for t in threading.enumerate() if t.name == "analysis"} == before


def test_the_first_window_shows_the_default_and_its_advice(window_of: Callable[..., Window]) -> None:
    window = window_of(default().exploration)
    assert window.top_bar.preset.value == default().name
    assert window.compare.isVisible()
    assert window.compare.sentence.text() == default().look["en"]
    assert window.compare.columns[0].gain.text() == "×0.47 over 36 steps"


def test_everything_is_set_in_the_shipped_type_from_the_start(window_of, qapp: QApplication) -> None:
    qapp.setStyleSheet("")
    qapp.setFont(QFont("Monospace"))
    window = window_of(SMALL)
    assert {label.font().family() for label in window.findChildren(QLabel)} == {"Gradient Flow Sans"}


def test_to_train_without_a_task_leads_to_the_tasks(window: Window) -> None:
    press(window, Key.Key_T)
    assert window.left.shown is window.learning.panel
    assert window.learning.panel.task.kind.hasFocus()
    assert not window.learning.desk.running


def test_a_key_brings_the_check_of_the_gradient_into_sight_and_has_it_made(window: Window, qtbot: QtBot) -> None:
    settle(qtbot, window)
    press(window, Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not window.right.isVisible()
    press(window, Key.Key_G)
    card = window.learning.cards.lags
    assert card.isVisible()
    qtbot.waitUntil(lambda: card.trust is not None and card.trust.made == "done", timeout=3_000)
    assert card.badge.state.text() == "✓ agrees"
    area = window.learning.cards
    qtbot.waitUntil(lambda: not card.visibleRegion().isEmpty())
    assert area.verticalScrollBar().value() > 0


def test_tabs_are_changed_by_the_arrows_once_they_have_the_keyboard(window: Window) -> None:
    window.left.tabs.setFocus()
    press(window, Key.Key_Right)
    assert window.left.shown is window.learning.panel
    press(window, Key.Key_Left)
    assert window.left.shown is window.build_panel


def test_a_preset_with_a_training_sets_how_long_start_trains(window_of: Callable[..., Window]) -> None:
    chosen = preset("task-recall")
    window = window_of(chosen.exploration)
    assert chosen.outcome is not None
    assert window.learning.panel.goal == chosen.outcome.updates
    assert window.left.shown is window.learning.panel


@pytest.mark.painted(True)
def test_during_a_training_every_view_has_its_turn_and_shows_the_newest(window: Window, qtbot: QtBot) -> None:
    window.controller.held = True
    try:
        for gain in (1.1, 1.2, 1.3):
            window.controller.commit(Gesture("Change the gain", lambda e, gain=gain: e.with_recipe(gain=gain)))
        settle(qtbot, window)
        newest = window.store.exploration
        qtbot.waitUntil(lambda: window.controller.caught_up)
        assert all(view.inspection.analysis.exploration == newest for view in window.views)
    finally:
        window.controller.held = False
