"""Small maps of every block of a chain's products: from which layer, or part of the state, into which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from explorer.engine import Flow
from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.work import Report, Stop
from explorer.workspace.looks.levels import parts_of
from explorer.workspace.looks.running import Run

Block = tuple[str, str]
"""Into which part, and out of which."""


def block_maps(run: Run, stop: Stop, report: Report) -> Iterator[Mapping[Block, Floats]]:
    """Yield ln gains (T+1, T+1) of more and more blocks, in the sequence's time; none of a flow that is an estimate.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    names, found = parts_of(run.course.chain), dict[Block, Floats]()
    for done, into in enumerate(names):
        for out_of in names:
            if stop():
                raise Stopped
            gain = _gain(run, into, out_of)
            if gain is not None:
                found[into, out_of] = gain
        report((done + 1) / len(names))
        yield dict(found)


def _gain(run: Run, into: str, out_of: str) -> Floats | None:
    if not isinstance(run.flow, Flow):
        return None
    own = run.flow.block(into, out_of).log_gain
    other = None if run.opposite is None else _gain(run.opposite, into, out_of)
    if other is None:
        return own
    lower = np.tri(len(own), dtype=bool)
    return np.where(lower.T if run.backward else lower, own, other)
