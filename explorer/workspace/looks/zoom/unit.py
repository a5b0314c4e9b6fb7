"""What one unit makes of a gate: the summands of its net input, with what each input brings to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.recurrence.equations.written import CALL, SUM, VALUE, Line, Written
from explorer.engine.recurrence.readings.gates import Gate, argument, gates
from explorer.engine.recurrence.readings.step import Values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import step_at, values_at
from explorer.workspace.looks.zoom.place import Place


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A summand of a net input: its ``sign``, what it is, and its number for the unit, None where the graph keeps none.

    ``brought`` (q,) is what each number of what a matrix multiplies brings to it, None of anything else.
    """

    sign: str
    written: Written
    number: float | None
    brought: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class UnitLook:
    """A ``gate`` at a ``place`` for one ``unit``: the equation's ``line``, and the ``shares`` of the net input.

    ``multiplies``: its value is a factor somewhere in the cell, so that it lets something pass whatever its slope is.
    """

    inspection: Inspection
    place: Place
    gate: Gate
    line: Line
    unit: int
    shares: tuple[Share, ...]
    multiplies: bool

    @property
    def course(self) -> Course:
        """Return what happened along the chain."""
        return self.inspection.analysis.run.course


def unit_look(inspection: Inspection, place: Place) -> UnitLook:
    """Return what the chosen unit makes of the gate of a place."""
    course = inspection.analysis.run.course
    recurrence, found = step_at(course, place.step).recurrence, values_at(course, place.step)
    gate = next(one for one in gates(recurrence) if one.name == place.gate)
    line, inner = next(
        (line, part) for line in recurrence.lines for part in _functions(line.value)
        if argument(part) == gate.node and part.text == gate.function
    )  # fmt: skip
    units = len(np.atleast_1d(found[gate.node]))
    unit = min(inspection.selection.unit, units - 1)
    net_input = inner.parts[0]
    terms = list(zip(net_input.text, net_input.parts, strict=True)) if net_input.kind == SUM else [("+", net_input)]
    shares = tuple(_share(sign, one, found, unit) for sign, one in terms)
    return UnitLook(inspection, place, gate, line, unit, shares, _multiplies(gate, recurrence))


def _multiplies(gate: Gate, recurrence: Recurrence) -> bool:
    """Return whether the value of a gate is a factor of a product, as it is or as 1 − it."""
    return gate.alone and any(_has_factor(line.value, gate.name) for line in recurrence.lines)


def _has_factor(part: Written, name: str) -> bool:
    factors = [one for own in part.parts for one in (own, *(own.parts if own.kind == SUM else ()))]
    if part.kind == "*" and any(one.kind == VALUE and one.text == name and not one.delay for one in factors):
        return True
    return any(_has_factor(one, name) for one in part.parts)


def _functions(part: Written) -> Iterator[Written]:
    """Yield the calls in an expression, the outer ones first."""
    if part.kind == CALL:
        yield part
    for one in part.parts:
        yield from _functions(one)


def _share(sign: str, part: Written, found: Values, unit: int) -> Share:
    value = None if part.node is None else np.asarray(found[part.node])
    number = None if value is None else float(value if not value.ndim else value.reshape(len(value), -1)[unit, 0])
    return Share(sign, part, number, _brought(part, found, unit))


def _brought(part: Written, found: Values, unit: int) -> Floats | None:
    """Return the products that the row of a matrix sums over."""
    if part.kind != "@" or any(one.node is None for one in part.parts):
        return None
    matrix, vector = (np.asarray(found[one.node]) for one in part.parts if one.node is not None)
    if matrix.ndim != 2 or vector.ndim != 1:
        return None
    with np.errstate(all="ignore"):
        return np.asarray(matrix[unit] * vector)
