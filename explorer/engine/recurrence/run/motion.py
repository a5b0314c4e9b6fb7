"""What a run of equations says about how its state moves: `Motion` by the readings, each worked out once, when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.limits import at_a_time
from explorer.engine.norms import log_norms, norm_of_logs
from explorer.engine.recurrence.expressions.expression import ONCE, Graph, Node
from explorer.engine.recurrence.motion import NO_OLDER, NO_OLDER_LOGS, Path
from explorer.engine.recurrence.readings.change import change
from explorer.engine.recurrence.readings.compact import compact, log_compact, times
from explorer.engine.recurrence.readings.credit import CreditOfEquations
from explorer.engine.recurrence.readings.derivative import Terms, columns
from explorer.engine.recurrence.readings.exact import during, of_values
from explorer.engine.recurrence.readings.formula import formula
from explorer.engine.recurrence.readings.linear import Factor, Term
from explorer.engine.recurrence.readings.logchange import log_change
from explorer.engine.recurrence.readings.logjacobian import log_dense, log_terms
from explorer.engine.recurrence.readings.logvalue import Known, LogValues, log_values, starts_at_infinity
from explorer.engine.recurrence.readings.pushed import Pushed
from explorer.engine.recurrence.readings.step import Given, Step, Values
from explorer.engine.recurrence.readings.structure import SMALL, structure
from explorer.engine.recurrence.readings.tangents import Directions, Tangents, tangents
from explorer.engine.recurrence.readings.unsure import log_errors, state_errors
from explorer.engine.recurrence.readings.unsurerows import RowErrors, log_row_errors_of_all
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.readings.within import Span, of_weights
from explorer.engine.recurrence.run.forward import Stretch
from explorer.engine.recurrence.run.roll import Roll
from explorer.engine.recurrence.run.track import Still, Track
from explorer.engine.signed import Signed
from explorer.engine.work import Stop, never

_ALL = slice(None)
# As much of a number as its logarithm still shows where that is near −1000.
_SHAKE = 512.0 * np.finfo(np.float64).eps
# Nats: of a row that float64 holds no more.
_FAINT = -650.0


@dataclass(frozen=True, eq=False)
class MotionOfEquations:
    """`Motion` of a ``run`` over a single sequence (T, m); steps are counted from where it begins.

    ``before`` is the motion of the leg of which it goes on, if it is not the first.
    """

    run: Roll
    before: MotionOfEquations | None = None

    @property
    def step(self) -> Step:
        """Return what was run."""
        return self.run.step

    @property
    def steps(self) -> int:
        return len(self.run.s) - 1

    @property
    def width(self) -> int:
        return self.step.N

    @property
    def delays(self) -> tuple[int, ...]:
        return tuple(sorted({1, *(delay for _, delay in columns(self.step))}))

    @property
    def form(self) -> str:
        return structure(self.step).whole

    @property
    def paths(self) -> frozenset[Path]:
        summands = (term for by in formula(self.step).rows for some in by.values() for term in some)
        return frozenset[Path]("direct" if term.direct else "gates" for term in summands)

    def jacobians(self, after: int, until: int, path: Path = "whole", delay: int = 1) -> Floats:
        if after == 0 and until > 1 and starts_at_infinity(self.step):
            # The first step alone has what is infinite.
            return np.concatenate([self.jacobians(*some, path, delay) for some in ((0, 1), (1, until))])
        some = slice(after, until)
        found = [_during(one, len(node.shape), some) for one, node in zip(self._values, self._graph, strict=True)]

        def log_rows() -> list[Terms]:
            return [during(terms, some) for terms in self._log_terms]

        return of_values(self.step, found, (until - after,), self._spans, log_rows, delay, path)

    def forward_product(self, t: int, V: Floats) -> Floats | None:
        """Return J_t V (N, r) of directions V (N, r) by the equations, without J_t; None where that takes its logarithms."""
        return self._pushed.push(t - 1, V)

    def log_jacobian(self, t: int, path: Path = "whole", delay: int = 1) -> Signed:
        with np.errstate(all="ignore"):
            return log_dense(self.step, [during(terms, t - 1) for terms in self._log_terms], delay, path, ())

    def find_errors(self, stop: Stop) -> None:
        """Find what `log_errors` and `log_block_errors` tell, which takes long in a stack.

        Raises
        ------
        Stopped
            When ``stop()`` said so; it is asked after some steps.
        """
        if "_row_errors" not in vars(self):
            vars(self)["_row_errors"] = self._found_row_errors(stop)

    def log_errors(self) -> Floats | None:
        return None if self._row_errors is None else self._row_errors.largest

    def log_block_errors(self) -> Floats | None:
        return None if self._row_errors is None else self._row_errors.blocks

    def log_error_entries(self, t: int) -> Floats | None:
        off = self._state_errors
        return log_errors(self.step, self._log_values_at(t - 1), None if off is None else off[t - 1])

    def least(self, after: int, until: int) -> float:
        found = [
            factor.number.log[after:until] if np.ndim(factor.number.log) > len(factor.labels) else factor.number.log
            for term in self._every_log_term
            for factor in (term.coefficient, term.base)
            if factor is not None and not factor.lasting
        ]
        return min([np.inf, *(float(np.min(log, initial=np.inf, where=np.isfinite(log))) for log in found)])

    def change(self, t: int, d: Floats, older: Mapping[int, Floats] = NO_OLDER) -> Floats:
        found = [_during(one, len(node.shape), t) for one, node in zip(self._values, self._graph, strict=True)]
        return change(self.step, found, d, older)

    def log_change(self, t: int, d: Signed, older: Mapping[int, Signed] = NO_OLDER_LOGS) -> Signed:
        return log_change(self.step, self._log_values_at(t), d, older)

    def slopes_and_weights(self) -> tuple[Signed, Sequence[Floats]] | None:
        marks = [term for by in formula(self.step).rows for some in by.values() for term in some]
        if len(marks) != 1 or len(self.step.parts) != 1 or self.delays != (1,):
            return None
        base = marks[0].base
        if marks[0].deltas or base is None or not base.lasting:
            return None
        (term,) = self._every_log_term
        W, shape = cast(Factor, term.base).number.value(), (self.steps, self.width)
        slope = Signed.of(np.ones(shape)) if term.coefficient is None else term.coefficient.number
        spread = Signed(np.broadcast_to(slope.log, shape), np.broadcast_to(slope.sign, shape))
        return spread, [W if base.labels == "ia" else W.T] * self.steps

    def compact(self) -> Floats | None:
        return compact(self.step, self._values, (self.steps,)) if self.form in SMALL else None

    def log_compact(self) -> Signed | None:
        return log_compact(self.step, self._log_values) if self.form in SMALL else None

    @cached_property
    def credit(self) -> CreditOfEquations:
        """Return what rows of gradients ask of the run."""
        return CreditOfEquations(self.step, self.steps, lambda: self._values, lambda: self._log_values)

    def shaken(self, rng: np.random.Generator) -> CreditOfEquations:
        """Return the same where every state is off by about its rounding, up or down at random; zeros stay."""

        def off(s: Floats) -> Floats:
            return np.where(np.isfinite(s), s * (1.0 + rng.choice([-_SHAKE, _SHAKE], s.shape)), s)

        given = self.given()
        given = replace(given, s=off(given.s), older={delay: off(s) for delay, s in given.older.items()})
        weights = self.run.weights
        return CreditOfEquations(
            self.step, self.steps,
            lambda: values(self.step, weights, given), lambda: log_values(self.step, weights, given),
        )  # fmt: skip

    def tangents(self, directions: Directions, stop: Stop = lambda: False) -> Tangents:
        """Return how the states and what is given out change along directions, by rules that nothing else uses.

        Raises
        ------
        Stopped
            When ``stop()`` said so; it is asked at every step.
        """
        return tangents(self.step, self._values, self.steps, directions, stop)

    # ---- what is worked out once

    def given(self, some: slice = _ALL) -> Given:
        """Return what some of the steps were given."""
        here = self._stretch
        return replace(here, history=here.history[:, 0], inputs=here.inputs[:, 0]).given(some)

    @property
    def _stretch(self) -> Stretch:
        return self.run.stretch

    @property
    def _graph(self) -> Graph:
        return self.step.recurrence.graph

    @cached_property
    def _values(self) -> Values:
        """Return the values that the run has left, (T, shape); None for those that nothing else reads."""
        return cast(Values, [_kept(one, node) for one, node in zip(self._stretch.tracks, self._graph, strict=False)])

    @cached_property
    def _spans(self) -> Mapping[int, Span]:
        return of_weights(self.step, self._values)

    @cached_property
    def _log_values(self) -> LogValues:
        return log_values(self.step, self.run.weights, self.given())

    @cached_property
    def _log_terms(self) -> list[Terms]:
        return log_terms(self.step, self._log_values)

    @cached_property
    def _pushed(self) -> Pushed:
        return Pushed(self.step, self._values)

    @property
    def _every_log_term(self) -> list[Term]:
        return [term for by in self._log_terms for terms in by.values() for term in terms]

    def _log_values_at(self, t: int | slice) -> LogValues:
        return [
            Known(one.log[t], one.sign[t], one.plain[t]) if np.ndim(one.log) > len(node.shape) else one
            for one, node in zip(self._log_values, self._graph, strict=True)
        ]

    @cached_property
    def _every_state_error(self) -> Floats | None:
        first = None if self.before is None else self.before.last_state_error
        return state_errors(self.step, self._log_values, self.run.s, self._carried_on, first)

    @property
    def _state_errors(self) -> Floats | None:
        """Return how far the states (T, N) that the steps begin from may be off."""
        return None if self._every_state_error is None else self._every_state_error[:-1]

    @property
    def last_state_error(self) -> Floats | None:
        """Return how far the last state (N,) may be off; None where nothing has cancelled on the way."""
        return None if self._every_state_error is None else self._every_state_error[-1]

    def _jacobian(self, t: np.intp) -> Floats:
        return self.jacobians(int(t), int(t) + 1)[0]

    @cached_property
    def _row_errors(self) -> RowErrors | None:
        return self._found_row_errors(never)

    def _found_row_errors(self, stop: Stop) -> RowErrors | None:
        values_at, off = self._log_values_at, self._state_errors
        return log_row_errors_of_all(self.step, values_at, self.steps, off, self._log_rows, stop)

    @cached_property
    def _sizes(self) -> Floats | None:
        """Return |J_1|..|J_T| in their small form, where they have one."""
        J = self.compact()
        return None if J is None else np.abs(J)

    def _carried_on(self, t: int, errors: Floats) -> Floats:
        """Return |J_t| e of errors e (N,) of the last state."""
        if self._sizes is None:
            return np.asarray(np.abs(self.jacobians(t - 1, t)[0]) @ errors)
        return times(self.step, self._sizes[t - 1], errors)

    def _log_rows(self, some: NDArray[np.intp]) -> Floats:
        """Return ln of the norms of the rows (·, N) of J_{t+1} for some t, of which only so many are ever made at a time."""
        size, rows = at_a_time(8 * self.width**2), np.empty((len(some), self.width))
        for first in range(0, len(some), size):
            here = some[first : first + size]
            after, until = int(here[0]), int(here[-1]) + 1
            near = until - after <= size
            J = self.jacobians(after, until)[here - after] if near else [self._jacobian(t) for t in here]
            rows[first : first + size] = log_norms(np.asarray(J))
        for place in np.flatnonzero((rows < _FAINT).any(axis=-1)):
            rows[place] = norm_of_logs(self.log_jacobian(int(some[place]) + 1).log)
        return rows


def _kept(track: Track, node: Node) -> Floats | None:
    """Return what a run of a single sequence keeps of a node; what it works out anew at each step is gone."""
    if isinstance(track, Still):
        return track.array if node.stage <= ONCE else None
    return None if track is None else cast(Floats, track[:, 0])


def _during(value: Floats, rank: int, some: int | slice) -> Floats:
    """Return a value at some of the steps, or at one; it may be the same at all, or not there."""
    return value[some] if np.ndim(value) > rank else value
