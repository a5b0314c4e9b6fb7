"""An independent, slow and exact arithmetic for products of Jacobians: mpmath with the digits asked for.

It shares no formula with the engine. Matrices are NumPy object arrays of mpmath numbers. Where a table of all pairs is
made of them, they are of Python's decimal numbers, of three times the digits: these are multiplied in C.
"""

from __future__ import annotations

import decimal
import json
from itertools import pairwise
from pathlib import Path

import mpmath
import numpy as np

# Twice the digits of float64, which a logarithm is rounded to.
_LOGARITHMS = decimal.Context(32, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
ORACLE = json.loads((Path(__file__).parent / "data" / "oracle.json").read_text(encoding="utf-8"))["cases"]


def oracle_name(case):
    return f"{case['cell']}-{case['activation']}-{len(case['x'])}x{len(case['s'][0])}"


class Exact:
    """Products of Jacobians in ``digits`` decimal digits, in a context of its own."""

    def __init__(self, digits=60):
        self.mp = mpmath.MPContext()
        self.mp.dps = digits
        self.lift = np.frompyfunc(self.mp.mpf, 1, 1)

    def factors(self, J):
        """The float64 Jacobians (T, N, N), taken for exact numbers."""
        return self.lift(np.asarray(J, dtype=object) if J.dtype == object else J)

    def simple_factors(self, network, z):
        """J_t = diag(f'(z_t)) W of a simple cell from the float64 z (T, n), f' by its definition."""
        slope = np.frompyfunc(self.slope(network.activation), 1, 1)
        W = self.lift(network.W)
        return np.array([slope(z_t)[:, None] * W for z_t in self.lift(z)])

    def gru_factors(self, network, x):
        """J_t of a GRU run over x (T, m) from zero, state and all in these digits: what the recorded states can't tell."""
        mp, lift = self.mp, self.lift
        sigma, tanh = np.frompyfunc(lambda z: 1 / (1 + mp.exp(-z)), 1, 1), np.frompyfunc(mp.tanh, 1, 1)
        U, W, b = (lift(np.array(np.split(weights, 3))) for weights in (network.U, network.W, network.b))
        h, J = lift(np.zeros(network.hidden)), []
        for x_t in lift(x):
            read = W @ h + [0 * h, 0 * h, lift(network.b_rec)]
            drive = U @ x_t + b
            r, u = sigma(drive[0] + read[0]), sigma(drive[1] + read[1])
            n = tanh(drive[2] + r * read[2])
            inlet = (1 - u) * (1 - n * n)
            by = (inlet * read[2] * r * (1 - r), (h - n) * u * (1 - u), inlet * r)
            J.append(np.diag(u) + sum(coefficient[:, None] * W_g for coefficient, W_g in zip(by, W, strict=True)))
            h = (1 - u) * n + u * h
        return np.array(J)

    def slope(self, activation):
        mp = self.mp
        return {
            "tanh": lambda z: 1 / mp.cosh(z) ** 2,
            "sigmoid": lambda z: 1 / (mp.exp(z / 2) + mp.exp(-z / 2)) ** 2,
            "relu": lambda z: mp.mpf(1 if z > 0 else 0),
            "identity": lambda _: mp.mpf(1),
        }[activation]

    def identity(self, N):
        return self.lift(np.eye(N))

    def product(self, J, t, k):
        """P_{t,k} from exact factors; J[0] is J_1."""
        P = self.identity(J.shape[1])
        for step in range(k, t):
            P = J[step] @ P
        return P

    def products(self, J, pairs):
        """P_{t,k} of every pair; what lies between two of their ends is multiplied once."""
        ends = sorted({end for pair in pairs for end in pair})
        between = {k: self.product(J, t, k) for k, t in pairwise(ends)}
        found = {}
        for t, k in pairs:
            P = self.identity(J.shape[1])
            for end in ends[ends.index(k) : ends.index(t)]:
                P = between[end] @ P
            found[t, k] = P
        return found

    def column(self, J, k):
        """P_{k,k}, P_{k+1,k}, …, P_{T,k}."""
        P = np.eye(J.shape[1], dtype=int).astype(object)
        yield P
        for J_t in J[k:]:
            P = J_t @ P
            yield P

    def log(self, x):
        return float(self.mp.log(x)) if x > 0 else -np.inf

    def log_frobenius(self, P):
        return self.log(np.sum(P * P)) / 2

    def log_singular_values(self, P):
        """Descending logs of all singular values; what lies far beyond the digits is a zero."""
        values = [abs(v) for v in self.mp.svd_r(self.mp.matrix(P.tolist()), compute_uv=False)]
        noise = max(values) * self.mp.mpf(10) ** (-0.8 * self.mp.dps)
        return np.array(sorted((self.log(v) if v > noise else -np.inf for v in values), reverse=True))

    def all_pairs(self, J, norm):
        """(T+1, T+1) of norm(P_{t,k}), NaN for k > t."""
        T = len(J)
        table = np.full((T + 1, T + 1), np.nan)
        for k in range(T + 1):
            for t, P in enumerate(self.column(J, k), start=k):
                table[t, k] = norm(P)
        return table

    def all_log_norms(self, J):
        """(T+1, T+1) of log ‖P_{t,k}‖_F, NaN for k > t."""
        digits = decimal.Context(3 * self.mp.dps, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
        with decimal.localcontext(digits):
            return self.all_pairs(np.frompyfunc(in_decimals, 1, 1)(J), log_frobenius_of_decimals)


def in_decimals(x):
    """An mpmath number as a decimal one: all its digits, as far as the context has them."""
    mantissa, exponent = x.man_exp
    size = decimal.Decimal(int(mantissa) << max(exponent, 0)) / (1 << max(-exponent, 0))
    return size.copy_sign(-1 if x < 0 else 1)


def log_frobenius_of_decimals(P):
    square = decimal.Decimal(np.sum(P * P))
    return float(square.ln(_LOGARITHMS)) / 2 if square > 0 else -np.inf


def plain_products(J):
    """P_{t,k} for all k ≤ t by plain float64 multiplication, (T+1, T+1, N, N), NaN for k > t."""
    T, N, _ = J.shape
    P = np.full((T + 1, T + 1, N, N), np.nan)
    for t in range(T + 1):
        P[t, t] = np.eye(N)
        for k in range(t):
            P[t, k] = J[t - 1] @ P[t - 1, k]
    return P


def logarithm(values):
    with np.errstate(divide="ignore"):
        return np.log(values)


def assert_nats(actual, expected, tolerance=1e-9):
    """Equal within ``tolerance`` nats; NaN and −inf stand at the very same places."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    np.testing.assert_array_equal(np.isnan(actual), np.isnan(expected), err_msg="NaN places")
    np.testing.assert_array_equal(np.isneginf(actual), np.isneginf(expected), err_msg="−inf places")
    finite = np.isfinite(expected)
    np.testing.assert_allclose(actual[finite], expected[finite], rtol=0, atol=tolerance)


def assert_same(actual, expected):
    """Equal to 1e-12 relative to the largest entry, domain.md's tolerance for exact facts."""
    expected = np.asarray(expected)
    scale = max(np.abs(expected).max(initial=0.0), np.finfo(float).tiny)
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12 * scale)
