"""Try it: what the network answers after every step, and how a language model goes on by itself."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSlider, QVBoxLayout, QWidget

from explorer.engine import Trace
from explorer.engine.activations import Floats
from explorer.gui.i18n import mark, tr
from explorer.gui.inspect_axes import (
    Axes,
    columns,
    finite_range,
    gutter,
    label,
    number,
    page,
    pen,
    rows,
    shade,
    ticks,
    whole_ticks,
)
from explorer.gui.inspect_card import InspectCard
from explorer.gui.theme import Theme
from explorer.workspace.analysis import Inspection
from explorer.workspace.exploration import TEMPERATURES, Exploration, Text, replace
from explorer.workspace.numbers import signed, subscript
from explorer.workspace.tasks import Lesson, lesson
from explorer.workspace.tryout import answers, continued

_NOTCHES = 100
_SENTENCE = 30
"""A sentence that finds no end is cut off after so many symbols."""
_BARS = 8
_LINES = 6
"""So many classes are drawn as lines; more are told as bars at the chosen step."""


class TryView(InspectCard):
    """Draws the class probabilities over the steps, or what a language model expects after step t.

    A text can be typed here, and a language model asked to go on.
    """

    def __init__(self, theme: Theme) -> None:
        self.text, self.word, self.sentence = QLineEdit(), QPushButton(), QPushButton()
        self.temperature, self._warmth = QSlider(Qt.Orientation.Horizontal), QLabel()
        self._speaking, self._warming, self._typing = QWidget(), QWidget(), QWidget()
        super().__init__(theme, mark("Try it"), "tryout", 150)
        self._lesson: Lesson | None = None
        self._answers: Floats = np.empty((0, 0))
        self._axes: Axes | None = None
        self._shown_text = ""
        self._lay_out()
        self._teach()
        self.text.editingFinished.connect(self._type)
        self.word.clicked.connect(lambda: self._go_on(1))
        self.sentence.clicked.connect(lambda: self._go_on(_SENTENCE))
        low, high = (math.log10(end) for end in TEMPERATURES)
        self.temperature.setRange(round(low * _NOTCHES), round(high * _NOTCHES))
        self.temperature.valueChanged.connect(self._warm)
        self.temperature.sliderReleased.connect(self.released)

    def draw(self, inspection: Inspection) -> None:
        """Show the text, and the controls that fit what is learnt."""
        exploration = inspection.analysis.exploration
        self._lesson = lesson(exploration.task) if exploration.task else None
        sequence = exploration.sequence
        self._typing.setVisible(isinstance(sequence, Text))
        if isinstance(sequence, Text) and sequence.text != self._shown_text:
            self._shown_text = sequence.text
            self.text.setText(sequence.text.replace("\n", " "))
        for row in (self._speaking, self._warming):
            row.setVisible(_speaks(inspection, self._lesson))
        self.temperature.blockSignals(True)
        self.temperature.setValue(round(math.log10(exploration.lens.temperature) * _NOTCHES))
        self.temperature.blockSignals(False)
        self._warmth.setText(tr("temperature {value}").format(value=f"{exploration.lens.temperature:.2f}"))
        super().draw(inspection)

    def prepare(self, inspection: Inspection) -> None:
        """Work out what the readout says after every step."""
        at = self._lesson.source.at if self._lesson else inspection.analysis.exploration.aim.at
        self._answers = answers(inspection.analysis.run.trace, at)

    def summary(self, inspection: Inspection) -> str:
        """Return what the network answers at step t."""
        names, step = _names(inspection, self._lesson), max(inspection.t, 1)
        if inspection.analysis.run.network.readout != "softmax":
            return ""
        self.prepare(inspection)
        said = self._answers[step - 1]
        if not np.isfinite(said).all():
            return ""
        best = int(said.argmax())
        return tr("after step {t}: {name}, {share} %").format(t=step, name=names[best], share=f"{100 * said[best]:.0f}")

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint lines over the steps, or bars for a step of many classes."""
        self._axes = None
        assert self.inspection is not None
        if not np.isfinite(self._answers).all():
            page(painter, area, self.theme, tr("Not a number: the network overflowed on the way."))
        elif self._answers.shape[1] > _LINES:
            self._paint_bars(painter, area)
        else:
            self._paint_lines(painter, area)

    def name_at(self, point: QPointF) -> str:
        """Return what the network answers at the step under the pointer."""
        if self._axes is None or self.inspection is None or not self._axes.holds(point):
            return ""
        t = int(np.clip(round(self._axes.at(point)[0]), 1, len(self._answers)))
        names, fed = _names(self.inspection, self._lesson), self.inspection.analysis.feed
        said = ", ".join(f"{name} {signed(float(o))}" for name, o in zip(names, self._answers[t - 1], strict=True))
        return tr("after x{t} = {input}: {answer}").format(t=subscript(t), input=fed.labels[t - 1], answer=said)

    def clicked(self, point: QPointF) -> None:
        """Look at the step under the pointer."""
        if self._axes is not None and self.inspection is not None and self._axes.holds(point):
            t = int(np.clip(round(self._axes.at(point)[0]), 1, len(self._answers)))
            self.selected.emit(t, min(self.inspection.k, t))

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        """Paint the likeliest classes after step t, the longest bar first."""
        assert self.inspection is not None
        names, step = _names(self.inspection, self._lesson), max(self.inspection.t, 1)
        said, line = self._answers[step - 1], painter.fontMetrics().height()
        count = min(_BARS, len(said), max(1, int(area.height() / line)))
        best = np.argsort(-said)[:count]
        left = max(painter.fontMetrics().horizontalAdvance(names[i]) for i in best) + 8.0
        room = area.width() - left - painter.fontMetrics().horizontalAdvance("100 %") - 8
        for row, i in enumerate(best):
            y = area.top() + row * line
            label(painter, area.left() + left - 6, y, names[i], self.theme.text, 1.0, 0.0)
            width = max(room * float(said[i]), 1.0)
            painter.fillRect(QRectF(area.left() + left, y + 0.2 * line, width, 0.6 * line), QColor(self.theme.accent))
            share = f"{100 * float(said[i]):.0f} %" if said[i] >= 0.005 else "< 1 %"
            label(painter, area.left() + left + width + 5, y, share, self.theme.muted, 0.0, 0.0)

    def _paint_lines(self, painter: QPainter, area: QRectF) -> None:
        """Paint each output over the steps, with the targets of a squared error as dots."""
        assert self.inspection is not None
        trace, t = self.inspection.analysis.run.trace, self.inspection.t
        targets = _real_targets(self.inspection)
        axes = self._axes = self._frame(painter, area, trace, targets)
        if t >= 1:
            painter.setPen(pen(self.theme.selection, 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(axes.x(t), axes.frame.top()), QPointF(axes.x(t), axes.frame.bottom()))
        steps = 1.0 + np.arange(float(len(self._answers)))
        colours = _colours(self.theme)
        for j, values in enumerate(self._answers.T):
            painter.setPen(pen(colours[j], 1.3 * self.theme.line_width))
            painter.drawPath(axes.curve(steps, values))
            if len(steps) == 1:
                painter.drawPoint(QPointF(axes.x(1.0), axes.y(float(values[0]))))
        if targets is not None:
            painter.setPen(pen(self.theme.muted, 3.0))
            painter.drawPoints([QPointF(axes.x(s), axes.y(v)) for s, v in zip(steps, targets, strict=True) if v == v])
        self._paint_names(painter, axes, colours)

    def _frame(self, painter: QPainter, area: QRectF, trace: Trace, targets: Floats | None) -> Axes:
        line, shares = painter.fontMetrics().height(), trace.network.readout != "identity"
        values = self._answers.ravel() if targets is None else np.concatenate([self._answers.ravel(), targets])
        low, high = (0.0, 1.0) if shares else finite_range(values, 1e-3)
        marks = ticks(low, high, 4)
        texts = [f"{100 * m:.0f} %" if shares else number(m) for m in marks]
        frame = area.adjusted(gutter(painter, texts), 0.5 * line, -4, -line - 4)
        axes = Axes(frame, 1.0, max(float(trace.steps), 2.0), low, high)
        rows(painter, self.theme, axes, marks, texts)
        self._paint_steps(painter, axes, trace.steps)
        return axes

    def _paint_steps(self, painter: QPainter, axes: Axes, steps: int) -> None:
        """Name the steps by their words where these have room, else by their numbers."""
        assert self.inspection is not None
        labels = self.inspection.analysis.feed.labels
        widest = max(painter.fontMetrics().horizontalAdvance(text) for text in labels) + 6
        if self.inspection.analysis.feed.symbolic and widest * steps <= axes.frame.width():
            columns(painter, self.theme, axes, [1.0 + i for i in range(steps)], list(labels))
        else:
            marks = [mark for mark in whole_ticks(1, max(steps, 2), 6) if mark >= 1]
            columns(painter, self.theme, axes, [float(m) for m in marks], [str(m) for m in marks])

    def _paint_names(self, painter: QPainter, axes: Axes, colours: list[str]) -> None:
        """Name each line near its end, the names pushed apart."""
        assert self.inspection is not None
        names, line = _names(self.inspection, self._lesson), painter.fontMetrics().height()
        order = np.argsort(-self._answers[-1])
        y = axes.frame.top() - line
        for rank, j in enumerate(order):
            least = axes.frame.bottom() - line * (len(order) - rank)
            y = min(max(axes.y(float(self._answers[-1, j])) - line / 2, y + line), least)
            width = painter.fontMetrics().horizontalAdvance(names[j]) + 6
            right = axes.frame.right() - 4
            painter.fillRect(QRectF(right - width, y, width, line), shade(self.theme.card, 190))
            label(painter, right - 3, y, names[j], colours[j], 1.0, 0.0)

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for row, parts in (
            (self._typing, (self.text,)),
            (self._speaking, (self.word, self.sentence)),
            (self._warming, (self._warmth, self.temperature)),
        ):
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            for part in parts:
                line.addWidget(part, int(part is not self._warmth))
            column.addWidget(row)
        column.addWidget(self.canvas, 1)
        self.set_content(whole)
        # The stack had hidden it when it was a page of its own.
        self.canvas.show()

    def _teach(self) -> None:
        self.phrases.add(self.text.setPlaceholderText, "type a text of your own")
        self.phrases.add(self.text.setAccessibleName, "Text that is tried")
        self.phrases.add(self.text.setToolTip, "Type a text and press Enter: the network reads it word by word.")
        self.phrases.add(self.word.setText, "One more")
        self.phrases.add(self.word.setToolTip, "Let the network draw the next symbol and read it.")
        self.phrases.add(self.sentence.setText, "Go on")
        self.phrases.add(
            self.sentence.setToolTip, "Let the network go on by itself to the end of the sentence, 30 symbols at most."
        )
        self.phrases.add(self.temperature.setAccessibleName, "Temperature")
        self.phrases.add(
            self.temperature.setToolTip,
            "Divides the logits before a symbol is drawn: below 1 the network plays safe, above 1 it dares more.",
        )

    def _type(self) -> None:
        typed = self.text.text()
        if self.inspection is not None and typed.strip() and typed != self._shown_text.replace("\n", " "):
            self._shown_text = typed
            self.edited.emit(mark("Try a text"), partial(_with_text, typed), "")

    def _go_on(self, most: int) -> None:
        if self.inspection is None:
            return
        trace = self.inspection.analysis.run.trace
        rng = np.random.default_rng()
        change = partial(continued, network=trace.network, s0=trace.s[0], most=most, rng=rng)
        self.edited.emit(mark("Let the network go on"), change, "")

    def _warm(self, notches: int) -> None:
        change = partial(_with_temperature, 10.0 ** (notches / _NOTCHES))
        self.edited.emit(mark("Change the temperature"), change, "lens.temperature")


def _with_text(text: str, exploration: Exploration) -> Exploration:
    if not isinstance(exploration.sequence, Text):
        return exploration
    return exploration.with_sequence(replace(exploration.sequence, text=text))


def _with_temperature(value: float, exploration: Exploration) -> Exploration:
    return exploration.with_lens(temperature=min(max(value, TEMPERATURES[0]), TEMPERATURES[1]))


def _speaks(inspection: Inspection, learnt: Lesson | None) -> bool:
    """Return whether the outputs are the symbols that are read: a language model."""
    fed = inspection.analysis.feed
    return learnt is not None and fed.symbolic and learnt.classes == fed.columns


def _names(inspection: Inspection, learnt: Lesson | None) -> tuple[str, ...]:
    """Return what the outputs are called."""
    outputs = len(inspection.analysis.run.network.c)
    if learnt is not None and len(learnt.classes) == outputs:
        return learnt.classes
    return tuple(f"o{subscript(j + 1)}" for j in range(outputs))


def _real_targets(inspection: Inspection) -> Floats | None:
    """Return the targets (T,) of a squared error with one output at every step; None for any other."""
    judged = inspection.judged
    if judged is None or judged.loss != "squared_error" or judged.at != "every" or judged.targets.shape[-1] != 1:
        return None
    return np.asarray(judged.targets, dtype=np.float64).reshape(-1)


def _colours(theme: Theme) -> list[str]:
    ghosts = theme.ghosts
    return [theme.curve, ghosts["relu"], ghosts["sigmoid"], theme.trend, theme.bound, theme.accent]
