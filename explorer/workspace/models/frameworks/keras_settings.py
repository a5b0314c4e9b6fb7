"""What Keras's JSON says of a model's layers: their settings by name, and which reads which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_PASSING = {
    "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Masking", "ActivityRegularization",
    "InputLayer", "Identity",
}  # fmt: skip
"""Layers that give out what they read when nothing is trained."""
_DEEPEST, _MOST = 8, 10_000


@dataclass(frozen=True, slots=True)
class LayerSettings:
    """One layer: its name, its class, its settings, and the names of the layers that it reads."""

    name: str
    kind: str
    settings: Mapping[str, Any]
    reads: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Return whether it gives out what it reads."""
        return self.kind in _PASSING or (self.kind == "Activation" and self.settings.get("activation") == "linear")

    def inner(self, key: str) -> LayerSettings | None:
        """Return the settings of a layer inside this one: its "layer", "backward_layer" or "cell"."""
        return _one(self.settings.get(key), ())

    def cells(self) -> tuple[LayerSettings, ...]:
        """Return the cells that a layer called RNN runs, in order."""
        cell = self.inner("cell")
        if cell is None:
            return ()
        inner = cell.settings.get("cells")
        if not isinstance(inner, list):
            return (cell,)
        return tuple(one for told in inner if (one := _one(told, ())) is not None)


@dataclass(frozen=True, slots=True)
class Model:
    """The layers of a model by name, those of models inside it too."""

    layers: Mapping[str, LayerSettings] = field(default_factory=dict)

    def source(self, name: str) -> LayerSettings | None:
        """Return the layer whose numbers a layer reads, past all that pass them on; None where there are several, or none."""
        for _ in range(len(self.layers)):
            one = self.layers.get(name)
            if one is None or len(one.reads) != 1:
                return None
            found = self.layers.get(one.reads[0])
            if found is None or not found.passes:
                return found
            name = found.name
        return None


def model_of(told: object) -> Model:
    """Return the layers that a model's JSON tells, none where it tells none."""
    found = list(_layers(told, 0))[:_MOST]
    return Model({layer.name: layer for layer in found})


def _layers(told: object, depth: int) -> Iterator[LayerSettings]:
    if not isinstance(told, Mapping) or depth > _DEEPEST:
        return
    settings = told.get("config")
    # Keras 2.0 to 2.1 had the list itself there.
    inner = (
        settings if isinstance(settings, list) else settings.get("layers") if isinstance(settings, Mapping) else None
    )
    if not isinstance(inner, list):
        return
    sequential = told.get("class_name") == "Sequential"
    before: tuple[str, ...] = ()
    for one in inner:
        found = _one(one, before if sequential else _reads(one))
        if found is None:
            continue
        yield found
        yield from _layers(one, depth + 1)
        before = (found.name,)


def _one(told: object, reads: tuple[str, ...]) -> LayerSettings | None:
    if not isinstance(told, Mapping) or not isinstance(settings := told.get("config"), Mapping):
        return None
    name = settings.get("name") or told.get("name")
    return LayerSettings(str(name or ""), str(told.get("class_name", "")), settings, reads)


def _reads(told: object) -> tuple[str, ...]:
    """Return the names of the layers that a layer of a functional model reads, in Keras 2's lists or 3's histories."""
    nodes = told.get("inbound_nodes") if isinstance(told, Mapping) else None
    found: list[str] = []
    rest: list[object] = [nodes]
    for _ in range(_MOST):
        if not rest:
            break
        one = rest.pop(0)
        if isinstance(one, Mapping):
            history = one.get("keras_history")
            rest.extend([one.get("args"), one.get("config")] if history is None else [])
            found.extend([str(history[0])] if isinstance(history, Sequence) and history else [])
        elif isinstance(one, list):
            if one and isinstance(one[0], str):
                found.append(one[0])
            else:
                rest.extend(one)
    return tuple(dict.fromkeys(found))


def snake(name: str) -> str:
    """Return a class's name as Keras 3 writes it in paths: "LSTMCell" is "lstm_cell"."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
