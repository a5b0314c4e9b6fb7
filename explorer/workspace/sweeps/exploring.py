"""From a sweep to an exploration and back: what its points begin with, and one of them to be looked at."""

from __future__ import annotations

import dataclasses

from explorer.engine.errors import Refusal
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.fields import with_values
from explorer.workspace.sweeps.sweep import Sweep


def begun_with(exploration: Exploration) -> Exploration:
    """Return what every point of a sweep begins with: the active network of ``exploration`` alone, and what it is fed."""
    return replace(
        exploration, networks=(exploration.recipe,), active=0, against=None, stage="alone", together=False, runs=(),
        notes=(), bookmarks=(),
    )  # fmt: skip


def canonical(sweep: Sweep) -> Sweep:
    """Return ``sweep`` begun with the first value of all that is swept: the same points, however it was begun.

    Where these do not go together it is left as it is.
    """
    try:
        base = with_values(sweep.base, {axis.name: axis.values[0] for axis in sweep.axes})
    except Refusal:
        return sweep
    return dataclasses.replace(sweep, base=base)


def explored(exploration: Exploration, point: Exploration) -> Exploration:
    """Return the exploration of a ``point`` in the place of the present one, whose snapshots and past runs are kept."""
    return replace(point, bookmarks=exploration.bookmarks, runs=exploration.runs)
