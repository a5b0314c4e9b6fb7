"""Products in order for many starting steps k at once: a pass over the steps that yields those that are wanted.

First with rows scaled apart, and where cancellation eats more digits than float64 has, in double-double arithmetic. Where
units don't mix, a product is that of each of them, side by side; where only a block of P is asked for, its columns alone are
carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.extended import DoubleDouble
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.steps import Steps
from explorer.engine.flow.unscaled import Unscaled
from explorer.engine.signed import Signed
from explorer.engine.work import Report, Stop

# Of products that are carried together: a tenth of a second's work, to be stopped between.
_STACK_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Visit:
    """A moment of a pass: the products P_{t,k} for some columns k, and which of them were wanted."""

    t: int
    columns: NDArray[np.intp]
    wanted: NDArray[np.bool_]
    stack: Graded | DoubleDouble | Unscaled


def passes(
    steps: Steps,
    wanted: NDArray[np.bool_],
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
    extended: Floats | None = None,
    seen: Seen = EVERYTHING,
) -> Iterator[Visit]:
    """Yield what is ``seen`` of the products of all columns with a wanted pair (T+1, T+1), step by step.

    With ``extended``, the Jacobians (T, …), in double-double arithmetic.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    size = steps.width // seen.units

    def each(J: Floats, stack: Stack) -> Floats:
        return np.tile(J, (len(stack.error) // len(J), 1, 1)) if J.ndim > 2 else J

    def log_J(stack: Stack, t: int) -> Signed:
        J = steps.log_jacobian(t)
        return Signed(each(J.log, stack), each(J.sign, stack))

    if extended is None:

        def in_logs(stack: Graded, t: int) -> Graded:
            error = steps.log_error_entries(t)
            return stack.before(log_J(stack, t), None if error is None else each(error, stack))

        yield from _pass(Graded.start, in_logs, size, wanted, stop, report, seen)
    else:

        def in_double_double(stack: DoubleDouble, t: int) -> DoubleDouble:
            return stack.before(each(extended[t - 1], stack), log_J(stack, t))

        yield from _pass(DoubleDouble.start, in_double_double, size, wanted, stop, report, seen)


Stack = TypeVar("Stack", Graded, DoubleDouble, Unscaled)


def _pass(
    start: Callable[[int, Floats], Stack],
    multiply: Callable[[Stack, int], Stack],
    size: int,
    wanted: NDArray[np.bool_],
    stop: Stop,
    report: Report,
    seen: Seen,
) -> Iterator[Visit]:
    first = np.eye(size)[:, seen.of_columns]
    chunks = _chunks(wanted, first.size * seen.units)
    for number, columns in enumerate(chunks):
        last = int(np.flatnonzero(wanted[:, columns].any(axis=1))[-1])
        stack = start(0, first)
        for t in range(int(columns[0]) + 1, last + 1):
            if stop():
                raise Stopped
            begun = int(np.searchsorted(columns, t))
            stack = _joined(stack, start(begun * seen.units - len(stack.error), first))
            stack = multiply(stack, t)
            chosen = wanted[t, columns[:begun]]
            if chosen.any():
                yield Visit(t, columns[:begun], chosen, of_rows(stack, begun, seen))
        report((number + 1) / len(chunks))


def of_rows(stack: Stack, count: int, seen: Seen) -> Stack:
    """Return the rows that are seen of ``count`` products, those of all units one below the other."""
    if seen == EVERYTHING:
        return stack

    def rows(array: NDArray[Any]) -> NDArray[Any]:
        some = array.reshape(count, seen.units, *array.shape[1:])[:, :, seen.of_rows]
        return some.reshape(count, -1, *array.shape[2:])

    return type(stack)(*(rows(getattr(stack, f.name)) for f in fields(stack)))


def _chunks(wanted: NDArray[np.bool_], entries: int) -> list[NDArray[np.intp]]:
    """Return the columns k with a wanted pair, in groups whose products fit in memory."""
    columns = np.flatnonzero(wanted.any(axis=0))
    size = max(1, _STACK_BYTES // (8 * entries))
    return [columns[i : i + size] for i in range(0, len(columns), size)]


def _joined(stack: Stack, more: Stack) -> Stack:
    """Return two stacks as one."""
    if not len(more.error):
        return stack
    parts = (np.concatenate([getattr(s, f.name) for s in (stack, more)]) for f in fields(stack))
    return type(stack)(*parts)
