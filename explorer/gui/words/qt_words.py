"""Qt's own words in another language: those of its dialogs, menus and keys, in the words that the window has for them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTranslator

from explorer.workspace.words.marking import mark

# What Qt's catalogue leaves English, or calls otherwise than the window does.
_OURS = {
    "QFileDialog": (mark("&Look in:"), mark("Files of &type:"), mark("Show ")),
    "QFileSystemModel": (mark("Size"),),
    "QAbstractFileIconProvider": (mark("Folder"), mark("File")),
    "QShortcut": (mark("Left"), mark("Right"), mark("Up"), mark("Down")),
    "QLineEdit": (mark("&Undo"),),
    "QWidgetTextControl": (mark("&Undo"),),
    "QAbstractSpinBox": (mark("&Step up"), mark("Step &down")),
    "QPlatformTheme": (mark("Discard"),),
    "QComboBox": (mark("Open the combo box selection popup"),),
}

# Keys that Qt would read from its catalogue, and finds none that is called so there.
_KEYS = {("QFileDialog", key) for key in ("Alt+Left", "Alt+Right", "Alt+Up")}


class QtWords(QTranslator):
    """Qt's catalogue, and before it the program's own, which ``tr`` reads."""

    def __init__(self, tr: Callable[[str], str]) -> None:
        super().__init__()
        self._tr = tr

    def translate(self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Return what ``source_text`` is called, or None where nobody knows: then Qt shows it as it is."""
        if source_text in _OURS.get(context, ()):
            return self._tr(source_text)
        if (context, source_text) in _KEYS:
            return source_text
        return super().translate(context, source_text, disambiguation, n) or None
