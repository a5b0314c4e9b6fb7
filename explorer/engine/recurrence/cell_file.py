"""How a cell's file is read: equations with what they leave open, and what a person is told of them.

A file is TOML, or nothing but equations: these are a cell as they stand, called by the file's name. Bad input is refused in
one sentence that names the cell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from explorer.engine.errors import BadEquations, BadFile, BadNetwork
from explorer.engine.names import unknown
from explorer.engine.recurrence.cell_groups import ByLanguage, cell_groups
from explorer.engine.recurrence.declared import check_known
from explorer.engine.recurrence.recurrence import Recurrence

LANGUAGES = ("en", "zh_CN")
# A section, `equations =`, or a value that no equation has: quoted, or a table. A comment may have any.
_OF_A_TABLE = re.compile(r"""^[ \t]*(?:\[[\w. ]+\]|equations[ \t]*=|[\w.-]+[ \t]*=[ \t]*["'{])""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CellWords:
    """What a person is told of a cell.

    ``labels`` (the shortest name, for a button), ``titles`` and ``notes`` are by language, ``flows`` too: what becomes of the
    gradient; empty where the file says nothing. ``group`` is the idea, one of `cell_groups`, "" for none; ``quick`` is the
    cell's place among the quick choices, if it has one.
    """

    labels: ByLanguage
    titles: ByLanguage
    notes: ByLanguage
    flows: ByLanguage
    source: str
    group: str
    quick: int | None


@dataclass(frozen=True, slots=True)
class CellFile(CellWords):
    """A recurrence with what a person is told of it; ``claims`` are facts that a test checks, ``text`` is the file's."""

    recurrence: Recurrence
    claims: Mapping[str, Any]
    text: str


def read_words(name: str, text: str) -> CellWords:
    """Return what a person is told of the cell in a file's text; its equations are not read, which takes ten times as long.

    Raises
    ------
    BadFile
        If it lacks something, has something else or can't be read.
    """
    return _words(name, table_of(name, text))


def read_cell(name: str, text: str, activation: str = "tanh") -> CellFile:
    """Return the cell that a file's text tells, TOML or equations alone.

    Raises
    ------
    BadFile
        If it lacks something, has something else or can't be read, also its equations or what they declare; the reason,
        a `BadEquations` or `BadNetwork`, is in it and is its cause.
    """
    text = _lines(text)
    told = table_of(name, text)
    try:
        recurrence = _recurrence(name, told, activation)
    except (BadEquations, BadNetwork) as reason:
        line = line_of(str(reason.values.get("table", "")), str(reason.values.get("name", "")), text)
        if line is None:
            raise BadFile("The cell {name} can't be read: {reason}", name=name, reason=reason) from reason
        raise BadFile(
            "The cell {name} can't be read, line {line}: {reason}", name=name, line=line, reason=reason
        ) from reason
    words = _words(name, told)
    said: dict[str, Any] = {field.name: getattr(words, field.name) for field in fields(words)}
    return CellFile(**said, recurrence=recurrence, claims=MappingProxyType(told.get("claims", {})), text=text)


def _lines(text: str) -> str:
    """Return a text with the ends of lines that Python has."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def is_table(text: str) -> bool:
    """Return whether a cell's text is TOML, not equations alone."""
    return _OF_A_TABLE.search(_lines(text)) is not None


def table_of(name: str, text: str) -> dict[str, Any]:
    """Return the table that a cell's text is, or that equations alone stand for; its equations are not read.

    Raises
    ------
    BadFile
        If it lacks something, has something else or can't be read.
    """
    text = _lines(text)
    told = _table(name, text) if is_table(text) else _of_equations(name, text)
    # What has none is no cell's, and whatever else it has is not to be blamed.
    _need(name, told, "equations")
    for key in told:
        if key not in _KEYS:
            raise BadFile(
                "The cell {name} has “{key}”; choose of {choices}.",
                name=name,
                key=key,
                choices=", ".join(sorted(_KEYS)),
            )
    _check(name, told)
    return told


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # How Python says it changes from version to version, but for the place.
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        if place is None:
            raise BadFile("The cell {name} can't be read: its TOML ends too early.", name=name) from error
        raise BadFile(
            "The cell {name} can't be read: this is no TOML at line {line}, column {column}.",
            name=name, line=int(place[1]), column=int(place[2]),
        ) from error  # fmt: skip
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise BadFile(
            "The cell {name} can't be read: it is nested too deep, or a value is too long.", name=name
        ) from error


def line_of(table: str, name: str, text: str) -> int | None:
    """Return the line of a TOML text on which a ``table`` declares ``name``, or a key of that name has it; None for none."""
    key, inside = rf"""["']?{re.escape(name)}["']?""", False
    below, beside = rf"\s*{key}\s*[=.]", rf"\s*{re.escape(table)}\s*(?:\.\s*{key}\s*[=.]|=.*{key})"
    for number, line in enumerate(text.split("\n") if table else (), start=1):
        if header := re.match(r"\s*\[\s*([^\]]*?)\s*\]", line):
            inside = header[1] == table
        elif re.match(below if inside else beside, line):
            return number
    return None


def _of_equations(name: str, text: str) -> dict[str, Any]:
    """Return the table that equations alone stand for."""
    return {"equations": text, "title": name, "note": "", "source": ""}


def _recurrence(name: str, told: Mapping[str, Any], activation: str) -> Recurrence:
    equations = told["equations"]
    recurrence = Recurrence.parse(
        equations.strip("\n"),
        name=name,
        activation=activation,
        **{key: told.get(key, {}) for key in ("sizes", "start", "fixed", "streams")},
    )
    forget, admit = (tuple(told.get(key, ())) for key in ("forget", "admit"))
    named = {"candidate": [told["candidate"]] if "candidate" in told else [], "forget": forget, "admit": admit}
    check_known({weight.name for weight in recurrence.weights}, named)
    return replace(recurrence, candidate=told.get("candidate"), forget=forget, admit=admit)


def _words(name: str, told: Mapping[str, Any]) -> CellWords:
    return CellWords(
        by_language(told.get("label", name)),
        by_language(told["title"]),
        by_language(told["note"]),
        by_language(told.get("flow", "")),
        told["source"],
        told.get("group", ""),
        told.get("quick"),
    )


def by_language(told: str | dict[str, str]) -> ByLanguage:
    """Return words in all languages; one for all is the same in each."""
    return MappingProxyType(told if isinstance(told, dict) else dict.fromkeys(LANGUAGES, told))


# ---- what each key holds


def _is_words(value: object) -> bool:
    """Return whether a value is one text for all languages, or one in each."""
    if isinstance(value, dict):
        return set(value) == set(LANGUAGES) and all(isinstance(one, str) for one in value.values())
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_size(value: object) -> bool:
    return _is_whole(value) or (
        isinstance(value, list) and all(isinstance(one, str) or _is_whole(one) for one in value)
    )


def _holds(kind: type, each: Callable[[object], bool]) -> Callable[[object], bool]:
    """Return whether a value is a list or a table of such values."""
    return lambda value: (
        isinstance(value, kind)
        and all(
            map(each, value.values() if isinstance(value, dict) else value)  # type: ignore[call-overload]
        )
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_TABLE = _holds(dict, lambda _: True)
_KEYS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "equations": _is_text, "title": _is_words, "note": _is_words, "source": _is_text, "label": _is_words,
        "group": _is_text, "flow": _is_words, "candidate": _is_text, "forget": _holds(list, _is_text),
        "admit": _holds(list, _is_text), "quick": _is_whole,
        "sizes": _holds(dict, _is_size), "start": _TABLE, "fixed": _TABLE,
        "streams": _holds(dict, lambda value: _is_whole(value) and 0 <= value < 2**31),  # type: ignore[operator]
        "claims": _TABLE,
    }
)  # fmt: skip
_NEEDED = ("equations", "source", "title", "note")


def _check(name: str, told: Mapping[str, Any]) -> None:
    for key in _NEEDED:
        _need(name, told, key)
    for key, value in told.items():
        if _KEYS[key](value):
            continue
        if _KEYS[key] is _is_words and isinstance(value, dict):
            lacking = next((one for one in LANGUAGES if not isinstance(value.get(one), str)), None)
            if lacking is not None:
                raise BadFile("The cell {name} lacks “{key}”.", name=name, key=f"{key}.{lacking}")
        raise BadFile("What the cell {name} says of “{key}” is not understood.", name=name, key=key)
    if told.get("group", "") not in ("", *cell_groups()):
        reason = unknown("group", told["group"], cell_groups(), BadFile)
        raise BadFile("The cell {name} can't be read: {reason}", name=name, reason=reason) from reason


def _need(name: str, told: Mapping[str, Any], key: str) -> None:
    if key not in told:
        raise BadFile("The cell {name} lacks “{key}”.", name=name, key=key)
