"""TOML with the lines at which its keys stand, so that what is wrong with a value can be said where it is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from explorer.engine.errors import BadFile, Refusal
from explorer.workspace.words.reading import lines

T = TypeVar("T")
Where = tuple[str | int, ...]
"""Keys and places in lists, from the outermost in: ("step", 1, "ask")."""

_STRANGE = re.compile(r"unknown field `([^`]+)`")
_PLACE = re.compile(r"\[(\d+)\]|\.([\w-]+)")

# What may hold the signs of a header or of a key: texts and comments.
_TEXTS = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)  # fmt: skip
_KEY = r"[\w-]+"
_HEADER = re.compile(rf"\s*(?P<open>\[\[?)\s*(?P<name>{_KEY}(?:\s*\.\s*{_KEY})*)\s*\]\]?\s*$", re.ASCII)
_ASSIGNED = re.compile(rf"\s*(?P<name>{_KEY}(?:\s*\.\s*{_KEY})*)\s*=", re.ASCII)


@dataclass(frozen=True, slots=True)
class Toml:
    """What the TOML text of a file called ``name`` holds, ``table``, and where its keys stand."""

    name: str
    table: Mapping[str, Any]
    _lines: Mapping[Where, int]

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line, counted from 1, at which the nearest key that contains ``path`` stands."""
        known = (tuple(path[:length]) for length in range(len(path), 0, -1))
        return next((self._lines[one] for one in known if one in self._lines), 1)

    def at(self, path: Where, read: Callable[[], T]) -> T:
        """Return what ``read`` returns; what it refuses is refused with the line of ``path``."""
        try:
            return read()
        except Refusal as reason:
            raise self.refused(path, reason) from reason

    def refused(self, path: Where, reason: Refusal) -> BadFile:
        """Return what says in which line the ``reason`` was met; of what no file says, under which key."""
        if not self.name:
            return BadFile("“{key}”: {reason}", key=".".join(map(str, path)), reason=reason)
        return BadFile("“{name}”, line {line}: {reason}", name=self.name, line=self.line(path), reason=reason)

    def shaped(self, kind: type[T], strange: Callable[[str], BadFile], other: Callable[[str], BadFile]) -> T:
        """Return the table as a ``kind`` of msgspec.

        Raises
        ------
        BadFile
            ``strange`` of a key that it does not know, ``other`` of what is said of a value that is no such, with the line.
        """
        try:
            return msgspec.convert(self.table, kind)
        except msgspec.ValidationError as error:
            said, _, place = str(error).partition(" - at `$")
            where: Where = tuple(int(index) if index else key for index, key in _PLACE.findall(place.rstrip("`")))
            unknown = _STRANGE.search(said)
            if unknown:
                raise self.refused((*where, unknown[1]), strange(unknown[1])) from error
            raise self.refused(where, other(said)) from error


def read_toml(text: str, name: str) -> Toml:
    """Return what the TOML ``text`` of a file called ``name`` holds.

    Raises
    ------
    BadFile
        If it is none; the sentence says at which line.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        # How Python says it changes from version to version, but for the place.
        line = int(place[1]) if place else len(lines(text))
        raise BadFile("“{name}”, line {line}: this is no TOML.", name=name, line=line) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise BadFile("“{name}” is nested too deep, or a value in it is too long.", name=name) from error
    return Toml(name, table, dict(_places(text)))


def _places(text: str) -> Iterator[tuple[Where, int]]:
    """Yield where each header and each key at the beginning of a line stands."""
    counts: dict[Where, int] = {}
    within: Where = ()
    for number, line in enumerate(lines(_TEXTS.sub(_blank, text)), start=1):
        header, assigned = _HEADER.match(line), _ASSIGNED.match(line)
        if header:
            within = _header_path(_keys(header["name"]), len(header["open"]) == 2, counts)
            yield within, number
        elif assigned:
            yield (*within, *_keys(assigned["name"])), number


def _header_path(keys: Where, repeated: bool, counts: dict[Where, int]) -> Where:
    """Return the path of a header; each list that it goes through is at its newest entry, a ``repeated`` one at the next."""
    path: Where = ()
    for i, key in enumerate(keys):
        path = (*path, key)
        if repeated and i == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _keys(name: str) -> Where:
    return tuple(key.strip() for key in name.split("."))


def _blank(found: re.Match[str]) -> str:
    """Return what stands in the place of a text: nothing, on as many lines."""
    return '""' + "\n" * found[0].count("\n")
