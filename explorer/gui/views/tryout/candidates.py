"""Candidate sentences and what a network, a bigram and a trigram find of each, in a table."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.stillness import set_shown
from explorer.gui.controls.typed_text import TypedText
from explorer.gui.words.i18n import Phrases, listed, mark, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.candidates import MODELS, MOST, Likelihood, Weighed

_LINES = 3
_NAMES = {"network": mark("network"), "bigram": mark("bigram"), "trigram": mark("trigram")}
_CHOSEN = "▸\u00a0"
"""Stands before what a model finds the likeliest."""
_COMING = "…"
_HUGE = 1e5
_GAP = 8
"""Pixels between what two models find."""


class CandidateTable(QWidget):
    """A field to type sentences in, one a line: ``typed(text)``; below it a row for each with what each model finds."""

    typed = Signal(str)

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.head, self.text, self.table = Label(), TypedText(_LINES), QWidget()
        self._names = [Label() for _ in MODELS]
        self._rows = [[Label() for _ in range(1 + len(MODELS))] for _ in range(MOST + 1)]
        self._weighed, self._sentences = Weighed(()), tuple[str, ...]()
        self._lay_out()
        self.text.typed.connect(self.typed)
        phrases.add(self.head.setText, mark("Candidate sentences"))
        phrases.add(self.text.setAccessibleName, mark("Candidate sentences"))
        phrases.add(self.text.setPlaceholderText, mark("one sentence a line, to be compared"))
        phrases.add(self.text.setAccessibleDescription, mark("one sentence a line, to be compared"))
        phrases.add(
            partial(set_tip, self.table),
            mark(
                "The logarithm of the probability of each sentence in nats and, in brackets, the perplexity: among how many "
                "symbols, as it were, the model must guess at each. Bigram and trigram count what the network learns from, "
                "smoothed by Witten and Bell's interpolation. “▸” marks the likeliest."
            ),
        )

    def show_text(self, text: str, sentences: tuple[str, ...]) -> None:
        """Show the ``sentences`` that are compared, as they are typed in the ``text``; what is found of them comes later."""
        self.text.write(text)
        if sentences != self._sentences:
            self._sentences = sentences
            self._show([(one, [_COMING] * len(MODELS)) for one in sentences] + [("", [_COMING] * len(MODELS))])

    def show_weighed(self, found: Weighed) -> None:
        """Show what was found of the sentences."""
        self._weighed = found
        best = [found.likeliest(model) for model in range(len(MODELS))]
        rows = [
            (one.text, [_said(one, model, best[model] == i) for model in range(len(MODELS))])
            for i, one in enumerate(found.likelihoods)
        ]
        self._show([*rows, ("", [_short(value) for value in found.held_out] or [_COMING] * len(MODELS))])

    def _show(self, rows: list[tuple[str, list[str]]]) -> None:
        """Show rows, the last of them of what is held out; none where there are no sentences."""
        rows = [*rows[:-1], (tr("held-out text, perplexity"), rows[-1][1])] if rows[1:] else []
        set_shown(self.table, bool(rows))
        for label, name in zip(self._names, MODELS, strict=True):
            label.setText(tr(_NAMES[name]))
        for i, labels in enumerate(self._rows):
            text, cells = rows[i] if i < len(rows) else ("", [""] * len(MODELS))
            for label, said in zip(labels, (text, *cells), strict=True):
                label.setText(said)
                set_shown(label, i < len(rows))
        self.table.setAccessibleDescription("\n".join(self.lines()))
        self._fit()

    def lines(self) -> list[str]:
        """Return all that the table says, a line for each sentence."""
        found = []
        for text, *cells in self._rows:
            said = [f"{tr(_NAMES[name])} {cell.text()}" for name, cell in zip(MODELS, cells, strict=True)]
            found += [told(text.text(), listed(said))] if text.text() else []
        return found

    def dress(self) -> None:
        """Say all in the language that is now spoken."""
        if self._sentences and len(self._weighed.likelihoods) == len(self._sentences):
            self.show_weighed(self._weighed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each sentence as many lines as it needs in this width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Keep all lines whole: a card that is short of room would press labels that wrap."""
        share = (self.width() - _GAP * (len(MODELS) - 1)) // len(MODELS)
        for label in (self.head, *self._names):
            label.setMinimumHeight(label.sizeHint().height() if label.text() else 0)
        for text, *cells in self._rows:
            text.setMinimumHeight(text.heightForWidth(self.width()) if text.text() else 0)
            for cell in cells:
                cell.setMinimumHeight(cell.heightForWidth(share) if cell.text() else 0)
        self.text.setMinimumHeight(self.text.sizeHint().height())

    def _lay_out(self) -> None:
        column, grid = QVBoxLayout(self), QGridLayout(self.table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.head, self.text, self.table):
            column.addWidget(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(1)
        set_tone(self.head, "muted")
        for model, label in enumerate(self._names):
            set_tone(label, "muted")
            grid.addWidget(label, 0, model)
            grid.setColumnStretch(model, 1)
        for i, (text, *cells) in enumerate(self._rows):
            text.setWordWrap(True)
            set_tone(text, "muted")
            grid.addWidget(text, 1 + 2 * i, 0, 1, len(MODELS))
            for model, label in enumerate(cells):
                # In a narrow card the perplexity goes under the probability.
                label.setWordWrap(True)
                grid.addWidget(label, 2 + 2 * i, model)


def _said(one: Likelihood, model: int, chosen: bool) -> str:
    """Return ln P with the perplexity of one sentence."""
    if not one.symbols:
        return "–"
    said = f"{one.log[model]:.1f}".replace("-", "−")
    return f"{_CHOSEN if chosen else ''}{said} ({_short(one.perplexity(model))})"


def _short(perplexity: float) -> str:
    if math.isnan(perplexity):
        return "–"
    return f"{perplexity:.3g}" if perplexity < _HUGE else f"> {_HUGE:,.0f}"
