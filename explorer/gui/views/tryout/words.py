"""A sentence with the label that each word is given below it; ✓ and ✗ say which are right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from explorer.gui.plot.card_axes import label, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.picture import after, called
from explorer.gui.words.character_names import unseen_name
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import noted, share, told
from explorer.workspace.looks.tryout import Tried

_GAP = 5.0


class Words:
    """Draws each word over its label."""

    height = 186

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._cells: list[QRectF] = []

    def summary(self) -> str:
        """Return how many words are right, of those whose label is known."""
        judged = [t for t in range(1, self._tried.steps + 1) if self._target(t) >= 0]
        if not judged:
            t = self._tried.t
            return tr("{after}: {answer}").format(
                after=after(self._tried, t), answer=called(self._tried, self._answer(t))
            )
        right = sum(self._target(t) == self._answer(t) for t in judged)
        return tr("{right} of {count} right").format(right=right, count=len(judged))

    def paint(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """Paint as many rows of words as there is room for, that of the chosen step among them."""
        line = painter.fontMetrics().height()
        self._cells = self._laid_out(painter, area)
        room = area.height() - 2.0 * line - 10.0
        behind = self._cells[self._tried.t - 1].top() - area.top() - room
        if behind > 0:
            self._cells = [cell.translated(0.0, -behind) for cell in self._cells]
        for t, cell in enumerate(self._cells, start=1):
            if cell.bottom() > area.top() and cell.top() < area.bottom():
                self._paint_cell(painter, theme, t, cell)

    def name_at(self, point: QPointF) -> str:
        """Return the likeliest labels of the word under the pointer."""
        t = self.step_at(point)
        if not t:
            return ""
        said = self._tried.said[t - 1]
        fed = self._tried.fed
        lines = [noted(f"{fed.shown[t - 1]} {unseen_name(fed.tokens[t - 1])}".rstrip(), f"t = {t}")]
        lines += [told(called(self._tried, j), share(float(said[j]))) for j in (-said).argsort()[:3]]
        if self._target(t) >= 0:
            lines.append(tr("target: {name}").format(name=called(self._tried, self._target(t))))
        return "\n".join(lines)

    def step_at(self, point: QPointF) -> int:
        """Return the word under the pointer."""
        return next((t for t, cell in enumerate(self._cells, start=1) if cell.contains(point)), 0)

    def symbol_at(self, _: QPointF) -> str:
        """Return "": a label is no word."""
        return ""

    def _answer(self, t: int) -> int:
        return int(self._tried.said[t - 1].argmax())

    def _target(self, t: int) -> int:
        return -1 if self._tried.wanted is None else int(self._tried.wanted[t - 1])

    def _below(self, t: int) -> str:
        """Return what stands below a word: its label, whether that is right, and what would be."""
        said, target = called(self._tried, self._answer(t)), self._target(t)
        if target < 0:
            return said
        if target == self._answer(t):
            return f"✓ {said}"
        return f"✗ {noted(said, called(self._tried, target))}"

    def _laid_out(self, painter: QPainter, area: QRectF) -> list[QRectF]:
        """Return a cell for each word, in rows."""
        metrics = painter.fontMetrics()
        high, x, y = 2.0 * metrics.height() + 8.0, area.left(), area.top() + 2.0
        cells: list[QRectF] = []
        for t, word in enumerate(self._tried.fed.shown, start=1):
            width = max(metrics.horizontalAdvance(word) + 6.0, metrics.horizontalAdvance(self._below(t))) + 12.0
            if cells and x + width > area.right():
                x, y = area.left(), y + high + _GAP
            cells.append(QRectF(x, y, width, high))
            x += width + _GAP
        return cells

    def _paint_cell(self, painter: QPainter, theme: Theme, t: int, cell: QRectF) -> None:
        wrong = self._target(t) >= 0 and self._target(t) != self._answer(t)
        frame = theme.selection if t == self._tried.t else theme.bound if wrong else theme.border
        painter.setPen(
            pen(frame, 1.6 if t == self._tried.t else 1.0, Qt.PenStyle.DashLine if wrong else Qt.PenStyle.SolidLine)
        )
        painter.setBrush(shade(theme.grid, 120))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        plain, bold = painter.font(), QFont(painter.font())
        bold.setBold(True)
        painter.setFont(bold)
        label(painter, cell.center().x(), cell.top() + 3, self._tried.fed.shown[t - 1], theme.text, 0.5, 0.0)
        painter.setFont(plain)
        right = self._target(t) >= 0 and not wrong
        colour = theme.bound if wrong else theme.positive if right else theme.muted
        label(painter, cell.center().x(), cell.bottom() - 3, self._below(t), colour, 0.5, 1.0)
