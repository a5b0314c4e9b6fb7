"""The ways from the map into the chosen pair: a button over it, and a double click on a cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui.controls.plain import set_tip
from explorer.gui.core.plots import Plot
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.flow.marks import Marks
from explorer.gui.words.i18n import Phrases, language, mark

_GAP = 8


class Entrance(QWidget):
    """Holds the ``line`` over the map, and a button at its right end, as long as the line has the room that it needs.

    ``least()`` is how many pixels the line needs to say what matters.

    ``wanted()``: a person wants to look inside; ``passed()``: a double click where no pair is.
    """

    wanted = Signal()
    passed = Signal()

    def __init__(self, line: QWidget, plot: Plot, marks: Marks, least: Callable[[], float]) -> None:
        super().__init__()
        self.phrases, self._least = Phrases(), least
        self._line, self._plot, self._marks, self._pressed = line, plot, marks, (0.0, 0.0)
        self.button = QPushButton()
        # A click leaves the focus alone, so that Space goes on playing.
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setStyleSheet("padding: 0 10px; min-height: 0;")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(line, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self.wanted)
        plot.box.pressed.connect(self._press)
        plot.box.whole.disconnect()
        plot.box.whole.connect(self._double_click)
        self.phrases.add(self.button.setText, mark("Look inside"))
        self.phrases.add(
            partial(set_tip, self.button),
            mark(
                "What the chosen cell is made of: its product, one Jacobian, one gate, one number.\n"
                "Z does the same, and so does a double click on a cell, or Enter while the map has the keyboard."
            ),
        )

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language: the button makes the line no higher."""
        self.phrases.retranslate()
        self.button.setFont(font(theme, language(), 0.9))
        self.button.setMaximumHeight(self._line.sizeHint().height())
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out whether there is room for both."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Leave the line to what it says where there is little room: a key and the map itself lead inside, too."""
        self.button.setVisible(self.width() - self.button.sizeHint().width() - _GAP >= self._least())

    def cell_in(self, view: QWidget) -> QRectF:
        """Return the chosen cell in pixels of the ``view`` around the plot."""
        chosen, corner = self._marks.selection, self._plot.viewport().mapTo(view, QPoint(0, 0))
        on_scene = self._marks.mapRectToScene(self._marks.cell(chosen.t, chosen.k))
        return QRectF(self._plot.mapFromScene(on_scene).boundingRect()).translated(corner.x(), corner.y())

    def _press(self, x: float, y: float) -> None:
        self._pressed = (x, y)

    def _double_click(self) -> None:
        """Look inside a cell; the hatched half has none."""
        k, t = (round(end) for end in self._pressed)
        (self.wanted if k <= t else self.passed).emit()
