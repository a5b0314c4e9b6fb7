"""Weight decay: what pulls the matrices towards zero, as a part of the gradient (ℓ₂) or after the step (ℓ₁)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.learning.optimisers import Slots, reach
from explorer.engine.learning.settings import Settings
from explorer.engine.network.chain import Architecture
from explorer.engine.network.families import families, still

DECAYING = ("U", "W", "V")
"""The weights that decay: the matrices. A bias moves no gradient along the chain and is left alone."""


def decayed(
    theta: Mapping[str, Floats], gradients: Mapping[str, Floats], settings: Settings, family: Mapping[str, str]
) -> dict[str, Floats]:
    """Return the gradients with λθ, that of ½ λ‖θ‖₂², added to those of the matrices where the decay is "l2".

    It pulls a weight the less the smaller it is: none becomes exactly 0.
    """
    if settings.decay_form != "l2":
        return dict(gradients)
    return {name: g + settings.decay * theta[name] if _decays(g, family[name]) else g for name, g in gradients.items()}


def shrunk(
    theta: Mapping[str, Floats], slots: Slots, settings: Settings, family: Mapping[str, str]
) -> dict[str, Floats]:
    """Return the weights after a step, where the decay is "l1" each entry θ of the matrices as sign(θ) max(|θ| − ηλ, 0).

    That is the soft threshold, the proximal step of λ‖θ‖₁ (forward–backward splitting, Duchi and Singer 2009, equation 19),
    with η as far as the optimiser goes for a gradient of one (`reach`): in its own metric (composite mirror descent, Duchi,
    Hazan and Singer 2011, section 5.1). So every optimiser comes to rest where the loss plus λ‖θ‖₁ does: an entry whose
    gradient stays below λ comes to exactly 0 and stays there, where the subgradient λ sign(θ) would swing about it.
    ``slots`` is what the optimiser remembers after the step.
    """
    if settings.decay_form != "l1" or settings.decay == 0.0:
        return dict(theta)
    return {
        name: _soft(w, settings.decay * reach(name, slots, settings)) if _decays(w, family[name]) else w
        for name, w in theta.items()
    }


def _soft(w: Floats, threshold: Floats) -> Floats:
    return np.asarray(w - np.clip(w, -threshold, threshold))


def zeros(theta: Mapping[str, Floats], architecture: Architecture) -> tuple[int, int]:
    """Return how many entries of the matrices that can decay are exactly 0, and how many there are."""
    family, fixed = families(architecture), still(architecture)
    matrices = [w for name, w in theta.items() if name not in fixed and _decays(w, family[name])]
    return sum(int((w == 0.0).sum()) for w in matrices), sum(w.size for w in matrices)


def _decays(weight: Floats, family: str) -> bool:
    return family in DECAYING and weight.ndim > 1
