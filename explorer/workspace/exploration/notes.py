"""`Note`: what a person wrote to a pair of steps, or to one step."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.checks import check_range
from explorer.workspace.exploration.looking import MOST_STEPS

MOST_NOTES = 100
MOST_NOTE = 400
"""Characters of a note."""


class Note(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ``text`` at the pair (t, k), or at the step t where k is None; it stays when a shorter sequence lacks its step."""

    text: Annotated[str, Meta(max_length=MOST_NOTE)]
    t: Annotated[int, Meta(ge=0, le=MOST_STEPS)]
    k: Annotated[int, Meta(ge=0, le=MOST_STEPS)] | None = None

    def __post_init__(self) -> None:
        check_range("characters of a note", len(self.text), 1, MOST_NOTE)
        if self.k is not None and self.k > self.t:
            raise BadExploration("A note can't stand at ({t}, {k}): nothing flows from the future.", t=self.t, k=self.k)

    @property
    def place(self) -> tuple[int, int | None]:
        """Return where it stands: no two notes stand at the same place."""
        return self.t, self.k

    @property
    def cell(self) -> tuple[int, int]:
        """Return the cell (t, k) of the map at which it is marked: of a step that on the diagonal."""
        return self.t, self.t if self.k is None else self.k

    def is_within(self, steps: int) -> bool:
        """Return whether a sequence of so many ``steps`` has its place."""
        return self.t <= steps


def note_at(notes: tuple[Note, ...], t: int, k: int | None) -> Note | None:
    """Return the note at a place, None where there is none."""
    return next((note for note in notes if note.place == (t, k)), None)


def written(notes: tuple[Note, ...], t: int, k: int | None, text: str) -> tuple[Note, ...]:
    """Return ``notes`` with ``text`` at a place, in the order of the steps; an empty one takes away what stands there."""
    others = [note for note in notes if note.place != (t, k)]
    text = " ".join(text.split())[:MOST_NOTE]
    if text:
        others.append(Note(text=text, t=t, k=k))
    return tuple(sorted(others, key=lambda note: (note.t, -1 if note.k is None else note.k)))
