"""Pictures of the window or of one view: PNG at twice the size, SVG and PDF as drawings."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QSizeF, Qt, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter, QPixmap
from PySide6.QtWidgets import QWidget

from explorer.engine.errors import BadFile, Names
from explorer.gui.export.pdf import PdfDrawing
from explorer.gui.export.pictured import pictured
from explorer.gui.export.svg import SvgDrawing
from explorer.workspace.disk.writing import write_bytes

FORMATS = (".png", ".svg", ".pdf")
_TITLE = "Gradient Flow Explorer"
_NOTHING_MORE = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'


_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)\n")
"""What `QPdfWriter` says of the time, at the beginning."""
_PLACE = re.compile(rb"(\d{10})(?= \d{5} n)")


def save_picture(widget: QWidget, path: Path) -> None:
    """Draw ``widget`` without its controls, twice as fine as on the screen, into a file in the format of its ending.

    The file is there whole or not at all.

    Raises
    ------
    BadFile
        If the ending is unknown or the file can't be written.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise BadFile(
            "“{name}” has no ending that is known for pictures; use one of {endings}.",
            name=path.name, endings=Names(FORMATS),
        )  # fmt: skip
    with pictured(widget):
        drawn = picture(widget, ending, scale=2.0)
    write_bytes(path, drawn)


def picture(widget: QWidget, ending: str, scale: float) -> bytes:
    """Return the bytes of a file with this ``ending``, one of `FORMATS` in any case, that shows ``widget``."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    _DRAWN[ending.lower()](widget, buffer, scale)
    return bytes(buffer.data().data())


def _png(widget: QWidget, device: QIODevice, scale: float) -> None:
    pixmap = QPixmap(widget.size() * scale)
    pixmap.setDevicePixelRatio(scale)
    # A card's round corners show what is behind it.
    pixmap.fill(Qt.GlobalColor.transparent)
    widget.render(pixmap)
    pixmap.save(device, "PNG")


def _svg(widget: QWidget, device: QIODevice, scale: float) -> None:  # noqa: ARG001 - a drawing has no pixels
    drawing = SvgDrawing(widget.size(), widget.logicalDpiX())
    _paint(widget, QPainter(drawing))
    device.write(drawing.document(_TITLE).encode("utf-8"))


def _pdf(widget: QWidget, device: QIODevice, scale: float) -> None:  # noqa: ARG001 - a drawing has no pixels
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setResolution(widget.logicalDpiX())
    points = QSizeF(widget.size()) * (72.0 / widget.logicalDpiX())
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(_TITLE)
    # Else Qt makes a name up for every file, and writes the time down.
    writer.setDocumentId(QUuid.createUuidV5(QUuid(), _TITLE.encode()))
    writer.setDocumentXmpMetadata(_NOTHING_MORE)
    page = QPainter(writer)
    drawing = PdfDrawing(widget.size(), widget.logicalDpiX(), page)
    _paint(widget, QPainter(drawing))
    page.end()
    device.write(_undated(bytes(made.data().data())))


def _undated(pdf: bytes) -> bytes:
    """Return a file as `QPdfWriter` writes it without its dates; the table of its objects says their new places."""
    begin = int(pdf.rstrip().removesuffix(b"%%EOF").split()[-1])
    first = _DATE.search(pdf)
    body = _DATE.sub(b"", pdf[:begin], count=2)
    gone, where = begin - len(body), first.start() if first else begin

    def moved(entry: re.Match[bytes]) -> bytes:
        place = int(entry[1])
        return b"%010d" % (place - gone if place > where else place)

    table = _PLACE.sub(moved, pdf[begin:])
    return body + re.sub(rb"(?<=startxref\n)\d+", str(len(body)).encode(), table)


def _paint(widget: QWidget, painter: QPainter) -> None:
    try:
        widget.render(painter, QPoint())
    finally:
        painter.end()


_DRAWN = {".png": _png, ".svg": _svg, ".pdf": _pdf}
