"""How everything looks and which language it speaks: what the person chose, fitted to the screen, for all that is dressed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from explorer.gui.plot import style
from explorer.gui.plot import theme as themes
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words import i18n
from explorer.workspace.words.catalogues import SOURCE

_PRESENTATION_SCALE = 1.5
_LINES_ON_A_SCREEN, _LINES_WITH_CONTROLS = 60, 62
_LEAST_TYPE = 10.0


class Dressed(Protocol):
    """What takes on a theme, and says everything in the language that is now spoken."""

    def dress(self, theme: Theme, /) -> None:
        """Take on a theme and the language."""


class Appearance(QObject):
    """The ``theme`` in the size of type that fits, and the ``language``; ``changed()`` when the person takes others.

    Made before the window: that, too, begins with the type that is there when it is made, and its children inherit it.
    """

    changed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences, self._name = preferences, preferences.text("theme", "light")
        language = preferences.text("language", i18n.language())
        self._colours = preferences.text("colours", themes.GLOW)
        theme = self._coloured(themes.themes().get(self._name, themes.themes()["light"]))
        # Fitted to the screen already: what is drawn for type of another size would be drawn twice.
        screen = QApplication.primaryScreen().size().height()
        self.theme = themes.sized(theme, _type_size(theme.font_size, screen, 0, presenting=False))
        self.language = self._spoken = language if language in i18n.languages() else SOURCE
        style.prepare(_application(), self.theme, self.language)
        i18n.set_language(self.language)

    def obey(self, actions: Actions) -> None:
        """Let the actions change it."""
        actions.let(theme=self._next_theme, language=self._next_language)

    def set_theme(self, name: str) -> None:
        """Take another theme."""
        self._name = name
        self._preferences.set_text("theme", name)
        self.changed.emit()

    def set_colours(self, name: str) -> None:
        """Take another scale of gains."""
        self._colours = name
        self._preferences.set_text("colours", name)
        self.changed.emit()

    def set_language(self, code: str) -> None:
        """Speak another language."""
        self.language = code
        self._preferences.set_text("language", code)
        i18n.set_language(code)
        self.changed.emit()

    def fits(self, screen: int, height: int, presenting: bool) -> bool:
        """Return whether the type is the one that `fit` would give."""
        size = _type_size(self._own().font_size, screen, height, presenting)
        return themes.font(self.theme, self._spoken) == themes.font(themes.sized(self.theme, size), self.language)

    def fit(self, screen: int, height: int, presenting: bool) -> None:
        """Dress the application, its type fitted to a ``screen`` and to the ``height`` of a window on it, in pixels."""
        theme = self._own()
        self.theme, self._spoken = (
            themes.sized(theme, _type_size(theme.font_size, screen, height, presenting)),
            self.language,
        )
        style.apply(_application(), self.theme, self.language)

    def _next_theme(self) -> None:
        """Take the theme after the present one."""
        self.set_theme(_after(themes.themes(), self.theme.name))

    def _next_language(self) -> None:
        """Speak the language after the present one."""
        self.set_language(_after(i18n.languages(), self.language))

    def _own(self) -> Theme:
        """Return the chosen theme with its type as it comes."""
        return self._coloured(themes.themes().get(self._name, self.theme))

    def _coloured(self, theme: Theme) -> Theme:
        """Return ``theme`` with the chosen scale of gains; one that it does not have is left out of account."""
        return themes.coloured(theme, self._colours) if self._colours in theme.scales else theme


def _after(names: Iterable[str], name: str) -> str:
    """Return which of ``names`` follows ``name``, round and round."""
    known = list(names)
    return known[(known.index(name) + 1) % len(known)]


def _type_size(size: float, screen: int, height: int, presenting: bool) -> float:
    """Return the size of type for a screen: larger for a presentation, smaller where four views would have no room."""
    if presenting:
        return max(size, min(size * _PRESENTATION_SCALE, screen / _LINES_ON_A_SCREEN))
    return min(size, max(_LEAST_TYPE, max(screen, height) / _LINES_WITH_CONTROLS))


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
