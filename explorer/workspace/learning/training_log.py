"""The log of a training: a line of JSON for each update. docs/numbers.md is its reference."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import select
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from explorer.engine.errors import BadFile, Stopped
from explorer.engine.work import Stop
from explorer.workspace.disk.locks import BeingWritten, hold
from explorer.workspace.disk.writing import refuse_write
from explorer.workspace.exploration.curves import COLUMNS, MEASURED
from explorer.workspace.learning.chronicle import Progress

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "step": "number of the update, from 1",
        "loss": "mean loss of the batch before the update, without Ω and weight decay: nats, or half a squared error",
        "norm": "norm of the gradient over all weights that learn, before clipping; with that of Ω, without weight decay",
        "clipped": "the same after clipping",
        "omega": "Ω of the batch; missing where Ω has no weight",
        "held_loss": "mean loss on the examples held out after the update, in the unit of loss; measured",
        "held_accuracy": "share of right answers on them, 0 to 1; measured, missing for a squared error",
        "accuracy": "the same on the examples trained on",
        "sigma": "largest singular value of W, or of the weight that stands for W; measured, missing where the cell has none",
        "radius": "spectral radius of the same; measured",
        "horizon": "steps, whole: how far back from the last step of the task's example the root-mean-square gain "
        "stays at the threshold or above; measured, missing where that takes too much work",
        "beyond": "1 where that is the whole example, so that the horizon lies beyond it, else 0; missing as horizon is",
        "floss": "mean λ² of the leading Lyapunov exponents of the batch, nats² a step²; missing where nothing is flossed",
    }
)
"""What each key of a line says, its unit, and when it is missing. "Measured" ones come with some updates, see `Meter`."""
_ALWAYS = ("step", "loss", "norm", "clipped")
_WHOLE = ("step", "horizon", "beyond")
_BEGINNING = b'{"step": '
_PATIENCE = 0.1
"""Seconds: so often who waits for a reader looks whether it is still to wait."""


class TrainingLog:
    """A file that is open behind the lines of the updates made before.

    Nothing in the file is changed until `begin`. A pipe or a terminal has nothing to be kept, and may be slow to take
    what is written: that is waited for until ``stop()`` says so.
    """

    def __init__(self, path: Path, done: int, measured_every: int = 1, stop: Stop = lambda: False) -> None:
        """Open ``path``, of which the lines of the first ``done`` updates are to stay.

        Of the last of them, what was measured at its end stays only if that was due, after ``measured_every`` updates.

        Raises
        ------
        BadFile
            If it can't be written, holds something else, or is being written by another training.
        """
        self._path, self._stop = path, stop
        with self._told():
            self._new = not path.exists()
            self._plain = self._new or path.is_file()
            self._file = os.fdopen(os.open(path, self._flags(), 0o666), "r+b" if self._plain else "wb", buffering=0)
        try:
            if self._plain and not hold(self._file):
                raise BeingWritten(path.name)
            with self._told():
                self._end, self._last = self._kept(done, measured_every) if self._plain else (0, b"")
        except BaseException:
            self._file.close()
            raise

    def begin(self) -> None:
        """Put away the lines that don't stay."""
        with self._told():
            if self._plain:
                self._file.seek(self._end)
                self._write(self._last)
                self._file.truncate()
        self._new = False

    def add(self, progress: Progress) -> None:
        """Write a line for each update of ``progress``.

        Raises
        ------
        BadFile
            If it can't be written.
        Stopped
            If nobody takes what is written, and ``stop()`` said that it is not to be waited for.
        """
        with self._told():
            self._write("".join(_lines(progress)).encode())

    def close(self) -> None:
        """Close the file, which goes again if nothing was begun; what could not be written has been told."""
        with contextlib.suppress(OSError):
            if self._new:
                Path(os.path.realpath(self._path)).unlink()
        with contextlib.suppress(OSError):
            self._file.close()

    def _flags(self) -> int:
        if self._plain:
            return os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        if stat.S_ISBLK(self._path.stat().st_mode):
            raise self._foreign()
        # To wait for a reader who may never come, or who has stopped reading, is to hang.
        return os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)

    def _kept(self, done: int, measured_every: int) -> tuple[int, bytes]:
        """Return where the last of the lines begins that stay, and what it is to be."""
        end, last = 0, b""
        with self._path.open("rb") as lines:
            for line in lines:
                step = self._step(line)
                if step is not None and step <= done:
                    end, last = end + len(last), line
                    due = step % measured_every == 0
        # What is shorter may take its place without a moment at which it is neither.
        return end, last if not last or due else _without_measurements(last)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[self._file.write(data) or 0 :]
            if data and not self._plain:
                if self._stop():
                    raise Stopped
                select.select([], [self._file], [], _PATIENCE)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno == errno.ENXIO:
                raise BadFile("“{name}” can't be saved: nobody reads it.", name=self._path.name) from error
            refuse_write(self._path, error)

    def _step(self, line: bytes) -> int | None:
        """Return which update a line is of, None for one that was broken off when a program was ended."""
        if not line.endswith(b"\n") and line.startswith(_BEGINNING):
            return None
        try:
            known = json.loads(line)
            if not set(_ALWAYS) <= set(known) <= set(COLUMNS):
                raise self._foreign()
            return int(known["step"])
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise self._foreign() from error

    def _foreign(self) -> BadFile:
        return BadFile("“{name}” is not the log of a training; choose another name.", name=self._path.name)


def _lines(progress: Progress) -> Iterator[str]:
    """Yield a line of JSON for each update; what was not measured is left out, "inf" and null are what JSON lacks."""
    for row in progress.points.tolist():
        known = {
            name: int(value) if name in _WHOLE else _number(value)
            for name, value in zip(COLUMNS, row, strict=True)
            if name in _ALWAYS or not math.isnan(value)
        }
        yield json.dumps(known) + "\n"


def _without_measurements(line: bytes) -> bytes:
    measured = {COLUMNS[i] for i in MEASURED}
    return (
        json.dumps({name: value for name, value in json.loads(line).items() if name not in measured}) + "\n"
    ).encode()


def _number(value: float) -> float | str | None:
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else str(value)
