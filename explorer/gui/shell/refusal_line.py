"""A sentence that must not be read over: why something was refused."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.words.i18n import Phrases

_SHEET = """
RefusalLine { background: palette(base); border: 1px solid palette(bright-text); border-radius: 6px; }
QLabel { color: palette(bright-text); font-weight: bold; }
QLabel[sign="true"] {
    background: palette(bright-text); color: palette(base); border: 1px solid palette(bright-text); border-radius: 0.5em;
    min-width: 0.87em; max-width: 0.87em; min-height: 0.87em; max-height: 0.87em;
}
QToolButton { padding: 0 5px; }
"""
"""Its own: among those of the whole window it would be asked of every label there is."""


class RefusalLine(QFrame):
    """A framed sentence in the colour of what is wrong; ``dismissed()`` when the person puts it away.

    It lies over the window, above whatever it hides: a sentence that comes and goes must not move or fold what it speaks
    of. It stands at the bottom of ``place``, as wide as that, and grows upwards; Esc puts it away before it does anything
    else.
    """

    dismissed = Signal()

    def __init__(self, place: QWidget) -> None:
        super().__init__()
        self.phrases, self._place = Phrases(), place
        self.sentence, self._sign, self._close = Label(), Label("!"), QToolButton()
        self.setStyleSheet(_SHEET)
        self.setProperty("pictured", False)
        self._sign.setProperty("sign", True)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close.setText("×")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 3, 1)
        for part, stretch in ((self._sign, 0), (self.sentence, 1), (self._close, 0)):
            row.addWidget(part, stretch)
        self.phrases.add(partial(set_tip, self._close), "Put the sentence away.")
        self.phrases.add(self._close.setAccessibleName, "Put the sentence away.")
        place.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show ``text``, or nothing for ""."""
        if not (text or self.sentence.text()):
            return
        self.sentence.setText(text)
        if text and self.parentWidget() is not self._place.window():
            self.setParent(self._place.window())
            self._place.window().installEventFilter(self)
        self._lie()
        set_shown(self, bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along with the place, and go at Esc, wherever the keyboard is, but for a text that Esc leaves."""
        kind = event.type()
        if kind in (QEvent.Type.Resize, QEvent.Type.Move):
            self._lie()
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and self.isVisible():
            return self._take(event)
        return super().eventFilter(watched, event)

    def _take(self, event: QEvent) -> bool:
        """Claim Esc from the shortcuts, and then put the sentence away."""
        assert isinstance(event, QKeyEvent)
        if event.key() != Qt.Key.Key_Escape or event.modifiers():
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.dismissed.emit()
        return True

    def _lie(self) -> None:
        """Lie over the bottom of the place, or of the window where the place has been scrolled out of it."""
        window = self.parentWidget()
        if window is None:
            return
        corner = self._place.mapTo(window, QPoint(0, self._place.height()))
        width = self._place.width()
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        bottom = min(corner.y(), window.height())
        self.setGeometry(QRect(corner.x(), bottom - height, width, height))
        self.raise_()
