"""J_t as a function of the weights that carry the state, all else held fixed: what Ω is differentiated through.

A weight carries the state where it multiplies what depends on s_{t−1}: in ``W @ h``, ``u * h``, ``W @ (f * h)``, and between
the layers of a stack. Slopes, gates and what x alone decides are coefficients and stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.network.passage import Along
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.expressions.contract import adjoint, contract
from explorer.engine.recurrence.expressions.expression import ONCE, Contraction, Leaf
from explorer.engine.recurrence.readings.moved import moved
from explorer.engine.recurrence.readings.pull import Gradients, add, as_given, carry, folded, full, reach
from explorer.engine.recurrence.readings.step import Given, Step, Values, Weights
from explorer.engine.recurrence.readings.value import values

Some = NDArray[np.bool_]


@dataclass(frozen=True)
class Frozen:
    """Some steps of sequences, R rows, that one set of weights runs: ``arriving`` (R, N) is ∂E/∂s_t of each."""

    piece: Piece
    at: int | None
    found: Values
    arriving: Floats

    @property
    def step(self) -> Step:
        """Return the step."""
        return self.piece.step

    @cached_property
    def leaving(self) -> Floats:
        """Return the same times J_t (R, N)."""
        past = np.zeros_like(self.arriving)
        for place, node in enumerate(self.step.recurrence.graph):
            leaf = node.operator
            if isinstance(leaf, Leaf) and (leaf.kind, leaf.delay) == ("state", 1) and place in self._reached:
                g = self._reached[place]
                past[:, self.step.parts[leaf.name]] += g.reshape(len(past), -1)
        return past

    def by_weights(self, weight: Floats, d: Floats) -> dict[str, Floats]:
        """Return the gradient of Σ weight (R,) · arriving J_t d (R, N) on what the equations call their weights."""
        with np.errstate(all="ignore"):
            return self._leaves(self._on_factors(weight, moved(self.step, self.found, d)))

    @cached_property
    def _reached(self) -> Gradients:
        return reach(self.step, self.found, self.arriving)

    def _on_factors(self, weight: Floats, far: dict[int, Floats]) -> Gradients:
        """Return the gradients on what is made of weights alone and multiplies what moves."""
        graph, found = self.step.recurrence.graph, Gradients()
        for place, node in enumerate(graph):
            if not isinstance(node.operator, Contraction) or len(node.args) < 2 or place not in self._reached:
                continue
            for which, arg in enumerate(node.args):
                other = node.args[1 - which]
                if graph[arg].stage != ONCE or other not in far:
                    continue
                g = self._reached[place]
                g = g * weight.reshape(-1, *[1] * (g.ndim - 1))
                whole = full(contract(adjoint(node.operator, which), far[other], g), self.step.shapes[arg])
                add(found, arg, folded(whole, np.shape(self.found[arg])))
        return found

    def _leaves(self, reached: Gradients) -> dict[str, Floats]:
        graph = self.step.recurrence.graph
        carry(self.step, self.found, reached, reversed([p for p, node in enumerate(graph) if node.stage <= ONCE]))
        return {
            node.operator.name: as_given(reached[place], len(node.shape))
            for place, node in enumerate(graph)
            if isinstance(node.operator, Leaf) and node.operator.kind == "weight" and place in reached
        }


def frozen(along: Along, g: Floats) -> Iterator[Frozen]:
    """Yield the steps of a chain's part of a batch; ``g`` (T+1, B, N) are the gradients on its states."""
    for piece, at, weights, some in _served(along):
        given = _given(piece.step, along, some)
        yield Frozen(piece, at, values(piece.step, weights, given), g[1:][some])


def _served(along: Along) -> Iterator[tuple[Piece, int | None, Weights, Some]]:
    """Yield which weights serve which steps (T, B) of the sequences."""
    t, B = np.arange(len(along.x))[:, None], len(along.lengths)
    inside = t < along.lengths
    seam = along.seam if along.seam is not None else len(along.x)
    halves = along.chain.whole.halves
    for number, half in enumerate(halves):
        mine = inside & (t < seam if number == 0 and len(halves) > 1 else t >= seam * number)
        weights = along.network.of(half)
        for at in range(len(along.x)) if half.steps else (None,):
            some = mine if at is None else mine & (t - seam * number == at)
            if np.broadcast_to(some, (len(along.x), B)).any():
                yield half, at, {n: w[at] if n in half.steps else w for n, w in weights.items()}, some


def _given(step: Step, along: Along, some: Some) -> Given:
    """Return what some steps (T, B) were given, one after the other (R, …)."""
    x, s, T = along.x[..., : step.inputs], along.s, len(along.x)
    recurrence, B = step.recurrence, x.shape[1]
    past, before = recurrence.longest_delay - 1, max([0, *recurrence.input_delays])
    states = np.concatenate([np.broadcast_to(step.start(), (past, B, step.N)).astype(s.dtype), s[:-1]])
    inputs = np.concatenate([np.zeros((before, *x.shape[1:]), x.dtype), x])
    return Given(
        s[:-1][some], x[some], (np.nonzero(some)[0] + 1).astype(x.dtype),
        {delay: states[past + 1 - delay :][:T][some] for delay in range(2, past + 2)},
        {delay: inputs[before - delay :][:T][some] for delay in recurrence.input_delays},
    )  # fmt: skip
