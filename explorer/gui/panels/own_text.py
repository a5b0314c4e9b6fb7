"""A person's own text, read whole."""

from __future__ import annotations

from pathlib import Path

from explorer.engine.errors import BadFile
from explorer.workspace.reading import read_bounded

_MOST_BYTES = 5_000_000


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file.

    Raises
    ------
    BadFile
        The file can't be read, is too big, or is not UTF-8 text.
    """
    try:
        return read_bounded(path, _MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(
            "“{name}” is not UTF-8 text: save it again as UTF-8 (in a spreadsheet, “CSV UTF-8”).", name=path.name
        ) from None
