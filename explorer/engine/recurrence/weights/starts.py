"""What a weight starts as: a number, or a way to draw it, one small function each.

Random numbers come row by row from streams of their own, so that the weights of a smaller layer are the corner of a larger
one's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Shape

_FEW = 2


@dataclass(frozen=True, slots=True)
class Start:
    """A way to begin, by name, with its numbers."""

    name: str
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """What a way to begin draws from: a shape, a seed and a stream."""

    shape: tuple[int, ...]
    seed: int
    stream: int

    def normal(self) -> Floats:
        """Return independent N(0, 1) numbers."""
        return self._drawn(lambda random, columns: random.standard_normal(columns))

    def uniform(self, low: float, high: float) -> Floats:
        """Return independent numbers between two."""
        return low + (high - low) * self._drawn(lambda random, columns: random.random(columns))

    def _drawn(self, numbers: Callable[[np.random.Generator, int], Floats]) -> Floats:
        rows, columns = (*self.shape, 1, 1)[:2]
        random = [np.random.default_rng((self.seed, self.stream, row)) for row in range(rows)]
        return np.array([numbers(one, columns) for one in random]).reshape(self.shape)


def number(draw: Draw, value: float) -> Floats:
    """Return the same number everywhere."""
    return np.full(draw.shape, value)


def gaussian(draw: Draw, spread: float = 1.0) -> Floats:
    """Return N(0, spread²)."""
    return spread * draw.normal()


def fan_in(draw: Draw, spread: float = 1.0) -> Floats:
    """Return N(0, spread²/columns)."""
    return spread / np.sqrt(draw.shape[-1]) * draw.normal()


def uniform(draw: Draw, low: float, high: float) -> Floats:
    """Return numbers between two."""
    return draw.uniform(low, high)


def log_uniform(draw: Draw, low: float, high: float) -> Floats:
    """Return logarithms of numbers that are spread evenly by their logarithm."""
    return draw.uniform(np.log(low), np.log(high))


def linspace(draw: Draw, first: float, last: float) -> Floats:
    """Return numbers at equal distances over the last axis."""
    return np.broadcast_to(np.linspace(first, last, draw.shape[-1]), draw.shape).copy()


def steps(draw: Draw, first: float, step: float) -> Floats:
    """Return first, first + step, first + 2·step … over the last axis."""
    return np.broadcast_to(first + step * np.arange(draw.shape[-1]), draw.shape).copy()


def log_steps(draw: Draw, first: float, step: float) -> Floats:
    """Return the logarithms of `steps`."""
    return np.log(steps(draw, first, step))


def log_of_uniform(draw: Draw, low: float, high: float) -> Floats:
    """Return logarithms of numbers that are spread evenly between two."""
    return np.log(draw.uniform(low, high))


def inverse_softplus(draw: Draw, low: float, high: float) -> Floats:
    """Return b whose ln(1 + e^b) is spread evenly by its logarithm between two (Gu and Dao 2023)."""
    return _inverse_softplus(np.exp(log_uniform(draw, low, high)))


def ring_softplus(draw: Draw, inner: float, outer: float) -> Floats:
    """Return b with e^{−ln(1 + e^b)} spread evenly over a ring's area (De et al. 2024)."""
    return _inverse_softplus(-0.5 * np.log(_ring(draw, inner, outer)))


def legs_phase(draw: Draw) -> Floats:
    """Return the positive imaginary parts of the eigenvalues of HiPPO-LegS' normal part over the last axis.

    Of twice as many states S_ij = ∓√((2i+1)(2j+1))/2, antisymmetric (Gu et al. 2022; Smith et al. 2023).
    """
    root = np.sqrt(2.0 * np.arange(2 * draw.shape[-1]) + 1.0)
    skew = 0.5 * np.outer(root, root)
    phases = np.linalg.eigvalsh(1j * (np.triu(skew, 1) - np.tril(skew, -1)))
    return np.broadcast_to(phases[draw.shape[-1] :], draw.shape).copy()


def turns(draw: Draw, largest: float = np.pi) -> Floats:
    """Return angles evenly between ± the largest, that of each pair of units beside the diagonal (Henaff et al. 2016)."""
    pairs = np.zeros(draw.shape)
    every = np.arange(0, min(draw.shape) - 1, 2)
    pairs[every, every + 1] = draw.uniform(-largest, largest)[every, every + 1]
    return pairs


def spectral_radius(draw: Draw, radius: float) -> Floats:
    """Return independent normal numbers, scaled as one so that the largest modulus of an eigenvalue is the radius."""
    W = draw.normal()
    return np.asarray(radius / np.abs(np.linalg.eigvals(W)).max() * W, dtype=np.float64)


def power_law(draw: Draw, first: float, span: float, exponent: float) -> Floats:
    """Return first + span·p^exponent for p from 0 to 1 over the last axis (Beck et al. 2024)."""
    p = np.linspace(0.0, 1.0, draw.shape[-1])
    return np.broadcast_to(first + span * p**exponent, draw.shape).copy()


def chrono(draw: Draw, longest: float) -> Floats:
    """Return ln U[1, T − 1]: a forget gate's bias for memories of up to T steps (Tallec and Ollivier 2018)."""
    if longest < 2.0:
        raise ValueError("a memory is at least two steps long")
    return np.log(draw.uniform(1.0, longest - 1.0))


def ring_decay(draw: Draw, inner: float = 0.0, outer: float = 1.0) -> Floats:
    """Return ν with e^{−e^ν} spread evenly over a ring's area (Orvieto et al. 2023, lemma 3.2)."""
    return np.log(-0.5 * np.log(_ring(draw, inner, outer)))


def ring_gain(draw: Draw, inner: float = 0.0, outer: float = 1.0) -> Floats:
    """Return ln √(1 − |λ|²) of the λ that `ring_decay` draws from the same stream."""
    return 0.5 * np.log(1.0 - _ring(draw, inner, outer))


def log_phase(draw: Draw, largest: float = 2.0 * np.pi) -> Floats:
    """Return ln θ of angles spread evenly between 0 and the largest."""
    return np.log(largest * draw.uniform(0.0, 1.0))


def _inverse_softplus(y: Floats) -> Floats:
    """Return b with ln(1 + e^b) = y."""
    return y + np.log(-np.expm1(-y))


def _ring(draw: Draw, inner: float, outer: float) -> Floats:
    """Return |λ|²."""
    return draw.uniform(inner**2, outer**2)


STARTS: Mapping[str, Callable[..., Floats]] = MappingProxyType(
    {
        "number": number, "normal": gaussian, "fan_in": fan_in, "uniform": uniform, "log_uniform": log_uniform,
        "linspace": linspace, "steps": steps, "power_law": power_law, "log_of_uniform": log_of_uniform,
        "log_steps": log_steps, "inverse_softplus": inverse_softplus,
        "chrono": chrono, "ring_decay": ring_decay, "ring_gain": ring_gain, "ring_softplus": ring_softplus,
        "log_phase": log_phase, "legs_phase": legs_phase, "turns": turns, "spectral_radius": spectral_radius,
    }
)  # fmt: skip


def read_start(name: str, declared: object, shape: Shape) -> Start:
    """Return what a weight of this shape starts as: a number, a way's name, or ``{name: numbers}``.

    Raises
    ------
    BadNetwork
        If there is no such way, or it can't begin with these numbers.
    """
    if isinstance(declared, (int, float)) and not isinstance(declared, bool) and np.isfinite(declared):
        return Start("number", (float(declared),))
    kind, numbers = named_numbers(declared)
    if kind not in STARTS:
        raise BadNetwork(
            "{name} starts as “{kind}”; a number or one of {choices} is expected.",
            name=name, kind=kind if kind != "?" else declared, choices=", ".join(STARTS), table="start",
        )  # fmt: skip
    start = Start(kind, numbers)
    started(name, start, Draw(tried(shape), 0, 0))
    return start


def tried(shape: Shape) -> tuple[int, ...]:
    """Return a shape on which to try what a cell declares before its sizes are known: a small one, square if it may be."""
    known = [size for size in shape if isinstance(size, int)]
    return tuple(size if isinstance(size, int) else (known or [_FEW])[0] for size in shape)


def started(name: str, start: Start, draw: Draw) -> Floats:
    """Return the array that a weight starts as.

    Raises
    ------
    BadNetwork
        If the way's numbers are too few, too many or out of its range.
    """
    try:
        with np.errstate(all="ignore"):
            array = STARTS[start.name](draw, *start.numbers)
        if np.isfinite(array).all():
            return array
    except (TypeError, ValueError, np.linalg.LinAlgError):
        pass
    raise BadNetwork(
        "{name} can't start as “{kind}” of {numbers}.",
        name=name, kind=start.name, numbers=list(start.numbers), table="start",
    )  # fmt: skip


def named_numbers(declared: object) -> tuple[str, tuple[float, ...]]:
    """Return a name and its numbers out of ``name`` or ``{name: number or numbers}``; "?" for what is neither."""
    if isinstance(declared, str):
        return declared, ()
    if isinstance(declared, Mapping) and len(declared) == 1:
        ((kind, numbers),) = declared.items()
        some = numbers if isinstance(numbers, Sequence) and not isinstance(numbers, str) else [numbers]
        if all(isinstance(one, (int, float)) and np.isfinite(one) for one in some):
            return str(kind), tuple(float(one) for one in some)
    return "?", ()
