"""A number of steps, or none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSpinBox

from explorer.gui.i18n import tr

_MOST = 10_000_000
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
        """Let the box be empty."""
        if not text.strip():
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> int:
        """Return the number that ``text`` says, 0 for none."""
        return super().valueFromText(text) if text.strip() else 0

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
