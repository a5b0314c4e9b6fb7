"""Values: shapes and types (sections IV.A.2.b and d), texts in attributes, and the numbers of datasets."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import count_of
from explorer.workspace.models.readers.hdf5.bytes import NOWHERE, Bytes, Cursor
from explorer.workspace.models.readers.hdf5.objects import ATTRIBUTE, EXTERNAL, FILTERS, LAYOUT, SPACE, TYPE, Message
from explorer.workspace.models.stored import Array

_MOST_TEXT = 20_000_000
_MOST_RATIO = 60
_DEEPEST = 16
_GZIP, _SHUFFLE, _CHECKSUM = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type is: of numbers their ``dtype``; of texts whether they stand in a heap; how many bytes each takes."""

    size: int
    dtype: np.dtype | None = None
    text: bool = False
    in_heap: bool = False


def shape_of(data: memoryview) -> tuple[int, ...] | None:
    """Return a shape, None for nothing at all."""
    cursor = Cursor(data)
    version, rank, _ = cursor.number(1), cursor.number(1), cursor.number(1)
    if version == 1:
        cursor.take(5)
    elif cursor.number(1) == 2:
        return None
    return tuple(cursor.number(8) for _ in range(rank))


def kind_of(data: memoryview) -> Kind:
    """Return a type; numbers that are no plain ones, and all else, have no dtype."""
    cursor = Cursor(data)
    family, bits = cursor.number(1) & 15, cursor.number(3)
    size = cursor.number(4)
    order = ">" if bits & 1 else "<"
    if family == 0 and size in (1, 2, 4, 8):
        return Kind(size, np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}"))
    if family == 1 and size in (2, 4, 8):
        return Kind(size, np.dtype(f"{order}f{size}"))
    if family == 3:
        return Kind(size, text=True)
    return Kind(size, text=family == 9 and bits & 15 == 1, in_heap=family == 9)


# ---- attributes


def texts(file: Bytes, found: Sequence[Message]) -> dict[str, str]:
    """Return the attributes of an object that are one text."""
    told: dict[str, str] = {}
    for message in found:
        if message.kind == ATTRIBUTE:
            name, value = _attribute(file, Cursor(message.data))
            if value is not None:
                told[name] = value
    return told


def _attribute(file: Bytes, cursor: Cursor) -> tuple[str, str | None]:
    version = cursor.number(1)
    cursor.take(1)
    sizes = [cursor.number(2) for _ in range(3)]
    if version > 2:
        cursor.take(1)
    name, kind, space = (cursor.text(size, version == 1) for size in sizes)
    shape, of = shape_of(space), kind_of(kind)
    called = bytes(name).split(b"\0")[0].decode("utf-8", "replace")
    if shape not in ((), (1,)) or not of.text:
        return called, None
    value = _from_heap(file, cursor) if of.in_heap else bytes(cursor.take(of.size))
    return called, None if value is None else value.split(b"\0")[0].decode("utf-8", "replace")


def _from_heap(file: Bytes, cursor: Cursor) -> bytes | None:
    """Return a text of any length, which stands in a collection of such (section III.E)."""
    size, at, index = cursor.number(4), cursor.number(8), cursor.number(4)
    if not size or at in (0, NOWHERE):
        return b""
    file.expect(at, b"GCOL")
    end, place = at + file.number(at + 8), at + 16
    while place + 16 <= end:
        own, length = file.number(place, 2), file.number(place + 8)
        if own == index:
            return bytes(file.piece(place + 16, min(size, length, _MOST_TEXT)))
        if own == 0:
            break
        place += 16 + length + -length % 8
    return None


# ---- datasets


def array_of(file: Bytes, found: Sequence[Message]) -> Array | None:
    """Return the numbers of a dataset, None of what is none or holds none.

    Raises
    ------
    Damage
        If there would be more than the file has, or they stand elsewhere.
    """
    by_kind = {message.kind: message.data for message in found}
    if not {SPACE, TYPE, LAYOUT} <= set(by_kind):
        return None
    shape, of = shape_of(by_kind[SPACE]), kind_of(by_kind[TYPE])
    if shape is None or of.dtype is None:
        return None
    if EXTERNAL in by_kind:
        raise _elsewhere()
    filters = _filters(by_kind[FILTERS]) if FILTERS in by_kind else ()
    count = count_of(shape, len(file.data) * (_MOST_RATIO if filters else 1))
    layout = Cursor(by_kind[LAYOUT])
    version, family = layout.number(1), layout.number(1)
    if version not in (3, 4) or (version == 4 and family == 2):
        raise Damage("its HDF5 is of a form that Keras does not write; save it anew with libver='earliest'")
    if family == 2:
        return _chunked(file, layout, shape, of.dtype, filters)
    if filters:
        raise _elsewhere()
    size = count * of.size
    if family == 0:
        layout.take(2)
        return np.frombuffer(layout.take(size), of.dtype).reshape(shape)
    at = layout.number(8)
    data = file.piece(at, size) if size else memoryview(b"")
    return np.frombuffer(data, of.dtype).reshape(shape)


def _elsewhere() -> Damage:
    return Damage("an array in it stands elsewhere, or is packed in a way that no framework writes")


def _filters(data: memoryview) -> tuple[int, ...]:
    cursor = Cursor(data)
    version, count = cursor.number(1), cursor.number(1)
    cursor.take(6 if version == 1 else 0)
    found = []
    for _ in range(count):
        kind = cursor.number(2)
        length = cursor.number(2) if version == 1 or kind >= 256 else 0
        cursor.take(2)
        values = cursor.number(2)
        cursor.take(length + (-length % 8 if version == 1 else 0))
        cursor.take(4 * (values + (values % 2 if version == 1 else 0)))
        found.append(kind)
    if not set(found) <= {_GZIP, _SHUFFLE, _CHECKSUM}:
        raise _elsewhere()
    return tuple(found)


def _chunked(file: Bytes, layout: Cursor, shape: tuple[int, ...], dtype: np.dtype, filters: Sequence[int]) -> Array:
    rank = layout.number(1) - 1
    tree = layout.number(8)
    chunk = tuple(layout.number(4) for _ in range(rank))
    if rank != len(shape) or 0 in chunk:
        raise Damage("its HDF5 can't be read")
    size = count_of(chunk, len(file.data) * _MOST_RATIO) * dtype.itemsize
    found = np.zeros(shape, dtype)
    for offsets, stored in _chunks(file, tree, rank, 0) if tree != NOWHERE else ():
        piece = np.frombuffer(_unpacked(stored, filters, size, dtype.itemsize), dtype).reshape(chunk)
        places = tuple(slice(at, at + many) for at, many in zip(offsets, chunk, strict=True))
        target = found[places]
        target[...] = piece[tuple(slice(0, many) for many in target.shape)]
    return found


def _chunks(file: Bytes, at: int, rank: int, depth: int) -> Iterator[tuple[tuple[int, ...], memoryview]]:
    """Yield where each chunk begins, and its bytes (section III.A.1)."""
    file.expect(at, b"TREE")
    if depth > _DEEPEST or file.number(at + 4, 1) != 1:
        raise Damage("its HDF5 can't be read")
    level, count, key = file.number(at + 5, 1), file.number(at + 6, 2), 8 + 8 * (rank + 1)
    for place in range(count):
        cursor = Cursor(file.piece(at + 24 + place * (key + 8), key + 8))
        size = cursor.number(4)
        if cursor.number(4):
            raise _elsewhere()
        offsets = tuple(cursor.number(8) for _ in range(rank + 1))[:rank]
        child = cursor.number(8)
        if level:
            yield from _chunks(file, child, rank, depth + 1)
        else:
            yield offsets, file.piece(child, size)


def _unpacked(data: memoryview, filters: Sequence[int], size: int, width: int) -> bytes:
    found = bytes(data)
    for kind in reversed(filters):
        if kind == _CHECKSUM:
            found = found[:-4]
        elif kind == _GZIP:
            found = zlib.decompressobj().decompress(found, size + 4)
        else:
            found = np.frombuffer(found, np.uint8).reshape(width, -1).T.tobytes()
    if len(found) != size:
        raise Damage("an array is not as long as it says")
    return found
