"""Pictures of the window or of one view: PNG at twice the size, SVG and PDF as drawings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from explorer.engine.errors import BadFile, Names
from explorer.gui.export.formats import PICTURES, drawing
from explorer.gui.export.pictured import pictured
from explorer.workspace.disk.writing import write_bytes


def save_picture(widget: QWidget, path: Path, words: str = "") -> None:
    """Draw ``widget`` without its controls, twice as fine as on the screen, into a file in the format of its ending.

    ``words`` describe it to who can't see it.
    The file is there whole or not at all.

    Raises
    ------
    BadFile
        If the ending is unknown or the file can't be written.
    """
    if path.suffix.lower() not in PICTURES:
        raise BadFile(
            "“{name}” has no ending that is known for pictures; use one of {endings}.",
            name=path.name, endings=Names(PICTURES),
        )  # fmt: skip
    with pictured(widget):
        drawn = drawing(path.suffix)(widget, 2.0, words)
    write_bytes(path, drawn)
