"""The optimisers: from a weight θ, its gradient g and the memory of earlier steps to the next weight.

Each is a pure function of one weight; there is one table, keyed like `OPTIMISERS` of the settings. The formulas and the
constants are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.learning.settings import Settings

RMSPROP_MEMORY = 0.99
ADAM_MEMORY = (0.9, 0.999)
SMALL = 1e-8
"""ε, which keeps RMSProp and Adam from dividing by zero."""

Slots = Mapping[str, Floats]
"""What an optimiser remembers of one weight, by name; empty before its first step."""
Optimiser = Callable[[Floats, Floats, Slots, Settings], tuple[Floats, dict[str, Floats]]]


def sgd(theta: Floats, g: Floats, slots: Slots, settings: Settings) -> tuple[Floats, dict[str, Floats]]:  # noqa: ARG001
    """Return θ − η g and no memory: stochastic gradient descent (Robbins and Monro 1951)."""
    return theta - settings.rate * g, {}


def momentum(theta: Floats, g: Floats, slots: Slots, settings: Settings) -> tuple[Floats, dict[str, Floats]]:
    """Return θ − η v with the velocity v ← μ v + g: the heavy ball (Polyak 1964)."""
    velocity = settings.momentum * slots["velocity"] + g if slots else g
    return theta - settings.rate * velocity, {"velocity": velocity}


def rmsprop(theta: Floats, g: Floats, slots: Slots, settings: Settings) -> tuple[Floats, dict[str, Floats]]:
    """Return θ − η g / (√q + ε) with the mean square q ← α q + (1 − α) g² (Tieleman and Hinton 2012)."""
    square = (1.0 - RMSPROP_MEMORY) * np.square(g)
    if slots:
        square += RMSPROP_MEMORY * slots["square"]
    return theta - settings.rate * g / (np.sqrt(square) + SMALL), {"square": square}


def adam(theta: Floats, g: Floats, slots: Slots, settings: Settings) -> tuple[Floats, dict[str, Floats]]:
    """Return θ − η m̂ / (√v̂ + ε), both means corrected for their start from zero (Kingma and Ba 2015, algorithm 1).

    The count t is this weight's own, so that an optimiser changed while training runs begins as it should.
    """
    first, second = ADAM_MEMORY
    m, v, t = (1.0 - first) * g, (1.0 - second) * np.square(g), np.ones(1)
    if slots:
        m += first * slots["m"]
        v += second * slots["v"]
        t += slots["t"]
    rate = settings.rate / (1.0 - first ** t[0])
    return theta - rate * m / (np.sqrt(v / (1.0 - second ** t[0])) + SMALL), {"m": m, "v": v, "t": t}


OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType(
    {"sgd": sgd, "momentum": momentum, "rmsprop": rmsprop, "adam": adam}
)
_REMEMBERED = {"sgd": (), "momentum": ("velocity",), "rmsprop": ("square",), "adam": ("m", "v", "t")}


def updated(
    theta: Mapping[str, Floats], gradients: Mapping[str, Floats], slots: Slots, settings: Settings
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the weights that have a gradient after one step, and the optimiser's memory of all of them ("m.W").

    What another optimiser has left behind is forgotten.
    """
    step = OPTIMISERS[settings.optimiser]
    weights: dict[str, Floats] = {}
    kept: dict[str, Floats] = {}
    for name, g in gradients.items():
        weights[name], after = step(theta[name], g, _of(name, slots, settings), settings)
        kept |= {f"{slot}.{name}": array for slot, array in after.items()}
    return weights, kept


def reach(name: str, slots: Slots, settings: Settings) -> Floats:
    """Return how far one update moves each entry of a weight, or all, for each unit of a gradient that stays.

    ``slots`` is what the optimiser remembers after the update. That is the optimiser's metric: η, and beyond it what momentum
    adds up or what RMSProp and Adam divide by.
    """
    own = _of(name, slots, settings)
    if settings.optimiser == "momentum":
        return np.asarray(settings.rate / (1.0 - settings.momentum))
    if settings.optimiser == "rmsprop":
        return np.asarray(settings.rate / (np.sqrt(own["square"]) + SMALL))
    if settings.optimiser == "adam":
        return np.asarray(settings.rate / (np.sqrt(own["v"] / (1.0 - ADAM_MEMORY[1] ** own["t"][0])) + SMALL))
    return np.asarray(settings.rate)


def _of(name: str, slots: Slots, settings: Settings) -> dict[str, Floats]:
    """Return what this optimiser remembers of one weight: all of it, or nothing."""
    mine = {slot: slots[f"{slot}.{name}"] for slot in _REMEMBERED[settings.optimiser] if f"{slot}.{name}" in slots}
    return mine if len(mine) == len(_REMEMBERED[settings.optimiser]) else {}
