"""An inspection with the same row of many seeds, as they come to be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from explorer.engine.errors import Refusal
from explorer.engine.work import Stop, never
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.seeds import seed_bands


def seeded(inspection: Inspection, stop: Stop = never) -> Iterator[Inspection]:
    """Yield ``inspection`` with the band of ever more seeds until there are as many as are asked for, if any are.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    analysis = inspection.analysis
    if not analysis.exploration.lens.seeds:
        return
    try:
        for band in seed_bands(analysis.exploration, analysis.feed, inspection.t, stop):
            yield replace(inspection, seeds=band)
    except Refusal as refusal:
        yield replace(inspection, seeds=refusal)
