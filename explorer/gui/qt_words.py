"""Qt's own words in another language: those of its dialogs, also where Qt's catalogue leaves them English."""

from __future__ import annotations

from PySide6.QtCore import QTranslator

from explorer.gui.i18n import mark, tr

_LEFT_ENGLISH = {
    "QFileDialog": (mark("&Look in:"), mark("Files of &type:")),
    "QAbstractFileIconProvider": (mark("Folder"), mark("File")),
}


class QtWords(QTranslator):
    """Qt's catalogue, and behind it the program's own."""

    def translate(self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Return what ``source_text`` is called, or None where nobody knows: then Qt shows it as it is."""
        found = super().translate(context, source_text, disambiguation, n)
        if not found and source_text in _LEFT_ENGLISH.get(context, ()):
            found = tr(source_text)
        return found or None
