"""What a row of `benchmarks.theory` holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """One number: ``measure`` works the program's own out; ``within`` is how far it may lie from the ``theory``."""

    what: str
    setting: str
    source: str
    theory: float
    measure: Callable[[], float]
    within: float
