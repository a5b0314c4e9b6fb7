"""Whether the flow of a chain would fit in memory, asked before anything is run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from explorer.engine.flow import allpairs
from explorer.engine.flow.still import table_bytes
from explorer.engine.limits import check_size
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.readings.structure import (
    COLUMNS_ALIKE,
    DIAGONAL,
    IDENTITY,
    ROWS_ALIKE,
    UNITS,
    ZERO,
    structure,
)


def check_fits(T: int, step: Step) -> None:
    """Refuse T steps of a recurrence whose flow would take more memory than there is, by the structure of its J.

    Raises
    ------
    TooBig
        With what it would take, how many steps would fit, and how wide a state.
    """
    check_size(T, step.N, _needed(step))


def _needed(step: Step) -> Callable[[int, int], int]:
    """Return what T steps of a state of width N take."""
    found = structure(step)
    delays = tuple(sorted({1, *(delay for _, _, delay in found.blocks)}))
    if delays != (1,):
        from explorer.engine.flow import delayed

        return partial(delayed.bytes_needed, delays)
    if found.whole in (ROWS_ALIKE, COLUMNS_ALIKE):
        rows, columns = step.state_shape(step.recurrence.states[0].name)
        copies = rows if found.whole == ROWS_ALIKE else columns
        return lambda T, N: allpairs.bytes_needed(T, -(-N // copies))
    if found.whole in (DIAGONAL, UNITS):
        from explorer.engine.flow import units

        return partial(units.bytes_needed, 1 if found.whole == DIAGONAL else len(step.parts))
    return table_bytes if found.whole in (ZERO, IDENTITY) else allpairs.bytes_needed
