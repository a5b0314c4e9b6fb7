"""What is left of a file when its recurrent layers are taken out, told by the names and shapes of its arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from explorer.workspace.models.found import LeftOut
from explorer.workspace.models.stacks import Stack
from explorer.workspace.models.stored import Array

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("embedding", re.compile(r"emb(\b|ed)|(?<![a-z])emb|lookup|wte\b|word_vec", re.IGNORECASE)),
    ("attention", re.compile(r"att(n|ention)|[._/](q|k|v)_proj|in_proj", re.IGNORECASE)),
    ("normalisation", re.compile(r"norm|bn\d*\b|running_(mean|var)|gamma|beta", re.IGNORECASE)),
    ("convolution", re.compile(r"conv|cnn", re.IGNORECASE)),
    ("linear", re.compile(r"linear|dense|fc\d*\b|proj|head|out(put)?\b|classifier|decoder", re.IGNORECASE)),
)
_LEAF = re.compile(r"(?:^|[./:_])(vars/\d+|weight|bias|kernel|embeddings?|embedding|gamma|beta|running_mean|running_var|"
                   r"num_batches_tracked|w|b|scale|moving_mean|moving_variance)(:0)?$")  # fmt: skip


def rest_of(arrays: Mapping[str, Array], called: Mapping[str, str]) -> tuple[LeftOut, ...]:
    """Return what arrays that belong to no recurrent layer are, those of one module together.

    ``called`` says what a person called a module where its path does not.
    """
    modules: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        path = _LEAF.sub("", name) or name
        modules.setdefault(called.get(path, path), {})[name] = array
    return tuple(_left_out(name, some) for name, some in modules.items())


def with_embedding(stack: Stack, left_out: Sequence[LeftOut]) -> Stack:
    """Return a stack with the embedding that it reads: the one that the file says, or the only one that fits it by name."""
    if stack.embedding is not None:
        return stack
    fitting = [one for one in left_out if one.table is not None and one.table.shape[1] == stack.levels[0][0].inputs]
    if len(fitting) > 1:
        shared = {one.name: _begin_alike(one.name, stack.name) for one in fitting}
        most = max(shared.values())
        fitting = [one for one in fitting if most and shared[one.name] == most]
    return replace(stack, embedding=fitting[0].name) if len(fitting) == 1 else stack


def _begin_alike(one: str, other: str) -> int:
    """Return with how many equal signs two names begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _left_out(name: str, arrays: Mapping[str, Array]) -> LeftOut:
    shapes = {one: array.shape for one, array in arrays.items()}
    kind = _kind(name, arrays)
    table = next((array for array in arrays.values() if array.ndim == 2), None) if kind == "embedding" else None
    return LeftOut(name, kind, shapes, table)


def _kind(name: str, arrays: Mapping[str, Array]) -> str:
    axes = [array.ndim for array in arrays.values()]
    for kind, pattern in _KINDS:
        if pattern.search(name) or any(pattern.search(one) for one in arrays):
            if kind == "embedding" and 2 not in axes:
                continue
            return kind
    if max(axes, default=0) in (3, 4, 5):
        return "convolution"
    return "linear" if 2 in axes else "other"
