"""f and f′ with the net inputs z of the chosen step on them: where the units work, and what that costs the gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import ACTIVATIONS, Activation
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.card_axes import Axes, columns, label, laid_out, page, pen, rows, shade, uprights
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme
from explorer.gui.plot.ticks import Side, number, whole_ticks
from explorer.gui.words.i18n import language, mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.numbers import power_of_ten, signed, subscript

_SATURATED = 0.05
_LEAST, _LINEAR_MOST, _MOST = 4.0, 12.0, 1.7e308
_NEAR = 8.0
_MOST_POWERS = 3
_GIVEN = mark("s₀ is given, not computed: step 0 has no net input.")
# The radius of a dot in a gate's row, and what stands clear between the last dot and the mean.
_DOT, _GAP = 3.4, 3.0


@dataclass(frozen=True, slots=True)
class Warp:
    """The horizontal axis: plain z, or sign(z)·log10(1 + |z|) where some z is far out."""

    reach: float
    logarithmic: bool

    @classmethod
    def of(cls, z: Floats) -> Warp:
        """Return the axis that shows all finite ``z``, and −4..4 at least."""
        finite = np.abs(z[np.isfinite(z)])
        reach = min(max(1.08 * float(finite.max(initial=0.0)), _LEAST), _MOST)
        # In steps, so that the axis stands still while the network changes a little.
        step = 0.5 if reach <= _LINEAR_MOST else 10.0 ** (math.floor(math.log10(reach)) - 1)
        return cls(math.ceil(reach / step) * step, reach > _LINEAR_MOST)

    def put(self, z: Floats) -> Floats:
        """Return where ``z`` stands on the axis."""
        return np.sign(z) * np.log10(1.0 + np.abs(z)) if self.logarithmic else z

    def back(self, u: Floats) -> Floats:
        """Return the z that stands at ``u``."""
        return np.sign(u) * (10.0 ** np.abs(u) - 1.0) if self.logarithmic else u

    def side(self) -> Side:
        """Return the axis with its ticks, as far to the left of zero as to the right."""
        if not self.logarithmic:
            return Side.numbers(-self.reach, self.reach, 5)
        end = float(self.put(np.array(self.reach)))
        powers = [power for power in whole_ticks(0.0, end, _MOST_POWERS) if power]
        right = [(float(self.put(np.array(10.0**power))), power_of_ten(power)) for power in powers]
        return Side(-end, end, [*((-u, "−" + text) for u, text in reversed(right)), (0.0, "0"), *right])


class SlopesView(InspectCard):
    """Shows the curves of f and f′; each unit's z is a dot on f′. A gated cell has a row of dots for each gate."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("f and f′"), "derivative", 168)
        self._z: Floats = np.empty((1, 0))
        self._gates: tuple[str, ...] = ("s",)
        self._functions: list[Activation] = []
        self._warp = Warp(_LEAST, False)
        self._axes: Axes | None = None
        self._tracks: list[float] = []
        self._still = Still()

    def summary(self, inspection: Inspection) -> str:
        """Return the step and the share of units that pass little or nothing on: f′ below 0.05, or exactly zero."""
        if inspection.t == 0:
            return ""
        network = inspection.analysis.run.network
        if len(network.kernel.gates) > 1:
            return tr("the gates at step {t}").format(t=inspection.t)
        f, z = ACTIVATIONS[network.activation], inspection.analysis.run.trace.z[inspection.t - 1]
        share = round(100.0 * float(np.mean(_slope(f, z) < _SATURATED)))
        said = tr("step {t}, inactive: {share} %") if _can_be_inactive(f) else tr("step {t}, saturated: {share} %")
        return said.format(t=inspection.t, share=share)

    def prepare(self, inspection: Inspection) -> None:
        """Take the net inputs of step t, gate by gate."""
        run, t = inspection.analysis.run, inspection.t
        kind = run.network.kernel
        self._gates = kind.gates
        self._z = np.empty((len(kind.gates), 0))
        if t:
            self._z = run.trace.z[t - 1].reshape(len(kind.gates), -1)
        gated = len(kind.gates) > 1
        self._functions = [_function(run.network.activation, gate, gated) for gate in kind.gates]
        self._warp = Warp.of(self._z)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the curves and the operating points."""
        self._axes = None
        if not self._z.size:
            page(painter, area, self.theme, tr(_GIVEN))
            return
        line = painter.fontMetrics().height()
        gated = len(self._gates) > 1
        tracks = (line + 1.0) * len(self._gates) if gated else 0.0
        room = area.adjusted(0, 4, -4 - self._room_for_means(painter), -tracks)
        across, up = self._warp.side(), self._heights()
        axes = self._axes = laid_out(painter, room, across, up)
        key = (self.theme, language(), self._warp, tuple(f.name for f in self._functions), line, axes.frame.width())
        self._still.paint(painter, area, key, lambda inner: self._paint_functions(inner, axes, across, up))
        if gated:
            self._paint_tracks(painter, area, line)
        else:
            self._paint_dots(painter, axes)
        self._paint_beyond(painter, axes)

    def name_at(self, point: QPointF) -> str:
        """Return the unit whose dot is under the pointer, with z, f and f′."""
        if self._axes is None or self.inspection is None:
            return ""
        if len(self._gates) > 1:
            gate = next((g for g, y in enumerate(self._tracks) if abs(point.y() - y) < _NEAR), None)
            if gate is None:
                return ""
            away = np.abs(self._axes.xs(self._warp.put(self._z[gate])) - point.x())
        else:
            gate = 0
            slope = _slope(self._functions[0], self._z[0])
            away = np.hypot(self._axes.xs(self._warp.put(self._z[0])) - point.x(), self._axes.ys(slope) - point.y())
        away = np.where(np.isfinite(away), away, np.inf)
        unit = int(np.argmin(away))
        return self._named(gate, unit) if away[unit] <= _NEAR else ""

    def describe(self, inspection: Inspection) -> str:
        """Return z, f and f′ of the chosen unit, and what all gates are in the mean."""
        if not self._z.size:
            return tr(_GIVEN)
        unit, gates = min(inspection.selection.unit, self._z.shape[1] - 1), range(len(self._gates))
        means = [self._mean(gate) for gate in gates] if len(self._gates) > 1 else []
        return "\n".join([*(self._named(gate, unit) for gate in gates), *means])

    def _named(self, gate: int, unit: int) -> str:
        assert self.inspection is not None
        z, f = self._z[gate, unit], self._functions[gate]
        name = "z" if len(self._gates) == 1 else f"z^{self._gates[gate]}"
        text = tr("{z}{t}[{unit}] = {value}\nf(z) = {f},  f′(z) = {slope}")
        return text.format(
            z=name, t=subscript(self.inspection.t), unit=unit, value=signed(float(z)),
            f=signed(float(f.value(np.array(z)))), slope=signed(float(_slope(f, np.array(z)))),
        )  # fmt: skip

    def _heights(self) -> Side:
        """Return the vertical axis."""
        both_signs = bool({f.name for f in self._functions} & {"tanh", "identity"})
        low, values = (-1.1, (-1.0, 0.0, 1.0)) if both_signs else (-0.08, (0.0, 0.5, 1.0))
        return Side(low, 1.15, [(value, number(value)) for value in values])

    def _paint_functions(self, painter: QPainter, axes: Axes, across: Side, up: Side) -> None:
        """Draw the axes, the curves and their names."""
        rows(painter, self.theme, axes, up.ticks)
        uprights(painter, self.theme, axes, across.ticks)
        columns(painter, self.theme, axes, across.ticks)
        painter.save()
        painter.setClipRect(axes.frame.adjusted(-6, -2, 6, 6))
        self._paint_curves(painter, axes)
        painter.restore()

    def _paint_curves(self, painter: QPainter, axes: Axes) -> None:
        """Draw f in grey and f′ in the accent; a gated cell has σ and tanh."""
        u = np.linspace(axes.left, axes.right, 241)
        z = self._warp.back(u)
        width = self.theme.line_width
        for f in {f.name: f for f in self._functions}.values():
            slope, value = _slope(f, z), f.value(z)
            dashed = len(self._gates) > 1 and f.name == "tanh"
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.theme.muted, 0.7 * width, style))
            painter.drawPath(axes.curve(u, value))
            painter.setPen(pen(self.theme.accent, width, style))
            painter.drawPath(axes.curve(u, slope))
        self._paint_legend(painter, axes)

    def _paint_legend(self, painter: QPainter, axes: Axes) -> None:
        """Name the curves at the upper left, and γ where f′ reaches it."""
        gated = len(self._gates) > 1
        x, y = axes.frame.left() + 4, axes.frame.top() + 1 if gated else axes.y(1.0) + 3
        first = label(painter, x, y, "σ, tanh" if gated else "f", self.theme.muted, 0.0, 0.0)
        primes = "σ′, tanh′" if gated else "f′"
        label(painter, first.right() + 8, y, primes, self.theme.accent, 0.0, 0.0)
        if not gated:
            gamma = self._functions[0].steepest
            painter.setPen(pen(self.theme.bound, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(axes.frame.left(), axes.y(gamma), axes.frame.right(), axes.y(gamma)))
            down = 0.0 if gamma > 0.9 else 1.0
            text = f"γ = {number(gamma)}"
            label(painter, axes.frame.right() - 2, axes.y(gamma), text, self.theme.bound, 1.0, down)

    def _paint_dots(self, painter: QPainter, axes: Axes) -> None:
        """Draw a dot on f′ for each unit; where many units meet, the dots add up."""
        z = self._z[0]
        xs, ys = axes.xs(self._warp.put(z)), axes.ys(_slope(self._functions[0], z))
        alpha = int(np.clip(900 / max(len(z), 1) + 50, 60, 200))
        radius = 2.4 + 0.8 * self.theme.line_width
        painter.setPen(pen(self.theme.card, 1.0))
        painter.setBrush(shade(self.theme.accent, alpha))
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            if math.isfinite(x) and math.isfinite(y):
                painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_tracks(self, painter: QPainter, area: QRectF, line: float) -> None:
        """Draw a row of dots for each gate under the axis, with the gate's letter and its mean value."""
        assert self._axes is not None
        axes, self._tracks = self._axes, []
        for index, gate in enumerate(self._gates):
            y = axes.frame.bottom() + line + 6 + (index + 0.5) * (line + 1.0)
            self._tracks.append(y)
            colour = _gate_colours(self.theme)[index]
            painter.setPen(pen(self.theme.grid, 1.0))
            painter.drawLine(QLineF(axes.frame.left(), y, axes.frame.right(), y))
            alpha = int(np.clip(900 / self._z.shape[1] + 40, 50, 190))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade(colour, alpha))
            for x in axes.xs(self._warp.put(self._z[index])).tolist():
                if math.isfinite(x):
                    painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
            label(painter, area.left() + 4, y, gate, colour, 0.0, 0.5)
            label(painter, axes.frame.right() + _DOT + _GAP, y, self._mean(index), colour, 0.0, 0.5)

    def _mean(self, index: int) -> str:
        """Return the mean value of a gate over its units."""
        mean = float(np.mean(self._functions[index].value(self._z[index])))
        return f"{self._gates[index]} ≈ {signed(mean, 2)}"

    def _room_for_means(self, painter: QPainter) -> float:
        """Return the width beside the rows of dots that the mean values take: no dot lies under them."""
        if len(self._gates) == 1:
            return 0.0
        metrics = painter.fontMetrics()
        return _DOT + _GAP + max(metrics.horizontalAdvance(self._mean(i)) for i in range(len(self._gates)))

    def _paint_beyond(self, painter: QPainter, axes: Axes) -> None:
        """Count the units whose z is no finite number."""
        lost = int((~np.isfinite(self._z)).sum())
        if lost:
            text = tr("z not finite: {count}").format(count=lost)
            label(painter, axes.frame.center().x(), axes.frame.center().y(), text, self.theme.nan)


def _can_be_inactive(f: Activation) -> bool:
    """Return whether a unit that is off passes exactly nothing on; one that saturates always passes something."""
    return bool(np.isneginf(f.log_slope(np.array(-1.0))))


def _function(activation: str, gate: str, gated: bool) -> Activation:
    """Return what the net input of ``gate`` goes through."""
    if not gated:
        return ACTIVATIONS[activation]
    return ACTIVATIONS["tanh" if gate in {"g", "n"} else "sigmoid"]


def _gate_colours(theme: Theme) -> tuple[str, ...]:
    """Return one colour for each gate, apart also for the colour-blind."""
    ghosts = theme.ghosts
    return ghosts["tanh"], ghosts["sigmoid"], ghosts["relu"], ghosts["identity"]


def _slope(f: Activation, z: Floats) -> Floats:
    """Return f′(z), also where twice z is more than float64 holds."""
    with np.errstate(over="ignore"):
        return f.slope(z)
