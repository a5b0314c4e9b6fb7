"""`gradient_check`: is the gradient the gradient? Backpropagation against central differences of the loss itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.activations import Floats
from explorer.engine.bptt import bptt
from explorer.engine.errors import Stopped
from explorer.engine.gradient import WEIGHTS
from explorer.engine.losses import check_place, find_loss
from explorer.engine.network import Network, Trace
from explorer.engine.sweep import log_norms
from explorer.engine.work import Stop

# Widths of the differences, widest first: too wide bends, too narrow rounds; the two that agree best are believed.
_WIDTHS = tuple(10.0**-power for power in range(1, 9))
# Agreement that needs no narrower width.
_ENOUGH = 1e-10
# A slope is compared to eight digits; one too small to have them is compared to the smallest that has.
_DIGITS = 1e-8
# Central differences over five points (Abramowitz and Stegun 25.3.6): the error is of the fourth order.
_POINTS = ((-2.0, 1 / 12), (-1.0, -8 / 12), (1.0, 8 / 12), (2.0, -1 / 12))
# Up to so many weights in all, every one is tried.
_SMALL = 64
_DIRECTIONS = 3


class Deviation(float):
    """The largest relative deviation of bptt from central differences, a number that says where it is.

    ``parameter`` is "U", "W", "b", "b_rec", "V", "c", "x" or "s0"; ``where`` the entry, counted from 1, or None for a random
    direction in that parameter; ``tried`` counts the derivatives compared.
    """

    parameter: str
    where: tuple[int, ...] | None
    tried: int

    def __new__(
        cls, value: float, parameter: str = "", where: tuple[int, ...] | None = None, tried: int = 0
    ) -> Deviation:
        """Return the number with its place."""
        self = super().__new__(cls, value)
        self.parameter, self.where, self.tried = parameter, where, tried
        return self


def gradient_check(
    trace: Trace,
    targets: ArrayLike,
    loss: str = "cross_entropy",
    at: str = "every",
    seed: int = 0,
    stop: Stop = lambda: False,
) -> Deviation:
    """Return the largest deviation of the gradient of `bptt` from central differences, and where it is.

    Random directions in every parameter, in the inputs and in the initial state, and every single weight of a small network.
    Each deviation is relative to the larger of the two derivatives, or, where that is larger still, to the typical one of
    that parameter or to the smallest that the rounding of the loss lets differences measure to eight digits. Differences
    during which a ReLU switches are not used. NaN where a derivative or its difference is no finite number, and where.

    Raises
    ------
    BadTargets
        If the targets don't fit, or there is no such loss or place.
    Stopped
        When ``stop()`` said so.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        return _checked(trace, targets, loss, at, seed, stop)


def _checked(trace: Trace, targets: ArrayLike, loss: str, at: str, seed: int, stop: Stop) -> Deviation:
    gradient = bptt(trace, targets, loss, at)
    worst, tried = Deviation(0.0), 0
    for name, direction, where in _directions(trace, seed):
        if stop():
            raise Stopped
        numeric = _derivative(trace, targets, loss, at, name, direction)
        if numeric is None:
            continue
        tried += 1
        apart = _apart(np.asarray(getattr(gradient, name)), direction, numeric)
        if not apart <= worst:
            worst = Deviation(apart, name, where)
        if math.isnan(apart):
            break
    return Deviation(worst, worst.parameter, worst.where, tried)


def _apart(slope: Floats, direction: Floats, numeric: Difference) -> float:
    """Return how far the slope along a direction is from its difference, NaN where one of them is no finite number."""
    if not (np.isfinite(slope).all() and math.isfinite(numeric.value)):
        return math.nan
    analytic = float(np.vdot(slope, direction))
    typical = float(np.exp(log_norms(slope.ravel()))) / math.sqrt(slope.size)
    size = max(abs(analytic), abs(numeric.value), typical, numeric.rounding / _DIGITS)
    if not math.isfinite(size):
        return math.nan
    return abs(analytic - numeric.value) / size if size > 0 else 0.0


def _directions(trace: Trace, seed: int) -> Iterator[tuple[str, Floats, tuple[int, ...] | None]]:
    """Yield parameters, directions in them of norm one, and the entry where a direction is one."""
    net, rng = trace.network, np.random.default_rng(seed)
    names = [name for name in WEIGHTS if name != "b_rec" or net.kind.recurrent_bias]
    small = sum(getattr(net, name).size for name in names) <= _SMALL
    for name in (*names, "x", "s0"):
        shape = _point(trace, name).shape
        for _ in range(_DIRECTIONS):
            direction = rng.normal(size=shape)
            yield name, direction / np.linalg.norm(direction), None
        for where in np.ndindex(*shape) if small and name in names else ():
            direction = np.zeros(shape)
            direction[where] = 1.0
            yield name, direction, tuple(i + 1 for i in where)


@dataclass(frozen=True, slots=True)
class Difference:
    """A derivative by central differences, by how much the next wider one differs, and what rounding does to it."""

    value: float
    apart: float
    rounding: float


def _derivative(
    trace: Trace, targets: ArrayLike, loss: str, at: str, name: str, direction: Floats
) -> Difference | None:
    """Return the derivative of the loss along a direction, NaN where the loss is no number, None where a kink is too near."""
    best, last, overflowed = None, None, False
    for width in _WIDTHS:
        moved = [_moved(trace, name, step * width * direction) for step, _ in _POINTS]
        if not all(_same_side(trace, other) for other in moved):
            continue
        losses = [_loss(other, targets, loss, at) for other in moved]
        value = sum(weight * L for (_, weight), L in zip(_POINTS, losses, strict=True)) / width
        if not math.isfinite(value):
            # A narrower one may do without overflow.
            overflowed = True
            continue
        if last is not None:
            apart, rounding = abs(value - last), float(np.spacing(max(map(abs, losses)))) / width
            if best is None or not apart >= best.apart:
                best = Difference(value, apart, rounding)
            if apart <= max(_ENOUGH * abs(value), rounding):
                break
        last = value
    return Difference(math.nan, math.nan, math.nan) if best is None and overflowed else best


def _point(trace: Trace, name: str) -> Floats:
    """Return the value of a weight, of the inputs or of the initial state."""
    if name == "s0":
        return trace.s[0]
    return trace.x if name == "x" else np.asarray(getattr(trace.network, name))


def _moved(trace: Trace, name: str, by: Floats) -> Trace:
    """Return the trace run again with one parameter moved."""
    value = _point(trace, name) + by
    if name == "s0":
        return trace.network.forward(trace.x, s0=value)
    if name == "x":
        return trace.network.forward(value, s0=trace.s[0])
    net = trace.network
    weights = {weight: getattr(net, weight) for weight in WEIGHTS} | {name: value}
    return Network(net.cell, net.activation, net.readout, **weights).forward(trace.x, s0=trace.s[0])


def _same_side(trace: Trace, other: Trace) -> bool:
    """Return whether no ReLU switched between two traces."""
    return trace.network.activation != "relu" or bool(((trace.z > 0) == (other.z > 0)).all())


def _loss(trace: Trace, targets: ArrayLike, loss: str, at: str) -> float:
    """Return the loss of a trace, by its definition."""
    check_place(at)
    net, kind = trace.network, find_loss(loss)
    wanted = kind.read(targets, (trace.steps,) if at == "every" else (), len(net.c))
    mean = trace.s[1:, : net.hidden].mean(axis=0) @ net.V.T + net.c
    y = {"every": trace.y, "last": trace.y[-1], "mean": mean}[at]
    return float(kind.value(y, wanted).sum())
