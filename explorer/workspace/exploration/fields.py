"""Fields of an exploration by name, as files and scripts write them: ``gain``, ``forget_bias``, ``sequence.steps``.

A field is called by its own name where it is the network's, or where no part before has one like it in the order of `PARTS`;
else by the part and the name. Values have the types that the fields have, and are checked as everywhere.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

import msgspec

from explorer.engine.errors import BadExploration, Refusal
from explorer.engine.names import unknown
from explorer.workspace.exploration.exploration import Exploration, Sequence, replace

PARTS: Mapping[str, Callable[[Exploration], Any]] = MappingProxyType(
    {
        "network": lambda exploration: exploration.recipe,
        "selection": lambda exploration: exploration.selection,
        "lens": lambda exploration: exploration.lens,
        "sequence": lambda exploration: exploration.sequence,
        "settings": lambda exploration: exploration.settings,
        "aim": lambda exploration: exploration.aim,
    }
)
"""The parts whose fields have names, in the order in which a name is looked for; the network is the active one."""

# What was learnt is no setting: it comes from a training, or from a file.
_HIDDEN = ("trained", "record", "edits")
_WHOLE = "sequence"


def names(exploration: Exploration) -> tuple[str, ...]:
    """Return the names of the fields that ``exploration`` has, the shortest of each."""
    found: list[str] = []
    for part, name in _fields(exploration):
        found.append(f"{part}.{name}" if name in found else name)
    return (*found, _WHOLE)


def kind_of(exploration: Exploration, name: str) -> str:
    """Return what a value of the field ``name`` is: a "number", a "whole" one, a "switch", a "word", or "" for anything else.

    Raises
    ------
    BadExploration
        If there is no such field.
    """
    part, field = _found(exploration, name)
    kind = _types(PARTS[part](exploration))[field] if field else None
    while get_origin(kind) is typing.Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal or (get_origin(kind) is types.UnionType and str in get_args(kind)):
        return "word"
    return {float: "number", int: "whole", bool: "switch", str: "word"}.get(kind, "")  # type: ignore[arg-type]


def value_of(exploration: Exploration, name: str) -> Any:
    """Return the value of the field called ``name``.

    Raises
    ------
    BadExploration
        If ``exploration`` has none; the sentence names the nearest one.
    """
    part, field = _found(exploration, name)
    return getattr(PARTS[part](exploration), field) if field else PARTS[part](exploration)


def with_values(exploration: Exploration, values: Mapping[str, Any]) -> Exploration:
    """Return ``exploration`` with the fields that ``values`` name, plain ones as TOML and JSON have them.

    A whole sequence is a table with its ``type``; its fields come after it. Weights that were learnt are given up where the
    initial ones become others.

    Raises
    ------
    Refusal
        If there is no such field, or a value is none for it.
    """
    if _WHOLE in values:
        exploration = replace(exploration, sequence=_converted(_WHOLE, values[_WHOLE], Sequence))
    changed: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        part, field = _found(exploration, name)
        if field:
            kind = _types(PARTS[part](exploration))[field]
            changed.setdefault(part, {})[field] = _converted(name, value, kind)
    for part, fields in changed.items():
        exploration = _with_part(exploration, part, fields)
    return exploration


def _with_part(exploration: Exploration, part: str, fields: Mapping[str, Any]) -> Exploration:
    if part == "network":
        return exploration.with_recipe(**fields)
    if part == "settings":
        return exploration.with_settings(**fields)
    return replace(exploration, **{part: replace(PARTS[part](exploration), **fields)})


def _fields(exploration: Exploration) -> Iterator[tuple[str, str]]:
    """Yield the part and the name of each field."""
    for part, of in PARTS.items():
        for name in _types(of(exploration)):
            yield part, name


def _found(exploration: Exploration, name: str) -> tuple[str, str]:
    """Return the part and the name of the field; of a whole part the name is ""."""
    if name == _WHOLE:
        return name, ""
    said, dot, field = name.rpartition(".")
    for part, own in _fields(exploration):
        if own == field and said in (part, "" if not dot else part):
            return part, own
    raise unknown("setting", name, names(exploration), BadExploration)


def _types(part: Any) -> Mapping[str, Any]:
    """Return the types of a part's fields by name."""
    kind: Any = type(part)
    return _types_of(kind)


@cache
def _types_of(kind: Any) -> Mapping[str, Any]:
    if issubclass(kind, msgspec.Struct):
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    else:
        hints = typing.get_type_hints(kind)
        fields = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    return {name: kind for name, kind in fields.items() if name not in _HIDDEN}


def _converted(name: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, Refusal):
            raise error.__cause__ from error
        raise _misfit(name, value, kind) from error


def _misfit(name: str, value: Any, kind: Any) -> Refusal:
    """Return what refuses a value that is none of the type of the field ``name``."""
    origin = kind
    while get_origin(origin) is typing.Annotated:
        origin = get_args(origin)[0]
    if get_origin(origin) is Literal:
        return unknown(name, value, get_args(origin), BadExploration)
    if origin is int:
        return BadExploration("“{name}” is {value}; a whole number in its range is expected.", name=name, value=value)
    if origin is float:
        return BadExploration("“{name}” is {value}; a number is expected.", name=name, value=value)
    if origin is bool:
        return BadExploration("“{name}” is {value}; true or false is expected.", name=name, value=value)
    return BadExploration("“{name}” can't be {value}.", name=name, value=value)
