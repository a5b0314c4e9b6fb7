"""A number of steps, or none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSpinBox

from explorer.engine.errors import BadExploration
from explorer.gui.words.i18n import tr
from explorer.workspace.words.numbers import GAPS, read_number

_MOST = 10_000_000
_BETWEEN = frozenset(",.'’ " + GAPS)
"""What may stand between thousands, and so at the end of a number that is being typed."""
_ARROW = 500


class GoalBox(QSpinBox):
    """A box for a number of steps; 0, or nothing typed, means without end."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, _MOST)
        self.setSingleStep(_ARROW)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Say what no goal is called in the language that is now spoken."""
        self.setSpecialValueText(tr("without end"))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let the box be empty, or hold a number as it is typed everywhere."""
        steps = _steps(text)
        if steps is not None:
            inside = self.minimum() <= steps <= self.maximum()
            return QValidator.State.Acceptable if inside else QValidator.State.Invalid, text, position
        if all(mark.isdecimal() or mark in _BETWEEN for mark in text):
            return QValidator.State.Intermediate, text, position
        return super().validate(text, position)

    def fixup(self, text: str) -> str:
        """Leave a text as it is: Qt's own box takes commas out wherever they stand, and 1,5 becomes 15."""
        return text

    def valueFromText(self, text: str) -> int:
        """Return the number that ``text`` says, 0 for none; what is no number changes nothing."""
        steps = 0 if text == self.specialValueText() else _steps(text)
        return self.value() if steps is None else steps

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring the last number back at Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.lineEdit().setText(self.textFromValue(self.value()) if self.value() else "")
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Heed the wheel only with the focus: a panel that scrolls must not change what it scrolls over."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _steps(text: str) -> int | None:
    """Return the number of steps that is typed, 0 for nothing, None where it is no whole number."""
    try:
        return int(read_number(text, whole=True)) if text.strip() else 0
    except BadExploration:
        return None
