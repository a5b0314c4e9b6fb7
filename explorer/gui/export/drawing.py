"""Drawings that keep what is painted as shapes: the base of the pictures made of lines and letters.

Qt's own writers of SVG and PDF forget what widgets and scrolled panels cut off, and SVG's what the painter clips, too.
Here every shape comes with the clip that holds for it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QLine, QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainter,
    QPainterPath,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QWidget

TITLE = "Gradient Flow Explorer"
"""What a drawing is called in its file."""
DENSITY = 4
"""How many pixels to each of the drawing's have icons and what Qt paints into images."""

_Feature = QPaintEngine.PaintEngineFeature
# Qt paints whatever else is asked for into an image first.
_FEATURES = (
    _Feature.PrimitiveTransform | _Feature.PixmapTransform | _Feature.LinearGradientFill | _Feature.AlphaBlend
    | _Feature.PainterPaths | _Feature.Antialiasing | _Feature.ConstantOpacity | _Feature.BrushStroke
)  # fmt: skip
_RATIO = struct.unpack(">2i", struct.pack(">d", DENSITY))
_TO_PICTURE = QTransform.fromScale(1 / DENSITY, 1 / DENSITY)


class Shapes(QPaintEngine):
    """What takes the shapes of a drawing of ``size`` pixels, each with its clip, in the order of painting."""

    def __init__(self, size: QSize) -> None:
        super().__init__(_FEATURES)
        self._frame = QRectF(0, 0, size.width(), size.height())

    def shape(self, path: QPainterPath, brush: QBrush) -> None:
        """Take a shape in the painter's coordinates, drawn with the painter's pen and filled with ``brush``."""
        raise NotImplementedError

    def image(self, target: QRectF, image: QImage) -> None:
        """Take ``image``, drawn on ``target`` in the painter's coordinates."""
        raise NotImplementedError

    def clip_path(self) -> QPainterPath:
        """Return what may be painted on, in the picture's pixels: what widgets leave, then the painter's own clip."""
        # Whole boxes, not what children leave of them: those paint over, and no seam shows between the two.
        system = QRectF(self.systemClip().boundingRect())
        box = _TO_PICTURE.mapRect(system) & self._frame if system.isValid() else self._frame
        painter = self.painter()
        own = self.to_picture().map(painter.clipPath()) if painter.hasClipping() else None
        if own is None or rectangular(own):
            common = box if own is None else own.boundingRect() & box
            return _path(lambda path: path.addRect(common))
        return own.intersected(_path(lambda path: path.addRect(box)))

    def to_picture(self) -> QTransform:
        """Return the way from the painter's coordinates to the picture's pixels."""
        return self.painter().deviceTransform() * _TO_PICTURE

    def begin(self, _device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, _state: QPaintEngineState) -> None:
        """Nothing: each shape asks the painter, whose clip is right also after a restore."""

    def drawPath(self, path: QPainterPath) -> None:
        self.shape(path, self.painter().brush())

    def drawRects(self, rects: Sequence[QRect | QRectF]) -> None:  # type: ignore[override]
        for rect in rects:
            path = QPainterPath()
            path.addRect(QRectF(rect))
            self.drawPath(path)

    def drawEllipse(self, box: QRect | QRectF) -> None:
        self.drawPath(_path(lambda path: path.addEllipse(QRectF(box))))

    def drawLines(self, lines: Sequence[QLine | QLineF]) -> None:  # type: ignore[override]
        path = QPainterPath()
        for line in lines:
            path.moveTo(QPointF(line.p1()))
            path.lineTo(QPointF(line.p2()))
        self.shape(path, QBrush())

    def drawPoints(self, points: Sequence[QPoint | QPointF]) -> None:  # type: ignore[override]
        # A line without length shows its caps alone.
        self.drawLines([QLineF(QPointF(point), QPointF(point) + QPointF(1e-3, 0.0)) for point in points])

    def drawPolygon(  # type: ignore[override]
        self, points: Sequence[QPoint | QPointF], mode: QPaintEngine.PolygonDrawMode
    ) -> None:
        path = _path(lambda path: path.addPolygon(QPolygonF([QPointF(point) for point in points])))
        if mode == QPaintEngine.PolygonDrawMode.PolylineMode:
            self.shape(path, QBrush())
            return
        path.closeSubpath()
        if mode == QPaintEngine.PolygonDrawMode.WindingMode:
            path.setFillRule(Qt.FillRule.WindingFill)
        self.drawPath(path)

    def drawPixmap(self, target: QRectF | QRect, pixmap: QPixmap | QImage, source: QRectF | QRect) -> None:
        self.drawImage(target, QPixmap(pixmap).toImage(), source)

    def drawImage(
        self,
        target: QRectF | QRect,
        image: QImage,
        source: QRectF | QRect,
        flags: Qt.ImageConversionFlag = Qt.ImageConversionFlag.AutoColor,  # noqa: ARG002 - every colour is kept
    ) -> None:
        if QRectF(source) != QRectF(image.rect()):
            image = image.copy(QRectF(source).toAlignedRect())
        self.image(QRectF(target), image)


class Drawing(QPaintDevice):
    """A drawing of ``size`` pixels at ``dpi`` pixels an inch; a `QPainter` on it gives its shapes to ``engine``."""

    def __init__(self, size: QSize, dpi: int, engine: Shapes) -> None:
        super().__init__()
        self._size = size
        self._engine = engine
        # Qt asks for one of them some fifteen times a widget.
        self._measures, self._dpi = _measured(size.width(), size.height(), dpi), dpi

    def paintEngine(self) -> QPaintEngine:
        """Return what takes the shapes."""
        return self._engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        """Return one measure of the drawing, in pixels and pixels an inch."""
        return self._measures.get(metric, self._dpi)


def _measured(width: int, height: int, dpi: int) -> dict[QPaintDevice.PaintDeviceMetric, int]:
    """Return the measures of a drawing that are not its ``dpi``."""
    kind = QPaintDevice.PaintDeviceMetric
    return {
        kind.PdmWidth: width * DENSITY, kind.PdmHeight: height * DENSITY,
        kind.PdmWidthMM: round(width * 25.4 / dpi), kind.PdmHeightMM: round(height * 25.4 / dpi),
        kind.PdmDevicePixelRatio: DENSITY, kind.PdmDevicePixelRatioScaled: DENSITY * 0x10000,
        # Since Qt 6.8 the ratio is asked for as the halves of a float64, the high one first.
        kind.PdmDevicePixelRatioF_EncodedA: _RATIO[0], kind.PdmDevicePixelRatioF_EncodedB: _RATIO[1],
        kind.PdmDepth: 32, kind.PdmNumColors: 1 << 24,
    }  # fmt: skip


def paint(widget: QWidget, painter: QPainter) -> None:
    """Paint ``widget`` with ``painter``, which ends."""
    try:
        widget.render(painter, QPoint())
    finally:
        painter.end()


def _path(build: Callable[[QPainterPath], None]) -> QPainterPath:
    path = QPainterPath()
    build(path)
    return path


def rectangular(path: QPainterPath) -> bool:
    """Return whether ``path`` is one upright rectangle."""
    if path.elementCount() != 5:
        return path.isEmpty()
    points = [path.elementAt(at) for at in range(5)]
    return all(a.x == b.x or a.y == b.y for a, b in pairwise(points))
