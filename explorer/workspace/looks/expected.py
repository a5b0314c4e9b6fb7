"""What theory expects of the network of an exploration, where it says anything of it."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine import mean_field_rates
from explorer.engine.floats import Floats
from explorer.engine.recurrence.kernels.choice import Choice, choice
from explorer.engine.recurrence.kernels.simple import Simple
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import feed

_INDEPENDENT = frozenset({"gaussian", "glorot", "spectral"})
"""Initialisations whose entries are independent of each other and have the variance g²/n, in the limit at least."""


def expected_rates(exploration: Exploration) -> Floats | None:
    """Return ½ ln χ_t (T,) along the sequence, of such a network of infinitely many units; None where no theory is known.

    That known is the mean field of the simple recurrent network with its initial Gaussian weights: see `mean_field_rates`.
    The mean over the steps is what λ₁ tends to.
    """
    recipe, lens = exploration.recipe, exploration.lens
    chosen = choice(recipe.recurrence)
    if chosen is None or not _is_random(recipe, chosen) or lens.norm == "spectral":
        return None
    fed = feed(exploration.sequence)
    start = np.zeros(recipe.hidden)
    given = recipe.initial_state[: recipe.hidden]
    start[: len(given)] = given
    with np.errstate(over="ignore"):
        square, variances = float(np.mean(start**2)), recipe.input_scale**2 * np.sum(fed.x**2, axis=1)
    if not math.isfinite(square + float(variances.max(initial=0.0))):
        return None
    return mean_field_rates(chosen.activation, recipe.gain, variances, bias=recipe.bias, start=square)


def _is_random(recipe: Recipe, chosen: Choice) -> bool:
    """Return whether the network is f(U x + W s' + b) with nothing but random W and U, and one bias for all units."""
    own = any(weight.start is not None or weight.fixed is not None for weight in recipe.recurrence.weights)
    plain = isinstance(chosen.kernel, Simple) and recipe.single and recipe.init in _INDEPENDENT
    return plain and not (own or recipe.trained or recipe.edits or recipe.decoder)
