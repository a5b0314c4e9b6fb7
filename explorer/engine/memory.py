"""How much memory one piece of work may take."""

from __future__ import annotations

import os

_GB = 2**30
_LEAST = 2 * _GB


def most_bytes() -> int:
    """Return the bytes that one piece of work may take: half of the memory, 2 GB at least or where that is not known.

    Not of what happens to be free: the same network is refused, or not, whenever it is asked.
    """
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _LEAST
    return max(_LEAST, memory // 2)
