"""Equinox's .eqx: the arrays of a module one behind the other, without names, behind a line of settings if there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import MOST_ARRAYS
from explorer.workspace.models.readers.numpy_files import arrays_in_a_row
from explorer.workspace.models.stored import Array, Stored

FORMAT = "Equinox"
_MAGIC = b"\x93NUMPY"
_LONGEST_LINE = 1_000_000


def is_one(data: bytes) -> bool:
    """Return whether bytes are several arrays one behind the other, or begin with a line of JSON and an array."""
    start = _start(data)
    return data.startswith(_MAGIC, start) and (start > 0 or data.find(_MAGIC, len(_MAGIC)) > 0)


def read(data: bytes, name: str) -> Stored:
    """Return the arrays, those of a cell by the names that Equinox has for them: they stand in its order.

    Raises
    ------
    Damage
        If one is none, or there are too many.
    """
    found: list[Array] = []
    for array in arrays_in_a_row(memoryview(data)[_start(data) :]):
        found.append(array)
        if len(found) > MOST_ARRAYS:
            raise Damage("there is too much in it, or it is nested too deep")
    return Stored(FORMAT, name, dict(_named(found)))


def _start(data: bytes) -> int:
    """Return where the arrays begin, behind a line of settings."""
    return data.find(b"\n", 0, _LONGEST_LINE) + 1 if data.startswith(b"{") else 0


def _named(arrays: Sequence[Array]) -> Iterator[tuple[str, Array]]:
    """Yield the arrays by name: those of the n-th cell as "cell n.weight_ih" …, others by their place."""
    place, cells = 0, 0
    while place < len(arrays):
        names = _cell(arrays[place : place + 4])
        cells += bool(names)
        for offset, array in enumerate(arrays[place : place + max(1, len(names))]):
            yield f"cell {cells}.{names[offset]}" if names else str(place), array
        place += max(1, len(names))


def _cell(arrays: Sequence[Array]) -> tuple[str, ...]:
    """Return what the arrays of an LSTM or GRU are called that stand first; () where there is none."""
    shapes = [array.shape for array in arrays]
    if len(shapes) < 2 or len(shapes[0]) != 2 or len(shapes[1]) != 2 or shapes[0][0] != shapes[1][0]:
        return ()
    rows, n = shapes[1]
    if not n or rows not in (3 * n, 4 * n):
        return ()
    biases = {4: ("bias",), 3: ("bias", "bias_n")}[rows // n]
    there = [name for name, shape, of in zip(biases, shapes[2:], ((rows,), (n,)), strict=False) if shape == of]
    return ("weight_ih", "weight_hh", *there)
