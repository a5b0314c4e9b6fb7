"""What a reader may make of a file, asked before anything is made."""

from __future__ import annotations

import math
from collections.abc import Sequence

from explorer.engine.errors import Damage
from explorer.engine.limits import most_bytes

MOST_ARRAYS = 100_000
MOST_AXES = 32
MOST_VALUES = 1_000_000
"""Of all numbers, texts, lists and dicts beside the arrays."""
DEEPEST = 64
"""Lists in lists."""


def most_of_a_file() -> int:
    """Return how many bytes of a file are read: a quarter of what a piece of work may take, as its weights become float64."""
    return most_bytes() // 4


def count_of(shape: Sequence[object], most: int) -> int:
    """Return how many numbers an array of a shape has.

    Raises
    ------
    Damage
        If it is no shape, or has more than ``most``.
    """
    if len(shape) > MOST_AXES:
        raise Damage("an array is not described as one")
    sizes = []
    for size in shape:
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise Damage("an array is not described as one")
        sizes.append(size)
    # Beside a zero any other size would pass.
    if max(sizes, default=0) > most or (count := math.prod(sizes)) > most:
        raise Damage("an array would have more numbers than the file")
    return count
