"""Where one gets to from a factor: the gates that its diagonals are of, and its largest number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.signed import Signed
from explorer.gui.views.zoom.factor_words import FactorWords
from explorer.gui.views.zoom.names import gate_name
from explorer.gui.views.zoom.scene import Door
from explorer.gui.words.i18n import tr
from explorer.workspace.looks.steps import step_at
from explorer.workspace.looks.zoom.factor import FactorLook


@dataclass(frozen=True, slots=True)
class WaysIn:
    """The ``doors`` of a factor: ``by_gate`` says which is that of a gate, ``entry`` which is that of the largest number."""

    doors: list[Door]
    by_gate: Mapping[str, int]
    entry: int | None

    @classmethod
    def of(cls, look: FactorLook, words: FactorWords) -> WaysIn:
        """Return the doors of ``look``: of every diagonal the gate that it is of, or of all of J the cell from the inside."""
        # Several parts may be of one gate, which is one door.
        named = dict.fromkeys(part.gate for part in look.parts if part.scale is not None)
        whole = not named
        some = [_any_gate(look)] if whole else list(named)
        inside = replace(look.place, level="inside")
        doors = [Door(replace(inside, gate=gate), _name(look, "" if whole else gate)) for gate in some]
        entry = None
        if not look.alike and math.isfinite(look.matrix.peak):
            entry, at = len(doors), _largest(look.entries)
            doors.append(Door(replace(look.place, level="entry", entry=at), words.entry_name(at)))
        return cls(doors, {gate: i for i, gate in enumerate(some)}, entry)


def _any_gate(look: FactorLook) -> str:
    """Return a gate to look at first where the picture names none, "" where the cell has none."""
    found = gates(step_at(look.course, look.place.step).recurrence)
    return found[0].name if found else ""


def _name(look: FactorLook, gate: str) -> str:
    """Return where a diagonal leads that is of ``gate``, "" of none."""
    step = look.inspection.step(look.place.step)
    if not gate:
        return tr("the cell at step {step} from the inside").format(step=step)
    name = gate_name(look.course, replace(look.place, gate=gate))
    return tr("{gate} in the cell at step {step}").format(gate=name, step=step)


def _largest(entries: Signed) -> tuple[int, int]:
    """Return where the largest number stands; there is one."""
    row, column = np.unravel_index(int(np.nanargmax(entries.log)), entries.log.shape)
    return int(row), int(column)
