"""How Qt's own widgets look in a theme: their palette, and one style sheet for all themes that names its roles.

A style sheet that is exchanged costs Qt a tenth of a millisecond for each widget there is, seen or not, three passes over
all of them and a layout of everything. This one stays: a theme is a palette, a language or a size of type is a font, and what
is seen looks its colours and sizes up again; the rest does when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from string import Template
from types import MappingProxyType

import shiboken6
from PySide6.QtCore import QDir, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QWidget

from explorer.gui.plot.theme import Theme, faint, font, mixed
from explorer.paths import resources

_STYLE = "fusion"
_RULE, _ASKED, _EM = re.compile(r"([^{}]+)\{([^{}]*)\}"), re.compile(r"\[(\w+)="), re.compile(r"\dem\b")
_NEWS = (QEvent.Type.ApplicationPaletteChange, QEvent.Type.ApplicationFontChange)
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
Look = tuple[Theme, str]
"""A theme, with its size of type, and the language that it is set for."""
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


@cache
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
    ``segments``, ``primary`` (the one button to press), ``flat`` (a button without a frame),
    ``wrong`` (a field whose text is refused).
    """
    sheet = Template((resources() / "themes" / "style.qss").read_text("utf-8"))
    return sheet.substitute({name: f"palette({role})" for name, role in _NAMED.items()})


def prepare(app: QApplication, theme: Theme, language: str) -> None:
    """Set all but the style sheet, before any widget is made: what is made without one is made in half the time."""
    # Else Qt hands neither a palette nor a font on to what is in a widget, and each had to be told.
    app.setAttribute(Qt.ApplicationAttribute.AA_UseStyleSheetPropagationInWidgetStyles)
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
        _when_shown().turn((theme, language))
    elif app.palette() != palette(theme) or app.font() != font(theme, language):
        type_ = app.font()
        # Each event of what is watched comes by its filter.
        before = _when_shown().turn((theme, language))
        _set(app, theme, language)
        _polish_anew(app, before, grown=app.font() != type_)


def _set(app: QApplication, theme: Theme, language: str) -> None:
    """Set what the style sheet speaks of: the palette, the type, and the marks in boxes that are checked."""
    icons, marks = resources() / "icons", "paper" if QColor(theme.accent_text).lightness() > 127 else "ink"
    QDir.setSearchPaths("gradientflow", [str(icons), str(icons / "marks" / marks)])
    # Qt goes over all widgets for each, also where it is the same again.
    if (colours := palette(theme)) != app.palette():
        app.setPalette(colours)
    if (face := font(theme, language)) != app.font():
        app.setFont(face)
    # Qt tells the windows at the next turn of its loop, and each hands it on to what it holds.
    for kind in _NEWS:
        app.sendPostedEvents(None, kind)


@cache
def _ruled(sheet: str, grown: bool) -> Mapping[str, frozenset[str]]:
    """Return the classes for which ``sheet`` names colours, or where the type has ``grown`` sizes in it, too.

    Each comes with the properties that are asked of it; "" where the rule is about all of the class. Where a sheet has no
    classes, the class is "QWidget": all of them.
    """
    found: dict[str, set[str]] = {}
    rules = _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)) or [("QWidget", sheet)]
    for heads, rule in rules:
        if "palette(" in rule or (grown and _EM.search(rule)):
            for head in heads.split(","):
                subject = head.split()[-1]
                name = re.split(r"\W", subject, maxsplit=1)[0] or "QWidget"
                found.setdefault(name, set()).update(_ASKED.findall(subject) or [""])
    return {name: frozenset(asked) for name, asked in found.items()}


@cache
def _asked_of(bases: tuple[type, ...], sheet: str, grown: bool) -> frozenset[str]:
    """Return what the rules of ``sheet`` ask of a class of widgets, by its name or one of its ``bases``, itself the first."""
    return frozenset().union(*(_ruled(sheet, grown).get(base.__name__, frozenset()) for base in bases))


def _has_rules(widget: QWidget, sheet: str, grown: bool) -> bool:
    """Return whether such a rule is about ``widget``: all else has the colours of its palette, and the sizes of its font."""
    asked = _asked_of(type(widget).__mro__, sheet, grown)
    return bool(asked) and ("" in asked or any(widget.property(name) for name in asked))


def _with_rules(widgets: Sequence[QWidget], grown: bool) -> Iterator[QWidget]:
    """Yield which of ``widgets`` have rules, of the style sheet of all or of one that what they are in has for itself."""
    all_, own = stylesheet(), set[QWidget]()
    for widget in widgets:
        sheet = widget.styleSheet()
        if sheet and _ruled(sheet, grown):
            inside = (widget, *widget.findChildren(QWidget))
            own.update(part for part in inside if _has_rules(part, sheet, grown))
    for widget in widgets:
        if _has_rules(widget, all_, grown) or widget in own:
            yield widget


class _WhenShown(QObject):
    """Dresses what was out of sight when the theme changed, as soon as it is shown: nothing is painted before.

    It waits for the outermost of what is hidden, and asks only then what that holds. What comes back in the look that it
    had when it went, as the sides after a presentation, has nothing to look up.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: set[QWidget] = set()
        self._worn: dict[QWidget, Look | None] = {}
        self._look: Look | None = None

    def turn(self, look: Look) -> Look | None:
        """Take on another look, and wait for none until it is known who is out of sight; return the look before."""
        for widget in filter(shiboken6.isValid, self._waiting):
            widget.removeEventFilter(self)
        self._waiting.clear()
        self._worn = {widget: worn for widget, worn in self._worn.items() if shiboken6.isValid(widget)}
        before, self._look = self._look, look
        return before

    def watch(self, hidden: QWidget, worn: Look | None) -> None:
        """Wait for ``hidden``, which was seen last in a look, to be shown; None for a window, which Qt tells nothing."""
        self._worn.setdefault(hidden, worn)
        hidden.installEventFilter(self)
        self._waiting.add(hidden)

    def came(self, seen: Iterable[QWidget]) -> bool:
        """Take what is ``seen`` for dressed; return whether any of it had been out of sight before what it is in was."""
        return bool([part for part in seen if self._worn.pop(part, self._look) != self._look])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See a widget come."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            self._waiting.discard(watched)
            self._dress(watched, self._worn.pop(watched, None))
        return False

    def _dress(self, shown: QWidget, worn: Look | None) -> None:
        if shown.isWindow():
            # Qt has told only those that had been shown before.
            for kind in _NEWS:
                QApplication.sendEvent(shown, QEvent(kind))
        seen = _seen_in(shown, self, worn)
        if worn == self._look and not self.came(seen):
            return
        # What it is in may ask then how large it is.
        for part in reversed([*_with_rules(seen, grown=True)]):
            _polish(part, grown=True)


def _seen_in(window: QWidget, late: _WhenShown, worn: Look | None) -> list[QWidget]:
    """Return ``window`` and what is visible in it, which has ``worn`` a look; what is not waits, with all that it holds."""
    seen = [window]
    # It grows meanwhile by what each holds.
    for widget in seen:
        for part in widget.findChildren(QWidget, options=_DIRECT):
            if part.isVisible():
                seen.append(part)
            else:
                late.watch(part, worn)
    return seen


@cache
def _when_shown() -> _WhenShown:
    return _WhenShown()


def _polish_anew(app: QApplication, before: Look | None, grown: bool) -> None:
    """Let what is seen and has rules look its colours and sizes up again: Qt keeps them until it is polished.

    Where the type has ``grown``, or shrunk, so have the sizes. What is out of sight does when it is shown.
    """
    late, seen = _when_shown(), list[QWidget]()
    for window in app.topLevelWidgets():
        if window.isVisible():
            seen += _seen_in(window, late, before)
        else:
            late.watch(window, None)
    late.came(seen)
    for widget in _with_rules(seen, grown):
        _polish(widget, grown)


def _polish(widget: QWidget, grown: bool) -> None:
    widget.style().polish(widget)
    if grown:
        _measure_anew(widget)
        widget.updateGeometry()


def _measure_anew(widget: QWidget) -> None:
    """Let ``widget`` forget how large it was, which some keep in mind until their style is another."""
    if isinstance(widget, _MEASURED):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
