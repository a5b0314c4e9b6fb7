"""How the networks of a page were made, in a line."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.network.drawn import heeded
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.differences import opened
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.looks.running import Run
from explorer.workspace.words.initialisations import INITIALISATION_WORDS
from explorer.workspace.words.numbers import signed

_DIGITS = 4


def facts(run: Run) -> str:
    """Return what a network is like, in the language that is spoken."""
    return " · ".join(_facts(run.recipe, run))


def _facts(recipe: Recipe, run: Run) -> Iterator[str]:
    asked = heeded(recipe.recurrence)
    yield tr("units: {value}").format(value=recipe.hidden)
    if "init" in asked:
        yield INITIALISATION_WORDS[recipe.init].said(tr)
    if "gain" in asked:
        yield tr("gain {value}").format(value=_number(recipe.gain))
    if "bias" in asked:
        yield tr("bias {value}").format(value=_number(recipe.bias))
    if "forget_bias" in asked:
        yield opened(recipe).said(tr)
    yield tr("seed {value}").format(value=recipe.seed)
    if recipe.trained is not None:
        yield tr("trained, update {step}").format(step=recipe.trained.step)
    if recipe.edits:
        yield tr("weights set by hand: {count}").format(count=len(recipe.edits))
    if run.radius is not None and run.sigma is not None:
        yield f"ρ({run.recurrent}) = {signed(run.radius, _DIGITS)}"
        yield f"σ₁({run.recurrent}) = {signed(run.sigma, _DIGITS)}"


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
