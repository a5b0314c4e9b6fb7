"""`Place`: how deep below the map one is, and at what; the pair itself and the unit are the exploration's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from explorer.engine.recurrence.readings.gates import gates
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import step_at

Level = Literal["product", "factor", "inside", "unit", "entry"]


@dataclass(frozen=True, slots=True)
class Place:
    """The product P = ∂s_t/∂s_k of the chosen pair, or something within it.

    ``factor``: the Jacobian J_j of the step j, its ``block`` (of row, of column) taken apart, "" for the first there is.
    ``inside``: the cell at that step, with the curve of a ``gate``, "" for none; ``unit``: what the chosen unit makes of it.
    ``entry``: the number at (row, column) of J_j, or of P where the step is 0.
    """

    level: Level = "product"
    step: int = 0
    block: tuple[str, str] = ("", "")
    gate: str = ""
    entry: tuple[int, int] = (0, 0)

    @property
    def above(self) -> Place | None:
        """Return where one comes to on the way back; None is the map."""
        if self.level == "product":
            return None
        if self.level == "unit":
            return replace(self, level="inside")
        return Place() if self.level == "factor" or not self.step else replace(self, level="factor")

    @property
    def trail(self) -> tuple[Place, ...]:
        """Return the places from the product to this one."""
        above = self.above
        return (self,) if above is None else (*above.trail, self)


def nearest(place: Place, inspection: Inspection) -> Place:
    """Return the place nearest to ``place`` that there is: a step between the pair, an entry within the state, a gate."""
    t, k = inspection.t, inspection.k
    if place.level == "product" or (t == k and place.step):
        return Place()
    last = inspection.width - 1
    row, column = place.entry
    place = replace(place, entry=(min(max(row, 0), last), min(max(column, 0), last)))
    if not place.step:
        return place
    place = replace(place, step=min(max(place.step, k + 1), t))
    return _with_gate(place, inspection) if place.level in ("inside", "unit") else place


def _with_gate(place: Place, inspection: Inspection) -> Place:
    """Return the place with a gate that there is, or none is looked at; without any there is no number of a unit either."""
    if not place.gate and place.level == "inside":
        return place
    recurrence = step_at(inspection.analysis.run.course, place.step).recurrence
    names = [gate.name for gate in gates(recurrence)]
    if not names:
        return replace(place, level="inside", gate="")
    return place if place.gate in names else replace(place, gate=names[0])
