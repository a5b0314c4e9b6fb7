"""What cells and activations are called, and what is told of them, in the language that is spoken: their files say it."""

from __future__ import annotations

from functools import cache

from explorer.engine.recurrence import library
from explorer.engine.recurrence.activation_words import activation_words
from explorer.engine.recurrence.cell_file import CellWords
from explorer.gui.words import joining
from explorer.gui.words.i18n import language, tr
from explorer.workspace.exploration.cells import Cell, told
from explorer.workspace.exploration.differences import called_in
from explorer.workspace.exploration.recipe import Recipe


def cell_label(cell: Cell) -> str:
    """Return the shortest name of a cell, for a button."""
    return _told_apart(cell, _words(cell).labels[language()])


def cell_title(cell: Cell) -> str:
    """Return the whole name of a cell."""
    return _told_apart(cell, _words(cell).titles[language()])


def cell_note(cell: Cell) -> str:
    """Return what becomes of the gradient in a cell, else what the cell is; "" where nothing is told."""
    words = _words(cell)
    return words.flows[language()] or words.notes[language()]


def cell_tip(cell: Cell) -> str:
    """Return the whole name of a cell with what is told of it."""
    note = cell_note(cell)
    return joining.told(cell_title(cell), note) if note else cell_title(cell)


def cell_notes(cell: Cell) -> tuple[str, ...]:
    """Return all that is told of a cell: what it is, what becomes of the gradient, and where it comes from."""
    words = _words(cell)
    return tuple(filter(None, (words.notes[language()], words.flows[language()], words.source)))


def activation_label(name: str) -> str:
    """Return the name of an activation, for a button."""
    return activation_words()[name].labels[language()]


def activation_tip(name: str) -> str:
    """Return the name of an activation with what becomes of the gradient."""
    return joining.told(activation_label(name), activation_words()[name].notes[language()])


def _told_apart(cell: Cell, name: str) -> str:
    """Return what a cell is called; a person's own that is called like one that ships is told for it."""
    if isinstance(cell, str) or name.casefold() not in _shipped(language()):
        return name
    return joining.noted(name, tr("own"))


@cache
def _shipped(code: str) -> frozenset[str]:
    """Return all that the cells that ship are called in a language."""
    words = [library.words(name) for name in library.names()]
    told = (name for one in words for name in (one.labels[code], one.titles[code]))
    return frozenset(name.casefold() for name in (*library.names(), *told))


def _words(cell: Cell) -> CellWords:
    return library.words(cell) if isinstance(cell, str) else told(cell)


def called(recipe: Recipe) -> str:
    """Return what a network is called beside others: its cell, its activation if it is the simple one, or both."""
    return called_in(language())(recipe)
