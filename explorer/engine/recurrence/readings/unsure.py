"""Reading eight: how far the equations' own subtractions may have carried the entries of J off.

A sum that keeps less than a few thousandths of its summands has lost digits: what its rounding may have done to it is carried
on to first order, through the values and through the terms of J, and a state that has lost digits keeps them lost. The net
input of a function, a sum with a product of a weight matrix in it, counts as recorded: J is that of the network with these
net inputs. Errors are absolute, meant for the worst that happens, not for a bound; what is no farther off than rounding is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from explorer.engine.recurrence.readings.doubtful import (
    LOG_EPSILON,
    LOG_FEW,
    Doubtful,
    WithErrors,
    cancelled,
    carried,
    lost,
    together,
)
from explorer.engine.recurrence.readings.formula import SLOPE, VALUE, formula
from explorer.engine.recurrence.readings.jacobian import blocks, diagonal, lead, left, unmoved, whole
from explorer.engine.recurrence.readings.linear import Linear, Term
from explorer.engine.recurrence.readings.logvalue import LogValues, of_plain
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.signed import Signed

# A state that is off by no more is as good as it is rounded.
_ROUNDED = 64.0 * float(np.finfo(np.float64).eps)
# An entry that has lost no more than three digits is as good as J is elsewhere.
LOG_LOST = float(np.log(1024.0)) + LOG_EPSILON


def value_errors(step: Step, found: LogValues, of_states: Floats | None = None) -> list[Signed | None]:
    """Return how far each node's value may be off, if the last state is by ``of_states`` (…, N), in plain numbers.

    Of the nodes on which neither J nor the next state depends but through a function of a net input nothing is asked.
    """
    errors: list[Signed | None] = [None] * len(found)
    with np.errstate(all="ignore"):
        for place in _asked(step):
            node = step.recurrence.graph[place]
            if not isinstance(node.operator, Leaf):
                errors[place] = _error(step, place, node, found, errors)
            elif of_states is not None and node.operator.kind == "state" and node.operator.delay == 1:
                errors[place] = Signed.of(step.part(of_states, node.operator.name))
    return errors


@lru_cache(maxsize=64)
def _asked(step: Step) -> tuple[int, ...]:
    """Return the nodes whose errors go into J or into the next state, in order."""
    graph, found = step.recurrence.graph, set[int]()
    left = [*step.recurrence.next, *(mark.what for mark in formula(step).marks if mark.kind == VALUE)]
    left += [arg for mark in formula(step).marks if mark.kind == SLOPE for arg in graph[mark.what[0]].args
             if arg not in net_inputs(step)]  # fmt: skip
    while left:
        place = left.pop()
        if place not in found:
            found.add(place)
            function = isinstance(graph[place].operator, Pointwise)
            left.extend(() if function and not net_inputs(step).isdisjoint(graph[place].args) else graph[place].args)
    return tuple(sorted(found))


def _error(step: Step, place: int, node: Node, found: LogValues, errors: Sequence[Signed | None]) -> Signed | None:
    args, of_args = [found[arg] for arg in node.args], [errors[arg] for arg in node.args]
    match node.operator:
        case Sum():
            return together([*of_args, cancelled(found[place], logs.total([logs.size(arg) for arg in args]).log)])
        case Contraction() as rule:
            return together([*carried(rule, args, of_args), lost(rule, found[place], args)])
        case Pointwise(name=name):
            if not net_inputs(step).isdisjoint(node.args) or not any(of_args):
                return None
            slopes = zip(FUNCTIONS[name].log_slopes(*args), of_args, strict=True)
            return together([logs.product(logs.size(one), e) for one, e in slopes if one is not None and e is not None])
        case Reduction(name=name) if of_args[0] is not None:
            return contract_logs(Contraction(("k", "k"), ""), logs.size(MEASURES[name].log_slope(args[0])), of_args[0])
    return None


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


def state_errors(
    step: Step,
    found: LogValues,
    s: Floats,
    carried_on: Callable[[int, Floats], Floats],
    first: Floats | None = None,
) -> Floats | None:
    """Return how far the states s_0..s_T (T+1, N) of a run may be off; None where none of them has cancelled.

    ``found`` are the values of its steps, s its states (T+1, N), ``carried_on`` returns |J_t| e of errors e (N,), and
    ``first`` are the errors of s_0, if it comes from another run. What is no more than some roundings of the state is left
    out.
    """
    errors = value_errors(step, found)
    ends = [errors[place] for place in step.recurrence.next]
    if first is None and not any(ends):
        return None
    T = len(s) - 1
    made = [
        np.broadcast_to(one.value() if one else 0.0, (T, *step.state_shape(state.name)))
        for one, state in zip(ends, step.recurrence.states, strict=True)
    ]
    here, off = step.joined(made), np.zeros((T + 1, step.N))
    if first is not None:
        off[0] = first
    for t in range(1, T + 1):
        off[t] = here[t - 1]
        if off[t - 1].any():
            off[t] += carried_on(t, off[t - 1])
        off[t][off[t] <= _ROUNDED * np.abs(s[t])] = 0.0
    return off if off.any() else None


def log_errors(step: Step, found: LogValues, of_states: Floats | None = None, delay: int = 1) -> Floats | None:
    """Return ln of how far each entry of J (…, N, N) may be off, −inf for no more than rounding; None for nothing at all."""
    with np.errstate(all="ignore"):
        linear = Linear(WithErrors())
        rows = formula(step).numbers(
            linear.arithmetic, doubtful_readings(step, found, value_errors(step, found, of_states))
        )
        return lost_entries(
            _dense(step, linear, list(blocks(step, rows, delay)), lead(step, [one.log for one in found]))
        )


def lost_entries(total: Doubtful) -> Floats | None:
    """Return ln of how far each entry is off, −inf where that is no more than rounding; None for nothing at all."""
    if total.error is None:
        return None
    error = np.where(total.error.log > total.number.log + LOG_LOST, total.error.log, -np.inf)
    return None if np.isneginf(error).all() else error


def _dense(step: Step, linear: Linear, made: Sequence[tuple[str, str, Term]], leading: tuple[int, ...]) -> Doubtful:
    """Return J, each of its blocks the sum of its terms."""
    by_block = dict[tuple[str, str], list[Doubtful]]()
    for row, column, term in made:
        by_block.setdefault((row, column), []).append(_in_block(step, linear, row, column, term, leading))
    found = {place: WithErrors().add([""] * len(some), some) for place, some in by_block.items()}
    shape = (*leading, step.N, step.N)
    return Doubtful(
        _joined(step, shape, {place: one.number for place, one in found.items()}),
        _joined(step, shape, some) if (some := {at: one.error for at, one in found.items() if one.error}) else None,
    )


def _in_block(step: Step, linear: Linear, row: str, column: str, term: Term, leading: tuple[int, ...]) -> Doubtful:
    """Return a term as its block of J (…, rows, columns)."""
    product = whole(linear, term)
    left_ = _left(step, term, row, column)
    number, error = (
        one and _entries(step, term, row, column, spread_logs(one, product.labels, left_), leading)
        for one in (product.number.number, product.number.error)
    )
    return Doubtful(number, error)


def _left(step: Step, term: Term, row: str, column: str) -> str:
    return left(term, len(step.state_shape(row)), len(step.state_shape(column)))


def _entries(step: Step, term: Term, row: str, column: str, number: Signed, leading: tuple[int, ...]) -> Signed:
    """Return a block (…, rows, columns) that has one term."""
    rows, columns = step.state_shape(row), step.state_shape(column)
    found = []
    for some, empty in ((number.log, -np.inf), (number.sign, 0.0)):
        entries = np.full((*leading, *rows, *columns), empty)
        diagonal(entries, term, rows, columns)[...] = some
        found.append(entries.reshape(*leading, int(np.prod(rows)), -1))
    return Signed(*found)


def _joined(step: Step, shape: tuple[int, ...], blocks_: Mapping[tuple[str, str], Signed]) -> Signed:
    """Return the matrix (…, N, N) of some blocks, zeros elsewhere."""
    joined = Signed(np.full(shape, -np.inf), np.zeros(shape))
    for (row, column), block in blocks_.items():
        at = (..., step.parts[row], step.parts[column])
        joined.log[at], joined.sign[at] = block.log, block.sign
    return joined


def doubtful_readings(step: Step, found: LogValues, errors: Sequence[Signed | None]) -> Readings:
    @cache
    def slopes(place: int) -> tuple[Doubtful | None, ...]:
        node = step.recurrence.graph[place]
        args = [found[arg] for arg in node.args]
        some = _slopes(node.operator, args)
        wrong = [None if arg in net_inputs(step) else errors[arg] for arg in node.args]
        off = _off_with_arguments(node.operator, args, some, wrong)
        return tuple(None if one is None else Doubtful(one, error) for one, error in zip(some, off, strict=True))

    def mask(place: int) -> Doubtful | None:
        plain = unmoved(step, place, found[place].plain)
        return None if plain is None else Doubtful(of_plain(plain))

    return Readings(lambda place: Doubtful(found[place], errors[place]), slopes, mask)


def _slopes(operator: Operator, args: Sequence[Signed]) -> tuple[Signed | None, ...]:
    if isinstance(operator, Pointwise):
        return FUNCTIONS[operator.name].log_slopes(*args)
    if isinstance(operator, Reduction):
        return (MEASURES[operator.name].log_slope(*args),)
    raise TypeError(operator)


def _off_with_arguments(
    operator: Operator, args: Sequence[Signed], slopes: Sequence[Signed | None], errors: Sequence[Signed | None]
) -> list[Signed | None]:
    """Return how far each of the slopes may be off, as the arguments may be: what it turns into where these lie."""
    if isinstance(operator, Reduction):
        # Each entry moves every other's slope: as many digits are lost as the argument has lost.
        return [a and e and logs.product(logs.size(a), logs.quotient(e, logs.size(args[0])))
                for a, e in zip(slopes, errors, strict=True)]  # fmt: skip
    off: list[list[Signed | None]] = [[] for _ in slopes]
    for place, error in enumerate(errors):
        for way in () if error is None else (error, logs.negative(error)):
            moved = [logs.total([arg, way]) if number == place else arg for number, arg in enumerate(args)]
            for found, slope, other in zip(off, slopes, _slopes(operator, moved), strict=True):
                found.append(slope and other and _apart(slope, other))
    return [together(some) for some in off]


def _apart(a: Signed, b: Signed) -> Signed:
    """Return |a − b|, zero where that is no more than the rounding of their logarithms."""
    apart = logs.size(logs.total([a, logs.negative(b)])).log
    rounded = np.maximum(a.log, b.log) + LOG_EPSILON + LOG_FEW + np.log1p(np.abs(a.log))
    return logs.positive(np.where(apart > rounded, apart, -np.inf))
