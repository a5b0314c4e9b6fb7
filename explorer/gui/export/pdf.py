"""PDF in which nothing leaves its widget: the shapes go on to Qt's writer of PDF, each with its clip."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, QUuid
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QTextItem,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from explorer.gui.export.drawing import TITLE, Drawing, Shapes, paint

_ABOUT = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'
)
"""What is told of the file: by Adobe's XMP, part 1, and no time, no program."""
_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)\n")
"""What `QPdfWriter` says of the time, at the beginning."""
_PLACE = re.compile(rb"(\d{10})(?= \d{5} n)")


def draw(widget: QWidget, scale: float, words: str = "") -> bytes:  # noqa: ARG001 - a drawing has no pixels
    """Return the bytes of a PDF file of one page that shows ``widget``, described by ``words``."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setResolution(widget.logicalDpiX())
    points = QSizeF(widget.size()) * (72.0 / widget.logicalDpiX())
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(widget.accessibleName() or TITLE)
    # Else Qt makes a name up for every file, and writes the time down.
    writer.setDocumentId(QUuid.createUuidV5(QUuid(), TITLE.encode()))
    writer.setDocumentXmpMetadata(_about(words))
    page = QPainter(writer)
    drawing = PdfDrawing(widget.size(), widget.logicalDpiX(), page)
    paint(widget, QPainter(drawing))
    page.end()
    return _undated(bytes(made.data().data()))


def _about(words: str) -> bytes:
    return _ABOUT.format(words=html.escape(words, quote=False)).encode()


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


class PdfDrawing(Drawing):
    """A drawing whose shapes are painted by ``writer``, a painter on a page with as many pixels."""

    def __init__(self, size: QSize, dpi: int, writer: QPainter) -> None:
        super().__init__(size, dpi, _Relay(size, writer))


class _Relay(Shapes):
    """Paints what is painted once more, by another painter."""

    def __init__(self, size: QSize, writer: QPainter) -> None:
        super().__init__(size)
        self._writer = writer
        self._clip = QPainterPath()

    def shape(self, path: QPainterPath, brush: QBrush) -> None:
        pen = self.painter().pen()
        # The writer of PDF takes a pen without a brush, as QtSvg has it, for a black one.
        nothing = pen.brush().style() == Qt.BrushStyle.NoBrush
        self._follow()
        self._writer.setPen(QPen(Qt.PenStyle.NoPen) if nothing else pen)
        self._writer.setBrush(brush)
        self._writer.drawPath(path)

    def image(self, target: QRectF, image: QImage) -> None:
        self._follow()
        self._writer.drawImage(target, image)

    def drawTextItem(self, at: QPointF | QPoint | QPainterPath.Element, item: QTextItem) -> None:
        self._follow()
        self._writer.setPen(self.painter().pen())
        self._writer.setFont(_font(item))
        self._writer.drawText(QPointF(at), item.text())  # type: ignore[arg-type]

    def _follow(self) -> None:
        """Bring the writer to where the painter is."""
        clip = self.clip_path()
        if clip != self._clip:
            self._writer.setTransform(QTransform())
            self._writer.setClipPath(clip)
            self._clip = clip
        self._writer.setTransform(self.to_picture())
        self._writer.setOpacity(self.painter().opacity())
        self._writer.setRenderHints(self.painter().renderHints())


def _font(item: QTextItem) -> QFont:
    """Return the font of ``item``; in rich text that which it names is not always as large as the one it is set in."""
    font = item.font()
    width = QFontMetricsF(font).horizontalAdvance(item.text())
    if width > 0 and item.width() > 0:
        font.setPointSizeF(QFontInfo(font).pointSizeF() * item.width() / width)
    return font
