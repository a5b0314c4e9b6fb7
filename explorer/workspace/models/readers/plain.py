"""What is nested in a file, laid flat: arrays by their names joined, and all else as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import DEEPEST, MOST_ARRAYS, MOST_VALUES
from explorer.workspace.models.stored import Array

_LONGEST = 300
_MOST_PLAIN, _DEEP = 200_000, 12


def arrays_in(held: object, sign: str, made: Callable[[object], Array | None]) -> dict[str, Array]:
    """Return the arrays in dicts and lists by their names, joined by a ``sign``; ``made`` gives the array of a leaf.

    Raises
    ------
    Damage
        If there are too many, or they are nested too deep.
    """
    found: dict[str, Array] = {}
    for name, leaf in leaves(held, sign):
        array = made(leaf)
        if array is not None:
            found[name] = array
            if len(found) > MOST_ARRAYS:
                raise Damage("there is too much in it, or it is nested too deep")
    return found


def leaves(held: object, sign: str) -> Iterator[tuple[str, object]]:
    """Yield what is neither dict nor list, with its name."""
    # One list may stand in many places: places are counted, not lists.
    left = MOST_VALUES
    rest: list[tuple[str, int, object]] = [("", 0, held)]
    while rest:
        name, depth, value = rest.pop()
        left -= 1
        if left < 0 or depth > DEEPEST or len(name) > _LONGEST:
            raise Damage("there is too much in it, or it is nested too deep")
        inner = _inner(value)
        if inner is None:
            yield name, value
        elif len(inner) > left:
            raise Damage("there is too much in it, or it is nested too deep")
        else:
            start = name + sign if name else ""
            rest.extend((start + key, depth + 1, one) for key, one in reversed(inner.items()))


def _inner(value: object) -> dict[str, object] | None:
    if isinstance(value, Mapping):
        return {key: one for key, one in value.items() if isinstance(key, str)} | {
            str(key): one for key, one in value.items() if isinstance(key, int) and not isinstance(key, bool)
        }
    if isinstance(value, (list, tuple)):
        return {str(i): one for i, one in enumerate(value)}
    return None


def plain(held: object) -> Any:
    """Return the numbers, texts and what holds them, without all else; what is long or deep is left out."""
    left = _MOST_PLAIN

    def copied(value: object, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > _DEEP:
            return None
        if isinstance(value, Mapping) and len(value) <= left:
            return {str(key): copied(one, depth + 1) for key, one in value.items() if isinstance(key, (str, int))}
        if isinstance(value, (list, tuple)) and len(value) <= left:
            return [copied(one, depth + 1) for one in value]
        return value if isinstance(value, (bool, int, float, str)) else None

    return copied(held, 0)
