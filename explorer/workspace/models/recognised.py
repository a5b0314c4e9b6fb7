"""`Recognised`: what one framework's conventions make of some of a file's arrays."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.workspace.models.found import LeftOut
from explorer.workspace.models.stacks import Stack


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """The ``stacks`` that were found, the names of the arrays that were ``used`` for them, and what else is known of others.

    ``source`` is the framework.
    """

    source: str
    stacks: tuple[Stack, ...] = ()
    used: frozenset[str] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
