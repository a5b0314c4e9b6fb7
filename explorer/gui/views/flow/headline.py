"""The headline over the map: what becomes of the gradient of the chosen row, in one large word and the number behind it."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from explorer.engine.looks.verdict import Kind
from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.room import forms
from explorer.gui.controls.tips import spare
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import Phrases, language, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.from_file import source_sentence
from explorer.workspace.looks.sentences import gain_sentence, verdict_sentence

_WORD, _GAIN, _REST = 1.6, 1.25, 1.0
_COLON = re.compile(r": |：")
_CLAUSE = re.compile(r"[;.] |[；。]|\.$")
_GAP = 0.5
"""Of the type's height: between the word and what is said behind it."""


class Headline(Label):
    """The verdict in one line: its word and the gain over the whole row in the colour of its kind, then how it came about.

    The text is the whole sentence; what has no room is left out at its end, clause by clause, and stands in the tooltip.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.phrases = theme, Phrases()
        self._kind: Kind | None = None
        self._gain = self._source = ""
        self._inspection: Inspection | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        spare(self)
        self.phrases.add(self.setAccessibleName, "Verdict")

    def present(self, inspection: Inspection) -> None:
        """Say the verdict on ``inspection``."""
        self._inspection = inspection
        certain = inspection.t > 0 and inspection.low is None
        kind, text = inspection.verdict.kind if certain else None, verdict_sentence(inspection).said(tr)
        gain = gain_sentence(inspection) if certain else None
        source = source_sentence(inspection)
        said = "" if source is None else source.said(tr)
        self._gain = "" if gain is None else gain.said(tr)
        if (kind, text, said) != (self._kind, self.text(), self._source):
            self._kind, self._source = kind, said
            self.setText(text)
            self._explain()
            self.update()

    def dress(self, theme: Theme) -> None:
        """Take on a theme or the language."""
        self.theme = theme
        self.phrases.retranslate()
        if self._inspection is not None:
            self.present(self._inspection)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a line as high as the word; the width is what there is."""
        return QSize(0, round(QFontMetricsF(self._face(_WORD, bold=True)).height()))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint what fits, all on one base line."""
        painter = QPainter(self)
        word = self._face(_WORD, bold=True)
        at = QPointF(0.0, QFontMetricsF(word).ascent())
        for text, face, colour in self.pieces(float(self.width())):
            painter.setFont(face)
            painter.setPen(QColor(colour))
            painter.drawText(at, text)
            at.setX(at.x() + QFontMetricsF(face).horizontalAdvance(text))
        painter.end()

    def least(self) -> float:
        """Return the pixels that the word and the gain take."""
        colon = _COLON.search(self.text())
        found = self._laid(self.text()[: colon.start()] if colon else "", self._gain)
        return sum(QFontMetricsF(face).horizontalAdvance(text) for text, face, _ in found)

    def pieces(self, room: float) -> list[tuple[str, QFont, str]]:
        """Return what is painted into ``room`` pixels: texts, their type and their colour."""
        colon = _COLON.search(self.text())
        word, said = (self.text()[: colon.start()], self.text()[colon.end() :]) if colon else ("", self.text())
        for form in (*forms(said), self._gain, ""):
            found = self._laid(word, form)
            if sum(QFontMetricsF(face).horizontalAdvance(text) for text, face, _ in found) <= room:
                break
        return found

    def _laid(self, word: str, said: str) -> list[tuple[str, QFont, str]]:
        """Return the pieces of a headline that says all of ``said`` after the ``word``."""
        end = _CLAUSE.search(said)
        gain, rest = (said[: end.start()], said[end.end() :].rstrip(".。")) if end and word else (said, "")
        colour, small = self._colour(), self._face(_REST)
        gap = _gap(self.theme, language())
        found = [(word + gap, self._face(_WORD, bold=True), colour)] if word else []
        found.append((gain, self._face(_GAIN), colour))
        return [*found, (gap + rest, small, self.theme.muted)] if rest else found

    def _face(self, scale: float, bold: bool = False) -> QFont:
        return _made(self.theme, language(), scale, bold)

    def _colour(self) -> str:
        """Return the colour of the kind: night, light or fire; no kind is certain of an estimate."""
        theme = self.theme
        of = {"gone": theme.shrink, "fading": theme.shrink, "preserved": theme.keep, "dead": theme.muted}
        of |= {"growing": theme.grow, "exploding": theme.grow, "undefined": theme.bound}
        return theme.text if self._kind is None else of[self._kind]

    def _explain(self) -> None:
        scale = tr(
            "The word follows from the gain over the whole row alone, for every cell: gone below 10⁻⁶, fading below 0.32, "
            "preserved up to 3.2, growing up to 10⁶, exploding above; dead is exactly zero."
        )
        set_tip(self, "\n\n".join(filter(None, (self.text(), self._source, scale))))


@lru_cache(maxsize=16)
def _made(theme: Theme, spoken: str, scale: float, bold: bool) -> QFont:
    """Return a type: the headline is measured and written at every gesture, several times."""
    face = font(theme, spoken, scale)
    face.setBold(bold)
    return face


@lru_cache(maxsize=4)
def _gap(theme: Theme, spoken: str) -> str:
    """Return the blanks between the word and what is said behind it."""
    small = QFontMetricsF(_made(theme, spoken, _REST, False))
    return " " * max(1, round(_GAP * small.height() / small.horizontalAdvance(" ")))
