"""A canvas on which a person draws the input."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.bare import Aside
from explorer.gui.controls.draw_canvas import DrawCanvas
from explorer.gui.controls.plain import Label, set_tone, teach
from explorer.gui.controls.slider import STEPS, ValueSlider
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, mark
from explorer.workspace.exploration.exploration import MOST_STEPS

_TITLE_BAR = 34


class DrawDialog(Aside):
    """Draws a curve: ``drawn(values)`` at each movement, ``released()`` at the end of each stroke.

    It is opened where it covers nothing that follows the drawing, and comes back where it was put.
    """

    drawn = Signal(object)
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phrases = Phrases()
        self.canvas = DrawCanvas(theme)
        self.steps = ValueSlider(1, MOST_STEPS, 0, logarithmic=True, unit=STEPS)
        self.range = ValueSlider(0.1, 10, 1, logarithmic=True)
        self.clear_button, self._close = QPushButton(), QPushButton()
        self._labels = Label(), Label(), Label()
        self._left_at: QRect | None = None
        self._build()
        self._say()
        self.canvas.changed.connect(self._emit)
        self.canvas.released.connect(self.released)
        self.steps.changed.connect(self._set_steps)
        self.steps.released.connect(self.released)
        self.range.changed.connect(self._set_range)
        self.clear_button.clicked.connect(self.clear)
        self._close.clicked.connect(self.close)

    def open_over(self, corner: QRect) -> None:
        """Show the canvas at the lower left of ``corner``, in pixels of the screen, or where it was left."""
        if self._left_at is None:
            self.ensurePolished()
            least = self.minimumSizeHint().expandedTo(QSize(corner.width(), 0))
            size = QSize(least.width(), max(self.heightForWidth(least.width()), least.height()))
            top = corner.bottom() - size.height() - _TITLE_BAR
            self._left_at = QRect(QPoint(corner.left(), max(corner.top(), top)), size)
        if not self.isVisible():
            self.resize(self._left_at.size())
            self.move(self._left_at.topLeft())
        self.come_forward()

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember the place."""
        super().hideEvent(event)
        self._left_at = QRect(self.pos(), self.size())

    def begin(self, values: tuple[float, ...]) -> None:
        """Put a curve on the canvas to go on from; nobody is told."""
        self.canvas.values = list(values)
        self.canvas.range = max(1.0, *map(abs, values))
        self.range.set_value(self.canvas.range)
        self.steps.set_value(len(values))
        self.canvas.keep_step()

    def clear(self) -> None:
        """Make every value zero."""
        self.canvas.values = [0.0] * len(self.canvas.values)
        self.canvas.update()
        self._emit()
        self.released.emit()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self.canvas.theme = theme
        self.phrases.retranslate()
        self.canvas.update()

    def _set_steps(self, steps: float) -> None:
        if not 1 <= steps <= MOST_STEPS:
            return
        values = self.canvas.values
        self.canvas.values = values[: int(steps)] + values[-1:] * (int(steps) - len(values))
        self.steps.set_value(steps)
        self.canvas.keep_step()
        self._emit()

    def _set_range(self, value: float) -> None:
        if value > 0:
            self.canvas.range = value
            self.range.set_value(value)
            self.canvas.update()

    def _emit(self) -> None:
        self.drawn.emit(tuple(self.canvas.values))

    def _build(self) -> None:
        hint, steps_label, range_label = self._labels
        set_tone(hint, "muted")
        hint.setWordWrap(True)
        steps_label.setBuddy(self.steps)
        range_label.setBuddy(self.range)
        settings, buttons = QGridLayout(), QHBoxLayout()
        for i, (label, slider) in enumerate(((steps_label, self.steps), (range_label, self.range))):
            settings.addWidget(label, i, 0)
            settings.addWidget(slider, i, 1)
        buttons.addStretch(1)
        for button in (self.clear_button, self._close):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self._close.setProperty("primary", True)
        self._close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(6)
        column.addWidget(hint)
        column.addWidget(self.canvas, 1)
        column.addLayout(settings)
        column.addLayout(buttons)

    def _say(self) -> None:
        hint, steps_label, range_label = self._labels
        self.phrases.add(self.setWindowTitle, mark("Draw the input"))
        self.phrases.add(
            hint.setText,
            mark(
                "Draw with the mouse, or with the arrow keys: the network is fed at once, and each stroke can be undone."
            ),
        )
        self.phrases.add(steps_label.setText, mark("&steps"))
        self.phrases.add(range_label.setText, mark("&range ±"))
        self.phrases.add(self.clear_button.setText, mark("&Clear"))
        self.phrases.add(self._close.setText, mark("Done"))
        self.phrases.add(self.steps.setAccessibleName, mark("steps"))
        self.phrases.add(self.range.setAccessibleName, mark("range"))
        self.phrases.add(
            self.canvas.setAccessibleName,
            mark("Canvas: left and right choose a step, up and down change its value."),
        )
        self._teach()

    def _teach(self) -> None:
        for control, tip in (
            (self.steps, mark("The number of steps: how far the gradient may have to travel.")),
            (self.range, mark("The largest value that can be drawn.")),
            (self.clear_button, mark("Makes every value zero.")),
            (self._close, mark("Puts the canvas away; what was drawn stays.")),
        ):
            self.phrases.add(partial(teach, control), tip)
