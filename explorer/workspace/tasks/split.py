"""What is held out of a task's data, always the same: every fifth example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from explorer.engine.training import Examples
from explorer.workspace.tasks.symbols import Indices, OneHot

T = TypeVar("T")
EVERY = 5
"""Every fifth example is held out."""


def split(items: Sequence[T]) -> tuple[list[T], list[T]]:
    """Return the examples to learn from and those held out."""
    held = [item for i, item in enumerate(items) if i % EVERY == EVERY - 1]
    return [item for i, item in enumerate(items) if i % EVERY != EVERY - 1], held


def split_by(items: Sequence[T], key: Callable[[T], object]) -> tuple[list[T], list[T]]:
    """Return the same, where every fifth of those with one ``key`` is held out."""
    count: Counter[object] = Counter()
    learnt: list[T] = []
    held: list[T] = []
    for item in items:
        count[key(item)] += 1
        (learnt if count[key(item)] % EVERY else held).append(item)
    return learnt, held


def some(examples: Examples, count: int) -> Examples:
    """Return ``count`` of ``examples``, evenly spread; all where there are no more."""
    chosen = [i * len(examples) // count for i in range(count)] if count < len(examples) else range(len(examples))
    inputs = examples.inputs
    if isinstance(inputs, OneHot):
        rows: list[Indices] = [inputs.rows[i] for i in chosen]
        picked = OneHot(rows, inputs.width)
        return Examples(picked, [examples.targets[i] for i in chosen], examples.loss, examples.at)
    return Examples([inputs[i] for i in chosen], [examples.targets[i] for i in chosen], examples.loss, examples.at)
