"""What stands where in the rows of gradients of equations: a row remembers as many older states as they read."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.readings.step import Step


@lru_cache(maxsize=64)
def layout(step: Step) -> Layout:
    """Return the layout of a step's rows."""
    end, older = step.N, {}
    for state in step.recurrence.states:
        size = step.parts[state.name].stop - step.parts[state.name].start
        more = size * (max(state.delays) - 1)
        if more:
            older[state.name] = slice(end, end + more)
            end += more
    out = step.recurrence.out
    if out in step.recurrence.next:
        entry = step.parts[step.recurrence.states[step.recurrence.next.index(out)].name]
        return Layout(end, step.N, step.parts, MappingProxyType(older), entry, apart=False)
    size = 1
    for length in step.shapes[out]:
        size *= length
    return Layout(end + size, step.N, step.parts, MappingProxyType(older), slice(end, end + size), apart=True)
