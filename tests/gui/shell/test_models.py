"""Somebody's network in the window: dropped or opened, tried out in a sheet, and explored."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from explorer.gui.plot.theme import themes
from explorer.gui.shell import models

from ..conftest import SMALL, settle
from .test_window import drop, mime

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    arrays = {
        f"encoder.{what}_l{layer}": rng.normal(0.0, 0.5, shape).astype(np.float32)
        for layer, inputs in ((0, 3), (1, 4))
        for what, shape in (("weight_ih", (4, inputs)), ("weight_hh", (4, 4)), ("bias_hh", (4,)))
    }
    np.savez(tmp_path / "own.npz", **arrays, **{"head.weight": np.ones((2, 4), np.float32)})
    return tmp_path / "own.npz"


@pytest.fixture
def sheet_of(window, qtbot):
    """Drop a file and wait for what is in it, or why it can't be opened."""

    def opened(path):
        drop(window, mime(path))
        sheet = window.models.sheet
        qtbot.waitUntil(lambda: sheet.offered is not None or bool(sheet.message.text()))
        return sheet

    yield opened
    if window.models.sheet is not None:
        window.models.sheet.reject()


def until_heard(qtbot, sheet):
    qtbot.waitUntil(lambda: "This network's last state" in sheet.heard.text())


def test_a_dropped_file_is_told_tried_and_explored_by_keys_alone(window, qtbot, sheet_of, file):
    sheet = sheet_of(file)
    assert sheet.summary.text() == "PyTorch: 2 recurrent layers, in one network."
    item = sheet.networks.currentItem()
    assert [item.text(0), item.text(1)] == ["encoder", "2 × RNN of 4 units; reads 3 numbers a step"]
    assert [item.child(i).text(0) for i in range(item.childCount())] == ["encoder.l0", "encoder.l1"]
    assert sheet.left_out.text() == "Not shown: a linear layer (head)."
    until_heard(qtbot, sheet)
    qtbot.waitUntil(lambda: sheet.accept_button.isEnabled())
    qtbot.keyClick(sheet.networks, Qt.Key.Key_Return)
    settle(qtbot, window)
    recipe = window.store.exploration.recipe
    assert [layer.hidden for layer in recipe.layers] == [4, 4]
    assert window.top_bar.preset.itemText(0) == "own.npz"
    assert window.status.notice.text().startswith("This network's last state")
    # Nothing is asked before another is opened: this one can be had again.
    assert window.store.clean
    assert window.controller.inspection.analysis.run.network.weights["2/W"].shape == (4, 4)


def test_a_choice_is_said_with_its_effect_and_taken(qtbot, sheet_of, file):
    sheet = sheet_of(file)
    until_heard(qtbot, sheet)
    effects = sheet.choices._effects
    qtbot.waitUntil(lambda: all("last state" in label.text() for label in effects.values()))
    assert [key[1] for key in effects] == ["tanh", "relu"]
    sheet.choices.buttons["encoder:activation", "relu"].click()
    qtbot.waitUntil(lambda: sheet.offered.exploration.recipe.activation == "relu")
    assert sheet.choices.buttons["encoder:activation", "relu"].isChecked()


def test_a_layer_is_chosen_by_the_arrows(window, qtbot, sheet_of, file):
    sheet = sheet_of(file)
    qtbot.keyClick(sheet.networks, Qt.Key.Key_Down)
    qtbot.keyClick(sheet.networks, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: sheet.offered.stack.name == "encoder.l1")
    qtbot.waitUntil(lambda: sheet.accept_button.isEnabled())
    sheet.accept_button.click()
    settle(qtbot, window)
    assert window.store.exploration.recipe.imported.network == "encoder.l1"


def test_a_file_that_is_refused_says_why_and_nothing_is_lost(window, sheet_of, tmp_path):
    (tmp_path / "broken.onnx").write_bytes(b"\x08\x08nothing")
    sheet = sheet_of(tmp_path / "broken.onnx")
    assert sheet.message.text() == (
        "“broken.onnx” is damaged and can't be opened (its parts are not those of an ONNX file)."
    )
    assert not sheet.accept_button.isEnabled()
    assert not sheet.networks.isVisible()
    sheet.reject()
    assert window.store.exploration.networks == SMALL.networks


def test_vectors_that_do_not_fit_are_refused_in_the_sheet_and_others_taken(
    qtbot, sheet_of, file, tmp_path, monkeypatch
):
    np.save(tmp_path / "narrow.npy", np.ones((5, 2)))
    np.save(tmp_path / "right.npy", np.ones((5, 3)))
    sheet = sheet_of(file)
    for name, wrong in (("narrow.npy", True), ("right.npy", False)):
        monkeypatch.setattr("explorer.gui.models.feeding.file_to_open", lambda *_, name=name: str(tmp_path / name))
        sheet.feeding.file_button.click()
        qtbot.waitUntil(
            lambda wrong=wrong: sheet.accept_button.isEnabled() is not wrong and sheet.offered.way == "file"
        )
        assert ("3 columns, which the network reads" in sheet.message.text()) is wrong
    assert len(sheet.offered.exploration.sequence.rows) == 5


def test_what_can_be_chosen_has_a_name_for_a_screen_reader(sheet_of, file):
    sheet = sheet_of(file)
    for control in (sheet.networks, sheet.feeding.way, sheet.feeding.typed, sheet.feeding.steps):
        assert control.accessibleName()
    for button in (sheet.accept_button, sheet.feeding.file_button, *sheet.choices.buttons.values()):
        assert button.text()


@pytest.mark.parametrize("theme", list(themes()))
@pytest.mark.parametrize("language", ["zh_CN"])
def test_the_sheet_fits_into_the_window_in_each_theme_and_language(window, qtbot, sheet_of, file):
    sheet = sheet_of(file)
    assert sheet.width() <= window.width()
    assert sheet.height() <= window.height()
    assert sheet.summary.text() == "PyTorch：2 个循环层，属于一个网络。"
    qtbot.waitUntil(lambda: "最后状态" in sheet.heard.text())
    for label in sheet.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width()


def test_the_menu_asks_for_a_file_of_a_network(window, monkeypatch):
    asked = []
    monkeypatch.setattr(models, "file_to_open", lambda *words: asked.append(words[-1]) or "")
    window.actions_["open_model"].trigger()
    assert "*.onnx" in asked[0]
    assert window.models.sheet is None
    assert window.actions_["open_model"].shortcut().toString() == "Ctrl+Shift+O"


def test_another_choice_is_taken_after_opening_with_its_effect_and_undone(window, qtbot, sheet_of, file):
    sheet = sheet_of(file)
    qtbot.waitUntil(lambda: sheet.accept_button.isEnabled())
    sheet.accept_button.click()
    settle(qtbot, window)
    before = window.store.exploration
    row = window.build_panel.network.source
    assert row.button.text() == "encoder of “own.npz” …"
    row.button.click()
    sheet = window.models.sheet
    qtbot.waitUntil(lambda: sheet.offered is not None)
    assert sheet.feeding.way.value == "kept"
    effects = sheet.choices._effects
    qtbot.waitUntil(lambda: bool(effects) and all("last state" in label.text() for label in effects.values()))
    sheet.choices.buttons["encoder:activation", "relu"].click()
    qtbot.waitUntil(lambda: sheet.accept_button.isEnabled() and sheet.offered.wish.chose != ())
    sheet.accept_button.click()
    settle(qtbot, window)
    after = window.store.exploration
    assert after.recipe.activation == "relu"
    assert after.sequence == before.sequence
    assert window.store.undo_label == "Take a network otherwise"
    assert row._row.note.text() == "its function: ReLU"
    window.controller.undo()
    assert window.store.exploration == before


def test_an_opened_network_is_among_the_recent_files_and_opened_from_there(window, qtbot, sheet_of, file):
    sheet = sheet_of(file)
    qtbot.waitUntil(lambda: sheet.accept_button.isEnabled())
    sheet.accept_button.click()
    settle(qtbot, window)
    menu = window.menus._recent
    menu.aboutToShow.emit()
    assert [action.toolTip() for action in menu.actions()] == [str(file)]
    menu.actions()[0].trigger()
    assert window.models.sheet is not None
    assert window.models.sheet.wish.path == file


def test_weights_of_a_file_that_another_gain_gives_up_are_not_called_a_training(window, qtbot, sheet_of, file):
    sheet = sheet_of(file)
    qtbot.waitUntil(lambda: sheet.accept_button.isEnabled())
    sheet.accept_button.click()
    settle(qtbot, window)
    window.store.commit("Gain", window.store.exploration.with_recipe(gain=0.5))
    assert window.status.notice.text() == (
        "The weights of “own.npz” were given up: others are drawn now. Undo brings them back."
    )
    settle(qtbot, window)
    window.store.undo()
    assert window.store.exploration.recipe.imported is not None
    settle(qtbot, window)
