"""The cells that ship, and how a cell's file is read: equations with what they leave open, titles, source and claims.

A new cell is one more file in ``resources/cells``; nothing else in the program has to know of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from explorer.engine.errors import BadFile, BadNetwork
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.paths import resources

_LANGUAGES = ("en", "zh_CN")
_KEYS = frozenset(
    ("title", "note", "source", "equations", "candidate", "forget", "sizes", "start", "fixed", "streams", "claims")
)


@dataclass(frozen=True, slots=True)
class CellFile:
    """A recurrence with what a person is told of it.

    ``titles`` and ``notes`` are by language; ``candidate`` is the weight that stands for W where there is one, ``forget`` are
    the biases that a layer's forget bias is added to; ``claims`` are facts that a test checks.
    """

    recurrence: Recurrence
    titles: Mapping[str, str]
    notes: Mapping[str, str]
    source: str
    candidate: str | None
    forget: tuple[str, ...]
    claims: Mapping[str, Any]


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the names of the cells that ship."""
    return tuple(sorted(path.stem for path in (resources() / "cells").glob("*.toml")))


@lru_cache(maxsize=128)
def cell(name: str, activation: str = "tanh") -> CellFile:
    """Return a cell that ships; ``activation`` is what f(…) stands for in its equations.

    Raises
    ------
    BadNetwork
        If there is no such cell.
    """
    if name not in names():
        raise BadNetwork(
            "There is no {what} “{name}”; choose one of {choices}.", what="cell", name=name, choices=", ".join(names())
        )
    path = resources() / "cells" / f"{name}.toml"
    return read_cell(name, path.read_text(encoding="utf-8"), activation)


def read_cell(name: str, text: str, activation: str = "tanh") -> CellFile:
    """Return the cell that a file's text tells.

    Raises
    ------
    BadFile
        If it is no TOML, or lacks something or has something else.
    BadEquations, BadNetwork
        If its equations can't be read, or declare what there is not.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile("The cell {name} can't be read: {reason}.", name=name, reason=error) from error
    _check(name, told)
    recurrence = Recurrence.parse(
        told["equations"].strip("\n"),
        name=name,
        activation=activation,
        **{key: told.get(key, {}) for key in ("sizes", "start", "fixed", "streams")},
    )
    _check_names(told, recurrence)
    return CellFile(
        recurrence,
        MappingProxyType(told["title"]),
        MappingProxyType(told["note"]),
        told["source"],
        told.get("candidate"),
        tuple(told.get("forget", ())),
        MappingProxyType(told.get("claims", {})),
    )


def _check(name: str, told: Mapping[str, Any]) -> None:
    for key in told:
        if key not in _KEYS:
            raise BadFile(
                "The cell {name} has “{key}”; choose of {choices}.",
                name=name,
                key=key,
                choices=", ".join(sorted(_KEYS)),
            )
    for key, kind in (("equations", str), ("source", str), ("title", dict), ("note", dict)):
        if not isinstance(told.get(key), kind):
            raise BadFile("The cell {name} lacks “{key}”.", name=name, key=key)
    for key in ("title", "note"):
        for language in _LANGUAGES:
            if not isinstance(told[key].get(language), str):
                raise BadFile("The cell {name} lacks “{key}”.", name=name, key=f"{key}.{language}")
    for key in ("sizes", "start", "fixed", "streams", "claims"):
        if not isinstance(told.get(key, {}), dict):
            raise BadFile("The cell {name} lacks “{key}”.", name=name, key=key)


def _check_names(told: Mapping[str, Any], recurrence: Recurrence) -> None:
    weights = {weight.name for weight in recurrence.weights}
    for weight in (told.get("candidate"), *told.get("forget", ())):
        if weight is not None and weight not in weights:
            raise BadNetwork("“{name}” is declared, but the equations have no such state or weight.", name=weight)
