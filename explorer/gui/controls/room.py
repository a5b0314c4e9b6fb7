"""Text by the room that there is. It is shown whole, or in a shorter form, or not at all, and never cut within a clause.

Half a word says nothing and half a number says something wrong. What is left out belongs into the tooltip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from explorer.gui.controls.plain import Label

# Not at a colon: what follows it is what it is about, and "saturated" says another thing than "saturated: 0 %".
_ENDS = re.compile(r" · |[;,.] |[；，。]")
_UNSPACED = "；，。"
_OPENING, _CLOSING = "(（“", ")）”"


def forms(text: str) -> Iterator[str]:
    """Yield ``text`` and what is left of it without its last clauses, the longest first."""
    yield text
    for end in reversed(list(_ENDS.finditer(text))):
        kept = text[: end.start()]
        if sum(map(kept.count, _OPENING)) == sum(map(kept.count, _CLOSING)):
            yield kept


def fitting(text: str, metrics: QFontMetrics, width: int, *shorter: str) -> str:
    """Return the longest form of ``text``, or of ``shorter`` ones, that ``width`` pixels hold; "" for none."""
    return _first((form for whole in (text, *shorter) for form in forms(whole)), metrics, width)


def begun(text: str) -> tuple[str, ...]:
    """Return the forms of ``text``, each but the whole with a sign that it goes on: a list does not end at its comma."""
    whole, *shorter = forms(text)
    return whole, *(f"{form}…" if text[len(form)] in _UNSPACED else f"{form} …" for form in shorter)


def _first(said: Iterable[str], metrics: QFontMetrics, width: int) -> str:
    return next((form for form in said if metrics.horizontalAdvance(form) <= width), "")


class Fitted(Label):
    """A line of text that says as many of its clauses as there is room for; ``told``: it shows that there are more."""

    def __init__(self, told: bool = False) -> None:
        super().__init__()
        self.shorter: tuple[str, ...] = ()
        self._told = told

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the longest form that fits."""
        metrics, width = self.fontMetrics(), self.contentsRect().width()
        said = begun(self.text()) if self._told else ()
        text = _first(said, metrics, width) if said else fitting(self.text(), metrics, width, *self.shorter)
        painter, flags = QPainter(self), int(self.alignment() | Qt.TextFlag.TextSingleLine)
        self.style().drawItemText(
            painter, self.contentsRect(), flags, self.palette(), True, text, self.foregroundRole()
        )
        painter.end()
