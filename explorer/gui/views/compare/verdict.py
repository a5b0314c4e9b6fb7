"""The verdict over a column: one word, and behind it the gain, which another one replaces at every move of a hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from explorer.gui.controls.plain import Label
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.tips import spare
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.compare.words import bold, verdict_colour
from explorer.gui.words.i18n import language, tr
from explorer.workspace.looks.headline import Headline


class Verdict(QWidget):
    """The ``word`` and as much of the ``gain`` as there is room for; the word comes first, and is never cut for it.

    It has no layout: that would have the whole window laid out anew for every other number. Only where it needs more room
    than it has asked for does it ask again. ``inset`` are the pixels before the word.
    """

    def __init__(self) -> None:
        super().__init__()
        self.word, self.gain, self._inset, self._asked = Label(), Fitted(), 0, QSize()
        spare(self.word, self.gain)
        for part in (self.word, self.gain):
            part.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def say(self, found: Headline, theme: Theme) -> None:
        """Say what was found, in the colour of its kind."""
        self.word.setText(found.word.said(tr))
        self.gain.setText("" if found.gain is None else found.gain.said(tr))
        self.gain.shorter = () if found.short is None else (found.short.said(tr),)
        colour = QColor(verdict_colour(found, theme))
        for part in (self.word, self.gain):
            colours = QPalette(part.palette())
            # Qt hands a palette on even where it is the same.
            if colours.color(QPalette.ColorRole.WindowText) != colour:
                colours.setColor(QPalette.ColorRole.WindowText, colour)
                part.setPalette(colours)
        self._fit()

    def dress(self, theme: Theme) -> None:
        """Take on a theme's type, or the language's."""
        self.word.setFont(bold(theme, 1.15))
        self.gain.setFont(font(theme, language(), 1.1))

    def set_inset(self, inset: int) -> None:
        """Leave so many pixels before the word."""
        if inset != self._inset:
            self._inset = inset
            self._fit()

    def gain_width(self) -> int:
        """Return the width of the whole gain."""
        return self.gain.fontMetrics().horizontalAdvance(self.gain.text()) + 2

    def sizeHint(self) -> QSize:
        """Return room for the word and the gain in its shortest form: it gives way to the name, which is never cut."""
        word, shorter = self.word.sizeHint(), self.gain.shorter
        least = self.gain.fontMetrics().horizontalAdvance(shorter[-1]) + 2 if shorter else 1
        width = self._inset + word.width() + self._apart() + least
        return QSize(width, max(word.height(), self.gain.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the gain what the word leaves."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """See another type or text of the two."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Arrange the two, and ask for more room where they need it."""
        needed = self.sizeHint()
        if needed.width() > self._asked.width() or needed.height() != self._asked.height():
            self._asked = needed
            self.updateGeometry()
        self._arrange()

    def _arrange(self) -> None:
        word, high = self.word.sizeHint().width(), self.height()
        behind = self._inset + word + self._apart()
        self.word.setGeometry(self._inset, 0, word, high)
        self.gain.setGeometry(behind, 0, max(self.width() - behind, 0), high)

    def _apart(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_LayoutHorizontalSpacing)
