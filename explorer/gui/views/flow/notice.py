"""The sentence in the map's place where there is no loss to show."""

from __future__ import annotations

from PySide6.QtCore import Qt

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import Label
from explorer.gui.core.plots import Plot
from explorer.gui.views.flow.placing import MARGIN, box_area
from explorer.gui.words.i18n import say

_WIDEST = 460
_SHEET = (
    "QLabel { background: palette(base); color: palette(text); border: 1px solid palette(mid);"
    " border-radius: 6px; padding: 10px; }"
)


class Notice(Label):
    """Says over the ``plot`` why nothing is drawn there."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(parent=plot)
        self._plot = plot
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setStyleSheet(_SHEET)
        self.hide()

    def say(self, refused: Refusal | None) -> None:
        """Say why, or nothing."""
        self.setVisible(refused is not None)
        if refused is not None:
            self.setText(say(refused))
            self.place()

    def place(self) -> None:
        """Stand at the top of the plot, in its middle."""
        area = box_area(self._plot)
        width = min(area.width() - 2 * MARGIN, _WIDEST)
        left, top = area.center().x() - width // 2, area.top() + 2 * MARGIN
        self.setGeometry(left, top, width, self.heightForWidth(width))
