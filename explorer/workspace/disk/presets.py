"""Presets: explorations worth looking at, each a JSON file that says in every language what to look at.

A new preset is one more file in ``resources/presets``; its ``order`` says where it stands in the list.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.engine.names import named
from explorer.paths import resources
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.words.sentence import Words


class Outcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset's training comes to: after so many ``updates`` what is held out has at least this ``accuracy`` (0..1), or
    at most this mean ``loss``; ``make bench-tasks`` measures it.
    """

    updates: Annotated[int, Meta(ge=1)]
    accuracy: Annotated[float, Meta(gt=0, le=1)] | None = None
    loss: Annotated[float, Meta(gt=0)] | None = None


class Preset(Struct, frozen=True, kw_only=True):
    """An exploration with a title, long and ``short``, and two sentences on what to look at and what to try.

    ``outcome`` is what its training comes to; ``shows`` names the card that it is about, "" where it is about the views.
    """

    name: str
    short: Words
    titles: Words
    look: Words
    exploration: Exploration
    outcome: Outcome | None
    shows: str


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset's file holds; its name is the preset's, a field left out has its default."""

    order: Annotated[int, Meta(ge=0)]
    short: Words
    titles: Words
    look: Words
    exploration: Exploration
    outcome: Outcome | None = None
    shows: str = ""


@cache
def presets() -> tuple[Preset, ...]:
    """Return all presets in their order.

    Raises
    ------
    msgspec.ValidationError
        If a file holds anything but a preset: the installation is damaged.
    """
    files = sorted((resources() / "presets").glob("*.json"))
    decoder = msgspec.json.Decoder(_File)
    read = [(file.stem, decoder.decode(file.read_bytes())) for file in files]
    return tuple(
        Preset(
            name=name,
            short=one.short,
            titles=one.titles,
            look=one.look,
            exploration=one.exploration,
            outcome=one.outcome,
            shows=one.shows,
        )
        for name, one in sorted(read, key=lambda pair: (pair[1].order, pair[0]))
    )


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
