"""What is said of a product and of its factors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.gui.views.zoom.names import entry_of, factor_name
from explorer.gui.words.i18n import say, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.looks.zoom.product import ProductLook
from explorer.workspace.words.numbers import derivative, power_of_ten, scientific, subscript

_LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class ProductWords:
    """The sentences on what a ``look`` has found."""

    look: ProductLook

    @property
    def pair(self) -> str:
        """Return the pair's name."""
        return derivative(self.look.inspection.t, self.look.inspection.k)

    def gain(self) -> str:
        """Return the gain of the pair, as the map has it."""
        inspection = self.look.inspection
        sign = "≈ " if inspection.low is not None and inspection.matrix is None else ""
        if np.isnan(inspection.row[inspection.k]):
            return tr("not a number: the network overflowed")
        if np.isneginf(inspection.row[inspection.k]):
            return tr("exactly zero")
        return f"{sign}×{scientific(float(inspection.row[inspection.k]) / _LN10)}"

    def of_step(self, step: int) -> str:
        """Return what a factor does alone, and what is left of all of them so far."""
        run, inspection = self.look.inspection.analysis.run, self.look.inspection
        alone, left = float(run.log_step[step - 1]), float(inspection.row[step - 1])
        return tr("{factor}: ×{alone}; so far ∂s{t}/∂s{k} = ×{left}").format(
            factor=factor_name(step), alone=scientific(alone / _LN10), t=subscript(inspection.t), k=subscript(step - 1),
            left=scientific(left / _LN10),
        )  # fmt: skip

    def worst(self) -> str:
        """Return at which step most is lost, or gained, or where it dies; "" where no step stands out."""
        look, row = self.look, self.look.inspection.row
        if not look.worst or look.is_sum:
            return ""
        if np.isneginf(row[look.worst - 1]):
            return tr("It dies at step {step}: nothing gets past {factor}.").format(
                step=look.worst, factor=factor_name(look.worst)
            )
        change = scientific(float(row[look.worst - 1] - row[look.worst]) / _LN10)
        if look.steps < 2:
            return ""
        if row[look.inspection.k] < 0.0:
            return tr("Most is lost at step {step}: it leaves ×{change} of what came there.").format(
                step=look.worst, change=change
            )
        return tr("It grows most at step {step}: to ×{change} of what came there.").format(
            step=look.worst, change=change
        )

    def way(self) -> str:
        """Return how the picture is read."""
        if not self.look.factors:
            return ""
        t = subscript(self.look.inspection.t)
        return tr(
            "The gradient goes back from s{t}, from right to left. Under each J stands what it does alone, and below what is "
            "left so far: the row of the map, in its colours."
        ).format(t=t)

    def drawn(self) -> list[str]:
        """Return what of it is drawn, and what is not."""
        look, inspection, said = self.look, self.look.inspection, []
        about = estimate_sentence(inspection.analysis.run)
        if about is not None:
            said.append(about.said(tr))
        if inspection.unshown is not None:
            said.append(say(inspection.unshown))
        if look.is_sum:
            longest = max(inspection.analysis.run.course.motion.delays)
            said.append(many_ways(longest))
        if look.matrix is not None and look.matrix.thinned:
            rows_, columns_ = look.matrix.shape
            said.append(
                tr("Of {rows}×{columns} numbers neighbours share a place: the largest is drawn.").format(
                    rows=rows_, columns=columns_
                )
            )
        return said

    def entry_name(self, entry: tuple[int, int]) -> str:
        """Return what a number of the product is called."""
        inspection = self.look.inspection
        return entry_of(inspection.analysis.run.course, entry, inspection.t, inspection.k)

    def entry(self, entry: tuple[int, int]) -> str:
        """Return a number of the product by its name."""
        matrix, scale = self.look.inspection.matrix, self.look.inspection.log_scale
        assert matrix is not None
        value, name = float(matrix[entry]), self.entry_name(entry)
        if math.isnan(value):
            return f"{name} = NaN"
        if value == 0.0:
            return tr("{number}: 0, or too small beside the largest; a click tells").format(number=name)
        log10 = math.log10(abs(value)) + scale / _LN10
        return f"{name} = {'−' if value < 0 else ''}{scientific(log10, 3)}"

    def singular(self, drawn: int) -> str:
        """Return what the bars are, of which so many are drawn: the others are far smaller, or zero."""
        values = self.look.inspection.log_singular_values
        count = 0 if values is None else len(values)
        said = tr("singular values σ₁ … σ{n} of P").format(n=subscript(count))
        return said if drawn == count else told(said, tr("{drawn} of {count}").format(drawn=drawn, count=count))

    def formula(self, fits: Callable[[str], bool]) -> str:
        """Return the product of its factors, as far as it fits."""
        inspection, look = self.look.inspection, self.look
        t, k = inspection.t, inspection.k
        if look.steps == 0:
            return f"{self.pair} = I"
        if look.is_sum:
            return f"P = {self.pair}"
        names = [factor_name(j) for j in range(t, k, -1)]
        for kept in (len(names), 3, 2, 1):
            some = names if kept >= len(names) else [*names[:kept], "⋯", names[-1]]
            text = f"{self.pair} = {' '.join(some)}"
            if fits(text):
                return text
        return self.pair


def many_ways(longest: int) -> str:
    """Return why there are no factors where a cell reads states of up to ``longest`` steps ago."""
    return tr(
        "This cell reads its states of up to {steps} steps ago: the gradient has many ways back, and ∂sₜ/∂sₖ is their sum, "
        "not a product of factors."
    ).format(steps=longest)


def power_ish(log10: float) -> str:
    """Return a number of the axis: a power of ten where it is one or lies far off."""
    return power_of_ten(round(log10)) if abs(log10) >= 3.0 else scientific(log10)


def largest_entry(look: ProductLook) -> tuple[int, int]:
    """Return where the largest number of the product stands."""
    matrix = look.inspection.matrix
    assert matrix is not None
    row, column = np.unravel_index(int(np.nanargmax(np.abs(matrix))), matrix.shape)
    return int(row), int(column)
