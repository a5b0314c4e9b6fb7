"""What fits in memory, asked before any of it is allocated, and how much of it is made at a time."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable

from explorer.engine.errors import TooBig

_GB = 2**30
_LEAST = 2 * _GB
# What is made together on a walk along a chain, and how many at most.
_WALK_BYTES = 64 * 2**20
_WALK_MOST = 64


def most_bytes() -> int:
    """Return what a piece of work may take: half of the machine's memory, 2 GB at least or where that is not known.

    Not of what happens to be free: the same network is refused, or not, whenever it is asked.
    """
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _LEAST
    return max(_LEAST, memory // 2)


def at_a_time(each: int) -> int:
    """Return how many arrays of so many bytes each are made together on a walk, one at least."""
    return max(1, min(_WALK_MOST, _WALK_BYTES // max(1, each)))


def is_held(T: int, N: int, needed: Callable[[int, int], int]) -> bool:
    """Return whether T steps of a state of width N take, by ``needed``, no more than `most_bytes`."""
    return needed(T, N) <= most_bytes()


def check_size(T: int, N: int, needed: Callable[[int, int], int]) -> None:
    """Refuse T steps of a state of width N that would take, by ``needed``, more than `most_bytes`.

    Raises
    ------
    TooBig
        With what it would take, how many steps would fit, and how wide a state.
    """
    if is_held(T, N, needed):
        return
    limit = most_bytes()
    told = {"T": T, "N": N, "need": needed(T, N) / _GB, "limit": limit / _GB}
    fits, width = most_of(T, limit, lambda steps: needed(steps, N)), most_of(N, limit, lambda units: needed(T, units))
    if not width:
        raise TooBig(
            "{T} steps of a state of width {N} would need {need:.1f} GB of memory, more than the {limit:.1f} GB allowed: "
            "up to {fits} steps fit.",
            fits=fits, **told,
        )  # fmt: skip
    if not fits:
        raise TooBig(
            "{T} steps of a state of width {N} would need {need:.1f} GB of memory, more than the {limit:.1f} GB allowed: "
            "not even one step fits; a width of {width} does.",
            width=width, **told,
        )  # fmt: skip
    raise TooBig(
        "{T} steps of a state of width {N} would need {need:.1f} GB of memory, more than the {limit:.1f} GB allowed: "
        "up to {fits} steps fit, or a width of {width}.",
        fits=fits, width=width, **told,
    )  # fmt: skip


def most_of(many: int, limit: int, needed: Callable[[int], int]) -> int:
    """Return the largest size below ``many`` that fits, 0 for none."""
    return bisect_left(range(1, many), limit + 1, key=needed)
