"""How the weights of a layer begin, by what each does in the equations."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.initialisation import INITIALISATIONS, normal
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.recurrence import Recurrence, Weight
from explorer.engine.recurrence.weights.fixed import DRAWN, constructed
from explorer.engine.recurrence.weights.roles import BIAS, FROM_INPUT, RECURRENT
from explorer.engine.recurrence.weights.starts import Draw, chrono, started

FIRST = "1"
_CHRONO = "chrono"


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a layer begins: ``init`` and ``gain`` for what multiplies a state, and so on; ``label`` is that of its weights.

    ``chrono`` is the longest memory that its gates begin for, 0 where they begin by the forget bias.
    """

    init: str = "gaussian"
    gain: float = 1.0
    bias: float = 0.0
    forget_bias: float = 1.0
    input_scale: float = 1.0
    seed: int = 0
    label: str = FIRST
    chrono: int = 0


def drawn(step: Step, begin: Beginning) -> dict[str, Floats]:
    """Return the weights by name.

    A matrix that multiplies a state follows ``init`` and ``gain``, one that multiplies the input has N(0, input_scale²)
    entries, a vector that is added is ``bias``, and others are one; a weight's own word comes before all that. Each has a
    stream of random numbers of its own: to edit one line of the equations redraws no other weight.

    Raises
    ------
    BadNetwork
        If a weight can't start as its cell says.
    """
    shapes = step.weight_shapes()
    gates = step.recurrence
    return {weight.name: _begun(weight, shapes[weight.name], begin, gates) for weight in gates.weights}


@lru_cache(maxsize=64)
def heeded(recurrence: Recurrence) -> frozenset[str]:
    """Return which of `Beginning`'s fields the weights of a cell begin by: "init", "gain", "bias", …"""
    free = [weight for weight in recurrence.weights if weight.start is None and not _is_constructed(weight)]
    biases, matrices = ([one for one in free if one.role == role] for role in (BIAS, RECURRENT))
    heeds = {
        "init": any(one.shape[0] == one.shape[1] for one in matrices),
        "gain": bool(matrices),
        "bias": bool(biases),
        "forget_bias": any(one.name in recurrence.forget for one in biases),
        "chrono": any(one.name in recurrence.forget for one in biases),
        "input_scale": any(one.role == FROM_INPUT for one in free),
    }
    return frozenset(name for name, so in heeds.items() if so)


def stream(weight: Weight, label: str) -> int:
    """Return a weight's stream of random numbers: what its cell declares in the first layer, else a hash."""
    if label == FIRST and weight.stream is not None:
        return weight.stream
    # Weights that share a stream share one in every layer.
    return zlib.crc32(f"{label}/{weight.name if weight.stream is None else weight.stream}".encode())


def _is_constructed(weight: Weight) -> bool:
    return weight.fixed is not None and weight.fixed.name != DRAWN


def _begun(weight: Weight, shape: tuple[int, ...], begin: Beginning, gates: Recurrence) -> Floats:
    place = stream(weight, begin.label)
    if weight.fixed is not None and _is_constructed(weight):
        return constructed(weight.name, weight.fixed, shape)
    if weight.start is not None:
        return started(weight.name, weight.start, Draw(shape, begin.seed, place))
    if weight.role == BIAS:
        return begin.bias + _opening(weight.name, shape, begin, gates)
    by_role: dict[str, Callable[[], Floats]] = {
        RECURRENT: lambda: _recurrent(shape, begin, place),
        FROM_INPUT: lambda: begin.input_scale * normal(shape[0], shape[1], begin.seed, place),
    }
    return by_role.get(weight.role, lambda: np.ones(shape))()


def _opening(name: str, shape: tuple[int, ...], begin: Beginning, gates: Recurrence) -> Floats:
    """Return how far the bias opens a gate that forgets, or one that lets in; zero for any other."""
    if not begin.chrono:
        return np.full(shape, begin.forget_bias * (name in gates.forget))
    # One draw for both: a unit that keeps for long is written to as seldom.
    place = zlib.crc32(f"{begin.label}/{_CHRONO}".encode())
    logs = chrono(Draw(shape, begin.seed, place), float(begin.chrono))
    return ((name in gates.forget) - 1.0 * (name in gates.admit)) * logs


def _recurrent(shape: tuple[int, ...], begin: Beginning, place: int) -> Floats:
    """Return what multiplies a state; one that is not square has N(0, gain²/columns) entries."""
    rows, columns = shape
    if rows == columns:
        return INITIALISATIONS[begin.init](rows, begin.gain, begin.seed, place)
    return begin.gain / np.sqrt(columns) * normal(rows, columns, begin.seed, place)
