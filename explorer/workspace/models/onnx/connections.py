"""How recurrent nodes are connected: whether one reads, step by step, what another gives out.

Between them stand operators that only turn axes round. Which ones, in which order and of which version is not looked at:
numbers that are all different are put where the lower node gives out its states, and what arrives at the upper one must be
those numbers, each where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, takewhile

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.onnx.folding import Folding, NotConstant, Scope
from explorer.workspace.models.onnx.nodes import Recurrent
from explorer.workspace.models.onnx.operators import OPERATORS
from explorer.workspace.models.stacks import Stack, connected

_STEPS, _SEQUENCES = (3,), (2, 1)
_FAR, _MOST_SIZES, _MOST_NUMBERS = 60, 8, 2_000_000
_LONGEST = 4096
_SEPARATORS = "/._:- "

Make = Callable[[Mapping[str, np.ndarray]], Folding]
"""Makes what folds constants where some names are given."""


def stacked(nodes: Sequence[Recurrent], make: Make) -> tuple[Stack, ...]:
    """Return the nodes as they are connected: one stack for each node that no other reads."""
    below = {node.name: _below(node, nodes, make) for node in nodes}
    read = {lower.name for lowers in below.values() for lower in lowers}
    found: list[Stack] = []
    for node in nodes:
        if node.name not in read:
            found += _stacks_under(node, below)
    return tuple(_apart_by_name(found))


def _stacks_under(top: Recurrent, below: Mapping[str, tuple[Recurrent, ...]]) -> Iterator[Stack]:
    """Yield the stack that ends with a node; where two layers can't be in one network, the parts of it."""
    levels: list[tuple[Recurrent, ...]] = [(top,)]
    # A file that goes in a circle ends where it began.
    while (lower := below[levels[-1][0].name]) and len(levels) < len(below):
        levels.append(lower)
    part: list[tuple[Recurrent, ...]] = []
    for level in reversed(levels):
        if part and not _fit([*part, level]):
            yield _stack(part)
            part = []
        if not _fit([level]):
            yield from (Stack(strand.name, ((strand,),)) for node in level for strand in node.strands)
            continue
        part.append(level)
    if part:
        yield _stack(part)


def _fit(levels: Sequence[Sequence[Recurrent]]) -> bool:
    return connected([[strand for node in level for strand in node.strands] for level in levels])


def _stack(levels: Sequence[tuple[Recurrent, ...]]) -> Stack:
    names = [node.name for level in levels for node in level]
    made = tuple(tuple(strand for node in level for strand in node.strands) for level in levels)
    return Stack(_common(names), made)


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
        yield stack if again == 1 else Stack(f"{stack.name} {again}", stack.levels)


# ---- who reads whom


def _below(node: Recurrent, nodes: Sequence[Recurrent], make: Make) -> tuple[Recurrent, ...]:
    """Return the nodes whose states a node reads one by one: one, or a pair that runs forward and backward; else none."""
    ends = {(id(other.scope.graph), other.node.output(0)): other for other in nodes if other.node.output(0)}
    near = _reached(node, ends, make({}))
    if not near.lower:
        return ()
    steps = dict.fromkeys((*_STEPS, *near.sizes))
    for T, sequences in product(steps, dict.fromkeys((*_SEQUENCES, *near.sizes))):
        probes = {other.node.output(0): _probe(other, T, sequences, place) for place, other in enumerate(near.lower)}
        if sum(probe.size for probe in probes.values()) > _MOST_NUMBERS:
            continue
        try:
            arrived = make(probes).value(node.scope, node.node.input(0)).array
        except (NotConstant, Refusal):
            continue
        for pair in _orders(near.lower):
            if _is_side_by_side(arrived, node, pair, probes):
                return pair
    return ()


@dataclass(frozen=True, slots=True)
class _Near:
    """What is found on the way back from a node: the recurrent ones whose states arrive, and sizes that stand in between."""

    lower: tuple[Recurrent, ...]
    sizes: tuple[int, ...]


def _reached(node: Recurrent, ends: Mapping[tuple[int, str], Recurrent], folding: Folding) -> _Near:
    lower: dict[str, Recurrent] = {}
    sizes: dict[int, None] = {}
    seen: set[str] = set()
    rest: list[tuple[Scope, str]] = [(node.scope, node.node.input(0))]
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


def _probe(node: Recurrent, T: int, sequences: int, place: int) -> np.ndarray:
    """Return as many different numbers as a node gives out of so many sequences, others for each place."""
    D, H = len(node.strands), node.strands[0].width
    shape = (sequences, T, D, H) if node.batch_first else (T, D, sequences, H)
    return (np.arange(np.prod(shape)) * 2.0 + 1.0).reshape(shape) * (-1.0) ** place


def _orders(lower: Sequence[Recurrent]) -> list[tuple[Recurrent, ...]]:
    """Return what a node may read: one node, or two that read the same, forward and backward."""
    if len(lower) == 1:
        return [tuple(lower)]
    if len(lower) != 2 or any(len(node.strands) > 1 for node in lower):
        return []
    forward, backward = sorted(lower, key=lambda node: node.strands[0].backward)
    same = forward.node.input(0) == backward.node.input(0) and forward.batch_first == backward.batch_first
    return [(forward, backward)] if same and backward.strands[0].backward and not forward.strands[0].backward else []


def _is_side_by_side(
    arrived: np.ndarray, node: Recurrent, lower: Sequence[Recurrent], probes: Mapping[str, np.ndarray]
) -> bool:
    """Return whether what arrives are the lower nodes' states, those of each direction side by side."""
    parts = [_in_rows(probes[one.node.output(0)], one.batch_first) for one in lower]
    expected = np.concatenate(parts, axis=-1)
    return np.array_equal(arrived.swapaxes(0, 1) if node.batch_first and arrived.ndim == 3 else arrived, expected)


def _in_rows(Y: np.ndarray, batch_first: bool) -> np.ndarray:
    """Return what a node gives out as (T, B, D·H)."""
    Y = Y.transpose(1, 0, 2, 3) if batch_first else Y.transpose(0, 2, 1, 3)
    return Y.reshape(*Y.shape[:2], -1)
