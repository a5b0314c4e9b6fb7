"""What a sweep has found so far, point by point, in a file beside its result: there after any end, whatever ended it.

A line for each point, whole or not there: a torn one at the end, of a program that was killed, is measured again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Raw

from explorer.engine.errors import BadFile
from explorer.workspace.disk.kinds import SWEEP_MARK
from explorer.workspace.disk.writing import refuse_write
from explorer.workspace.sweeps.measuring import Outcome, is_word
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.sweeps.told import Told, sweep_told, told

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
        if whole and not _is_of(self._sweep, head):
            file.close()
            raise BadFile(
                "“{name}” holds the points of another sweep; choose another name for the result, or remove it first.",
                name=self.path.name,
            )
        self.found = _read(self._sweep, lines)
        self._file = file
        file.seek(sum(len(line) + 1 for line in (head, *lines[: len(self.found)])) if whole else 0)
        file.truncate()
        if not whole:
            self._write(msgspec.json.encode((SWEEP_MARK, self._sweep.mark, told(self._sweep))))
        return file

    def _write(self, line: bytes) -> None:
        try:
            # Unbuffered: what is written is the system's, even if this program is killed.
            self._file.write(line + b"\n")
        except OSError as error:
            refuse_write(self.path, error)


def kept_points(out: Path, sweep: Sweep | None = None) -> tuple[Sweep, dict[Place, Outcome]]:
    """Return whose points are kept beside ``out``, of ``sweep`` if it is known, and what they are; nothing is changed there.

    Raises
    ------
    BadFile
        If there are none, or they are another sweep's, or of an earlier version, which did not tell whose.
    """
    path = journal_of(out)
    try:
        whole, _, _ = path.read_bytes().rpartition(b"\n")
        head, *lines = whole.split(b"\n")
        if sweep is None:
            sweep = sweep_told(msgspec.json.decode(head, type=tuple[str, str, Told])[2], path)
    except (OSError, msgspec.DecodeError) as error:
        raise BadFile("“{name}” holds no sweep that can be read.", name=path.name) from error
    if not _is_of(sweep, head):
        raise BadFile("“{name}” holds no sweep that can be read.", name=path.name)
    return sweep, _read(sweep, lines)


def _is_of(sweep: Sweep, head: bytes) -> bool:
    """Return whether a file that begins with this line is one of ``sweep``; an earlier version told no more than its mark."""
    try:
        return msgspec.json.decode(head, type=list[Raw])[:2] == [
            Raw(msgspec.json.encode(part)) for part in (SWEEP_MARK, sweep.mark)
        ]
    except msgspec.DecodeError:
        return False


def _read(sweep: Sweep, lines: list[bytes]) -> dict[Place, Outcome]:
    """Return what the ``lines`` hold up to the first that is damaged."""
    found: dict[Place, Outcome] = {}
    for line in lines:
        try:
            place, values, reason = msgspec.json.decode(line, type=_Line)
            found[place] = Outcome(tuple(_values(sweep, place, values)), reason)
        except (msgspec.DecodeError, ValueError):
            break
    return found


def _values(sweep: Sweep, place: Place, values: tuple[str, ...]) -> Iterator[float | str]:
    shape = sweep.shape
    if len(place) != len(shape) or not all(0 <= i < count for i, count in zip(place, shape, strict=True)):
        raise ValueError("no point of this sweep")
    for name, value in zip(sweep.quantities, values, strict=True):
        yield value if is_word(name) else float(value)
