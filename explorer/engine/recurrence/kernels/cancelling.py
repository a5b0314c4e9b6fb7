"""What a gated cell's Jacobian has from the states by a sum that may cancel: the same again without, or how wrong it may be.

Where the GRU's h' and its candidate n agree to sixteen digits, h' − n is noise in float64, and where a gate is shut it can be
all that is left of a gradient. With h = n + u∘(h' − n) the difference follows from the one before,
D_{t+1} = (n_t − n_{t+1}) + u_t∘D_t, and n_t − n_{t+1} from the net inputs; and 1 − h, which is small where both are
near 1, is a sum of positive numbers. Of the two ways that with the smaller error is taken. It is the difference in a network
with the recorded net inputs and states of endless digits.

Errors are absolute, in logarithms, and are meant for the worst that happens, not for a bound.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import sigmoid, tanh
from explorer.engine.signed import Signed

_LOG_EPSILON = float(np.log(np.finfo(np.float64).eps))
# A recorded state and a candidate are rounded some times over.
_LOG_FEW = float(np.log(4.0))
# What keeps more than this of its summands has lost four digits, and is good enough.
_MUCH = 2.0**-12
# A candidate beyond this is so near ±1 that its distance to it says more than itself.
_SATURATED = 0.9

Places = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Steps and units."""


@np.errstate(all="ignore")
def state_less_candidate(s: Floats, z_z: Floats, z_n: Floats) -> tuple[Signed, Floats]:
    """Return h' − n (T, n) of a GRU and ln of its error, from the states (T+1, n) and the net inputs (T, n)."""
    before, n = s[:-1], np.tanh(z_n)
    size = np.abs(before) + np.abs(n)
    D = Signed.of(before - n)
    error = np.log(size) + _LOG_EPSILON + _LOG_FEW
    near = np.abs(before - n) < _MUCH * size
    for rail in (1.0, -1.0):
        steps, units = np.nonzero(near & (rail * n > _SATURATED))
        if len(steps):
            found, wrong = _from_rail(rail, s[0], z_z, z_n)
            _improve(D, error, (steps, units), found[steps, units], wrong[steps, units])
    for at in _in_turn(near):
        last = at[0] - 1, at[1]
        _improve(D, error, at, *_follow(D[last], error[last], z_z[last], z_n[last], z_n[at]))
    return D, error


def _improve(D: Signed, error: Floats, at: Places, found: Signed, wrong: Floats) -> None:
    """Put in place what has been found with a smaller error."""
    better = wrong < error[at]
    at = at[0][better], at[1][better]
    D.log[at], D.sign[at], error[at] = found.log[better], found.sign[better], wrong[better]


def _from_rail(rail: float, s0: Floats, z_z: Floats, z_n: Floats) -> tuple[Signed, Floats]:
    """Return h' − n (T, n) and ln of its error by how far h' and n are from ±1: 1 − h is a sum of what is positive."""
    of_n = np.log(2.0) + sigmoid.log_value(-2.0 * rail * z_n)
    kept, taken = sigmoid.log_value(z_z), sigmoid.log_value(-z_z) + of_n
    of_h = np.empty_like(z_n)
    # NaN for an s_0 beyond ±1: nothing is found there.
    of_h[0] = np.log(1.0 - rail * s0)
    for t in range(1, len(of_h)):
        np.logaddexp(kept[t - 1] + of_h[t - 1], taken[t - 1], out=of_h[t])
    rounded = _digits(of_h) + np.log1p(np.arange(len(of_h)))[:, None]
    error = _LOG_EPSILON + _added(rounded, _digits(of_n), np.log(np.abs(z_n)) + tanh.log_slope(z_n))
    return Signed(of_n, np.full_like(of_n, rail)) - Signed(of_h, np.full_like(of_h, rail)), error


def _in_turn(wanted: NDArray[np.bool_]) -> Iterator[Places]:
    """Yield the wanted places after the first step in groups; none needs the step before of its own or of a later group."""
    if not wanted.any():
        return
    run = np.zeros(wanted.shape, dtype=np.intp)
    run[0] = wanted[0]
    for t in range(1, len(run)):
        run[t] = (run[t - 1] + 1) * wanted[t]
    for turn in range(1, int(run.max()) + 1):
        steps, units = np.nonzero(run == turn)
        later = steps > 0
        if later.any():
            yield steps[later], units[later]


def _follow(D: Signed, error: Floats, z_z: Floats, z_last: Floats, z_n: Floats) -> tuple[Signed, Floats]:
    """Return D_{t+1} of some units and ln of its error from D_t, z_z and z_n of step t, and z_n of step t+1."""
    moved = tanh.log_change(z_n, Signed.of(z_last - z_n))
    log_u = sigmoid.log_value(z_z)
    kept = D.times(log_u)
    of_z = (np.log(np.abs(z)) + tanh.log_slope(z) for z in (z_last, z_n))
    made = _LOG_EPSILON + _added(_digits(moved.log), _digits(kept.log), *of_z)
    return kept + moved, np.logaddexp(made, error + log_u)


@np.errstate(all="ignore")
def cell_error(c: Floats, f: Floats, written: Floats) -> Floats | None:
    """Return ln of the errors (T+1, n) of the LSTM's c from f and i∘g (T, n); None where none of them has cancelled."""
    summands = np.abs(f * c[:-1]) + np.abs(written)
    if not (np.abs(c[1:]) < _MUCH * summands).any():
        return None
    error = np.zeros_like(c)
    for t in range(len(f)):
        error[t + 1] = f[t] * error[t] + summands[t]
    return np.log(error) + _LOG_EPSILON


def product_error(W: Floats, h: Floats, b: Floats) -> Floats:
    """Return ln of the errors (T, n) of h W^T + b."""
    return np.log(np.abs(h) @ np.abs(W).T + np.abs(b)) + _LOG_EPSILON


def _digits(log: Floats) -> Floats:
    """Return ln of what a number e^log is wrong by, in units of ε, when it is made by way of its logarithm."""
    return np.where(np.isneginf(log), -np.inf, log + _LOG_FEW + np.log1p(np.abs(log)))


def _added(*logs: Floats) -> Floats:
    """Return ln of the sum of numbers given by their logarithms."""
    return np.asarray(np.logaddexp.reduce(logs))
