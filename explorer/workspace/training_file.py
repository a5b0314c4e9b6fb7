"""A training into a file: saved now and then, gone on with after an interruption, with a log of every update."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from explorer.engine.errors import BadFile, Stopped
from explorer.engine.work import Stop
from explorer.workspace.exploration import Exploration
from explorer.workspace.files import load, save
from explorer.workspace.record import COLUMNS
from explorer.workspace.training import Progress, is_same_training, recorded, training

SAVE_EVERY = 30.0
"""Seconds between two savings while it trains: a power cut costs no more."""
_EVERY = 0.1
_ALWAYS = ("step", "loss", "norm", "clipped")


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
    return max(exploration, left, key=steps_done)


def steps_done(exploration: Exploration) -> int:
    """Return how many updates the present weights have behind them."""
    trained = exploration.recipe.trained
    return 0 if trained is None else trained.step


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
    done = steps_done(exploration)
    save(out, exploration)
    saved = time.perf_counter()
    with ExitStack() as stack:
        lines = stack.enter_context(_opened(log, done)) if log is not None else None
        stack.callback(lambda: save(out, exploration))
        try:
            for progress in training(exploration, stop, _EVERY, max(0, steps - done)):
                exploration = recorded(exploration, progress)
                if lines is not None:
                    lines.writelines(_lines(progress))
                if time.perf_counter() - saved > SAVE_EVERY:
                    save(out, exploration)
                    saved = time.perf_counter()
                yield progress
        except Stopped:
            return


def _opened(log: Path, done: int) -> TextIO:
    """Return the log, open behind the lines of the first ``done`` updates."""
    try:
        kept = (
            [line for line in log.read_text("utf-8").splitlines(True) if _step(line, log.name) <= done] if done else []
        )
    except FileNotFoundError:
        kept = []
    try:
        file = log.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise BadFile("“{name}” can't be written: {reason}.", name=log.name, reason=error.strerror) from error
    file.writelines(kept)
    return file


def _step(line: str, name: str) -> int:
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile("“{name}” is not the log of a training; choose another name.", name=name) from error


def _lines(progress: Progress) -> Iterator[str]:
    """Yield a line of JSON for each update; what was not measured is left out, "inf" and null are what JSON lacks."""
    for row in progress.points.tolist():
        known = {
            name: _number(value)
            for name, value in zip(COLUMNS, row, strict=True)
            if name in _ALWAYS or not math.isnan(value)
        }
        yield json.dumps(known | {"step": int(row[0])}) + "\n"


def _number(value: float) -> float | str | None:
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else str(value)
