"""What fits in memory: asked before any of it is allocated."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from explorer.engine.errors import TooBig
from explorer.engine.flow.allpairs import bytes_needed
from explorer.engine.memory import most_bytes

_GB = 2**30


def check_size(T: int, N: int, needed: Callable[[int, int], int] = bytes_needed) -> None:
    """Refuse T steps of a state of width N that would take, by ``needed``, more than `most_bytes`.

    Raises
    ------
    TooBig
        With what it would take, how many steps would fit, and how wide a state.
    """
    limit = most_bytes()
    if needed(T, N) <= limit:
        return
    told = {"T": T, "N": N, "need": needed(T, N) / _GB, "limit": limit / _GB}
    fits, width = _most(T, limit, lambda steps: needed(steps, N)), _most(N, limit, lambda units: needed(T, units))
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


def _most(many: int, limit: int, needed: Callable[[int], int]) -> int:
    """Return the largest size below ``many`` that fits, 0 for none."""
    return bisect_left(range(1, many), limit + 1, key=needed)
