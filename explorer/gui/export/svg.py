"""SVG that looks the same in every viewer.

`QSvgGenerator` leaves text to fonts that other machines don't have and line widths to `vector-effect`, which not every
viewer knows. Here text is outlines, and all coordinates and widths are the picture's own pixels.
"""

from __future__ import annotations

import html
import math

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QTextItem,
)
from PySide6.QtWidgets import QWidget

from explorer.gui.export import svg_syntax as syntax
from explorer.gui.export.drawing import DENSITY, TITLE, Drawing, Shapes, paint, rectangular

_MOST_PIXELS = 4096


def draw(widget: QWidget, scale: float, words: str = "") -> bytes:  # noqa: ARG001 - a drawing has no pixels
    """Return the bytes of an SVG file that shows ``widget``, described by ``words``."""
    drawing = SvgDrawing(widget.size(), widget.logicalDpiX())
    paint(widget, QPainter(drawing))
    return drawing.document(widget.accessibleName() or TITLE, words).encode("utf-8")


class SvgDrawing(Drawing):
    """A drawing that becomes the text of an SVG file."""

    def __init__(self, size: QSize, dpi: int) -> None:
        self._elements = _Elements(size)
        super().__init__(size, dpi, self._elements)

    def document(self, title: str, words: str = "") -> str:
        """Return the whole SVG file, to be asked for when painting has ended."""
        description = f"<desc>{html.escape(words, quote=False)}</desc>\n" if words else ""
        width, height = self._size.width(), self._size.height()
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"\n'
            f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
            f"<title>{html.escape(title, quote=False)}</title>\n{description}{self._elements.body()}</svg>\n"
        )


class _Elements(Shapes):
    """Turns what is painted into SVG elements."""

    def __init__(self, size: QSize) -> None:
        super().__init__(size)
        self._definitions: dict[str, str] = {}
        self._elements: list[str] = []
        self._clip = ""
        self._label = ""

    def body(self) -> str:
        definitions = "".join(text.format(name=name) for text, name in self._definitions.items())
        end = "</g>\n" if self._clip else ""
        return f"<defs>\n{definitions}</defs>\n{''.join(self._elements)}{end}"

    def drawTextItem(self, at: QPointF | QPoint | QPainterPath.Element, item: QTextItem) -> None:
        # The outlines come as a path; readers of the screen and searches still find the words.
        self._label = f' aria-label="{html.escape(item.text())}"' if item.text().strip() else ""
        super().drawTextItem(at, item)
        self._label = ""

    def image(self, target: QRectF, image: QImage) -> None:
        painter = self.painter()
        to_device = self.to_picture()
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

    def shape(self, path: QPainterPath, brush: QBrush) -> None:
        painter = self.painter()
        pen, to_device = painter.pen(), self.to_picture()
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
            text = syntax.linear(gradient, brush.transform() * self.to_picture())
            return f' {use}="url(#{self._defined("gradient", text)})"{syntax.opacity(use + "-opacity", opacity)}'
        alpha = brush.color().alphaF() * opacity
        return f' {use}="{brush.color().name()}"{syntax.opacity(use + "-opacity", alpha)}' if alpha > 0 else ""

    def _put(self, element: str, box: QRectF) -> None:
        """Add ``element``, which covers ``box``, where the present clip lets it be seen."""
        clip = self.clip_path()
        if not clip.boundingRect().intersects(box):
            return
        inside = rectangular(clip) and clip.boundingRect().contains(box)
        name = (
            ""
            if inside
            else self._defined("clip", f'<clipPath id="{{name}}"><path d="{syntax.outline(clip)}"/></clipPath>\n')
        )
        if name != self._clip:
            self._elements.append("</g>\n" * bool(self._clip) + f'<g clip-path="url(#{name})">\n' * bool(name))
            self._clip = name
        self._elements.append(element)

    def _defined(self, kind: str, text: str) -> str:
        return self._definitions.setdefault(text, f"{kind}{len(self._definitions)}")


def _enlarged(image: QImage, size: QSizeF) -> QImage:
    """Return ``image`` with so many pixels for each that no viewer's smoothing on ``size`` blurs its cells."""
    wide, high = image.width(), image.height()
    if size.width() <= wide and size.height() <= high:
        return image
    across = min(math.ceil(DENSITY * size.width() / wide), _MOST_PIXELS // wide)
    along = min(math.ceil(DENSITY * size.height() / high), _MOST_PIXELS // high)
    return image.scaled(wide * max(across, 1), high * max(along, 1))
