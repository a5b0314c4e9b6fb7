"""`Note`: what a person wrote to a pair of steps, or to one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.checks import check_range
from explorer.workspace.exploration.looking import MOST_NETWORKS, MOST_STEPS

MOST_NOTES = 100
MOST_NOTE = 400
"""Characters of a note."""


class Note(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ``text`` at the pair (t, k), or at the step t where k is None; it stays when a shorter sequence lacks its step.

    What is written to a pair of several networks is about one ``network`` of them; None is the only one, or any. All networks
    have the same steps.
    """

    text: Annotated[str, Meta(max_length=MOST_NOTE)]
    t: Annotated[int, Meta(ge=0, le=MOST_STEPS)]
    k: Annotated[int, Meta(ge=0, le=MOST_STEPS)] | None = None
    network: Annotated[int, Meta(ge=0, lt=MOST_NETWORKS)] | None = None

    def __post_init__(self) -> None:
        check_range("characters of a note", len(self.text), 1, MOST_NOTE)
        if self.k is not None and self.k > self.t:
            raise BadExploration("A note can't stand at ({t}, {k}): nothing flows from the future.", t=self.t, k=self.k)

    @property
    def place(self) -> tuple[int, int | None, int | None]:
        """Return where it stands: no two notes stand at the same place."""
        return self.t, self.k, self.network

    @property
    def cell(self) -> tuple[int, int]:
        """Return the cell (t, k) of the map at which it is marked: of a step that on the diagonal."""
        return self.t, self.t if self.k is None else self.k

    def is_of(self, network: int) -> bool:
        """Return whether it is about the network of this number."""
        return self.network in (None, network)

    def is_within(self, steps: int) -> bool:
        """Return whether a sequence of so many ``steps`` has its place."""
        return self.t <= steps


def note_at(notes: tuple[Note, ...], t: int, k: int | None, network: int) -> Note | None:
    """Return the note at a place of a network, None where there is none."""
    return next((note for note in notes if (note.t, note.k) == (t, k) and note.is_of(network)), None)


def written(notes: tuple[Note, ...], t: int, k: int | None, text: str, network: int, several: bool) -> tuple[Note, ...]:
    """Return ``notes``, in the order of the steps, with ``text`` at a place of a ``network``, of ``several`` or the only one.

    An empty one takes away what stands there.
    """
    old = note_at(notes, t, k, network)
    others = [note for note in notes if note is not old]
    text = " ".join(text.split())[:MOST_NOTE]
    if text:
        others.append(Note(text=text, t=t, k=k, network=network if several and k is not None else None))
    return tuple(sorted(others, key=_order))


def moved_along(notes: tuple[Note, ...], places: Mapping[int, int], before: int, after: int) -> tuple[Note, ...]:
    """Return ``notes`` once the networks, ``before`` so many and ``after`` so many, stand where ``places`` says.

    What is about a network that is gone goes along with it.
    """
    return tuple(sorted(_moved(notes, places, before, after), key=_order))


def _moved(notes: tuple[Note, ...], places: Mapping[int, int], before: int, after: int) -> Iterator[Note]:
    for note in notes:
        own = 0 if note.network is None and before == 1 else note.network
        if note.k is None or own is None:
            yield note
        elif own in places:
            only = after == 1 and places[own] == 0
            yield msgspec.structs.replace(note, network=None if only else places[own])


def _order(note: Note) -> tuple[int, int, int]:
    return note.t, -1 if note.k is None else note.k, -1 if note.network is None else note.network
