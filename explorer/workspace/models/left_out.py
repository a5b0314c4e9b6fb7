"""What is left of a file when its recurrent layers are taken out, told by the names and shapes of its arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping

from explorer.workspace.models.found import LeftOut
from explorer.workspace.models.stored import Array

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("embedding", re.compile(r"emb(\b|ed)|(?<![a-z])emb|lookup|wte\b|word_vec", re.IGNORECASE)),
    ("attention", re.compile(r"att(n|ention)|[._/](q|k|v)_proj|in_proj", re.IGNORECASE)),
    ("normalisation", re.compile(r"norm|bn\d*\b|running_(mean|var)|gamma|beta", re.IGNORECASE)),
    ("convolution", re.compile(r"conv|cnn", re.IGNORECASE)),
    ("linear", re.compile(r"linear|dense|fc\d*\b|proj|head|out(put)?\b|classifier|decoder", re.IGNORECASE)),
)
_LEAF = re.compile(r"[./:]?(vars/\d+|weight|bias|kernel|embeddings?|embedding|gamma|beta|running_mean|running_var|"
                   r"num_batches_tracked|w|b|scale|moving_mean|moving_variance)(:0)?$")  # fmt: skip


def rest_of(arrays: Mapping[str, Array]) -> tuple[LeftOut, ...]:
    """Return what arrays that belong to no recurrent layer are, those of one module together."""
    modules: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        modules.setdefault(_LEAF.sub("", name) or name, {})[name] = array
    return tuple(_left_out(name, some) for name, some in modules.items())


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
