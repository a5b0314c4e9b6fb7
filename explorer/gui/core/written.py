"""What is written to a cell of the map, said."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Note
from explorer.workspace.looks.aloud import notes_sentences


def notes_at(notes: Sequence[Note], t: int, k: int) -> list[str]:
    """Return what is written at the cell (t, k)."""
    here = [note for note in notes if note.cell == (t, k)]
    return [sentence.said(tr) for sentence in notes_sentences(here, t)]
