"""All arrays and texts of a file, by the paths of what holds them."""

from __future__ import annotations

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import DEEPEST, MOST_ARRAYS
from explorer.workspace.models.readers.hdf5.bytes import Bytes
from explorer.workspace.models.readers.hdf5.objects import Message, entries, messages
from explorer.workspace.models.readers.hdf5.values import array_of, texts
from explorer.workspace.models.stored import Array

MAGIC = b"\x89HDF\r\n\x1a\n"


def walk(data: bytes | memoryview) -> tuple[dict[str, Array], dict[str, dict[str, str]]]:
    """Return the arrays by path, read-only, and the attributes that are texts by the path of their group.

    Raises
    ------
    Damage
        If it is no HDF5, or of a form that no framework writes.
    """
    file = Bytes(memoryview(data))
    arrays: dict[str, Array] = {}
    attributes: dict[str, dict[str, str]] = {}
    seen: set[int] = set()
    rest = [("", _root(file))]
    while rest:
        path, at = rest.pop()
        if at in seen:
            continue
        seen.add(at)
        if len(seen) > MOST_ARRAYS or path.count("/") > DEEPEST:
            raise Damage("there is too much in it, or it is nested too deep")
        found = messages(file, at)
        array = array_of(file, found)
        if array is not None:
            array.flags.writeable = False
            arrays[path] = array
        else:
            attributes[path] = texts(file, found)
            rest.extend(reversed(_within(file, path, found)))
    return arrays, attributes


def _within(file: Bytes, path: str, found: list[Message]) -> list[tuple[str, int]]:
    return [(f"{path}/{name}" if path else name, at) for name, at in entries(file, found)]


def _root(file: Bytes) -> int:
    """Return the address of the root group (section II.A)."""
    file.expect(0, MAGIC)
    version = file.number(8, 1)
    sizes = (13, 14) if version < 2 else (9, 10)
    if any(file.number(at, 1) != 8 for at in sizes) or version > 3:
        raise Damage("its HDF5 can't be read")
    if version >= 2:
        return file.number(36)
    return file.number(64 + (4 if version == 1 else 0))
