"""Networks to begin a comparison with, made of the present one: activations, cells, seeds, a remedy before and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from explorer.engine.errors import BadExploration
from explorer.engine.learning.settings import Settings
from explorer.engine.network.drawn import heeded
from explorer.engine.recurrence.library import quick_choices
from explorer.workspace.exploration.beside import noted
from explorer.workspace.exploration.cells import RESIDUAL, SIMPLE
from explorer.workspace.exploration.differences import varying
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration, Recipe, replace
from explorer.workspace.exploration.recipe import changed
from explorer.workspace.exploration.taught import settings_apart
from explorer.workspace.feed.sequences import steps_of
from explorer.workspace.words.sentence import Sentence

ACTIVATIONS = ("tanh", "sigmoid", "relu")
_FORGET_BIASES = (0.0, 1.0, 5.0)
_OMEGA = 1.0
_DECAY = 0.001
_FLOSS = 1.0


def of_activations(exploration: Exploration) -> Exploration:
    """Return the present network with tanh, sigmoid and ReLU; a cell that leaves no choice gives way to the simple one."""
    return _beside(exploration, *({"cell": _open(exploration), "activation": name} for name in ACTIVATIONS))


def of_cells(exploration: Exploration) -> Exploration:
    """Return the present network with each of the cells that are chosen most."""
    return _beside(exploration, *({"cell": name} for name in quick_choices()))


def of_seeds(exploration: Exploration) -> Exploration:
    """Return the present network with as many seeds as fit side by side."""
    first = exploration.recipe.seed
    return _beside(exploration, *({"seed": (first + i) % 2**32} for i in range(MOST_NETWORKS)))


def of_orthogonal_start(exploration: Exploration) -> Exploration:
    """Return the present network as it begins, beside one whose W begins orthogonal with the gain 1."""
    return _beside(exploration, {}, {"init": "orthogonal", "gain": 1.0})


def of_residual(exploration: Exploration) -> Exploration:
    """Return the simple network beside one that adds to its last state, with the same weights."""
    return _beside(exploration, {"cell": SIMPLE}, {"cell": RESIDUAL})


def of_forget_bias(exploration: Exploration) -> Exploration:
    """Return a network whose forget gate begins half closed, beside one with the forget bias 1 and one with 5."""
    cell = _forgetful(exploration.recipe)
    return _beside(exploration, *({"cell": cell, "forget_bias": bias} for bias in _FORGET_BIASES))


def of_chrono_start(exploration: Exploration) -> Exploration:
    """Return a network with the forget bias 1 beside one whose gates begin for memories as long as the sequence."""
    cell, longest = _forgetful(exploration.recipe), max(2, steps_of(exploration.sequence))
    begun = {"cell": cell, "forget_bias": 1.0}
    return _beside(exploration, begun, {**begun, "chrono": longest})


def of_training(exploration: Exploration) -> Exploration:
    """Return the network before its training beside what it has learnt.

    Raises
    ------
    BadExploration
        If it has learnt nothing yet.
    """
    own = exploration.recipe
    if own.trained is None:
        raise BadExploration("The network has learnt nothing yet: train it first.")
    first = None if own.record is None else own.record.snapshots[0]
    untrained = replace(own, trained=first, record=None)
    found = replace(exploration, networks=(untrained, own), active=1, against=None, stage="beside", together=False)
    return noted(found, exploration, {exploration.active: 1})


def before_training(exploration: Exploration) -> Exploration:
    """Return the present network twice, as it began, each to be trained in a way of its own.

    Raises
    ------
    BadExploration
        If there is nothing to learn.
    """
    if exploration.task is None:
        raise BadExploration("There is nothing to learn yet: choose a task first.")
    own = replace(exploration.recipe, trained=None, record=None)
    begun = exploration.with_run_kept()
    found = replace(begun, networks=(own, own), active=0, against=None, stage="beside", together=False)
    return noted(found, exploration, {exploration.active: 0})


def clipped_or_not(settings: Settings) -> tuple[Settings, Settings]:
    """Return ``settings`` without clipping, and with that of the norm unless another was chosen."""
    way = settings.clip if settings.clip != "none" else "norm"
    return dataclasses.replace(settings, clip="none"), dataclasses.replace(settings, clip=way)


def regularised_or_not(settings: Settings) -> tuple[Settings, Settings]:
    """Return ``settings`` without Ω, and with it in the weight that was chosen, or 1."""
    return dataclasses.replace(settings, omega=0.0), dataclasses.replace(settings, omega=settings.omega or _OMEGA)


def decayed_both_ways(settings: Settings) -> tuple[Settings, Settings]:
    """Return ``settings`` with ℓ₂ decay and with ℓ₁ decay, in the λ that was chosen, or one that is felt."""
    decay = settings.decay or _DECAY
    return (
        dataclasses.replace(settings, decay=decay, decay_form="l2"),
        dataclasses.replace(settings, decay=decay, decay_form="l1"),
    )


def flossed_or_not(settings: Settings) -> tuple[Settings, Settings]:
    """Return ``settings`` without flossing, and with that which was chosen, or the weight 1 all along."""
    flossing = settings if settings.flosses else dataclasses.replace(settings, floss=_FLOSS)
    return dataclasses.replace(settings, floss=0.0, floss_first=0), flossing


_LOOKS: Mapping[str, Sentence] = MappingProxyType(
    {
        "activations": Sentence(
            "The same W and the same input: whatever differs here is f alone. Drag the gain, and the order may change."
        ),
        "cells": Sentence(
            "The same settings. Lower the gain: the simple network loses the past first, for it has nothing but W to "
            "carry it."
        ),
        "seeds": Sentence(
            "Only the random numbers differ. What changes from one to the next is chance: believe no single seed."
        ),
        "orthogonal": Sentence(
            "Every singular value of an orthogonal W is 1: what its gradient loses it loses to f′ alone, and it never grows."
        ),
        "residuals": Sentence(
            "The same W: J = diag(f′) W beside J = I + diag(f′) W. Lower the gain, and only the second still carries the "
            "gradient."
        ),
        "forget_biases": Sentence(
            "The forget bias opens the forget gate: the more open it begins, the more of the gradient reaches the start."
        ),
        "chrono": Sentence(
            "One forget bias for all gives all units memories of one length. A chrono start spreads them over all lengths: "
            "more of the gradient reaches the start."
        ),
        "clipping": Sentence(
            "The same start, trained without clipping and with it. Compare the losses: clipping shortens a step that is too "
            "long. It lengthens no gradient that vanishes."
        ),
        "omega": Sentence(
            "The same start, trained without Ω and with it. Ω holds ∂L/∂s at its size on the way back: compare the rows, "
            "then the losses."
        ),
        "decays": Sentence(
            "The same start, trained with ℓ₂ and with ℓ₁ decay. ℓ₂ makes all weights smaller, ℓ₁ leaves exactly 0 what the "
            "loss does not need: the card of the weights counts it."
        ),
        "flossing": Sentence(
            "The same start, trained without flossing and with it. Flossing pulls the leading Lyapunov exponents to 0: "
            "compare how far back the gradient reaches, then the losses."
        ),
        "trained": Sentence(
            "The same network before and after its training: compare how far back the gradient reaches."
        ),
    }
)


def looked_for(networks: tuple[Recipe, ...]) -> Sentence | None:
    """Return what to look at where ``networks`` differ in the one thing that a set is about, else None."""
    found = _about(networks)
    return None if found is None else _LOOKS[found]


def _about(networks: tuple[Recipe, ...]) -> str | None:
    first, *rest = networks
    varied = set(varying(first, rest))
    if "trained" in varied or "record" in varied:
        return _of_records(networks, varied)
    if varied == {"cell"}:
        cells = tuple(map(_named, networks))
        return "residuals" if cells == (SIMPLE, RESIDUAL) else "cells" if cells == quick_choices() else None
    if varied <= {"init", "gain"} and len(rest) == 1 and (rest[0].init, rest[0].gain) == ("orthogonal", 1.0):
        return "orthogonal" if "init" in varied and first.cell == SIMPLE else None
    if varied == {"chrono"}:
        return "chrono" if first.forget_bias == 1.0 and not first.chrono else None
    known = {"activation": "activations", "seed": "seeds", "forget_bias": "forget_biases"}
    return known.get(next(iter(varied))) if len(varied) == 1 else None


def _of_records(networks: tuple[Recipe, ...], varied: set[str]) -> str | None:
    """Return which set networks are of that differ in nothing but what they have learnt, and how."""
    if not varied <= {"trained", "record"} or len(networks) != 2:
        return None
    one, other = (None if recipe.record is None else recipe.record.settings for recipe in networks)
    apart = set(settings_apart(one, other))
    if not apart:
        return "trained" if networks[0].record is None else None
    cause = apart - {"threshold", "omega_form"}
    if cause and cause <= {"floss", "floss_first"}:
        return "flossing"
    return {"clip": "clipping", "omega": "omega", "decay_form": "decays"}.get(cause.pop()) if len(cause) == 1 else None


def _named(recipe: Recipe) -> str:
    return recipe.cell if isinstance(recipe.cell, str) else ""


def _beside(exploration: Exploration, *changes: dict[str, Any]) -> Exploration:
    """Return the present network with each of ``changes`` made, which go on changing together."""
    own = exploration.recipe
    networks = tuple(changed(own, **change) for change in changes)
    found = replace(exploration, networks=networks, active=0, against=None, stage="beside", together=True)
    return noted(found, exploration, {exploration.active: networks.index(own) if own in networks else 0})


def _open(exploration: Exploration) -> Any:
    """Return the cell of the present network, or the simple one where that leaves no choice of f."""
    return exploration.recipe.cell if exploration.recipe.recurrence.activation is not None else SIMPLE


def _forgetful(own: Recipe) -> Any:
    """Return the cell of ``own``, or the first of the quick choices that has a forget gate where it has none."""
    if "forget_bias" in heeded(own.recurrence):
        return own.cell
    return next(name for name in quick_choices() if "forget_bias" in heeded(replace(own, cell=name).recurrence))
