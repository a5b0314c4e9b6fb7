"""The text of a cell, written out of its table: what a file in TOML tells, key by key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WORDS = ("label", "title", "note", "flow")
"""Tables that stand in one line: a text by language."""


def written(table: Mapping[str, Any]) -> str:
    """Return a text in TOML that tells ``table``, as a cell's file has it: first single keys, then tables of their own."""
    apart = {key: value for key, value in table.items() if isinstance(value, Mapping) and key not in _WORDS}
    lines = [f"{key} = {_lines(value) if key == 'equations' else _value(value)}"
             for key, value in table.items() if key not in apart]  # fmt: skip
    for key, value in apart.items():
        lines += ["", f"[{_key(key)}]", *(f"{_key(name)} = {_value(one)}" for name, one in value.items())]
    return "\n".join(lines) + "\n"


def _lines(text: str) -> str:
    """Return equations between three quotation marks."""
    return '"""\n' + "\n".join(_escaped(row)[1:-1] for row in text.strip("\n").split("\n")) + '\n"""'


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float() if not math.isfinite(value):
            return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        case int() | float():
            return repr(value)
        case str():
            return _escaped(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
    # A date, which no key of a cell's file understands and only a table of claims can hold.
    return str(value)


def _escaped(text: str) -> str:
    """Return a text between quotation marks: TOML escapes what JSON does, and one sign more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _escaped(key)
