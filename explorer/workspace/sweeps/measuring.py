"""What is measured at a point of a sweep: in any process, on any machine, with the same digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from explorer.engine import kaplan_yorke_dimension, lyapunov_exponents
from explorer.engine.errors import BadExploration, Refusal
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.looks.verdict import trend
from explorer.engine.names import unknown
from explorer.engine.work import Stop, never
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.looks.glance import glanced
from explorer.workspace.looks.measures import QUANTITIES, Seen
from explorer.workspace.sweeps.sweep import Place, Sweep

Measured = float | str
"""A number, NaN where there is none; of a quantity that is a word, "" where there is none."""

REQUIRED = ("held_loss", "held_accuracy", "loss", "gradient_norm", "updates")
"""What only a training tells."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ``values`` of a point, one for each quantity, and the ``reason`` why one of them is missing, "" if none is."""

    values: tuple[Measured, ...]
    reason: str = ""


def _rate(found: Seen) -> float | None:
    """Return the slope of the row, nats a step, also where it keeps to no line; −inf of one that dies."""
    row = found.row[::-1]
    if len(row) < 2 or math.isnan(row.sum()):
        return None
    return -math.inf if (row == -math.inf).any() else trend(row)[0]


_OF_EXPONENTS: Mapping[str, Callable[[Floats], float]] = MappingProxyType(
    {
        "lyapunov": lambda exponents: float(exponents[0]),
        "lyapunov_dimension": lambda exponents: kaplan_yorke_dimension(exponents),
    }
)

NAMES = (*QUANTITIES, *_OF_EXPONENTS)
"""What can be measured: what lessons know, λ₁ and the dimension by Kaplan and Yorke."""


def is_word(name: str) -> bool:
    """Return whether the quantity ``name`` is one of a few words."""
    return name in QUANTITIES and QUANTITIES[name].form == "word"


def check_quantities(names: Iterable[str], axes: Iterable[str]) -> None:
    """Refuse ``names`` that are no quantities, that come twice, or that an axis has, beside which they are kept.

    Raises
    ------
    BadExploration
        With all that there are.
    """
    known: set[str] = set()
    for name in names:
        if name not in NAMES:
            raise unknown("quantity", name, NAMES, BadExploration)
        if name in known:
            raise BadExploration("“{name}” is asked for twice.", name=name)
        if name in axes:
            raise BadExploration(
                "“{name}” is an axis and a quantity: call the axis by its part, such as “settings.{name}”.", name=name
            )
        known.add(name)


def nothing(sweep: Sweep) -> tuple[Measured, ...]:
    """Return the values of a point of which nothing is known."""
    return tuple("" if is_word(name) else math.nan for name in sweep.quantities)


def measure(sweep: Sweep, place: Place) -> Outcome:
    """Return what is found at a point. What refuses it, or fails, is its reason: a sweep goes on."""
    try:
        with one_blas_thread():
            return _measured(sweep, sweep.at(place))
    except Refusal as refusal:
        return Outcome(nothing(sweep), str(refusal))
    except (ArithmeticError, MemoryError, ValueError) as error:
        return Outcome(nothing(sweep), f"{type(error).__name__}: {error}")


def _measured(sweep: Sweep, exploration: Exploration) -> Outcome:
    found = glanced(trained(exploration, sweep.updates))
    values, reasons = list(nothing(sweep)), []
    exponents = _exponents(found, sweep)
    for i, name in enumerate(sweep.quantities):
        try:
            value = _value(found, name, exponents)
        except Refusal as refusal:
            value = None
            reasons.append(str(refusal))
        if value is not None:
            values[i] = value
    return Outcome(tuple(values), next(iter(reasons), ""))


def trained(exploration: Exploration, updates: int, stop: Stop = never) -> Exploration:
    """Return ``exploration`` after so many updates.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    if updates:
        for progress in training(exploration, stop, updates=updates):
            exploration = recorded(exploration, progress)
    return exploration


def _exponents(found: Seen, sweep: Sweep) -> Floats | None:
    """Return the Lyapunov exponents, once, where they are asked for."""
    if any(name in _OF_EXPONENTS for name in sweep.quantities):
        return lyapunov_exponents(found.run.trace, sweep.skip)
    return None


def _value(found: Seen, name: str, exponents: Floats | None) -> Measured | None:
    if name == "rate":
        return _rate(found)
    if exponents is not None and name in _OF_EXPONENTS:
        return _OF_EXPONENTS[name](exponents)
    return QUANTITIES[name].of(found)
