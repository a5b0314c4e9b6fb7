"""The wire format of protobuf: numbered fields one after the other, taken apart in place and without copies.

It is read by hand because what ONNX needs of it is small: the `onnx` package would bring a protobuf runtime whose versions
exclude each other, and would make objects of a whole file before anything of it is known to fit. Here a message is a view of
the file's bytes; what is in it is looked at when it is asked for, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Damage, TooBig

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Value = int | memoryview
"""What a field holds: a whole number, not yet signed, or bytes."""

MOST_FIELDS = 4_000_000
"""How many fields of a file are looked at: what a hundred thousand nodes have, and a few seconds."""

_FIXED = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_LONGEST_NAME = 1_000
_CHUNK = 1 << 20


def damaged() -> Damage:
    """Return what refuses bytes that are no ONNX."""
    return Damage("its parts are not those of an ONNX file")


@dataclass(slots=True)
class Wire:
    """One reading of a file, which counts the fields that it looks at."""

    left: int = MOST_FIELDS

    def fields(self, message: memoryview) -> Iterator[tuple[int, Value]]:
        """Yield the numbers of a message's fields and what they hold.

        Raises
        ------
        Damage
            If a field ends behind the message, or is of a kind that ONNX does not use.
        TooBig
            If the file has more fields than are looked at.
        """
        at, end = 0, len(message)
        while at < end:
            self._count()
            key, at = _varint(message, at)
            number, kind = key >> 3, key & 7
            size = 0
            if kind == VARINT:
                whole, at = _varint(message, at)
                yield number, whole
                continue
            if kind == BYTES:
                size, at = _varint(message, at)
            elif kind in _FIXED:
                size = _FIXED[kind]
            else:
                raise damaged()
            if not number or size > end - at:
                raise damaged()
            yield number, message[at : at + size]
            at += size

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooBig("The file has more than {most} parts; so many are not read.", most=MOST_FIELDS)


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Return a whole number and where it ends."""
    byte = message[at] if at < len(message) else 128
    if byte < 128:
        return byte, at + 1
    found = 0
    for shift, byte in enumerate(message[at : at + _LONGEST_VARINT]):
        found |= (byte & 127) << (7 * shift)
        if byte < 128:
            return found & ((1 << 64) - 1), at + shift + 1
    raise damaged()


def view_of(value: Value) -> memoryview:
    """Return the bytes of a field that must hold some."""
    if isinstance(value, int):
        raise damaged()
    return value


def whole_of(value: Value) -> int:
    """Return the int64 of a field that must hold one; negative ones stand as their two's complement."""
    if not isinstance(value, int):
        raise damaged()
    return value - (1 << 64) if value >> 63 else value


def text_of(value: Value) -> str:
    """Return the text of a field, cut where it is no name any more; what is no UTF-8 in it is marked."""
    return bytes(view_of(value)[:_LONGEST_NAME]).decode(errors="replace")


def floats_of(value: Value) -> NDArray[np.float32]:
    """Return float32s (n,), one or packed."""
    packed = view_of(value)
    if len(packed) % 4:
        raise damaged()
    return np.frombuffer(packed, "<f4")


def wholes_of(value: Value) -> np.ndarray:
    """Return whole numbers, one or packed varints, as int64 (n,)."""
    if isinstance(value, int):
        return np.array([whole_of(value)])
    return np.concatenate([_unpacked(chunk) for chunk in _chunks(value)], dtype=np.int64)


def _chunks(packed: memoryview) -> Iterator[memoryview]:
    """Yield packed varints in parts that end where one of them ends, so that no part makes many arrays of the whole."""
    at = 0
    while True:
        end = min(len(packed), at + _CHUNK)
        while end > at and packed[end - 1] >= 128:
            end -= 1
        yield packed[at:end]
        if end == len(packed):
            return
        if end == at:
            raise damaged()
        at = end


def _unpacked(packed: memoryview) -> np.ndarray:
    raw = np.frombuffer(packed, np.uint8)
    last = np.flatnonzero(raw < 128)
    lengths = np.diff(last, prepend=-1)
    if lengths.max(initial=0) > _LONGEST_VARINT:
        raise damaged()
    found, first = np.zeros(len(last), np.uint64), last - lengths + 1
    for place in range(int(lengths.max(initial=0))):
        there = lengths > place
        found[there] |= (raw[first[there] + place] & np.uint8(127)).astype(np.uint64) << np.uint64(7 * place)
    return found.view(np.int64)
