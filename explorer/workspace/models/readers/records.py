"""The file of a watched run: a mark, then records, each with its length and its checksum before it.

A record is there whole or not at all: a torn one at the end, of a program that was killed or is writing just now, is passed
over, and the next writer writes over it. The first says what is watched, each further one is a moment.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from struct import Struct as Packing
from typing import IO, Any

import msgspec
import numpy as np
from msgspec import Struct

from explorer.engine.errors import Damage
from explorer.workspace.models.stored import Array, Stored

RUN_MARK = b"gradient-flow-run 1\n"
"""The first bytes of a training that another process records."""
_BEFORE = Packing("<QI")
MOST_BYTES = 2**31
"""Of one record: what claims to be longer is damage, and nothing is allocated for it."""


class Packed(Struct, frozen=True, array_like=True):
    """An array of a type that NumPy has, in C order."""

    kind: str
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, array: Array) -> Packed:
        """Return ``array`` packed, in little-endian order."""
        plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        return cls(plain.dtype.str, plain.shape, plain.tobytes())

    def array(self) -> Array:
        """Return the array, read-only.

        Raises
        ------
        Damage
            If the bytes are none of this type and shape.
        """
        if self.kind not in _KINDS:
            raise Damage("an array in it is of no known sort")
        count = np.prod(self.shape, dtype=object) if self.shape else 1
        if any(n < 0 for n in self.shape) or count * np.dtype(self.kind).itemsize != len(self.data):
            raise Damage("an array in it is not as long as it says")
        return np.frombuffer(self.data, self.kind).reshape(self.shape)


_KINDS = frozenset(np.dtype(kind).str for kind in ("<f2", "<f4", "<f8", "|i1", "<i4", "<i8"))


class Head(Struct, frozen=True, tag="run"):
    """What is watched: by which framework's names, what else it says of itself, and every how many updates."""

    framework: str
    config: dict[str, Any]
    every: int


class Moment(Struct, frozen=True, tag="moment"):
    """The weights after ``step`` updates; ``inputs`` is what the recurrent layers read of the sample, (T, m), by layer.

    ``values`` are numbers that were noted since the last moment, by name, each with the update that it belongs to.
    """

    step: int
    seconds: float
    arrays: dict[str, Packed]
    inputs: dict[str, Packed] = {}
    values: dict[str, list[tuple[int, float]]] = {}


class End(Struct, frozen=True, tag="end"):
    """The training is over."""


Record = Head | Moment | End


def write(file: IO[bytes], record: Record) -> None:
    """Append a record in one call, so that no reader sees half of it but where the system tears it."""
    payload = msgspec.msgpack.encode(record)
    file.write(_BEFORE.pack(len(payload), zlib.crc32(payload)) + payload)


def read(file: IO[bytes], place: int) -> Iterator[tuple[Record, int]]:
    """Yield the whole records from ``place`` on, and where each ends, up to the first that is torn.

    Raises
    ------
    Damage
        If a record is whole and yet none.
    """
    while True:
        file.seek(place)
        before = file.read(_BEFORE.size)
        if len(before) < _BEFORE.size:
            return
        length, checksum = _BEFORE.unpack(before)
        # What stands there is read first: a length alone allocates nothing.
        payload = file.read(length) if length <= MOST_BYTES else b""
        if len(payload) < length or zlib.crc32(payload) != checksum:
            return
        place += _BEFORE.size + length
        try:
            record: Record = msgspec.msgpack.decode(payload, type=Record)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Damage("a record in it is none of a run") from error
        yield record, place


def is_run(path: Path) -> bool:
    """Return whether the file at ``path`` begins as a training does that another process records."""
    try:
        # What is no file, such as a pipe, may never end.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(RUN_MARK)) == RUN_MARK
    except (OSError, ValueError):
        # Reading it whole says why.
        return False


def at_step(path: Path, step: int | None) -> Stored | None:
    """Return the moment of a run after ``step`` updates, the newest of all for None, as what a file holds; None for none.

    Only one moment is held at a time, however long the run is.

    Raises
    ------
    Damage
        If a record is whole and yet none.
    """
    head, found = None, None
    with path.open("rb") as file:
        for record, _ in read(file, len(RUN_MARK)):
            if isinstance(record, Head):
                head = record
            elif isinstance(record, Moment) and step in (None, record.step):
                found = record
    return None if head is None or found is None else stored_of(head, found, path.name)


def stored_of(head: Head, moment: Moment, name: str) -> Stored:
    """Return a moment of a run as what a file holds."""
    config = dict(head.config)
    known = config.pop("choose", {})
    return Stored(head.framework, name, _arrays(moment.arrays), config, known=known, reads=_arrays(moment.inputs))


def _arrays(packed: Mapping[str, Packed]) -> dict[str, Array]:
    return {name: one.array() for name, one in packed.items()}


def packed(arrays: Mapping[str, Array]) -> dict[str, Packed]:
    """Return arrays by name, packed."""
    return {name: Packed.of(array) for name, array in arrays.items()}
