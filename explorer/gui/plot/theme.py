"""The look on a screen: type and icons, the same on every platform and desktop; its colours are those of a `Theme`."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from explorer.paths import resources
from explorer.workspace.scales.themes import GLOW as GLOW
from explorer.workspace.scales.themes import WHITE as WHITE
from explorer.workspace.scales.themes import Gains as Gains
from explorer.workspace.scales.themes import Theme as Theme
from explorer.workspace.scales.themes import coloured as coloured
from explorer.workspace.scales.themes import diverging_table as diverging_table
from explorer.workspace.scales.themes import sized as sized
from explorer.workspace.scales.themes import state_table as state_table
from explorer.workspace.scales.themes import themes as themes

TICK_SCALE = 0.86
"""What stands at ticks, in the size of the type."""
_APP_ICON = 128
_SANS, _SYMBOLS, _CJK = "Gradient Flow Sans", "Gradient Flow Symbols", "Gradient Flow CJK"


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
