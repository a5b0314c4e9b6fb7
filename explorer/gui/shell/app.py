"""The application: opens the window, or draws it into a file without one."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QLocale, QSize
from PySide6.QtWidgets import QApplication, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.core.in_words import picture_in_words
from explorer.gui.core.view import View, settle
from explorer.gui.export.formats import drawing
from explorer.gui.export.pictured import pictured
from explorer.gui.plot.theme import GLOW, coloured, themes
from explorer.gui.shell.preferences import Preferences
from explorer.gui.shell.rubbish import keep_tidy
from explorer.gui.shell.window import Window
from explorer.gui.words.i18n import speaking
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.beside import alone, beside
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.words.catalogues import SOURCE

if TYPE_CHECKING:
    from explorer.workspace.lessons.lesson import Lesson
    from explorer.workspace.sweeps.table import Table

_WINDOW = (1600, 1000)
"""Pixels: of the window from which a single view is taken."""
_SWITCH = 5e-4
"""Seconds: painting takes the interpreter's lock again after every stroke, and must not wait long for those who work."""


class FixedPreferences(Preferences):
    """Preferences for a picture: those asked for, and nothing of the person's is read or written."""

    def __init__(self, theme: str, language: str, colours: str = GLOW) -> None:
        self._texts = {"theme": theme, "language": language, "colours": colours}

    def text(self, name: str, default: str) -> str:
        """Return what was asked for."""
        return self._texts.get(name, default)

    def set_text(self, name: str, value: str) -> None:
        """Forget what the window would keep."""


def run(
    exploration: Exploration | None,
    path: Path | None,
    lesson: Lesson | None = None,
    told: Path | None = None,
    layer: str = "",
) -> int:
    """Open the window on ``exploration``, that of the file ``path`` if there is one; return the exit code.

    Without an exploration it opens on the first preset, and says what is wrong with ``path``. A ``lesson`` begins at once;
    one that a file ``told`` is read again when that is edited. Of a watched run a ``layer`` alone is followed.
    """
    running = application()
    preferences = Preferences()
    if not preferences.text("language", ""):
        chinese = QLocale.system().language() == QLocale.Language.Chinese
        preferences.set_text("language", "zh_CN" if chinese else SOURCE)
    window = Window(exploration or default().exploration, preferences)
    if path is not None and exploration is not None:
        window.documents.belong_to(path)
    window.start()
    if path is not None and layer:
        window.documents.follow(path, layer)
    elif path is not None and exploration is None:
        # It was refused, and the window says so, too; or it is somebody's network.
        window.open(path)
    if lesson is not None:
        window.lessons.begin(lesson, path=told if told and told.is_file() else None)
    return running.exec()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a picture is to be: ``size`` in pixels, and how the window is dressed for it.

    ``view`` is the name of one, "all" for all that the window shows but its controls, or "window" for the window as it is.
    A ``presentation`` has large type, and of all views those on the time axis alone.
    """

    size: tuple[int, int]
    theme: str = "light"
    colours: str = GLOW
    language: str = SOURCE
    view: str = "all"
    presentation: bool = False


def render(ending: str, exploration: Exploration, sheet: Sheet) -> bytes:
    """Return a picture of ``exploration`` as the bytes of a file with this ``ending`` (see `gui.export.formats`).

    No display is needed; the same arguments give the same bytes.

    Raises
    ------
    Refusal
        If the exploration can't be worked out.
    """
    with drawn(exploration, sheet) as widget:
        return drawing(ending)(widget, 1.0, picture_in_words(widget))


def render_sweep(ending: str, table: Table, sheet: Sheet) -> bytes:
    """Return a picture of what is known of a sweep, of the size, in the colours and in the language that ``sheet`` says."""
    application()
    # A start waits for none of it.
    from explorer.gui.sweeps.drawn import drawn as drawn_sweep

    with speaking(sheet.language):
        return drawn_sweep(table, ending, QSize(*sheet.size), coloured(themes()[sheet.theme], sheet.colours))


@contextlib.contextmanager
def drawn(exploration: Exploration, sheet: Sheet) -> Iterator[QWidget]:
    """Yield what a picture of ``exploration`` shows, laid out as the ``sheet`` says.

    Raises
    ------
    Refusal
        If the exploration can't be worked out.
    """
    single = sheet.view not in ("all", "window")
    size = _WINDOW if single else sheet.size
    if single:
        exploration = beside(exploration) if sheet.view == "compare" else alone(exploration, exploration.active)
    # What is painted on the way, more or less of it as the machine is busy, moves letters by 1/64 of a pixel afterwards.
    window = picture_window(exploration, size, sheet.theme, sheet.language, painted=False, colours=sheet.colours)
    try:
        window.become_picture(size)
        window.set_presentation(sheet.presentation)
        window.menuBar().setVisible(sheet.view == "window")
        widget: QWidget = _taken_out(window, sheet.view, sheet.size) if single else window
        QApplication.processEvents()
        settle(widget)
        for part in {window, widget}:
            part.setUpdatesEnabled(True)
        with contextlib.nullcontext() if sheet.view == "window" else pictured(widget):
            yield widget
    finally:
        discard(window)


def _taken_out(window: Window, name: str, size: tuple[int, int]) -> View:
    """Return the view ``name`` on its own, ``size`` pixels large: the window is of no more use."""
    view = next(view for view in window.views if view.objectName() == name)
    window.bring_forward(view)
    view.setParent(None)
    view.setFixedSize(*size)
    view.show()
    return view


def picture_window(
    exploration: Exploration,
    size: tuple[int, int],
    theme: str,
    language: str,
    painted: bool = True,
    colours: str = GLOW,
) -> Window:
    """Return a window of ``size`` pixels that shows ``exploration`` and is no business of the person's preferences.

    One that is not ``painted`` is laid out all the same.
    """
    application()
    window = Window(exploration, FixedPreferences(theme, language, colours))
    try:
        window.setUpdatesEnabled(painted)
        window.setFixedSize(*size)
        # The size of type follows from the room that there is.
        window.set_theme(theme)
        window.show()
        window.show_now()
        QApplication.processEvents()
    except Refusal:
        discard(window)
        raise
    return window


def discard(window: Window) -> None:
    """Close ``window`` and delete it now: one left until rubbish is looked for slows the next."""
    window.documents.give_up_all()
    window.close()
    shiboken6.delete(window)


def application() -> QApplication:
    """Return the application, made if there is none; on a machine without a display it draws offscreen."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        keep_tidy(existing)
        return existing
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QApplication(sys.argv[:1])
    sys.setswitchinterval(_SWITCH)
    # What is loaded is no rubbish, and is not looked through for it again.
    gc.freeze()
    keep_tidy(made)
    made.setApplicationName("gradient-flow-explorer")
    made.setDesktopFileName("gradient-flow-explorer")
    return made
