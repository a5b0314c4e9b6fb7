"""f and f′ with the net inputs z of the chosen step on them: where the units work, and what that costs the gradient."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.core.card import InspectCard
from explorer.gui.core.netinputs import NetInput, net_inputs_at
from explorer.gui.plot.card_axes import Axes, columns, label, laid_out, page, pen, rows, shade, uprights
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.warp import Warp
from explorer.gui.views.inspect.slope_words import passing, where_worked
from explorer.gui.views.inspect.terms import GAMMA
from explorer.gui.words.i18n import language, mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.scales.ticks import Side, number
from explorer.workspace.words.numbers import signed, subscript

_NEAR = 8.0
_POINTS = 241
_TALL = 1.15
"""The top of the axis of f′: a function that rises higher has an axis of its own."""
# Of the card's height, that of the rows of dots at most.
_MOST_ROWS = 0.5
# Of the plot's width, that of the corner which no curve comes into.
_CORNER, _HALF = 0.36, 0.4
# Points that tell where a curve goes, and how far below 0 it is level with it.
_FEW, _LEVEL = 24, 0.02
_GIVEN = mark("s₀ is given, not computed: step 0 has no net input.")
_NONE = mark("This cell puts no net input through a function: there is no f′ that could be small.")
# The radius of a dot in a gate's row, and what stands clear between the last dot and the mean.
_DOT, _GAP = 3.4, 3.0
# What stands clear between the numbers of the axis and the first row.
_ABOVE_ROWS = 2.0
_STYLES = (
    Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
)  # fmt: skip


class SlopesView(InspectCard):
    """Shows the curves of f and f′; each unit's z is a dot on f′. Of several gates each has a row of dots."""

    of_chain = True
    shows_flow = False

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("f and f′"), "derivative", 168)
        self._gates: tuple[NetInput, ...] = ()
        self._read: tuple[Inspection, tuple[NetInput, ...]] | None = None
        self._warp = Warp.of(np.empty(0))
        self._top: float | None = None
        self._axes: Axes | None = None
        self._tracks: list[float] = []
        self._still = Still()
        self._gamma_place = QRectF()

    def summary(self, inspection: Inspection) -> str:
        """Return the step and the share of units that pass little or nothing on: f′ below 0.05, or exactly zero."""
        if inspection.t == 0:
            return ""
        found = self._found(inspection)
        return where_worked(inspection) if len(found) > 1 else passing(inspection, found[0]) if found else ""

    def prepare(self, inspection: Inspection) -> None:
        """Take the net inputs of step t, gate by gate."""
        self._gates = self._found(inspection) if inspection.t else ()
        self._warp = Warp.of(np.concatenate([np.empty(0), *(gate.z for gate in self._gates)]))
        self._top = self._highest()

    def _found(self, inspection: Inspection) -> tuple[NetInput, ...]:
        """Return the net inputs of step t, worked out once for the subtitle and the picture."""
        if self._read is None or self._read[0] is not inspection:
            self._read = inspection, net_inputs_at(inspection.analysis.run.course, inspection.t)
        return self._read[1]

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the curves and the operating points."""
        self._axes, self._tracks = None, []
        if not self._gates:
            page(painter, area, self.theme, self._nothing())
            return
        line = painter.fontMetrics().height()
        seen = self._seen(area.height(), line)
        rows_of_dots = seen + (seen < len(self._gates)) if self._gated else 0
        across, up = self._warp.side(), self._heights()
        # The highest tick may stand at the very top, with half of its label over it.
        top = max(4.0, line / 2.0 + 1.0) if self._top is not None else 4.0
        room = area.adjusted(0, top, -4 - self._room_for_means(painter), -self._room_for_rows(rows_of_dots, line))
        above = self._is_above(painter, room.width())
        room.adjust(0, line - 4 if above else 0.0, 0, 0)
        axes = self._axes = laid_out(painter, room, across, up)
        names = tuple((gate.sign, gate.function.name) for gate in self._gates)
        key = (self.theme, language(), self._warp, names, self._gamma(), line, axes.frame.width(), axes.frame.height())
        self._still.paint(painter, area, key, lambda inner: self._paint_functions(inner, axes, across, up, above))
        if self._gated:
            self._paint_tracks(painter, area, line, seen)
        else:
            self._paint_dots(painter, axes)
        self._paint_beyond(painter, axes)

    def name_at(self, point: QPointF) -> str:
        """Return the unit whose dot is under the pointer, with z, f and f′; what γ is, beside its name."""
        if self._axes is None or self.inspection is None:
            return ""
        if self._gamma_place.contains(point):
            return tr(GAMMA)
        if self._gated:
            found = next((g for g, y in enumerate(self._tracks) if abs(point.y() - y) < _NEAR), None)
            if found is None:
                return ""
            gate = self._gates[found]
            away = np.abs(self._axes.xs(self._warp.put(gate.z)) - point.x())
        else:
            gate = self._gates[0]
            away = np.hypot(self._axes.xs(self._warp.put(gate.z)) - point.x(), self._axes.ys(gate.slopes) - point.y())
        away = np.where(np.isfinite(away), away, np.inf)
        unit = int(np.argmin(away))
        return self._named(gate, unit) if away[unit] <= _NEAR else ""

    def describe(self, inspection: Inspection) -> str:
        """Return z, f and f′ of the chosen unit, and what all gates are in the mean."""
        if not self._gates:
            return self._nothing()
        means = [gate.mean() for gate in self._gates] if self._gated else []
        chosen = [self._named(gate, min(inspection.selection.unit, len(gate.z) - 1)) for gate in self._gates]
        return "\n".join([*chosen, *means])

    @property
    def _gated(self) -> bool:
        return len(self._gates) > 1

    def _nothing(self) -> str:
        """Return why there is no net input."""
        return tr(_NONE) if self.inspection is None or self.inspection.t else tr(_GIVEN)

    def _named(self, gate: NetInput, unit: int) -> str:
        assert self.inspection is not None
        z = f"{gate.label}{subscript(self.inspection.step(self.inspection.t))}[{unit}] = {signed(float(gate.z[unit]))}"
        of = "(z)"
        value, slope = signed(gate.value(unit)), signed(gate.slope(unit))
        return f"{z}\n{gate.sign}{of} = {value},  {gate.prime}{of} = {slope}"

    def _gamma(self) -> float | None:
        """Return γ, where J is diag(f′) W and so has one."""
        return None if self.inspection is None else self.inspection.analysis.run.steepest

    def _seen(self, height: float, line: float) -> int:
        """Return how many gates have a row of dots: all, or as many as leave room for a line that says how many more."""
        room = max(int(_MOST_ROWS * height / (line + 1.0)), 2)
        return len(self._gates) if len(self._gates) <= room else room - 1

    def _heights(self) -> Side:
        """Return the vertical axis."""
        both_signs = any(gate.function.bounds.low < 0.0 for gate in self._gates)
        low, values = (-1.1, (-1.0, 0.0, 1.0)) if both_signs else (-0.08, (0.0, 0.5, 1.0))
        return Side(low, _TALL, [(value, number(value)) for value in values])

    def _paint_functions(self, painter: QPainter, axes: Axes, across: Side, up: Side, above: bool) -> None:
        """Draw the axes, the curves and their names."""
        rows(painter, self.theme, axes, up.ticks)
        uprights(painter, self.theme, axes, across.ticks)
        columns(painter, self.theme, axes, across.ticks)
        painter.save()
        painter.setClipRect(axes.frame.adjusted(-6, -2, 6, 6))
        self._paint_curves(painter, axes)
        painter.restore()
        self._paint_legend(painter, axes, above)

    def _distinct(self) -> list[NetInput]:
        """Return the first gate of each function."""
        found: dict[str, NetInput] = {}
        for gate in self._gates:
            found.setdefault(gate.function.name, gate)
        return list(found.values())

    def _paint_curves(self, painter: QPainter, axes: Axes) -> None:
        """Draw each f in grey and its f′ in the accent, several told apart by their strokes."""
        u = np.linspace(axes.left, axes.right, _POINTS)
        z = self._warp.back(u)
        width = self.theme.line_width
        for index, gate in enumerate(self._distinct()):
            style = _STYLES[index % len(_STYLES)]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.theme.muted, 0.7 * width, style))
            painter.drawPath(axes.curve(u, self._put(gate.function.value(z))))
            painter.setPen(pen(self.theme.accent, width, style))
            painter.drawPath(axes.curve(u, gate.function.slope(z)))

    def _put(self, values: Floats) -> Floats:
        """Return where ``values`` of a function stand: as they are, or where they are large from 0 to its top."""
        top = self._top
        return values if top is None else self._warp.put(values) / float(self._warp.put(np.array(top)))

    def _highest(self) -> float | None:
        """Return the largest value where the operating points reach, if on the axis of f′ that would be an upright line."""
        end, high = np.array([self._warp.reach]), [one for one in self._distinct() if one.function.bounds.high > _TALL]
        with np.errstate(over="ignore"):
            top = max((float(gate.function.value(end)[0]) for gate in high), default=0.0)
        return top if _TALL < top < math.inf else None

    def _names(self) -> tuple[str, str]:
        """Return what the curves of functions are called, and those of their slopes."""
        some = self._distinct()
        functions = ", ".join(gate.sign for gate in some)
        if self._top is not None:
            functions = tr("{f} up to {top}").format(f=functions, top=signed(self._top))
        return functions, ", ".join(gate.prime for gate in some)

    def _is_above(self, painter: QPainter, width: float) -> bool:
        """Return whether the names stand above the curves: in the corner long ones would run into them."""
        if self._has_quarter:
            return self._wide(painter) > _HALF * width
        wavers = self._gated and self._heights().low < 0.0
        return wavers or self._wide(painter) > _CORNER * width

    def _wide(self, painter: QPainter) -> int:
        return painter.fontMetrics().horizontalAdvance("".join(self._names()))

    @property
    def _has_quarter(self) -> bool:
        """Return whether the lower right is there, and no curve comes into it."""
        if not self._gated or self._heights().low >= 0.0:
            return False
        z = self._warp.back(np.linspace(0.0, self._warp.side().high, _FEW))
        curves = [gate.function for gate in self._distinct()]
        return all(min(one.value(z).min(), one.slope(z).min()) > -_LEVEL for one in curves)

    def _paint_legend(self, painter: QPainter, axes: Axes, above: bool) -> None:
        """Name the curves at the upper left, or where gates leave a quarter free, and γ where f′ reaches it."""
        x, y = axes.frame.left() + 4, axes.frame.top() + 1 if self._gated else axes.y(1.0) + 3
        if above:
            y = axes.frame.top() - painter.fontMetrics().height()
        elif self._has_quarter:
            x, y = axes.frame.right() - self._wide(painter) - 10, axes.y(0.0) + 1
        functions, slopes = self._names()
        first = label(painter, x, y, functions, self.theme.muted, 0.0, 0.0)
        last = label(painter, first.right() + 8, y, slopes, self.theme.accent, 0.0, 0.0)
        gamma, self._gamma_place = self._gamma(), QRectF()
        if gamma is not None:
            painter.setPen(pen(self.theme.bound, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(axes.frame.left(), axes.y(gamma), axes.frame.right(), axes.y(gamma)))
            self._gamma_place = self._name_gamma(painter, axes, gamma, last.right() + 12)

    def _name_gamma(self, painter: QPainter, axes: Axes, gamma: float, free: float) -> QRectF:
        """Write what γ is at the right end of its line, or from ``free`` on where a curve or a dot would lie over that."""
        text, metrics, y = f"γ = {number(gamma)}", painter.fontMetrics(), axes.y(gamma)
        over, width = y - metrics.height(), metrics.horizontalAdvance(text)
        down = 0.0 if over < axes.frame.top() - 4.0 or (gamma > 0.9 and self._top is None) else 1.0
        place = QRectF(axes.frame.right() - 2 - width, over if down else y, width, metrics.height())
        if self._lies_over(place, axes):
            return label(painter, free, y if down else y + 3, text, self.theme.bound, 0.0, down)
        return label(painter, axes.frame.right() - 2, y, text, self.theme.bound, 1.0, down)

    def _lies_over(self, place: QRectF, axes: Axes) -> bool:
        """Return whether the curve of an f goes through a ``place``, in pixels, or the dot of a unit lies there."""
        share = (np.linspace(place.left(), place.right(), 12) - axes.frame.left()) / axes.frame.width()
        z = self._warp.back(axes.left + share * (axes.right - axes.left))
        ys = [axes.ys(self._put(gate.function.value(z))) for gate in self._distinct()]
        through = any(bool(((place.top() + 3 < y) & (y < place.bottom() - 3)).any()) for y in ys)
        dots, room = self._gates[0], place.adjusted(-_DOT, -_DOT, _DOT, _DOT)
        pixels = zip(axes.xs(self._warp.put(dots.z)).tolist(), axes.ys(dots.slopes).tolist(), strict=True)
        return through or any(room.contains(x, y) for x, y in pixels)

    def _paint_dots(self, painter: QPainter, axes: Axes) -> None:
        """Draw a dot on f′ for each unit; where many units meet, the dots add up."""
        z = self._gates[0].z
        xs, ys = axes.xs(self._warp.put(z)), axes.ys(self._gates[0].slopes)
        alpha = int(np.clip(900 / max(len(z), 1) + 50, 60, 200))
        radius = 2.4 + 0.8 * self.theme.line_width
        painter.setPen(pen(self.theme.card, 1.0))
        painter.setBrush(shade(self.theme.accent, alpha))
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            if math.isfinite(x) and math.isfinite(y):
                painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_tracks(self, painter: QPainter, area: QRectF, line: float, seen: int) -> None:
        """Draw a row of dots for each gate under the axis, with the gate's letter and its mean value."""
        assert self._axes is not None
        axes, colours = self._axes, _gate_colours(self.theme)
        top = area.bottom() - self._room_for_rows(seen + (seen < len(self._gates)), line) + _ABOVE_ROWS
        for index, gate in enumerate(self._gates[:seen]):
            y = top + (index + 0.5) * (line + 1.0)
            self._tracks.append(y)
            colour = colours[index % len(colours)]
            painter.setPen(pen(self.theme.grid, 1.0))
            painter.drawLine(QLineF(axes.frame.left(), y, axes.frame.right(), y))
            alpha = int(np.clip(900 / max(len(gate.z), 1) + 40, 50, 190))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade(colour, alpha))
            xs = axes.xs(self._warp.put(gate.z))
            for x in xs[np.isfinite(xs)].tolist():
                painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
            label(painter, area.left() + 4, y, gate.name, colour, 0.0, 0.5)
            label(painter, axes.frame.right() + _DOT + _GAP, y, gate.mean(), colour, 0.0, 0.5)
        if seen < len(self._gates):
            said = tr("and {count} more").format(count=len(self._gates) - seen)
            label(painter, area.left() + 4, top + (seen + 0.5) * (line + 1.0), said, self.theme.muted, 0.0, 0.5)

    def _room_for_rows(self, count: int, line: float) -> float:
        """Return the height under the numbers of the axis that so many rows take, the last whole."""
        return _ABOVE_ROWS + (line + 1.0) * count + _GAP if count else 0.0

    def _room_for_means(self, painter: QPainter) -> float:
        """Return the width beside the rows of dots that the mean values take: no dot lies under them."""
        if not self._gated:
            return 0.0
        metrics = painter.fontMetrics()
        return _DOT + _GAP + max(metrics.horizontalAdvance(gate.mean()) for gate in self._gates)

    def _paint_beyond(self, painter: QPainter, axes: Axes) -> None:
        """Count the units whose z is no finite number."""
        lost = sum(int((~np.isfinite(gate.z)).sum()) for gate in self._gates)
        if lost:
            text = tr("z not finite: {count}").format(count=lost)
            label(painter, axes.frame.center().x(), axes.frame.center().y(), text, self.theme.nan)


def _gate_colours(theme: Theme) -> tuple[str, ...]:
    """Return the colours of the gates, the first four apart also for the colour-blind."""
    ghosts = theme.ghosts
    return ghosts["tanh"], ghosts["sigmoid"], ghosts["relu"], ghosts["identity"], theme.trend, theme.negative, theme.fit
