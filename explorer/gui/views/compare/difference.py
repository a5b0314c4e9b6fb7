"""The column of two networks in one picture: the ratio of their gains, or both with a divider between them."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explorer.gui.controls.plain import in_menu, set_tip, set_tone
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
    """Shows the pair of a comparison, or nothing where there is none.

    ``paired(one, other)`` when two others are to be compared; ``chosen(t, k)``; ``pointed(t, k, where)``.
    """

    chosen = Signal(int, int)
    pointed = Signal(int, int, QPoint)
    unpointed = Signal()
    paired = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._comparison: Comparison | None = None
        self._names: list[str] = []
        self._name, self._note = QToolButton(), Fitted()
        self._name.setProperty("flat", True)
        self._name.setProperty("pictured", True)
        self._name.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pairs = QMenu(self._name)
        self.pane = Pane(theme, self.told)
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(2)
        head.addWidget(self._name, 0, Qt.AlignmentFlag.AlignLeft)
        head.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._head)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_tone(self._note, "muted")
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
        if comparison is None or comparison.pair is None or self.pane.covered:
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
        self._name.setText(in_menu(said.format(one=names[one], other=names[other])))
        self._offer(said, comparison.pair)
        what = difference_text(exploration.networks[one], exploration.networks[other])
        self._note.setText(what)
        self.pane.setAccessibleName(said.format(one=names[one], other=names[other]))
        self.pane.divided = swipes
        self.pane.steps = comparison.steps
        self._paint(comparison, swipes)
        self.pane.update()

    def cover(self, covered: bool) -> None:
        """Hide what becomes of the gradient, or show it again."""
        self.pane.covered = covered
        self.pane.update()

    def _offer(self, said: str, shown: tuple[int, int]) -> None:
        """Offer every two networks where there are more than two."""
        self._pairs.clear()
        several = len(self._names) > 2
        # None takes a menu away, which the stubs don't know.
        self._name.setMenu(self._pairs if several else None)  # type: ignore[arg-type]
        if not several:
            return
        set_tip(self._name, tr("Choose which two networks are compared."))
        for one, other in permutations(range(len(self._names)), 2):
            text = in_menu(said.format(one=self._names[one], other=self._names[other]))
            action = self._pairs.addAction(text, partial(self.paired.emit, one, other))
            action.setCheckable(True)
            action.setChecked((one, other) == shown)

    def point(self, t: int, k: int) -> None:
        """Put the cursor on (t, k)."""
        self.pane.t, self.pane.k = self.pane.steps if self.pane.last_row else t, k
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
        self.pane.layers, self.pane.remark, self.pane.last_row = [], "", comparison.last_row
        if len(known) < 2:
            self.pane.notice = tr("still being worked out")
        elif swipes:
            self.pane.layers = [Layer.of(side, comparison.decades, self.theme, comparison.last_row) for side in known]
        elif comparison.log_ratio is not None:
            # A ratio has its own middle: one, where the two are alike.
            ratio, decades = comparison.log_ratio, comparison.decades
            first = int(comparison.quantity != "flow")
            white = coloured(self.theme, WHITE)
            cells = map_of(ratio, decades, white, first, comparison.last_row, unsure=_either(known))
            lines = contours_of(ratio[:0, :0] if comparison.last_row else ratio, decades)
            self.pane.layers = [Layer(ratio, cells, lines)]
            self.pane.remark = tr("red: more than {one} · blue: less").format(one=self._names[comparison.pair[0]])


def _either(sides: list[Side]) -> NDArray[np.bool_] | None:
    """Return where a number of one of the networks may be rounding and nothing else, and so its ratio to another."""
    doubts = [side.unsure for side in sides if side.unsure is not None]
    return np.logical_or.reduce(doubts) if doubts else None
