"""What can be doubted in equations that can be read: legal, and seldom what was meant.

Nothing is refused for it. Each doubt is a value that says what it is about; names are as they stand in the text. Equations of
one name are told apart by nothing but that name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from explorer.engine.recurrence.equations.written import CONSTANT, INPUT, WEIGHT, Line, Written
from explorer.engine.recurrence.expressions.expression import Contraction, Leaf
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.names import GREEK


@dataclass(frozen=True, slots=True)
class Alike:
    """Two names that look alike: they differ by a mark, by capitals, or by a letter of another script."""

    name: str
    other: str


@dataclass(frozen=True, slots=True)
class Steady:
    """A weight ``name`` where a matrix multiplies it, in the equation of ``line``: a vector that is the same at all steps."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class OneNumber:
    """Weights ``names``, vectors, that multiply vectors in the equation of ``line``: each gives one number for all units."""

    names: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An equation whose value nothing reads; ``again`` says that the name has another equation after it."""

    line: str
    again: bool


@dataclass(frozen=True, slots=True)
class UnreadConstant:
    """A constant that nothing reads."""

    name: str


@dataclass(frozen=True, slots=True)
class Unheard:
    """States that don't reach what the layer gives out, at no step."""

    names: tuple[str, ...]
    output: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Weights that stand in the equations, and change nothing of what the layer gives out."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nothing of the input reaches what the layer gives out."""


@dataclass(frozen=True, slots=True)
class NoMemory:
    """Nothing of an earlier step reaches what the layer gives out, be it of a state or of the input."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Weights that stand in several equations, of ``lines``."""

    names: tuple[str, ...]
    lines: tuple[str, ...]


Note = Alike | Steady | OneNumber | Unread | UnreadConstant | Unheard | Idle | NoInput | NoMemory | Shared


def notes(recurrence: Recurrence) -> tuple[Note, ...]:
    """Return what can be doubted in the equations of a cell, as they were written; () for nothing.

    A vector that gives one number is not doubted where the cell declares what it starts as or is fixed to, nor is a fixed
    weight in several equations: who declares a weight knows it.
    """
    uses = _Uses.of(recurrence)
    return (
        *_alike(recurrence, uses),
        *_products(recurrence, uses),
        *_unread(recurrence.lines),
        *(UnreadConstant(one.name) for one in recurrence.constants if one.name not in uses.names),
        *_without_effect(recurrence, uses),
        *(Shared(tuple(found), lines) for lines, found in uses.shared().items()),
    )


@dataclass(frozen=True, slots=True)
class _Uses:
    """Of each name that is no equation's the lines that read it; ``declared`` are weights of which the cell says more."""

    weights: Mapping[str, tuple[int, ...]]
    names: frozenset[str]
    lines: Sequence[Line]
    declared: frozenset[str]

    @classmethod
    def of(cls, recurrence: Recurrence) -> _Uses:
        assigned = {line.name for line in recurrence.lines}
        weights: dict[str, list[int]] = {}
        names = set()
        for place, line in enumerate(recurrence.lines):
            for leaf in _leaves(line.value):
                names.add(leaf.text)
                if leaf.kind == WEIGHT and leaf.text not in assigned:
                    weights.setdefault(leaf.text, []).append(place)
        return cls(
            MappingProxyType({name: tuple(dict.fromkeys(places)) for name, places in weights.items()}),
            frozenset(names),
            recurrence.lines,
            frozenset(one.name for one in recurrence.weights if one.start is not None or one.fixed is not None),
        )

    def shared(self) -> dict[tuple[str, ...], list[str]]:
        """Return the weights that stand in several equations, by these."""
        found: dict[tuple[str, ...], list[str]] = {}
        for name, places in self.weights.items():
            if len(places) > 1 and name not in self.declared:
                found.setdefault(tuple(dict.fromkeys(self.lines[place].name for place in places)), []).append(name)
        return found


def _leaves(written: Written) -> Iterator[Written]:
    """Yield the names that an expression reads."""
    if not written.parts and written.text:
        yield written
    for part in written.parts:
        yield from _leaves(part)


# ---- names


_SAME_SHAPE = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВСЕНКМОРТХасеорхуі", "ABEZHIKMNOPTYXoABCEHKMOPTXaceopxyi")
"""Greek and Cyrillic letters that are drawn as Latin ones."""
_MARKS = re.compile(r"[\u0300-\u036f_·]")


def _alike(recurrence: Recurrence, uses: _Uses) -> Iterator[Alike]:
    constants = [one.name for one in recurrence.constants]
    names = dict.fromkeys((*(line.name for line in recurrence.lines), *uses.weights, *constants))
    for one, other in combinations(names, 2):
        # A capital at the beginning tells a matrix from a vector.
        if one[0].isupper() == other[0].isupper() and _looks(one) == _looks(other):
            yield Alike(one, other)


def _looks(name: str) -> str:
    """Return what is left of a name without what is easily missed."""
    words = "_".join(GREEK.get(word, word) for word in name.split("_"))
    plain = unicodedata.normalize("NFKD", words.translate(_SAME_SHAPE))
    return _MARKS.sub("", plain).casefold()


# ---- products


def _products(recurrence: Recurrence, uses: _Uses) -> Iterator[Steady | OneNumber]:
    for line in recurrence.lines:
        products = [part.parts for part in _parts(line.value) if part.kind == "@"]
        for name in dict.fromkeys(right.text for left, right in products if _is_steady(left, right, uses)):
            yield Steady(name, line.name)
        names = dict.fromkeys(_vector(left, right, uses) for left, right in products)
        if any(names):
            yield OneNumber(tuple(name for name in names if name), line.name)


def _parts(written: Written) -> Iterator[Written]:
    yield written
    for part in written.parts:
        yield from _parts(part)


def _is_steady(left: Written, right: Written, uses: _Uses) -> bool:
    return (left.rank, right.rank) == (2, 1) and _is_weight(left, uses) and _is_weight(right, uses)


def _vector(left: Written, right: Written, uses: _Uses) -> str:
    """Return the weight of two vectors of which the cell says nothing more, "" for none."""
    if (left.rank, right.rank) != (1, 1):
        return ""
    return next((one.text for one in (left, right) if _is_weight(one, uses) and one.text not in uses.declared), "")


def _is_weight(written: Written, uses: _Uses) -> bool:
    return written.kind == WEIGHT and written.text in uses.weights


# ---- what is never read


def _unread(lines: Sequence[Line]) -> Iterator[Unread]:
    final = {line.name: place for place, line in enumerate(lines)}
    read, present = {len(lines) - 1}, dict[str, int]()
    for place, line in enumerate(lines):
        for leaf in _leaves(line.value):
            if leaf.kind not in (INPUT, CONSTANT) and leaf.text in final:
                read.add(final[leaf.text] if leaf.delay else present.get(leaf.text, final[leaf.text]))
        present[line.name] = place
    for place, line in enumerate(lines):
        if place not in read:
            yield Unread(line.name, place != final[line.name])


# ---- what reaches the output


def _without_effect(recurrence: Recurrence, uses: _Uses) -> Iterator[Unheard | Idle | NoInput | NoMemory]:
    heard = _heard(recurrence)
    states = {leaf.name for leaf in heard if leaf.kind == "state"}
    weights = {leaf.name for leaf in heard if leaf.kind == "weight"}
    # What a cell without a state gives out is kept as one.
    unheard = tuple(one.name for one in recurrence.states if one.name not in {*states, recurrence.output})
    idle = tuple(name for name in uses.weights if name not in weights)
    inputs = [leaf for leaf in heard if leaf.kind == "x"]
    if unheard:
        yield Unheard(unheard, recurrence.output)
    if idle:
        yield Idle(idle)
    if not inputs:
        yield NoInput()
    if not states and not any(leaf.delay for leaf in inputs):
        yield NoMemory()


def _heard(recurrence: Recurrence) -> set[Leaf]:
    """Return what is given that reaches what the layer gives out, at once or through states."""
    nodes = recurrence.graph
    made = {state.name: node for state, node in zip(recurrence.states, recurrence.next, strict=True)}
    found, seen, ahead = set[Leaf](), set[int](), [recurrence.out]
    while ahead:
        place = ahead.pop()
        if place in seen:
            continue
        seen.add(place)
        node = nodes[place]
        if isinstance(node.operator, Leaf):
            found.add(node.operator)
            ahead += [made[node.operator.name]] if node.operator.kind == "state" else []
        elif not (isinstance(node.operator, Contraction) and any(_is_zero(nodes[arg].operator) for arg in node.args)):
            ahead += node.args
    return found


def _is_zero(operator: object) -> bool:
    return isinstance(operator, Leaf) and operator.kind == "number" and operator.number == 0.0
