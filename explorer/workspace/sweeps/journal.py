"""What a sweep has found so far, point by point, in a file beside its result: there after any end, whatever ended it.

A line for each point, whole or not there: a torn one at the end, of a program that was killed, is measured again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from explorer.engine.errors import BadFile
from explorer.workspace.disk.writing import refuse_write
from explorer.workspace.sweeps.measuring import Outcome, is_word
from explorer.workspace.sweeps.sweep import Place, Sweep

_FORMAT = "gradient-flow-sweep 1"
_ENDING = ".points"
# The place, the values as texts, which know infinities and NaN and lose no digit, and the reason.
_Line = tuple[Place, tuple[str, ...], str]


def journal_of(out: Path) -> Path:
    """Return where the points of the sweep into ``out`` are kept until all are there."""
    return out.with_name(out.name + _ENDING)


class Journal:
    """The points of ``sweep`` that are ``found``, kept beside ``out``.

    Raises
    ------
    BadFile
        If another sweep's are there, which would be lost, or nothing can be written.
    """

    def __init__(self, sweep: Sweep, out: Path) -> None:
        self.path = journal_of(out)
        self.found: dict[Place, Outcome] = {}
        self._sweep = sweep
        self._file = self._opened()

    def add(self, place: Place, outcome: Outcome) -> None:
        """Keep what was found at ``place``."""
        self.found[place] = outcome
        values = tuple(map(str, outcome.values))
        self._write(msgspec.json.encode((place, values, outcome.reason)))

    def close(self) -> None:
        """Leave the file as it is."""
        self._file.close()

    def remove(self) -> None:
        """Put the file away: its result is written."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _opened(self) -> IO[bytes]:
        """Return the file, at the end of the last whole line; what it holds is found."""
        try:
            file = self.path.open("r+b" if self.path.exists() else "w+b", buffering=0)
        except OSError as error:
            refuse_write(self.path, error)
        whole, _, _ = file.read().rpartition(b"\n")
        head, *lines = whole.split(b"\n")
        if head != self._head() and whole:
            file.close()
            raise BadFile(
                "“{name}” holds the points of another sweep; choose another name for the result, or remove it first.",
                name=self.path.name,
            )
        kept = self._read(lines)
        self._file = file
        file.seek(sum(len(line) + 1 for line in (head, *lines[:kept])) if whole else 0)
        file.truncate()
        if not whole:
            self._write(self._head())
        return file

    def _read(self, lines: list[bytes]) -> int:
        """Take what the ``lines`` hold up to the first that is damaged; return how many that are."""
        for number, line in enumerate(lines):
            try:
                place, values, reason = msgspec.json.decode(line, type=_Line)
                self.found[place] = Outcome(tuple(self._values(place, values)), reason)
            except (msgspec.DecodeError, ValueError):
                return number
        return len(lines)

    def _values(self, place: Place, values: tuple[str, ...]) -> Iterator[float | str]:
        shape = self._sweep.shape
        if len(place) != len(shape) or not all(0 <= i < count for i, count in zip(place, shape, strict=True)):
            raise ValueError("no point of this sweep")
        for name, value in zip(self._sweep.quantities, values, strict=True):
            yield value if is_word(name) else float(value)

    def _head(self) -> bytes:
        return msgspec.json.encode((_FORMAT, self._sweep.mark))

    def _write(self, line: bytes) -> None:
        try:
            # Unbuffered: what is written is the system's, even if this program is killed.
            self._file.write(line + b"\n")
        except OSError as error:
            refuse_write(self.path, error)
