"""What the literature says of the cell that is shown, with a mark by what was measured on the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPolygonF, QResizeEvent

from explorer.engine.looks.claims import Claim
from explorer.engine.looks.stretch import MOST_STEPS
from explorer.gui.core.card import plain_key
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.card_axes import page, pen
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.words.cell_words import cell_title
from explorer.gui.words.i18n import language, mark, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.claimed import (
    Claimed,
    claims_of,
    claims_sentences,
    layer_name,
    result,
    said_of,
)

_NONE = mark("Nothing is claimed of this cell that a run could gainsay.")
_MARGIN, _GAP, _COLUMN, _SIGN = 4.0, 6.0, 320.0, 18.0
_TALLEST = 420
"""Pixels at ten points of type: what is more is scrolled to."""
_SCROLLS = {Qt.Key.Key_Up: -1.0, Qt.Key.Key_Down: 1.0, Qt.Key.Key_PageUp: -8.0, Qt.Key.Key_PageDown: 8.0}
_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class _Row:
    """A layer's name, or one claim: what is said, and below it what was found, and by whom it is said, in its ``place``."""

    said: str
    found: str
    claim: Claim | None
    place: QRectF


class ClaimsView(RestingCard):
    """Lists the claims of the chain's cells, layer by layer: a sign, what is said, whether it holds, what was measured."""

    def __init__(self, theme: Theme) -> None:
        self._found: tuple[Claimed, ...] | None = None
        self._top = 0.0
        super().__init__(theme, mark("What is claimed of the cell"), "claims", 60)

    def prepare(self, inspection: Inspection) -> None:
        """Ask for what is measured of another run."""
        run = inspection.analysis.run
        self.ask_at_rest(partial(claims_of, run), run.course)

    def answer(self, result: object) -> None:
        """Show what was measured."""
        assert isinstance(result, tuple)
        self._found = result
        self._set_height()
        self.known()

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was measured last is shown
        """Return how many of the claims hold."""
        marks = [claim.holds for layer in self._found or () for claim in layer.claims]
        return tr("{holding} of {count} hold").format(holding=marks.count(True), count=len(marks)) if marks else ""

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was measured last is shown
        """Return each claim with what was measured, one a line."""
        if self._found is None:
            return tr("still being worked out")
        return "\n".join(one.said(tr) for one in claims_sentences(self._found)) or tr(_NONE)

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint what is in sight of the rows."""
        if self._found is None:
            page(painter, area, self.theme, "…")
            return
        rows = self._rows(area.width())
        self._top = min(self._top, max(_bottom(rows) - area.height(), 0.0))
        painter.save()
        painter.setClipRect(area)
        painter.translate(0.0, -self._top)
        for row in rows:
            if row.place.bottom() > self._top and row.place.top() < self._top + area.height():
                self._paint_row(painter, row)
        painter.restore()

    def name_at(self, point: QPointF) -> str:
        """Return the claim under the pointer, and what it was measured on."""
        row = next((row for row in self._rows(self._room()) if row.place.contains(point + QPointF(0, self._top))), None)
        if row is None:
            return ""
        about = tr("Measured on the steps of the network that is shown, on the first {steps} at most.").format(
            steps=MOST_STEPS
        )
        return row.said if row.claim is None else "\n".join([row.said, row.found, about])

    def claims(self, event: QKeyEvent) -> bool:
        """Take the keys that scroll, while there is something to be scrolled to."""
        return plain_key(event) and Qt.Key(event.key()) in _SCROLLS and self._hidden() > 0.0

    def typed(self, event: QKeyEvent) -> bool:
        """Scroll."""
        return self.claims(event) and self._scroll(_SCROLLS[Qt.Key(event.key())])

    def wheeled(self, point: QPointF, steps: float) -> bool:  # noqa: ARG002 - the same all over the card
        """Scroll, as far as there is something to be scrolled to."""
        return self._scroll(-3.0 * steps)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that the lines need in another width."""
        super().resizeEvent(event)
        self._set_height()

    @property
    def usual_height(self) -> float:
        """Return the room that the rows need in the width that there is, in pixels."""
        most = _TALLEST * (0.25 + 0.075 * self.theme.font_size)
        return max(super().usual_height, min(_bottom(self._rows(self._room())), most))

    def _room(self) -> float:
        """Return the width of the drawing; the layout gives it its own only after the card has another."""
        column = self.layout()
        margins = self.contentsMargins() if column is None else column.contentsMargins()
        return float(self.width() - margins.left() - margins.right())

    def _hidden(self) -> float:
        return max(_bottom(self._rows(self._room())) - self.canvas.height(), 0.0)

    def _scroll(self, lines: float) -> bool:
        """Move by so many lines; return whether there was anything to move to."""
        top = min(max(self._top + lines * self._metrics().height(), 0.0), self._hidden())
        moved, self._top = top != self._top, top
        self.draw_anew()
        return moved

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(font(self.theme, language(), TICK_SCALE))

    def _rows(self, width: float) -> list[_Row]:
        """Return the rows in as many columns as fit, those of a layer in one."""
        layers, metrics = self._found or (), self._metrics()
        columns = max(min(int(width // _COLUMN), len(layers)), 1)
        each = width / columns
        made = [_of_layer(layer, metrics, each) for layer in layers]
        whole, before = sum(_bottom(some) for some in made), 0.0
        tops, rows = [0.0] * columns, list[_Row]()
        for some in made:
            height = _bottom(some)
            column = int(columns * (before + height / 2) / whole)
            rows += [replace(row, place=row.place.translated(column * each, tops[column])) for row in some]
            tops[column] += height
            before += height
        return rows

    def _paint_row(self, painter: QPainter, row: _Row) -> None:
        theme, place = self.theme, row.place.adjusted(_SIGN + _MARGIN, 0.0, -_MARGIN, 0.0)
        if row.claim is None:
            painter.setPen(QColor(theme.muted))
            painter.drawText(row.place.adjusted(_MARGIN, 0.0, -_MARGIN, 0.0), _FLAGS, row.said)
            return
        colour = {True: theme.keep, False: theme.grow, None: theme.muted}[row.claim.holds]
        _paint_sign(
            painter,
            row.claim.holds,
            QPointF(row.place.left() + _MARGIN + 6.0, place.top() + 0.5 * self._metrics().height()),
            colour,
        )
        painter.setPen(QColor(theme.text))
        painter.drawText(place, _FLAGS, row.said)
        painter.setPen(QColor(colour))
        below = place.adjusted(0.0, _height(self._metrics(), row.said, place.width()), 0.0, 0.0)
        painter.drawText(below, _FLAGS, row.found)


def _of_layer(layer: Claimed, metrics: QFontMetricsF, width: float) -> list[_Row]:
    """Return the rows of a layer, at the top of a column of this ``width``."""
    title, rows, top = cell_title(layer.cell), [], _GAP
    named = title if layer.number is None else told(layer_name(layer).said(tr), title)
    for said, found, claim in ((named, "", None), *_texts(layer)):
        room = width - 2 * _MARGIN - (0.0 if claim is None else _SIGN)
        height = _height(metrics, said, room) + (_height(metrics, found, room) if found else 0.0)
        rows.append(_Row(said, found, claim, QRectF(0.0, top, width, height)))
        top += height + _GAP
    return rows


def _texts(layer: Claimed) -> Iterator[tuple[str, str, Claim | None]]:
    """Yield what each claim says, and what was found with its source; or that nothing is claimed."""
    for claim in layer.claims:
        yield said_of(claim).said(tr), " · ".join(filter(None, (result(claim).said(tr), claim.source))), claim
    if not layer.claims:
        yield tr(_NONE), "", None


def _height(metrics: QFontMetricsF, text: str, width: float) -> float:
    return metrics.boundingRect(QRectF(0.0, 0.0, max(width, 40.0), 1e4), _FLAGS, text).height()


def _bottom(rows: list[_Row]) -> float:
    return max((row.place.bottom() for row in rows), default=0.0) + _GAP


def _paint_sign(painter: QPainter, holds: bool | None, centre: QPointF, colour: str) -> None:
    """Draw a tick, a cross, or an empty circle where it can't be told."""
    painter.setPen(pen(colour, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y, size = centre.x(), centre.y(), 4.5
    if holds is None:
        painter.drawEllipse(centre, size, size)
    elif holds:
        painter.drawPolyline(QPolygonF([QPointF(x - size, y), QPointF(x - 1.0, y + size), QPointF(x + size, y - size)]))
    else:
        painter.drawLine(QPointF(x - size, y - size), QPointF(x + size, y + size))
        painter.drawLine(QPointF(x - size, y + size), QPointF(x + size, y - size))
