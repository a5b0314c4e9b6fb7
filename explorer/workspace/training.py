"""Training an exploration's network on its task: what the window's trainer and the command line run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.engine.activations import Floats
from explorer.engine.training import Moment
from explorer.engine.work import Stop
from explorer.workspace.exploration import Exploration


@dataclass(frozen=True)
class Progress:
    """How far a training has come: the newest moment, and the points of the curves since the last progress.

    points (K, len(COLUMNS)), one row an update, as in `Record.table`; the last of them carries the held-out scores and what
    is known about W. ``seconds`` is the time since the training was begun or taken up again.
    """

    moment: Moment
    points: Floats
    seconds: float


def training(exploration: Exploration, stop: Stop = lambda: False, every: float = 0.1) -> Iterator[Progress]:
    """Yield how the training of the active network on the exploration's task goes on, about each ``every`` seconds.

    It goes on where the exploration is: from the initial weights, or from the moment that ``trained`` is. What is yielded
    when does not change the numbers.

    Raises
    ------
    BadSettings
        If there is no task.
    Stopped
        When ``stop()`` said so.
    """
    raise NotImplementedError


def recorded(exploration: Exploration, progress: Progress) -> Exploration:
    """Return ``exploration`` at the moment of ``progress``, curves and snapshots up to it included; later ones go."""
    raise NotImplementedError


def untrained(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with its network's initial weights, those before all training, and no record."""
    raise NotImplementedError


def at_step(exploration: Exploration, step: int) -> Exploration:
    """Return ``exploration`` at the snapshot nearest to ``step`` of its record, which stays whole."""
    raise NotImplementedError
