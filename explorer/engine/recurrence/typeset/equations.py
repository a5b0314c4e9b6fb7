"""The equations of a recurrence, line by line, its constants first."""

from __future__ import annotations

from explorer.engine.recurrence.equations.written import NUMBER, Line, Written
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.setting import PLAIN, TEX, Setting


def tex(recurrence: Recurrence, setting: Setting = TEX) -> list[str]:
    """Return the lines in TeX: ``h_{t} = …``."""
    return [setting.line(line) for line in lines(recurrence)]


def plain(recurrence: Recurrence, setting: Setting = PLAIN) -> list[str]:
    """Return the lines in plain text: ``hₜ = …``."""
    return [setting.line(line) for line in lines(recurrence)]


def code(recurrence: Recurrence) -> list[str]:
    """Return the lines in NumPy's notation, with the activation that f(…) stands for."""
    return [line.code for line in lines(recurrence)]


def lines(recurrence: Recurrence) -> list[Line]:
    """Return the lines, those of constants with their present values."""
    return [
        *(_constant(constant.name, f"{constant.value:.15g}") for constant in recurrence.constants),
        *recurrence.lines,
    ]


def _constant(name: str, digits: str) -> Line:
    return Line(name, f"{name} = {digits}", Written(NUMBER, digits), steady=True)
