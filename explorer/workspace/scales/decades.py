"""From where to where a decay is shown: decades, in steps that stay while a slider is dragged."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from explorer.engine.floats import Floats
from explorer.workspace.scales.ticks import rounded_down

_FLOOR, _PAD = 0.09, 0.06
_LEAST, _FLAT, _MARGIN = 3.0, 10.0, 0.5
_NEAR = 0.95
_LOCKED_LEAST = 6
"""Decades either way: the usual threshold is in sight."""


# Rows that span less than so many decades are nearly flat; so much room above them others may have.
_FLATTISH, _HEADROOM = 1.0, 3.0


def decade_range(row: Floats, others: Iterable[Floats], threshold: float, floor: bool) -> tuple[float, float]:
    """Return the lowest and the highest log10 to show: all finite values of ``row``, 0, and what else has room.

    First the log10 ``threshold``, where it is not far below, then the finite values of ``others`` on either side; together
    they add no more than the row spans, or up to nine decades where it is nearly flat. The ends move in round steps, and
    are three decades apart at least. ``floor`` leaves room for zeros underneath.
    """
    row_low, row_high = _ends([row], 0.0, 0.0)
    own = row_high - row_low
    grain = max(rounded_down(own / 5.0), 0.5)
    low, high = grain * math.floor(row_low / grain), grain * math.ceil(row_high / grain)
    room = max(2.0 * (high - low), min(_FLAT, 12.0 - 6.0 * own)) - (high - low)
    near = grain * math.floor((threshold - _MARGIN) / grain)
    if 0.0 < low - near <= _NEAR * room:
        room, low = room - (low - near), near
    far_low, far_high = _ends(others, low, high)
    down, up = _shared(low - far_low, far_high - high, room)
    if own < _FLATTISH:
        # Beside a row that is nearly flat, what explodes is seen to do so.
        up = max(up, min(far_high - high, _HEADROOM))
    low, high = low - grain * math.floor(down / grain), high + grain * math.floor(up / grain)
    low, high = _grown(low, high, (row_low, row_high), grain)
    return (low - _FLOOR * (high - low) if floor else low), high


def locked_range(row: Floats, decades: int) -> tuple[float, float]:
    """Return the ends of an axis that spans as many log10 for every ``row`` on one scale of colours, 10^±``decades``.

    So slopes can be compared from row to row, from network to network. It lies about 0; for a row that leaves it there, 0 is
    at its top or at its foot. What is beyond the axis is beyond the colours, too.
    """
    reach = max(decades, _LOCKED_LEAST) + _MARGIN
    low, high = _ends([row], 0.0, 0.0)
    if -reach <= low and high <= reach:
        return -reach, reach
    if -low >= high:
        top = math.ceil(high + _MARGIN)
        return top - 2.0 * reach, float(top)
    foot = math.floor(low - _MARGIN)
    return float(foot), foot + 2.0 * reach


def snapped(log10: float) -> float:
    """Return the log10 of a threshold in steps of a tenth, held at whole decades."""
    whole = round(log10)
    return float(whole) if abs(log10 - whole) < 0.15 else round(log10, 1)


def _ends(rows: Iterable[Floats], low: float, high: float) -> tuple[float, float]:
    """Return the least and the greatest of all finite values, ``low`` and ``high``."""
    for row in rows:
        finite = row[np.isfinite(row)]
        low, high = float(finite.min(initial=low)), float(finite.max(initial=high))
    return low, high


def _shared(down: float, up: float, room: float) -> tuple[float, float]:
    """Return how much of ``room`` two sides get that want ``down`` and ``up``: half each, or what the other leaves."""
    return min(down, max(room / 2.0, room - up)), min(up, max(room / 2.0, room - down))


def _grown(low: float, high: float, row: tuple[float, float], grain: float) -> tuple[float, float]:
    """Return the ends at least three decades apart, and so far from the ``row``'s own that its line is not cut."""
    pad = _PAD * max(high - low, _LEAST)
    low = low if row[0] - low >= pad else low - grain * math.ceil(pad / grain)
    high = high if high - row[1] >= pad else high + grain * math.ceil(pad / grain)
    lack = max(_LEAST - (high - low), 0.0) / 2.0
    return low - lack, high + lack
