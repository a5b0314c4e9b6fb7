"""One function of the equations: the rules by which every reading knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.interval import ANYWHERE, Reach
from explorer.engine.signed import Signed


@dataclass(frozen=True, slots=True)
class Function:
    """One function of ``arity`` arguments.

    ``slopes`` returns the partial derivatives, None where there is none; ``change`` takes the arguments and by how much
    each changes. ``log_value`` and ``log_slopes`` are the first two in logarithms, and ``log_change``, of a function whose
    change can be too small for float64 though the argument's is not, is the third. ``reach`` is where the value lies if the
    arguments lie in some intervals.
    """

    arity: int
    value: Callable[..., Floats]
    slopes: Callable[..., tuple[Floats | None, ...]]
    change: Callable[..., Floats]
    log_value: Callable[..., Signed]
    log_slopes: Callable[..., tuple[Signed | None, ...]]
    log_change: Callable[..., Signed] | None = None
    reach: Reach = ANYWHERE
