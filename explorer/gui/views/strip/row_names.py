"""What the rows of the unrolled network are called at their left, where there is room for it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from explorer.gui.views.strip.depth import Lane, rows_of
from explorer.gui.views.strip.layout import Layout, Span
from explorer.workspace.scales.ticks import Tick


def _named(rows: Iterable[tuple[Lane, Span]], apart: float) -> Iterator[tuple[float, str]]:
    """Yield where lanes stand that have room for their names, each so far below the last, and these names."""
    last = -math.inf
    for lane, row in sorted(rows, key=lambda one: one[1].top):
        if row.middle - last >= apart:
            last = row.middle
            yield row.middle, lane.name


def axis_ticks(
    rows: Layout, height: float, text: float, t: str, ends: tuple[str, str], lanes: tuple[Lane, ...] = ()
) -> list[Tick]:
    """Return the names of the rows and where they stand, 0 at the bottom and 1 at the top; ``text`` is their height."""
    ticks = [(rows.o.middle, "oₜ"), (rows.x.middle, "xₜ")]
    if rows.mark.height > 0:
        ticks.append((rows.mark.middle, "∂L/∂x"))
    ticks += _named(rows_of(lanes, rows.above, rows.below), 0.8 * text)
    if rows.circles:
        ticks.append((rows.s.middle, "sₜ"))
    else:
        ticks += [(rows.band.middle, "sₜ"), (rows.ring.middle, t)]
        if rows.band.middle - rows.arrow.middle > 0.8 * text:
            ticks.append((rows.arrow.middle, "Jₜ"))
    if all(ends) and rows.x.height > 2.2 * text:
        ticks += [(rows.x.top, ends[0]), (rows.x.bottom, ends[1])]
    return [(1.0 - y / height, name) for y, name in ticks]
