"""How a unit's number came about: the line of its equation with the numbers of the unit put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from explorer.engine.network.course import Course
from explorer.engine.recurrence.equations.written import CALL, NET_INPUT, VALUE, Line, Written
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.notation import Plain
from explorer.engine.recurrence.typeset.numbers import Reckoned, Reckoner
from explorer.engine.recurrence.typeset.setting import Setting
from explorer.workspace.looks.steps import step_at, values_at
from explorer.workspace.scales.states import Block
from explorer.workspace.words.equations import as_shown, digits_that_hold
from explorer.workspace.words.numbers import signed, subscript

_FEWEST = 3


def words(course: Course, step: int, block: Block, row: int) -> str:
    """Return the name and value of one entry of a state, with the formula that it came from.

    Of a chain that runs backward there is no formula: its states before are those that come later in the sequence.
    """
    name, backward = f"{block.name}{subscript(step)}{block.entry(row)}", course.chain.backward
    value = signed(float(course.s[course.steps - step if backward else step, block.start + row]))
    if step == 0 or backward:
        return f"{name} = {value}"
    recurrence, found = step_at(course, step).recurrence, values_at(course, step)
    line = line_of(recurrence, block.part)

    def reckoned(digits: int) -> Reckoned | None:
        shown = Reckoner(found, block.place(row), lambda z: (signed(z, digits), as_shown(z, digits)))
        return shown.of(line.value)

    formula = Setting(_OfAUnit(step, {block.part: block.name}), step).of(_by_net_inputs(recurrence, line.value))
    if reckoned(_FEWEST) is None:
        return f"{name} = {formula} = {value}"

    def holds(digits: int) -> bool:
        made = reckoned(digits)
        return made is not None and signed(made.value) == value

    digits = digits_that_hold(holds, _FEWEST)
    numbers = reckoned(digits or _FEWEST)
    assert numbers is not None
    sign = "≈" if digits is None else "="
    # Of a line that is one number there is nothing to put in.
    middle = f" = {numbers.text}" if numbers.text != value else ""
    return f"{name} = {formula}{middle} {sign} {value}"


def line_of(recurrence: Recurrence, part: str) -> Line:
    """Return the line that makes a part of the state; where that only gives another's value its name, the other."""
    lines = list(recurrence.lines)
    place = max(place for place, line in enumerate(lines) if line.name == part)
    while (value := lines[place].value).kind == VALUE and not value.delay:
        place = max(earlier for earlier in range(place) if lines[earlier].name == value.text)
    return lines[place]


class _OfAUnit(Plain):
    """Plain text of one unit's equation: what is of the same step has no step, and entries have a point between them."""

    def __init__(self, now: int, names: Mapping[str, str]) -> None:
        self._now, self._names = str(now), names

    def name(self, name: str, time: str = "", above: str = "") -> str:
        return super().name(self._names.get(name, name), "" if time == self._now else time, above)

    def sign(self, operator: str) -> str:
        return "·" if operator == "*" else super().sign(operator)


def _by_net_inputs(recurrence: Recurrence, part: Written) -> Written:
    """Return an expression with z for the net input of each of its functions, z^r where there are several."""
    some = gates(recurrence)
    names = {gate.node: gate.name if len(some) > 1 else "" for gate in some}

    def put(one: Written) -> Written:
        if one.kind == CALL and one.text != "identity" and len(one.parts) == 1 and one.parts[0].node in names:
            return replace(one, parts=(Written(NET_INPUT, names[one.parts[0].node], rank=one.rank),))
        return replace(one, parts=tuple(map(put, one.parts)))

    return put(part)
