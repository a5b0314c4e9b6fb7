"""`form_of`: which products a chain needs, by the structure of its J; those of rare structures are imported when needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from explorer.engine.floats import Floats
from explorer.engine.flow.along import along
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.steps import Steps, Structured, is_remembering, is_structured
from explorer.engine.flow.still import Still
from explorer.engine.recurrence.readings.structure import (
    COLUMNS_ALIKE,
    DIAGONAL,
    IDENTITY,
    ROWS_ALIKE,
    UNITS,
    ZERO,
)
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop


class Form(Protocol):
    """All that is asked of the products of a chain."""

    def pairs(self, stop: Stop = ..., report: Report = ...) -> Pairs:
        """Return all pairs.

        Raises
        ------
        TooBig
            If they would not fit in memory.
        Stopped
            When ``stop()`` said so.
        """
        ...

    def log_spectral_norm(self, pairs: Pairs, stop: Stop = ..., report: Report = ...) -> Floats:
        """Return ln ‖P_{t,k}‖₂ (T+1, T+1), NaN for k > t, −inf for a true zero."""
        ...

    def product(self, t: int, k: int, pairs: Pairs) -> tuple[Floats, float]:
        """Return P_{t,k} (N, N), of norm one, and ln of its norm; zeros and −inf for a true zero."""
        ...

    def log_singular_values(self, ends: Sequence[int], k: int, stop: Stop = ...) -> Floats:
        """Return ln σ_i(P_{t,k}) (E, N) for each t of ``ends``, which ascend from k on; descending, −inf for zeros."""
        ...

    def row(self, t: int, spectral: bool) -> Floats:
        """Return ln ‖P_{t,k}‖_F, or ln ‖P_{t,k}‖₂, (t+1,) for k = 0..t alone."""
        ...

    def exponents(self, skip: int, ends: Sequence[int], stop: Stop = ..., /) -> Floats:
        """Return the N Lyapunov exponents (E, N), nats a step, descending, over the steps skip+1..end for each of ``ends``.

        These ascend, and each is more than ``skip``.
        """
        ...


def _still(steps: Structured) -> Form:
    return Still(steps.steps, steps.width, steps.structure == IDENTITY)


def _units(steps: Structured) -> Form:
    from explorer.engine.flow.units import Apart, Units

    J = steps.log_compact()
    if steps.structure == DIAGONAL:
        J = Signed(J.log[:, :, None, None], J.sign[:, :, None, None])
    return Units(Apart(steps, J))


def _kronecker(steps: Structured) -> Form:
    from explorer.engine.flow.kronecker import Factor, Kronecker

    return Kronecker(Factor(steps.log_compact(), steps, steps.structure == ROWS_ALIKE))


_FORMS: dict[str, Callable[[Structured], Form]] = {
    ZERO: _still,
    IDENTITY: _still,
    DIAGONAL: _units,
    UNITS: _units,
    ROWS_ALIKE: _kronecker,
    COLUMNS_ALIKE: _kronecker,
}


def form_of(steps: Steps) -> Form:
    """Return the form of a chain's products; where nothing is known of its J, or that it is of no use, `Dense`."""
    steps = along(steps)
    if is_remembering(steps):
        from explorer.engine.flow.delayed import Delayed

        return Delayed(steps)
    if is_structured(steps) and steps.structure in _FORMS:
        return _FORMS[steps.structure](steps)
    return Dense(steps)
