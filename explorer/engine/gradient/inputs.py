"""How much each input mattered to a loss, however little that is: ∂L/∂x made again on scales of its own."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.items import Items
from explorer.engine.gradient.ways import Way
from explorer.engine.norms import log_norms


def log_inputs(items: Items) -> Floats:
    """Return ln ‖∂L/∂x_k‖ (T,), k = 1..T, of the terms that are kept: −inf for a true zero, and e^−5000 is a number."""
    T, m = items.trace.x.shape
    sums, log = np.zeros((T, m)), np.full(T, -np.inf)
    with np.errstate(all="ignore"):
        first = items.trace.network.architecture.levels[0]
        for way in (one for one in items.ways if one.chain in first):
            for vectors, scale in items.sources(way):
                for name, delay in way.credit.shares.inputs.items():
                    # What is read late belongs to the step at which it was given.
                    read = way.turned(np.arange(T))
                    known = read >= delay
                    parts = _parts(way, name, read[known], vectors[known])
                    _add(sums, log, way.turned(read[known] - delay), parts, scale[known])
        return log + log_norms(sums)


def _parts(way: Way, name: str, steps: np.ndarray, vectors: Floats) -> Floats:
    """Return what δ of some steps (P, D), as the chain counts them, brings to an input (P, m)."""
    shares = way.credit.shares
    return np.concatenate([shares.part(name, int(k), row[None]) for k, row in zip(steps, vectors, strict=True)])


def _add(sums: Floats, log: Floats, steps: np.ndarray, parts: Floats, scale: Floats) -> None:
    """Add e^scale · parts to e^log · sums at some steps, all different."""
    top = np.maximum(log[steps], scale)
    shift = np.where(np.isfinite(top), top, 0.0)
    mine, theirs = np.exp(log[steps] - shift)[:, None] * sums[steps], np.exp(scale - shift)[:, None] * parts
    sums[steps], log[steps] = mine + theirs, np.where(np.isfinite(top), top, log[steps])
