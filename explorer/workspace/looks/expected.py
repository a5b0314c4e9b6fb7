"""What theory expects of the network of an exploration, where it says anything of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine import Fields, fields_along
from explorer.engine.floats import Floats
from explorer.engine.recurrence.kernels.choice import Choice, choice
from explorer.engine.recurrence.kernels.simple import Simple
from explorer.engine.theory.isometry import Start
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import feed

_STARTS: Mapping[str, Start] = MappingProxyType(
    {"gaussian": "gaussian", "glorot": "gaussian", "spectral": "gaussian", "orthogonal": "orthogonal"}
)
"""Which law an initialisation follows, in the limit at least: independent entries of the variance g²/n, or g·Q."""


def expected_start(exploration: Exploration) -> Start | None:
    """Return by which law W began, None where no theory is known of such a network.

    It is known of the simple recurrent network f(U x + W s' + b) with nothing but random W and U, at its start; its steps may
    share them or have their own.
    """
    recipe = exploration.recipe
    chosen = choice(recipe.recurrence)
    return _STARTS.get(recipe.init) if chosen is not None and _is_random(recipe, chosen) else None


def expected_fields(exploration: Exploration) -> Fields | None:
    """Return the net inputs along the sequence of such a network of infinitely many units; None where no theory is known.

    That known is mean-field theory: see `fields_along`. It holds for orthogonal W as for Gaussian ones.
    """
    recipe = exploration.recipe
    if expected_start(exploration) is None:
        return None
    fed = feed(exploration.sequence)
    start = np.zeros(recipe.hidden)
    given = recipe.initial_state[: recipe.hidden]
    start[: len(given)] = given
    with np.errstate(over="ignore"):
        square, variances = float(np.mean(start**2)), recipe.input_scale**2 * np.sum(fed.x**2, axis=1)
    if not math.isfinite(square + float(variances.max(initial=0.0))):
        return None
    chosen = choice(recipe.recurrence)
    assert chosen is not None
    return fields_along(chosen.activation, recipe.gain, variances, bias=recipe.bias, start=square)


def expected_rates(exploration: Exploration) -> Floats | None:
    """Return ½ ln χ_t (T,) along the sequence, of such a network of infinitely many units; None where no theory is known.

    The mean over the steps is what λ₁ tends to.
    """
    fields = None if exploration.lens.norm == "spectral" else expected_fields(exploration)
    return None if fields is None else fields.rates


def _is_random(recipe: Recipe, chosen: Choice) -> bool:
    """Return whether the network is f(U x + W s' + b) with nothing but random W and U, and one bias for all units."""
    own = any(weight.start is not None or weight.fixed is not None for weight in recipe.recurrence.weights)
    one = recipe.direction == "forward" and not (recipe.skip or recipe.above or recipe.embedding or recipe.features)
    return isinstance(chosen.kernel, Simple) and one and not (own or recipe.trained or recipe.edits or recipe.decoder)
