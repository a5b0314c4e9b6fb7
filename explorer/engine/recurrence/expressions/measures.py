"""Measures: what makes one number of a vector, by the same rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.norms import norm_of_logs, norms
from explorer.engine.recurrence.expressions.interval import Interval, Reach, within
from explorer.engine.recurrence.expressions.logs import positive
from explorer.engine.signed import Signed


@dataclass(frozen=True, slots=True)
class Measure:
    """A function (…, n) → (…) with its gradient (…, n), its exact change, and the first two in logarithms.

    No entry of the vector is above it.
    """

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    change: Callable[[Floats, Floats], Floats]
    log_value: Callable[[Signed], Signed]
    log_slope: Callable[[Signed], Signed]
    reach: Reach


def _logsumexp(v: Floats) -> Floats:
    top = v.max(axis=-1)
    shift = np.where(np.isfinite(top), top, 0.0)
    return np.asarray(shift + np.log(np.exp(v - shift[..., None]).sum(axis=-1)))


def _logsumexp_change(v: Floats, d: Floats) -> Floats:
    y = _logsumexp(v)[..., None]
    moved = (np.exp(v - y) * np.expm1(d)).sum(axis=-1)
    return np.where(np.abs(moved) < 0.5, np.log1p(moved), _logsumexp(v - y + d))


def _norm_change(v: Floats, d: Floats) -> Floats:
    # The difference of two squares, by what they add up to.
    before, after = norms(v), norms(v + d)
    size = (before + after)[..., None]
    return np.asarray((d * ((v + v + d) / np.where(size > 0, size, 1.0))).sum(axis=-1))


def _norm_slope(v: Floats) -> Floats:
    size = norms(v)[..., None]
    return v / np.where(size > 0, size, 1.0)


def _log_norm_slope(v: Signed) -> Signed:
    size = norm_of_logs(v.log)[..., None]
    return Signed(np.where(np.isneginf(size), -np.inf, v.log - np.where(np.isneginf(size), 0.0, size)), v.sign)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "logsumexp": Measure(
            _logsumexp, lambda v: np.exp(v - _logsumexp(v)[..., None]), _logsumexp_change,
            lambda v: Signed.of(_logsumexp(v.value())),
            lambda v: positive(v.value() - _logsumexp(v.value())[..., None]),
            lambda v: Interval(v.low),
        ),
        "norm": Measure(
            norms, _norm_slope, _norm_change, lambda v: positive(norm_of_logs(v.log)), _log_norm_slope,
            within(0.0),
        ),
    }
)  # fmt: skip
"""What makes a number of a vector, by name. The slope of a norm at zero is zero."""
