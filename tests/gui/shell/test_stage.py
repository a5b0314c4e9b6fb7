"""From several networks side by side to one alone and back: by mouse and by key, with what was open beside it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.files import load, save
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.beside import staged

from ..by_keyboard import SHIFT, press
from ..conftest import fit, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

Key = Qt.Key
SIZES = [(960, 640), (1024, 700), (1366, 732), (1500, 980)]
LOOKS = [
    (size, theme, list(i18n.languages())[(i + j) % 2])
    for (i, size), (j, theme) in itertools.product(enumerate(SIZES), enumerate(themes()))
]


def begin(window: Window, qtbot: QtBot) -> None:
    window.top_bar.preset_chosen.emit(default().name)
    settle(qtbot, window)
    QApplication.processEvents()


def sides(window: Window) -> tuple[bool, bool]:
    return window.left.isVisible(), window.right.isVisible()


def networks(window: Window) -> list[str]:
    return [recipe.activation for recipe in window.store.exploration.networks]


def test_the_stage_has_the_whole_width_and_says_what_the_preset_says(window: Window, qtbot: QtBot) -> None:
    begin(window, qtbot)
    assert window.compare.isVisible()
    assert not window.map.isVisible()
    assert sides(window) == (False, False)
    assert window.compare.title == "Three activations, one W"


def test_a_side_that_had_no_room_stays_away_from_the_stage_and_comes_back_with_one_network(
    window: Window, qtbot: QtBot
) -> None:
    window.showNormal()
    window.resize(900, 700)
    QApplication.processEvents()
    assert sides(window) != (True, True)
    begin(window, qtbot)
    window.resize(1500, 900)
    QApplication.processEvents()
    assert sides(window) == (False, False)
    window.compare.columns[1].open_button.click()
    settle(qtbot, window)
    QApplication.processEvents()
    assert sides(window) == (True, True)


def test_a_name_leads_to_that_network_with_all_its_controls_and_a_button_back(window: Window, qtbot: QtBot) -> None:
    before = sides(window)
    begin(window, qtbot)
    window.compare.columns[1].open_button.click()
    settle(qtbot, window)
    assert window.map.isVisible()
    assert sides(window) == before
    assert window.controller.inspection.analysis.run.recipe.activation == "sigmoid"
    assert [button.isChecked() for button in window.stage.switcher.buttons] == [False, True, False]
    window.stage.switcher.buttons[2].click()
    settle(qtbot, window)
    assert window.controller.inspection.analysis.run.recipe.activation == "relu"
    window.stage.switcher.beside.click()
    settle(qtbot, window)
    assert window.compare.isVisible()
    assert not window.stage.switcher.isVisible()


def test_keys_pin_turn_and_undo(window: Window, qtbot: QtBot) -> None:
    press(window, Key.Key_P)
    settle(qtbot, window)
    assert window.compare.isVisible()
    press(window, Key.Key_2)
    settle(qtbot, window)
    assert networks(window) == ["tanh", "sigmoid"]
    assert [column.name for column in window.compare.columns] == ["tanh", "sigmoid"]
    press(window, Key.Key_C)
    settle(qtbot, window)
    assert window.map.isVisible()
    press(window, Key.Key_C, SHIFT)
    settle(qtbot, window)
    assert window.compare.pair.isVisible()
    for _ in range(4):
        window.controller.undo()
    settle(qtbot, window)
    assert networks(window) == ["tanh"]
    assert window.map.isVisible()


def test_the_gain_moves_all_and_is_one_step_back(window: Window, qtbot: QtBot) -> None:
    begin(window, qtbot)
    track = window.top_bar.gain.track
    track.setSliderDown(True)
    for position in (30, 40, 50):
        track.setSliderPosition(position)
    track.setSliderDown(False)
    settle(qtbot, window)
    gains = {recipe.gain for recipe in window.store.exploration.networks}
    assert len(gains) == 1
    assert {side.recipe.gain for side in window.compare.inspection.comparison.sides} == gains
    window.controller.undo()
    assert window.store.exploration.networks == default().exploration.networks


def test_a_fourth_network_is_the_last_and_one_alone_can_not_be_taken_away(window: Window, qtbot: QtBot) -> None:
    begin(window, qtbot)
    assert window.actions_["pin"].isEnabled()
    window.actions_["pin"].trigger()
    settle(qtbot, window)
    assert len(window.compare.columns) == 4
    assert not window.actions_["pin"].isEnabled()
    for _ in range(3):
        window.actions_["unpin"].trigger()
    settle(qtbot, window)
    assert window.map.isVisible()
    assert not window.actions_["unpin"].isEnabled()


def test_a_file_keeps_what_stands_side_by_side(window: Window, qtbot: QtBot, tmp_path) -> None:
    begin(window, qtbot)
    shown = staged(window.store.exploration, "swipe")
    save(tmp_path / "beside.gflow", shown)
    window.controller.replace("Begin a test", shown.with_recipe(gain=0.5))
    assert window.open(tmp_path / "beside.gflow")
    settle(qtbot, window)
    assert window.store.exploration == load(tmp_path / "beside.gflow") == shown
    assert window.compare.pair.pane.divided


def test_what_is_trained_beside_is_trained_alone(window: Window, qtbot: QtBot) -> None:
    window.actions_["pin"].trigger()
    settle(qtbot, window)
    exploration = window.store.exploration
    assert exploration.with_recipe(trained=None).networks == exploration.networks
    window.actions_["trained"].trigger()
    assert "learnt nothing" in window.status.refusal.text()


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_every_map_has_its_share_and_nothing_is_cut(
    window: Window, qtbot: QtBot, size: tuple[int, int], theme: str, language: str
) -> None:
    window.showNormal()
    window.resize(*size)
    fit(window)
    assert (window.theme.name, window.language) == (theme, language)
    begin(window, qtbot)
    window.resize(*size)
    settle(qtbot, window)
    QApplication.processEvents()
    assert window.size().toTuple() == size
    assert window.frame.verticalScrollBar().maximum() == window.frame.horizontalScrollBar().maximum() == 0
    middle = window.compare.height()
    for column in window.compare.columns:
        assert column.pane.map_place().height() >= 0.45 * middle
        assert column.pane.states_place().height() >= 0.06 * middle
        assert column.open_button.width() >= column.open_button.sizeHint().width() - 1
    places = [
        column.pane.mapTo(window, column.pane.map_place().topLeft().toPoint()) for column in window.compare.columns
    ]
    assert len({place.y() for place in places}) == 1


def test_many_seeds_open_the_decay_in_which_they_are_shown(window: Window, qtbot: QtBot) -> None:
    window.frame.rows.wish("decay", False)
    press(window, Key.Key_M)
    settle(qtbot, window)
    decay = next(view for view in window.views if view.objectName() == "decay")
    # They come in one after the other.
    qtbot.waitUntil(lambda: "40 seeds" in decay.told(), timeout=20_000)
    assert decay.isVisible()
    press(window, Key.Key_M)
    settle(qtbot, window)
    assert window.store.exploration.lens.seeds == 0


@pytest.mark.painted(True)
def test_many_seeds_of_the_framed_network_are_a_band_on_the_stage(window: Window, qtbot: QtBot) -> None:
    window.controller.replace("Several", default().exploration)
    settle(qtbot, window)
    curves = window.compare.curves
    plain = curves.grab().toImage()
    press(window, Key.Key_M)
    for active in (1, 0):
        window.controller.replace("Frame", window.store.exploration.with_active(active))
        settle(qtbot, window)
        qtbot.waitUntil(lambda: len(curves._levels()) == 5 and curves.seeds.count == 40, timeout=20_000)
        own = curves.curves[active]
        assert own.active
        # The first of the seeds is the network's own.
        np.testing.assert_allclose(curves.seeds.rows[0] / np.log(10.0), own.gains, rtol=1e-9)
        assert "40 seeds: median" in curves.told()
        assert curves.grab().toImage() != plain
    press(window, Key.Key_M)
    settle(qtbot, window)
    assert curves._levels() == ()


def test_space_plays_when_a_network_was_opened_alone_by_a_key(qtbot: QtBot, window: Window) -> None:
    window.controller.replace("Several", default().exploration)
    settle(qtbot, window)
    pane = window.compare.columns[0].pane
    pane.setFocus()
    press(pane, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.store.exploration.stage == "alone"
    assert window.focusWidget() is window
