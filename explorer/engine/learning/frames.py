"""Frames of directions carried along a chain by QR steps, and what is asked of a chain by way of how they grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.network.passage import Along
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.readings.moved import Moved, moved
from explorer.engine.recurrence.readings.pulltangent import TangentPulled, pull_tangent
from explorer.engine.recurrence.readings.step import Given, Step, Values, Weights
from explorer.engine.recurrence.readings.value import values
from explorer.engine.work import Stop, never

# A direction that is shortened to less than this in one step counts as dead: float64 does not hold by how much.
_DEAD = 1e-150


@dataclass(frozen=True, slots=True)
class Asked:
    """What the exponents of a chain ask at once: of s_0..s_T (T+1, B, N), of what it read (T, B, m), of weights by name."""

    s: Floats
    x: Floats
    weights: dict[str, Floats] = field(default_factory=dict)

    def add(self, turned: _Turned, t: int, asked: TangentPulled) -> None:
        """Add what step t, counted from 0, asks of what it was given."""
        given, rows, inputs = asked.given, len(turned.Q), turned.piece.step.inputs
        for delay, g in {1: given.s, **given.older}.items():
            if t + 1 - delay >= 0:
                self.s[t + 1 - delay, :rows] += g
        for delay, g in {0: given.x, **given.earlier}.items():
            if t - delay >= 0:
                self.x[t - delay, :rows, :inputs] += g
        for own, g in given.weights.items():
            self._add_to_weight(turned, own, g)

    def _add_to_weight(self, turned: _Turned, own: str, g: Floats) -> None:
        name, steps = turned.piece.weights[own], turned.piece.steps
        if own in steps:
            self.weights.setdefault(name, np.zeros((steps[own], *g.shape), g.dtype))[turned.at] += g
        else:
            self.weights[name] = self.weights[name] + g if name in self.weights else g


@dataclass(frozen=True, slots=True)
class _Turned:
    """A step that carried the ``frames`` of the first R sequences (R, D·N, k) to Q R, Q (R, D·N, k) and R (R, k, k).

    What its equations made of them on the way is worked out again when it is asked for: it would fill the memory.
    """

    piece: Piece
    at: int
    weights: Weights
    given: Given
    frames: Floats
    Q: Floats
    R: Floats

    @classmethod
    def by(cls, piece: Piece, at: int, weights: Weights, given: Given, frames: Floats) -> _Turned:
        """Return a step that carries ``frames`` on."""
        _, far = _moved(piece.step, weights, given, frames)
        Q, R = np.linalg.qr(_carried(piece.step, far, frames))
        return cls(piece, at, weights, given, frames, Q, R)

    def pull(self, on_carried: Floats) -> TangentPulled:
        """Return what the gradient on the new states' directions (k, R, N) asks of all that the step was given."""
        step = self.piece.step
        found, far = _moved(step, self.weights, self.given, self.frames)
        return pull_tangent(step, found, far, on_carried)


@dataclass(frozen=True)
class Frames:
    """Frames of k directions, the same at the start for all sequences, as a chain has carried them.

    Where states of some steps ago are read, a direction is one of the last D states together, the newest first.
    """

    ran: Along
    count: int
    turned: tuple[_Turned, ...]

    @classmethod
    def along(cls, ran: Along, count: int, stop: Stop = never) -> Frames:
        """Return a random frame of ``count`` directions, or as many as there are, carried along a chain.

        Raises
        ------
        Stopped
            When ``stop()`` said so; it is asked at every step.
        """
        halves = ran.chain.whole.halves
        D, N, B = max(one.step.recurrence.longest_delay for one in halves), halves[0].step.N, len(ran.lengths)
        k, rng = min(count, D * N), np.random.default_rng(0)
        Q = np.linalg.qr(rng.standard_normal((D * N, k)))[0].astype(ran.s.dtype)
        frames, turned = np.broadcast_to(Q, (B, D * N, k)), list[_Turned]()
        for t, (piece, at, weights, rows) in enumerate(_served(ran)):
            _check(stop)
            turned.append(_Turned.by(piece, at, weights, _given(piece.step, ran, t, rows), frames[:rows]))
            frames = turned[-1].Q
        return cls(ran, k, tuple(turned))

    @cached_property
    def exponents(self) -> Floats:
        """Return λ (B, k) in nats a step, −inf from the first direction on that has died."""
        total = np.zeros((len(self.ran.lengths), self.count))
        for turned in self.turned:
            size = np.abs(np.diagonal(turned.R, axis1=1, axis2=2))
            with np.errstate(divide="ignore"):
                total[: len(size)] += np.log(np.where(size < _DEAD, 0.0, size))
        total[np.logical_or.accumulate(np.isneginf(total), axis=1)] = -np.inf
        return np.asarray(total / self.ran.lengths[:, None])

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Return which directions (B, k) have not died."""
        return ~np.isneginf(self.exponents)

    def pull(self, g: Floats, stop: Stop = never) -> Asked:
        """Return what the gradient ``g`` (B, k) on the exponents, zero where they are −inf, asks at once.

        Raises
        ------
        Stopped
            When ``stop()`` said so; it is asked at every step.
        """
        asked = Asked(np.zeros_like(self.ran.s), np.zeros_like(self.ran.x))
        D, N, k = self.turned[0].Q.shape[1] // self.ran.s.shape[-1], self.ran.s.shape[-1], self.count
        on_frames, g = np.zeros((len(g), D * N, k)), g / self.ran.lengths[:, None]
        dead = ~self.alive
        for t, turned in reversed(list(enumerate(self.turned))):
            _check(stop)
            rows = len(turned.Q)
            by = _by_delay(_qr_pull(turned.Q, turned.R, on_frames[:rows], g[:rows], dead[:rows]), N)
            found = turned.pull(by[1])
            asked.add(turned, t, found)
            for delay in range(1, D + 1):
                on = found.directions.get(delay, 0.0) + by.get(delay + 1, 0.0)
                on_frames[:rows, (delay - 1) * N : delay * N] = np.moveaxis(np.broadcast_to(on, by[1].shape), 0, 2)
        return asked


def _check(stop: Stop) -> None:
    if stop():
        raise Stopped


def _moved(step: Step, weights: Weights, given: Given, frames: Floats) -> tuple[Values, Moved]:
    """Return the values of a step's nodes, and how they move along the directions of frames."""
    found, by = values(step, weights, given), _by_delay(frames, step.N)
    return found, moved(step, found, by[1], by)


def _carried(step: Step, far: Moved, frames: Floats) -> Floats:
    """Return J frames (B, D·N, k): how the next state moves, and the last D − 1 as they did."""
    by = _by_delay(frames, step.N)
    ahead = [_after(step, far, by[1]), *(by[delay] for delay in range(1, len(by)))]
    return np.concatenate(ahead, axis=-1).transpose(1, 2, 0)


def _qr_pull(Q: Floats, R: Floats, on_Q: Floats, g: Floats, dead: NDArray[np.bool_]) -> Floats:
    """Return the gradient on M = Q R from that on Q and ``g`` (…, k) on ln |R_ii|: (Q̄ + Q copyltu(R R̄ᵀ − Q̄ᵀ Q)) R^−ᵀ.

    Copyltu has the lower triangle above the diagonal, too (Walter and Lehmann 2018); of R R̄ᵀ it reads the diagonal alone,
    which is g. The columns of dead directions are zero.
    """
    k = R.shape[-1]
    lower = np.tril(np.eye(k) * g[:, None, :] - on_Q.mT @ Q)
    inner = lower + np.tril(lower, -1).mT
    R = R + np.eye(k) * np.where(dead, 1.0, 0.0)[:, None, :]
    return np.asarray(np.linalg.solve(R, (on_Q + Q @ inner).mT).mT)


def _by_delay(frames: Floats, N: int) -> dict[int, Floats]:
    """Return frames (B, D·N, k) as directions (k, B, N) of each of the last D states, by how long ago they were."""
    directions = np.moveaxis(frames, 2, 0)
    return {delay + 1: directions[..., delay * N : (delay + 1) * N] for delay in range(frames.shape[1] // N)}


def _after(step: Step, far: Moved, like: Floats) -> Floats:
    """Return how far the next state moves (k, B, N)."""
    ahead = np.zeros(like.shape, like.dtype)
    for state, place in zip(step.recurrence.states, step.recurrence.next, strict=True):
        if place in far:
            shape = step.state_shape(state.name)
            ahead[..., step.parts[state.name]] = np.broadcast_to(far[place], (*like.shape[:-1], *shape)).reshape(
                *like.shape[:-1], -1
            )
    return ahead


def _served(ran: Along) -> Iterator[tuple[Piece, int, Weights, int]]:
    """Yield of each step what runs it, which of its own steps that is, its weights, and how many sequences still run."""
    halves = ran.chain.whole.halves
    weights = [ran.network.of(half) for half in halves]
    for t in range(len(ran.x)):
        after = len(halves) > 1 and ran.seam is not None and t >= ran.seam
        half, at = halves[after], t - (ran.seam or 0) if after else t
        serving = {name: w[at] if name in half.steps else w for name, w in weights[after].items()}
        yield half, at, serving, int((ran.lengths > t).sum())


def _given(step: Step, ran: Along, t: int, rows: int) -> Given:
    """Return what step t, counted from 0, was given of the first sequences."""
    x, s = ran.x[:, :rows, : step.inputs], ran.s[:, :rows]
    before = np.broadcast_to(step.start().astype(s.dtype), s[0].shape)
    older = {
        delay: s[t + 1 - delay] if delay <= t + 1 else before for delay in range(2, step.recurrence.longest_delay + 1)
    }
    earlier = {delay: x[t - delay] if delay <= t else np.zeros_like(x[0]) for delay in step.recurrence.input_delays}
    return Given(s[t], x[t], np.asarray(t + 1, s.dtype), older, earlier)
