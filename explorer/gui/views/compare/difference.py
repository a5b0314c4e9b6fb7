"""The column of two networks in one picture: the ratio of their gains, or both with a divider between them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.controls.plain import Label
from explorer.gui.controls.room import Fitted
from explorer.gui.core.view import Playhead
from explorer.gui.plot.cells import map_of
from explorer.gui.plot.theme import WHITE, Theme, coloured
from explorer.gui.views.compare.layer import Layer, contours_of
from explorer.gui.views.compare.pane import Pane
from explorer.gui.views.compare.words import bold, difference_text, ratio_text
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.comparison import Comparison, Side


class PairColumn(QWidget):
    """Shows the pair of a comparison, or nothing where there is none. ``chosen(t, k)``; ``pointed(t, k, where)``."""

    chosen = Signal(int, int)
    pointed = Signal(int, int, QPoint)
    unpointed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._comparison: Comparison | None = None
        self._names: list[str] = []
        self._name, self._note = Label(), Fitted()
        self.pane = Pane(theme, self.told)
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(2)
        for part in (self._name, self._note):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._head)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name.setProperty("heading", True)
        self._note.setProperty("muted", True)
        column.addWidget(self.pane, 1)
        for inner, outer in (
            (self.pane.chosen, self.chosen),
            (self.pane.pointed, self.pointed),
            (self.pane.unpointed, self.unpointed),
        ):
            inner.connect(outer)

    def told(self) -> str:
        """Return in words what is shown at the chosen pair."""
        return self.text_at(self.pane.t, self.pane.k)

    def text_at(self, t: int, k: int) -> str:
        """Return what is said of the pair (t, k)."""
        comparison = self._comparison
        if comparison is None or comparison.pair is None:
            return ""
        return ratio_text(comparison, self._names, t, k)

    def present(self, exploration: Exploration, comparison: Comparison, names: list[str]) -> None:
        """Show the pair of ``comparison``, whose networks have ``names``."""
        self._comparison, self._names = comparison, names
        self.setVisible(comparison.pair is not None)
        if comparison.pair is None:
            return
        one, other = comparison.pair
        swipes = exploration.stage == "swipe"
        said = tr("{one} | {other}") if swipes else tr("{other} ÷ {one}")
        self._name.setText(said.format(one=names[one], other=names[other]))
        what = difference_text(exploration.networks[one], exploration.networks[other])
        self._note.setText(what)
        self.pane.setAccessibleName(self._name.text())
        self.pane.divided = swipes
        self.pane.steps = comparison.steps
        self._paint(comparison, swipes)
        self.pane.update()

    def point(self, t: int, k: int) -> None:
        """Put the cursor on (t, k)."""
        self.pane.t, self.pane.k = t, k
        self.pane.update()

    def play(self, playhead: Playhead) -> None:
        """Show a moment of the animation."""
        self.pane.playhead = playhead
        self.pane.update()

    def set_head(self, in_two_rows: bool, height: int) -> None:
        """Have a head of the height that the other columns have."""
        self._note.setVisible(in_two_rows)
        self._head.setFixedHeight(height)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self.theme = self.pane.theme = theme
        self._name.setFont(bold(theme, 1.15))

    def _paint(self, comparison: Comparison, swipes: bool) -> None:
        assert comparison.pair is not None
        sides = [comparison.sides[i] for i in comparison.pair]
        known = [side for side in sides if isinstance(side, Side)]
        self.pane.layers, self.pane.remark = [], ""
        if len(known) < 2:
            self.pane.notice = tr("still being worked out")
        elif swipes:
            self.pane.layers = [Layer.of(side, comparison.decades, self.theme) for side in known]
        elif comparison.log_ratio is not None:
            # A ratio has its own middle: one, where the two are alike.
            ratio, decades = comparison.log_ratio, comparison.decades
            cells = map_of(ratio, decades, coloured(self.theme, WHITE))
            self.pane.layers = [Layer(ratio, cells, contours_of(ratio, decades))]
            self.pane.remark = tr("red: more than {one} · blue: less").format(one=self._names[comparison.pair[0]])
