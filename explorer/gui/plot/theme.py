"""The look: colours, type and icons, the same on every platform and desktop."""

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
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from explorer.gui.plot.colours import diverging
from explorer.paths import resources

Colour = Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
Stops = Annotated[tuple[Colour, ...], msgspec.Meta(min_length=2)]

GLOW, WHITE = "glow", "white"
"""The scales of gains: preserved is warm light and what vanishes falls into the night, or all stands about white."""

_APP_ICON = 128
_SANS, _SYMBOLS, _CJK = "Gradient Flow Sans", "Gradient Flow Symbols", "Gradient Flow CJK"


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


@cache
def icon(name: str, theme: Theme) -> QIcon:
    """Return the icon ``name``, sharp at once and twice its size, tinted for ``theme``, grey where disabled.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    drawing = (resources() / "icons" / f"{name}.svg").read_text("utf-8")
    tints = (
        (theme.text, QIcon.Mode.Normal, QIcon.State.Off),
        (theme.accent_text, QIcon.Mode.Normal, QIcon.State.On),
        (faint(theme).name(), QIcon.Mode.Disabled, QIcon.State.Off),
    )
    size = _APP_ICON if name == "app" else icon_size(theme)
    result = QIcon()
    for colour, mode, state in tints:
        for scale in (1, 2):
            result.addPixmap(_drawn(drawing.replace("currentColor", colour), size, scale), mode, state)
    return result


def icon_size(theme: Theme) -> int:
    """Return the side of a button's icon in pixels: it grows with the type."""
    return round(1.8 * theme.font_size)


def put_icon(button: QAbstractButton, drawing: QIcon, theme: Theme) -> None:
    """Give ``button`` an icon in the size of the type of ``theme``."""
    button.setIcon(drawing)
    size_icon(button, theme)


def size_icon(button: QAbstractButton, theme: Theme) -> None:
    """Give the icon of ``button`` the size of the type of ``theme``."""
    button.setIconSize(QSize(1, 1) * icon_size(theme))


@cache
def load_fonts() -> tuple[str, ...]:
    """Return the families that the program ships, registered with Qt: letters, symbols, Chinese."""
    for path in sorted((resources() / "fonts").glob("*.?tf")):
        QFontDatabase.addApplicationFont(str(path))
    return (_SANS, _SYMBOLS, _CJK)


def font(theme: Theme, language: str, scale: float = 1.0) -> QFont:
    """Return the shipped font at ``scale`` times the size of ``theme``; also for what pyqtgraph draws.

    In Chinese the Chinese family comes first, for the sake of its full-width quotation marks and dashes.
    """
    # What Qt has found out about a font its copies know.
    return QFont(_font(theme.font_size * scale, language))


@cache
def _font(points: float, language: str) -> QFont:
    load_fonts()
    families = [_CJK, _SANS, _SYMBOLS] if language.startswith("zh") else [_SANS, _SYMBOLS, _CJK]
    result = QFont()
    result.setFamilies(families)
    result.setPointSizeF(points)
    result.setStyleHint(QFont.StyleHint.SansSerif)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result


def _load(data: dict[str, object]) -> Theme:
    unknown = set(data) - {f.name for f in fields(Theme)}
    if unknown:
        raise msgspec.ValidationError(f"A theme has no {', '.join(sorted(unknown))}.")
    return msgspec.convert(data, Theme)


def faint(theme: Theme) -> QColor:
    """Return the colour of what is disabled."""
    return mixed(theme.muted, theme.card, 0.55)


def mixed(one: str, other: str, share: float) -> QColor:
    """Return ``share`` of ``one`` over ``other``."""
    a, b = QColor(one), QColor(other)
    parts = zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(share * x + (1 - share) * y) for x, y in parts))


def _drawn(svg: str, size: int, scale: int) -> QPixmap:
    pixmap = QPixmap(size * scale, size * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def _frozen(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table.flags.writeable = False
    return table
