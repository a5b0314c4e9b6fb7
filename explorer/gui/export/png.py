"""PNG: pixels, as many for each of the screen's as are asked for."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImageWriter, QPixmap
from PySide6.QtWidgets import QWidget


def draw(widget: QWidget, scale: float, words: str = "") -> bytes:
    """Return the bytes of a PNG file that shows ``widget``, described by ``words``."""
    pixmap = QPixmap(widget.size() * scale)
    pixmap.setDevicePixelRatio(scale)
    # A card's round corners show what is behind it.
    pixmap.fill(Qt.GlobalColor.transparent)
    widget.render(pixmap)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    if words:
        writer.setText("Description", words)
    writer.write(pixmap.toImage())
    return bytes(buffer.data().data())
