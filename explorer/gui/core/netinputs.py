"""The net inputs of a cell at one step: each with its function, and what both are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.recurrence.readings.curves import Curve, curve
from explorer.engine.recurrence.readings.gates import gates, is_plain, net_inputs
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.engine.recurrence.typeset.notation import Plain
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.steps import step_at, values_at
from explorer.workspace.words.numbers import signed


@dataclass(frozen=True)
class NetInput:
    """The net inputs ``z`` (n,) of the units of one gate: its ``name``, what is said of it, and its function.

    ``sign`` is that of the function, f where the whole state is f(z). ``alone``: the gate's name is that of its value.
    """

    name: str
    label: str
    sign: str
    function: Curve
    z: Floats
    alone: bool

    @property
    def prime(self) -> str:
        """Return the sign of the slope."""
        return (f"({self.sign})" if " " in self.sign else self.sign) + "′"

    @cached_property
    def slopes(self) -> Floats:
        """Return f′(z) (n,) of the units."""
        return self.function.slope(self.z)

    @cached_property
    def _typical(self) -> float:
        """Return the mean of f(z) over the units."""
        return float(np.mean(self.function.value(self.z)))

    def value(self, unit: int) -> float:
        """Return f(z) of one unit."""
        return float(self.function.value(self.z[unit : unit + 1])[0])

    def slope(self, unit: int) -> float:
        """Return f′(z) of one unit."""
        return float(self.slopes[unit])

    def _said(self) -> str:
        """Return what f(z) is called: z^z could be taken for a power, or for a state of that name."""
        if self.alone:
            return self.name
        if self.label == "z":
            return f"{self.sign}(z)"
        return tr("{function} in {line}").format(function=self.sign, line=self.name)

    def mean(self) -> str:
        """Return the mean of f(z) over the units, under the name that it has."""
        return f"{self._said()} ≈ {signed(self._typical, 2)}"


def net_inputs_at(course: Course, t: int) -> tuple[NetInput, ...]:
    """Return the net inputs of step t, 1..T, in the order of the equations; none where no function has one."""
    recurrence = step_at(course, t).recurrence
    some, several = gates(recurrence), len(gates(recurrence)) > 1
    if is_plain(recurrence) and course.z.size:
        # What a run by hand has kept.
        values: Mapping[str, Floats] = {some[0].name: course.z[t - 1]}
    else:
        values = net_inputs(recurrence, values_at(course, t))
    return tuple(
        NetInput(
            plain_name(gate.name),
            f"z^{plain_name(gate.name)}" if several else "z",
            "f" if is_plain(recurrence) else Plain().called(gate.function),
            curve(gate.function),
            np.ravel(values[gate.name]),
            gate.alone,
        )
        for gate in some
    )
