"""Any cell is chosen, shown and told of: those that ship, a person's own, and one of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from explorer.engine.network.drawn import heeded
from explorer.engine.recurrence.library import cell, names, words
from explorer.gui.panels import cells
from explorer.gui.panels.build import network
from explorer.gui.panels.build.build import BuildPanel
from explorer.gui.panels.build.cell_choice import CellChoice
from explorer.gui.panels.train.train import TrainPanel
from explorer.gui.plot import theme as look
from explorer.gui.words import i18n
from explorer.workspace.exploration.cells import CellText, told
from explorer.workspace.exploration.exploration import Edit, Exploration
from explorer.workspace.words.cells import doubts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MGU = """\
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""
ROWS = ("init", "gain", "bias", "forget_bias", "input_scale")


@pytest.fixture
def desk(desk_of):
    return desk_of(BuildPanel(look.themes()["light"]))


@pytest.fixture
def folder(place: Path) -> Path:
    found = place / "cells"
    found.mkdir(parents=True)
    return found


def opened(choice: CellChoice) -> list[str]:
    """Open the list; return what it offers."""
    choice.showPopup()
    choice.hidePopup()
    return [choice.itemText(i) for i in range(choice.count())]


def choose(choice: CellChoice, label: str) -> None:
    choice.setCurrentIndex(opened(choice).index(label))
    choice.activated.emit(choice.currentIndex())


def sheet(desk) -> list[str]:
    card = desk.panel.network
    if not card.rows.sheet.isVisibleTo(desk.panel):
        card.rows.fold.click()
    return [label.text() for label in card.rows.sheet.findChildren(QLabel) if label.isVisibleTo(desk.panel)]


def test_every_cell_that_ships_is_offered_by_its_label_the_quick_choices_first(desk):
    offered = opened(desk.panel.network.cell)
    assert offered[:3] == ["RNN", "LSTM", "GRU"]
    assert offered[: len(names())] == [*offered[:3], *sorted(offered[3 : len(names())], key=str.casefold)]
    assert set(offered[: len(names())]) == {words(name).labels["en"] for name in names()}
    assert offered[-1] == "Open a cell file …"


def test_entries_are_explained_and_follow_the_language(desk):
    choice = desk.panel.network.cell
    i18n.set_language("zh_CN")
    desk.panel.dress(look.themes()["dark"])
    choose(choice, "残差")
    assert desk.exploration.recipe.cell == "residual"
    tip = choice.itemData(choice.findData("residual"), 3)
    assert words("residual").titles["zh_CN"] in tip
    assert words("residual").flows["zh_CN"] in tip


def test_rows_are_those_that_some_weight_of_the_cell_heeds(desk):
    card = desk.panel.network
    for name in names():
        choose(card.cell, words(name).labels["en"])
        assert desk.exploration == Exploration().with_recipe(cell=name)
        recurrence = cell(name).recurrence
        assert {row for row in ROWS if getattr(card, row).isVisibleTo(desk.panel)} == heeded(recurrence) & set(ROWS), (
            name
        )
        assert card.activation.isVisibleTo(desk.panel) == (recurrence.activation is not None), name


def test_how_wide_the_state_is_stands_below_the_units_where_it_is_not_n(desk):
    note = desk.panel.network._units.note
    for name, said in (("rnn", ""), ("lstm", "N = 48 numbers: h, c."), ("deltanet", "N = 192 numbers: S.")):
        desk.show(Exploration().with_recipe(cell=name))
        assert note.text().endswith(said)
        assert bool(note.text()) == bool(said) == note.isVisibleTo(desk.panel)


def test_weights_set_by_hand_are_counted_that_the_cell_has(desk):
    edited = Exploration().with_recipe(edits=(Edit("W", 0, 0, 1.0), Edit("V", 0, 0, 1.0)))
    desk.show(edited)
    assert desk.panel.network.reset.text() == "reset 2 weights"
    desk.show(edited.with_recipe(cell="mgu"))
    assert desk.panel.network.reset.text() == "reset 1 weight"


def test_own_cell_is_found_when_the_list_opens_and_read_anew_each_time(desk, folder: Path):
    choice = desk.panel.network.cell
    assert "gated" not in opened(choice)
    (folder / "gated.txt").write_text(MGU)
    choose(choice, "gated")
    assert desk.exploration == Exploration().with_recipe(cell=CellText(name="gated", text=MGU))
    assert choice.currentText() == "gated"
    assert desk.panel.network.rows.sheet.isVisibleTo(desk.panel)
    other = MGU.replace("tanh", "softsign")
    (folder / "gated.txt").write_text(other)
    choose(choice, "gated")
    assert desk.exploration.recipe.cell == CellText(name="gated", text=other)


def test_cell_of_elsewhere_stays_in_the_list_while_the_network_has_it(desk):
    elsewhere = Exploration().with_recipe(cell=CellText(name="gru", text=MGU))
    desk.show(elsewhere)
    choice = desk.panel.network.cell
    assert choice.currentText() == "gru (own)"
    assert opened(choice).count("gru (own)") == 1
    choose(choice, "GRU")
    assert desk.exploration.recipe.cell == "gru"


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_own_cell_that_is_called_like_one_that_ships_is_told_apart_and_both_can_be_had(desk, folder: Path, code: str):
    i18n.set_language(code)
    (folder / "lstm.txt").write_text(MGU)
    (folder / "Mine.toml").write_text(cell("gru").text.replace("tanh", "softsign"))
    choice = desk.panel.network.cell
    entries = [entry.casefold() for entry in opened(choice)]
    own = {"en": "lstm (own)", "zh_CN": "lstm（自定义）"}[code]
    assert len(entries) == len(set(entries) - {""}) + entries.count("")
    choose(choice, own)
    assert desk.exploration.recipe.cell == CellText(name="lstm", text=MGU)
    choose(choice, "LSTM")
    assert desk.exploration.recipe.cell == "lstm"


def test_own_file_that_tells_no_cell_is_told_of_when_it_is_chosen_and_changes_nothing(desk, folder: Path):
    (folder / "bad.txt").write_text("h = tanh(W @@ h + U @ x)")
    (folder / "good.txt").write_text(MGU)
    choose(desk.panel.network.cell, "bad.txt: no cell")
    (sentence,) = desk.complaints()
    assert sentence.startswith("The cell bad can't be read: Line 1, column 13: ")
    assert desk.exploration == Exploration()
    assert desk.panel.network.cell.currentText() == "RNN"
    choose(desk.panel.network.cell, "good")
    assert desk.complaints() == []


def test_file_that_is_asked_for_is_the_cell_and_its_equations_are_shown(desk, tmp_path: Path, monkeypatch):
    file = tmp_path / "mine.toml"
    monkeypatch.setattr(network, "ask_for_cell", lambda _: file)
    choose(desk.panel.network.cell, "Open a cell file …")
    assert desk.complaints() == ["There is no file “mine.toml”."]
    file.write_text("h = tanh(W_hh @ h + U @ x + b)")
    choose(desk.panel.network.cell, "Open a cell file …")
    assert desk.complaints() == []
    assert desk.exploration.recipe.cell_name == "mine"
    assert desk.panel.network.rows.sheet.isVisibleTo(desk.panel)


def test_a_cell_is_asked_for_where_the_last_one_was(desk, folder: Path, tmp_path: Path, monkeypatch):
    asked, chosen = [], [str(tmp_path / "mine.txt"), "", str(tmp_path / "gone" / "mine.txt"), ""]
    monkeypatch.setattr(cells, "file_to_open", lambda _parent, _title, at, _kinds: asked.append(at) or chosen.pop(0))
    found = [cells.ask_for_cell(desk.panel) for _ in range(4)]
    assert found == [tmp_path / "mine.txt", None, tmp_path / "gone" / "mine.txt", None]
    assert asked == [folder, tmp_path, tmp_path, folder]


def test_a_cell_is_opened_where_one_was_saved_and_saved_where_one_was_opened(
    desk, folder: Path, tmp_path: Path, monkeypatch
):
    asked, elsewhere = list[Path](), tmp_path / "elsewhere"
    elsewhere.mkdir()
    saved = [str(elsewhere / "own"), ""]
    monkeypatch.setattr(cells, "file_to_save", lambda _parent, _title, at, _kinds: asked.append(at) or saved.pop(0))
    monkeypatch.setattr(cells, "file_to_open", lambda _parent, _title, at, _kinds: asked.append(at) or "")
    desk.show(Exploration().with_recipe(cell=CellText(name="gate", text=MGU)))
    desk.panel.network.rows.save.click()
    assert (elsewhere / "own.toml").read_text() == MGU
    assert cells.ask_for_cell(desk.panel.window()) is None
    desk.panel.network.rows.save.click()
    assert asked == [folder / "gate.toml", elsewhere, elsewhere / "gate.toml"]


def test_equations_of_a_cell_that_ships_are_shown_when_asked_for_and_put_away_again(desk):
    card = desk.panel.network
    choose(card.cell, "MGU")
    assert not card.rows.sheet.isVisibleTo(desk.panel)
    card.rows.fold.click()
    assert card.rows.sheet.isVisibleTo(desk.panel)
    card.rows.fold.click()
    assert not card.rows.sheet.isVisibleTo(desk.panel)


def test_what_was_read_stands_beside_the_equations_so_that_a_misspelt_name_is_seen(desk):
    desk.show(Exploration().with_recipe(cell=CellText(name="mine", text=MGU.replace("b_n", "hh"))))
    assert sheet(desk) == [
        "fₜ = σ(U_f xₜ + W_f hₜ₋₁ + b_f)",
        "nₜ = tanh(U_n xₜ + W_n (fₜ ∘ hₜ₋₁) + hh)",
        "hₜ = (1 − fₜ) ∘ hₜ₋₁ + fₜ ∘ nₜ",
        "Sizes: n = 24, m = 1",
        "States: h (n)",
        "Input weights: U_f U_n (n×m)",
        "Recurrent weights: W_f W_n (n×n)",
        "Biases: b_f hh (n)",
    ]


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_doubts_stand_below_the_equations_as_the_command_line_says_them(desk, code: str):
    i18n.set_language(code)
    slipped = CellText(name="mine", text=MGU.replace("W_n @", "Wf @"))
    desk.show(Exploration().with_recipe(cell=slipped))
    (doubt,) = doubts(told(slipped).recurrence)
    label = desk.panel.network.rows.sheet.findChildren(QLabel)[3]
    assert (label.text(), label.foregroundRole()) == (doubt.said(i18n.tr), QPalette.ColorRole.Highlight)
    desk.show(Exploration().with_recipe(cell=CellText(name="mine", text=MGU)))
    labels = desk.panel.network.rows.sheet.findChildren(QLabel)
    assert not any(label.foregroundRole() == QPalette.ColorRole.Highlight for label in labels)


def test_sheet_tells_constants_starts_fixed_weights_notes_and_source(desk):
    desk.show(Exploration().with_recipe(cell="cornn"))
    assert "dt = 0.06" in sheet(desk)
    assert {"Rusch and Mishra 2021, equation 3", words("cornn").notes["en"]} <= set(sheet(desk))
    desk.show(Exploration().with_recipe(cell="slstm"))
    assert "They start from: l₀ = −∞" in sheet(desk)
    desk.show(Exploration().with_recipe(cell="mist"))
    assert "Fixed weights: e₀ e₁ e₂ e₃ e₄ e₅ e₆ e₇ (k)" in sheet(desk)
    assert "Sizes: n = 24, m = 1, k = 8" in sheet(desk)


def test_boxes_of_what_learns_stand_for_weights_that_the_cell_has(desk_of):
    panel = TrainPanel(look.themes()["light"])
    desk, boxes = desk_of(panel), panel.settings.learn
    for name in names():
        desk.show(Exploration().with_recipe(cell=name))
        trained = {weight.name: weight.role for weight in cell(name).recurrence.weights if weight.trained}
        assert boxes["V"].isEnabled()
        assert boxes["c"].isEnabled()
        for family, roles in (("U", {"input"}), ("W", {"recurrent", "own"}), ("b", {"bias"})):
            own = [weight for weight, role in trained.items() if role in roles]
            assert boxes[family].isEnabled() == bool(own), (name, family)
            assert own or "none that learn" in boxes[family].toolTip()
