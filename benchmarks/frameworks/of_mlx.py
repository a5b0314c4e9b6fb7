"""MLX: its LSTM, GRU and RNN, saved in safetensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx.utils import tree_flatten, tree_map

from benchmarks.frameworks import HIDDEN, INPUTS, Case, Floats, folder, inputs


def cases() -> Iterator[Case]:
    """Yield the cases; their file is written."""
    mx.set_default_device(mx.cpu)
    held: dict[str, mx.array] = {}
    made = []
    draw = np.random.default_rng(50)
    for name, kind in {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}.items():
        layer = kind(INPUTS, HIDDEN)
        layer.update(
            tree_map(lambda leaf: mx.array(draw.normal(size=leaf.shape) * 0.6, mx.float64), layer.parameters())
        )
        held |= {f"{name}.{key}": value.astype(mx.float32) for key, value in tree_flatten(layer.parameters())}
        layer.update(tree_map(lambda leaf: leaf.astype(mx.float32).astype(mx.float64), layer.parameters()))
        made.append((name, layer))
    mx.save_safetensors(str(folder() / "mlx.safetensors"), held)
    for name, layer in made:
        x = inputs(15)
        yield Case("mlx.safetensors", name, x, np.asarray(_run(layer, x, None)[0]), _jacobian(layer, x))


def _run(layer: Any, x: Floats, s: Any) -> Any:
    """Return what is given out, and the state at the end, from the state s."""
    given = mx.array(x, mx.float64)[None]
    if isinstance(layer, nn.LSTM):
        start = {} if s is None else {"hidden": s[None, :HIDDEN], "cell": s[None, HIDDEN:]}
        h, c = layer(given, **start)
        return h[0], mx.concatenate([h[0, -1], c[0, -1]])
    h = layer(given, **({} if s is None else {"hidden": s[None]}))
    return h[0], h[0, -1]


def _jacobian(layer: Any, x: Floats) -> Floats:
    N = 2 * HIDDEN if isinstance(layer, nn.LSTM) else HIDDEN
    start = mx.zeros(N, mx.float64)
    columns = []
    for direction in np.eye(N):
        _, moved = mx.jvp(lambda s: _run(layer, x, s)[1], [start], [mx.array(direction, mx.float64)])
        columns.append(np.asarray(moved[0]))
    return np.stack(columns, axis=1)
