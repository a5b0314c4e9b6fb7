"""What is said of a product and of its factors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.gui.core.quantities import part_name
from explorer.gui.views.zoom.names import Names
from explorer.gui.words.i18n import say, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.analysis import entered
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.looks.zoom.product import ProductLook
from explorer.workspace.words.numbers import power_of_ten, scientific, subscript

_LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class ProductWords:
    """The sentences on what a ``look`` has found."""

    look: ProductLook

    @property
    def pair(self) -> str:
        """Return the pair's name."""
        return self.names.pair(self.look.inspection.t, self.look.inspection.k)

    @property
    def names(self) -> Names:
        """Return what steps, states and factors are called."""
        return Names(self.look.inspection)

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
        inspection = self.look.inspection
        alone, left = self.look.alone(step), float(inspection.row[step - 1])
        return tr("{factor}: ×{alone}; so far {pair} = ×{left}").format(
            factor=self.names.factor(step), alone=scientific(alone / _LN10), pair=self.names.pair(inspection.t, step - 1),
            left=scientific(left / _LN10),
        )  # fmt: skip

    def worst(self) -> str:
        """Return at which step most is lost, or gained, or where it dies; "" where no step stands out."""
        look, inspection = self.look, self.look.inspection
        row, step = entered(inspection.row, inspection.analysis.run), self.names.step(self.look.worst)
        if not look.worst or look.is_sum:
            return ""
        if np.isneginf(row[look.worst - 1]):
            return tr("It dies at step {step}: nothing gets past {factor}.").format(
                step=step, factor=self.names.factor(look.worst)
            )
        change = scientific(float(row[look.worst - 1] - row[look.worst]) / _LN10)
        if look.steps < 2:
            return ""
        if row[look.inspection.k] < 0.0:
            return tr("Most is lost at step {step}: it leaves ×{change} of what came there.").format(
                step=step, change=change
            )
        return tr("It grows most at step {step}: to ×{change} of what came there.").format(step=step, change=change)

    def way(self) -> str:
        """Return how the picture is read."""
        if not self.look.factors:
            return ""
        inspection = self.look.inspection
        said = tr(
            "The gradient goes back from {state}, from right to left. Under each J stands what it does alone, and below what "
            "is left so far: the row of the map, in its colours."
        )
        if inspection.analysis.run.backward:
            said = tr(
                "This layer reads from the end: the gradient goes on from {state}, from left to right. Under each J stands "
                "what it does alone, and below what is left so far: the row of the map, in its colours."
            )
        return said.format(state=self.names.state(inspection.t))

    def of_block(self) -> str:
        """Return how a block of the product follows from whole factors; "" where all of the product is shown."""
        look, inspection = self.look, self.look.inspection
        if inspection.analysis.run.block is None or not look.factors:
            return ""
        into, out_of = (part_name(part) + self.names.raised for part in inspection.analysis.run.block)
        if look.steps == 1:
            return tr("A block of the product: of {factor} the rows of {into} and the columns of {out_of}.").format(
                factor=self.names.factor(inspection.t), into=into, out_of=out_of
            )
        return tr(
            "A block of the product: of {last} the rows of {into} count, of {first} the columns of {out_of}; in between the "
            "gradient goes through all of the state."
        ).format(
            last=self.names.factor(inspection.t), first=self.names.factor(inspection.k + 1), into=into, out_of=out_of
        )

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
        return self.names.entry(entry, inspection.t, inspection.k)

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
        names = [self.names.factor(j) for j in range(t, k, -1)]
        for kept in (len(names), 3, 2, 1):
            some = names if kept >= len(names) else [*names[:kept], "⋯", names[-1]]
            text = f"{self.pair} = {_cut(some, inspection.analysis.run.block is not None)}"
            if fits(text):
                return text
        return self.pair


def _cut(factors: Sequence[str], is_block: bool) -> str:
    """Return a product of factors, in brackets where a block of it is meant."""
    text = " ".join(factors)
    return tr("block of {product}").format(product=text) if is_block else text


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
    assert look.inspection.matrix is not None
    matrix = look.inspection.matrix[look.rows, look.columns]
    row, column = np.unravel_index(int(np.nanargmax(np.abs(matrix))), matrix.shape)
    return int(row) + look.rows.start, int(column) + look.columns.start
