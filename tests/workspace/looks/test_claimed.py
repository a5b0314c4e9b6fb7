"""What the literature says of a cell is told with what was measured on the network that is shown."""

from __future__ import annotations

import numpy as np

from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Signal
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.claimed import claimed, claims_sentences
from explorer.workspace.words.catalogues import catalogue


def said(code: str = "en", **recipe: object) -> list[str]:
    known = catalogue(code)
    looked = Exploration(networks=(Recipe(hidden=4, **recipe),), sequence=Signal(kind="noise", steps=9))
    found = claims_sentences(claimed(analyse(looked).run))
    return [sentence.said(lambda text: known.get(text, text)) for sentence in found]


def test_claims_that_hold_are_told_with_their_numbers() -> None:
    diagonal, linear, gain = said(cell="mingru")
    assert diagonal == "Units don't mix: J is diagonal (holds, measured 0). Source: Feng et al. 2024, appendix B"
    assert linear.startswith("J does not depend on the state: gates see the input alone (holds, measured 0)")
    assert gain.startswith("No step lengthens a gradient (holds, measured 0.")
    assert "(holds, measured 1.00)" in said(cell="unicornn")[-1]


def test_claims_are_told_in_the_language_that_is_asked_for() -> None:
    assert said("zh_CN", cell="gru")[0].startswith("h 始终在 −1.00 与 1.00 之间（成立，实测 −0.")


def test_claims_are_told_of_each_layer_of_the_chain_under_its_number() -> None:
    lines = said(cell="mingru", above=(LayerRecipe(cell="lstm", hidden=3),))
    assert [line.split(":")[0] for line in lines] == ["Layer 1"] * 3 + ["Layer 2"] * 3
    ways = said(cell="rnn", direction="both", above=(LayerRecipe(cell="gru", hidden=3, direction="both"),))
    assert [line.split(":")[0] for line in ways] == ["Layer 2"]


def test_claim_that_holds_for_some_weights_is_told_of_the_ones_that_are_shown() -> None:
    """Half is forgotten in 16 steps at the start; inputs a hundred times as large open and shut the gates."""
    (start,) = (line for line in said(cell="gla") if line.startswith("Half-life"))
    (driven,) = (line for line in said(cell="gla", input_scale=100.0) if line.startswith("Half-life"))
    assert "(holds, measured 1" in start
    assert "(does not hold here" in driven


def test_claim_about_the_start_is_told_of_no_other_weights_than_those_of_the_start() -> None:
    recipe = Recipe(hidden=4, cell="gla", outputs=1)
    tensors = packed({name: np.full(shape, 0.3) for name, shape in recipe.shapes(1).items()})
    for step, told in ((0, False), (9, True)):
        now = Snapshot(step=step, tensors=tensors)
        (line,) = (one for one in said(cell="gla", outputs=1, trained=now) if one.startswith("Half-life"))
        assert ("cannot be told: of the weights at the start" in line) == told
        assert ("does not hold here" in line) == (not told)
