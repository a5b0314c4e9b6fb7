"""How the gradients of one step follow from a row: worked out in factors as far as these multiply entry by entry.

The gradient on a node is a sum of ``base ∘ factor``. A base is an array that is made at each step: a part of the row, a
product with matrices, what two ways bring together. Factors are known for all steps before the first is made, and chains of
slopes and gates are one factor. What is left to do at a step are the calls that one would write by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import (
    NUMBER,
    ONCE,
    Contraction,
    Leaf,
    Node,
    Pointwise,
    Reduction,
    Sum,
)
from explorer.engine.recurrence.readings.places import carrying, homes, uses
from explorer.engine.recurrence.readings.pull import handed, slopes
from explorer.engine.recurrence.readings.step import Step, Values

MATRIX_VECTOR = Contraction(("ik", "k"), "i")

Factor = Floats | float
"""For each step (T, shape), or one number for all."""
Form = dict[int, Factor]
"""The gradient on a node: a factor for each base."""


@dataclass(frozen=True, slots=True)
class Write:
    """The gradient on a node where something acts is a base times a factor."""

    home: int
    base: int
    factor: Factor


@dataclass(frozen=True, slots=True)
class Make:
    """A base is a sum of others times their factors; where something acts at the node ``home`` it is kept there."""

    base: int
    form: Form
    shape: tuple[int, ...]
    home: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """A base is the product of the gradients on the nodes ``homes`` with matrices (rows, n), signs included."""

    base: int
    homes: tuple[int, ...]
    matrices: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Through:
    """A base is what another, times its factor, hands on by the rule ``hand`` (k, g)."""

    base: int
    source: int
    factor: Factor
    hand: Callable[[int, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Reached:
    """The gradient on a state of ``delay`` steps ago."""

    name: str
    delay: int
    form: Form


Item = Write | Make | Product | Through | Reached


class Forms:
    """One walk through the graph, last node first; ``items`` is what is to do at each step, in order."""

    def __init__(self, step: Step, found: Values, steps: int) -> None:
        self.step, self.graph, self.found, self.T = step, step.recurrence.graph, found, steps
        self.items: list[Item] = []
        self.entries: list[tuple[str | None, int]] = []
        self._forms: dict[int, Form] = {}
        self._carrying = carrying(step)
        self._homes = homes(step)
        self._written = {use.home for use in uses(step)}
        self._products = self._grouped()
        self._bases, self._kept = 0, set[int]()
        self._enter()
        for place in reversed(range(len(self.graph))):
            self._visit(place)

    def _base(self) -> int:
        self._bases += 1
        return self._bases - 1

    def _enter(self) -> None:
        """Let the parts of a row be the gradients on what becomes the state and is given out."""
        recurrence = self.step.recurrence
        for state, place in zip(recurrence.states, recurrence.next, strict=True):
            self._entry(state.name, place)
        if recurrence.out not in recurrence.next:
            self._entry(None, recurrence.out)

    def _entry(self, name: str | None, place: int) -> None:
        base = self._base()
        self.entries.append((name, base))
        if place in self._carrying or place in self._written:
            _add(self._forms.setdefault(place, {}), {base: 1.0})

    def _grouped(self) -> Mapping[int, list[tuple[int, int, int]]]:
        """Return the products of matrices with each vector that is carried on: home and sign of each, and its matrix."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for place, node in enumerate(self.graph):
            if _is_product(self.graph, node) and node.args[1] in self._carrying:
                found.setdefault(node.args[1], []).append((*self._homes[place], node.args[0]))
        return found

    def _visit(self, place: int) -> None:
        self._multiply(place)
        form = self._forms.pop(place, None)
        if form is None:
            return
        node = self.graph[place]
        if isinstance(node.operator, Leaf) and node.operator.kind == "state":
            self.items.append(Reached(node.operator.name, node.operator.delay, form))
            return
        form = self._settled(place, form)
        if node.stage > ONCE:
            for which, arg in enumerate(node.args):
                if arg in self._carrying:
                    self._hand_on(node, which, form)

    def _multiply(self, operand: int) -> None:
        """Make the product of all matrices that multiply a vector."""
        some = self._products.get(operand, ())
        there = [one for one in some if one[0] in self._kept]
        if there:
            base = self._base()
            matrices = tuple(sign * self.found[matrix] for _, sign, matrix in there)
            self.items.append(Product(base, tuple(home for home, _, _ in there), matrices))
            _add(self._forms.setdefault(operand, {}), {base: 1.0})

    def _settled(self, place: int, form: Form) -> Form:
        """Return the form as one base, and see to it that the gradient is kept where something acts."""
        kept = place if place in self._written else None
        if kept is not None:
            self._kept.add(kept)
        if len(form) > 1:
            base = self._base()
            self.items.append(Make(base, form, self.step.shapes[place], kept))
            return {base: 1.0}
        if kept is not None:
            ((base, factor),) = form.items()
            self.items.append(Write(kept, base, factor))
        return form

    def _hand_on(self, node: Node, which: int, form: Form) -> None:
        """Add what an argument gets to its form."""
        if _is_product(self.graph, node):
            return
        ((base, factor),) = form.items()
        target = self._forms.setdefault(node.args[which], {})
        if isinstance(node.operator, (Reduction, Contraction)) and not _is_by_entry(node):
            new = self._base()
            self.items.append(Through(new, base, factor, self._rule(node, which)))
            _add(target, {new: 1.0})
            return
        by = self._factor(node, which)
        if by is None:
            if not target:
                del self._forms[node.args[which]]
            return
        _add(target, {base: _times(factor, by)})

    def _factor(self, node: Node, which: int) -> Factor | None:
        """Return what an argument's gradient is multiplied with entry by entry."""
        match node.operator:
            case Sum(signs=signs):
                return float(signs[which])
            case Pointwise():
                slope = slopes(node, [self.found[arg] for arg in node.args])[which]
                return None if slope is None else self._along(slope, self.step.shapes[node.args[which]])
        return self._of(node.args[1 - which])

    def _of(self, place: int) -> Factor:
        if self.graph[place].stage == NUMBER and not self.graph[place].shape:
            return float(self.found[place])
        return self._along(self.found[place], self.step.shapes[place])

    def _along(self, value: Floats, shape: tuple[int, ...]) -> Floats:
        """Return a value for each step (T, shape)."""
        return np.broadcast_to(value, (self.T, *shape))

    def _rule(self, node: Node, which: int) -> Callable[[int, Floats], Floats]:
        """Return the rule by which a gradient is handed on that is no product entry by entry."""
        if isinstance(node.operator, Reduction):
            (vector,) = node.args
            slope = self._along(np.asarray(slopes(node, [self.found[vector]])[0]), self.step.shapes[vector])
            return lambda k, g: g[..., None] * slope[k]
        args = [self._of(arg) for arg in node.args]

        def hand(k: int, g: Floats) -> Floats:
            now = [arg if isinstance(arg, float) else arg[k] for arg in args]
            return np.asarray(handed(self.step, node, which, now, g))  # type: ignore[arg-type]

        return hand


def _is_product(graph: Sequence[Node], node: Node) -> bool:
    return node.operator == MATRIX_VECTOR and graph[node.args[0]].stage == ONCE


def _is_by_entry(node: Node) -> bool:
    rule = node.operator
    return isinstance(rule, Contraction) and len(rule.labels) == 2 and rule.labels[0] == rule.labels[1] == rule.out


def _times(a: Factor, b: Factor) -> Factor:
    if isinstance(a, float) and a == 1.0:
        return b
    return a if isinstance(b, float) and b == 1.0 else a * b


def _add(form: Form, more: Form) -> None:
    for base, factor in more.items():
        form[base] = form[base] + factor if base in form else factor
