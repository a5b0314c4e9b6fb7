"""What the time line says of how much of a training is kept."""

from __future__ import annotations

from explorer.gui.training.moment_words import told
from explorer.workspace.exploration.record import Record, Snapshot


def kept(size: int) -> str:
    """Return the last that is said of a record whose single moment takes so many bytes."""
    *_, last = told(Record(snapshots=(Snapshot(step=0, tensors=b"\0" * size),)), 0, False, None, None)
    return last


def test_what_is_kept_is_told_of_its_room_or_as_the_least_there_is() -> None:
    """The first moment, the newest and what is watched stay, however large they are."""
    assert kept(6_000_000) == "6 of 12 MB"
    assert kept(18_000_000) == "18 MB, the least that is kept"
