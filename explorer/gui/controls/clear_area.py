"""What scrolls without a ground of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ClearArea(QScrollArea):
    """Scrolls what lies in it on the ground below, without a frame.

    A rule of the style sheet would say the same, and give what it holds a palette without colours.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)

    def setWidget(self, widget: QWidget) -> None:
        """Scroll ``widget``; Qt would have it fill its ground."""
        super().setWidget(widget)
        widget.setAutoFillBackground(False)
