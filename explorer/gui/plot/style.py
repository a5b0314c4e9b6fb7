"""How Qt's own widgets look in a theme: their palette, and one style sheet for all themes that names its roles.

A style sheet that is exchanged costs Qt a tenth of a millisecond for each widget there is, seen or not, three passes over
all of them and a layout of everything. This one stays: a theme is a palette, a language or a size of type is a font, and what
is seen looks its colours and sizes up again; the rest does when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Template
from types import MappingProxyType

from PySide6.QtCore import QDir, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QWidget

from explorer.gui.plot.graphs import pg
from explorer.gui.plot.theme import Theme, faint, font, mixed
from explorer.paths import resources

_STYLE = "fusion"
_MEASURED = (QAbstractButton, QAbstractSpinBox, QComboBox)

_NAMED: Mapping[str, str] = MappingProxyType(
    {
        "window": "window", "panel": "alternate-base", "card": "base", "border": "mid", "text": "text",
        "muted": "placeholder-text", "accent": "highlight", "accent_text": "highlighted-text", "bound": "bright-text",
        "hover": "light", "pressed": "midlight", "track": "dark", "faint": "shadow", "accent_hover": "link-visited",
    }
)  # fmt: skip
"""The roles of the palette that hold the colours of the style sheet."""


def _roles(theme: Theme) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    return {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.card,
        role.AlternateBase: theme.panel, role.Text: theme.text, role.PlaceholderText: theme.muted,
        role.Button: theme.card, role.ButtonText: theme.text, role.BrightText: theme.bound,
        role.ToolTipBase: theme.card, role.ToolTipText: theme.text, role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text, role.Accent: theme.accent, role.Link: theme.accent,
        role.LinkVisited: mixed(theme.accent, theme.text, 0.86).name(),
        role.Light: mixed(theme.accent, theme.card, 0.10).name(),
        role.Midlight: mixed(theme.accent, theme.card, 0.22).name(), role.Mid: theme.border,
        role.Dark: mixed(theme.text, theme.panel, 0.07).name(), role.Shadow: faint(theme).name(),
    }  # fmt: skip


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
        colours.setColor(QPalette.ColorGroup.Disabled, role, faint(theme))
    colours.setColor(QPalette.ColorGroup.Disabled, roles.Highlight, QColor(theme.border))
    return colours


@cache
def stylesheet() -> str:
    """Return the style sheet, the same for every theme and size of type: it names roles of the palette and measures in em.

    Widgets opt in by properties: ``segment`` (a button of a choice, one that ``opens`` a menu) in a frame with
    ``segments``, ``card`` (a frame), ``primary`` (the one button to press), ``flat`` (a button without a frame),
    ``heading`` and ``muted`` (labels), ``wrong`` (a field whose text is refused).
    """
    sheet = Template((resources() / "themes" / "style.qss").read_text("utf-8"))
    return sheet.substitute({name: f"palette({role})" for name, role in _NAMED.items()})


def prepare(app: QApplication, theme: Theme, language: str) -> None:
    """Set all but the style sheet, before any widget is made: what is made without one is made in half the time."""
    app.setStyleSheet("")
    if app.style().name() != _STYLE:
        app.setStyle(_STYLE)
    _set(app, theme, language)


def apply(app: QApplication, theme: Theme, language: str) -> None:
    """Dress the whole application in ``theme``, set for reading ``language``: what is seen at once, the rest when it is.

    The first time it is best done to widgets that stand where they belong: with a style sheet, Qt polishes all that a
    widget holds again whenever it is put into another.
    """
    if app.styleSheet() != stylesheet():
        prepare(app, theme, language)
        app.setStyleSheet(stylesheet())
    elif app.palette() != palette(theme) or app.font() != font(theme, language):
        type_ = app.font()
        _set(app, theme, language)
        _polish_anew(app, grown=app.font() != type_)


def _set(app: QApplication, theme: Theme, language: str) -> None:
    """Set what the style sheet speaks of: the palette, the type, and the marks in boxes that are checked."""
    pg.setConfigOptions(background=theme.card, foreground=theme.muted, antialias=True)
    icons, marks = resources() / "icons", "paper" if QColor(theme.accent_text).lightness() > 127 else "ink"
    QDir.setSearchPaths("gradientflow", [str(icons), str(icons / "marks" / marks)])
    app.setPalette(palette(theme))
    app.setFont(font(theme, language))


class _WhenShown(QObject):
    """Polishes what was out of sight when the theme changed, as soon as it is shown: nothing is painted before."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See a widget come."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            _polish(watched, grown=True)
        return False


@cache
def _when_shown() -> _WhenShown:
    return _WhenShown()


def _polish_anew(app: QApplication, grown: bool) -> None:
    """Let every widget look the colours and sizes of its style up again: Qt keeps them until it is polished.

    Where the type has ``grown``, or shrunk, so have the sizes. What is out of sight takes the type at once: what it would
    need decides whether it is shown, and Qt (6.11) gives another type only to what it polishes.
    """
    late, polished = _when_shown(), Qt.WidgetAttribute.WA_WState_Polished
    hidden = []
    for widget in app.allWidgets():
        if widget.isVisible():
            _polish(widget, grown)
        elif widget.testAttribute(polished):
            # Each event of what is watched comes by its filter: four to every one that is told of another type.
            widget.removeEventFilter(late)
            hidden.append(widget)
    if grown:
        news = QEvent(QEvent.Type.ApplicationFontChange)
        for widget in hidden:
            app.sendEvent(widget, news)
            _measure_anew(widget)
    for widget in hidden:
        widget.installEventFilter(late)


def _polish(widget: QWidget, grown: bool) -> None:
    widget.style().polish(widget)
    if grown:
        _measure_anew(widget)
        widget.updateGeometry()
    widget.update()


def _measure_anew(widget: QWidget) -> None:
    """Let ``widget`` forget how large it was, which some keep in mind until their style is another."""
    if isinstance(widget, _MEASURED):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
