"""One recurrence with one set of weights run back through time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from explorer.engine.floats import Floats
from explorer.engine.recurrence.run.roll import Roll


@dataclass(frozen=True, slots=True)
class Unrolled:
    """The gradients on weights by name, on s_0 (…, N), on x (T, …, m) if asked for, and on s_0..s_T (T+1, …, N) in all.

    That on s_t is what comes from later steps and what enters there; what is given out enters where it is a part of s_t.
    """

    weights: Mapping[str, Floats]
    s0: Floats
    x: Floats | None
    s: Floats


def unroll(
    run: Roll,
    g_out: Floats,
    g_s: Floats | None = None,
    detached: Collection[int] = (),
    inputs: bool = False,
    window: int | None = None,
) -> Unrolled:
    """Return the gradients of a run with one set of weights, as `Journey.back` does."""
    found = run.journey.back(g_out, g_s, detached, inputs, window)
    (weights,) = found.weights
    return Unrolled(weights, found.s0, found.x, found.s)
