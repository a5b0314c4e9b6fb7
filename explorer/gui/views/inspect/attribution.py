"""What derivative and weights, or the paths of the cell, did to the gradient on its way back, step by step."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from explorer.engine import PathSplit
from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.engine.looks.layers import LayerSplit
from explorer.gui.core.card import InspectCard
from explorer.gui.core.in_file import in_file
from explorer.gui.plot.card_axes import Axes, binned, finite_range, framed, label, page, paragraph, pen, shade
from explorer.gui.plot.matrix import show
from explorer.gui.plot.strokes import draw_boxes, stroke
from explorer.gui.plot.theme import Theme
from explorer.gui.views.inspect.attribution_words import (
    SUBJECT,
    UNCHANGED,
    greatest_step,
    of_unit,
    question,
    step_sentence,
    times,
    zero_sentence,
)
from explorer.gui.views.inspect.split_switch import SplitSwitch
from explorer.gui.words.i18n import listed, tr
from explorer.gui.words.joining import gradient_share, told
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.sentences import way
from explorer.workspace.scales.ticks import Side

_LN10 = math.log(10.0)
_Named = tuple[tuple[str, str, Floats], ...]
_LOSS_TOP = 0.25
"""The share of ‖P‖² at which a unit's loss has its full colour."""


class AttributionView(InspectCard):
    """Shows what is left of the gradient of s_t at each s_j, split in two where J is diag(f′) W, else by path.

    It begins at the right, at s_t, and goes back to the left, as the gradient does. Below, where J is diag(f′) W, each
    unit's share of the loss at each step.
    """

    of_chain = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, SUBJECT, "attribution", 206)
        self._curves: list[tuple[str, str, Floats, Floats]] = []
        self._sentence = self._source = ""
        self._loss: QImage | None = None
        self._axes: Axes | None = None
        self._loss_place = QRectF()
        self._bars_place = QRectF()
        self._reach = 1.0
        self.ways = SplitSwitch()
        self.ways.edited.connect(self.edited)
        self.add_to_header(self.ways)

    @property
    def title(self) -> str:
        """Return what is asked of the product: it follows what became of the gradient."""
        return tr(SUBJECT if self.inspection is None else question(self.inspection))

    def lacking(self, inspection: Inspection) -> Refusal | None:
        """Return why the product is not taken apart."""
        return inspection.unsplit

    def summary(self, inspection: Inspection) -> str:
        """Return which way is looked at, in the direction that the gradient takes."""
        if inspection.t == inspection.k:
            return ""
        # A spectral norm can't be split: this is another than that on the other axes.
        spectral = inspection.analysis.exploration.lens.norm == "spectral"
        said = way(inspection, inspection.k).said(tr)
        return tr("RMS gain {way}").format(way=said) if spectral else said

    def restyle(self) -> None:
        """Take on the theme: the colours were put into what was prepared."""
        super().restyle()
        self.ways.dress(self.theme)
        self._stale = self.inspection is not None

    def draw(self, inspection: Inspection) -> None:
        """Offer to split a stack by layers."""
        self.ways.present(inspection)
        super().draw(inspection)

    def prepare(self, inspection: Inspection) -> None:
        """Add up the logarithms, and make the picture of the losses."""
        self._curves, self._loss, self._sentence = [], None, ""
        self._source = in_file(inspection)
        if inspection.t == inspection.k:
            return
        j = np.arange(inspection.k, inspection.t + 1.0)
        if inspection.attribution is not None:
            self._prepare_split(inspection, j)
        elif inspection.paths is not None:
            half = 0.5 * math.log(inspection.width)
            named = self._by_path(inspection.paths) if inspection.layers is None else self._by_layers(inspection.layers)
            self._curves = [(name, colour, j, (logs - half) / _LN10) for name, colour, logs in named]
            self._sentence = zero_sentence(self._curves[-1][3], inspection)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the curves, the sentence and the losses."""
        self._axes, self._loss_place, self._bars_place = None, QRectF(), QRectF()
        if self.inspection is None or not self._curves:
            page(painter, area, self.theme, tr(UNCHANGED))
            return
        line = painter.fontMetrics().height()
        top = self._paint_legend(painter, area, line)
        axes = self._axes = self._frame(painter, QRectF(area.left(), top, area.width(), area.bottom() - top), line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint_one(painter, axes)
        painter.save()
        painter.setClipRect(axes.frame.adjusted(-4, -4, 4, 4))
        for _, colour, x, y in self._curves:
            whole = colour == self.theme.curve
            painter.setPen(pen(colour, self.theme.line_width * (1.0 if whole else 0.8)))
            some = slice(None, None, max(1, len(x) // 500))
            stroke(painter, axes.xs(x[some]), axes.ys(y[some]))
        painter.restore()
        self._paint_end(painter, axes)
        self._paint_bars(painter)
        self._paint_loss(painter)

    def name_at(self, point: QPointF) -> str:
        """Return what is left at the state, and what the step to it did, or the unit, under the pointer."""
        if self.inspection is None or self._axes is None:
            return ""
        if self._loss is not None and self._loss_place.contains(point):
            return self._name_unit(point)
        if not (self._axes.holds(point) or self._bars_place.contains(point)):
            return ""
        index = int(np.clip(round(self._axes.at(point)[0]) - self.inspection.k, 0, len(self._curves[0][2]) - 1))
        said = way(self.inspection, self.inspection.k + index).said(tr)
        return "\n".join(filter(None, [told(said, self._parts(index)), step_sentence(self.inspection, index)]))

    def describe(self, inspection: Inspection) -> str:
        """Return what each part did in all, and the step that took most."""
        if not self._curves:
            return tr(UNCHANGED)
        return "\n".join(filter(None, [self._sentence, self._parts(0), greatest_step(inspection), self._source]))

    def _parts(self, index: int) -> str:
        """Return what each part did from the last state back to that with this ``index``."""
        return listed(
            [f"{name} {times(float(y[index]))}" for name, _, _, y in self._curves if not self._is_over(index, y)]
        )

    def _is_lost(self, index: int) -> bool:
        """Return whether exactly nothing of the gradient arrives at the state with this ``index``."""
        return bool(np.isneginf(self._curves[-1][3][index]))

    def _is_over(self, index: int, y: Floats) -> bool:
        """Return whether nothing is left of which ``y`` could be a part."""
        return self._is_lost(index) and bool(np.isnan(y[index]))

    def _by_path(self, paths: PathSplit) -> _Named:
        return (
            (tr("through weights"), self.theme.trend, paths.gates),
            (tr("direct path"), self.theme.ghosts["relu"], paths.direct),
            (tr("total"), self.theme.curve, paths.total),
        )

    def _by_layers(self, layers: LayerSplit) -> _Named:
        return (
            (tr("within its layer"), self.theme.ghosts["relu"], layers.within),
            (tr("first up then along time"), self.theme.ghosts["sigmoid"], layers.first),
            (tr("first along time then up"), self.theme.ghosts["tanh"], layers.last),
            (tr("up in between"), self.theme.ghosts["identity"], layers.between),
            (tr("total"), self.theme.curve, layers.total),
        )

    def _prepare_split(self, inspection: Inspection, j: Floats) -> None:
        attribution = inspection.attribution
        assert attribution is not None
        weights, slopes = _summed(attribution.weights), _summed(attribution.slopes)
        total = weights + slopes
        total[: max(np.flatnonzero(np.isneginf(total)), default=0)] = -np.inf
        self._curves = [
            (tr("weights"), self.theme.trend, j, weights),
            (tr("derivative"), self.theme.negative, j, slopes),
            (tr("total"), self.theme.curve, j, total),
        ]
        self._sentence = zero_sentence(total, inspection)
        loss = np.nan_to_num(attribution.unit_loss.T)
        shares = np.clip(loss / _LOSS_TOP, 0.0, 1.0) ** 0.5
        self._loss = _tinted(shares, self.theme)

    def _paint_legend(self, painter: QPainter, area: QRectF, line: float) -> float:
        """Write what each part did in all, in its curve's colour; return where the curves may begin."""
        x = area.left() + 2
        if self._sentence:
            return area.top() + paragraph(painter, area.adjusted(2, 0, -2, 0), self._sentence, self.theme.text) + 4
        y, right = area.top(), area.right()
        for name, colour, _, values in self._curves:
            text = f"{name} {times(float(values[0]))}"
            if x + painter.fontMetrics().horizontalAdvance(text) > right and x > area.left() + 2:
                x, y = area.left() + 2, y + line
            x = label(painter, x, y, text, colour, 0.0, 0.0).right() + 10
        if self._source:
            y += paragraph(painter, area.adjusted(2, y + line - area.top(), -2, 0), self._source, self.theme.muted)
        return y + line + 4

    def _frame(self, painter: QPainter, area: QRectF, line: float) -> Axes:
        """Return the axes of the curves with grid and labels painted; the losses get a third of the height."""
        assert self.inspection is not None
        low, high = finite_range(np.concatenate([y for _, _, _, y in self._curves]), 0.5, 0.0)
        pad = 0.07 * (high - low)
        across, up = (
            Side.steps(self.inspection.k, self.inspection.t, 5, self.inspection.time),
            Side.decades(low - pad, high + pad),
        )
        self._reach = self._largest_step()
        share = 0.5 * (area.height() - line) if self._loss is not None else 0.0
        beside = [times(self._reach)] if share else []
        axes = framed(painter, self.theme, area.adjusted(0, 3, -4, -1), across, up, share, beside)
        if share:
            frame, bars = axes.frame, 0.4 * share
            self._bars_place = QRectF(frame.left(), frame.bottom() + 9, frame.width(), bars - 4)
            self._loss_place = QRectF(frame.left(), frame.bottom() + bars + 10, frame.width(), share - bars - 10)
        return axes

    def _largest_step(self) -> float:
        """Return the largest change that a single step makes, in decades: the scale of the bars."""
        attribution = None if self.inspection is None else self.inspection.attribution
        if attribution is None:
            return 1.0
        every = np.abs(np.concatenate([attribution.weights, attribution.slopes])) / _LN10
        return max(float(every[np.isfinite(every)].max(initial=0.0)), 0.05)

    def _paint_one(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(pen(self.theme.muted, 1.0, alpha=140))
        painter.drawLine(QLineF(axes.frame.left(), axes.y(0), axes.frame.right(), axes.y(0)))

    def _paint_end(self, painter: QPainter, axes: Axes) -> None:
        """Mark the state at which nothing is left."""
        x, total = self._curves[-1][2], self._curves[-1][3]
        gone = np.isneginf(total)
        if gone.any():
            painter.fillRect(
                QRectF(axes.x(float(x[np.flatnonzero(gone)[-1]])) - 3, axes.frame.bottom() - 6, 6, 6),
                shade(self.theme.zero, 255),
            )

    def _paint_bars(self, painter: QPainter) -> None:
        """Draw what each step alone did, weights and derivative, on a scale of their own that is said."""
        assert self.inspection is not None
        attribution = self.inspection.attribution
        if attribution is None:
            return
        place = self._bars_place
        parts = ((attribution.weights / _LN10, self.theme.trend), (attribution.slopes / _LN10, self.theme.negative))
        axes = Axes(place, self.inspection.k, self.inspection.t, -self._reach, self._reach)
        painter.setPen(pen(self.theme.border, 1.0))
        painter.drawLine(QLineF(place.left(), axes.y(0), place.right(), axes.y(0)))
        for part, colour in parts:
            _paint_steps(painter, axes, part, colour)
        label(painter, place.left() - 4, place.top(), times(self._reach), self.theme.muted, 1.0, 0.1)

    def _paint_loss(self, painter: QPainter) -> None:
        """Draw units × steps: the darker, the more of the squared norm was taken away there."""
        if self._loss is None:
            return
        place = self._loss_place
        show(painter, place, self._loss, self.theme)
        painter.save()
        painter.translate(place.left() - 4, place.center().y())
        painter.rotate(-90)
        text = tr("units")
        if painter.fontMetrics().horizontalAdvance(text) <= place.height():
            label(painter, 0, 0, text, self.theme.muted, 0.5, 1.0)
        painter.restore()

    def _name_unit(self, point: QPointF) -> str:
        """Return what a unit took away at a step, and the z and f′ that did it."""
        assert self.inspection is not None
        attribution, run = self.inspection.attribution, self.inspection.analysis.run
        assert attribution is not None
        steps, units = attribution.unit_loss.shape
        step = min(int((point.x() - self._loss_place.left()) / self._loss_place.width() * steps), steps - 1)
        unit = min(int((point.y() - self._loss_place.top()) / self._loss_place.height() * units), units - 1)
        j = self.inspection.k + 1 + step
        share = gradient_share(float(attribution.unit_loss[step, unit]))
        text = tr("unit {unit} at step {j} takes {share} of ‖P‖²")
        if self._is_lost(step + 1):
            text = tr("unit {unit} at step {j}: nothing is left to take")
        return "\n".join([text.format(unit=unit, j=j, share=share), *of_unit(run.course, j, unit)])


def _paint_steps(painter: QPainter, axes: Axes, decades: Floats, colour: str) -> None:
    """Draw a bar for each step, or for the mean of some where bars would be too thin."""
    decades = binned(decades, axes.frame.width() / 1.5)
    pitch = axes.frame.width() / len(decades)
    base, gap = axes.y(0.0), min(0.15 * pitch, 2.0) if pitch > 3.0 else 0.0
    ends = np.where(np.isneginf(decades), axes.frame.bottom(), axes.ys(decades))
    bars = np.empty((len(ends), 4))
    bars[:, 0] = axes.frame.left() + gap + pitch * np.arange(len(ends))
    bars[:, 1], bars[:, 2], bars[:, 3] = np.minimum(base, ends), pitch - 2 * gap, np.abs(ends - base)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(colour, 220))
    draw_boxes(painter, bars[np.isfinite(ends)])


def _summed(nats: Floats) -> Floats:
    """Return the running sum from zero at the last step back to the first, in decades."""
    return np.concatenate([np.cumsum(nats[::-1])[::-1], [0.0]]) / _LN10


def _tinted(shares: Floats, theme: Theme) -> QImage:
    """Return ``shares`` 0..1 (units, steps) as a transparent to solid tint."""
    pixels = np.empty((*shares.shape, 4), np.uint8)
    tint = shade(theme.negative, 255)
    pixels[..., :3] = (tint.red(), tint.green(), tint.blue())
    pixels[..., 3] = (255 * shares).astype(np.uint8)
    units, steps = shares.shape
    return QImage(pixels.tobytes(), steps, units, 4 * steps, QImage.Format.Format_RGBA8888).copy()
