"""What every part of an exploration is checked by when it is made."""

from __future__ import annotations

import math
from collections.abc import Iterable

from explorer.engine.errors import BadExploration
from explorer.engine.names import unknown


def one_of(what: str, name: str, names: Iterable[str]) -> None:
    """Refuse a ``name`` that is not one of ``names``.

    Raises
    ------
    BadExploration
        With the nearest one, and all that there are.
    """
    if name not in names:
        raise unknown(what, name, names, BadExploration)


def check_range(what: str, value: float, low: float, high: float) -> None:
    """Refuse a ``value`` outside ``low``..``high``, or NaN.

    Raises
    ------
    BadExploration
        With the range.
    """
    if not (low <= value <= high):
        raise BadExploration(
            "{what} is {value}; it must lie between {low} and {high}.", what=what, value=value, low=low, high=high
        )


def finite(what: str, value: float) -> None:
    """Refuse a ``value`` that is not finite.

    Raises
    ------
    BadExploration
        With the value.
    """
    if not math.isfinite(value):
        raise BadExploration("{what} is {value}; it must be a finite number.", what=what, value=value)
