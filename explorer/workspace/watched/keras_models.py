"""What is watched of a Keras model: a callback keeps its recurrent weights, its loss, and what its layers read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.readers.records import Head
from explorer.workspace.models.stored import Array
from explorer.workspace.watched.recorder import Recorder

FRAMEWORK = "Keras"


def keras_callback(path: Path, every: int, sample: Any) -> Any:
    """Return a callback of Keras 3; batches are counted as updates. ``sample`` is what the model's inputs take, or None."""
    keras = import_module("keras")

    class Watching(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        """Appends a moment after each ``every`` batches, the first before any."""

        def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002 - Keras gives it
            self.recorder = Recorder(path, Head(FRAMEWORK, _config(keras, self.model), every))
            self._kept: int | None = None
            self._first = 0

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            self._first = batch
            if self._kept is None or self.recorder.step - self._kept >= every:
                self._keep()

        def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
            # Where several batches are one call of the program, Keras tells of the first before it and the last behind it.
            self.recorder.step += batch - self._first
            self.recorder.note(**{name: value for name, value in (logs or {}).items() if name == "loss"})
            self.recorder.step += 1

        def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
            self._keep()
            self.recorder.close()

        def _keep(self) -> None:
            step = self.recorder.step
            if self._kept != step:
                inputs = {} if sample is None else _inputs(keras, self.model, sample)
                self.recorder.add(_arrays(keras, self.model), step, inputs)
                self._kept = step

    return Watching()


def _config(keras: Any, model: Any) -> dict[str, Any]:
    """Return what a saved file of the model would say: its layers' settings, and what a person called them."""
    names = {f"layers/{layer}": layer for layer in _layers(model)}
    if not names:
        raise BadNetwork("Nothing in this model is recurrent.")
    return {"model": json.loads(model.to_json()), "version": str(keras.__version__), "names": names}


def _layers(model: Any) -> dict[str, None]:
    """Return the names of the layers that are recurrent, in their order."""
    return dict.fromkeys(path.split("/")[1] for path, _ in _cells(model))


def _cells(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield the recurrent cells by the paths that a saved file gives them."""
    for layer in model.layers:
        yield from _cells_of(layer, f"layers/{layer.name}")


def _cells_of(layer: Any, path: str) -> Iterator[tuple[str, Any]]:
    if hasattr(layer, "forward_layer"):
        for half in ("forward_layer", "backward_layer"):
            yield from _cells_of(getattr(layer, half), f"{path}/{half}")
    elif hasattr(layer, "cell"):
        cells = getattr(layer.cell, "cells", None)
        if cells is None:
            yield f"{path}/cell", layer.cell
        else:
            yield from ((f"{path}/cell/cells/{one.name}", one) for one in cells)


def _arrays(keras: Any, model: Any) -> dict[str, Array]:
    return {
        f"{path}/vars/{i}": keras.ops.convert_to_numpy(weight).copy()
        for path, cell in _cells(model)
        for i, weight in enumerate(cell.weights)
    }


def _inputs(keras: Any, model: Any, sample: Any) -> dict[str, Array]:
    """Return what the recurrent layers read of the first sequence of the sample, (T, m), by name."""
    read: dict[str, Array] = {}
    for layer in model.layers:
        if layer.name in _layers(model):
            found = keras.ops.convert_to_numpy(keras.Model(model.inputs, layer.input)(sample, training=False))
            read[layer.name] = found[0].copy()
    return read
