"""Products by their labels, with any leading axes: plain ones by matrix products, and the same in logarithms.

The last axes of an array carry its labels; what stands before them are leading axes (steps, sequences, networks), which go
together as NumPy broadcasts them. An array with no leading axes is the same for all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.expression import Contraction
from explorer.engine.signed import Signed


def spread(array: Floats, labels: str, over: str) -> Floats:
    """Return an array (…, labels) with axes of length one for those of ``over`` that it lacks, in the order of ``over``."""
    if labels == over or not np.ndim(array):
        return array
    order, index = _spreading(labels, over)
    if order is not None:
        lead = np.ndim(array) - len(labels)
        array = array.transpose(*range(lead), *(lead + place for place in order))
    return array[index]


@cache
def _spreading(labels: str, over: str) -> tuple[tuple[int, ...] | None, tuple[Any, ...]]:
    """Return in which order the labels stand in ``over``, None for theirs, and where the axes that are missing go."""
    order = "".join(label for label in over if label in labels)
    places = None if order == labels else tuple(labels.index(label) for label in order)
    return places, (..., *(slice(None) if label in labels else None for label in over))


def contract(rule: Contraction, *arrays: Floats) -> Floats:
    """Return the product; the shape is (…, out)."""
    if len(arrays) == 1:
        return _arranged(arrays[0], rule.labels[0], rule.out)
    (a, b), (of_a, of_b) = arrays, rule.labels
    if not rule.summed:
        return np.multiply(spread(a, of_a, rule.out), spread(b, of_b, rule.out))
    if of_a == of_b == rule.summed and len(of_a) == 1:
        return np.asarray(np.vecdot(a, b))
    if _is_product_of_matrices(rule):
        return _product(rule, a, b)
    every = rule.out + rule.summed
    axes = tuple(range(-len(rule.summed), 0))
    return np.asarray((spread(a, of_a, every) * spread(b, of_b, every)).sum(axis=axes))


@cache
def _is_product_of_matrices(rule: Contraction) -> bool:
    """Return whether a product sums over one label that both have, and shares no other."""
    a, b = rule.labels
    return len(rule.summed) == 1 and max(len(a), len(b)) == 2 and set(a) & set(b) == set(rule.summed)


def _arranged(array: Floats, labels: str, out: str) -> Floats:
    """Return one array summed over what is not in ``out``, turned, and with the axes that it lacks.

    A plain number goes with any shape as it is, and what it stands for has been summed already.
    """
    if not np.ndim(array):
        return array
    gone = tuple(place - len(labels) for place, label in enumerate(labels) if label not in out)
    kept = "".join(label for label in labels if label in out)
    return spread(np.asarray(array.sum(axis=gone)) if gone else array, kept, out)


def _product(rule: Contraction, a: Floats, b: Floats) -> Floats:
    """Return a product that sums over one label, as one of matrices."""
    k = rule.summed
    if rule.out and rule.out[0] in rule.labels[1]:
        a, b, labels = b, a, rule.labels[::-1]
    else:
        labels = rule.labels
    if len(labels[1]) == 1:
        return _matrix_vector(_turned(a, labels[0], rule.out + k), b)
    if len(labels[0]) == 1:
        return _matrix_vector(_turned(b, labels[1], rule.out + k), a)
    return _turned(a, labels[0], rule.out[0] + k) @ _turned(b, labels[1], k + rule.out[1])


def _turned(array: Floats, labels: str, to: str) -> Floats:
    return array if labels == to else array.mT


def _matrix_vector(M: Floats, v: Floats) -> Floats:
    """Return M v (…, p) for M (…, p, k) and v (…, k): one product of matrices where M is the same for all sequences."""
    if M.ndim == 2:
        return (v.reshape(-1, v.shape[-1]) @ M.mT).reshape(*v.shape[:-1], len(M))
    if v.ndim > 1 and M.shape[-3] == 1:
        return v @ M[..., 0, :, :].mT
    return (M @ v[..., None])[..., 0]


def contract_logs(rule: Contraction, *arrays: Signed) -> Signed:
    """Return the product in logarithms; where all lies in the middle of float64 it is the plain one's."""
    if len(arrays) == 1:
        return _arranged_logs(arrays[0], rule.labels[0], rule.out)
    if rule.summed and all(logs.near(one) for one in arrays):
        return Signed.of(contract(rule, *(one.value() for one in arrays)))
    if _is_product_of_matrices(rule) and all(len(labels) == 2 for labels in rule.labels):
        return _log_product(rule, *arrays)
    if _is_product_of_matrices(rule) and (rows := _log_rows(rule, *arrays)) is not None:
        return rows
    every = rule.out + rule.summed
    a, b = (spread_logs(one, labels, every) for one, labels in zip(arrays, rule.labels, strict=True))
    whole = logs.product(a, b)
    return logs.summed(whole, tuple(range(-len(rule.summed), 0))) if rule.summed else whole


def contract_logs_and_sizes(rule: Contraction, *arrays: Signed) -> tuple[Signed, Floats]:
    """Return the product in logarithms, and ln of what the sizes of the summands of each entry add up to."""
    if len(arrays) == 2 and rule.summed and all(logs.near(one) for one in arrays):
        plain = [one.value() for one in arrays]
        with np.errstate(divide="ignore"):
            sizes = np.log(contract(rule, *map(np.abs, plain)))
        return Signed.of(contract(rule, *plain)), sizes
    return contract_logs(rule, *arrays), contract_logs(rule, *map(logs.size, arrays)).log


def _log_product(rule: Contraction, a: Signed, b: Signed) -> Signed:
    row, column, k = rule.out[0], rule.out[1], rule.summed
    of_a, of_b = rule.labels
    if column in of_a:
        a, b, of_a, of_b = b, a, of_b, of_a
    a, b = (
        Signed(_turned(one.log, labels, to), _turned(one.sign, labels, to))
        for one, labels, to in ((a, of_a, row + k), (b, of_b, k + column))
    )
    return logs.matrix_product(a, b)


def _log_rows(rule: Contraction, a: Signed, b: Signed) -> Signed | None:
    """Return the product of one matrix and many vectors (R, k) as one of matrices, None where it is not that."""
    (M, labels), (v, _) = sorted(zip((a, b), rule.labels, strict=True), key=lambda one: -len(one[1]))
    if M.log.ndim != 2 or v.log.ndim != 2:
        return None
    to = rule.summed + rule.out
    return logs.matrix_product(v, Signed(_turned(M.log, labels, to), _turned(M.sign, labels, to)))


def spread_logs(a: Signed, labels: str, over: str) -> Signed:
    """Return the same as `spread`."""
    return Signed(spread(a.log, labels, over), spread(a.sign, labels, over))


def _arranged_logs(a: Signed, labels: str, out: str) -> Signed:
    gone = tuple(place - len(labels) for place, label in enumerate(labels) if label not in out)
    kept = "".join(label for label in labels if label in out)
    return spread_logs(logs.summed(a, gone) if gone else a, kept, out)


@cache
def adjoint(rule: Contraction, which: int) -> Contraction:
    """Return how the gradient on argument ``which`` follows from the other argument, if any, and from that on the product."""
    others = tuple(labels for place, labels in enumerate(rule.labels) if place != which)
    return Contraction((*others, rule.out), rule.labels[which])
