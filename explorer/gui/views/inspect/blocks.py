"""The weights as a person sees and edits them: which block of which matrix is shown, and how edits are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine import Network
from explorer.engine.floats import Floats
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Edit, Exploration
from explorer.workspace.words.numbers import signed

MATRICES = ("W", "U", "V", "b")
SHAPES = ("gaussian", "orthogonal", "identity", "rotation", "shift")
"""The initialisations that the gallery offers."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One matrix of weights, or one gate's block of it; a vector is shown as one row.

    values (rows, columns) are what is shown; ``offset`` is the block's first row in the whole matrix; ``gate`` is ""
    where there is one block only.
    """

    matrix: str
    values: Floats
    offset: int
    vector: bool
    gate: str = ""

    @classmethod
    def of(cls, network: Network, matrix: str, gate: str) -> Sheet:
        """Return the sheet of ``matrix``; V has no gates, ``gate`` is passed over."""
        whole: Floats = getattr(network, matrix)
        offset, n = 0, len(whole)
        if matrix != "V":
            n = network.hidden
            offset = network.kernel.gates.index(gate) * n
        block, named = whole[offset : offset + n], gate if n < len(whole) else ""
        return cls(matrix, block[None, :] if block.ndim == 1 else block, offset, block.ndim == 1, named)

    def place(self, shown: Place) -> Place:
        """Return (row, column) in the whole matrix of what is shown at ``shown``; a vector's column is 0."""
        row, column = shown
        return (self.offset + column, 0) if self.vector else (self.offset + row, column)

    def name(self, shown: Place) -> str:
        """Return the weight's name, W[3,5] or b_f[3], counted from 0 within its gate."""
        name = f"{self.matrix}_{self.gate}" if self.gate else self.matrix
        return f"{name}[{shown[1]}]" if self.vector else f"{name}[{shown[0]},{shown[1]}]"

    def shown(self, edit: Edit) -> Place | None:
        """Return where ``edit`` is shown, None where it isn't."""
        if edit.matrix != self.matrix:
            return None
        rows, columns = self.values.shape
        row, column = (0, edit.row - self.offset) if self.vector else (edit.row - self.offset, edit.column)
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def ends(self) -> str:
        """Return the least and the largest value, in words."""
        low, high = (signed(float(end), 4) for end in (self.values.min(), self.values.max()))
        return tr("{name}: from {low} to {high}").format(name=self.matrix, low=low, high=high)

    def largest(self) -> float:
        """Return the largest absolute value."""
        return float(np.abs(self.values).max(initial=0.0))


def with_weight(exploration: Exploration, matrix: str, place: Place, value: float | None) -> Exploration:
    """Return ``exploration`` with one weight of the active network set, or given back to the recipe for None."""
    row, column = place
    kept = [e for e in exploration.recipe.edits if (e.matrix, e.row, e.column) != (matrix, row, column)]
    if value is not None:
        kept.append(Edit(matrix, row, column, float(value)))
    return exploration.with_recipe(edits=tuple(kept))


def without_edits(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with all weights as the recipe makes them."""
    return exploration.with_recipe(edits=())


def with_shape(exploration: Exploration, init: str) -> Exploration:
    """Return ``exploration`` with W made anew in the shape ``init``; edits of other matrices stay."""
    edits = tuple(e for e in exploration.recipe.edits if e.matrix != "W")
    return exploration.with_recipe(init=init, edits=edits)
