"""An exploration out of JSON, part by part: each is measured before any of it is decoded.

A few bytes of JSON become many of memory: "0," is a number of 24 bytes and a place of 8. So what a part may hold is judged
by its length and its commas and brackets, which cost nothing to count; of a part that is repeated only the last is read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar, cast

import msgspec
from msgspec import Raw, Struct

from explorer.engine.errors import BadExploration, Refusal
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.cells import MOST_NAME, MOST_TEXT
from explorer.workspace.exploration.changes import MOST_CHANGES
from explorer.workspace.exploration.curves import FLOSS_BYTES, MOST_POINTS, POINT_BYTES
from explorer.workspace.exploration.exploration import (
    MOST_BOOKMARKS,
    MOST_COLUMNS,
    MOST_EDITS,
    MOST_FED,
    MOST_NETWORKS,
    MOST_STEPS,
    Bookmark,
    Exploration,
    Numbers,
    Recipe,
    Sequence,
    Signal,
    Text,
)
from explorer.workspace.exploration.imported import MOST_WEIGHT_NAMES
from explorer.workspace.exploration.notes import MOST_NOTE, MOST_NOTES
from explorer.workspace.exploration.recipe import MOST_CONSTANTS, MOST_FEATURES, MOST_LAYERS, MOST_STATE, LayerRecipe
from explorer.workspace.exploration.record import MOST_SNAPSHOTS, MOST_TENSOR_BYTES, Record, Snapshot
from explorer.workspace.exploration.runs import MOST_RUNS, PastRun
from explorer.workspace.exploration.task import Task
from explorer.workspace.exploration.vectors import Vectors

S = TypeVar("S", bound=Struct)


class Most(NamedTuple):
    """What a part may hold: so many bytes of JSON, commas, and lists or objects that open."""

    bytes: int = 4_000_000
    commas: int = 4_000_000
    opened: int = 4_000_000


_PIECE = 1 << 20
_FEW_POWERS = 20_000
_OTHER, _ALL = Most(), 2**62
_ROWS = Most(32_000_000, MOST_STEPS * MOST_COLUMNS, MOST_STEPS + 1)
_OF_LAYERS: tuple[type[Struct], ...] = (Recipe, LayerRecipe)
_MOST: Mapping[tuple[type[Struct], str], Most] = {
    (Exploration, "notes"): Most(commas=4 * MOST_NOTES * MOST_NOTE, opened=MOST_NOTES * (MOST_NOTE + 2)),
    (Recipe, "edits"): Most(commas=4 * MOST_EDITS, opened=MOST_EDITS + 1),
    (Recipe, "initial_state"): Most(commas=MOST_STATE),
    (Recipe, "features"): Most(40_000, MOST_FEATURES),
    **{(kind, "cell"): Most(6 * (MOST_NAME + MOST_TEXT) + 100, 2 * MOST_TEXT, 2 * MOST_TEXT) for kind in _OF_LAYERS},
    **{(kind, "constants"): Most(40_000, 2 * MOST_CONSTANTS, MOST_CONSTANTS + 1) for kind in _OF_LAYERS},
    (Record, "snapshots"): Most(_ALL, 3 * MOST_SNAPSHOTS, MOST_SNAPSHOTS + 1),
    (Snapshot, "tensors"): Most(bytes=2 * MOST_TENSOR_BYTES),
    (Vectors, "table"): Most(bytes=2 * MOST_TENSOR_BYTES),
    (Numbers, "scaling"): Most(commas=2 * MOST_FED, opened=MOST_FED + 1),
    (Recipe, "imported"): Most(6_000_000, 4 * MOST_WEIGHT_NAMES, 2 * MOST_WEIGHT_NAMES),
    (Record, "curves"): Most(bytes=2 * MOST_POINTS * POINT_BYTES),
    (Record, "floss"): Most(bytes=2 * MOST_POINTS * FLOSS_BYTES),
    (Record, "changes"): Most(commas=16 * MOST_CHANGES, opened=3 * MOST_CHANGES + 1),
}


def read_exploration(raw: Raw) -> Exploration:
    """Return the exploration that ``raw`` holds.

    Raises
    ------
    ValueError
        If it holds none (`msgspec.ValidationError`), or one that is refused (`BadExploration`, `BadSettings`).
    """
    return _read(Exploration, raw)


def decoded(raw: Raw, kind: Any, most: Most, what: str) -> Any:
    """Return what ``raw`` holds, of the type ``kind``, once it is known to hold no more than ``most``.

    Raises
    ------
    ValueError
        If it holds more, or something else; the sentence says so of ``what``.
    """
    _measure(raw, most, what)
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        # A refusal says by itself what it is about.
        raise error.__cause__ if isinstance(error.__cause__, Refusal) else ValueError(f"{what}: {error}") from error


def _measure(raw: Raw, most: Most, what: str) -> None:
    size = len(memoryview(raw))
    if size > most.bytes:
        raise BadExploration(
            "“{part}” is too long: {got} bytes, where {most} fit.", part=what, got=size, most=most.bytes
        )
    if _count(raw, b",") > most.commas or _count(raw, b"[", b"{") > most.opened:
        raise BadExploration("“{part}” has more entries than there can be.", part=what)


def _count(raw: Raw, *signs: bytes) -> int:
    """Return how often the ``signs`` occur in ``raw``, without a copy of it."""
    view = memoryview(raw)
    pieces = (bytes(view[at : at + _PIECE]) for at in range(0, len(view), _PIECE))
    return sum(piece.count(sign) for piece in pieces for sign in signs)


def parts_of(raw: bytes | Raw, names: tuple[str, ...], what: str) -> dict[str, Raw]:
    """Return the parts of an object by name, none of which is decoded; it may lack some, but has no others.

    Raises
    ------
    ValueError
        If ``what`` is no such object.
    """
    loose, strict = _loose_and_strict(names)
    known = msgspec.json.decode(raw, type=loose)
    rest = len(memoryview(raw)) - sum(
        len(memoryview(part)) for name in names if (part := getattr(known, name)) is not None
    )
    if rest > _OTHER.bytes:
        # To name what is unknown would take as much again, and more.
        raise BadExploration("“{part}” has more entries than there can be.", part=what)
    found = msgspec.json.decode(raw, type=strict)
    return {name: part for name in names if (part := getattr(found, name)) is not None}


@cache
def _loose_and_strict(names: tuple[str, ...]) -> tuple[type[Struct], type[Struct]]:
    """Return structs with parts that are not decoded, None where one is left out; the first passes over what is unknown."""
    fields = [(name, Raw, None) for name in names]
    return msgspec.defstruct("Loose", fields), msgspec.defstruct("Strict", fields, forbid_unknown_fields=True)


def _read(kind: type[S], raw: Raw) -> S:
    """Return the struct ``kind`` that ``raw`` holds, its parts decoded one by one."""
    tag = ("type",) if kind.__struct_config__.tag is not None else ()
    parts = parts_of(raw, (*tag, *kind.__struct_fields__), kind.__name__.lower())
    values: dict[str, Any] = {}
    for field in _fields(kind):
        part, nested = parts.get(field.name), _NESTED.get((kind, field.name))
        if part is None:
            if field.required:
                raise ValueError(f"Object missing required field `{field.name}`")
        elif nested is not None:
            values[field.name] = nested(part)
        else:
            values[field.name] = decoded(part, field.type, _MOST.get((kind, field.name), _OTHER), field.name)
    return kind(**values)


_fields = cache(msgspec.structs.fields)


def _few(kind: type[S], most: int) -> Callable[[Raw], tuple[S, ...]]:
    """Return what reads a list of at most so many structs ``kind``, whatever they hold."""
    places = [(f"part{i}", Raw, None) for i in range(most)]
    listed = msgspec.defstruct("_Few", places, array_like=True, forbid_unknown_fields=True)

    def read(raw: Raw) -> tuple[S, ...]:
        parts = msgspec.json.decode(raw, type=listed)
        found = (getattr(parts, name) for name in listed.__struct_fields__)
        return tuple(_read(kind, part) for part in found if part is not None)

    return read


def _snapshots(raw: Raw) -> tuple[Snapshot, ...]:
    parts: list[Raw] = decoded(raw, list[Raw], _MOST[Record, "snapshots"], "snapshots")
    return tuple(_read(Snapshot, part) for part in parts)


def _sequence(raw: Raw) -> Sequence:
    tag = msgspec.json.decode(raw, type=_Tag).type
    if tag == "text":
        return _read(Text, raw)
    return _read(Signal, raw) if tag == "signal" else _read(Numbers, raw)


def _or_none(kind: type[S]) -> Callable[[Raw], S | None]:
    """Return what reads the struct ``kind`` where there is one."""
    return lambda raw: None if _is_null(raw) else _read(kind, raw)


def _is_null(raw: Raw) -> bool:
    return bytes(memoryview(raw)[:5]) == b"null"


def _rows(raw: Raw) -> tuple[tuple[float, ...], ...]:
    kind = tuple[tuple[float, ...], ...]
    if _count(raw, b"e", b"E") < _FEW_POWERS:
        return cast(kind, decoded(raw, kind, _ROWS, "rows"))
    # Of numbers near 1e300 msgspec makes a hundred thousand a second, Python two million.
    _measure(raw, _ROWS, "rows")
    return msgspec.convert(json.loads(bytes(raw), parse_float=_finite, parse_constant=_finite), kind)


def _settings(raw: Raw) -> Settings:
    settings: Settings = decoded(raw, Settings, _OTHER, "settings")
    written, held = msgspec.json.decode(raw), msgspec.json.decode(msgspec.json.encode(settings))
    for name in ("optimiser", "clip", "decay_form", "omega_form", "learn"):
        # A script may say Adam; in a file stands what the program wrote.
        if written.get(name, held[name]) != held[name]:
            raise ValueError(f"settings: {name} is written otherwise")
    return settings


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"rows: {text[:30]} is no number that can be read")
    return value


class _Tag(Struct):
    """Which kind of sequence it is."""

    type: Literal["text", "signal", "numbers"]


_NESTED: Mapping[tuple[type[Struct], str], Callable[[Raw], Any]] = {
    (Exploration, "networks"): _few(Recipe, MOST_NETWORKS),
    (Exploration, "runs"): _few(PastRun, MOST_RUNS),
    (PastRun, "recipe"): lambda raw: _read(Recipe, raw),
    (Exploration, "bookmarks"): _few(Bookmark, MOST_BOOKMARKS),
    (Bookmark, "exploration"): lambda raw: _read(Exploration, raw),
    (Exploration, "sequence"): _sequence,
    (Exploration, "task"): _or_none(Task),
    (Exploration, "settings"): _settings,
    (Numbers, "rows"): _rows,
    (Task, "rows"): _rows,
    (Recipe, "above"): _few(LayerRecipe, MOST_LAYERS),
    (Recipe, "decoder"): _few(LayerRecipe, MOST_LAYERS),
    (Recipe, "vectors"): _or_none(Vectors),
    (Recipe, "trained"): _or_none(Snapshot),
    (Recipe, "record"): _or_none(Record),
    (Record, "settings"): lambda raw: None if _is_null(raw) else _settings(raw),
    (Record, "snapshots"): _snapshots,
}
"""Parts that are too large to be measured as one."""
