"""The formula of ∂s_t/∂s_k, typeset, with the numbers put in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtSvg import QSvgRenderer

from explorer.engine.work import Report, Stop
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.card_axes import label
from explorer.gui.plot.theme import TICK_SCALE, Theme, font
from explorer.gui.plot.typeset import draw, latex_number, prepared, typeset
from explorer.gui.views.inspect.rule import MOST, Formula, blocks_told, rule_lines
from explorer.gui.words.i18n import language, mark, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.looks.steps import step_at
from explorer.workspace.words.equations import digits_that_hold, log_sum, rounded
from explorer.workspace.words.numbers import derivative, scientific, superscript

_LN10 = math.log(10.0)
_PARTS = mark("C is what the state keeps on its direct path, past every weight matrix; R is the rest, through weights.")
_IDLE = 120
_BESIDE, _ALONE, _CHARACTER = 18.3, 8.5, 0.65
"""The widths of what stands before a factor, beside the sum and on a line of its own, and of a character of it, in points."""
_SMALLEST, _FEWEST = 0.85, 12
"""How small a formula may be set, and how many characters of a factor are written however small that makes it."""


_LARGEST = 2.2
"""How many times as large as usual words are set where there is room, and what a factor's characters are counted for."""
_SHARES = {0: (), 2: (0.56, 0.44), 3: (0.31, 0.38, 0.31)}
"""Of the height, what each of so many lines gets."""


class FormulaView(InspectCard):
    """Shows the chain rule for the pair, then the same with its numbers.

    A formula is typeset when nothing has changed for a moment, so that dragging stays smooth; until then it
    stands there in plain text.
    """

    of_chain = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Formula"), "formula", 156)
        self._formulas: tuple[Formula, ...] = ()
        self._drawn: dict[str, QSvgRenderer] = {}
        self._words: list[tuple[str, str]] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._ask)

    def summary(self, inspection: Inspection) -> str:
        """Return the pair's name."""
        return derivative(inspection.selection.t, inspection.selection.k)

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - it is prepared
        """Return both lines as plain text, and what they mean."""
        return "\n".join([formula.plain for formula in self._formulas] + [text for text, _ in self._words])

    def restyle(self) -> None:
        """Take on the theme's colours and sizes: everything is to be typeset again."""
        super().restyle()
        self._drawn.clear()
        self._stale = self.inspection is not None

    def prepare(self, inspection: Inspection) -> None:
        """Write the formulas; what is typeset already stays."""
        self._formulas = (*rule_lines(inspection, self._most(_BESIDE), self._most(_ALONE)), _numbers(inspection))
        self._words = self._explained(inspection)
        wanted = {formula.latex for formula in self._formulas}
        self._drawn = {latex: drawing for latex, drawing in self._drawn.items() if latex in wanted}
        if len(self._drawn) < len(wanted):
            self._idle.start(_IDLE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as much of a factor as there is room for now."""
        super().resizeEvent(event)
        self._stale = self.inspection is not None

    def _most(self, before: float) -> int:
        """Return how many characters of a factor can be read behind what takes a width of ``before``."""
        room = self.canvas.width() / (_SMALLEST * self.theme.font_size * min(self._growth(), _LARGEST))
        return int(min(max((room - before) / _CHARACTER, _FEWEST), MOST))

    def finish(self) -> None:
        """Typeset at once, for a picture."""
        if self.inspection is not None:
            self._make_ready()
            for latex in self._missing():
                self.answer(latex)
            self._idle.stop()

    def answer(self, result: object) -> None:
        """Draw a formula, as LaTeX, that is set by now."""
        assert isinstance(result, str)
        formula = next((formula for formula in self._formulas if formula.latex == result), None)
        if formula is not None:
            size = 1.55 * self.theme.font_size * (0.92 if formula is self._formulas[-1] else 1.0)
            self._drawn[result] = typeset(result, size, self.theme.text)
            self.canvas.update()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the rule, the numbers, and what they mean in words."""
        growth = self._growth()
        painter.setFont(font(self.theme, language(), TICK_SCALE * min(growth, _LARGEST)))
        line = painter.fontMetrics().height()
        words = self._wrapped(painter, area.width())
        below = line * len(words)
        place = area.adjusted(4, 2, -4, -below - 4)
        shares = _SHARES[len(self._formulas)]
        top = place.top()
        for formula, share in zip(self._formulas, shares, strict=True):
            row = QRectF(place.left(), top, place.width(), share * place.height())
            self._paint_formula(painter, formula, row, growth)
            top += row.height()
        for index, row_words in enumerate(words):
            x = area.left() + 4
            y = area.bottom() - below + index * line
            for text, colour in row_words:
                x = label(painter, x, y, text, colour, 0.0, 0.0).right() + 10

    def name_at(self, point: QPointF) -> str:  # noqa: ARG002 - the same all over the card
        """Return what a factor is, block by block: what the card itself may have no room for."""
        if self.inspection is None or self.inspection.t == self.inspection.k:
            return ""
        course = self.inspection.analysis.run.course
        told = blocks_told(step_at(course, self.inspection.t).recurrence)
        return "\n".join([*([tr(_PARTS)] if self.inspection.paths is not None else []), *told])

    def _growth(self) -> float:
        """Return how much higher the card is than usual: what fills the middle is to be read from afar."""
        return max(1.0, self.canvas.height() / self.usual_height)

    def _paint_formula(self, painter: QPainter, formula: Formula, row: QRectF, growth: float) -> None:
        drawing = self._drawn.get(formula.latex)
        if drawing is not None:
            draw(painter, drawing, row, growth)
            return
        painter.setPen(QColor(self.theme.text))
        text = painter.fontMetrics()
        x, y = row.left(), row.center().y() + 0.3 * text.height()
        painter.drawText(int(x), int(y), formula.plain)

    def _wrapped(self, painter: QPainter, width: float) -> list[list[tuple[str, str]]]:
        """Return the words in lines that fit."""
        metrics, lines, used = QFontMetricsF(painter.font()), [[]], 8.0  # type: ignore[var-annotated]
        for text, colour in self._words:
            need = metrics.horizontalAdvance(text) + 10
            if lines[-1] and used + need > width:
                lines.append([])
                used = 8.0
            lines[-1].append((text, colour))
            used += need
        return lines

    def _missing(self) -> list[str]:
        return [formula.latex for formula in self._formulas if formula.latex not in self._drawn]

    def _ask(self) -> None:
        """Have what is missing set: a new formula outlasts a frame, the first of all many."""
        self.asked.emit(partial(_set_all, self._missing()))

    def _explained(self, inspection: Inspection) -> list[tuple[str, str]]:
        """Return what the numbers mean, each in the colour that it has in the card that splits them."""
        steps = inspection.t - inspection.k
        muted = self.theme.muted
        if steps == 0:
            return [(tr("s reaches itself unchanged"), muted)]
        if inspection.log_scale == -math.inf:
            return [(tr("exactly zero"), muted)]
        if not math.isfinite(inspection.log_scale):
            return [(tr("Not a number: the network overflowed on the way."), self.theme.nan)]
        if inspection.unsplit is not None:
            about = estimate_sentence(inspection.analysis.run)
            return [] if about is None else [(about.said(tr), muted)]
        if inspection.attribution is not None:
            weights, slopes = _rates(inspection)
            own = inspection.analysis.run.course.chain.whole.steps
            return [
                *([(tr("W is another one at every step"), muted)] if own else []),
                (tr("weights ×{factor} a step").format(factor=scientific(weights, 3)), self.theme.trend),
                (tr("derivative ×{factor} a step").format(factor=scientific(slopes, 3)), self.theme.negative),
            ]
        _, direct, rest = _paths(inspection)
        return [
            (tr("direct path C ×{factor}").format(factor=scientific(direct)), self.theme.ghosts["relu"]),
            (tr("through weights R ×{factor}").format(factor=scientific(rest)), self.theme.trend),
        ]


def _set_all(formulas: Sequence[str], stop: Stop, report: Report) -> Iterator[str]:  # noqa: ARG001 - there is little to tell
    """Yield each of the ``formulas``, in LaTeX, once it is set."""
    for latex in formulas:
        if stop():
            return
        prepared(latex)
        yield latex


def _numbers(inspection: Inspection) -> Formula:
    """Return the same with the numbers of this pair."""
    steps = inspection.t - inspection.k
    gain = (inspection.log_scale - 0.5 * math.log(inspection.width)) / _LN10
    left, plain = r"\frac{\|\cdot\|_F}{\sqrt{N}} = ", "‖P‖/√N = "
    if inspection.matrix is None and inspection.low is not None:
        left, plain = left.replace(" = ", r" \approx "), plain.replace(" = ", " ≈ ")
    if not steps or not math.isfinite(gain) or inspection.unsplit is not None:
        return Formula(left + latex_number(gain), plain + scientific(gain))
    if inspection.attribution is not None:
        right = power_equation(gain, *_rates(inspection), steps)
    else:
        right = sum_bound(*_paths(inspection))
    return Formula(left + right.latex, plain + right.plain)


def power_equation(gain: float, weights: float, slopes: float, steps: int) -> Formula:
    """Return that a gain is that of the weights times that of the derivative, both raised to ``steps``; all are log10."""
    # Of 350 no reader knows that its last digit says nothing.
    shown = 3 if 2.0 <= gain < 3.0 else 2
    text = scientific(gain, shown)

    def holds(digits: int) -> bool:
        return scientific(steps * (rounded(weights, digits) + rounded(slopes, digits)), shown) == text

    digits = digits_that_hold(holds, 3)
    sign, latex_sign = ("=", "=") if digits is not None else ("≈", r"\approx")
    factors = [(latex_number(rate, digits or 3), scientific(rate, digits or 3)) for rate in (weights, slopes)]
    power, raised = (f"^{{{steps}}}", superscript(steps)) if steps > 1 else ("", "")
    return Formula(
        rf"{latex_number(gain, shown)} {latex_sign} ({factors[0][0]} \cdot {factors[1][0]}){power}",
        f"{text} {sign} ({factors[0][1]} · {factors[1][1]}){raised}",
    )


def sum_bound(total: float, direct: float, rest: float) -> Formula:
    """Return that a gain is at most the sum of those of its parts; all are log10."""

    def holds(digits: int) -> bool:
        return rounded(total, digits) <= log_sum(rounded(direct, digits), rounded(rest, digits))

    digits = digits_that_hold(holds, 2)
    sign, latex_sign = ("≤", r"\leq") if digits is not None else ("≈", r"\approx")
    latex = [latex_number(part, digits or 2) for part in (total, direct, rest)]
    plain = [scientific(part, digits or 2) for part in (total, direct, rest)]
    return Formula(f"{latex[0]} {latex_sign} {latex[1]} + {latex[2]}", f"{plain[0]} {sign} {plain[1]} + {plain[2]}")


def _rates(inspection: Inspection) -> tuple[float, float]:
    """Return log10 of what the weights and the derivative do in a step, the geometric mean."""
    attribution = inspection.attribution
    assert attribution is not None
    return float(np.mean(attribution.weights)) / _LN10, float(np.mean(attribution.slopes)) / _LN10


def _paths(inspection: Inspection) -> tuple[float, float, float]:
    """Return log10 of the gains in all, along the direct path, and of the rest, through weights and states."""
    paths = inspection.paths
    assert paths is not None
    half = 0.5 * math.log(inspection.width)
    total, direct, rest = ((float(part[0]) - half) / _LN10 for part in (paths.total, paths.direct, paths.gates))
    return total, direct, rest
