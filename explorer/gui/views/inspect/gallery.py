"""The shapes that W can be given, one button each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.views.inspect.blocks import SHAPES, with_shape
from explorer.gui.words.i18n import Phrases, mark
from explorer.workspace.exploration.gesture import Gesture

_SHAPE_NAMES = {
    "gaussian": mark("Random"),
    "orthogonal": mark("Orthogonal"),
    "identity": mark("Identity"),
    "rotation": mark("Rotation"),
    "shift": mark("Shift"),
}
_SHAPE_TIPS = {
    "gaussian": mark("Independent normal entries: ρ is near the gain, σ₁ near twice the gain"),
    "orthogonal": mark("Every singular value is the gain: with gain 1 the linear network preserves every gradient"),
    "identity": mark("gain · I: every unit remembers itself and nothing else"),
    "rotation": mark("Pairs of units turn by an angle at each step: with gain 1 lengths are kept, directions are not"),
    "shift": mark("Each unit reads its neighbour: the n-th power of W is exactly zero"),
}


class Gallery(QWidget):
    """A caption and the buttons; ``edited`` as a view's."""

    edited = Signal(Gesture)

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.phrases = phrases
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        caption = Label()
        set_tone(caption, "muted")
        caption.setProperty("pictured", False)
        self.phrases.add(caption.setText, "Load W as")
        column.addWidget(caption)
        for init in SHAPES:
            column.addWidget(self._button(init))

    def _button(self, init: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("flat", True)
        self.phrases.add(button.setText, _SHAPE_NAMES[init])
        self.phrases.add(partial(set_tip, button), _SHAPE_TIPS[init])
        shape = Gesture.of(mark("Load W in a shape"), with_shape, init=init)
        button.clicked.connect(lambda: self.edited.emit(shape))
        return button
