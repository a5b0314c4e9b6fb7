"""What the names on the decay plot mean: one sentence, a formula, and why."""

from __future__ import annotations

import re

from explorer.gui.words.i18n import mark, tr

_NAME = re.compile(r"^[^:：]*[:：]\s*")
_WHY = ("Why", "为什么", "原因")
_BOUND = mark(
    "The bound: no gain lies above it.\n"
    "‖∂sₜ/∂sₖ‖₂ ≤ (γ σ₁)ᵗ⁻ᵏ\n"
    "Why: a step stretches a gradient by at most γ, the greatest f′, times σ₁, the largest singular value of W."
)
_TREND = mark(
    "The trend of ρ: where the linear network would go in the long run if every f′ were γ.\n"
    "(γ ρ)ᵗ⁻ᵏ\n"
    "Why: powers of W shrink or grow with the largest |λ|, which is ρ. Where f′ is below γ the row falls faster, "
    "and a W that is not normal may rise first."
)
_FIT = mark(
    "The fit: the straight line that the row keeps to.\n"
    "gain ≈ a · rᵗ⁻ᵏ\n"
    "Why: a product of factors that are alike is a straight line on an axis of logarithms; r is the median of what any "
    "two points say."
)
_THRESHOLD = mark(
    "The threshold: what lies below it counts as lost. Drag it, or move it with the arrows up and down.\n"
    "Why: an update of the weights by less than that share of the gradient changes nothing that one would notice."
)
_HORIZON = mark(
    "The horizon: how many steps back the gain stays above the threshold all the way.\n"
    "horizon = the greatest t − k with no gain from t to k below the threshold\n"
    "Why: what happened earlier can hardly be learnt from a loss at step t."
)
_SEEDS = mark(
    "Many seeds: the same settings with other random weights, as they begin, the median as a line.\n"
    "dark band: the middle half of them · pale band: all of them\n"
    "Why: what one draw of the weights does may be chance; what most of them do is what the settings do."
)
MANY_SEEDS = mark("Show the row of many seeds as a band: the median, the middle half and all of them.")
"""What the button does that asks for them."""
_TERMS = {"seeds": _SEEDS, "bound": _BOUND, "trend": _TREND, "fit": _FIT, "threshold": _THRESHOLD, "horizon": _HORIZON}


def meaning(term: str) -> str:
    """Return what a ``term`` is and its formula, without its name before and the reason behind."""
    said, *others = explained(term).split("\n")
    formula = [line for line in others if not line.startswith(_WHY)]
    return " · ".join([_NAME.sub("", said, count=1), *formula])


def explained(term: str) -> str:
    """Return what a ``term`` means, "" for one that explains itself."""
    return tr(_TERMS[term]) if term in _TERMS else ""
