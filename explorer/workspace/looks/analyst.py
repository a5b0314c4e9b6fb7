"""`Analyst`: works an exploration out and tells it in the order in which it is needed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from explorer.engine.floats import Floats
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.looks.analysis import (
    Analysis,
    Inspection,
    analyse,
    grown,
    inspect,
    looked_at,
    needs_analysis,
    seen_again,
    with_spectrum,
)
from explorer.workspace.looks.comparison import Comparison, Side, comparison_of
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.others import Others, are_light
from explorer.workspace.looks.river import Stream, soon_of
from explorer.workspace.looks.seeding import seeded
from explorer.workspace.looks.seeds import SeedBand, begun_alike
from explorer.workspace.looks.wide import AT_ONCE
from explorer.workspace.scales.contours import pieces

_FAIR = 16
"""Directions that estimate well enough for the close look to be completed before there are more."""
_SELDOM, _PATIENCE = 0.12, 0.1
"""Seconds after which a network beside may finish although it was overtaken, and for how long it may be worked on then."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What was told already once more, with more of it: with networks that stand beside, at last with its singular values."""

    inspection: Inspection


class Analyst:
    """Answers explorations one after another, and remembers the last analysis so that a mere look costs little.

    It belongs to one thread.
    """

    def __init__(self) -> None:
        self._last: Analysis | None = None
        self._judged: Judged | None = None
        self._river: Stream | None = None
        self._others, self._told = Others(), 0.0
        self._seeds: Inspection | None = None

    def look(self, exploration: Exploration, stop: Stop, report: Report) -> Iterator[Inspection | Completed]:
        """Yield the inspection of ``exploration`` without its singular values, then what completes it.

        Where networks stand side by side the active one is told first, with what is known of the others, and these follow.
        Where the flow is an estimate, inspections of better and better ones follow, until it is exact.
        """
        self._others.begin(exploration)
        if self._last is None or needs_analysis(self._last.exploration, exploration):
            self._last = analyse(exploration, stop, report, AT_ONCE, self._others.run_of(exploration.recipe))
        else:
            self._last = looked_at(self._last, exploration)
        self._others.keep(exploration.recipe, self._last.run)
        inspection = inspect(self._last, stop, self._judged, soon=True)
        self._river = soon_of(self._last.run, inspection.selection.t, self._river, stop)
        inspection = replace(inspection, river=self._river, lines=_lines(self._last))
        self._judged = inspection.judged
        missing = self._missing(exploration, stop)
        yield (inspection := self._compared(self._known_seeds(inspection), stop))
        for recipe in missing:
            self._work_out(recipe, self._overtaken(stop))
            yield Completed(inspection := self._compared(inspection, stop))
        if inspection.later:
            yield (inspection := self._looked_closely(inspection, stop))
        while self._last.estimated and not _is_fair(self._last):
            yield (inspection := self._grown(inspection, stop, report))
        yield Completed(inspection := with_spectrum(inspection, stop))
        if self._in_doubt(exploration, stop):
            yield Completed(inspection := self._compared(inspection, stop))
        for seen in self._seeded(inspection, stop):
            yield Completed(inspection := seen)
        while self._last.estimated:
            yield (inspection := self._grown(inspection, stop, report))
        while exploration.stage != "alone" and self._others.rough:
            self._others.grow(stop)
            yield Completed(inspection := self._compared(inspection, stop))

    def _known_seeds(self, inspection: Inspection) -> Inspection:
        """Return ``inspection`` with its band of many seeds if that is known: a training changes none of it."""
        known = self._seeds
        if known is None or known.t != inspection.t:
            return inspection
        same = begun_alike(known.analysis.exploration, inspection.analysis.exploration)
        return replace(inspection, seeds=known.seeds) if same else inspection

    def _seeded(self, inspection: Inspection, stop: Stop) -> Iterator[Inspection]:
        """Yield ``inspection`` with the band of ever more seeds of its network, where they are asked for."""
        known = inspection.seeds
        whole = known is not None and not (isinstance(known, SeedBand) and known.count < known.asked)
        if whole:
            return
        for found in seeded(inspection, stop):
            yield found
            self._seeds = found

    def _missing(self, exploration: Exploration, stop: Stop) -> list[Recipe]:
        """Return which networks beside the active one are to be worked out after it; light ones are at once."""
        if exploration.stage == "alone":
            return []
        assert self._last is not None
        missing = self._others.missing(exploration)
        if not are_light(missing, self._last.feed):
            return missing
        for recipe in missing:
            self._work_out(recipe, stop)
        return []

    def _work_out(self, recipe: Recipe, stop: Stop) -> None:
        assert self._last is not None
        self._others.work_out(recipe, self._last.feed, self._last.exploration.lens, stop, AT_ONCE)
        self._told = time.monotonic()

    def _in_doubt(self, exploration: Exploration, stop: Stop) -> bool:
        """Return whether anything that is shown of networks side by side may be rounding and nothing else."""
        told = exploration.stage != "alone" and exploration.lens.quantity != "flow"
        return told and self._others.doubt(exploration, stop)

    def _overtaken(self, stop: Stop) -> Stop:
        """Return when work on a network beside is to end: a drag must see it move now and then, the active one always."""
        begun, due = time.monotonic(), self._told + _SELDOM

        def overtaken() -> bool:
            now = time.monotonic()
            return stop() and (now < due or now > begun + _PATIENCE)

        return overtaken

    def _compared(self, inspection: Inspection, stop: Stop) -> Inspection:
        """Return the same close look with all that is known of the networks that stand side by side."""
        exploration = inspection.analysis.exploration
        if exploration.stage == "alone":
            return inspection
        known = self._others.known(exploration)
        shown = partial(self._others.shown, exploration, inspection.analysis.feed, stop)
        judged, asked = inspection.judged, exploration.lens.quantity
        last_row = asked != "flow" and judged is not None and judged.at == "last"
        pair = inspection.selection
        unsure = partial(self._others.unsure, exploration)
        found = comparison_of(exploration, known, pair.t, pair.k, shown, unsure, last_row)
        return replace(inspection, comparison=_with_lines(found))

    def _looked_closely(self, inspection: Inspection, stop: Stop) -> Inspection:
        """Return the same with the product that was left for later."""
        assert self._last is not None
        found = inspect(self._last, stop, self._judged)
        return replace(
            found,
            river=inspection.river,
            lines=inspection.lines,
            comparison=inspection.comparison,
            seeds=inspection.seeds,
        )

    def _grown(self, inspection: Inspection, stop: Stop, report: Report) -> Inspection:
        """Return the same close look by a better estimate."""
        assert self._last is not None
        self._last = grown(self._last, stop, report)
        self._others.keep(self._last.exploration.recipe, self._last.run)
        return self._compared(replace(seen_again(inspection, self._last), lines=_lines(self._last)), stop)


def _is_fair(analysis: Analysis) -> bool:
    """Return whether an estimate is good enough for the close look to be completed before it gets better."""
    estimate = analysis.run.estimate
    return estimate is not None and estimate.every == 1 and estimate.probes >= _FAIR


def _with_lines(comparison: Comparison) -> Comparison:
    """Return the same with the pieces of the contours of every network of which all pairs are shown."""
    if comparison.last_row:
        return comparison
    sides = comparison.sides
    cut = (
        replace(side, lines=pieces(side.shown, comparison.decades)) if isinstance(side, Side) else side
        for side in sides
    )
    return replace(comparison, sides=tuple(cut))


def _lines(analysis: Analysis) -> tuple[tuple[int, Floats], ...] | None:
    """Return the pieces of the contours of the map, which need not be cut in the thread that paints them."""
    lens = analysis.exploration.lens
    if analysis.exploration.stage != "alone" or lens.quantity != "flow":
        return None
    return pieces(analysis.run.square, analysis.decades)
