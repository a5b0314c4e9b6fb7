"""What the literature says of the cell, with what was measured on the network that is shown."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.looks.claims import Claim, claims
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.workspace.exploration.cells import told
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.numbers import signed
from explorer.workspace.words.sentence import Sentence


def claimed(inspection: Inspection) -> tuple[Claim, ...]:
    """Return what the cell's file claims of it, each measured on the run; nothing where a chain has several layers."""
    run = inspection.analysis.run
    number, chain = 1, run.course.chain
    for level in run.course.network.architecture.levels:
        if any(chain.name == one.name for one in level):
            break
        number += len(level[0].pieces)
    if len(chain.pieces) > 1:
        return ()
    layer = run.recipe.layers[number - 1]
    return claims(run.trace, chain.name, number, told(layer.cell, layer.activation))


def claims_sentences(found: tuple[Claim, ...]) -> Iterator[Sentence]:
    """Yield each claim in a sentence: what is said, whether it holds here, and what was measured."""
    for claim in found:
        yield Sentence("{text} ({note})", {"text": said(claim), "note": mark(claim)})


def said(claim: Claim) -> Sentence:
    """Return what a claim says."""
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
        case "determinant_of_a_unit", float(volume):
            return Sentence("The step of each unit has the determinant {value}", {"value": signed(volume)})
        case "isometry", _:
            return Sentence("Where no unit is shut, every length is kept")
        case "half_life", float(steps):
            return Sentence("Half-life at the start: {steps} steps", {"steps": signed(steps)})
        case _, (float(low), float(high)):
            ends = {"low": signed(low), "high": signed(high), "name": plain_name(claim.state)}
            return Sentence("{name} stays between {low} and {high}", ends)
    raise ValueError(claim.kind)


def mark(claim: Claim) -> Sentence:
    """Return whether a claim holds, with what was measured."""
    if claim.holds is None:
        return Sentence("cannot be told here")
    verdict = Sentence("holds") if claim.holds else Sentence("does not hold here")
    if claim.measured is None:
        return verdict
    return Sentence("{verdict}, measured {value}", {"verdict": verdict, "value": _measured(claim.measured)})


def _measured(found: float | tuple[float, float]) -> Sentence | str:
    if isinstance(found, tuple):
        return Sentence("{low} to {high}", {"low": signed(found[0]), "high": signed(found[1])})
    return signed(found)
