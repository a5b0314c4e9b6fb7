"""The log of a training: a line of JSON for each update."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from pathlib import Path

from explorer.engine.errors import BadFile
from explorer.workspace.course import Progress
from explorer.workspace.curves import COLUMNS

_ALWAYS = ("step", "loss", "norm", "clipped")


class TrainingLog:
    """A file that is open behind the lines of the updates made before.

    Nothing in the file is changed until `begin`.
    """

    def __init__(self, path: Path, done: int) -> None:
        """Open ``path``, of which the lines of the first ``done`` updates are to stay.

        Raises
        ------
        BadFile
            If it can't be written, or holds something else.
        """
        self._path, self._new = path, not path.exists()
        # A terminal or a pipe that is written to has nothing to be kept.
        self._plain = self._new or path.is_file()
        with self._told():
            kept = path.read_text("utf-8").splitlines(True) if done and path.is_file() else []
        self._kept = [line for line in kept if self._step(line) <= done]
        with self._told():
            self._file = path.open("a", encoding="utf-8", buffering=1)

    def begin(self) -> None:
        """Put away the lines that don't stay."""
        with self._told():
            if self._plain:
                self._file.truncate(0)
            self._file.writelines(self._kept)
        self._new = False

    def add(self, progress: Progress) -> None:
        """Write a line for each update of ``progress``."""
        with self._told():
            self._file.writelines(_lines(progress))

    def close(self) -> None:
        """Close the file, which goes again if nothing was begun; what could not be written has been told."""
        with contextlib.suppress(OSError):
            self._file.close()
            if self._new:
                self._path.unlink()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BadFile(
                "“{name}” can't be written: {reason}.", name=self._path.name, reason=error.strerror
            ) from error
        except UnicodeDecodeError as error:
            raise self._foreign() from error

    def _step(self, line: str) -> int:
        try:
            return int(json.loads(line)["step"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._foreign() from error

    def _foreign(self) -> BadFile:
        return BadFile("“{name}” is not the log of a training; choose another name.", name=self._path.name)


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
