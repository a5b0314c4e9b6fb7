"""The eigenvalues of W in the complex plane, with the unit circle and the circle that γ makes critical."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.controls.bare import Box
from explorer.gui.controls.plain import set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.card import InspectCard
from explorer.gui.core.in_file import in_file, of_matrix
from explorer.gui.plot.card_axes import Axes, label, page, pen, shade
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.decomposed import Decomposed, decomposed
from explorer.workspace.looks.wide import undecomposed
from explorer.workspace.scales.ticks import Side, number
from explorer.workspace.words.numbers import signed, subscript

_NONE = mark("No square matrix carries the state of this cell to the next step: W and its eigenvalues are not there.")
_OWN = mark("Every layer has a W of its own: there is no one matrix whose eigenvalues would decide.")
_NO_VALUES = np.empty(0, np.complex128)
_REACH = 9.0
_LARGEST = 1.7e308
_TURNS = tuple(math.radians(sign * turn) for turn in (45, 30, 60, 20, 70, 10, 135, 150, 120, 160) for sign in (1, -1))
_DOT = 5.0
"""Pixels around the middle of a dot that are to be seen."""
_LITTLE, _MUCH = 1.18, 1.5
_GAP, _CLEAR = 4.0, 3.0
"""Pixels between a number and the tick that it stands beside, and at least between it and any circle."""


class EigenvaluesView(InspectCard):
    """Shows each eigenvalue of W as a dot; where several matrices carry the state, those of one, W at first."""

    shows_flow = False

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Eigenvalues"), "eigenvalues", 178)
        self._matrix = Box()
        self._matrix.setSizeAdjustPolicy(Box.SizeAdjustPolicy.AdjustToContents)
        self._matrix.currentIndexChanged.connect(self._show_matrix)
        self._matrix.hide()
        self.add_to_header(self._matrix)
        self.phrases.add(self._matrix.setAccessibleName, "Matrix")
        self.phrases.add(partial(set_tip, self._matrix), "Which of the matrices that carry the state to the next step")
        self._names: tuple[str, ...] = ()
        self._values = _NO_VALUES
        self._asked: Floats | None = None
        self._found: Decomposed | None = None
        self._sizes: tuple[str, ...] = ()
        self._gamma: float | None = None
        self._axes: Axes | None = None
        self._ground = Still()
        self._laid: Hashable = None
        self._places: dict[str, list[QRectF]] = {}

    def draw(self, inspection: Inspection) -> None:
        """Offer the matrices that carry the state."""
        names = tuple(inspection.analysis.run.matrices)
        if names != self._names:
            self._names, chosen = names, self._matrix.currentText()
            with QSignalBlocker(self._matrix):
                self._matrix.clear()
                self._matrix.addItems(list(names))
                self._matrix.setCurrentText(chosen)
            set_shown(self._matrix, len(names) > 1)
        super().draw(inspection)

    def summary(self, inspection: Inspection) -> str:
        """Return whose they are, where there is no choice that says it, or a file calls the matrix otherwise."""
        run, several = inspection.analysis.run, len(inspection.analysis.run.matrices) > 1
        said = of_matrix(inspection, self._matrix.currentText() if several else run.recurrent)
        return said if run.recipe.imported is not None or not several else ""

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why a wide matrix has no eigenvalues here."""
        chosen = inspection.analysis.run.matrices.get(self._matrix.currentText())
        return None if chosen is None else undecomposed(chosen)

    def prepare(self, inspection: Inspection) -> None:
        """Take the eigenvalues of the chosen matrix, and its ρ and σ₁; γ where J is diag(f′) W and so has one.

        Those of W, or what stands for it, are known; for others the card asks, and shows the old ones meanwhile.
        """
        run, name = inspection.analysis.run, self._matrix.currentText()
        self._gamma = run.steepest
        if name in ("", run.recurrent):
            self._values, self._sizes = run.eigenvalues, _sizes(run.radius, run.sigma)
        elif self._found is not None and self._found.matrix is run.matrices[name]:
            self._show_found(self._found)
        elif self._asked is not run.matrices[name]:
            self._asked = run.matrices[name]
            self.asked.emit(partial(decomposed, self._asked))

    def finish(self) -> None:
        """Work the eigenvalues out at once: for pictures."""
        if self.inspection is not None:
            chosen = self.inspection.analysis.run.matrices.get(self._matrix.currentText())
            if chosen is not None and self.lacking(self.inspection) is None:
                for found in decomposed(chosen, lambda: False, lambda _: None):
                    self._found = found
            self._make_ready()

    def answer(self, result: object) -> None:
        """Show what was found of the matrix that was asked about, if it is still the chosen one."""
        assert isinstance(result, Decomposed)
        self._found = result
        if self.inspection is not None:
            self.present(self.inspection)

    def _none(self) -> str:
        """Return in English why there is no matrix."""
        own = self.inspection is not None and self.inspection.analysis.run.course.chain.whole.steps
        return _OWN if own else _NONE

    def _show_found(self, found: Decomposed) -> None:
        self._values, self._sizes = found.eigenvalues, _sizes(found.radius, found.sigma)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the circles, the axes and the dots, one scale for both directions."""
        if not self._names:
            self._axes = None
            page(painter, area, self.theme, tr(self._none()))
            return
        frame = area.adjusted(2, 2, -2, -2)
        critical = self._critical
        share = frame.width() / frame.height()
        with np.errstate(over="ignore", invalid="ignore"):
            size = np.abs(self._values)
        modulus = float(np.max(size, where=np.isfinite(size), initial=0.0))
        room = _room(frame.height(), painter.fontMetrics().height())
        reach = min(_stepped(room * max(modulus, min(critical, 4.0), 1.0)), _LARGEST / max(share, 1.0))
        axes = self._axes = Axes(frame, -reach * share, reach * share, -reach, reach)
        key = (self.theme, critical, reach, frame.width(), frame.height(), painter.font().key())
        if key != self._laid:
            self._laid, self._places = key, {}
        self._ground.paint(painter, area, key, lambda inner: self._paint_ground(inner, axes, critical))
        self._paint_sizes(painter, frame)
        self._paint_dots(painter, axes)
        self._paint_critical_name(painter, axes, critical)

    def _paint_critical_name(self, painter: QPainter, axes: Axes, critical: float) -> None:
        """Name the circle, in full or in short, where least lies under it."""
        text = self._critical_name(critical)
        forms = (text, text.partition(":")[0].partition("：")[0])
        placed = [
            (*place, form)
            for form in forms
            if (place := self._beside_circle(painter, axes, critical, form)) is not None
        ]
        if placed:
            _, corner, form = min(placed, key=lambda one: one[0])
            label(painter, corner.x(), corner.y(), form, self._critical_colour(), 0.0, 0.0)

    def _critical_name(self, critical: float) -> str:
        """Return what the circle is called beyond which eigenvalues are counted."""
        if critical != 1.0:
            return tr("1/γ = {radius}: critical").format(radius=number(critical))
        return tr("|λ| = 1: critical") if self._gamma is not None else "|λ| = 1"

    def _paint_ground(self, painter: QPainter, axes: Axes, critical: float) -> None:
        """Paint the axes, their numbers and the circles."""
        self._paint_axes(painter, axes)
        self._paint_numbers(painter, axes, critical)
        self._circle(painter, axes, 1.0, self.theme.muted, Qt.PenStyle.SolidLine)
        if critical != 1.0:
            self._circle(painter, axes, critical, self.theme.bound, Qt.PenStyle.DashLine)

    def name_at(self, point: QPointF) -> str:
        """Return the eigenvalue under the pointer, its modulus, and how long its direction lasts."""
        if self._axes is None or not len(self._values):
            return ""
        x, y = self._axes.xs(self._values.real), self._axes.ys(self._values.imag)
        away = np.hypot(x - point.x(), y - point.y())
        index = int(np.argmin(away))
        if not away[index] <= _REACH:
            return ""
        return self._named(index)

    def describe(self, inspection: Inspection) -> str:
        """Return ρ and σ₁, the eigenvalue of the largest modulus, and how many lie outside the critical circle."""
        if not self._names:
            return tr(self._none())
        if not len(self._values):
            return "…"
        with np.errstate(over="ignore", invalid="ignore"):
            size = np.abs(self._values)
        outside = int((size > (1.0 + 1e-9) * self._critical).sum())
        counted = tr("eigenvalues outside |λ| = {radius}: {outside} of {count}").format(
            radius=number(self._critical), outside=outside, count=len(size)
        )
        said = [*self._sizes, self._named(int(np.argmax(size))), counted, in_file(inspection)]
        return "\n".join(filter(None, said))

    def _named(self, index: int) -> str:
        value = complex(self._values[index])
        turn = "" if abs(value.imag) < 1e-12 else (" + " if value.imag > 0 else " − ") + f"{abs(value.imag):.3f}i"
        text = f"λ{subscript(index + 1)} = {signed(value.real)}{turn},  |λ| = {signed(abs(value))}"
        return f"{text}\n{_life(abs(value))}"

    def _show_matrix(self) -> None:
        # Those of another matrix are none of this one's.
        self._values, self._sizes = _NO_VALUES, ()
        if self.inspection is not None:
            self.present(self.inspection)

    @property
    def _critical(self) -> float:
        """Return the radius of the circle beyond which they are counted: 1/γ, or 1 where J has no γ."""
        return 1.0 if self._gamma is None else 1.0 / self._gamma

    def _critical_colour(self) -> str:
        return self.theme.bound if self._critical != 1.0 else self.theme.muted

    def _paint_axes(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(pen(self.theme.grid, 1.0))
        painter.drawLine(QLineF(axes.frame.left(), axes.y(0), axes.frame.right(), axes.y(0)))
        painter.drawLine(QLineF(axes.x(0), axes.frame.top(), axes.x(0), axes.frame.bottom()))
        label(painter, axes.frame.right(), axes.y(0) - 2, "Re λ", self.theme.muted, 1.0, 1.0)
        label(painter, axes.x(0) + 4, axes.frame.top(), "Im λ", self.theme.muted, 0.0, 0.1)

    def _paint_numbers(self, painter: QPainter, axes: Axes, critical: float) -> None:
        """Write the numbers of the real axis beside the circles, or not at all where there is no room."""
        lines = [axes.x(sign * radius) for sign in (-1, 1) for radius in (1.0, critical)]
        for value, text in Side.numbers(axes.left, axes.right, 6).ticks:
            if not value:
                continue
            x = axes.x(value)
            width = painter.fontMetrics().horizontalAdvance(text)
            left = _free(x, width, lines, math.copysign(1.0, value))
            if left is not None and axes.frame.left() < left < axes.frame.right() - width:
                painter.setPen(pen(self.theme.border, 1.0))
                painter.drawLine(QLineF(x, axes.y(0) - 2, x, axes.y(0) + 2))
                label(painter, left, axes.y(0) + 3, text, self.theme.muted, 0.0, 0.0)

    def _paint_sizes(self, painter: QPainter, frame: QRectF) -> None:
        """Write ρ and σ₁ into the corner, from which every eigenvalue is far: the heading has no room beside a gate."""
        for row, text in enumerate(self._sizes):
            label(
                painter,
                frame.left(),
                frame.top() + row * painter.fontMetrics().height(),
                text,
                self.theme.text,
                0.0,
                0.0,
            )

    def _circle(self, painter: QPainter, axes: Axes, radius: float, colour: str, style: Qt.PenStyle) -> None:
        across = axes.x(radius) - axes.x(0)
        painter.setBrush(shade(colour, 12))
        painter.setPen(pen(colour, 0.6 * self.theme.line_width, style))
        painter.drawEllipse(QPointF(axes.x(0), axes.y(0)), across, across)

    def _beside_circle(self, painter: QPainter, axes: Axes, radius: float, text: str) -> tuple[int, QPointF] | None:
        """Return over how many dots ``text`` stands outside the circle, as few as can be, and where; None without room."""
        if text not in self._places:
            self._places[text] = _places_beside_circle(painter, axes, radius, text)
        places = self._places[text]
        hidden = self._hidden_by(places, axes) if places else []
        return (min(hidden), places[hidden.index(min(hidden))].topLeft()) if hidden else None

    def _hidden_by(self, places: list[QRectF], axes: Axes) -> list[int]:
        """Return how many dots each of ``places`` would lie over."""
        xs, ys = axes.xs(self._values.real), axes.ys(self._values.imag)
        middles = np.array([(place.center().x(), place.center().y()) for place in places])
        reach = np.array([(place.width() / 2 + _DOT, place.height() / 2 + _DOT) for place in places])
        with np.errstate(invalid="ignore"):
            hidden = (np.abs(xs - middles[:, :1]) < reach[:, :1]) & (np.abs(ys - middles[:, 1:]) < reach[:, 1:])
        return [int(count) for count in hidden.sum(axis=1)]

    def _paint_dots(self, painter: QPainter, axes: Axes) -> None:
        """Draw the dots: inside the critical circle blue, outside red, as vanishing and exploding are.

        Where no circle is critical they are of neither colour.
        """
        radius = 3.6 if len(self._values) <= 64 else 2.6
        painter.setPen(pen(self.theme.card, 0.8))
        xs, ys = axes.xs(self._values.real), axes.ys(self._values.imag)
        with np.errstate(over="ignore", invalid="ignore"):
            outside = np.abs(self._values) > (1.0 + 1e-9) * self._critical
        seen = np.isfinite(xs) & np.isfinite(ys)
        for x, y, grows in zip(xs[seen].tolist(), ys[seen].tolist(), outside[seen].tolist(), strict=True):
            known = self.theme.grow if grows else self.theme.shrink
            painter.setBrush(QColor(self.theme.curve if self._gamma is None else known))
            painter.drawEllipse(QPointF(x, y), radius, radius)


def _places_beside_circle(painter: QPainter, axes: Axes, radius: float, text: str) -> list[QRectF]:
    """Return where ``text`` can stand outside the circle and clear of what else is written."""
    metrics, across = painter.fontMetrics(), axes.x(radius) - axes.x(0) + _GAP
    width, height = metrics.horizontalAdvance(text), metrics.height()
    taken = [QRectF(axes.frame.left(), axes.frame.top(), 9 * metrics.averageCharWidth(), 2 * height)]
    taken.append(QRectF(axes.x(0), axes.frame.top(), metrics.horizontalAdvance("Im λ") + _GAP, height))
    taken.append(QRectF(axes.frame.left(), axes.y(0) + 3, axes.frame.width(), height))
    places = []
    for turn in _TURNS:
        right, up = math.cos(turn), math.sin(turn)
        x, y = axes.x(0) + across * right, axes.y(0) - across * up
        place = QRectF(x - width * (right < 0), y - height * (up > 0), width, height)
        if axes.frame.contains(place) and not any(place.intersects(other) for other in taken):
            places.append(place)
    return places


def _room(height: float, line: float) -> float:
    """Return how much further the axes reach than all that is drawn: their name at the top lies over no dot."""
    free = height / 2 - line - _DOT
    return min(max(0.5 * height / free, _LITTLE), _MUCH) if free > 0 else _MUCH


def _stepped(reach: float) -> float:
    """Return ``reach`` or a little more: what stays while the eigenvalues move by a little need not be drawn anew."""
    mantissa, exponent = math.frexp(reach)
    return math.ldexp(math.ceil(32.0 * mantissa) / 32.0, exponent) if math.isfinite(reach) else reach


def _sizes(radius: float | None, sigma: float | None) -> tuple[str, ...]:
    """Return ρ and σ₁ in words."""
    if radius is None or sigma is None:
        return ()
    return f"ρ = {signed(radius)}", f"σ₁ = {signed(sigma)}"


def _free(x: float, width: float, lines: list[float], outward: float) -> float | None:
    """Return the left end of a word at ``x``, below it or else beside it, so that none of ``lines`` runs through it."""
    beside = x + _GAP, x - _GAP - width
    for left in (x - width / 2, *beside[:: 1 if outward > 0 else -1]):
        if not any(left - _CLEAR < line < left + width + _CLEAR for line in lines):
            return left
    return None


def _life(modulus: float) -> str:
    """Return how long the linear network remembers along this direction."""
    if modulus == 0.0:
        return tr("exactly zero after 1 step")
    rate = math.log(modulus)
    if abs(rate) < 1e-9:
        return tr("in the linear network it stays as it is")
    steps = signed(abs(math.log(2.0) / rate))
    if rate < 0:
        return tr("in the linear network it halves every {steps} steps").format(steps=steps)
    return tr("in the linear network it doubles every {steps} steps").format(steps=steps)
