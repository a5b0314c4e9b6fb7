"""Is the gradient the gradient? Backpropagation against two ways to its derivatives that share nothing with it.

The derivative along a direction, forward in time, is exact wherever there is one; central differences ask for nothing but the
loss itself, and measure only where it is smooth enough for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.gradient.bptt import bptt
from explorer.engine.gradient.differences import Difference, differences, goes_by_steps
from explorer.engine.gradient.gradient import Gradient
from explorer.engine.gradient.objective import GIVEN, Objective
from explorer.engine.gradient.smooth import Near
from explorer.engine.gradient.tangent import slopes
from explorer.engine.names import spelt
from explorer.engine.network.trace import Trace
from explorer.engine.norms import log_norms
from explorer.engine.work import Stop

# Up to so many weights in all, every one is tried by differences.
_SMALL = 64
_DIRECTIONS = 3
# What differences leave open may be so much of what they are compared relative to.
_OPEN = 1e-7
# Tangents: so many directions along which all entries move alike, and as many along which all count alike.
_TANGENTS = 2
# Entries smaller than this beside the largest of their parameter are moved as if they were so large.
_LEAST = 1e-8
# Parts of a sum over steps and units that cancel altogether leave some hundred of their roundings: of those none is to count.
_CANCELLED = 1e-4
# The smallest derivative that has all its digits, even where its way leads through smaller ones, and the largest asked for.
_SMALLEST, _LARGEST = 1e-250, 1e150


Place = tuple[int, ...] | None


class Deviation(float):
    """The largest relative deviation of a gradient from another way to it, a number that says where it is.

    ``parameter`` is one of the network's parameters, "x" or "s0"; ``where`` the entry, counted from 1, or None for a random
    direction in that parameter; ``tried`` counts the derivatives compared, and ``unmeasured`` names the parameters in which
    none could be, ``stepped`` those of them of which a number on the way to the loss is rounded. The number itself is the
    ``value``.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, gradient_check
    >>> off = gradient_check(Network.random(inputs=2, hidden=4, outputs=3).forward(np.ones((6, 2))), [0] * 6)
    >>> off < 1e-6, off.unmeasured
    (True, ())
    """

    parameter: str
    where: tuple[int, ...] | None
    tried: int
    unmeasured: tuple[str, ...]
    stepped: tuple[str, ...]

    def __new__(
        cls,
        value: float,
        parameter: str = "",
        where: tuple[int, ...] | None = None,
        tried: int = 0,
        unmeasured: tuple[str, ...] = (),
        stepped: tuple[str, ...] = (),
    ) -> Deviation:
        """Return the number with its place."""
        self = super().__new__(cls, value)
        self.parameter, self.where, self.tried, self.unmeasured = parameter, where, tried, unmeasured
        self.stepped = stepped
        return self

    def of(self, tried: int, unmeasured: tuple[str, ...] = (), stepped: tuple[str, ...] = ()) -> Deviation:
        """Return the number as the largest of so many."""
        return Deviation(self, self.parameter, self.where, tried, unmeasured, stepped)


@spelt
def gradient_check(
    trace: Trace,
    targets: ArrayLike,
    loss: str = "cross_entropy",
    at: str = "every",
    seed: int = 0,
    stop: Stop = lambda: False,
) -> Deviation:
    """Return the largest deviation of the gradient of `bptt` from tangents and from central differences, and where it is.

    NaN where the gradient or a tangent is no finite number. ``unmeasured`` names where differences can't measure and tangents
    alone are compared: see `from_tangents` and `from_differences`.

    ``trace``, ``targets``, ``loss`` and ``at`` are as in `bptt`; ``seed`` is that of the random directions. The deviation is
    a relative number that says where it is, its ``parameter`` and ``where``, and how many derivatives were ``tried``.

    Raises
    ------
    BadTargets
        If the targets don't fit, or there is no such loss or place.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, gradient_check
    >>> apart = gradient_check(Network.random(inputs=2, hidden=4, outputs=3).forward(np.ones((6, 2))), [0, 1, 2, 0, 1, 2])
    >>> apart < 1e-6, apart.tried > 0
    (True, True)
    """
    gradient, asked = bptt(trace, targets, loss, at), Objective.of(trace, targets, loss, at)
    exact = from_tangents(gradient, asked, seed, stop)
    if math.isnan(exact):
        return exact
    measured = from_differences(gradient, asked, seed, stop)
    worst = measured if measured > exact else exact
    return worst.of(exact.tried + measured.tried, measured.unmeasured, measured.stepped)


def from_tangents(gradient: Gradient, asked: Objective, seed: int = 0, stop: Stop = lambda: False) -> Deviation:
    """Return the largest deviation of a gradient from derivatives along directions, worked out forward in time.

    Every parameter is tried apart, along random directions in which all entries move alike and along others in which each
    moves the more the smaller its derivative is: a wrong one is seen where it is small, too. A deviation is relative to the
    larger of the two derivatives or, where these are less, to what entries of random signs would typically add up to, and to
    the least that cancelling parts leave with nine digits. NaN where one is no finite number.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    rng, worst, tried = np.random.default_rng(seed), Deviation(0.0), 0
    for name in asked.parameters:
        apart = _from_tangents(slope_of(gradient, name), asked, name, rng, stop)
        tried += len(apart)
        if not apart.max() <= worst:
            worst = Deviation(float(apart.max()), name)
        if math.isnan(worst):
            break
    return worst.of(tried)


def slope_of(gradient: Gradient, name: str) -> Floats:
    """Return the gradient on a parameter, on "x" or on "s0", of all chains one after the other."""
    if name == "s0" and not isinstance(gradient.s0, np.ndarray):
        return np.concatenate([gradient.s0[chain.name] for chain in gradient.architecture.chains])
    return np.asarray(getattr(gradient, name) if name in GIVEN else gradient.parameters[name])


def _from_tangents(slope: Floats, asked: Objective, name: str, rng: np.random.Generator, stop: Stop) -> Floats:
    """Return the deviations (D,) in one parameter."""
    if not np.isfinite(slope).all():
        return np.array([math.nan])
    directions = _spread(slope, rng)
    exact = slopes(asked, name, directions, stop)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        parts = (slope * directions).reshape(len(directions), -1)
        analytic = parts.sum(axis=1)
        typical, rounding = np.exp(log_norms(parts)), _CANCELLED * exact.size
        size = np.maximum.reduce([np.abs(analytic), np.abs(exact.value), typical, rounding])
        return np.asarray(np.abs(analytic - exact.value) / np.maximum(size, _SMALLEST))


def _spread(slope: Floats, rng: np.random.Generator) -> Floats:
    """Return the directions (D, …) for a derivative, scaled so that nothing overflows along them."""
    alike = rng.normal(size=(_TANGENTS, *slope.shape))
    signs = rng.choice([-1.0, 1.0], size=alike.shape) * rng.uniform(0.5, 1.5, size=alike.shape)
    top = float(np.abs(slope).max(initial=0.0))
    share = np.abs(slope) / top if top > 0.0 else np.ones_like(slope)
    directions = np.concatenate([alike, signs * (_LEAST / np.maximum(share, _LEAST))])
    return directions / min(max(top, 1.0), _LARGEST)


def from_differences(gradient: Gradient, asked: Objective, seed: int = 0, stop: Stop = lambda: False) -> Deviation:
    """Return the largest deviation of a gradient from central differences, as far as these can measure.

    Random directions in every parameter, and every single weight of a small network. A deviation is relative to the larger
    of the two derivatives, or to the typical one of that parameter where that is larger still. A difference counts only where
    two widths agree to seven digits of that.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    worst, tried, near, stepped = Deviation(0.0), dict.fromkeys(asked.parameters, 0), Near(asked), []
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for name, directions, places in _directions(asked, seed):
            slope, found = slope_of(gradient, name), differences(near, name, directions, stop)
            for direction, numeric, where in zip(directions, found, places, strict=True):
                apart = _measured(slope, direction, numeric)
                if apart is not None:
                    tried[name] += 1
                    worst = worst if apart <= worst else Deviation(apart, name, where)
            if not tried[name] and goes_by_steps(near, name, directions[0]):
                stepped.append(name)
    return worst.of(sum(tried.values()), tuple(name for name, count in tried.items() if not count), tuple(stepped))


def _measured(slope: Floats, direction: Floats, numeric: Difference | None) -> float | None:
    """Return how far the slope along a direction is from its difference, None where that is too much in doubt."""
    if numeric is None:
        return None
    analytic = float(np.vdot(slope, direction))
    typical = float(np.exp(log_norms(slope.ravel()))) / math.sqrt(slope.size)
    size = max(abs(analytic), abs(numeric.value), typical)
    # Losses that are equal to the last digit tell no zero from what is less than that digit.
    return abs(analytic - numeric.value) / size if numeric.doubt <= _OPEN * size else None


def _directions(asked: Objective, seed: int) -> Iterator[tuple[str, Floats, list[Place]]]:
    """Yield parameters, directions (D, …) in them of norm one, and the entry where a direction is one."""
    rng, names = np.random.default_rng(seed), asked.parameters
    small = sum(asked.point(name).size for name in names if name not in GIVEN) <= _SMALL
    for name in names:
        shape = asked.point(name).shape
        directions = rng.normal(size=(_DIRECTIONS, *shape))
        directions /= np.sqrt((directions**2).sum(axis=tuple(range(1, directions.ndim)), keepdims=True))
        places: list[Place] = [None] * _DIRECTIONS
        if small and name not in GIVEN:
            directions = np.concatenate([directions, np.eye(int(np.prod(shape))).reshape(-1, *shape)])
            places += [tuple(i + 1 for i in where) for where in np.ndindex(*shape)]
        yield name, directions, places
