"""What is kept instead of being painted or laid out again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QObject, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.gui.controls.quiet import Quiet
from explorer.gui.plot.painting import Still

AREA = QRectF(2.0, 3.0, 20.0, 10.0)
pytestmark = pytest.mark.usefixtures("qapp")


class Drawing:
    """A cross that counts how often it is drawn."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, painter: QPainter) -> None:
        """Draw it."""
        self.times += 1
        painter.setPen(QColor("#c02040"))
        painter.drawLine(AREA.topLeft(), AREA.bottomRight())
        painter.drawLine(AREA.bottomLeft(), AREA.topRight())


def image(paint: object, ratio: float = 1.0, shift: float = 0.0) -> QImage:
    """Return what ``paint(painter)`` paints."""
    result = QImage(round(30 * ratio), round(20 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    result.setDevicePixelRatio(ratio)
    result.fill(QColor("#ffffff"))
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(shift, shift))
    paint(painter)  # type: ignore[operator]
    painter.end()
    return result


def test_a_still_is_drawn_once_for_a_key() -> None:
    still, drawing = Still(), Drawing()
    for key in ("a", "a", "b", "b"):
        image(lambda painter, key=key: still.paint(painter, AREA, key, drawing))
    assert drawing.times == 2


def test_a_still_looks_as_if_it_were_drawn_at_once() -> None:
    for ratio, shift in ((1.0, 0.0), (2.0, 0.0), (1.0, 0.3), (1.5, 0.25)):
        still, drawing = Still(), Drawing()
        kept = [image(lambda p: still.paint(p, AREA, "key", drawing), ratio, shift) for _ in range(2)]  # noqa: B023
        direct = image(drawing, ratio, shift)
        assert kept[0] == kept[1]
        for x in range(direct.width()):
            for y in range(direct.height()):
                one, other = kept[0].pixelColor(x, y), direct.pixelColor(x, y)
                assert abs(one.green() - other.green()) <= 3


def test_a_still_is_shapes_in_a_file() -> None:
    still, drawing, buffer = Still(), Drawing(), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    painter = QPainter(generator)
    still.paint(painter, AREA, "key", drawing)
    painter.end()
    written = bytes(buffer.data().data())
    assert b"<image" not in written
    assert b"polyline" in written or b"<path" in written


class Layouts(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Count."""
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_another_text_lays_out_only_where_it_is_longer_than_all_before(qtbot) -> None:
    window, label = QWidget(), QLabel()
    qtbot.addWidget(window)
    quiet = Quiet(label)
    row = QHBoxLayout(window)
    row.addWidget(quiet)
    window.show()
    quiet.say("a long text")
    qtbot.wait(10)
    layouts = Layouts(window)
    quiet.say("short")
    qtbot.wait(10)
    assert (layouts.count, label.text()) == (0, "short")
    quiet.say("a text that is longer than it was")
    qtbot.waitUntil(lambda: layouts.count > 0)
    qtbot.waitUntil(lambda: label.width() >= label.sizeHint().width())
