"""A cell is a text file: the window offers it, opens it, shows it, trains it and gives out its numbers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from explorer.engine.recurrence.library import names, quick_choices, words
from explorer.gui.core.view import View
from explorer.gui.shell import cells, exports
from explorer.gui.shell.window import Window
from explorer.gui.words.cell_words import cell_title
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.cells import CellText

from ..conftest import SMALL, settle
from .test_window import drop, mime

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

MGU = """\
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""
OWN = CellText(name="gated", text=MGU)


@pytest.fixture
def folder(place: Path) -> Path:
    found = place / "cells"
    found.mkdir(parents=True)
    return found


def offered(menu: QMenu) -> dict[str, QAction]:
    """Open the menu; return what it offers."""
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if action.text()}


def failed(window: Window) -> list[str]:
    return [
        view.objectName()
        for view in window.views
        if isinstance(view, View) and view._pages.currentWidget() is view._error
    ]


def test_activations_and_quick_choices_are_in_the_menu_of_the_network_with_their_keys(window: Window) -> None:
    (menu,) = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Network"]
    keys = {action.text(): action.shortcut().toString() for action in menu.actions() if action.shortcut().toString()}
    assert [*keys.values()][:7] == [*"1234567"]
    assert [*keys][4:7] == [cell_title(name) for name in quick_choices()]


@pytest.mark.parametrize("where", ["menu", "bar"])
def test_other_cells_are_offered_by_their_labels_and_the_present_one_is_marked(window: Window, where: str) -> None:
    menu = window.menus._others if where == "menu" else window.top_bar.cell.more.menu()
    labels = [words(name).labels["en"] for name in names() if name not in quick_choices()]
    assert [*offered(menu)] == [*sorted(labels, key=str.casefold), "All cells …", "Open a cell file …"]
    assert not any(action.isChecked() for action in offered(menu).values())
    offered(menu)["MGU"].trigger()
    assert window.store.exploration == SMALL.with_recipe(cell="mgu")
    assert window.store.undo_label == "Change the cell"
    assert [label for label, action in offered(menu).items() if action.isChecked()] == ["MGU"]
    assert window.top_bar.cell.more.text() == "MGU"


def test_own_file_that_tells_no_cell_is_told_of_when_it_is_chosen_and_nothing_is_lost(
    window: Window, folder: Path
) -> None:
    (folder / "bad.txt").write_text("h = tanh(W @@ h + U @ x)")
    (folder / "gated.txt").write_text(MGU)
    found = offered(window.menus._others)
    assert {"gated", "bad.txt: no cell"} <= set(found)
    found["bad.txt: no cell"].trigger()
    assert window.status.refusal.text().startswith("The cell bad can't be read: Line 1, column 13: ")
    assert window.store.exploration == SMALL
    offered(window.menus._others)["gated"].trigger()
    assert window.status.refusal.text() == ""
    assert window.store.exploration == SMALL.with_recipe(cell=OWN)


def test_file_that_is_asked_for_becomes_the_cell(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gated.toml").write_text(MGU)
    monkeypatch.setattr(cells, "ask_for_cell", lambda _: tmp_path / "gated.toml")
    window.actions_["open_cell"].trigger()
    assert window.store.exploration == SMALL.with_recipe(cell=OWN)
    window.controller.undo()
    assert window.store.exploration == SMALL


@pytest.mark.parametrize("name", ["gated.toml", "gated.txt", "gated"])
def test_cell_file_that_is_dropped_becomes_the_cell(window: Window, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(MGU)
    drop(window, mime(tmp_path / name))
    assert window.store.exploration == SMALL.with_recipe(cell=OWN)


def test_cell_file_with_a_mistake_that_is_dropped_is_told_of(window: Window, tmp_path: Path) -> None:
    (tmp_path / "gated.txt").write_text(MGU.replace("W_f @ h", "W_f @ hh"))
    (tmp_path / "mine.txt").write_text(MGU.replace("tanh(", "tan("))
    drop(window, mime(tmp_path / "mine.txt"))
    assert "The cell mine can't be read: Line 2, column 5" in window.status.refusal.text()
    assert window.store.exploration == SMALL


def test_edits_of_a_file_lose_nothing_each_is_the_cell_or_one_sentence(window: Window, tmp_path: Path) -> None:
    rng = random.Random(3)
    file = tmp_path / "gated.txt"
    told, chosen = set(), set()
    for _ in range(20):
        at, sign = rng.randrange(len(MGU)), rng.choice("xhfnW_@+*()=. \n1\u0304#")
        text = MGU[:at] + rng.choice((sign, "", MGU[at] + sign)) + MGU[at + 1 :]
        file.write_text(text, encoding="utf-8")
        before, steps = window.store.exploration, window.store.undo_label
        window.controller.refuse(None)
        drop(window, mime(file))
        sentence, now = window.status.refusal.text(), window.store.exploration
        assert file.read_text("utf-8") == text
        if sentence:
            told.add(sentence)
            assert (now, window.store.undo_label) == (before, steps)
        else:
            chosen.add(now.recipe.cell)
            assert now.recipe.cell in (CellText(name="gated", text=text), "mgu")
        assert "\n" not in sentence
    assert min(len(told), len(chosen)) > 4


def test_network_in_the_list_is_called_by_its_cell(window: Window) -> None:
    window.controller.replace("Own", SMALL.with_recipe(cell=OWN))
    assert [*offered(window.menus._networks)] == ["1: gated, 3 units"]


@pytest.mark.painted(True)
def test_every_cell_that_ships_is_shown_by_all_views(window: Window, qtbot: QtBot) -> None:
    for name in names():
        window.controller.replace("A cell", SMALL.with_recipe(cell=name))
        settle(qtbot, window)
        for view in window.views:
            view.told()
        assert failed(window) == [], name
        assert window.time_views[-1].told()


@pytest.mark.painted(True)
def test_three_lines_in_a_file_are_chosen_seen_trained_and_given_out(
    window: Window, folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gated.txt").write_text(MGU)
    window.controller.replace("Task", preset("task-sine").exploration.with_recipe(hidden=3))
    offered(window.top_bar.cell.more.menu())["gated"].trigger()
    settle(qtbot, window)
    assert failed(window) == []
    for count in (1, 2):
        window.actions_["train_step"].trigger()
        qtbot.waitUntil(lambda count=count: window.store.exploration.updates == count, timeout=10_000)
        qtbot.waitUntil(window.actions_["train_step"].isEnabled)
    settle(qtbot, window)
    assert failed(window) == []
    monkeypatch.setattr(exports, "file_to_save", lambda *_: str(tmp_path / "gated.npz"))
    window.documents.exports.numbers()
    trained = window.store.exploration.recipe.trained
    assert trained is not None
    with np.load(tmp_path / "gated.npz") as arrays:
        assert json.loads(str(arrays["meta"]))["text"] == MGU
        np.testing.assert_array_equal(arrays["1/W_f"], trained.weights["1/W_f"])
