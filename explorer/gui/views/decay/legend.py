"""What the lines of the decay plot mean, in words below it, where it has the room of the whole middle."""

from __future__ import annotations

import html
from collections.abc import Hashable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy

from explorer.gui.controls.plain import Label
from explorer.gui.plot.theme import Theme
from explorer.gui.views.decay.lines import Picture
from explorer.gui.views.decay.terms import meaning
from explorer.gui.words.i18n import language, tr
from explorer.gui.words.joining import told


class DecayLegend(Label):
    """Names each line that needs it, in its colour, with what it is and its formula; the rest stands on hover."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said: Hashable = None
        self.hide()

    def present(self, drawn: Picture | None, theme: Theme) -> None:
        """Explain what is drawn."""
        facts = None if drawn is None else _facts(drawn)
        if (facts, theme, language()) == self._said:
            return
        self._said = facts, theme, language()
        entries = [] if drawn is None else [*_entries(drawn, theme)]
        text = "<br>".join(
            f'<span style="color: {colour}"><b>{html.escape(name)}</b></span>{html.escape(told(name, said)[len(name) :])}'
            for name, colour, said in entries
        )
        self.setText(text)


def _facts(drawn: Picture) -> Hashable:
    """Return what the words depend on."""
    kind = None if drawn.verdict is None else drawn.verdict.kind
    return *((line.name, line.colour, line.term) for line in drawn.lines), kind


def _entries(drawn: Picture, theme: Theme) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the colour and the meaning of each thing that is drawn, the row's own lines last."""
    for line in reversed(drawn.lines):
        if line.term:
            yield line.name, line.colour, meaning(line.term)
    if drawn.verdict is not None:
        yield tr("threshold"), theme.threshold, meaning("threshold")
        if drawn.verdict.kind != "undefined":
            yield tr("horizon"), theme.threshold, meaning("horizon")
