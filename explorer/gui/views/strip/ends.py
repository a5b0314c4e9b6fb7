"""The outputs and inputs of the unrolled network, drawn above and below its states."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.strokes import draw_boxes
from explorer.gui.views.strip.chips import Chips
from explorer.gui.views.strip.layout import Layout
from explorer.gui.views.strip.scene import Scene, box, rounded, with_alpha
from explorer.workspace.scales.states import encode, state_colours
from explorer.workspace.scales.ticks import stride
from explorer.workspace.words.numbers import subscript

_THINNEST_BAR = 1.6
_WIDEST_CELL = 46.0
_BEYOND = 0.6
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip


def cell_width(spacing: float) -> float:
    """Return the width of an input's or output's cell."""
    return min(0.74 * spacing, _WIDEST_CELL)


def paint_output_frames(painter: QPainter, scene: Scene) -> None:
    """Paint the boxes of the outputs."""
    rows = scene.layout
    painter.setPen(rounded(scene.theme.border, 1.0))
    painter.setBrush(QColor(scene.theme.panel))
    for first, last, strength in scene.parts():
        painter.setOpacity(strength)
        for step in range(max(first, 1), last + 1):
            painter.drawRoundedRect(box(scene.at(step), cell_width(rows.spacing), rows.o.top, rows.o.height), 2.5, 2.5)
    painter.setOpacity(1.0)


def paint_outputs(painter: QPainter, scene: Scene) -> None:
    """Paint each o_t as small bars, or where they would be too thin as a box as full as its largest output."""
    thick = cell_width(scene.layout.spacing) / scene.picture.bars.shape[1] >= _THINNEST_BAR
    painter.setPen(Qt.PenStyle.NoPen)
    for first, last, strength in scene.parts():
        painter.setOpacity(strength)
        (_bars if thick else _shades)(painter, scene, max(first, 1), last)
    painter.setOpacity(1.0)


def _bars(painter: QPainter, scene: Scene, first: int, last: int) -> None:
    """Draw every output of the steps ``first`` to ``last`` as a bar, the largest of a step in the accent."""
    picture, frame = scene.picture, scene.layout.o
    values = picture.bars[first - 1 : last]
    width = cell_width(scene.layout.spacing)
    pitch = (width - 4.0) / values.shape[1]
    base = frame.middle if picture.signed else frame.bottom - 2.0
    reach = (frame.height - 4.0) * (0.5 if picture.signed else 1.0)
    bars = np.empty((*values.shape, 4))
    left = scene.at(0) + scene.layout.spacing * np.arange(first, last + 1) - width / 2 + 2.0
    bars[..., 0] = left[:, None] + pitch * np.arange(values.shape[1])
    bars[..., 1] = np.minimum(base, base - values * reach)
    bars[..., 2] = max(pitch * 0.82, 0.8)
    bars[..., 3] = np.maximum(np.abs(values) * reach, 0.6)
    best = picture.best[first - 1 : last, None] == np.arange(values.shape[1])
    for chosen, colour in ((~best, with_alpha(scene.theme.muted, 0.75)), (best, QColor(scene.theme.accent))):
        painter.setBrush(colour)
        draw_boxes(painter, bars[chosen])


def _shades(painter: QPainter, scene: Scene, first: int, last: int) -> None:
    """Fill the boxes with the accent, as strongly as the largest output is sure."""
    picture, row = scene.picture, scene.layout.o
    width = cell_width(scene.layout.spacing)
    steps = np.arange(first - 1, last)
    sure = np.abs(picture.bars[steps, picture.best[steps]]).tolist()
    for step, value in zip(range(first, last + 1), sure, strict=True):
        painter.setBrush(with_alpha(scene.theme.accent, 0.1 + 0.9 * value))
        painter.drawRoundedRect(box(scene.at(step), width, row.top, row.height), 2.5, 2.5)


def paint_inputs(painter: QPainter, scene: Scene) -> None:
    """Paint each x_t: words as words, numbers as bars from the base line."""
    if scene.picture.worded:
        _words(painter, scene)
    else:
        _numbers(painter, scene)


def _words(painter: QPainter, scene: Scene) -> None:
    rows, chips = scene.layout, scene.layout.chips
    if chips is None:
        return
    labels = scene.picture.inspection.analysis.feed.shown
    painter.setFont(_type_of(chips, scene.font))
    # Where two lines would run into each other the second is left to the tooltip.
    low = not chips.upright and rows.x.height < chips.lines * painter.fontMetrics().height()
    for first, last, strength in scene.parts():
        painter.setOpacity(max(strength, _BEYOND) if strength > 0.2 else strength)
        steps = [step for step in range(max(first, 1), last + 1) if not (low and chips.line(step))]
        _stems(painter, scene, [step for step in steps if chips.line(step)])
        for step in steps:
            box_ = chip_box(rows, chips, step).translated(scene.at(0), 0.0)
            _word(painter, scene, box_, labels[step - 1], chips.upright)
    painter.setOpacity(1.0)


def chip_box(rows: Layout, chips: Chips, step: int) -> QRectF:
    """Return the box of the word x_step, s_0 at 0; less high than it should be where there is no room."""
    share = min(rows.x.height / chips.room, 1.0)
    return QRectF(
        chips.lefts[step - 1], rows.x.top + chips.top(step) * share, chips.widths[step - 1], chips.height * share
    )


def _type_of(chips: Chips, font: QFont) -> QFont:
    result = QFont(font)
    result.setPointSizeF(font.pointSizeF() * chips.size)
    return result


def _stems(painter: QPainter, scene: Scene, steps: list[int]) -> None:
    """Lead the arrows of words in the second line down to them."""
    rows, chips = scene.layout, scene.layout.chips
    if chips is None or not steps:
        return
    painter.setPen(rounded(with_alpha(scene.theme.muted, 0.5), 1.1))
    below = rows.x.top + chips.height
    painter.drawLines([QLineF(scene.at(step), rows.x.top - 2, scene.at(step), below) for step in steps])


def _word(painter: QPainter, scene: Scene, frame: QRectF, word: str, upright: bool) -> None:
    painter.setPen(rounded(scene.theme.border, 1.0))
    for ground in (QColor(scene.theme.card), with_alpha(scene.theme.accent, 0.10)):
        painter.setBrush(ground)
        painter.drawRoundedRect(frame, 4, 4)
    painter.setPen(QColor(scene.theme.text))
    if not upright:
        painter.drawText(frame, _CENTRED, word)
        return
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(word, Qt.TextElideMode.ElideRight, frame.height() - 1.5)
    painter.save()
    painter.translate(frame.center())
    painter.rotate(-90)
    lying = QRectF(-frame.height() / 2, -frame.width() / 2, frame.height(), frame.width())
    painter.drawText(lying, _CENTRED, text)
    painter.restore()


def _numbers(painter: QPainter, scene: Scene) -> None:
    rows, picture = scene.layout, scene.picture
    count, width = picture.inputs.shape[1], cell_width(rows.spacing)
    wide = width / count < _THINNEST_BAR
    image = _cells(scene) if wide else None
    if not wide:
        painter.setPen(rounded(scene.theme.border, 1.0))
        ends = (scene.at(max(scene.first, 0.5)), scene.at(min(scene.last + 0.5, picture.steps + 0.5)))
        painter.drawLine(QLineF(ends[0], rows.x.middle, ends[1], rows.x.middle))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(scene.theme.accent, 0.62))
    for first, last, strength in scene.parts():
        painter.setOpacity(max(strength, _BEYOND) if strength > 0.2 else strength)
        if image is None:
            draw_boxes(painter, _input_bars(scene, max(first, 1), last, width))
            continue
        for step in range(max(first, 1), last + 1):
            painter.drawImage(
                box(scene.at(step), width, rows.x.top, rows.x.height), image, QRectF(step - 1, 0, 1, count)
            )
    painter.setOpacity(1.0)


def _input_bars(scene: Scene, first: int, last: int, width: float) -> Floats:
    """Return the bars (number, 4) of x_t, ``width`` in all, from the base line; a zero stays visible as a dash."""
    values, row = scene.picture.inputs[first - 1 : last], scene.layout.x
    pitch = width / values.shape[1]
    gap = 0.0 if pitch < 3 else min(1.0, 0.15 * pitch)
    bars = np.empty((*values.shape, 4))
    left = scene.at(0) + scene.layout.spacing * np.arange(first, last + 1) - width / 2 + gap / 2
    bars[..., 0] = left[:, None] + pitch * np.arange(values.shape[1])
    bars[..., 2] = pitch - gap
    bars[..., 3] = np.maximum(np.abs(values) * row.height / 2, 1.2)
    bars[..., 1] = row.middle - np.where(values >= 0, bars[..., 3], 0.0)
    return bars.reshape(-1, 4)


def _cells(scene: Scene) -> QImage:
    """Return wide inputs as columns of colours, one a step, the first column of x at the top."""
    pixels = np.ascontiguousarray(state_colours(scene.theme)[encode(scene.picture.inputs.T)])
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def paint_input_labels(painter: QPainter, scene: Scene) -> None:
    """Name the inputs below them, every so many; x_t and x_k always."""
    if scene.layout.label.height <= 0:
        return
    metrics = scene.metrics
    widest = metrics.horizontalAdvance("x" + subscript(scene.picture.steps))
    every = stride(scene.layout.spacing, widest + 8)
    painter.setFont(scene.font)
    for step in range(max(scene.first, 1), scene.last + 1):
        chosen = [c for c in (scene.t, scene.k) if abs(step - c) * scene.layout.spacing < widest + 9]
        if step in chosen or (step % every == 0 and not chosen):
            _input_label(painter, scene, step, every * scene.layout.spacing - widest, bool(chosen))


def _input_label(painter: QPainter, scene: Scene, step: int, gap: float, chosen: bool) -> None:
    text, metrics, row = "x" + subscript(step), scene.metrics, scene.layout.label
    width, middle = metrics.horizontalAdvance(text), scene.at(step)
    if not 0.0 <= middle <= scene.width:
        return
    left = min(max(middle - width / 2, 0.0), scene.width - width)
    if abs(left - (middle - width / 2)) > gap / 2 and not chosen:
        return
    if chosen:
        # The cursor line would strike the label out.
        painter.fillRect(QRectF(left - 2, row.top + 1, width + 4, row.height), QColor(scene.theme.card))
    painter.setPen(QColor(scene.theme.accent if chosen else scene.theme.muted))
    painter.drawText(QPointF(left, row.top + metrics.ascent()), text)
