"""What places on the way down are called."""

from __future__ import annotations

import math

from explorer.engine.network.course import Course
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.engine.signed import Signed
from explorer.gui.plot.scales import entry_name
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.words.numbers import derivative, scientific, subscript


def place_name(place: Place, inspection: Inspection) -> str:
    """Return what a place is called on the way to it."""
    course = inspection.analysis.run.course
    match place.level:
        case "product":
            return derivative(inspection.t, inspection.k)
        case "factor":
            return factor_name(place.step)
        case "inside":
            return gate_name(course, place)
        case "unit":
            return tr("unit {unit}").format(unit=inspection.selection.unit)
    ends = (place.step, place.step - 1) if place.step else (inspection.t, inspection.k)
    return entry_of(course, place.entry, *ends)


def factor_name(step: int) -> str:
    """Return what a step's Jacobian is called."""
    return f"J{subscript(step)}"


def entry_of(course: Course, entry: tuple[int, int], t: int, k: int) -> str:
    """Return what one number of ∂s_t/∂s_k is called: ∂s₂₁[5]/∂s₂₀[3]."""
    row, column = entry
    return f"∂{entry_name(course.chain, row, subscript(t))}/∂{entry_name(course.chain, column, subscript(k))}"


def number_text(numbers: Signed, place: tuple[int, ...], digits: int = 3) -> str:
    """Return a number that is kept by its logarithm and sign: −0.42, 10^−2171.5, 0, NaN."""
    log, sign = float(numbers.log[place]), float(numbers.sign[place])
    return ("−" if sign < 0 else "") + scientific(log / math.log(10.0), digits)


def gate_name(course: Course, place: Place) -> str:
    """Return what a cell is called from the inside, by the gate that is looked at."""
    if not place.gate:
        return tr("the cell")
    if is_plain(step_at(course, place.step).recurrence):
        return "f(z)"
    return tr("gate {name}").format(name=plain_name(place.gate))
