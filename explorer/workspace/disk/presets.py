"""Presets: explorations worth looking at, each a JSON file that says in every language what to look at.

A new preset is one more file in ``resources/presets``; its ``group`` is one of ``groups.toml``, its ``order`` says where it
stands in the group.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from explorer.engine.errors import BadExploration
from explorer.engine.names import named
from explorer.paths import resources
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.words.sentence import Words, first_sentence


class Outcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset's training comes to: after so many ``updates`` what is held out has at least this ``accuracy`` (0..1), or
    at most this mean ``loss``; ``make bench-tasks`` measures it.
    """

    updates: Annotated[int, Meta(ge=1)]
    accuracy: Annotated[float, Meta(gt=0, le=1)] | None = None
    loss: Annotated[float, Meta(gt=0)] | None = None


class Preset(Struct, frozen=True, kw_only=True):
    """An exploration with a title, long and ``short``, and two sentences on what to look at and what to try.

    ``group`` is the name of its group; ``outcome`` is what its training comes to; ``shows`` names the card that it is about,
    "" where it is about the views.
    """

    name: str
    group: str
    short: Words
    titles: Words
    look: Words
    exploration: Exploration
    outcome: Outcome | None
    shows: str

    def sight(self, language: str) -> str:
        """Return the first of its two sentences, on what to look at: what to try is for who has loaded it."""
        return first_sentence(self.look.get(language, self.look["en"]))


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset's file holds; its name is the preset's, a field left out has its default."""

    group: str
    order: Annotated[int, Meta(ge=0)]
    short: Words
    titles: Words
    look: Words
    exploration: Exploration
    outcome: Outcome | None = None
    shows: str = ""


@cache
def groups() -> Mapping[str, Words]:
    """Return the titles of the groups by their names, in their order.

    Raises
    ------
    ValueError
        If the file holds anything else: the installation is damaged.
    """
    told = tomllib.loads((resources() / "presets" / "groups.toml").read_text(encoding="utf-8"))
    return MappingProxyType(msgspec.convert(told, dict[str, Words]))


@cache
def presets() -> tuple[Preset, ...]:
    """Return all presets, group by group, each group in its order.

    Raises
    ------
    ValueError
        If a file holds anything but a preset of one of the groups: the installation is damaged.
    """
    read = [_read(file) for file in sorted((resources() / "presets").glob("*.json"))]
    return tuple(one for group in groups() for _, one in sorted(read, key=itemgetter(0)) if one.group == group)


def preset(name: str) -> Preset:
    """Return the preset called ``name``, whatever its capitals.

    Raises
    ------
    BadExploration
        If there is none; the sentence names the choices.
    """
    known = {one.name: one for one in presets()}
    return known[named("preset", name, known, BadExploration)]


def default() -> Preset:
    """Return the first preset: tanh, sigmoid and ReLU on the same weights make the point most clearly."""
    return presets()[0]


def _read(path: Path) -> tuple[int, Preset]:
    """Return the preset in a file, behind its place in its group."""
    one = msgspec.json.decode(path.read_bytes(), type=_File)
    if one.group not in groups():
        raise ValueError(f"{path.stem}: there is no group “{one.group}”")
    told = asdict(one)
    order = told.pop("order")
    return order, Preset(name=path.stem, **told)
