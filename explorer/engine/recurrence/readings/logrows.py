"""The same rows pulled back in logarithms: exact where slopes are e^−5000 and gates e^−800, for rows that are in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import adjoint, contract_logs
from explorer.engine.recurrence.expressions.exponential import expm_pull
from explorer.engine.recurrence.expressions.expression import (
    ONCE,
    Contraction,
    Leaf,
    MatrixExponential,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, MEASURES
from explorer.engine.recurrence.readings.layout import layout
from explorer.engine.recurrence.readings.logvalue import LogValues, at_infinity, starts_at_infinity
from explorer.engine.recurrence.readings.places import carrying, uses
from explorer.engine.recurrence.readings.rows import shifts
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.signed import Signed

Reached = dict[int, Signed]
LogSlopes = tuple[Signed | None, ...]


class LogRows:
    """What pulls rows back in logarithms along a course whose values are ``found`` (T, …); columns are those of `Rows`."""

    def __init__(self, step: Step, found: LogValues, columns: Mapping[int, slice]) -> None:
        self.step, self.graph, self.found, self.columns = step, step.recurrence.graph, found, columns
        self.layout, self.size = layout(step), max([0, *(part.stop for part in columns.values())])
        self._carrying = carrying(step)
        self._kept = {use.home for use in uses(step)}
        with np.errstate(all="ignore"):
            self._slopes = {place: log_slopes(step, found, place) for place in self._carrying}

    def pull(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        """Return the rows (R, width) before step k, counted from 0, and δ (R, D) on it, from the rows g after it."""
        R = len(g.log)
        past, delta = _nothing((R, self.layout.width)), _nothing((R, self.size))
        for into, out_of in shifts(self.step, self.layout):
            _set(past, into, g[:, out_of])
        reached = self._entering(g)
        for place in reversed(range(len(self.graph))):
            if place not in reached:
                continue
            node, now = self.graph[place], reached.pop(place)
            if place in self._kept:
                _set(delta, self.columns[place], _flat(now))
            if isinstance(node.operator, Leaf):
                self._arrive(node.operator, past, now)
            elif node.stage > ONCE:
                self._hand_on(k, place, now, reached)
        return past, delta

    def _entering(self, g: Signed) -> Reached:
        recurrence, reached = self.step.recurrence, Reached()
        for state, place in zip(recurrence.states, recurrence.next, strict=True):
            self._add(reached, place, _shaped(g[:, self.step.parts[state.name]], self.step.state_shape(state.name)))
        if self.layout.apart:
            self._add(reached, recurrence.out, _shaped(g[:, self.layout.entry], self.step.shapes[recurrence.out]))
        return reached

    def _add(self, reached: Reached, place: int, g: Signed) -> None:
        if place in self._carrying or place in self._kept:
            reached[place] = reached[place] + g if place in reached else g

    def _hand_on(self, k: int, place: int, g: Signed, reached: Reached) -> None:
        node = self.graph[place]
        args = [_at(self.found[arg], len(self.graph[arg].shape), k) for arg in node.args]
        rank = 1 if isinstance(node.operator, Reduction) else len(node.shape)
        slopes = [_at(slope, rank, k) if slope else None for slope in self._slopes[place]]
        for which, arg in enumerate(node.args):
            if arg in self._carrying:
                handed = log_handed(self.step, node, which, args, slopes, g)
                if handed is not None:
                    self._add(reached, arg, handed)

    def _arrive(self, leaf: Leaf, past: Signed, g: Signed) -> None:
        """Add the gradient on a state of some steps ago."""
        part, flat = self.step.parts[leaf.name], _flat(g)
        if leaf.delay > 1:
            first = self.layout.older[leaf.name].start + (part.stop - part.start) * (leaf.delay - 2)
            part = slice(first, first + part.stop - part.start)
        _set(past, part, past[:, part] + flat)


def log_slopes(step: Step, found: LogValues, place: int) -> LogSlopes:
    """Return the slopes of a function by its arguments, of a measure by its vector; nothing of other nodes."""
    node = step.recurrence.graph[place]
    args = [found[arg] for arg in node.args]
    match node.operator:
        case Pointwise(name=name):
            slopes = FUNCTIONS[name].log_slopes(*args)
            if not starts_at_infinity(step):
                return slopes
            return tuple(at_infinity(one, args) if one else one for one in slopes)
        case Reduction(name=name):
            return (MEASURES[name].log_slope(*args),)
    return ()


def log_handed(
    step: Step, node: Node, which: int, args: Sequence[Signed], slopes: Sequence[Signed | None], g: Signed
) -> Signed | None:
    """Return what one argument gets of the gradient on a node, None for nothing, as `handed` does."""
    match node.operator:
        case Sum(signs=signs):
            return g if signs[which] > 0 else logs.negative(g)
        case Contraction() as rule:
            others = [other for place, other in enumerate(args) if place != which]
            return _full(contract_logs(adjoint(rule, which), *others, g), step.shapes[node.args[which]])
        case Pointwise():
            slope = slopes[which]
            return None if slope is None else logs.product(g, slope)
        case Reduction():
            return logs.product(Signed(g.log[..., None], g.sign[..., None]), logs.there(slopes[0]))
        case MatrixExponential():
            top = g.log.max(axis=(-2, -1), keepdims=True)
            shift = np.where(np.isfinite(top), top, 0.0)
            return Signed.of(expm_pull(args[0].value(), g.times(-shift).value())).times(shift)
    raise TypeError(node.operator)


def _at(number: Signed, rank: int, k: int) -> Signed:
    """Return a number at one step, or what is the same at all."""
    return number[k] if np.ndim(number.log) > rank else number


def _nothing(shape: tuple[int, ...]) -> Signed:
    return Signed(np.full(shape, -np.inf), np.zeros(shape))


def _set(whole: Signed, columns: slice, part: Signed) -> None:
    whole.log[:, columns], whole.sign[:, columns] = part.log, part.sign


def _shaped(flat: Signed, shape: tuple[int, ...]) -> Signed:
    return Signed(flat.log.reshape(-1, *shape), flat.sign.reshape(-1, *shape))


def _flat(g: Signed) -> Signed:
    return Signed(g.log.reshape(len(g.log), -1), g.sign.reshape(len(g.log), -1))


def _full(g: Signed, shape: tuple[int, ...]) -> Signed:
    """Return a gradient with axes of length one made as long as the shape's."""
    lead = g.log.shape[: g.log.ndim - len(shape)]
    if g.log.shape[len(lead) :] == shape:
        return g
    return Signed(np.broadcast_to(g.log, (*lead, *shape)), np.broadcast_to(g.sign, (*lead, *shape)))
