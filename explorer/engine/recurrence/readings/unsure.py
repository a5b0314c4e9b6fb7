"""Reading eight: how far the equations' own subtractions may have carried the entries of J off.

A sum that keeps less than a few thousandths of its summands has lost digits: what its rounding may have done to it is carried
on to first order, through the values and through the terms of J, and a state that has lost digits keeps them lost. The net
input of a function, a sum with a product of a weight matrix in it, counts as recorded: J is that of the network with these
net inputs. Errors are absolute, meant for the worst that happens, not for a bound; what is no farther off than rounding is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import contract_logs, spread_logs
from explorer.engine.recurrence.expressions.expression import (
    ONCE,
    Contraction,
    Leaf,
    Node,
    Operator,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.derivative import Readings
from explorer.engine.recurrence.readings.formula import formula
from explorer.engine.recurrence.readings.jacobian import blocks, diagonal, lead, left, unmoved, whole
from explorer.engine.recurrence.readings.linear import Linear, Term
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import LogValues, of_plain
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.signed import Signed

_LOG_EPSILON = float(np.log(np.finfo(np.float64).eps))
# A summand is rounded some times over.
_LOG_FEW = float(np.log(4.0))
# What keeps more than this of its summands has lost four digits, and is good enough.
_LOG_MUCH = float(np.log(2.0**-12))
# An entry that has lost no more than three digits is as good as J is elsewhere.
_LOG_LOST = float(np.log(1024.0)) + _LOG_EPSILON


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A number in logarithms with the size of its error, a positive one."""

    number: Signed
    error: Signed


class WithErrors:
    """The arithmetic of numbers with errors."""

    def contract(self, rule: Contraction, *numbers: Doubtful) -> Doubtful:
        """Return a product."""
        plain = contract_logs(rule, *(one.number for one in numbers))
        error = carried(rule, [one.number for one in numbers], [one.error for one in numbers])
        return Doubtful(plain, logs.total([error, lost(rule, plain, [one.number for one in numbers])]))

    def add(self, labels: Sequence[str], numbers: Sequence[Doubtful]) -> Doubtful:
        """Return a sum."""
        every = "".join(sorted({label for one in labels for label in one}))
        values = [spread_logs(one.number, of, every) for one, of in zip(numbers, labels, strict=True)]
        errors = [spread_logs(one.error, of, every) for one, of in zip(numbers, labels, strict=True)]
        total = logs.total(values)
        return Doubtful(total, logs.total([*errors, _cancelled(total, logs.total([size(one) for one in values]))]))

    def one(self, sign: float) -> Doubtful:
        """Return a plain number, which is exact."""
        return exact(Signed.of(np.asarray(sign)))


def size(number: Signed) -> Signed:
    """Return |number|."""
    return Signed(number.log, np.abs(number.sign))


def exact(number: Signed) -> Doubtful:
    """Return a number without error."""
    return Doubtful(number, _none(number))


def _none(number: Signed) -> Signed:
    return Signed(np.full_like(number.log, -np.inf), np.zeros_like(number.sign))


def _cancelled(total: Signed, summands: Signed) -> Signed:
    """Return what rounding may have done to a sum that keeps little of its summands, 0 to any other."""
    little = total.log < summands.log + _LOG_MUCH
    return logs.positive(np.where(little, summands.log + _LOG_EPSILON + _LOG_FEW, -np.inf))


def lost(rule: Contraction, total: Signed, factors: Sequence[Signed]) -> Signed:
    """Return what the sum in a product may have lost."""
    if not rule.summed:
        return _none(total)
    return _cancelled(total, contract_logs(rule, *(size(one) for one in factors)))


def carried(rule: Contraction, factors: Sequence[Signed], errors: Sequence[Signed]) -> Signed:
    """Return the error of a product from those of its factors."""
    if len(factors) == 1:
        return contract_logs(rule, errors[0])
    (a, b), (of_a, of_b) = factors, errors
    return logs.total([contract_logs(rule, size(a), of_b), contract_logs(rule, of_a, size(b))])


def value_errors(step: Step, found: LogValues, of_states: Floats | None = None) -> list[Signed]:
    """Return how far each node's value may be off, if the last state is by ``of_states`` (…, N), in plain numbers."""
    errors: list[Signed] = []
    with np.errstate(all="ignore"):
        for place, node in enumerate(step.recurrence.graph):
            if isinstance(node.operator, Leaf):
                state = of_states is not None and node.operator.kind == "state" and node.operator.delay == 1
                here = Signed.of(step.part(of_states, node.operator.name)) if state and of_states is not None else None
                errors.append(_none(found[place]) if here is None else here)
            else:
                errors.append(_error(step, place, node, found, errors))
    return errors


def _error(step: Step, place: int, node: Node, found: LogValues, errors: Sequence[Signed]) -> Signed:
    args, of_args = [found[arg] for arg in node.args], [errors[arg] for arg in node.args]
    match node.operator:
        case Sum():
            summands = logs.total([size(arg) for arg in args])
            return logs.total([*of_args, _cancelled(found[place], summands)])
        case Contraction() as rule:
            return logs.total([carried(rule, args, of_args), lost(rule, found[place], args)])
        case Pointwise(name=name):
            if not net_inputs(step).isdisjoint(node.args):
                return _none(found[place])
            slopes = zip(FUNCTIONS[name].log_slopes(*args), of_args, strict=True)
            return logs.total(
                [_none(found[place]), *(logs.product(size(one), e) for one, e in slopes if one is not None)]
            )
        case Reduction(name=name):
            return contract_logs(Contraction(("k", "k"), ""), size(MEASURES[name].log_slope(args[0])), of_args[0])
    return _none(found[place])


@lru_cache(maxsize=64)
def net_inputs(step: Step) -> frozenset[int]:
    """Return the nodes that are a product of a weight matrix, or a sum with one in it."""
    graph, found = step.recurrence.graph, set[int]()
    for place, node in enumerate(graph):
        matrices = [graph[arg] for arg in node.args if len(graph[arg].shape) == 2]
        product = isinstance(node.operator, Contraction) and bool(node.operator.summed)
        if (product and any(one.stage <= ONCE for one in matrices)) or (
            isinstance(node.operator, Sum) and not found.isdisjoint(node.args)
        ):
            found.add(place)
    return frozenset(found)


def state_errors(step: Step, found: LogValues) -> Floats | None:
    """Return how far the states s_0..s_{T−1} (T, …, N) of a run may be off; None where none of s_1..s_T has cancelled."""
    errors = value_errors(step, found)
    leading = lead(step, [one.log for one in found])
    ends = [errors[place] for place in step.recurrence.next]
    if all(np.isneginf(one.log).all() for one in ends):
        return None
    made = [
        np.broadcast_to(one.value(), (*leading, *step.state_shape(s.name)))
        for one, s in zip(ends, step.recurrence.states, strict=True)
    ]
    here = step.joined(made)
    J = np.abs(log_jacobian(step, found).value())
    before = np.zeros_like(here)
    for t in range(1, len(here)):
        before[t] = here[t - 1] + (J[t - 1] @ before[t - 1][..., None])[..., 0]
    return before


def log_errors(step: Step, found: LogValues, of_states: Floats | None = None, delay: int = 1) -> Floats | None:
    """Return ln of how far each entry of J (…, N, N) may be off, −inf for no more than rounding; None for nothing at all."""
    with np.errstate(all="ignore"):
        linear = Linear(WithErrors())
        rows = formula(step).numbers(linear.arithmetic, _readings(step, found, value_errors(step, found, of_states)))
        total = _dense(step, linear, list(blocks(step, rows, delay)), lead(step, [one.log for one in found]))
        error = np.where(total.error.log > total.number.log + _LOG_LOST, total.error.log, -np.inf)
    return None if np.isneginf(error).all() else error


def _dense(step: Step, linear: Linear, made: Sequence[tuple[str, str, Term]], leading: tuple[int, ...]) -> Doubtful:
    """Return J as the sum of its terms."""
    whole_ = (*leading, step.N, step.N)
    summands = [exact(Signed(np.full(whole_, -np.inf), np.zeros(whole_)))]
    for row, column, term in made:
        product = whole(linear, term)
        parts = [
            _everywhere(
                step, term, row, column, spread_logs(number, product.labels, _left(step, term, row, column)), whole_
            )
            for number in (product.number.number, product.number.error)
        ]
        summands.append(Doubtful(*parts))
    return WithErrors().add([""] * len(summands), summands)


def _left(step: Step, term: Term, row: str, column: str) -> str:
    return left(term, len(step.state_shape(row)), len(step.state_shape(column)))


def _everywhere(step: Step, term: Term, row: str, column: str, number: Signed, shape: tuple[int, ...]) -> Signed:
    """Return a J (…, N, N) that has one term in its block."""
    rows, columns = step.state_shape(row), step.state_shape(column)
    whole_ = Signed(np.full(shape, -np.inf), np.zeros(shape))
    for all_, some, empty in ((whole_.log, number.log, -np.inf), (whole_.sign, number.sign, 0.0)):
        entries = np.full((*shape[:-2], *rows, *columns), empty)
        diagonal(entries, term, rows, columns)[...] = some
        all_[..., step.parts[row], step.parts[column]] = entries.reshape(*shape[:-2], int(np.prod(rows)), -1)
    return whole_


def _readings(step: Step, found: LogValues, errors: Sequence[Signed]) -> Readings:
    @cache
    def slopes(place: int) -> tuple[Doubtful | None, ...]:
        node = step.recurrence.graph[place]
        args = [found[arg] for arg in node.args]
        some = _slopes(node.operator, args)
        wrong = [_relative(found[arg], errors[arg]) for arg in node.args if arg not in net_inputs(step)]
        return tuple(None if one is None else Doubtful(one, _of_slope(one, wrong)) for one in some)

    def mask(place: int) -> Doubtful | None:
        plain = unmoved(step, place, found[place].plain)
        return None if plain is None else exact(of_plain(plain))

    return Readings(lambda place: Doubtful(found[place], errors[place]), slopes, mask)


def _slopes(operator: Operator, args: Sequence[Signed]) -> tuple[Signed | None, ...]:
    if isinstance(operator, Pointwise):
        return FUNCTIONS[operator.name].log_slopes(*args)
    if isinstance(operator, Reduction):
        return (MEASURES[operator.name].log_slope(*args),)
    raise TypeError(operator)


def _relative(value: Signed, error: Signed) -> Signed:
    return logs.quotient(error, size(value))


def _of_slope(slope: Signed, wrong: Sequence[Signed]) -> Signed:
    """Return how far a slope may be off: as many digits as its arguments have lost."""
    return logs.product(size(slope), logs.total(wrong)) if wrong else _none(slope)
