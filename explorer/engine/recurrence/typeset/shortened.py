"""Expressions cut to a length: dots stand for what is left out."""

from __future__ import annotations

from dataclasses import replace

from explorer.engine.recurrence.equations.written import CONSTANT, SUM, Written
from explorer.engine.recurrence.typeset.notation import COMPARED, Plain
from explorer.engine.recurrence.typeset.setting import Setting

REST = Written(CONSTANT, "…")


def shortened(part: Written, most: int) -> Written:
    """Return an expression with dots for what makes it longer than ``most`` characters of plain text."""
    size = length(part)
    if size <= most:
        return part
    if part.kind == SUM and len(part.parts) > 1:
        return _begun(part, most)
    if not part.parts:
        return REST
    place = max(range(len(part.parts)), key=lambda one: length(part.parts[one]))
    room = most - (size - length(part.parts[place]))
    longest = shortened(part.parts[place], room) if room > 1 else replace(REST, rank=part.parts[place].rank)
    return replace(part, parts=(*part.parts[:place], longest, *part.parts[place + 1 :]))


def _begun(part: Written, most: int) -> Written:
    """Return the first summands that there is room for, or else the shortest, and dots."""
    for count in range(len(part.parts) - 1, 0, -1):
        some = replace(part, text=part.text[:count] + "+", parts=(*part.parts[:count], REST))
        if length(some) <= most:
            return some
    place = min(range(len(part.parts)), key=lambda one: length(part.parts[one]))
    shortest = shortened(part.parts[place], max(most - 4, 1))
    return replace(part, text=part.text[place] + "+", parts=(shortest, REST))


def length(part: Written) -> int:
    """Return how many characters an expression takes in plain text."""
    return len(Setting(Plain(), "j").of(part, COMPARED))
