"""`Recorder`: appends moments of a training to a file, for a window, here or elsewhere, that watches it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadFile, Damage
from explorer.workspace.disk.locks import alone
from explorer.workspace.disk.writing import refuse_write
from explorer.workspace.models.readers.records import RUN_MARK, End, Head, Moment, Record, packed, read, write
from explorer.workspace.models.stored import Array

_FLOATS = {"f2": "<f2", "f4": "<f4", "f8": "<f8"}


class Recorder:
    """Appends to the file at ``path``; it is valid after every call, whatever ends the program.

    ``step`` counts the updates. A file of the same network is gone on with: its steps count on.

    Raises
    ------
    BadFile
        If the file holds something else, another program writes it, or it can't be written.
    """

    def __init__(self, path: Path, head: Head) -> None:
        self.path, self.head, self.step = path, head, 0
        self._values: dict[str, list[tuple[int, Any]]] = {}
        self._begun = time.monotonic()
        self._last: int | None = None
        with ExitStack() as stack:
            stack.enter_context(alone(path))
            self._file = stack.enter_context(self._opened())
            self._held = stack.pop_all()

    def __enter__(self) -> Self:
        """Return the recorder."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say that the training is over, and let the file go."""
        self.close()

    def note(self, **values: Any) -> None:
        """Keep numbers such as ``loss=0.4`` of the present update; they are written with the next moment.

        A tensor of one number is read only then: a training on another device is not made to wait at each update.
        """
        for name, value in values.items():
            detached = value.detach() if hasattr(value, "detach") else value
            self._values.setdefault(name, []).append((self.step, detached))

    def add(
        self,
        weights: Mapping[str, ArrayLike],
        step: int | None = None,
        inputs: Mapping[str, ArrayLike] | None = None,
        **values: Any,
    ) -> None:
        """Append a moment: ``weights`` by the framework's names after ``step`` updates.

        By default it is the update 0, and then ``every`` more than before. ``inputs`` is what recurrent layers read at
        present, (T, m), by their names; other ``values`` are kept by theirs.
        """
        self.step = self.step + self.head.every * (self._last is not None) if step is None else step
        self.note(**values)
        arrays = {name: _plain(array) for name, array in weights.items()}
        reads = {name: _plain(array) for name, array in (inputs or {}).items()}
        noted = {name: [(at, float(value)) for at, value in found] for name, found in self._values.items()}
        moment = Moment(self.step, time.monotonic() - self._begun, packed(arrays), packed(reads), noted)
        self._append(moment)
        self._last, self._values = self.step, {}

    def close(self) -> None:
        """Say that the training is over, and let the file go; a second time nothing happens."""
        if not self._file.closed:
            self._append(End())
            self._held.close()

    def _opened(self) -> IO[bytes]:
        """Return the file, at the end of its last whole record; a new one begins with what is watched."""
        try:
            file = self.path.open("r+b" if self.path.exists() else "w+b", buffering=0)
        except OSError as error:
            refuse_write(self.path, error)
        try:
            self._go_on(file)
        except BaseException:
            file.close()
            raise
        return file

    def _go_on(self, file: IO[bytes]) -> None:
        mark = file.read(len(RUN_MARK))
        if mark not in (RUN_MARK, b""):
            raise BadFile("“{name}” holds something else than a watched run; choose another name.", name=self.path.name)
        end = len(RUN_MARK)
        try:
            for record, after in read(file, end):
                end = after
                self._recall(record)
        except Damage as reason:
            raise BadFile("“{name}” is damaged; nothing can be added to it.", name=self.path.name) from reason
        file.seek(0 if not mark else end)
        file.truncate()
        if not mark:
            file.write(RUN_MARK)
        if end == len(RUN_MARK):
            write(file, self.head)

    def _recall(self, record: Record) -> None:
        if isinstance(record, Head) and record != self.head:
            raise BadFile("“{name}” holds the run of another network; choose another name.", name=self.path.name)
        if isinstance(record, Moment):
            self._last = self.step = record.step

    def _append(self, record: Record) -> None:
        try:
            write(self._file, record)
        except OSError as error:
            refuse_write(self.path, error)


def _plain(array: Any) -> Array:
    """Return an array of floats, of the width that it has."""
    values = np.asarray(array)
    return values.astype(_FLOATS.get(values.dtype.str[1:], "<f8"), copy=False)
