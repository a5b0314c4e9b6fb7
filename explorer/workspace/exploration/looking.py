"""`Selection` and `Lens`: which pair is looked at, and how the flow is."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from explorer.workspace.exploration.checks import check_range, one_of
from explorer.workspace.exploration.recipe import MOST_LAYERS, MOST_UNITS

MOST_STEPS = 2000
MOST_NETWORKS = 4
MOST_NUDGE = 3.0
MOST_SEEDS = 200
MANY_SEEDS = 40
"""Where nobody says how many."""
TEMPERATURES = (0.05, 5.0)
SHOWN = ("flow", "delta", "W", "U", "b")
"""What a map may show, beside the gradient of one weight."""
_LONGEST_NAME = 200
MOST_CANDIDATES = 4000
"""Characters."""


class Selection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The chosen pair (t, k), 0 ≤ k ≤ t ≤ T, or t ≤ k along a chain that runs backward; the chosen unit.

    ``layer`` is the one that is changed where a person says no other, counted from 0, the decoder's after the others.
    """

    t: Annotated[int, Meta(ge=0, le=MOST_STEPS)] = 36
    k: Annotated[int, Meta(ge=0, le=MOST_STEPS)] = 12
    unit: Annotated[int, Meta(ge=0, lt=2 * MOST_UNITS)] = 0
    layer: Annotated[int, Meta(ge=0, lt=2 * MOST_LAYERS)] = 0

    def __post_init__(self) -> None:
        check_range("t", self.t, 0, MOST_STEPS)
        check_range("k", self.k, 0, MOST_STEPS)
        check_range("unit", self.unit, 0, 2 * MOST_UNITS - 1)
        check_range("layer", self.layer, 0, 2 * MOST_LAYERS - 1)


class Lens(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the flow is looked at.

    ``norm`` is "rms" (‖P‖_F/√N) or "spectral" (‖P‖₂). The colours span 10^±``decades``; while not ``locked`` the
    span follows the data in whole steps that the legend shows. ``threshold`` defines the horizon. ``quantity`` is what the
    map shows: ∂s_t/∂s_k, δ_{t,k}, or the contributions to the gradient of a family of weights, ∂L/∂W, ∂L/∂U or ∂L/∂b, or
    of one weight by its name, "1/W_f". ``nudge`` is by how much the chosen unit of s_k is
    moved to see what really becomes of it; ``temperature`` divides the logits when a language model goes on by itself;
    ``draw`` is the seed of what is drawn then, unless it always says the ``likeliest``. ``candidates`` are sentences, one a
    line, whose likelihoods are compared.
    ``seeds`` is over how many draws of its weights the decay is shown as a band, 0 for none.

    ``chain`` is whose flow is looked at, by its name, of a layer that reads both ways by the layer's; where there is none
    of that name, and for "", it is the last. ``into`` and ``out_of`` name two layers of it, or two parts of its state: then
    the flow is that block alone, ∂(into)_t/∂(out of)_k. ``split`` is by what the product of a stack is taken apart: by direct
    path and weights, or by layers.
    """

    norm: Literal["rms", "spectral"] = "rms"
    quantity: Annotated[str, Meta(max_length=_LONGEST_NAME)] = "flow"
    decades: Annotated[int, Meta(ge=1, le=5000)] = 6
    locked: bool = True
    threshold: float = 1e-6
    nudge: float = 0.1
    temperature: float = 1.0
    draw: Annotated[int, Meta(ge=0, lt=2**32)] = 0
    likeliest: bool = False
    candidates: Annotated[str, Meta(max_length=MOST_CANDIDATES)] = ""
    seeds: Annotated[int, Meta(ge=0, le=MOST_SEEDS)] = 0
    chain: Annotated[str, Meta(max_length=_LONGEST_NAME)] = ""
    into: Annotated[str, Meta(max_length=_LONGEST_NAME)] = ""
    out_of: Annotated[str, Meta(max_length=_LONGEST_NAME)] = ""
    split: Literal["paths", "layers"] = "paths"

    def __post_init__(self) -> None:
        if "/" not in self.quantity:
            one_of("quantity", self.quantity, SHOWN)
        check_range("seeds", self.seeds, 0, MOST_SEEDS)
        check_range("nudge", self.nudge, -MOST_NUDGE, MOST_NUDGE)
        check_range("characters of the candidate sentences", len(self.candidates), 0, MOST_CANDIDATES)
        check_range("temperature", self.temperature, *TEMPERATURES)
        check_range("threshold", self.threshold, 1e-300, 1.0)
