"""Snapshots and notes by menu and key: asked for once, undone like all else, and never lost with a shorter sequence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.core.controller import Controller
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.keepsakes import Keepsakes
from explorer.workspace.exploration.exploration import Exploration, Note, Recipe, Selection, Signal
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.store import Store

START = Exploration(networks=(Recipe(hidden=3),), sequence=Signal(steps=8), selection=Selection(t=6, k=2))


class Desk:
    """A controller without views, and a person who answers ``says`` to whatever is asked."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.store = Store(START)
        self.controller = Controller(self.store, [], [])
        self.actions = Actions(self.window)
        self.says: str | None = ""
        self.asked: list[tuple[str, str]] = []
        self.told: list[str] = []
        self.keepsakes = Keepsakes(self.window, self.controller, self.actions, self.told.append, self._ask)

    @property
    def now(self) -> Exploration:
        return self.store.exploration

    def do(self, action: str, says: str | None) -> None:
        self.says = says
        self.actions[action].trigger()

    def listed(self, notes: bool = False) -> list[QAction]:
        self.menu = QMenu(self.window)
        (self.keepsakes.fill_notes if notes else self.keepsakes.fill_snapshots)(self.menu)
        return self.menu.actions()

    def choose(self, index: int, does: int, says: str | None = None) -> None:
        self.says = says
        self.listed()[index].menu().actions()[does].trigger()

    def _ask(self, _: QWidget, question: str, text: str, most: int) -> str | None:
        assert most > 0
        self.asked.append((question, text))
        return self.says


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.controller.close()


def test_a_snapshot_is_kept_gone_to_compared_renamed_and_removed_each_as_one_step(desk: Desk) -> None:
    assert [action.isEnabled() for action in desk.listed()] == [False]
    desk.do("keep", "early & more")
    assert desk.asked[-1][1] == "Snapshot 1"
    assert desk.told == ["Kept: early & more"]
    desk.controller.commit(Gesture.of("gain", Exploration.with_recipe, gain=0.5))
    desk.choose(0, 0)
    assert desk.now.recipe.gain == START.recipe.gain
    desk.controller.undo()
    assert desk.now.recipe.gain == 0.5
    desk.choose(0, 1)
    assert [recipe.title for recipe in desk.now.networks] == ["early & more", ""]
    desk.controller.undo()
    desk.choose(0, 3, "other")
    assert [one.name for one in desk.now.bookmarks] == ["other"]
    desk.choose(0, 2)
    assert desk.now.bookmarks == ()
    assert desk.store.undo_label == "Remove a snapshot"


def test_who_leaves_the_question_changes_nothing(desk: Desk) -> None:
    for action in ("keep", "note", "step_note"):
        desk.do(action, None)
    assert desk.now == START
    assert not desk.store.can_undo


def test_a_note_is_written_at_the_chosen_cell_or_step_changed_there_and_emptied_away(desk: Desk) -> None:
    desk.do("note", "here it fades")
    desk.do("step_note", "the turn")
    assert desk.now.notes == (Note(text="the turn", t=6), Note(text="here it fades", t=6, k=2))
    desk.do("note", "here it dies")
    assert desk.asked[-1] == ("Note on the cell t = 6, k = 2:", "here it fades")
    desk.do("note", "")
    assert desk.now.notes == (Note(text="the turn", t=6),)


def test_a_note_beyond_the_sequence_is_listed_as_such_and_can_be_taken_away(desk: Desk) -> None:
    desk.do("note", "far")
    desk.store.commit("shorter", desk.now.with_sequence(Signal(steps=4)))
    (action,) = desk.listed(notes=True)
    assert action.text() == "t = 6, k = 2 · far (beyond the sequence)"
    desk.says = ""
    action.trigger()
    assert desk.now.notes == ()


def test_a_note_in_the_list_leads_to_its_cell(desk: Desk) -> None:
    desk.do("note", "here")
    desk.controller.select(3, 1)
    (action,) = desk.listed(notes=True)
    action.trigger()
    assert (desk.now.selection.t, desk.now.selection.k) == (6, 2)
