"""How recurrent nodes are connected: whether one reads, step by step, what another gives out.

Between them stand operators that only turn axes round. Which ones, in which order and of which version is not looked at:
numbers that are all different are put where the lower node gives out its states, and what arrives at the upper one must be
those numbers, each where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product, takewhile
from typing import Protocol

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.onnx.folding import Folding, NotConstant, Scope
from explorer.workspace.models.onnx.messages import Node
from explorer.workspace.models.onnx.operators import OPERATORS
from explorer.workspace.models.stacks import Stack, Strand, connected

_STEPS, _SEQUENCES = (3,), (2, 1)
_FAR, _MOST_SIZES, _MOST_NUMBERS = 60, 8, 2_000_000
_LONGEST = 4096
_TURNING = frozenset({"Transpose", "Identity", "Cast", "Dropout", "Squeeze", "Unsqueeze", "Reshape"})
_SEPARATORS = "/._:- "


class Layer(Protocol):
    """A recurrent layer where it stands in a graph, in one direction or two."""

    @property
    def name(self) -> str:
        """Return what tells it from the file's others."""

    @property
    def scope(self) -> Scope:
        """Return the graph that it stands in."""

    @property
    def strands(self) -> tuple[Strand, ...]:
        """Return its directions."""

    @property
    def reads(self) -> str:
        """Return the name of X."""

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the names that stand for what it gives out at all steps."""

    @property
    def lengths(self) -> tuple[int, ...]:
        """Return how many steps a sequence has where that is frozen."""

    def probes(self, T: int, sequences: int, numbers: np.ndarray) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
        """Yield what ``numbers``, as many as there are, look like where it gives them out, and as (T, B, n)."""

    def in_rows(self, arrived: np.ndarray) -> np.ndarray:
        """Return what arrives at it as (T, B, m)."""


Make = Callable[[Mapping[str, np.ndarray]], Folding]
"""Makes what folds constants where some names are given."""


def stacked(nodes: Sequence[Layer], make: Make) -> tuple[Stack, ...]:
    """Return the nodes as they are connected: one stack for each node that no other reads."""
    below = {node.name: _below(node, nodes, make) for node in nodes}
    read = {lower.name for lowers in below.values() for lower in lowers}
    found: list[Stack] = []
    for top in _pairs([node for node in nodes if node.name not in read], below):
        found += _stacks_under(top, below, make({}))
    return tuple(_apart_by_name(found))


def _pairs(tops: Sequence[Layer], below: Mapping[str, tuple[Layer, ...]]) -> Iterator[tuple[Layer, ...]]:
    """Yield layers that no other reads, two that run forward and backward over the same together."""
    same: dict[tuple[object, ...], list[Layer]] = {}
    for top in tops:
        lower = tuple(one.name for one in below[top.name])
        same.setdefault((id(top.scope.graph), lower or top.reads), []).append(top)
    for some in same.values():
        pair = _side_by_side(some)
        yield from [pair] if pair else [(one,) for one in some]


def _stacks_under(top: tuple[Layer, ...], below: Mapping[str, tuple[Layer, ...]], folding: Folding) -> Iterator[Stack]:
    """Yield the stack that ends with a level; where two layers can't be in one network, the parts of it."""
    levels: list[tuple[Layer, ...]] = [top]
    # A file that goes in a circle ends where it began.
    while (lower := below[levels[-1][0].name]) and len(levels) < len(below):
        levels.append(lower)
    part: list[tuple[Layer, ...]] = []
    for level in reversed(levels):
        if part and not _fit([*part, level]):
            yield _stack(part, folding)
            part = []
        if not _fit([level]):
            yield from (Stack(strand.name, ((strand,),)) for node in level for strand in node.strands)
            continue
        part.append(level)
    if part:
        yield _stack(part, folding)


def _fit(levels: Sequence[Sequence[Layer]]) -> bool:
    return connected([[strand for node in level for strand in node.strands] for level in levels])


def embedding_of(layer: Layer, folding: Folding) -> str | None:
    """Return the name of the table whose rows a layer reads, in their order or with axes turned round; None for no table."""
    scope, name = layer.scope, layer.reads
    for _ in range(_FAR):
        home = scope.home(name)
        made = None if home is None else home.makers.get(name)
        if home is None or made is None or made[0].domain:
            return None
        node, scope = made[0], home
        if node.kind == "Gather":
            return _table(node, scope, folding)
        if node.kind not in _TURNING:
            return None
        name = node.input(0)
    return None


def _table(node: Node, scope: Scope, folding: Folding) -> str | None:
    try:
        found = folding.value(scope, node.input(0))
    except (NotConstant, Refusal):
        return None
    return found.roots[0] if found.array.ndim == 2 and found.roots else None


def _stack(levels: Sequence[tuple[Layer, ...]], folding: Folding) -> Stack:
    names = [node.name for level in levels for node in level]
    made = tuple(tuple(strand for node in level for strand in node.strands) for level in levels)
    return Stack(_common(names), made, embedding_of(levels[0][0], folding))


def _common(names: Sequence[str]) -> str:
    """Return what names of layers begin with, up to a sign that separates."""
    if len(names) == 1:
        return names[0]
    start = "".join(letters[0] for letters in takewhile(lambda some: len({*some}) == 1, zip(*names, strict=False)))
    cut = max((start.rfind(sign) for sign in _SEPARATORS), default=-1)
    return start[:cut].strip(_SEPARATORS) or names[-1]


def _apart_by_name(stacks: Sequence[Stack]) -> Iterator[Stack]:
    seen: dict[str, int] = {}
    for stack in stacks:
        seen[stack.name] = seen.get(stack.name, 0) + 1
        again = seen[stack.name]
        yield stack if again == 1 else replace(stack, name=f"{stack.name} {again}")


# ---- who reads whom


def _below(node: Layer, nodes: Sequence[Layer], make: Make) -> tuple[Layer, ...]:
    """Return the layers whose states one reads one by one: one, or a pair that runs forward and backward; else none."""
    near = _reached(node, nodes, make({}))
    for lower in _orders(near.lower):
        steps = dict.fromkeys((*(length for one in lower for length in one.lengths), *_STEPS, *near.sizes))
        for T, sequences in product(steps, dict.fromkeys((*_SEQUENCES, *near.sizes))):
            if any(_reads(node, *found, make) for found in _probed(lower, T, sequences)):
                return lower
    return ()


def _probed(lower: Sequence[Layer], T: int, sequences: int) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
    """Yield what stands where the lower layers give out numbers that all differ, and these side by side (T, B, ·)."""
    sizes = [T * sequences * sum(strand.width for strand in one.strands) for one in lower]
    if sum(sizes) > _MOST_NUMBERS:
        return
    numbers = np.split(np.arange(sum(sizes)) + 1.0, np.cumsum(sizes)[:-1])
    forms = [list(one.probes(T, sequences, some)) for one, some in zip(lower, numbers, strict=True)]
    for found in zip(*forms, strict=False):
        given = {name: array for given, _ in found for name, array in given.items()}
        yield given, np.concatenate([rows for _, rows in found], axis=-1)


def _reads(node: Layer, given: Mapping[str, np.ndarray], rows: np.ndarray, make: Make) -> bool:
    """Return whether what arrives at a layer are the rows, where names are ``given``."""
    try:
        return np.array_equal(node.in_rows(make(given).value(node.scope, node.reads).array), rows)
    except (NotConstant, Refusal):
        return False


@dataclass(frozen=True, slots=True)
class _Near:
    """What is found on the way back from a layer: those whose states arrive, and sizes that stand in between."""

    lower: tuple[Layer, ...]
    sizes: tuple[int, ...]


def _reached(node: Layer, nodes: Sequence[Layer], folding: Folding) -> _Near:
    ends = {(id(other.scope.graph), name): other for other in nodes if other is not node for name in other.ends}
    lower: dict[str, Layer] = {}
    sizes: dict[int, None] = {}
    seen: set[str] = set()
    rest: list[tuple[Scope, str]] = [(node.scope, node.reads)]
    while rest and len(seen) < _FAR:
        scope, name = rest.pop()
        home = scope.home(name)
        if name in seen or home is None:
            continue
        seen.add(name)
        if (id(home.graph), name) in ends:
            found = ends[id(home.graph), name]
            lower[found.name] = found
            continue
        sizes |= dict.fromkeys(_frozen(folding, home, name))
        if name in home.makers and home.makers[name][0].kind in OPERATORS:
            rest += [(home, one) for one in home.makers[name][0].inputs if one]
    return _Near(tuple(lower.values()), tuple(sizes)[:_MOST_SIZES])


def _frozen(folding: Folding, scope: Scope, name: str) -> list[int]:
    """Return the sizes in a small array of whole numbers: a shape in which the length of a sequence may be frozen."""
    try:
        found = folding.value(scope, name).array
    except (NotConstant, Refusal):
        return []
    return (
        [int(size) for size in found.flat if 1 <= size <= _LONGEST]
        if found.dtype.kind == "i" and found.size <= 4
        else []
    )


def _orders(lower: Sequence[Layer]) -> list[tuple[Layer, ...]]:
    """Return what a layer may read: one, or two that read the same, forward and backward."""
    if len(lower) == 1:
        return [tuple(lower)]
    pair = _side_by_side(lower) if len({one.reads for one in lower}) == 1 else None
    return [] if pair is None else [pair]


def _side_by_side(some: Sequence[Layer]) -> tuple[Layer, ...] | None:
    """Return two layers of one direction each, forward before backward; None where they are not such."""
    ways = {one.strands[0].backward: one for one in some if len(one.strands) == 1}
    return (ways[False], ways[True]) if len(some) == 2 and len(ways) == 2 else None
