"""`Value`: a frozen value that holds arrays, and compares, hashes, travels and shows itself by its numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

_BRIEF = 80


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Value:
    """A frozen value; arrays that it is given directly, or by name in a mapping, are read-only from then on.

    Two are equal if they are of the same class and hold the same numbers in the same shapes, NaN being the same as NaN and
    0.0 as −0.0. The hash looks at a few entries of each array only. A pickle and a deep copy hold the same numbers, read-only
    as well. What was worked out on demand neither counts nor travels.
    """

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
            elif isinstance(value, Mapping):
                for array in value.values():
                    if isinstance(array, np.ndarray):
                        array.setflags(write=False)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self is other or all(_same(getattr(self, name), getattr(other, name)) for name in _counted(self))

    def __hash__(self) -> int:
        return hash((type(self), *(_mark(getattr(self, name)) for name in _counted(self))))

    def __reduce__(self) -> tuple[Callable[..., Value], tuple[type[Value], dict[str, Any]]]:
        return _made, (type(self), {name: getattr(self, name) for name in _counted(self)})

    def __repr__(self) -> str:
        shown = (f"{field.name}={_brief(getattr(self, field.name))}" for field in fields(self) if field.repr)
        return f"{type(self).__name__}({', '.join(shown)})"


def _made(kind: type[Value], given: dict[str, Any]) -> Value:
    return kind(**given)


def _counted(value: Value) -> list[str]:
    """Return the names of the fields that say what a value is."""
    return [field.name for field in value.__dataclass_fields__.values() if field.init]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        alike = isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.shape == other.shape
        return alike and bool(((one == other) | ((one != one) & (other != other))).all())
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if _is_sequence(one) and _is_sequence(other):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other or (one != one and other != other))


def _mark(value: Any) -> Hashable:
    """Return what is equal for two of which `_same` is true; four entries tell most arrays apart."""
    if isinstance(value, np.ndarray):
        size = value.size
        seen = [value.item(place) for place in (0, size // 3, 2 * size // 3, size - 1)] if size else []
        return value.shape, *(None if entry != entry else entry for entry in seen)
    if isinstance(value, Mapping):
        return frozenset(value)
    if _is_sequence(value):
        return len(value)
    return None if value != value else value


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(value)}}}"
    if _is_sequence(value):
        return f"{type(value).__name__}[{len(value)}]"
    shown = repr(value)
    return shown if len(shown) <= _BRIEF else f"{type(value).__name__}(…)"


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
