"""`Stored`: what a reader gives of a file, before anybody asks what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What a file holds: its arrays by its own names, and what else it says in plain values.

    ``arrays`` are read-only and of any type that NumPy has; those that it has not (bfloat16, float8) are widened to float32,
    which holds each of their numbers exactly. Names of what is nested are joined by "." (PyTorch) or "/" (all others).
    ``config`` is what the file says besides, made of numbers, texts, lists and dicts: the layers of a Keras model, the graph
    of an ONNX file, the settings in a checkpoint. ``words`` is the vocabulary, if the file has one, in the order of its rows.
    ``name`` is the file's. ``known`` is what is known besides of what the arrays leave open, by the keys of assumptions, and
    ``reads`` what the recurrent layers read of a sample, (T, m), by their names: who watched a training has them.
    """

    format: str
    name: str
    arrays: Mapping[str, Array]
    config: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    words: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    reads: Mapping[str, Array] = field(default_factory=lambda: _NOTHING)
