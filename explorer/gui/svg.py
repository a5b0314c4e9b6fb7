"""A paint device that writes SVG which looks the same in every viewer.

`QSvgGenerator` leaves text to fonts that other machines don't have, line widths to `vector-effect`, which not every
viewer knows, and forgets what widgets and plots cut off. Here text is outlines, all coordinates and widths are the
picture's own pixels, and everything stays inside its clip.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

from PySide6.QtCore import QLine, QLineF, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QImage,
    QLinearGradient,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPixmap,
    QPolygonF,
    QTextItem,
    QTransform,
)

from explorer.gui import svg_syntax as syntax

_Feature = QPaintEngine.PaintEngineFeature
# Qt paints whatever else is asked for into an image first.
_FEATURES = (
    _Feature.PrimitiveTransform | _Feature.PixmapTransform | _Feature.LinearGradientFill | _Feature.AlphaBlend
    | _Feature.PainterPaths | _Feature.Antialiasing | _Feature.ConstantOpacity | _Feature.BrushStroke
)  # fmt: skip
# Icons and what Qt paints into images has this many pixels to each of the drawing's.
_DENSITY = 4
_MOST_PIXELS = 4096
_RATIO = struct.unpack(">2i", struct.pack(">d", _DENSITY))
_TO_PICTURE = QTransform.fromScale(1 / _DENSITY, 1 / _DENSITY)


class SvgDrawing(QPaintDevice):
    """A drawing of ``size`` pixels at ``dpi`` pixels an inch, painted on by a `QPainter`."""

    def __init__(self, size: QSize, dpi: int) -> None:
        super().__init__()
        self._size = size
        self._dpi = dpi
        self._engine = _Shapes(size)

    def document(self, title: str) -> str:
        """Return the whole SVG file, to be asked for when painting has ended."""
        width, height = self._size.width(), self._size.height()
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"\n'
            f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
            f"<title>{escape(title)}</title>\n{self._engine.body()}</svg>\n"
        )

    def paintEngine(self) -> QPaintEngine:
        """Return what takes the shapes."""
        return self._engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        """Return one measure of the drawing, in pixels and pixels an inch."""
        kind = QPaintDevice.PaintDeviceMetric
        width, height = self._size.width(), self._size.height()
        measures = {
            kind.PdmWidth: width * _DENSITY, kind.PdmHeight: height * _DENSITY,
            kind.PdmWidthMM: round(width * 25.4 / self._dpi), kind.PdmHeightMM: round(height * 25.4 / self._dpi),
            kind.PdmDevicePixelRatio: _DENSITY, kind.PdmDevicePixelRatioScaled: _DENSITY * 0x10000,
            # Since Qt 6.8 the ratio is asked for as the halves of a float64, the high one first.
            kind.PdmDevicePixelRatioF_EncodedA: _RATIO[0], kind.PdmDevicePixelRatioF_EncodedB: _RATIO[1],
            kind.PdmDepth: 32, kind.PdmNumColors: 1 << 24,
        }  # fmt: skip
        return measures.get(metric, self._dpi)


class _Shapes(QPaintEngine):
    """Turns what is painted into SVG elements, in the order of painting."""

    def __init__(self, size: QSize) -> None:
        super().__init__(_FEATURES)
        self._frame = QRectF(0, 0, size.width(), size.height())
        self._definitions: dict[str, str] = {}
        self._elements: list[str] = []
        self._clip = ""
        self._label = ""

    def body(self) -> str:
        definitions = "".join(text.format(name=name) for text, name in self._definitions.items())
        end = "</g>\n" if self._clip else ""
        return f"<defs>\n{definitions}</defs>\n{''.join(self._elements)}{end}"

    def begin(self, _device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, _state: QPaintEngineState) -> None:
        """Nothing: each shape asks the painter, whose clip is right also after a restore."""

    def drawPath(self, path: QPainterPath) -> None:
        self._shape(path, self.painter().brush())

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
        self._shape(path, QBrush())

    def drawPoints(self, points: Sequence[QPoint | QPointF]) -> None:  # type: ignore[override]
        # A line without length shows its caps alone.
        self.drawLines([QLineF(QPointF(point), QPointF(point) + QPointF(1e-3, 0.0)) for point in points])

    def drawPolygon(  # type: ignore[override]
        self, points: Sequence[QPoint | QPointF], mode: QPaintEngine.PolygonDrawMode
    ) -> None:
        path = _path(lambda path: path.addPolygon(QPolygonF([QPointF(point) for point in points])))
        if mode == QPaintEngine.PolygonDrawMode.PolylineMode:
            self._shape(path, QBrush())
            return
        path.closeSubpath()
        if mode == QPaintEngine.PolygonDrawMode.WindingMode:
            path.setFillRule(Qt.FillRule.WindingFill)
        self.drawPath(path)

    def drawTextItem(self, at: QPointF | QPoint | QPainterPath.Element, item: QTextItem) -> None:
        # The outlines come as a path; readers of the screen and searches still find the words.
        self._label = f" aria-label={quoteattr(item.text())}" if item.text().strip() else ""
        super().drawTextItem(at, item)
        self._label = ""

    def drawPixmap(self, target: QRectF | QRect, pixmap: QPixmap | QImage, source: QRectF | QRect) -> None:
        self._image(QRectF(target), QPixmap(pixmap).toImage(), QRectF(source))

    def drawImage(
        self,
        target: QRectF | QRect,
        image: QImage,
        source: QRectF | QRect,
        flags: Qt.ImageConversionFlag = Qt.ImageConversionFlag.AutoColor,  # noqa: ARG002 - PNG holds every colour
    ) -> None:
        self._image(QRectF(target), image, QRectF(source))

    def _image(self, target: QRectF, image: QImage, source: QRectF) -> None:
        painter = self.painter()
        to_device = self._to_picture()
        if source != QRectF(image.rect()):
            image = image.copy(source.toAlignedRect())
        if not painter.renderHints() & QPainter.RenderHint.SmoothPixmapTransform:
            image = _enlarged(image, to_device.mapRect(target).size())
        sides = (target.x(), target.y(), target.width(), target.height())
        x, y, width, height = map(syntax.digits, sides)
        self._put(
            f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none"'
            f'{syntax.opacity("opacity", painter.opacity())} transform="{syntax.matrix(to_device)}"'
            f' xlink:href="data:image/png;base64,{syntax.png(image)}"/>\n',
            to_device.mapRect(target),
        )

    def _shape(self, path: QPainterPath, brush: QBrush) -> None:
        painter = self.painter()
        pen, to_device = painter.pen(), self._to_picture()
        width = syntax.device_width(pen, to_device)
        if width is None:
            self._fill(to_device.map(path), brush)
            self._fill(to_device.map(QPainterPathStroker(pen).createStroke(path)), pen.brush())
            return
        path = to_device.map(path)
        if width and not painter.renderHints() & QPainter.RenderHint.Antialiasing:
            # Without antialiasing Qt paints the pixel that begins at a coordinate.
            path.translate(0.5, 0.5)
        lines = self._paint("stroke", pen.brush()) if width else ""
        self._element(path, self._paint("fill", brush), lines and lines + syntax.line(pen, width), width)

    def _fill(self, path: QPainterPath, brush: QBrush) -> None:
        self._element(path, self._paint("fill", brush), "", 0.0)

    def _element(self, path: QPainterPath, fill: str, stroke: str, width: float) -> None:
        if path.isEmpty() or not (fill or stroke):
            return
        rule = ' fill-rule="evenodd"' if path.fillRule() == Qt.FillRule.OddEvenFill and fill else ""
        box = path.controlPointRect().adjusted(-width, -width, width, width)
        fill = fill or ' fill="none"'
        self._put(f'<path{self._label}{fill}{rule}{stroke} d="{syntax.outline(path)}"/>\n', box)

    def _paint(self, use: str, brush: QBrush) -> str:
        """Return the attributes that fill or stroke with ``brush``, nothing if it leaves no trace."""
        opacity = self.painter().opacity()
        if brush.style() == Qt.BrushStyle.NoBrush:
            return ""
        gradient = brush.gradient()
        if isinstance(gradient, QLinearGradient):
            text = syntax.linear(gradient, brush.transform() * self._to_picture())
            return f' {use}="url(#{self._defined("gradient", text)})"{syntax.opacity(use + "-opacity", opacity)}'
        alpha = brush.color().alphaF() * opacity
        return f' {use}="{brush.color().name()}"{syntax.opacity(use + "-opacity", alpha)}' if alpha > 0 else ""

    def _put(self, element: str, box: QRectF) -> None:
        """Add ``element``, which covers ``box``, where the present clip lets it be seen."""
        clip = self._clip_path()
        if not clip.boundingRect().intersects(box):
            return
        inside = syntax.rectangular(clip) and clip.boundingRect().contains(box)
        name = (
            ""
            if inside
            else self._defined("clip", f'<clipPath id="{{name}}"><path d="{syntax.outline(clip)}"/></clipPath>\n')
        )
        if name != self._clip:
            self._elements.append("</g>\n" * bool(self._clip) + f'<g clip-path="url(#{name})">\n' * bool(name))
            self._clip = name
        self._elements.append(element)

    def _clip_path(self) -> QPainterPath:
        """Return what may be painted on, in the picture's pixels: what widgets leave, then the painter's own clip."""
        # Whole boxes, not what children leave of them: those paint over, and no seam shows between the two.
        system = QRectF(self.systemClip().boundingRect())
        box = _TO_PICTURE.mapRect(system) & self._frame if system.isValid() else self._frame
        painter = self.painter()
        own = self._to_picture().map(painter.clipPath()) if painter.hasClipping() else None
        if own is None or syntax.rectangular(own):
            common = box if own is None else own.boundingRect() & box
            return _path(lambda path: path.addRect(common))
        return own.intersected(_path(lambda path: path.addRect(box)))

    def _to_picture(self) -> QTransform:
        return self.painter().deviceTransform() * _TO_PICTURE

    def _defined(self, kind: str, text: str) -> str:
        return self._definitions.setdefault(text, f"{kind}{len(self._definitions)}")


def _enlarged(image: QImage, size: QSizeF) -> QImage:
    """Return ``image`` with so many pixels for each that no viewer's smoothing on ``size`` blurs its cells."""
    wide, high = image.width(), image.height()
    if size.width() <= wide and size.height() <= high:
        return image
    across = min(math.ceil(_DENSITY * size.width() / wide), _MOST_PIXELS // wide)
    along = min(math.ceil(_DENSITY * size.height() / high), _MOST_PIXELS // high)
    return image.scaled(wide * max(across, 1), high * max(along, 1))


def _path(build: Callable[[QPainterPath], None]) -> QPainterPath:
    path = QPainterPath()
    build(path)
    return path
