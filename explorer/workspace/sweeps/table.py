"""`Table`: what is known so far of the points of a sweep, while more of them come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.workspace.sweeps.measuring import Measured, Outcome, is_word
from explorer.workspace.sweeps.sweep import Place, Sweep


class Table:
    """The values of a ``sweep`` by quantity, shaped by its axes: NaN, or "" of a word, where nothing is known.

    ``known`` says which points were measured, ``reasons`` why one of them lacks a value.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.known = np.zeros(sweep.shape, np.bool_)
        self.values: dict[str, NDArray[Any]] = {
            name: np.full(sweep.shape, "" if is_word(name) else np.nan, object if is_word(name) else np.float64)
            for name in sweep.quantities
        }
        self.reasons: dict[Place, str] = {}

    @classmethod
    def of(cls, sweep: Sweep, found: Mapping[Place, Outcome]) -> Table:
        """Return the table of what is ``found``."""
        table = cls(sweep)
        for place, outcome in found.items():
            table.add(place, outcome)
        return table

    def add(self, place: Place, outcome: Outcome) -> None:
        """Take what was found at a point."""
        self.known[place] = True
        for name, value in zip(self.sweep.quantities, outcome.values, strict=True):
            self.values[name][place] = value
        if outcome.reason:
            self.reasons[place] = outcome.reason

    def at(self, place: Place) -> Outcome | None:
        """Return what was found at a point, None where nothing was yet."""
        if not self.known[place]:
            return None
        values: tuple[Measured, ...] = tuple(
            value if isinstance(value := self.values[name][place], str) else float(value)
            for name in self.sweep.quantities
        )
        return Outcome(values, self.reasons.get(place, ""))

    def found(self) -> dict[Place, Outcome]:
        """Return what was found at each point that is known, in the order of the axes."""
        found = {}
        for index in np.argwhere(self.known).tolist():
            place = tuple(index)
            outcome = self.at(place)
            assert outcome is not None
            found[place] = outcome
        return found

    @property
    def done(self) -> int:
        """Return how many points were measured."""
        return int(np.count_nonzero(self.known))
