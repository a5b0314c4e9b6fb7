"""What the literature says of the cells that are shown, with what was measured on the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.looks.claims import Claim, claims
from explorer.engine.network.chain import ONLY, Chain
from explorer.engine.network.layer import ARROWS
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.cells import Cell, told
from explorer.workspace.exploration.layers import LayerRecipe
from explorer.workspace.exploration.recipe import Recipe
from explorer.workspace.looks.running import Run
from explorer.workspace.words.numbers import percent, signed
from explorer.workspace.words.sentence import Sentence

_OF_THE_START = "half_life"
"""The claim of the weights that a network begins with: what it has learnt does not gainsay it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is claimed of a layer's cell; ``number`` counts the layers where there are several, or the decoder's."""

    cell: Cell
    number: int | None
    after_seam: bool
    claims: tuple[Claim, ...]


def claimed(run: Run) -> tuple[Claimed, ...]:
    """Return what the files of the cells claim, each measured on its layer of the run; of the chain that is looked at."""
    network = run.recipe
    first, last = numbers_of(run.course.chain, len(network.layers))
    layers = network.layers[first - 1 : last]
    found = list(_measured(run, first, layers, False))
    if network.decoder:
        found += _measured(run, first, network.decoder, True)
    alone = len(network.every_layer) == 1
    return tuple(Claimed(cell, None if alone else number, after, some) for cell, number, after, some in found)


def numbers_of(chain: Chain, layers: int) -> tuple[int, int]:
    """Return the numbers of the first and of the last layer of a chain, in a network of so many."""
    if chain.name == ONLY:
        return 1, layers
    first, _, last = chain.name.rstrip("".join(ARROWS.values())).partition("-")
    return int(first), int(last or first)


def _measured(
    run: Run, first: int, layers: tuple[LayerRecipe, ...], after_seam: bool
) -> Iterator[tuple[Cell, int, bool, tuple[Claim, ...]]]:
    files = {number: told(layer.cell, layer.activation) for number, layer in enumerate(layers, start=first)}
    found = claims(run.trace, run.course.name, files, after_seam)
    begun = _as_begun(run.recipe)
    for number, layer in enumerate(layers, start=first):
        yield (
            layer.cell,
            number,
            after_seam,
            found[number] if begun else tuple(map(_untold_of_the_start, found[number])),
        )


def _as_begun(recipe: Recipe) -> bool:
    """Return whether the weights are those that a network begins with."""
    learnt = recipe.trained is not None and recipe.trained.step > 0
    return not (learnt or recipe.imported or recipe.edits)


def _untold_of_the_start(claim: Claim) -> Claim:
    """Return ``claim`` as it is told of weights that the network did not begin with."""
    return replace(claim, holds=None) if claim.kind == _OF_THE_START else claim


def claims_of(run: Run, stop: Stop, report: Report) -> Iterator[tuple[Claimed, ...]]:  # noqa: ARG001
    """Yield what is claimed of the cells of a run: a job of one result."""
    with one_blas_thread():
        found = claimed(run)
    yield found


def claims_sentences(found: tuple[Claimed, ...]) -> Iterator[Sentence]:
    """Yield each claim in a sentence: what is said, by whom, whether it holds here, and what was measured."""
    for layer in found:
        for claim in layer.claims:
            said = Sentence("{text} ({note})", {"text": said_of(claim), "note": result(claim)})
            told = {"text": said, "source": claim.source}
            whole = Sentence("{text}. Source: {source}", told) if claim.source else said
            yield (
                whole
                if layer.number is None
                else Sentence("{name}: {value}", {"name": layer_name(layer), "value": whole})
            )


def layer_name(layer: Claimed) -> Sentence:
    """Return which layer it is that claims are told of."""
    if layer.after_seam:
        return Sentence("Layer {number} of the decoder", {"number": layer.number})
    return Sentence("Layer {number}", {"number": layer.number})


def said_of(claim: Claim) -> Sentence:
    """Return what a claim says."""
    state = plain_name(claim.state)
    match claim.kind, claim.claimed:
        case "diagonal", _:
            return Sentence("Units don't mix: J is diagonal")
        case "units", _:
            return Sentence("Units don't mix: each has a small matrix of its own")
        case "linear", _:
            return Sentence("J does not depend on the state: gates see the input alone")
        case "gain_at_most", 1.0:
            return Sentence("No step lengthens a gradient")
        case "gain_at_most", float(most):
            return Sentence("No step lengthens a gradient more than ×{most}", {"most": signed(most)})
        case "weights_bound", float(most):
            return Sentence("No step lengthens a gradient more than γσ₁ = ×{most}", {"most": signed(most)})
        case "determinant_of_a_unit", float(volume):
            return Sentence("The step of each unit has the determinant {value}", {"value": signed(volume)})
        case "isometry", _:
            return Sentence("Where no unit is shut, every length is kept")
        case "direct_keeps", _:
            return Sentence("The direct path carries a gradient unchanged")
        case "direct_alone", _:
            return Sentence("From {name} to {name} nothing goes but along the direct path", {"name": state})
        case "half_life", float(steps) if state:
            return Sentence("Half-life of {name} at the start: {steps} steps", {"name": state, "steps": signed(steps)})
        case "half_life", float(steps):
            return Sentence("Half-life at the start: {steps} steps", {"steps": signed(steps)})
        case _, (float(low), float(high)):
            ends = {"low": signed(low), "high": signed(high), "name": state}
            return Sentence("{name} stays between {low} and {high}", ends)
    raise ValueError(claim.kind)


def result(claim: Claim) -> Sentence:
    """Return whether a claim holds, with what was measured."""
    if claim.holds is None and claim.measured is None:
        return Sentence("cannot be told here")
    if claim.holds is None:
        values = {"text": _number_of(claim)}
        return Sentence("cannot be told: of the weights at the start, which these are not; {text}", values)
    verdict = Sentence("holds") if claim.holds else Sentence("does not hold here")
    return Sentence("{verdict}, {text}", {"verdict": verdict, "text": _number_of(claim)})


def _number_of(claim: Claim) -> Sentence:
    found = claim.measured
    if isinstance(found, tuple):
        value: object = Sentence("{low} to {high}", {"low": signed(found[0]), "high": signed(found[1])})
    elif claim.kind == "direct_alone" and found is not None:
        share = Sentence("{number} %", {"number": percent(found)})
        pair = f"∂{plain_name(claim.state)}ₜ/∂{plain_name(claim.state)}ₖ"
        return Sentence("another way brings {share} of ‖{pair}‖", {"share": share, "pair": pair})
    else:
        value = signed(float("nan") if found is None else found)
    return Sentence("measured {value}", {"value": value})
