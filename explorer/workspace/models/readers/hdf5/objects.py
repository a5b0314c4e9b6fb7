"""Objects: their headers, which are lists of messages (section IV.A), and the entries of groups (III.A to III.D)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.hdf5.bytes import NOWHERE, Bytes, Cursor

SPACE, LINK_INFO, TYPE, LINK, LAYOUT, FILTERS, ATTRIBUTE, CONTINUATION, TABLE = 1, 2, 3, 6, 8, 11, 12, 16, 17
EXTERNAL = 7
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an object's header: what it is about, and its bytes."""

    kind: int
    data: memoryview


def messages(file: Bytes, at: int) -> list[Message]:
    """Return the messages of the object at an address.

    Raises
    ------
    Damage
        If there is none.
    """
    if bytes(file.piece(at, 4)) == b"OHDR":
        return list(_newer(file, at))
    head = file.piece(at, 16)
    if head[0] != 1:
        raise Damage("its HDF5 can't be read")
    return list(_older(file, at + 16, int.from_bytes(head[8:12], "little"), int.from_bytes(head[2:4], "little")))


def _older(file: Bytes, at: int, size: int, count: int) -> Iterator[Message]:
    blocks = [(at, size)]
    while blocks and count > 0:
        at, size = blocks.pop(0)
        cursor = Cursor(file.piece(at, size))
        while cursor.at + 8 <= size and count > 0:
            kind, length = cursor.number(2), cursor.number(2)
            cursor.take(4)
            data = cursor.take(length)
            count -= 1
            if kind == CONTINUATION:
                blocks.append(_continued(data))
            else:
                yield Message(kind, data)


def _continued(data: memoryview) -> tuple[int, int]:
    cursor = Cursor(data)
    return cursor.number(8), cursor.number(8)


def _newer(file: Bytes, at: int) -> Iterator[Message]:
    flags = file.number(at + 5, 1)
    at += 6 + (16 if flags & 32 else 0) + (4 if flags & 16 else 0)
    width = 1 << (flags & 3)
    blocks = [(at + width, file.number(at, width))]
    for _ in range(_DEEPEST):
        if not blocks:
            return
        at, size = blocks.pop(0)
        cursor = Cursor(file.piece(at, size))
        while cursor.at + 4 <= size:
            kind, length = cursor.number(1), cursor.number(2)
            cursor.take(1 + (2 if flags & 4 else 0))
            data = cursor.take(length)
            if kind == CONTINUATION:
                begin, many = _continued(data)
                file.expect(begin, b"OCHK")
                # A checksum stands at the end.
                blocks.append((begin + 4, many - 8))
            else:
                yield Message(kind, data)


def entries(file: Bytes, found: list[Message]) -> Iterator[tuple[str, int]]:
    """Yield the names and addresses of what stands in a group; links to elsewhere are passed over.

    Raises
    ------
    Damage
        If they can't be read.
    """
    for message in found:
        if message.kind == TABLE:
            tree, heap = _continued(message.data)
            file.expect(heap, b"HEAP")
            names = file.piece(file.number(heap + 24), file.number(heap + 8))
            yield from _in_tree(file, tree, names, 0)
        elif message.kind == LINK:
            yield from _link(message.data)
        elif message.kind == LINK_INFO and _has_heap(message.data):
            raise Damage("its HDF5 is of a form that Keras does not write; save it anew with libver='earliest'")


def _has_heap(data: memoryview) -> bool:
    cursor = Cursor(data)
    cursor.take(1)
    cursor.take(8 if cursor.number(1) & 1 else 0)
    return cursor.number(8) != NOWHERE


def _link(data: memoryview) -> Iterator[tuple[str, int]]:
    cursor = Cursor(data)
    cursor.take(1)
    flags = cursor.number(1)
    kind = cursor.number(1) if flags & 8 else 0
    cursor.take((8 if flags & 4 else 0) + (1 if flags & 16 else 0))
    name = bytes(cursor.take(cursor.number(1 << (flags & 3)))).decode("utf-8", "replace")
    if kind == 0:
        yield name, cursor.number(8)


def _in_tree(file: Bytes, at: int, names: memoryview, depth: int) -> Iterator[tuple[str, int]]:
    file.expect(at, b"TREE")
    if depth > _DEEPEST or file.number(at + 4, 1) != 0:
        raise Damage("its HDF5 can't be read")
    level, count = file.number(at + 5, 1), file.number(at + 6, 2)
    for place in range(count):
        child = file.number(at + 32 + 16 * place)
        yield from _in_tree(file, child, names, depth + 1) if level else _symbols(file, child, names)


def _symbols(file: Bytes, at: int, names: memoryview) -> Iterator[tuple[str, int]]:
    file.expect(at, b"SNOD")
    for place in range(file.number(at + 6, 2)):
        cursor = Cursor(file.piece(at + 8 + 40 * place, 40))
        begin, address, cache = cursor.number(8), cursor.number(8), cursor.number(4)
        end = bytes(names[begin : begin + 1000]).find(b"\0")
        if cache != 2 and end > 0:
            yield bytes(names[begin : begin + end]).decode("utf-8", "replace"), address
