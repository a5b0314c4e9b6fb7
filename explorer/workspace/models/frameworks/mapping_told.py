"""What a mapping says: a TOML file in which a person tells which array of a file is what."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from explorer.engine.errors import BadFile
from explorer.engine.names import unknown
from explorer.workspace.words.reading import read_text
from explorer.workspace.words.toml import Toml, read_toml

_MOST_BYTES = 1_000_000


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of an array: its transpose, some of its rows or columns, with a number added."""

    array: str
    transposed: bool = False
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    add: float = 0.0


Arrays = str | list[str] | dict[str, str]


class LayerTold(Struct, frozen=True, forbid_unknown_fields=True):
    """One layer in one direction; `docs/models.md` says what each key means."""

    name: str
    cell: Literal["rnn", "lstm", "gru"] | None = None
    equations: str | None = None
    network: str | None = None
    direction: Literal["forward", "backward"] = "forward"
    gates: str | None = None
    transposed: bool = False
    input: str | dict[str, str] | None = None
    recurrent: str | dict[str, str] | None = None
    both: str | None = None
    bias: Arrays = field(default_factory=list)
    inner_bias: str | None = None
    forget: float = 0.0
    reset: Literal["after", "before"] = "after"
    update: Literal["keeps", "takes"] = "keeps"
    activation: str | None = None
    gate_activation: str | None = None
    peepholes: dict[str, str] = field(default_factory=dict)
    projection: str | None = None
    clip: float | None = None
    start: dict[str, str] = field(default_factory=dict)
    width: int | None = None
    inputs: int | None = None
    sizes: dict[str, int | list[str]] = field(default_factory=dict)
    weights: dict[str, str | Part] = field(default_factory=dict)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    layer: list[LayerTold]


class Told(Struct, frozen=True):
    """The layers that a mapping tells, and where its lines stand."""

    layers: list[LayerTold]
    toml: Toml


_KEYS = LayerTold.__struct_fields__


def read_mapping(path: Path) -> Told:
    """Return what a mapping says.

    Raises
    ------
    BadFile
        If it is missing or no such text, with the line.
    """
    toml = read_toml(read_text(path, _MOST_BYTES), path.name)
    told = toml.shaped(_File, _strange, _other)
    return Told(told.layer, toml)


def _strange(key: str) -> BadFile:
    refused = unknown("key", key, ("layer", *_KEYS, *Part.__struct_fields__), BadFile)
    assert isinstance(refused, BadFile)
    return refused


def _other(said: str) -> BadFile:
    return BadFile("This is not what a mapping says here ({reason}).", reason=said)
