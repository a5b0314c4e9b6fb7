"""What belongs to the person and not to the exploration: theme, language, recent files, the window's shape.

`QSettings` unpickles what it reads, so only plain strings, numbers and truth values are stored, and what comes back is
checked like any other foreign data.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from explorer.engine.errors import BadFile, Refusal
from explorer.paths import data_folder
from explorer.workspace.disk.places import is_there

_MOST_RECENT = 8
_SEPARATOR = "\n"


class Preferences:
    """A person's preferences, kept between sessions."""

    def __init__(self) -> None:
        self._settings = QSettings("gradient-flow-explorer", "gradient-flow-explorer")
        self._hear: Callable[[Refusal], object] | None = None

    def let_hear(self, hear: Callable[[Refusal], object]) -> None:
        """Tell ``hear``, once, when a person changes what can't be kept."""
        self._hear = hear

    def text(self, name: str, default: str) -> str:
        """Return a stored text."""
        value = self._settings.value(name, default)
        return value if isinstance(value, str) else default

    def set_text(self, name: str, value: str) -> None:
        """Store a text."""
        self._settings.setValue(name, value)
        if self._hear is not None and not self._settings.isWritable():
            hear, self._hear = self._hear, None
            folder = Path(self._settings.fileName()).parent
            hear(BadFile("Settings can't be kept: “{folder}” may not be written.", folder=folder))

    def shape(self, name: str) -> QByteArray:
        """Return the stored geometry or splitter state, empty if there is none."""
        return QByteArray.fromHex(self.text(f"shape/{name}", "").encode("ascii", "ignore"))

    def set_shape(self, name: str, shape: QByteArray) -> None:
        """Store a geometry or splitter state."""
        self.set_text(f"shape/{name}", bytes(shape.toHex().data()).decode("ascii"))

    def recent(self) -> list[Path]:
        """Return the files opened or saved last that are still there, newest first."""
        names = self.text("recent", "").split(_SEPARATOR)
        return [Path(name) for name in names if name and is_there(Path(name)) and Path(name).is_file()]

    def add_recent(self, path: Path) -> None:
        """Put ``path`` first among the recent files."""
        path = Path(os.path.realpath(path))
        kept = [path, *(other for other in self.recent() if other != path)]
        self.set_text("recent", _SEPARATOR.join(str(p) for p in kept[:_MOST_RECENT]))

    @staticmethod
    def data_folder() -> Path:
        """Return the folder for the program's own data, such as the autosave."""
        return data_folder()
