"""A run made of legs: for so many steps these weights, with the first sequences still running.

Sequences stand longest first, time-major (T, B, …): uneven lengths are legs of fewer rows. A seam between an encoder and a
decoder is a leg with other weights, a deep network of unshared weights one leg for each layer. The state, and the history
that delays read, go on over a seam; nothing behind a sequence's end is worked out, and all is zero there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.pull import Gradients, add
from explorer.engine.recurrence.readings.step import Step, Weights
from explorer.engine.recurrence.run.backward import Return
from explorer.engine.recurrence.run.forward import Stretch
from explorer.engine.recurrence.run.laid import Laid, lay
from explorer.engine.recurrence.run.program import program
from explorer.engine.recurrence.run.share import on_weights
from explorer.engine.recurrence.run.track import Buffer, whole


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """For so many ``steps`` this step with these weights, for the first ``rows`` sequences; all of them where it is None."""

    step: Step
    weights: Weights
    steps: int
    rows: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Back:
    """The gradients on each mapping of weights by name, in the order of their first legs; on s_0 and on s_0..s_T.

    ``weights`` are dictionaries, ``s0`` (B, N), ``s`` (T+1, B, N), ``x`` (T, B, m) if asked for.
    """

    weights: tuple[Mapping[str, Floats], ...]
    s0: Floats
    s: Floats
    x: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """What came of a run: ``s`` (T+1, B, N) from s_0 and ``out`` (T, B, n), without the axis B of a single sequence.

    ``stretches`` hold the values of the legs; ``history`` is s with the older states before s_0 that delays read.
    """

    s: Floats
    out: Floats
    stretches: tuple[Stretch, ...]
    history: Floats
    inputs: int

    @property
    def bytes(self) -> int:
        """Return what is kept for the way back, in bytes."""
        kept = sum(stretch.program.held * stretch.steps * prod(stretch.lead) for stretch in self.stretches)
        return self.history.nbytes + kept * self.history.itemsize

    def back(
        self,
        g_out: Floats,
        g_s: Floats | None = None,
        detached: Collection[int] = (),
        inputs: bool = False,
        window: int | None = None,
    ) -> Back:
        """Return the gradients from ``g_out`` (T, B, n) on what the layer gives out and ``g_s`` (T, B, N) on s_1..s_T.

        Nothing comes back into s_t, nor past it, from later steps where t is ``detached``. With a ``window`` τ the loss of
        step t reaches the steps k with t − k < τ only. What enters behind a sequence's end is left out.
        """
        single = self.s.ndim == 2
        if single:
            g_out, g_s = g_out[:, None], None if g_s is None else g_s[:, None]
        with np.errstate(all="ignore"):
            found = self._back(g_out, g_s, detached, inputs, window)
        if not single:
            return found
        return Back(found.weights, found.s0[0], found.s[:, 0], None if found.x is None else found.x[:, 0])

    def _back(
        self, g_out: Floats, g_s: Floats | None, detached: Collection[int], inputs: bool, window: int | None
    ) -> Back:
        g, T = np.zeros_like(self.history), len(g_out)
        reached: dict[int, tuple[Laid, Gradients]] = {}
        x = np.zeros((T, *self.history.shape[1:-1], self.inputs), g.dtype) if inputs else None
        sliding = window if window is not None and window < T else None
        for stretch, shared in Return(self.stretches, g, g_out, g_s, detached, sliding).legs(inputs):
            found = shared.reached()
            if x is not None:
                shared.given(found, x)
            _add_shared(stretch.laid, found, reached)
        first = len(g) - T - 1
        return Back(_by_weights(self.stretches, reached), g[first], g[first:], x)


def uneven(step: Step, weights: Weights, lengths: NDArray[np.intp] | Sequence[int]) -> list[Leg]:
    """Return the legs of sequences of these lengths, longest first."""
    ends = sorted(set(lengths))
    rows = [sum(length >= end for length in lengths) for end in ends]
    starts = [0, *ends[:-1]]
    return [Leg(step, weights, int(end - start), some) for start, end, some in zip(starts, ends, rows, strict=True)]


def travel(legs: Sequence[Leg], x: Floats, s0: Floats | None = None) -> Journey:
    """Return the run of legs over the inputs x (T, B, m) from s0 (B, N), by default what their equations start from.

    There may be more axes before B, and weights of many networks (R, …) then go with an axis R; a single sequence is
    (T, m). A leg of fewer inputs than m reads the first of them. All is worked out in the precision of x, float64 or
    float32. The legs' states have the same parts.
    """
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    with np.errstate(all="ignore"):
        if x.ndim > 2:
            return _travelled(legs, x, s0)
        one = _travelled(legs, x[:, None], None if s0 is None else s0[None])
        return Journey(one.s[:, 0], one.out[:, 0], one.stretches, one.history, one.inputs)


def _travelled(legs: Sequence[Leg], x: Floats, s0: Floats | None) -> Journey:
    recurrences = {leg.step: leg.step.recurrence for leg in legs}.values()
    past = max(one.longest_delay for one in recurrences) - 1
    before = max([0, *(delay for one in recurrences for delay in one.input_delays)])
    history = _history(legs, x, s0, past)
    inputs = np.concatenate([np.zeros((before, *x.shape[1:]), x.dtype), x]) if before else x
    buffer = Buffer(sum(_kept(leg, x) for leg in legs), x.dtype)
    laid: dict[tuple[int, Step], Laid] = {}
    stretches: list[Stretch] = []
    first = 0
    for leg in legs:
        key = id(leg.weights), leg.step
        if key not in laid:
            laid[key] = lay(leg.step, leg.weights, x.dtype)
        rows = slice(leg.rows)
        stretch = Stretch(
            laid[key], first, leg.steps, history[..., rows, :], inputs[..., rows, :], past, before, []
        ).prepared(buffer)  # fmt: skip
        stretches.append(stretch.run())
        first += leg.steps
    return Journey(history[past:], _out(stretches, history, first), tuple(stretches), history, x.shape[-1])


def _history(legs: Sequence[Leg], x: Floats, s0: Floats | None, past: int) -> Floats:
    """Return room for all states, with what is known of them before the first step."""
    step, shape = legs[0].step, (past + len(x) + 1, *x.shape[1:-1], legs[0].step.N)
    uneven = any(leg.rows not in (None, x.shape[-2]) for leg in legs)
    history = np.zeros(shape, x.dtype) if uneven else np.empty(shape, x.dtype)
    history[: past + 1] = step.start()
    if s0 is not None:
        history[past] = s0
    return history


def _kept(leg: Leg, x: Floats) -> int:
    """Return how many numbers a leg keeps."""
    rows = x.shape[-2] if leg.rows is None else leg.rows
    return program(leg.step).kept * leg.steps * prod(x.shape[1:-2]) * rows


def _out(stretches: Sequence[Stretch], history: Floats, T: int) -> Floats:
    """Return what the layer gives out, in one array: a view of the states where it is a part of them."""
    step, part = stretches[0].step, stretches[0].program.out
    if part is not None and all(stretch.program.out == part for stretch in stretches):
        return part.view(history[stretches[0].past + 1 :])
    out = np.zeros((T, *history.shape[1:-1], *step.shapes[step.recurrence.out]), history.dtype)
    for stretch in stretches:
        steps, rows = slice(stretch.first, stretch.first + stretch.steps), slice(stretch.lead[-1])
        out[steps, ..., rows, :] = whole(stretch.tracks[stretch.step.recurrence.out])
    return out


def _add_shared(laid: Laid, found: Gradients, reached: dict[int, tuple[Laid, Gradients]]) -> None:
    """Add what has reached the nodes that weights alone decide to that of the other legs of the same weights."""
    _, so_far = reached.setdefault(id(laid), (laid, {}))
    for place, g in found.items():
        if laid.values[place] is not None:
            add(so_far, place, g)


def _by_weights(
    stretches: Sequence[Stretch], reached: Mapping[int, tuple[Laid, Gradients]]
) -> tuple[Mapping[str, Floats], ...]:
    """Return the gradients on each mapping of weights, once, in the order of their first legs."""
    gradients: dict[int, dict[str, Floats]] = {}
    for laid in {id(stretch.laid): stretch.laid for stretch in stretches}.values():
        found = on_weights(laid, reached[id(laid)][1])
        so_far = gradients.setdefault(id(laid.weights), {})
        for name, g in found.items():
            so_far[name] = so_far[name] + g if name in so_far else g
    return tuple(gradients.values())
