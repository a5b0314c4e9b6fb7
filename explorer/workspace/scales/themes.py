"""A look as data: its colours, and the tables of gains and of states that follow from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from types import MappingProxyType
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from explorer.paths import resources
from explorer.workspace.scales.colours import diverging

Colour = Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
Stops = Annotated[tuple[Colour, ...], msgspec.Meta(min_length=2)]

GLOW, WHITE = "glow", "white"
"""The scales of gains: preserved is warm light and what vanishes falls into the night, or all stands about white."""


@dataclass(frozen=True, slots=True)
class Gains:
    """A scale of gains: the stops of ``vanish`` and ``explode``, from the end towards ``preserve``, a gain of one."""

    vanish: Stops
    preserve: Colour
    explode: Stops

    @property
    def cold(self) -> str:
        """Return the full colour of what vanishes, dark enough for a line on a light ground."""
        return self.vanish[len(self.vanish) // 3]

    @property
    def hot(self) -> str:
        """Return the full colour of what explodes, dark enough for a line on a light ground."""
        return self.explode[len(self.explode) // 3]


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """One look. Colours are ``#rrggbb``; ``font_size`` is in points, ``line_width`` in pixels.

    ``titles`` names the theme in each language. ``ghosts`` holds a colour for each activation. ``scales`` are those of
    gains by name, ``colours`` which of them is used; ``low``, ``rest`` and ``high`` are the stops of the states. ``shrink``,
    ``keep`` and ``grow`` are inks on the card for what a gain does. ``zero`` marks a true zero, ``nan`` no number, ``ink``
    draws on what is light in every theme. ``mark`` in its ``mark_rim`` is what a lecturer
    points and draws with, over all of them.
    """

    name: str
    titles: dict[str, str]
    window: Colour
    panel: Colour
    card: Colour
    border: Colour
    text: Colour
    muted: Colour
    accent: Colour
    accent_text: Colour
    grid: Colour
    curve: Colour
    bound: Colour
    trend: Colour
    fit: Colour
    threshold: Colour
    ghosts: dict[str, Colour]
    positive: Colour
    negative: Colour
    nan: Colour
    ink: Colour
    shrink: Colour
    keep: Colour
    grow: Colour
    zero: Colour
    undefined_hatch: Colour
    selection: Colour
    mark: Colour
    mark_rim: Colour
    font_size: Annotated[float, msgspec.Meta(ge=6, le=40)]
    line_width: Annotated[float, msgspec.Meta(ge=1, le=8)]
    scales: Annotated[dict[str, Gains], msgspec.Meta(min_length=1)]
    low: Stops
    rest: Colour
    high: Stops
    colours: str = GLOW

    @property
    def gains(self) -> Gains:
        """Return the scale of gains that is used."""
        return self.scales[self.colours]


@cache
def themes() -> Mapping[str, Theme]:
    """Return the themes by name, the light one first.

    Raises
    ------
    msgspec.ValidationError
        If a theme's file lacks a field, has one too many, or holds something that is no colour.
    """
    found = (_load(json.loads(path.read_text("utf-8"))) for path in (resources() / "themes").glob("*.json"))
    ordered = sorted(found, key=lambda theme: (theme.name != "light", theme.name))
    return MappingProxyType({theme.name: theme for theme in ordered})


@cache
def sized(theme: Theme, font_size: float) -> Theme:
    """Return ``theme`` with type of another size: the same object for the same size, so that what is drawn for it is kept."""
    return theme if font_size == theme.font_size else replace(theme, font_size=font_size)


@cache
def coloured(theme: Theme, colours: str) -> Theme:
    """Return ``theme`` with another of its scales of gains: the same object for the same scale."""
    return theme if colours == theme.colours else replace(theme, colours=colours)


@cache
def diverging_table(theme: Theme) -> NDArray[np.uint8]:
    """Return the flow map's colours, (256, 4) RGBA: blue vanishes, the lightest is preserved, red explodes."""
    gains = theme.gains
    return _frozen(diverging(gains.vanish, gains.preserve, gains.explode))


@cache
def state_table(theme: Theme) -> NDArray[np.uint8]:
    """Return the states' colours, (256, 4) RGBA: negative, zero in the middle, positive."""
    return _frozen(diverging(theme.low, theme.rest, theme.high))


def _load(data: dict[str, object]) -> Theme:
    unknown = set(data) - {f.name for f in fields(Theme)}
    if unknown:
        raise msgspec.ValidationError(f"A theme has no {', '.join(sorted(unknown))}.")
    return msgspec.convert(data, Theme)


def _frozen(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table.flags.writeable = False
    return table
