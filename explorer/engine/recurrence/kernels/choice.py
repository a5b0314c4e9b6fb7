"""Which hand-written kernel runs a recurrence, if one does: one whose equations are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.expressions.expression import Pointwise
from explorer.engine.recurrence.kernels.gru import GRU
from explorer.engine.recurrence.kernels.kernel import Kernel, Place
from explorer.engine.recurrence.kernels.lstm import LSTM
from explorer.engine.recurrence.kernels.simple import Simple
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.recurrence import Recurrence

KERNELS: Mapping[str, Kernel] = MappingProxyType({kernel.name: kernel for kernel in (Simple(), LSTM(), GRU())})


@dataclass(frozen=True, slots=True)
class Choice:
    """A kernel, what f(…) stands for in it, and where each weight of the recurrence stands in the stacked arrays."""

    kernel: Kernel
    activation: str
    places: Mapping[str, Place]


@lru_cache(maxsize=64)
def choice(recurrence: Recurrence) -> Choice | None:
    """Return the kernel of the same equations, whatever they are called; None if there is none."""
    for kernel in KERNELS.values():
        if len(kernel.places) != len(recurrence.weights):
            continue
        for activation in _activations(recurrence):
            same = cell(kernel.name, activation).recurrence
            if recurrence.has_equations_of(same):
                names = zip(recurrence.weights, same.weights, strict=True)
                return Choice(kernel, activation, {mine.name: kernel.places[its.name] for mine, its in names})
    return None


def _activations(recurrence: Recurrence) -> list[str]:
    """Return what f(…) may stand for: an activation that the equations have, or none."""
    operators = [node.operator for node in recurrence.graph]
    used = [one.name for one in operators if isinstance(one, Pointwise) and one.name in ACTIVATIONS]
    return [*dict.fromkeys(used), "identity"]
