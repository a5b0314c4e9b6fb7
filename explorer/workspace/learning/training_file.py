"""A training into a file: saved now and then, gone on with after an interruption, with a log of every update."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from explorer.engine.errors import BadFile, Stopped
from explorer.engine.work import Stop
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.learning.chronicle import Progress
from explorer.workspace.learning.training import is_same_training, measured_every, recorded, training
from explorer.workspace.learning.training_log import TrainingLog

SAVE_EVERY = 4.0
"""Seconds between two savings while it trains, where an update takes less: a power cut costs five at most."""
_EVERY = 0.1


def taken_up(exploration: Exploration, out: Path) -> Exploration:
    """Return what is to be trained: ``exploration``, or what the file ``out`` holds of the same training if that is further.

    Raises
    ------
    BadFile
        If ``out`` is something else, which would be lost.
    """
    if not out.exists():
        return exploration
    left = load(out)
    if not is_same_training(exploration, left):
        raise BadFile(
            "“{name}” holds something else than this training; choose another name, or remove it first.", name=out.name
        )
    return max(exploration, left, key=lambda one: one.updates)


def train_into(
    out: Path, exploration: Exploration, steps: int, log: Path | None = None, stop: Stop = lambda: False
) -> Iterator[Progress]:
    """Yield how the training goes on until ``steps`` updates have been made in all; what was reached is in ``out`` then.

    It is also there after an interruption and after a refusal. Each update is a line of ``log``.

    Raises
    ------
    Refusal
        If it can't be trained or written.
    """
    done = exploration.updates
    with ExitStack() as stack:
        lines = None if log is None else TrainingLog(log, done, measured_every(exploration), stop)
        if lines is not None:
            stack.enter_context(closing(lines))
        # Either file is changed only once it is known that both can be written.
        save(out, exploration)
        if lines is not None:
            lines.begin()
        saved = told = time.perf_counter()
        stack.callback(lambda: save(out, exploration))
        try:
            for progress in training(exploration, stop, _EVERY, max(0, steps - done)):
                exploration = recorded(exploration, progress)
                if lines is not None:
                    lines.add(progress)
                now = time.perf_counter()
                # By the next time it would be too late.
                if now - saved + (now - told) > SAVE_EVERY:
                    save(out, exploration)
                    saved = time.perf_counter()
                told = now
                yield progress
        except Stopped:
            return
