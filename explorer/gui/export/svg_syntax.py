"""The words of SVG: outlines, lines, gradients, images as attributes and elements."""

from __future__ import annotations

import base64

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QLinearGradient, QPainterPath, QPen, QPixmap, QTransform

_CAPS = {Qt.PenCapStyle.FlatCap: "butt", Qt.PenCapStyle.SquareCap: "square", Qt.PenCapStyle.RoundCap: "round"}
_JOINS = {Qt.PenJoinStyle.BevelJoin: "bevel", Qt.PenJoinStyle.RoundJoin: "round"}


def outline(path: QPainterPath) -> str:
    """Return the ``d`` of an SVG path."""
    kinds = QPainterPath.ElementType
    letters = {kinds.MoveToElement: "M", kinds.LineToElement: "L", kinds.CurveToElement: "C"}
    parts: list[str] = []
    start = last = (0.0, 0.0)
    for at in range(path.elementCount()):
        element = path.elementAt(at)
        if element.type == kinds.MoveToElement:
            parts.append("Z" * (bool(parts) and last == start))
            start = (element.x, element.y)
        last = (element.x, element.y)
        parts.append(f"{letters.get(element.type, ' ')}{digits(element.x)} {digits(element.y)}")
    return "".join(parts) + "Z" * (len(parts) > 2 and last == start)


def device_width(pen: QPen, to_device: QTransform) -> float | None:
    """Return the width of a pen's line in pixels, 0 if it draws none, nothing if the line is not as wide everywhere."""
    if pen.style() == Qt.PenStyle.NoPen:
        return 0.0
    if pen.isCosmetic():
        return pen.widthF() or 1.0
    even = abs(to_device.m11()) == abs(to_device.m22()) and abs(to_device.m12()) == abs(to_device.m21())
    return pen.widthF() * abs(to_device.determinant()) ** 0.5 if even else None


def line(pen: QPen, width: float) -> str:
    """Return the attributes of a line ``width`` pixels wide, but for its colour."""
    dashes = " ".join(digits(part * width) for part in pen.dashPattern())
    dashed = f' stroke-dasharray="{dashes}" stroke-dashoffset="{digits(pen.dashOffset() * width)}"' if dashes else ""
    return (
        f' stroke-width="{digits(width)}"'
        f' stroke-linecap="{_CAPS.get(pen.capStyle(), "square")}"'
        f' stroke-linejoin="{_JOINS.get(pen.joinStyle(), "miter")}"{dashed}'
    )


def linear(gradient: QLinearGradient, to_device: QTransform) -> str:
    """Return the definition of a gradient, with ``{name}`` where its name belongs."""
    stops = "".join(
        f'<stop offset="{digits(at)}" stop-color="{colour.name()}"{opacity("stop-opacity", colour.alphaF())}/>'
        for at, colour in gradient.stops()
    )
    spread = ("pad", "reflect", "repeat")[gradient.spread().value]
    begin, end = gradient.start(), gradient.finalStop()
    return (
        f'<linearGradient id="{{name}}" gradientUnits="userSpaceOnUse" spreadMethod="{spread}"'
        f' x1="{digits(begin.x())}" y1="{digits(begin.y())}" x2="{digits(end.x())}" y2="{digits(end.y())}"'
        f' gradientTransform="{matrix(to_device)}">{stops}</linearGradient>\n'
    )


def matrix(transform: QTransform) -> str:
    """Return the value of a ``transform``."""
    numbers = (transform.m11(), transform.m12(), transform.m21(), transform.m22(), transform.dx(), transform.dy())
    return f"matrix({','.join(f'{number:.8g}' for number in numbers)})"


def opacity(name: str, alpha: float) -> str:
    """Return the attribute ``name`` of how much is covered, nothing if all is."""
    return "" if alpha >= 1.0 else f' {name}="{digits(alpha)}"'


def digits(number: float) -> str:
    """Return a number of pixels, to a thousandth."""
    return f"{round(number, 3):.7g}"


def png(image: QImage) -> str:
    """Return ``image`` as PNG in base 64."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QPixmap.fromImage(image).save(buffer, "PNG")
    return base64.b64encode(buffer.data().data()).decode("ascii")
