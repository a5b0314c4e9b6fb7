"""How evenly a random network of infinitely many units hands gradients on: all singular values of a product of its Jacobians.

``J_t = D_t W`` with D_t = diag f'(z_t) and W either Gaussian or orthogonal. As n grows, the D_t and W become free of each
other, so that the squared singular values of a product of L such J are the free product of those of its factors; their law
follows from S-transforms, which multiply,

    ln z(M) = ln (1 + M)/M − Σ_t [ln S_W(M) + ln S_{D_t²}(M)],    S_W = 1/g² (orthogonal) or 1/(g²(1 + M)) (Gaussian),

M = E λ/(z − λ) being what the law is known by, and −Im M/π its density over ln λ. It is the same whether the steps share one
W or have their own: D W is R-diagonal, and so are its powers.

Saxe, McClelland and Ganguli 2013 (orthogonal beside Gaussian, by depth); Pennington, Schoenholz and Ganguli 2017, equations 9
to 14, and Chen, Pennington and Schoenholz 2018 (of recurrent networks); Haagerup and Larsen 2000 (powers).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.engine.errors import BadNetwork, Stopped
from explorer.engine.floats import Floats
from explorer.engine.names import spelt, unknown
from explorer.engine.theory.mean_field import Fields
from explorer.engine.work import Stop, never

Start = Literal["gaussian", "orthogonal"]
STARTS: tuple[Start, ...] = ("gaussian", "orthogonal")
_KINDS = 4
"""Steps whose net inputs vary alike are taken together: a law of at most so many kinds of slopes."""
_EVEN = 1e-10
"""A relative variance of the squares below which all are taken as one."""
_STRIDE = 0.06
"""Of M along its path: the law is followed by so much at a time."""
_MOST = 1000
_SMALLEST = 1e-30
"""A variance below is taken for this one: there are as many places for each."""
_NEWTON, _CORRECTIONS = 3, 1
_WHOLE = 0.9999
"""Of the directions that are alive: the last of them are followed no further down."""
_NODES = 60
"""Of the rule by which slopes are averaged, on either side of the kink."""
_EDGE, _INVERSE = 15, 30
"""Halvings of ln M at the upper edge, where it lies between ±`_LARGEST`, and of w."""
_LARGEST = 18.0
_NEAREST = 1e-12
"""The share of the largest square by which w lies beyond it, at least."""
Complexes = NDArray[np.complex128]


@spelt
def isometry(fields: Fields, shares: ArrayLike, start: Start = "gaussian", *, stop: Stop = never) -> Floats:
    """Return ln σ (S,) above which lie the ``shares`` (S,) of all singular values of ∂s_T/∂s_0, where ``fields`` go 1..T.

    −inf where so many directions have died, NaN of the last ones where they can't be told. ``start`` says how W began.

    Raises
    ------
    BadNetwork
        If there is no such start.
    Stopped
        When ``stop()`` said so.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import fields_along, isometry
    >>> fields = fields_along("identity", 1.0, np.zeros(100))
    >>> isometry(fields, [0.01, 0.5], "orthogonal").tolist()  # as it should be
    [0.0, 0.0]
    >>> isometry(fields, [0.01, 0.5], "gaussian").round(1).tolist()  # few directions grow, most are lost
    [1.6, -34.7]
    """
    if start not in STARTS:
        raise unknown("start", start, STARTS, BadNetwork)
    asked = np.asarray(shares, dtype=np.float64)
    if len(fields.variances) == 0:
        return np.zeros(asked.shape)
    factors = _Factors.of(fields, start)
    alive = asked <= factors.alive
    found = np.full(asked.shape, -np.inf)
    if alive.any() and factors.ln_mean > -math.inf:
        with np.errstate(all="ignore"):
            found[alive] = 0.5 * (factors.ln_mean + factors.quantiles(asked[alive], stop))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Factors:
    """The factors of a product: ``squares`` (G, K) of slopes, of mean one, with ``weights``, each ``counts`` (G,) times.

    ``ln_mean`` is ln of the mean of λ, ``spread`` the relative variance of λ (Pennington et al. 2017, equation 14).
    """

    squares: Floats
    weights: Floats
    counts: Floats
    gaussian: bool
    ln_mean: float

    @classmethod
    def of(cls, fields: Fields, start: Start) -> _Factors:
        groups = np.array_split(np.sort(fields.variances), min(_KINDS, len(np.unique(fields.variances))))
        kinds = [fields.slopes(max(float(group.mean()), _SMALLEST), _NODES) for group in groups]
        squares = np.array([slopes**2 for slopes, _ in kinds])
        weights = np.array([weights for _, weights in kinds])
        weights /= weights.sum(axis=1, keepdims=True)
        counts = np.array([float(len(group)) for group in groups])
        # Where all are alike the mean is to the last digit.
        means = np.where(np.ptp(squares, axis=1) == 0.0, squares[:, 0], (weights * squares).sum(axis=1))
        with np.errstate(divide="ignore"):
            ln_mean = float(counts @ (np.log(means) + 2.0 * np.log(fields.gain)))
        squares /= np.where(means > 0.0, means, 1.0)[:, None]
        return cls(squares, weights, counts, start == "gaussian", ln_mean)

    @property
    def alive(self) -> float:
        """Return which share of directions is not dead: the smallest of all factors' ranks."""
        return float((self.weights * (self.squares > 0.0)).sum(axis=1).min())

    @property
    def spread(self) -> float:
        own = (self.weights * self.squares**2).sum(axis=1) - 1.0
        return float(self.counts @ (own + self.gaussian))

    @property
    def is_one_diagonal(self) -> bool:
        """Return whether it is D·Q alone: its singular values are the slopes themselves."""
        return not self.gaussian and self.counts.sum() == 1.0

    def quantiles(self, shares: Floats, stop: Stop) -> Floats:
        """Return ln λ (S,), of the mean one, above which ``shares`` (S,) of all lie."""
        if self.spread < _EVEN:
            return np.zeros(shares.shape)
        if self.is_one_diagonal:
            return self._of_the_diagonal(shares)
        ln_square, above = _followed(self, min(float(shares.max()), self.alive * _WHOLE), stop)
        return np.interp(shares, above, ln_square, right=np.nan)

    def _of_the_diagonal(self, shares: Floats) -> Floats:
        order = np.argsort(self.squares[0])[::-1]
        weights = self.weights[0][order]
        return np.interp(shares, np.cumsum(weights) - 0.5 * weights, np.log(self.squares[0][order]))

    def inverse(self, M: complex, w: Complexes) -> tuple[complex, complex, Complexes]:
        """Return ln z(M), its derivative by M, and the w (G,) at which each D² has this M, found from ones nearby."""
        for _ in range(_NEWTON):
            part = self.weights * self.squares / (w[:, None] - self.squares)
            slope = -(part / (w[:, None] - self.squares)).sum(axis=1)
            w = w - (part.sum(axis=1) - M) / slope
        w_slope = 1.0 / -(self.weights * self.squares / (w[:, None] - self.squares) ** 2).sum(axis=1)
        L = self.counts.sum()
        ln_z = (1.0 - L) * (np.log(1.0 + M) - np.log(M + 0j)) + self.counts @ np.log(w)
        slope_z = (1.0 - L) * (1.0 / (1.0 + M) - 1.0 / M) + self.counts @ (w_slope / w)
        if self.gaussian:
            ln_z, slope_z = ln_z + L * np.log(1.0 + M), slope_z + L / (1.0 + M)
        return complex(ln_z), complex(slope_z), w

    def beyond(self, M: float) -> Complexes:
        """Return the real w (G,) beyond all squares at which each D² has a positive M."""
        top = self.squares.max(axis=1)
        # By how far beyond.
        low, high = np.maximum(top * _NEAREST, 1.0 + 1.0 / M - top), np.full(len(top), 1.0 / M)
        for _ in range(_INVERSE):
            middle = np.sqrt(low * high)
            more = (self.weights * self.squares / ((top - self.squares.T).T + middle[:, None])).sum(axis=1) > M
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return (top + high).astype(np.complex128)


def _followed(factors: _Factors, last: float, stop: Stop) -> tuple[Floats, Floats]:
    """Return ln λ (P,) from the upper edge down, and the share (P,) of all λ that lies above each, up to the ``last``."""
    M, w = _edge(factors, stop)
    alive = factors.alive
    ln_z, _, w = factors.inverse(M, w)
    places, densities, above = [ln_z.real], [0.0], [0.0]
    # At the edge z has its least, so that M leaves the real axis at a right angle.
    M -= 0.5j * _STRIDE * min(1.0, abs(M))
    while above[-1] < last and len(places) < _MOST:
        if stop():
            raise Stopped
        ln_z, slope, w = factors.inverse(M, w)
        for _ in range(_CORRECTIONS):
            M -= 1j * ln_z.imag / slope
            ln_z, slope, w = factors.inverse(M, w)
        if not np.isfinite(ln_z):
            break
        places.append(ln_z.real)
        densities.append(-M.imag / math.pi)
        above.append(above[-1] + 0.5 * (densities[-1] + densities[-2]) * (places[-2] - places[-1]))
        M -= _STRIDE * min(1.0, abs(M), abs(alive + M)) * abs(slope) / slope
    return np.array(places), np.array(above)


def _edge(factors: _Factors, stop: Stop) -> tuple[complex, Complexes]:
    """Return the positive M at which z is least, and the w there."""
    low, high = -_LARGEST, _LARGEST
    for _ in range(_EDGE):
        if stop():
            raise Stopped
        middle = 0.5 * (low + high)
        M = math.exp(middle)
        w = factors.beyond(M)
        falls = factors.inverse(M, w)[1].real < 0.0
        low, high = (middle, high) if falls else (low, middle)
    return complex(math.exp(low)), factors.beyond(math.exp(low))
