"""`Credit` of a run whose weights stand in others: of legs, where each has its own, and of what is made of several.

A weight of a network may be a part of what a leg's equations call one: the columns of what multiplies x, beside those of what
multiplies features; a slot of an array with an axis of steps; a row of a table that x_t is read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.norms import log_norms, norm_of_logs
from explorer.engine.recurrence.credit.credit import Credit, Told
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.credit.logshares import Columns, Steps
from explorer.engine.recurrence.expressions import logs
from explorer.engine.signed import Signed

ALL = slice(None)
Where = tuple[int | slice, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What of a weight a leg's weight ``own`` is: its last axis's ``columns``, and ``where`` in the weight these stand.

    Of a table whose row is another at each step ``row`` has its number (T,), −1 for none; it comes before ``where``.
    """

    own: str
    columns: slice
    where: Where = ()
    row: NDArray[np.intp] | None = None

    @property
    def whole(self) -> bool:
        """Return whether all of the leg's weight stands in one place."""
        return self.columns == ALL and self.row is None

    def at(self, k: int) -> Where | None:
        """Return where it stands at the leg's step k; None for nowhere."""
        if self.row is None:
            return self.where
        return None if self.row[k] < 0 else (int(self.row[k]), *self.where)


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """The credit of some steps after the ``first``, and the places of its weights by the names of the whole."""

    credit: Credit
    first: int
    places: Mapping[str, tuple[Place, ...]]

    def of(self, names: Iterable[str]) -> Iterator[Place]:
        """Yield all places of some weights."""
        for name in names:
            yield from self.places.get(name, ())


@dataclass(frozen=True, eq=False)
class Placed:
    """`Credit` of legs of one layout.

    ``shapes`` has those of the weights and of the ``inputs``, which has how many steps ago each of these was.
    """

    legs: tuple[Leg, ...]
    shapes: Mapping[str, tuple[int, ...]]
    inputs: Mapping[str, int]

    @property
    def steps(self) -> int:
        return sum(leg.credit.steps for leg in self.legs)

    @property
    def layout(self) -> Layout:
        return self.legs[0].credit.layout

    @cached_property
    def size(self) -> int:
        return max(leg.credit.size for leg in self.legs)

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        leg, own = self.of(k)
        past, delta = leg.credit.pull(own, g)
        return past, self._padded(delta, 0.0)

    def log_pull(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        leg, own = self.of(k)
        past, delta = leg.credit.log_pull(own, g)
        return past, Signed(self._padded(delta.log, -np.inf), self._padded(delta.sign, 0.0))

    @cached_property
    def shares(self) -> PlacedShares:
        return PlacedShares(self)

    @cached_property
    def log_shares(self) -> PlacedLogShares:
        return PlacedLogShares(self)

    def of(self, k: int) -> tuple[Leg, int]:
        """Return the leg of step k, and which of its own steps that is."""
        place = int(np.searchsorted(self._firsts, k, side="right")) - 1
        return self.legs[place], k - self.legs[place].first

    @cached_property
    def _firsts(self) -> list[int]:
        return [leg.first for leg in self.legs]

    def _padded(self, delta: Floats, with_: float) -> Floats:
        lacking = self.size - delta.shape[-1]
        return np.pad(delta, ((0, 0), (0, lacking)), constant_values=with_) if lacking else delta


@dataclass(frozen=True, eq=False)
class PlacedShares:
    """What `Shares` tells, of legs."""

    credit: Placed

    @property
    def inputs(self) -> Mapping[str, int]:
        return self.credit.inputs

    def part(self, name: str, k: int, delta: Floats) -> Floats:
        leg, own = self.credit.of(k)
        found = np.zeros((len(delta), *self.credit.shapes[name]))
        for place in leg.places.get(name, ()):
            if (where := place.at(own)) is not None:
                found[(ALL, *where)] += leg.credit.shares.part(place.own, own, delta)[..., place.columns]
        return found

    def summed(self, name: str, steps: Steps, delta: Floats, log: Floats) -> Floats:
        found = np.zeros(self.credit.shapes[name])
        for leg in self.credit.legs:
            own = steps - leg.first
            some = (own >= 0) & (own < leg.credit.steps)
            for place in leg.places.get(name, ()) if some.any() else ():
                _add(found, leg.credit.shares, place, own[some], delta[some], log[some])
        return found

    def each_summed(
        self, names: Sequence[str], steps: Steps, delta: Floats, log: Floats
    ) -> Iterator[tuple[str, Floats]]:
        return ((name, self.summed(name, steps, delta, log)) for name in names)

    def log_norms(self, names: Sequence[str], k: int, delta: Floats, square: Floats | None = None) -> Floats:  # noqa: ARG002
        leg, own = self.credit.of(k)
        whole = [name for name in names if all(place.whole for place in leg.places.get(name, ()))]
        owns = tuple(place.own for place in leg.of(whole))
        found = [leg.credit.shares.log_norms(owns, own, delta)] if owns else []
        found += [log_norms(self.part(name, k, delta).reshape(len(delta), -1)) for name in names if name not in whole]
        return norm_of_logs(np.stack(found, axis=-1)) if found else np.full(len(delta), -np.inf)

    def asked(self, names: tuple[str, ...], k: int, size: int) -> Columns:  # noqa: ARG002 - a leg may have fewer
        leg, own = self.credit.of(k)
        owns = tuple(dict.fromkeys(place.own for place in leg.of(names)))
        return leg.credit.shares.asked(owns, own, leg.credit.size)


@dataclass(frozen=True, eq=False)
class PlacedLogShares:
    """What `LogShares` tells, of legs."""

    credit: Placed

    def part(self, name: str, k: int, delta: Signed) -> Signed:
        leg, own = self.credit.of(k)
        shape = len(delta.log), *self.credit.shapes[name]
        found = Signed(np.full(shape, -np.inf), np.zeros(shape))
        for place in leg.places.get(name, ()):
            if (where := place.at(own)) is not None:
                one = leg.credit.log_shares.part(place.own, own, delta)[..., place.columns]
                so_far = found[(ALL, *where)]
                both = logs.total([so_far, one])
                found.log[(ALL, *where)], found.sign[(ALL, *where)] = both.log, both.sign
        return found

    def log_norms(self, names: Iterable[str], k: int, delta: Signed) -> Floats:
        found = [norm_of_logs(self.part(name, k, delta).log.reshape(len(delta.log), -1)) for name in names]
        return norm_of_logs(np.stack(found, axis=-1))


def _add(found: Floats, shares: Told, place: Place, steps: Steps, delta: Floats, log: Floats) -> None:
    """Add the parts of some of a leg's steps, each with its own row."""
    if place.row is None:
        found[place.where] += shares.summed(place.own, steps, delta, log)[..., place.columns]
        return
    for row in np.unique(place.row[steps][place.row[steps] >= 0]):
        some = place.row[steps] == row
        found[(row, *place.where)] += shares.summed(place.own, steps[some], delta[some], log[some])[..., place.columns]
