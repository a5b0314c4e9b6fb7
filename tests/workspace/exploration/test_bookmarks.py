"""Snapshots with a name and notes: kept in the file, undone like all else, and each where it was put."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.engine.errors import BadExploration
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.beside import pinned, removed
from explorer.workspace.exploration.bookmarks import bookmarked, compared_with, dropped, gone_to, renamed
from explorer.workspace.exploration.exploration import (
    MOST_BOOKMARKS,
    Bookmark,
    Exploration,
    Note,
    Recipe,
    Signal,
    replace,
)

START = Exploration(networks=(Recipe(hidden=4, gain=1.2),), sequence=Signal(steps=9))


def test_one_goes_to_a_snapshot_and_back_and_none_is_lost_on_the_way() -> None:
    first = bookmarked(START, "early")
    later = bookmarked(first.with_recipe(gain=0.5).with_note(4, 2, "here"), "late")
    there = gone_to(later, 0)
    assert there.recipe == START.recipe
    assert (there.bookmarks, there.notes) == (later.bookmarks, later.notes)
    assert gone_to(there, 1) == later


def test_a_snapshot_stands_beside_the_present_under_its_name() -> None:
    now = bookmarked(START, "early").with_recipe(gain=0.5)
    beside = compared_with(now, 0)
    assert [recipe.gain for recipe in beside.networks] == [1.2, 0.5]
    assert [recipe.title for recipe in beside.networks] == ["early", ""]
    assert (beside.active, beside.stage) == (1, "beside")


def test_names_are_told_apart_and_can_be_changed_and_a_snapshot_removed() -> None:
    three = bookmarked(bookmarked(bookmarked(START, "a"), " a "), "a")
    assert [one.name for one in three.bookmarks] == ["a", "a (2)", "a (3)"]
    assert [one.name for one in renamed(three, 1, "b").bookmarks] == ["a", "b", "a (3)"]
    assert renamed(three, 0, "a") == three
    assert [one.name for one in dropped(three, 1).bookmarks] == ["a", "a (3)"]
    with pytest.raises(BadExploration, match="needs a name"):
        bookmarked(START, "  ")
    full = replace(START, bookmarks=tuple(Bookmark(name=str(i), exploration=START) for i in range(MOST_BOOKMARKS)))
    with pytest.raises(BadExploration, match="remove one first"):
        bookmarked(full, "one more")


def test_a_note_stays_at_its_place_is_changed_there_and_goes_when_it_is_emptied() -> None:
    noted = START.with_note(7, 2, "first").with_note(3, None, "a step").with_note(7, 2, " other\nwords ")
    assert noted.notes == (Note(text="a step", t=3), Note(text="other words", t=7, k=2))
    shorter = noted.with_sequence(Signal(steps=5))
    assert [note.is_within(5) for note in shorter.notes] == [True, False]
    assert noted.with_note(7, 2, "").with_note(3, None, " ") == START
    with pytest.raises(BadExploration, match="nothing flows from the future"):
        START.with_note(2, 5, "no")


def test_a_note_on_a_cell_goes_where_its_network_goes_and_with_it() -> None:
    def told(exploration: Exploration) -> list[list[str]]:
        return [[note.text for note in exploration.notes_of(i)] for i in range(len(exploration.networks))]

    alone = START.with_note(7, 2, "first").with_note(3, None, "of all")
    two = pinned(alone)
    assert told(two) == [["of all", "first"], ["of all"]]
    two = two.with_note(7, 2, "second")
    assert told(two) == [["of all", "first"], ["of all", "second"]]
    three = pinned(two.with_active(0))
    assert told(three) == [["of all", "first"], ["of all"], ["of all", "second"]]
    assert told(removed(three, 0)) == [["of all"], ["of all", "second"]]
    left = removed(removed(three, 0), 0)
    assert left.notes == (Note(text="of all", t=3), Note(text="second", t=7, k=2))
    assert told(compared_with(bookmarked(alone, "then"), 0)) == [["of all"], ["of all", "first"]]
    there = gone_to(replace(two, bookmarks=bookmarked(START, "then").bookmarks), 0)
    assert told(there) == [["of all", "first"]]
    assert Note(text="second", t=7, k=2, network=1) in there.notes
    assert two.with_note(7, 2, "").notes == two.notes[:-1]


def test_the_file_holds_snapshots_notes_and_names(tmp_path: Path) -> None:
    whole = bookmarked(START.with_recipe(title="mine", chrono=5), "früh").with_note(4, 1, "说明, [1] {2}")
    save(tmp_path / "whole.gflow", whole)
    assert load(tmp_path / "whole.gflow") == whole
