"""What all generated tasks share: examples drawn without end, and some drawn once and for all to be judged by."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Row

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadSequence
from explorer.engine.learning.examples import Examples, Generated
from explorer.engine.network.given import Input
from explorer.workspace.exploration.exploration import Sequence
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks.dataset import Answer, Dataset

Draw = Callable[[np.random.Generator, int], tuple[Row[ArrayLike | Input], Row[ArrayLike]]]

HELD = 300
"""How many examples are held out."""
_HELD_SEED, _SEEN_SEED = 2013, 1997


def drawn(
    task: Task,
    draw: Draw,
    loss: str,
    at: str,
    *,
    inputs: tuple[str, ...],
    classes: tuple[str, ...],
    shown: Sequence,
    answer: Answer,
    features: tuple[str, ...] = (),
) -> Dataset:
    """Return the data set of a generated task: ``draw`` makes its examples, some of them once and for all to be judged by.

    No example of such a task comes twice, so that those that are seen and those held out are as good as new.
    """
    seen, held_out = (
        Examples(*draw(np.random.default_rng(seed), HELD), loss=loss, at=at) for seed in (_SEEN_SEED, _HELD_SEED)
    )
    source = Generated(draw, loss, at)
    return Dataset(
        task=task,
        source=source,
        seen=seen,
        held_out=held_out,
        inputs=inputs,
        classes=classes,
        shown=shown,
        answer=answer,
        features=features,
    )


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
