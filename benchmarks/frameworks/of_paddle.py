"""Paddle: ``.pdparams``, a pickle of NumPy arrays, each array of a layer there twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import paddle

from benchmarks.frameworks import HIDDEN, INPUTS, Case, Floats, folder, inputs


def cases() -> Iterator[Case]:
    """Yield the cases; their file is written."""
    paddle.set_default_dtype("float64")
    net = paddle.nn.Sequential(
        ("lstm", paddle.nn.LSTM(INPUTS, HIDDEN, 2, direction="bidirect")),
        ("gru", paddle.nn.GRU(INPUTS, HIDDEN)),
        ("projected", paddle.nn.LSTM(INPUTS, HIDDEN + 1, proj_size=HIDDEN)),
        ("simple", paddle.nn.SimpleRNN(INPUTS, HIDDEN)),
    )
    net.eval()
    draw = np.random.default_rng(60)
    for parameter in net.parameters():
        parameter.set_value(paddle.to_tensor(draw.normal(size=parameter.shape) * 0.5))
    paddle.save(net.state_dict(), str(folder() / "paddle.pdparams"))
    for name in ("lstm", "gru", "projected", "simple"):
        x = inputs(16)
        layer = getattr(net, name)
        single = name != "lstm"
        yield Case("paddle.pdparams", name, x, _run(layer, x), _jacobian(layer, name, x) if single else None)


def _run(layer: Any, x: Floats) -> Floats:
    return np.asarray(layer(paddle.to_tensor(x)[None])[0].numpy()[0])


def _jacobian(layer: Any, name: str, x: Floats) -> Floats:
    """Return ∂s_T/∂s_0 by differences of fourth order: its own derivative by a given start stops with an error."""
    sizes = [HIDDEN, HIDDEN + 1] if name == "projected" else [HIDDEN]

    def end(s: Floats) -> Floats:
        start = [paddle.to_tensor(part)[None, None] for part in np.split(s, np.cumsum(sizes)[:-1])]
        last = layer(paddle.to_tensor(x)[None], tuple(start) if len(start) > 1 else start[0])[1]
        parts = list(last) if isinstance(last, (list, tuple)) else [last]
        return np.concatenate([part.numpy().ravel() for part in parts])

    steps = 1e-3 * np.eye(sum(sizes))
    columns = [(8 * (end(e) - end(-e)) - (end(2 * e) - end(-2 * e))) / 12e-3 for e in steps]
    return np.stack(columns, axis=1)
