"""What is taken along of a sweep: its picture, its numbers, and a page that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QWidget

from explorer.gui.core.file_dialog import file_to_save, of_kind
from explorer.gui.export.formats import PAGE, PICTURES, drawing
from explorer.gui.sweeps.canvas import SweepCanvas
from explorer.gui.sweeps.words import quantity_title, setting_title, value_text
from explorer.gui.words.i18n import language, tr
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.sweeps.giving import FORMATS, as_csv

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
figure {{ margin: 0; }} svg {{ width: 100%; height: auto; }} td {{ padding: 0 1.5rem 0 0; vertical-align: top; }}
</style>
</head>
<body>
<h1>{title}</h1>
<figure>{picture}</figure>
<table>{rows}</table>
<p><a download="sweep.csv" href="data:text/csv;base64,{numbers}">{link}</a></p>
</body>
</html>
"""


def save_picture_of(parent: QWidget, canvas: SweepCanvas) -> Path | None:
    """Ask for a name and draw the picture into it; return the file, None for none.

    Raises
    ------
    BadFile
        If it can't be written.
    """
    path = _asked(parent, tr("Export a picture"), "sweep.png", of_kind(tr("Pictures"), PICTURES))
    if path is not None:
        # Three formats' machinery: for who wants one.
        from explorer.gui.export.pictures import save_picture

        save_picture(canvas, path, canvas.described())
    return path


def ask_for_numbers(parent: QWidget, write: Callable[[Path], None]) -> Path | None:
    """Ask for a name and ``write`` the numbers into it; return the file, None for none.

    Raises
    ------
    BadFile
        As ``write`` does.
    """
    path = _asked(parent, tr("Export the numbers"), "sweep.csv", of_kind(tr("Numbers"), FORMATS))
    if path is not None:
        write(path)
    return path


def save_page(parent: QWidget, canvas: SweepCanvas) -> Path | None:
    """Ask for a name and write a page into it, which any browser shows; return the file, None for none.

    Raises
    ------
    BadFile
        If it can't be written.
    """
    path = _asked(parent, tr("Export a page"), f"sweep{PAGE}", of_kind(tr("Pages"), (PAGE,)))
    if path is not None:
        write_bytes(path, page(canvas).encode("utf-8"))
    return path


def page(canvas: SweepCanvas) -> str:
    """Return a page of what the ``canvas`` shows: the picture, what is swept, and all numbers."""
    picture = canvas.picture
    assert picture is not None
    drawn = drawing(".svg")(canvas, 1.0, canvas.described()).decode("utf-8")
    sweep = picture.sweep
    told = [(setting_title(axis.name), ", ".join(map(value_text, axis.values))) for axis in sweep.axes]
    told.append((tr("Measured"), ", ".join(map(quantity_title, sweep.quantities))))
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(values)}</td></tr>" for name, values in told)
    return _PAGE.format(
        language=language().replace("_", "-"), title=escape(tr("Sweep")), picture=drawn[drawn.index("<svg") :], rows=rows,
        numbers=base64.b64encode(as_csv(picture.table).encode("utf-8")).decode("ascii"),
        link=escape(tr("All numbers as a table (CSV)")),
    )  # fmt: skip


def _asked(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    found = file_to_save(parent, title, Path(QDir.homePath()) / name, kinds)
    return Path(found) if found else None
