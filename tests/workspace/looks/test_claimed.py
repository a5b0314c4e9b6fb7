"""What the literature says of a cell is told with what was measured on the network that is shown."""

from __future__ import annotations

from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.claimed import claimed, claims_sentences
from explorer.workspace.words.catalogues import catalogue


def said(code: str = "en", **recipe: object) -> list[str]:
    known = catalogue(code)
    looked = Exploration(networks=(Recipe(hidden=4, **recipe),), sequence=Signal(kind="noise", steps=9))
    found = claims_sentences(claimed(inspect(analyse(looked))))
    return [sentence.said(lambda text: known.get(text, text)) for sentence in found]


def test_claims_that_hold_are_told_with_their_numbers() -> None:
    diagonal, linear, gain = said(cell="mingru")
    assert diagonal == "Units don't mix: J is diagonal (holds, measured 0)"
    assert linear == "J does not depend on the state: gates see the input alone (holds, measured 0)"
    assert gain.startswith("No step lengthens a gradient (holds, measured 0.")
    assert said(cell="unicornn")[-1] == "The step of each unit has the determinant 1.00 (holds, measured 1.00)"


def test_claims_are_told_in_the_language_that_is_asked_for() -> None:
    assert said("zh_CN", cell="gru")[0].startswith("h 始终在 −1.00 与 1.00 之间（成立，实测 −0.")


def test_claim_that_holds_for_some_weights_is_told_of_the_ones_that_are_shown() -> None:
    """Half is forgotten in 16 steps at the start; inputs a hundred times as large open and shut the gates."""
    (start,) = (line for line in said(cell="gla") if line.startswith("Half-life"))
    (driven,) = (line for line in said(cell="gla", input_scale=100.0) if line.startswith("Half-life"))
    assert "(holds, measured 1" in start
    assert "(does not hold here" in driven
