"""The look: colours, type, icons and the style sheet, the same on every platform and desktop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from string import Template
from types import MappingProxyType
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDir, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from explorer.gui.plot.colours import diverging
from explorer.gui.plot.graphs import pg
from explorer.paths import resources

Colour = Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
Stops = Annotated[tuple[Colour, ...], msgspec.Meta(min_length=2)]

GLOW, WHITE = "glow", "white"
"""The scales of gains: preserved is warm light and what vanishes falls into the night, or all stands about white."""

_APP_ICON = 128
_STYLE = "fusion"
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


def palette(theme: Theme) -> QPalette:
    """Return the palette of ``theme``, every role set in every group: no desktop's colours shine through."""
    roles, colours = QPalette.ColorRole, QPalette()
    for role, colour in _roles(theme).items():
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            colours.setColor(group, role, QColor(colour))
    for role in (
        roles.WindowText,
        roles.Text,
        roles.ButtonText,
        roles.HighlightedText,
        roles.PlaceholderText,
    ):
        colours.setColor(QPalette.ColorGroup.Disabled, role, _faint(theme))
    colours.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(theme.border))
    return colours


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of ``theme``.

    Widgets opt in by properties: ``segment`` (a button of a choice, one that ``opens`` a menu) in a frame with
    ``segments``, ``card`` (a frame), ``primary`` (the one button to press), ``flat`` (a button without a frame),
    ``heading`` and ``muted`` (labels), ``wrong`` (a field whose text is refused).
    """
    QDir.setSearchPaths("gradientflow", [str(resources() / "icons")])
    sheet = Template((resources() / "themes" / "style.qss").read_text("utf-8"))
    colours = {f.name: getattr(theme, f.name) for f in fields(theme)}
    return sheet.substitute(colours, **_blends(theme))


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
        (_faint(theme).name(), QIcon.Mode.Disabled, QIcon.State.Off),
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


def prepare(app: QApplication, theme: Theme, language: str) -> None:
    """Set all but the style sheet, before any widget is made: type that comes later doesn't reach all that is there.

    There is no style sheet after it. What is made without one is made in half the time, and one that is put in the place
    of another takes Qt three times as long as one that is put in no other's.
    """
    pg.setConfigOptions(background=theme.card, foreground=theme.muted, antialias=True)
    app.setPalette(palette(theme))
    # While the old sheet still stands: what is hidden would else keep its type.
    app.setFont(font(theme, language))
    app.setStyleSheet("")
    if app.style().name() != _STYLE:
        app.setStyle(_STYLE)


def apply(app: QApplication, theme: Theme, language: str) -> None:
    """Dress the whole application in ``theme``, set for reading ``language``; nothing is polished twice.

    The first time it is best done to widgets that stand where they belong: with a style sheet, Qt polishes all that a
    widget holds again whenever it is put into another.
    """
    sheet = stylesheet(theme)
    if app.styleSheet() != sheet or app.font() != font(theme, language):
        prepare(app, theme, language)
        app.setStyleSheet(sheet)


def _load(data: dict[str, object]) -> Theme:
    unknown = set(data) - {f.name for f in fields(Theme)}
    if unknown:
        raise msgspec.ValidationError(f"A theme has no {', '.join(sorted(unknown))}.")
    return msgspec.convert(data, Theme)


def _roles(theme: Theme) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    return {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.card,
        role.AlternateBase: theme.panel, role.Text: theme.text, role.PlaceholderText: theme.muted,
        role.Button: theme.card, role.ButtonText: theme.text, role.BrightText: theme.nan,
        role.ToolTipBase: theme.card, role.ToolTipText: theme.text, role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text, role.Accent: theme.accent, role.Link: theme.accent,
        role.LinkVisited: theme.accent, role.Light: theme.card, role.Midlight: theme.panel,
        role.Mid: theme.border, role.Dark: theme.muted, role.Shadow: theme.border,
    }  # fmt: skip


def _blends(theme: Theme) -> dict[str, str]:
    """Return what the style sheet needs besides the fields of ``theme``."""
    mark_side = 2 * round(0.7 * theme.font_size)
    return {
        "hover": _mixed(theme.accent, theme.card, 0.10).name(),
        "pressed": _mixed(theme.accent, theme.card, 0.22).name(),
        "faint": _faint(theme).name(),
        "accent_hover": _mixed(theme.accent, theme.text, 0.86).name(),
        "track": _mixed(theme.text, theme.panel, 0.07).name(),
        "check": "paper" if QColor(theme.accent_text).lightness() > 127 else "ink",
        "icon": str(icon_size(theme)),
        "mark": str(mark_side),
        "round": str(mark_side // 2 + 1),
        "arrow": str(round(theme.font_size)),
    }


def _faint(theme: Theme) -> QColor:
    """Return the colour of what is disabled."""
    return _mixed(theme.muted, theme.card, 0.55)


def _mixed(one: str, other: str, share: float) -> QColor:
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
