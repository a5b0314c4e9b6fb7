"""Whether the flow of a chain would fit in memory, asked before anything is run."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from explorer.engine.errors import TooBig
from explorer.engine.flow import allpairs
from explorer.engine.flow.still import table_bytes
from explorer.engine.limits import check_size
from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.readings.structure import (
    COLUMNS_ALIKE,
    DIAGONAL,
    IDENTITY,
    ROWS_ALIKE,
    SMALL,
    UNITS,
    ZERO,
    delays_of,
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


def with_what_fits(refused: TooBig, T: int, architecture: Architecture, chain: Chain) -> TooBig:
    """Return the refusal of all pairs of T steps of a ``chain`` with what of its network would be accepted."""
    return _with_offers(refused, architecture, chain, partial(fits, T))


def chains_by_estimate(T: int, architecture: Architecture, most: float = math.inf) -> bool:
    """Return whether the flow of a network is first estimated, that of a chain at least; see `goes_by_estimate`.

    Raises
    ------
    TooBig
        Where a chain fits in no way: with what of the network would.
    """

    def can_be_shown(step: Step) -> bool:
        try:
            goes_by_estimate(T, step)
        except TooBig:
            return False
        return True

    ways = []
    for chain in architecture.chains:
        try:
            ways.append(goes_by_estimate(T, chain.step, most))
        except TooBig as refused:
            raise _with_offers(refused, architecture, chain, can_be_shown) from None
    return any(ways)


def goes_by_estimate(T: int, step: Step, most: float = math.inf) -> bool:
    """Return whether the flow of T steps is first estimated: all pairs don't fit, or take more than ``most`` operations.

    Raises
    ------
    TooBig
        Where probes would not fit either, with what would.
    """
    try:
        check_fits(T, step)
    except TooBig:
        if not _is_dense(step):
            raise
        _check_probes(T, step)
        return True
    return _is_dense(step) and effort(T, step) > most


def fits(T: int, step: Step) -> bool:
    """Return whether all pairs of T steps fit in memory."""
    try:
        check_fits(T, step)
    except TooBig:
        return False
    return True


def effort(T: int, step: Step) -> float:
    """Return about how many operations all pairs of T steps with a dense J take: 4 N³ for each step and halving.

    Those of a stack are made anew in other scales of its layers, mostly once or twice: see `balanced.trusted`.
    """
    once = 4.0 * step.N**3 * T * max(1.0, math.log2((T + 1) / 8)) + float(step.N * T) ** 2
    layers = {part.rpartition("/")[0] for part in step.parts}
    return once if len(layers) == 1 else 3.0 * once


def effort_of_a_probe(T: int, step: Step) -> float:
    """Return about how many operations one probe takes: with every weight, from each of the steps to each later one."""
    weights = sum(math.prod(shape) for shape in step.weight_shapes().values())
    return float(min(weights, step.N**2)) * T**2


def _is_dense(step: Step) -> bool:
    found = structure(step)
    return found.whole not in SMALL and delays_of(step) == (1,)


def _check_probes(T: int, step: Step) -> None:
    from explorer.engine.flow import probes

    check_size(T, step.N, probes.bytes_needed)


def _needed(step: Step) -> Callable[[int, int], int]:
    """Return what T steps of a state of width N take."""
    found = structure(step)
    delays = delays_of(step)
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


def _with_offers(refused: TooBig, architecture: Architecture, chain: Chain, can_be: Callable[[Step], bool]) -> TooBig:
    # What would fit is worked out, and loaded, only where something does not.
    from explorer.engine.flow.offers import with_offers

    return with_offers(refused, architecture, chain, can_be)
