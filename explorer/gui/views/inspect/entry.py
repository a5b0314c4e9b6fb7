"""A field for one number that opens where the number stands."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import teach
from explorer.gui.words.i18n import say, tr
from explorer.workspace.words.numbers import read_number

_WIDTH = 92


class Entry(QLineEdit):
    """Emits ``entered(value)`` when a finite number was typed and confirmed; says so where it is none."""

    entered = Signal(float)

    def __init__(self, owner: QWidget) -> None:
        """Begin hidden, inside ``owner``, which gets the focus back."""
        super().__init__(owner)
        self._owner = owner
        self.hide()
        self.returnPressed.connect(self._take)

    def open(self, centre: QPointF, name: str, value: float) -> None:
        """Show the field about ``centre``, the present ``value`` of ``name`` selected."""
        width, height = min(_WIDTH, self._owner.width()), self.sizeHint().height()
        x = min(max(centre.x() - width / 2, 0), self._owner.width() - width)
        y = min(max(centre.y() - height / 2, 0), self._owner.height() - height)
        self.setGeometry(round(x), round(y), width, height)
        self.setAccessibleName(tr("New value of {name}").format(name=name))
        self.setText(f"{value:.4g}".replace("-", "−"))
        self._mark("")
        self.selectAll()
        self.show()
        self.setFocus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close: what was not confirmed is not meant."""
        super().focusOutEvent(event)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
            return
        super().keyPressEvent(event)
        # A field lets Return pass on, and its owner would open it again.
        event.accept()

    def _take(self) -> None:
        try:
            value = read_number(self.text())
        except Refusal as refusal:
            self._mark(say(refusal))
            return
        self._close()
        self.entered.emit(value)

    def _close(self) -> None:
        self.hide()
        self._owner.setFocus()

    def _mark(self, sentence: str) -> None:
        """Show that what was typed is refused, and why where a person points or listens; "" when that is over."""
        teach(self, sentence)
        self.setProperty("wrong", bool(sentence))
        self.style().unpolish(self)
        self.style().polish(self)
