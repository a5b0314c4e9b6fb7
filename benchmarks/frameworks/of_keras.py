"""Keras 3, on PyTorch: its ``.keras`` and ``.h5``; and Keras 2's layouts, written as it wrote them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import h5py
import keras
import numpy as np
import torch
from keras import layers
from keras.ops import convert_to_tensor as as_tensor
from keras.src import ops

from benchmarks.frameworks import HIDDEN, INPUTS, Case, Floats, folder, inputs

ALONE: dict[str, Any] = {
    "plain": lambda: layers.LSTM(HIDDEN, return_sequences=True),
    "hard": lambda: layers.LSTM(HIDDEN, return_sequences=True, recurrent_activation="hard_sigmoid"),
    "own": lambda: layers.LSTM(HIDDEN, return_sequences=True, activation="softsign", recurrent_activation="elu"),
    "bare": lambda: layers.LSTM(HIDDEN, return_sequences=True, use_bias=False),
    "after": lambda: layers.GRU(HIDDEN, return_sequences=True),
    "before": lambda: layers.GRU(HIDDEN, return_sequences=True, reset_after=False),
    "bare_gru": lambda: layers.GRU(HIDDEN, return_sequences=True, use_bias=False, reset_after=False),
    "relu": lambda: layers.SimpleRNN(HIDDEN, return_sequences=True, activation="relu"),
    "linear": lambda: layers.SimpleRNN(HIDDEN, return_sequences=True, activation=None),
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Yield the cases; their files are written."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    # On PyTorch Keras multiplies matrices of float64 in float32 (findings/keras_matmul_float64.sh).
    ops.matmul = lambda a, b: torch.matmul(as_tensor(a), as_tensor(b))
    keras.utils.set_random_seed(5)
    yield from _model_of_layers()
    yield from _stack()
    yield from _keras2()


def _random(model: Any) -> None:
    draw = np.random.default_rng(6)
    model.set_weights([draw.normal(size=w.shape) * (0.6 if w.ndim > 1 else 0.3) for w in model.get_weights()])


def _model_of_layers() -> Iterator[Case]:
    """Yield layers side by side, each of its own settings, saved both ways."""
    x = inputs(7)
    given = keras.Input((None, INPUTS), name="given")
    made = {name: make() for name, make in ALONE.items()}
    for name, layer in made.items():
        layer.name = name
    model = keras.Model(given, [layer(given) for layer in made.values()])
    _random(model)
    for file in ("keras3.keras", "keras3.h5"):
        model.save(folder() / file)
    for file in ("keras3.keras", "keras3.h5"):
        # In float64, too, PyTorch's derivative of its own hard sigmoid is 1/6 in float32 (findings/torch_hardsigmoid.sh).
        made["hard"].cell.recurrent_activation = lambda z: torch.clamp(z + 3.0, 0.0, 6.0) / 6.0
        for name, layer in made.items():
            yield Case(file, name, x, _run(layer, x), _jacobian(layer.cell, x))


def _stack() -> Iterator[Case]:
    """Yield layers upon each other behind an embedding: both directions, cells of a row, one that reads backward."""
    words = keras.Input((None,), dtype="int64")
    found = layers.Embedding(6, INPUTS, name="table")(words)
    found = layers.Dropout(0.5)(found)
    stack = [
        layers.LSTM(HIDDEN, return_sequences=True, name="first"),
        layers.Bidirectional(layers.GRU(HIDDEN, return_sequences=True, reset_after=False), name="both"),
        layers.RNN(
            [layers.LSTMCell(HIDDEN), layers.SimpleRNNCell(2), layers.LSTMCell(2)], return_sequences=True, name="row"
        ),
        layers.LSTM(HIDDEN, go_backwards=True, return_sequences=True, name="last"),
    ]
    for layer in stack:
        found = layer(found)
    model = keras.Model(words, layers.Dense(2, name="out")(found))
    _random(model)
    x = inputs(8)
    y = torch.tensor(x)[None]
    for layer in stack:
        y = layer(y)
    # The same without its settings.
    model.save_weights(folder() / "keras3_stack.weights.h5")
    for file in ("keras3_stack.keras", "keras3_stack.h5"):
        model.save(folder() / file)
        # What reads backward gives out in the order in which it reads.
        yield Case(file, "first + both + row + last", x, np.asarray(y.detach()[0].flip(0)))


def _keras2() -> Iterator[Case]:
    """Yield weights as Keras 2 wrote them, its graphics cards' layout too, with the numbers of the same layers here."""
    x, draw = inputs(9), np.random.default_rng(10)
    lstm = layers.LSTM(HIDDEN, return_sequences=True)
    gru = layers.GRU(HIDDEN, return_sequences=True)
    old = layers.LSTM(HIDDEN, return_sequences=True)
    for layer in (lstm, gru, old):
        layer.build((None, None, INPUTS))
        _random(layer)
    old.cell.recurrent_activation = lambda z: torch.clamp(0.2 * z + 0.5, 0.0, 1.0)
    (U, W, b), (V, R, d) = ([np.asarray(w) for w in layer.get_weights()] for layer in (lstm, gru))
    one = draw.normal(size=b.shape)
    with h5py.File(folder() / "keras2.h5", "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "2.1.5", "tensorflow"
        _write(file, "fast_lstm", _for_cards(U, 4), _across(W, 4), np.concatenate([one, b - one]))
        _write(file, "fast_gru", _for_cards(V, 3), _across(R, 3), d.reshape(-1))
        _write(file, "lstm_1", *(np.asarray(w) for w in old.get_weights()))
    yield Case("keras2.h5", "fast_lstm", x, _run(lstm, x), _jacobian(lstm.cell, x))
    yield Case("keras2.h5", "fast_gru", x, _run(gru, x), _jacobian(gru.cell, x))
    yield Case("keras2.h5", "lstm_1", x, _run(old, x), _jacobian(old.cell, x))
    yield from _told_by_keras2(x, old)


def _told_by_keras2(x: Floats, old: Any) -> Iterator[Case]:
    """Yield a whole model of Keras 2, settings and weights: the hard sigmoid has the other slope there."""
    settings = {"name": "lstm_1", "units": HIDDEN, "activation": "tanh", "recurrent_activation": "hard_sigmoid",
                "use_bias": True, "return_sequences": True, "go_backwards": False}  # fmt: skip
    told = {"class_name": "Sequential", "config": [{"class_name": "LSTM", "config": settings}]}
    with h5py.File(folder() / "keras2_model.h5", "w") as file:
        file.attrs["keras_version"], file.attrs["model_config"] = b"2.2.4", json.dumps(told).encode()
        weights = [np.asarray(w) for w in old.get_weights()]
        # In pieces of two rows, packed: what a person may choose.
        _write(file.create_group("model_weights"), "lstm_1", *weights, compression="gzip", shuffle=True, chunks=True)
    with h5py.File(folder() / "keras2_newer.h5", "w", libver="latest", track_order=True) as file:
        _write(file, "lstm_1", *weights)
    chosen = "gates=hard_sigmoid,slope=0.2 z + 1/2"
    yield Case("keras2_newer.h5", "lstm_1", x, _run(old, x), choose=chosen)
    yield Case("keras2_model.h5", "lstm_1", x, _run(old, x), _jacobian(old.cell, x))


def _write(file: Any, name: str, kernel: Floats, recurrent: Floats, bias: Floats, **ways: Any) -> None:
    group = file.create_group(f"{name}/{name}")
    for key, array in (("kernel:0", kernel), ("recurrent_kernel:0", recurrent), ("bias:0", bias)):
        group.create_dataset(key, data=array, **ways)


def _for_cards(kernel: Floats, gates: int) -> Floats:
    """Return a kernel as CuDNN's layout has it: each gate's transpose, read row by row into the same shape."""
    return np.hstack([part.T.reshape(part.shape) for part in np.hsplit(kernel, gates)])


def _across(kernel: Floats, gates: int) -> Floats:
    return np.hstack([part.T for part in np.hsplit(kernel, gates)])


def _run(layer: Any, x: Floats) -> Floats:
    return np.asarray(layer(torch.tensor(x)[None]).detach()[0])


def _jacobian(cell: Any, x: Floats) -> Floats:
    sizes = cell.state_size if isinstance(cell.state_size, (list, tuple)) else [cell.state_size]

    def end(s: torch.Tensor) -> torch.Tensor:
        state = [part[None] for part in torch.split(s, list(sizes))]
        for row in torch.tensor(x)[:, None]:
            state = cell(row, state)[1]
            state = list(state) if isinstance(state, (list, tuple)) else [state]
        return torch.cat([part.ravel() for part in state])

    return np.asarray(torch.autograd.functional.jacobian(end, torch.zeros(sum(sizes), dtype=torch.float64)))
