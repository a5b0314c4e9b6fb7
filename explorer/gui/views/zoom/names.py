"""What places on the way down are called: in the sequence's time, whichever way the chain runs, and by its layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.engine.network.course import Course
from explorer.engine.network.layer import ARROWS
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.engine.recurrence.typeset.notation import Layered
from explorer.engine.recurrence.typeset.setting import Setting
from explorer.engine.signed import Signed
from explorer.gui.core.quantities import part_name
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.scales.states import blocks, entry_name
from explorer.workspace.scales.states import part_name as name_of_part
from explorer.workspace.words.numbers import scientific, subscript


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what is seen of an ``inspection``; all steps that are asked for are in the order in which its chain runs.

    A chain that runs backward reads x_T first: its state j is s_{T−j}, and its step j, with gates and J, that of x_{T+1−j}.
    """

    inspection: Inspection

    @property
    def course(self) -> Course:
        """Return what happened along the chain."""
        return self.inspection.analysis.run.course

    @property
    def layer(self) -> str:
        """Return the layer and direction that a chain of one layer is, "2→", where the network has other chains; else ""."""
        run = self.inspection.analysis.run
        alone = len(run.trace.chains) == 1 or "/" in next(iter(run.course.chain.step.parts))
        return "" if alone else run.course.name

    @property
    def raised(self) -> str:
        """Return the layer as it stands on top of a letter."""
        return plain_name(f"{self.layer}/s").removeprefix("s") if self.layer else ""

    def state(self, j: int) -> str:
        """Return what a state of the chain is called: s₃₆, s²→₃₆."""
        return f"s{self.raised}{subscript(self.inspection.time(j))}"

    def step(self, j: int) -> int:
        """Return the step of the sequence that a step of the chain reads."""
        return self.inspection.step(j)

    def pair(self, t: int, k: int) -> str:
        """Return what the product is called, or the block of it that is shown: ∂s₃₆/∂s₁₂, ∂s²₃₆/∂s¹₁₂."""
        return "∂{}/∂{}".format(*self.ends(t, k))

    def ends(self, t: int, k: int) -> tuple[str, str]:
        """Return what the product is a derivative of and by: the states, or parts of them."""
        block = self.inspection.analysis.run.block
        if block is None:
            return self.state(t), self.state(k)
        into, out_of = (part_name(part) + self.raised for part in block)
        return into + self._time(t), out_of + self._time(k)

    def factor(self, j: int) -> str:
        """Return what a step's Jacobian is called."""
        return f"J{self.raised}{subscript(self.step(j))}"

    def entry(self, entry: tuple[int, int], t: int, k: int) -> str:
        """Return what one number of ∂s_t/∂s_k is called: ∂s₂₁[5]/∂s₂₀[3]."""
        ends = (
            entry_name(self.course.chain, one, self.raised + self._time(j))
            for one, j in zip(entry, (t, k), strict=True)
        )
        return "∂{}/∂{}".format(*ends)

    def block(self, row: str, column: str, j: int) -> str:
        """Return what a block of J_j is called: ∂h₂₁/∂c₂₀."""
        parts = blocks(self.course.chain)
        into, out_of = (name_of_part(parts, next(one for one in parts if one.part == name)) for name in (row, column))
        return f"∂{into}{self.raised}{self._time(j)}/∂{out_of}{self.raised}{self._time(j - 1)}"

    @property
    def below(self) -> str:
        """Return the number of the layer whose outputs the chain reads, "" where it reads the input of the network."""
        number = self.layer.rstrip("".join(ARROWS.values()))
        return str(int(number) - 1) if number and number != "1" else ""

    @property
    def _notation(self) -> Layered:
        return Layered(self.layer, own_input=bool(self.below))

    def setting(self, j: int) -> Setting:
        """Return how equations are set at step j."""
        return Setting(self._notation, j, self._called)

    def value(self, name: str, delay: int, j: int) -> str:
        """Return what a value is called, of so many steps before j: f₃₆, h₃₅, x₃₆."""
        return self._notation.name(name, str(self._called(j - delay, name)))

    def _called(self, j: int, name: str) -> int:
        states = self.course.chain.step.parts
        return self.inspection.time(j) if name in states else self.step(j)

    def _time(self, j: int) -> str:
        return subscript(self.inspection.time(j))


def place_name(place: Place, inspection: Inspection) -> str:
    """Return what a place is called on the way to it."""
    names = Names(inspection)
    match place.level:
        case "product":
            return names.pair(inspection.t, inspection.k)
        case "factor":
            return names.factor(place.step)
        case "inside":
            return gate_name(names.course, place)
        case "unit":
            return tr("unit {unit}").format(unit=inspection.selection.unit)
    ends = (place.step, place.step - 1) if place.step else (inspection.t, inspection.k)
    return names.entry(place.entry, *ends)


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
