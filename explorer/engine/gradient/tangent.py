"""The derivative of a loss along directions, forward in time: the forward pass itself, on numbers that know how they change.

A `Dual` is an array with its changes along some directions. What a cell computes with duals is its own step, and the chain
rule is applied to each of its sums, products and exponentials (Wengert 1964). No derivative written elsewhere takes part: a
mistake in backpropagation, in a cell's products or in an activation's slope has nowhere to hide. One vector is carried for
each direction, not all of ∂s_t/∂θ as in real-time recurrent learning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.objective import Objective
from explorer.engine.network.network import Network
from explorer.engine.network.trace import Trace
from explorer.engine.work import Stop


def _tanh_slope(z: Floats) -> Floats:
    # cosh^−2, which keeps its digits where 1 − tanh² has none.
    decay = np.exp(-2.0 * np.abs(z))
    return 4.0 * decay / np.square(1.0 + decay)


PARTIALS: Mapping[np.ufunc, Callable[..., tuple[Any, ...]]] = MappingProxyType(
    {
        np.add: lambda _a, _b: (1.0, 1.0),
        np.multiply: lambda a, b: (b, a),
        np.divide: lambda a, b: (1.0 / b, -a / b / b),
        np.negative: lambda _: (-1.0,),
        np.absolute: lambda a: (np.sign(a),),
        np.exp: lambda a: (np.exp(a),),
        np.tanh: lambda a: (_tanh_slope(a),),
        # ReLU'(0) = 0.
        np.maximum: lambda a, b: (a > b, a <= b),
    }
)
"""The partial derivatives of what the steps are made of, entry by entry, by each argument."""


@dataclass(frozen=True, slots=True, eq=False)
class Dual(NDArrayOperatorsMixin):
    """An array ``value`` (…) with its ``change`` (D, …) along D directions; NumPy's functions of it are duals too."""

    value: Floats
    change: Floats

    def __array_ufunc__(self, function: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        values = [_value(one) for one in given]
        if function is np.greater_equal:
            return function(*values)
        if function is np.matmul:
            return _product(*given)
        if function not in PARTIALS:
            return NotImplemented
        partials = PARTIALS[function](*values)
        changes = [by * one.change for by, one in zip(partials, given, strict=True) if isinstance(one, Dual)]
        return Dual(function(*values), sum(changes[1:], start=changes[0]))

    def __array_function__(self, function: Any, _: Any, given: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        return FUNCTIONS[function](*given, **options) if function in FUNCTIONS else NotImplemented

    def copy(self) -> Dual:
        """Return itself: nobody writes into a dual."""
        return self


def _value(given: Any) -> Any:
    return given.value if isinstance(given, Dual) else given


def _change(given: Any) -> Any:
    return given.change if isinstance(given, Dual) else 0.0


def _product(matrix: Any, vector: Any) -> Dual:
    """Return a matrix (m, n) times a vector (n,), of which one or both are duals."""
    change: Any = 0.0
    if isinstance(matrix, Dual):
        change = matrix.change @ _value(vector)
    if isinstance(vector, Dual):
        change = change + vector.change @ _value(matrix).T
    return Dual(_value(matrix) @ _value(vector), change)


def _split(whole: Dual, parts: int) -> list[Dual]:
    changes = np.split(whole.change, parts, axis=1)
    return [Dual(*pair) for pair in zip(np.split(whole.value, parts), changes, strict=True)]


def _concatenate(parts: list[Any]) -> Dual:
    D = next(len(part.change) for part in parts if isinstance(part, Dual))
    changes = [np.broadcast_to(_change(part), (D, *_value(part).shape)) for part in parts]
    return Dual(np.concatenate([_value(part) for part in parts]), np.concatenate(changes, axis=1))


def _where(condition: Any, this: Any, that: Any) -> Dual:
    return Dual(np.where(condition, _value(this), _value(that)), np.where(condition, _change(this), _change(that)))


FUNCTIONS: Mapping[Any, Callable[..., Any]] = MappingProxyType(
    {np.split: _split, np.concatenate: _concatenate, np.where: _where}
)
"""What takes duals apart and puts them together."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives ``value`` (D,) of a loss along D directions, and ``size`` (D,), that of the parts which add up to them."""

    value: Floats
    size: Floats


def slopes(asked: Objective, name: str, directions: Floats, stop: Stop = lambda: False) -> Slopes:
    """Return the derivatives of the loss along D ``directions`` (D, …) of one parameter, "U" … "c", "x" or "s0".

    Raises
    ------
    Stopped
        When ``stop()`` said so; it is asked at every step.
    """
    T = asked.trace.steps
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        parts = _parts(asked, name, directions, np.ones(T), stop)
        size = np.abs(parts).sum(axis=(1, 2))
        if name in ("U", "W", "b", "b_rec"):
            # What the steps bring may cancel. Moved to and fro they bring as much, and do not.
            mixed = np.random.default_rng(0).choice([-1.0, 1.0], T)
            size = np.maximum(size, np.abs(_parts(asked, name, directions, mixed, stop)).sum(axis=(1, 2)))
        return Slopes(parts.sum(axis=(1, 2)), size)


def _parts(asked: Objective, name: str, directions: Floats, signs: Floats, stop: Stop) -> Floats:
    """Return the derivatives of each loss by way of each logit (D, R, p); at step t a weight moves ``signs`` (T,) as far."""
    net, h = asked.trace.network, asked.trace.s[1:, : asked.trace.network.hidden]
    if name == "V":
        change = asked.read(h) @ directions.mT
    elif name == "c":
        change = directions[:, None]
    else:
        change = asked.read(_states(asked.trace, name, directions, signs, stop)) @ net.V.T
    return np.asarray(asked.loss.error(asked.logits(), asked.targets) * change)


def _states(trace: Trace, name: str, directions: Floats, signs: Floats, stop: Stop) -> Floats:
    """Return how h_1..h_T (D, T, n) change."""
    net, n = trace.network, trace.network.hidden
    s: Any = Dual(trace.s[0], directions) if name == "s0" else trace.s[0]
    changes = np.empty((len(directions), trace.steps, n))
    for t, drive in enumerate(_drives(trace, name, directions, signs)):
        if stop():
            raise Stopped
        after: Any = net.kernel.step(_moved(net, name, signs[t] * directions), drive, s)[1]
        # Along the trace as it is: in chaos a step that is rounded otherwise leads away from it.
        s = Dual(trace.s[t + 1], after.change)
        changes[:, t] = after.change[:, :n]
    return changes


def _moved(net: Network, name: str, directions: Floats) -> Network:
    """Return the network with the weights as duals that a step itself reads."""
    if name not in ("W", "b_rec"):
        return net
    weights: dict[str, Any] = {name: Dual(getattr(net, name), directions)}
    return net.with_parameters(weights)


def _drives(trace: Trace, name: str, directions: Floats, signs: Floats) -> list[Any]:
    """Return U x_t + b (G·n,) of every step, rounded as in the trace, with its changes where it has some."""
    net = trace.network
    drive = trace.x @ net.U.T + net.b
    if name == "U":
        change = (signs[:, None] * trace.x) @ directions.mT
    elif name == "b":
        change = signs[:, None] * directions[:, None]
    elif name == "x":
        change = directions @ net.U.T
    else:
        return list(drive)
    return [Dual(drive[t], change[:, t]) for t in range(trace.steps)]
