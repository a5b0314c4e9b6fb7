"""PDF in which nothing leaves its widget: the shapes go on to Qt's writer of PDF, each with its clip."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTextItem,
    QTransform,
)

from explorer.gui.export.drawing import Drawing, Shapes


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
