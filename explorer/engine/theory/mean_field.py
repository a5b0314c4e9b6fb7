"""Mean-field theory of the simple recurrent network: what a random one of infinitely many units does on the average.

With W's entries independent N(0, g²/n), one unit of z_t = W s_{t−1} + U x_t + b is a Gaussian number of mean b and of the
variance

    q_t = g² E f(z_{t−1})² + v_t,

where v_t is the variance of a unit of U x_t, and a direction of the state space grows by √χ_t a step, χ_t = g² E f'(z_t)²:
the gradient vanishes where χ < 1 and explodes where χ > 1; between the two is the edge of chaos. A network of n units differs
from it by an amount of order 1/√n.

Sompolinsky, Crisanti and Sommers 1988; Molgedey, Schuchhardt and Schuster 1992 (with input); Poole et al. 2016, equations 3
and 5, and Schoenholz et al. 2017, equation 5 (q and χ₁ of any f).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.names import spelt, unknown
from explorer.engine.recurrence.activations import ACTIVATIONS, Activation
from explorer.engine.values import Value

_NODES = 200
"""Of Gauss and Legendre's rule on each side of the kink: right to 1e-12 also where f is a step beside the Gaussian."""
_WIDEST = 12.0
"""Standard deviations: what is beyond weighs less than a rounding error."""
_LARGEST, _SMALLEST = 1e30, 1e-30
"""A variance beyond is taken for infinite, or for zero."""
_HALVINGS = 80
_SETTLED = 1e-13


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MeanField(Value):
    """A wide random network that has settled: the ``variance`` q of a net input, and ``chi``, by which squared gains grow.

    Examples
    --------
    >>> from explorer.engine import MeanField
    >>> round(MeanField(variance=0.5, chi=1.21).rate, 4)
    0.0953
    """

    variance: float
    chi: float

    @property
    def rate(self) -> float:
        """Return ½ ln χ in nats a step: what the gradient's rate and λ₁ tend to as n grows; −inf where W is zero."""
        return _half_log(self.chi)


@spelt
def mean_field(activation: str, gain: float, *, input_variance: float = 0.0, bias: float = 0.0) -> MeanField:
    """Return where a wide random network settles from a state of the order of one.

    ``gain`` is g of W's entries N(0, g²/n), ``input_variance`` that of a unit of U x_t at every step, and every unit has the
    same ``bias``. A variance that grows without end is infinite, and χ what it tends to.

    Raises
    ------
    BadNetwork
        If there is no such activation, or a number is not finite or below zero where it can't be.

    Examples
    --------
    >>> from explorer.engine import mean_field
    >>> [round(mean_field("tanh", gain).rate, 4) for gain in (0.9, 1.5, 2.0, 3.0)]
    [-0.1054, 0.0652, 0.1547, 0.3102]
    """
    f = _checked(activation, gain, bias, input_variance)
    q = _settled(lambda q: gain**2 * _mean(f.value, bias, q) + input_variance)
    return MeanField(q, gain**2 * _mean(f.slope, bias, min(q, _LARGEST)))


@spelt
def mean_field_rates(
    activation: str, gain: float, input_variances: ArrayLike, *, bias: float = 0.0, start: float = 0.0
) -> Floats:
    """Return ½ ln χ_t (T,) in nats for each step of a sequence, whose input gives a unit the ``input_variances`` (T,).

    ``start`` is the mean square of the entries of s_0; ``activation``, ``gain`` and ``bias`` are those of `mean_field`.

    Raises
    ------
    BadNetwork
        As `mean_field` does.

    Examples
    --------
    >>> from explorer.engine import mean_field_rates
    >>> mean_field_rates("tanh", 1.5, [1.0, 0.0, 0.0]).round(3).tolist()  # after one impulse
    [0.022, 0.045, 0.055]
    """
    return fields_along(activation, gain, input_variances, bias=bias, start=start).rates


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fields(Value):
    """What the net inputs of a wide random network of ``gain`` g are along a sequence: Gaussian, with the ``bias`` as mean.

    ``variances`` (T,) are their q_t; f is the ``activation``.

    Examples
    --------
    >>> from explorer.engine import fields_along
    >>> fields_along("tanh", 1.5, [1.0, 0.0]).variances.round(3).tolist()
    [1.0, 0.887]
    """

    activation: str
    gain: float
    bias: float
    variances: Floats

    @property
    def rates(self) -> Floats:
        """Return ½ ln χ_t (T,) in nats."""
        rates, before = np.empty(self.variances.shape), math.nan
        for t, q in enumerate(self.variances):
            if q != before:
                slopes, weights = self.slopes(float(q))
                rates[t], before = _half_log(self.gain**2 * float(weights @ slopes**2)), q
            else:
                rates[t] = rates[t - 1]
        return rates

    def slopes(self, variance: float, nodes: int = _NODES) -> tuple[Floats, Floats]:
        """Return values f' (K,) and weights (K,) by which E g(f'(z)) is a sum, z of a ``variance``; K is twice ``nodes``."""
        z, weights = _gaussian(self.bias, variance, nodes)
        return ACTIVATIONS[self.activation].slope(z), weights

    def between(self, k: int, t: int) -> Fields:
        """Return those of the steps k+1..t, over which ∂s_t/∂s_k goes."""
        return replace(self, variances=self.variances[k:t])


@spelt
def fields_along(
    activation: str, gain: float, input_variances: ArrayLike, *, bias: float = 0.0, start: float = 0.0
) -> Fields:
    """Return the net inputs of a wide random network at each step of a sequence.

    ``activation``, ``gain`` and ``bias`` are those of `mean_field`, ``input_variances`` (T,) and ``start`` those of
    `mean_field_rates`.

    Raises
    ------
    BadNetwork
        As `mean_field` does.

    Examples
    --------
    >>> from explorer.engine import fields_along
    >>> fields_along("relu", 1.0, [2.0, 0.0, 0.0]).variances.round(9).tolist()
    [2.0, 1.0, 0.5]
    """
    variances = np.asarray(input_variances, dtype=np.float64)
    f = _checked(activation, gain, bias, start, *variances.ravel())
    found, square = np.empty(variances.shape), start
    for t, v in enumerate(variances):
        q = min(gain**2 * square + v, _LARGEST)
        if t and math.isclose(q, found[t - 1], rel_tol=_SETTLED):
            # It has settled, and stays until the input is another.
            found[t] = found[t - 1]
            continue
        found[t] = q
        z, weights = _gaussian(bias, q)
        square = float(weights @ f.value(z) ** 2)
    found.setflags(write=False)
    return Fields(activation, gain, bias, found)


def _checked(activation: str, gain: float, bias: float, *variances: float) -> Activation:
    if activation not in ACTIVATIONS:
        raise unknown("activation", activation, ACTIVATIONS, BadNetwork)
    for name, value in (("gain", gain), ("bias", bias), *(("variance", v) for v in variances)):
        if not math.isfinite(value) or (value < 0.0 and name != "bias"):
            raise BadNetwork("The {name} of a mean field can't be {value}.", name=name, value=value)
    return ACTIVATIONS[activation]


def _settled(after: Callable[[float], float]) -> float:
    """Return the fixed point of the map ``after`` that lies in the direction in which it moves from one."""
    q = 1.0
    grows = after(q) > q
    while (after(q) > q) == grows:
        q = 2.0 * q if grows else 0.5 * q
        if q > _LARGEST:
            return math.inf
        if q < _SMALLEST:
            return 0.0
    low, high = (0.5 * q, q) if grows else (q, 2.0 * q)
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if after(middle) > middle else (low, middle)
    return math.sqrt(low * high)


def _mean(f: Callable[[Floats], Floats], bias: float, q: float) -> float:
    """Return E f(z)² of a Gaussian z with mean ``bias`` and variance ``q``."""
    z, weights = _gaussian(bias, q)
    return float(weights @ f(z) ** 2)


def _gaussian(bias: float, q: float, nodes: int = _NODES) -> tuple[Floats, Floats]:
    """Return places z (K,) and weights (K,) by which E g(z) is a sum, z Gaussian with mean ``bias`` and variance ``q``.

    The function g may bend, or step, at z = 0.
    """
    spread = math.sqrt(q)
    if spread == 0.0:
        return np.array([bias]), np.ones(1)
    x, weights = _places(min(max(-bias / spread, -_WIDEST), _WIDEST), nodes)
    return bias + spread * x, weights


@lru_cache(maxsize=256)
def _places(kink: float, count: int) -> tuple[Floats, Floats]:
    """Return places and weights for a standard Gaussian, those of Gauss and Legendre on either side of the ``kink``."""
    nodes, weights = _rule(count)
    halves = []
    for low, high in ((-_WIDEST, kink), (kink, _WIDEST)):
        half = 0.5 * (high - low)
        x = low + half * (nodes + 1.0)
        halves.append((x, half * weights * np.exp(-0.5 * x**2) / math.sqrt(2.0 * math.pi)))
    (below, left), (above, right) = halves
    return np.concatenate([below, above]), np.concatenate([left, right])


@cache
def _rule(count: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def _half_log(chi: float) -> float:
    return 0.5 * math.log(chi) if chi > 0.0 else -math.inf
