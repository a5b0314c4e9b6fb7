"""The same row of the flow with other activations, drawn beside a network's own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine import Course
from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.work import Stop
from explorer.workspace.exploration.building import as_simple, build, initial_state, with_layer_of
from explorer.workspace.exploration.exploration import Recipe, replace
from explorer.workspace.looks.wide import is_light

COMPARED = ("tanh", "sigmoid", "relu")
"""The activations whose rows are always drawn together."""


def ghosts(recipe: Recipe, course: Course, t: int, spectral: bool, wide: bool, stop: Stop) -> Mapping[str, Floats]:
    """Return ln gains (t+1,) of row t with each compared activation but that of ``recipe``, whose run is ``course``.

    They are of the same cell where it leaves the activation to the layer, else of the simple one; a row that would take too
    long is left out.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    leaves, found = recipe.recurrence.activation is not None, {}
    own = course.network.activation if leaves or course.chain.steepest is not None else None
    # They have the same weights: those of the network itself, or of the first that is made.
    alike = course.network if leaves else None
    for activation in COMPARED:
        if activation == own:
            continue
        if stop():
            raise Stopped
        other = replace(recipe, activation=activation) if leaves else as_simple(recipe, activation)
        inputs = course.x.shape[1]
        network = build(other, inputs) if alike is None else with_layer_of(alike, other, inputs)
        alike = network
        if not is_light(network.width, t, wide):
            continue
        trace = network.forward(course.x[: max(t, 1)], initial_state(other, network))
        found[activation] = row_log_norms(trace, t, spectral) - (0.0 if spectral else 0.5 * np.log(network.width))
    return MappingProxyType(found)
