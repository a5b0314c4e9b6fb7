"""How long what a network does can be predicted, and forcing as often as that."""

from __future__ import annotations

import math

from explorer.engine import lyapunov_exponents, predictability_time
from explorer.engine.errors import BadExploration, TooBig
from explorer.engine.flow.fitting import chains_by_estimate
from explorer.workspace.exploration.building import build, given, initial_state
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.wide import AT_ONCE
from explorer.workspace.words.numbers import signed


def predictable_steps(exploration: Exploration) -> int:
    """Return ln 2/λ₁ of the active network along its sequence, rounded to whole steps from 1 on.

    Raises
    ------
    BadExploration
        If nothing grows, or λ₁ is no number.
    TooBig
        If λ₁ takes too long to be worked out.
    """
    fed = feed(exploration.sequence)
    network = build(exploration.recipe, fed.x.shape[1])
    if chains_by_estimate(len(fed.x), network.architecture, AT_ONCE):
        raise TooBig("So long a sequence of so wide a state has no λ₁ at once; take fewer steps or units.")
    asked = given(exploration.recipe, fed.x, fed.symbolic)
    trace = network.forward(asked.x, initial_state(exploration.recipe, network), asked.seam, asked.features)
    exponents = lyapunov_exponents(trace)
    steps = predictability_time(exponents)
    if not math.isfinite(steps):
        raise BadExploration(
            "λ₁ is {rate} nats a step along the sequence: no small error grows, and nothing says how often to force.",
            rate=signed(float(exponents[0])),
        )
    return max(1, round(steps))


def forced_at_predictability(exploration: Exploration) -> Exploration:
    """Return ``exploration`` whose trainings force the state whenever a small error has doubled; raises as above."""
    return exploration.with_settings(window=0, chunk=0, force=predictable_steps(exploration))
