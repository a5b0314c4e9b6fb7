"""What is said of one factor and its blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.engine.recurrence.typeset.setting import Setting
from explorer.engine.recurrence.typeset.shortened import shortened
from explorer.gui.views.zoom.names import Names
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.zoom.factor import Block, FactorLook
from explorer.workspace.words.numbers import scientific

_LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class FactorWords:
    """The sentences on what a ``look`` has found."""

    look: FactorLook

    @property
    def plain(self) -> Setting:
        """Return how its symbols are set at its step."""
        return Names(self.look.inspection).setting(self.look.place.step)

    def summary(self) -> str:
        """Return the gain of the factor alone, and which block is taken apart."""
        gain = "×" + scientific(self.look.log_gain / _LN10)
        chosen = self.look.chosen
        if chosen is None:
            return f"{gain} · J = 0"
        return gain if len(self.look.blocks) == 1 else f"{gain} · {self.block_name(chosen)}"

    def told(self) -> str:
        """Return what the chosen block is, and its largest part."""
        look, chosen = self.look, self.look.chosen
        if chosen is None:
            return tr("No state is read: J is zero.")
        said = [self.block(chosen, 200)]
        if len(look.parts) > 1:
            largest = self.plain.of(shortened(look.parts[0].product.written, 80))
            said.append(tr("largest of {count} summands: {summand}").format(count=len(look.parts), summand=largest))
        if look.matrix.thinned:
            rows, columns = look.matrix.shape
            text = tr("Of {rows}×{columns} numbers neighbours share a place: the largest is drawn.")
            said.append(text.format(rows=rows, columns=columns))
        return "\n".join(said)

    def entry_name(self, entry: tuple[int, int]) -> str:
        """Return what a number of J is called."""
        return Names(self.look.inspection).entry(entry, self.look.place.step, self.look.place.step - 1)

    def block_name(self, block: Block) -> str:
        """Return ∂h₂₁/∂c₂₀."""
        return Names(self.look.inspection).block(*block.name, self.look.place.step)

    def block(self, block: Block, most: int) -> str:
        """Return what a block is in symbols, in ``most`` characters."""
        if block.written is None:
            return tr("{block} = a sum of {count} products").format(
                block=self.block_name(block), count=len(self.look.parts)
            )
        return f"{self.block_name(block)} = {self.plain.of(shortened(block.written, most))}"

    def way(self) -> str:
        """Return how the picture is read; "" where it needs no word."""
        look = self.look
        if look.chosen is None:
            return tr("No state is read: J is zero.")
        if look.alike:
            return tr("All rows, or all columns, of the matrix state go the same way: this one factor is drawn.")
        if len(look.parts) == 1 and look.parts[0].scale is not None and look.parts[0].matrix is not None:
            return tr(
                "Row i of the matrix is multiplied by number i of the diagonal: where that is small, unit i hears little."
            )
        if len(look.blocks) > 1:
            return tr("The framed block of J is taken apart; Up and Down, or a click, choose another.")
        return ""
