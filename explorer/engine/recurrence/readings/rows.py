"""Rows of gradients pulled back through the steps of a course, many losses at a time: the hot loop of ∂L/∂W by lag.

A step costs one set of products for all rows, however many. The gradients on the nodes where weights act come side by side,
δ (R, D); `shares` says what stands where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.readings.forms import (
    Factor,
    Form,
    Forms,
    Make,
    Product,
    Reached,
    Through,
    Write,
)
from explorer.engine.recurrence.readings.layout import layout
from explorer.engine.recurrence.readings.places import uses
from explorer.engine.recurrence.readings.step import Step, Values

Call = Callable[[int, list[Floats], Floats, Floats], object]
"""Does its part of step k: reads and makes bases, writes into δ (R, D) and into the row before (R, width)."""


class Rows:
    """What pulls rows back along a course of so many ``steps``, whose values are ``found`` (T, …).

    ``columns`` says where in δ the gradient on a node stands, ``size`` is D; ``layout`` says what a row is.
    """

    def __init__(self, step: Step, found: Values, steps: int) -> None:
        self.step, self.steps, self.layout = step, steps, layout(step)
        with np.errstate(all="ignore"):
            forms = Forms(step, found, steps)
        self.columns = _columns(step, forms)
        self.size = max([0, *(part.stop for part in self.columns.values())])
        self._entries = [_place(step, self.layout, name) for name, _ in forms.entries]
        self._calls = _Calls(step, self.layout, self.columns, forms).made()
        written = {item.home for item in forms.items if isinstance(item, (Write, Make))}
        self._void = [part for home, part in self.columns.items() if home not in written]
        self._unreached = _unreached(step, self.layout, forms)
        self._shifts = shifts(step, self.layout)

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        """Return the rows (R, width) before step k, counted from 0, and δ (R, D) on it, from the rows g after it.

        A row after step T−1 is zero but for what enters there. Whoever calls lets numbers overflow.
        """
        delta, past = np.empty((len(g), self.size)), np.empty_like(g)
        for part in self._void:
            delta[:, part] = 0.0
        for part in self._unreached:
            past[:, part] = 0.0
        for into, out_of in self._shifts:
            past[:, into] = g[:, out_of]
        now = [_seen(g, part, shape) for part, shape in self._entries]
        for one in self._calls:
            one(k, now, delta, past)
        return past, delta


def _place(step: Step, rows: Layout, name: str | None) -> tuple[slice, tuple[int, ...]]:
    """Return where in a row an entry stands, and its shape."""
    if name is None:
        return rows.entry, step.shapes[step.recurrence.out]
    return step.parts[name], step.state_shape(name)


def shifts(step: Step, rows: Layout) -> list[tuple[slice, slice]]:
    """Return what of a row moves on at each step: where to, and where from."""
    found = []
    for name, older in rows.older.items():
        part = step.parts[name]
        newest = older.start + part.stop - part.start
        found.append((part, slice(older.start, newest)))
        found.append((slice(older.start, older.stop - newest + older.start), slice(newest, older.stop)))
    return found


def _unreached(step: Step, rows: Layout, forms: Forms) -> list[slice]:
    """Return what of the row before nothing is written into."""
    last = {item.name for item in forms.items if isinstance(item, Reached) and item.delay == 1}
    oldest = [slice(older.stop - _size(step, name), older.stop) for name, older in rows.older.items()]
    found = [part for name, part in step.parts.items() if name not in last and name not in rows.older]
    return found + oldest + ([rows.entry] if rows.apart else [])


def _size(step: Step, name: str) -> int:
    return step.parts[name].stop - step.parts[name].start


def _seen(array: Floats, columns: slice, shape: tuple[int, ...]) -> Floats:
    """Return some columns (R, …) in their shape, as a view."""
    part = array[:, columns]
    return part if len(shape) == 1 else part.reshape(-1, *shape)


def _columns(step: Step, forms: Forms) -> dict[int, slice]:
    """Return where the gradients on nodes stand: those that one product takes beside each other, those of one base too."""
    group: dict[int, int] = {}
    base: dict[int, int] = {}
    for number, item in enumerate(forms.items):
        match item:
            case Product(homes=some):
                for home in some:
                    group.setdefault(home, number)
            case Write(home=home) | Make(home=int(home)):
                base[home] = item.base
    order = sorted({use.home for use in uses(step)}, key=lambda one: (group.get(one, -1), base.get(one, -1), one))
    sizes = [int(np.prod(step.shapes[home], dtype=int)) for home in order]
    ends = pairwise(accumulate(sizes, initial=0))
    return {home: slice(*pair) for home, pair in zip(order, ends, strict=True)}


class _Calls:
    """The calls of one step while they are made."""

    def __init__(self, step: Step, rows: Layout, columns: Mapping[int, slice], forms: Forms) -> None:
        self.step, self.rows, self.columns, self.forms = step, rows, columns, forms

    def made(self) -> list[Call]:
        """Return the calls, in order."""
        calls: list[Call] = []
        waiting: list[Write] = []
        for item in self.forms.items:
            match item:
                case Write():
                    waiting.append(item)
                case Product():
                    calls += self._writes(waiting) + self._product(item)
                    waiting = []
                case Make():
                    calls.append(self._make(item))
                case Through():
                    calls.append(_through(item))
                case Reached():
                    calls += self._reached(item)
        return calls + self._writes(waiting)

    def _writes(self, some: Sequence[Write]) -> list[Call]:
        """Return the calls of some writes, neighbours of one base at a time."""
        runs: list[list[Write]] = []
        for one in sorted(some, key=lambda item: self.columns[item.home].start):
            if runs and self._next_to(runs[-1][-1], one):
                runs[-1].append(one)
            else:
                runs.append([one])
        return [self._write(run) for run in runs]

    def _next_to(self, one: Write, other: Write) -> bool:
        alike = one.base == other.base and self.columns[one.home].stop == self.columns[other.home].start
        return alike and self.step.shapes[one.home] == self.step.shapes[other.home]

    def _write(self, run: Sequence[Write]) -> Call:
        columns = slice(self.columns[run[0].home].start, self.columns[run[-1].home].stop)
        shape, base = self.step.shapes[run[0].home], run[0].base
        if len(run) == 1:
            put = _put(run[0].factor)
            return lambda k, now, delta, _: put(k, now[base], _seen(delta, columns, shape))
        T = self.forms.T
        factors = np.stack([np.broadcast_to(one.factor, (T, *shape)) for one in run], axis=1)
        many = (len(run), *shape)
        return lambda k, now, delta, _: np.multiply(
            now[base][:, None], factors[k], delta[:, columns].reshape(-1, *many)
        )

    def _make(self, item: Make) -> Call:
        terms, shape = _terms(item.form), item.shape
        if item.home is None:
            return lambda k, now, _, past: now.append(_summed(k, now, terms, np.empty((len(past), *shape))))
        columns = self.columns[item.home]
        return lambda k, now, delta, _: now.append(_summed(k, now, terms, _seen(delta, columns, shape)))

    def _product(self, item: Product) -> list[Call]:
        """Return the calls of one product, more than one where its gradients don't stand beside each other."""
        runs: list[tuple[slice, list[Floats]]] = []
        pairs = zip(item.homes, item.matrices, strict=True)
        for home, matrix in sorted(pairs, key=lambda pair: self.columns[pair[0]].start):
            columns = self.columns[home]
            if runs and runs[-1][0].stop == columns.start:
                runs[-1] = slice(runs[-1][0].start, columns.stop), [*runs[-1][1], matrix]
            else:
                runs.append((columns, [matrix]))
        first, *rest = [(columns, np.concatenate(some)) for columns, some in runs]
        calls: list[Call] = [lambda _k, now, delta, _past: now.append(delta[:, first[0]] @ first[1])]
        for columns, matrix in rest:
            calls.append(_more(columns, matrix))
        return calls

    def _reached(self, item: Reached) -> list[Call]:
        terms, part, shape = _terms(item.form), self.step.parts[item.name], self.step.state_shape(item.name)
        if item.delay > 1:
            older, size = self.rows.older[item.name], part.stop - part.start
            part = slice(older.start + size * (item.delay - 2), older.start + size * (item.delay - 1))
        elif item.name not in self.rows.older:
            return [lambda k, now, _, past: _summed(k, now, terms, _seen(past, part, shape))]
        return [lambda k, now, _, past: _onto(k, now, terms, _seen(past, part, shape))]


Term = tuple[int, Callable[[int, Floats, Floats], object], Factor]


def _terms(form: Form) -> list[Term]:
    return [(base, _put(factor), factor) for base, factor in form.items()]


def _put(factor: Factor) -> Callable[[int, Floats, Floats], object]:
    """Return what writes a base times its factor."""
    if isinstance(factor, float):
        if factor == 1.0:
            return lambda _, base, out: np.copyto(out, base)
        return lambda _, base, out: np.multiply(base, factor, out)
    return lambda k, base, out: np.multiply(base, factor[k], out)


def _summed(k: int, now: list[Floats], terms: Sequence[Term], out: Floats) -> Floats:
    """Write a sum of bases times their factors."""
    (base, put, _), *rest = terms
    put(k, now[base], out)
    return _onto(k, now, rest, out)


def _onto(k: int, now: list[Floats], terms: Sequence[Term], out: Floats) -> Floats:
    for base, _, factor in terms:
        by = factor if isinstance(factor, float) else factor[k]
        out += now[base] if isinstance(by, float) and by == 1.0 else now[base] * by
    return out


def _more(columns: slice, matrix: Floats) -> Call:
    def call(_k: int, now: list[Floats], delta: Floats, _past: Floats) -> None:
        now[-1] += delta[:, columns] @ matrix

    return call


def _through(item: Through) -> Call:
    source, factor, hand = item.source, item.factor, item.hand
    if isinstance(factor, float):
        by = factor
        return lambda k, now, _delta, _past: now.append(hand(k, now[source] if by == 1.0 else now[source] * by))
    return lambda k, now, _delta, _past: now.append(hand(k, now[source] * factor[k]))
