"""Shapes on their way into files: widths of lines, pens that draw nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from explorer.gui.export.pdf import PdfDrawing
from explorer.gui.export.svg import SvgDrawing


class RememberedPens(QPainter):
    """A painter that remembers the styles of its pens."""

    def __init__(self, page: QImage) -> None:
        super().__init__(page)
        self.styles: list[Qt.PenStyle] = []

    def setPen(self, pen: QPen) -> None:
        self.styles.append(pen.style())
        super().setPen(pen)


def test_lines_in_svg_are_as_wide_as_on_the_screen(qapp: QApplication) -> None:  # noqa: ARG001 - Qt must run
    drawing = SvgDrawing(QSize(100, 100), 96)
    painter = QPainter(drawing)
    painter.scale(10.0, 0.1)
    pen = QPen(Qt.GlobalColor.red, 2.0)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawLine(1, 0, 1, 500)
    painter.end()
    assert 'stroke-width="2"' in drawing.document("a line")


def test_pdf_leaves_out_lines_of_pens_without_a_brush(qapp: QApplication) -> None:  # noqa: ARG001 - Qt must run
    page = QImage(40, 40, QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    writer = RememberedPens(page)
    painter = QPainter(drawing := PdfDrawing(page.size(), 96, writer))
    painter.setPen(QPen(QBrush(Qt.BrushStyle.NoBrush), 1.0))
    painter.drawRect(5, 5, 20, 20)
    painter.end()
    writer.end()
    assert drawing is not None
    assert writer.styles == [Qt.PenStyle.NoPen]
