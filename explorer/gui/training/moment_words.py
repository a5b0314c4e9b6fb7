"""What the time line says in words: the shown moment, how far the training is to go or why it rests, what is kept of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from explorer.gui.core.plan import Course, Ending
from explorer.gui.training.track import loss_at
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.record import MOST_SNAPSHOT_BYTES, Record
from explorer.workspace.words.numbers import signed


def told(record: Record, shown: int, running: bool, course: Course | None, ending: Ending | None) -> Iterator[str]:
    """Yield what is to be said of the moment ``shown`` of ``record``, what matters most first."""
    yield _place(record, shown, running, course)
    if not running and ending is not None:
        yield ending_text(ending)
    loss = loss_at(record, shown)
    if not math.isnan(loss):
        yield tr("loss {loss}").format(loss=signed(loss, 3))
    later = 0 if running else record.end - shown
    if later > 0:
        # Said where it can be seen before it is done.
        one, many = tr("going on from here gives up 1 update"), tr("going on from here gives up {count} updates")
        yield one if later == 1 else many.format(count=f"{later:,}")
    yield _kept(record)
    yield _size_text(sum(len(snapshot.tensors) for snapshot in record.snapshots))


def _size_text(size: int) -> str:
    """Return how much is kept in so many bytes: of the room for moments, unless the few that always stay take more alone."""
    if size > MOST_SNAPSHOT_BYTES:
        return tr("{size:.0f} MB, the least that is kept").format(size=size / 1e6)
    return tr("{size:.2g} of {most:.0f} MB").format(size=size / 1e6, most=MOST_SNAPSHOT_BYTES / 1e6)


def _place(record: Record, shown: int, running: bool, course: Course | None) -> str:
    """Return which update is shown: of as many as there are to be, or of those that were made where it is not the last."""
    last = record.end
    if running and course is not None:
        last = shown + course.goal - course.done
    if last <= shown:
        return tr("update {step}").format(step=shown)
    return tr("update {step} of {last}").format(step=shown, last=last)


def ending_text(ending: Ending) -> str:
    """Return why a training came to rest."""
    made, asked = f"{ending.made:,}", f"{ending.asked:,}" if ending.asked is not None else ""
    if ending.why == "diverged":
        return tr("ended: it diverged, the loss is no finite number any more")
    if ending.why == "made":
        one, many = tr("ended: the one update asked for is made"), tr("ended: all {asked} updates asked for are made")
        return one if ending.asked == 1 else many.format(asked=asked)
    by_hand = ending.why == "hand"
    if ending.asked is None:
        return tr("stopped by hand") if by_hand else tr("stopped by a fault")
    said = tr("stopped by hand after {made} of {asked} updates")
    if not by_hand:
        said = tr("stopped by a fault after {made} of {asked} updates")
    return said.format(made=made, asked=asked)


def _kept(record: Record) -> str:
    """Return how far apart the snapshots are; those kept for an event, and the newest, may be nearer."""
    apart = np.diff([snapshot.step for snapshot in record.snapshots])
    usual = round(float(np.median(apart))) if len(apart) else 1
    if (apart == usual).all():
        return tr("every {count} updates kept").format(count=usual) if usual > 1 else tr("every update kept")
    return tr("about every {count} updates kept").format(count=usual)
