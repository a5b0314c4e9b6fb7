"""The inside of a cell at one step: its elements with the values that come of them, and one gate of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import step_at, values_at
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.wiring import Element, Wiring, layer_of, wiring


@dataclass(frozen=True, slots=True, eq=False)
class InsideLook:
    """The ``wiring`` at a ``place``, and the value of each element, of any shape; None where the graph keeps none.

    ``units`` is how many numbers a vector of the layer has, ``unit`` the chosen one.
    """

    inspection: Inspection
    place: Place
    wiring: Wiring
    values: tuple[Floats | None, ...]
    units: int
    unit: int

    @property
    def course(self) -> Course:
        """Return what happened along the chain."""
        return self.inspection.analysis.run.course

    def number(self, place: int) -> float | None:
        """Return what the chosen unit has of an element: of a matrix the first of its row, of a plain number that."""
        value = self.values[place]
        if value is None:
            return None
        found = np.asarray(value, dtype=np.float64)
        while found.ndim > 1:
            found = found[..., 0]
        return float(found) if not found.ndim else float(found[min(self.unit, len(found) - 1)])


def inside_look(inspection: Inspection, place: Place) -> InsideLook:
    """Return the inside of the cell at the step of a place."""
    course, t = inspection.analysis.run.course, place.step
    step, found = step_at(course, t), values_at(course, t)
    made = wiring(step.recurrence, layer_of(place.gate))
    values = tuple(_value(one, step, found, course, t) for one in made.elements)
    taken = [value for one, value in zip(made.elements, values, strict=True) if one.taken and value is not None]
    sizes = [len(value) for value in taken if value.ndim]
    units = max(sizes, default=1)
    return InsideLook(inspection, place, made, values, units, min(inspection.selection.unit, units - 1))


def _value(one: Element, step: Step, found: Values, course: Course, t: int) -> Floats | None:
    """Return what an element comes to; a state that is given is read from the run."""
    if one.kind == "given" and one.delay and one.name in step.parts:
        before = course.s[t - one.delay] if one.delay <= t else step.start()
        return step.part(before, one.name)
    return None if one.node is None else np.asarray(found[one.node])
