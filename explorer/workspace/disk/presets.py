"""Presets: explorations worth looking at, each a JSON file that says in every language what to look at.

A new preset is one more file in ``resources/presets``; its ``group`` is one of ``groups.toml``, its ``order`` says where it
stands in the group.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from explorer.engine.errors import BadExploration
from explorer.engine.names import named
from explorer.paths import resources
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration
from explorer.workspace.words.sentence import Words, first_sentence

_Told = TypeVar("_Told")


class Outcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the training of one of a preset's networks comes to, counted from 0; ``make bench-tasks`` measures it.

    After so many ``updates`` what is held out has at least this ``accuracy`` (0..1), or at most this mean ``loss``: with
    whatever ``seeds`` the weights and the examples are drawn, with some alone, or with none. With a ``lag`` it is so where
    the task's is this one instead.
    """

    updates: Annotated[int, Meta(ge=1)]
    accuracy: Annotated[float, Meta(gt=0, le=1)] | None = None
    loss: Annotated[float, Meta(gt=0)] | None = None
    network: Annotated[int, Meta(ge=0, lt=MOST_NETWORKS)] = 0
    seeds: Literal["all", "some", "none"] = "all"
    lag: Annotated[int, Meta(ge=1)] | None = None


class Preset(Struct, frozen=True, kw_only=True):
    """An exploration with a title, long and ``short``, and two sentences on what to look at and what to try.

    ``group`` is the name of its group; ``outcomes`` are what its trainings come to; ``shows`` names the card that it is
    about, "" where it is about the views.
    """

    name: str
    group: str
    short: Words
    titles: Words
    look: Words
    exploration: Exploration
    outcomes: tuple[Outcome, ...]
    shows: str

    @property
    def outcome(self) -> Outcome | None:
        """Return what the training of its active network comes to, if that is told."""
        return self.outcome_of(self.exploration.active)

    def outcome_of(self, network: int, lag: int | None = None) -> Outcome | None:
        """Return what the training of one of its networks comes to, on its task or with another lag, if that is told."""
        return next((one for one in self.outcomes if (one.network, one.lag) == (network, lag)), None)

    def sight(self, language: str) -> str:
        """Return the first of its two sentences, on what to look at: what to try is for who has loaded it."""
        return first_sentence(self.look.get(language, self.look["en"]))


class _Place(Struct, frozen=True, kw_only=True):
    """Where a preset stands among the others."""

    group: str
    order: Annotated[int, Meta(ge=0)]


class _File(_Place, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset's file holds; its name is the preset's, a field left out has its default."""

    short: Words
    titles: Words
    look: Words
    exploration: Exploration
    outcomes: tuple[Outcome, ...] = ()
    shows: str = ""


@cache
def groups() -> Mapping[str, Words]:
    """Return the titles of the groups by their names, in their order.

    Raises
    ------
    ValueError
        If the file holds anything else: the installation is damaged.
    """
    told = tomllib.loads((_folder() / "groups.toml").read_text(encoding="utf-8"))
    return MappingProxyType(msgspec.convert(told, dict[str, Words]))


@cache
def presets() -> tuple[Preset, ...]:
    """Return all presets, group by group, each group in its order.

    Raises
    ------
    ValueError
        If a file holds anything but a preset of one of the groups: the installation is damaged.
    """
    return tuple(map(_read, _files(_folder())))


def first_preset(fits: Callable[[Preset], bool]) -> Preset | None:
    """Return the first preset that ``fits``; those that come after it are not read for it."""
    return next((one for one in map(_read, _files(_folder())) if fits(one)), None)


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
    return _read(_files(_folder())[0])


def _folder() -> Path:
    return resources() / "presets"


@cache
def _files(folder: Path) -> tuple[Path, ...]:
    """Return the files of all presets, group by group, each group in its order."""
    places = {path: _decoded(path, _Place) for path in sorted(folder.glob("*.json"))}
    known = list(groups())
    for path, place in places.items():
        if place.group not in known:
            raise ValueError(f"{path.stem}: there is no group “{place.group}”")
    return tuple(sorted(places, key=lambda path: (known.index(places[path].group), places[path].order)))


@cache
def _read(path: Path) -> Preset:
    told = asdict(_decoded(path, _File))
    del told["order"]
    return Preset(name=path.stem, **told)


def _decoded(path: Path, kind: type[_Told]) -> _Told:
    return msgspec.json.decode(path.read_bytes(), type=kind)
