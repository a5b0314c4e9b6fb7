"""One shipped cell of each kind, for facts that follow from the kind: there are many cells, and few kinds."""

from __future__ import annotations

from explorer.engine.recurrence.expressions.expression import Pointwise
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.readings.structure import structure


def _kind(name: str) -> tuple[object, ...]:
    """Return what makes a cell another kind: the structure of J, states, delays, half-steps, a kernel, an activation."""
    recurrence = cell(name).recurrence
    found = structure(sized(recurrence, 3, 4))
    states, delays = len(recurrence.states), bool(found.registers)
    return found.whole, states, delays, bool(found.half_steps), name in KERNELS, recurrence.activation is None


def _has_a_derivative(name: str) -> bool:
    """Return whether the gradient is that of the loss: where a number is rounded, it is that of the number."""
    return all(node.operator != Pointwise("round") for node in cell(name).recurrence.graph)


DERIVABLE = tuple(filter(_has_a_derivative, names()))
"""The shipped cells whose gradient is the derivative of the loss."""

VARIETY = tuple(sorted({_kind(name): name for name in reversed(DERIVABLE)}.values()))
"""The first shipped cell of each kind that has a derivative; a test of a cell's own fact goes through all of them instead."""
