"""What weights alone decide, worked out once for all steps that they are used in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import DTypeLike

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.readings.step import Step, Weights
from explorer.engine.recurrence.readings.value import applied
from explorer.engine.recurrence.run.plan import Driven, Key, plan
from explorer.engine.recurrence.run.track import Still


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Weights laid out for a step.

    ``values`` holds the nodes that they decide, None for the others. By the groups of the plan, ``stacked`` holds the
    matrices side by side, ``turned`` the same as they are multiplied by on the way forward; ``driving`` holds the matrices
    side by side that multiply the input, and what is added to the products.
    """

    step: Step
    weights: Weights
    values: tuple[Still | None, ...]
    stacked: Mapping[Key, Floats]
    turned: Mapping[Key, Floats]
    driving: Mapping[Key, tuple[Floats, Floats]]


def lay(step: Step, weights: Weights, dtype: DTypeLike) -> Laid:
    """Return the weights laid out for a step, in the precision of a run."""
    values: list[Still | None] = [None] * len(step.recurrence.graph)
    for place in step.early():
        values[place] = Still(np.asarray(_value(step, place, weights, values), dtype))
    found = plan(step)

    def side_by_side(places: tuple[int, ...]) -> Floats:
        return np.concatenate([cast(Still, values[place]).array for place in places], axis=-2)

    stacked = {group.key: side_by_side(tuple(one.matrix for one in group.members)) for group in found.groups}
    driving = {
        key: (side_by_side(driven.matrices), _biases(values, driven)) for key, driven in found.driven.items()
    }  # fmt: skip
    turned = {key: np.ascontiguousarray(one_for_all(matrix).mT) for key, matrix in stacked.items()}
    return Laid(step, weights, tuple(values), stacked, turned, driving)


def one_for_all(matrix: Floats) -> Floats:
    """Return matrices of many networks (R, p, q) without the axis for their sequences."""
    return matrix if matrix.ndim == 2 else matrix[..., 0, :, :]


def _value(step: Step, place: int, weights: Weights, values: list[Still | None]) -> Floats:
    node = step.recurrence.graph[place]
    if isinstance(node.operator, Leaf):
        return step.leaf(place, weights, cast(Any, None))
    return applied(node.operator, [cast(Still, values[arg]).array for arg in node.args])


def _biases(values: list[Still | None], driven: Driven) -> Floats:
    return np.concatenate([cast(Still, values[place]).array for place in driven.biases], axis=-1)
