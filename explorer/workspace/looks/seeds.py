"""`SeedBand`: the chosen row of the flow over many draws of the same network: one seed alone is chance."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.engine.errors import BadExploration, Refusal, Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.looks.verdict import Kind, grade
from explorer.engine.work import Stop
from explorer.workspace.exploration.building import build, given, initial_state
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.looks.levels import block_of, shown_level
from explorer.workspace.looks.wide import too_heavy

_TELL = 0.1
"""Seconds between two bands that grow."""


@dataclass(frozen=True, eq=False)
class SeedBand:
    """The row t of so many seeds, of ``asked`` ones, in their order; the first is the network's own.

    rows (S, t+1): ln gains over k = 0..t in the norm of the lens, −inf for a true zero, NaN for no number.
    """

    rows: Floats
    asked: int

    @property
    def count(self) -> int:
        """Return how many seeds are known."""
        return len(self.rows)

    def quantile(self, q: float) -> Floats:
        """Return the quantile q (t+1,) of the gains that are numbers, by logarithms; −inf where it falls on true zeros.

        Between two seeds it goes along the logarithm; below, or at, a true zero it is that zero. NaN where no seed has a
        number.
        """
        known = np.sort(self.rows, axis=0)
        # What is no number was sorted to the end.
        count = np.sum(~np.isnan(known), axis=0)
        place = q * np.maximum(count - 1, 0)
        low = np.floor(place).astype(np.intp)
        columns = np.arange(known.shape[1])
        below, above = known[low, columns], known[np.minimum(low + 1, np.maximum(count - 1, 0)), columns]
        part = place - low
        with np.errstate(invalid="ignore"):
            return np.where((part == 0.0) | np.isneginf(below), below, below + part * (above - below))

    @cached_property
    def levels(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return the least, the quartiles with the median in the middle, and the greatest, each (t+1,)."""
        least, quarter, median, most, greatest = (self.quantile(q) for q in (0.0, 0.25, 0.5, 0.75, 1.0))
        return least, quarter, median, most, greatest

    @cached_property
    def kinds(self) -> Mapping[Kind, int]:
        """Return how many seeds have each word for the gain over the whole row."""
        return Counter(grade(float(end)) for end in self.rows[:, 0])


def seed_bands(exploration: Exploration, fed: Feed, t: int, stop: Stop) -> Iterator[SeedBand]:
    """Yield the band of row ``t`` of the active network, untrained, for ever more seeds until it has `Lens.seeds`.

    Raises
    ------
    Refusal
        If a network can't be made, or a row takes too long.
    Stopped
        When ``stop()`` said so.
    """
    lens, own = exploration.lens, unlearnt(exploration.recipe)
    rows, told = list[Floats](), time.monotonic()
    for i in range(lens.seeds):
        if stop():
            raise Stopped
        recipe = replace(own, seed=(own.seed + i) % 2**32)
        with one_blas_thread():
            rows.append(_row(recipe, exploration, fed, t))
        if i + 1 < lens.seeds and time.monotonic() - told > _TELL:
            told = time.monotonic()
            yield SeedBand(np.array(rows), lens.seeds)
    yield SeedBand(np.array(rows), lens.seeds)


def unlearnt(recipe: Recipe) -> Recipe:
    """Return ``recipe`` as it begins: what was learnt or set by hand belongs to one seed."""
    return replace(recipe, trained=None, record=None, edits=())


def _row(recipe: Recipe, exploration: Exploration, fed: Feed, t: int) -> Floats:
    """Return row t along the chain that is looked at, in the order in which it runs."""
    network, lens = build(recipe, fed.x.shape[1]), exploration.lens
    spectral = lens.norm == "spectral"
    heavy = too_heavy(network.width, t)
    if heavy is not None:
        raise heavy
    level, pair = shown_level(network.architecture, lens.chain), exploration.selection
    chain = level[-1] if pair.t < pair.k else level[0]
    if block_of(chain, lens) is not None:
        raise BadExploration("The band of many seeds is of the whole state: look at all of it, or at one seed.")
    # What comes later is of no matter to who reads forward.
    x = fed.x[: max(t, 1)] if recipe.single else fed.x
    asked = given(recipe, x, fed.symbolic)
    trace = network.forward(asked.x, initial_state(recipe, network), asked.seam, asked.features)
    course = trace.chains[chain.name]
    row = row_log_norms(course, t, spectral)
    return row if spectral else row - 0.5 * np.log(course.width)


def begun_alike(one: Exploration, other: Exploration) -> bool:
    """Return whether the same seeds of the same networks read the same: only what was learnt may differ."""
    return _asked(one) == _asked(other)


def _asked(exploration: Exploration) -> tuple[object, ...]:
    lens = exploration.lens
    return unlearnt(exploration.recipe), exploration.sequence, lens.norm, lens.seeds


Seeds = SeedBand | Refusal | None
"""The band of many seeds, why there is none, or nothing where none is asked for."""
