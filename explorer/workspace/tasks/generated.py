"""What all generated tasks share: examples drawn without end, and some drawn once and for all to be judged by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadSequence
from explorer.engine.training import Examples, Generated
from explorer.workspace.task import Task

Draw = Callable[[np.random.Generator, int], tuple[Sequence[ArrayLike], Sequence[ArrayLike]]]

HELD = 300
"""How many examples are held out."""
_HELD_SEED, _SEEN_SEED = 2013, 1997


def drawn(draw: Draw, loss: str, at: str) -> tuple[Generated, Examples, Examples]:
    """Return the source of a generated task, and its examples drawn once and for all: seen, and held out.

    No example of such a task comes twice, so that both are as good as new.
    """
    seen, held_out = (
        Examples(*draw(np.random.default_rng(seed), HELD), loss=loss, at=at) for seed in (_SEEN_SEED, _HELD_SEED)
    )
    return Generated(draw, loss, at), seen, held_out


def check_lag(task: Task, least: int) -> int:
    """Return the lag of a task that needs one of at least ``least``.

    Raises
    ------
    BadSequence
        If it is shorter.
    """
    if task.lag < least:
        raise BadSequence("The lag is {lag} steps; this task needs at least {least}.", lag=task.lag, least=least)
    return task.lag
