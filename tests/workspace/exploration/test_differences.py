"""What sets networks apart is said, and each has a name that no other one has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.recurrence import library
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.differences import called_in, differences, names
from explorer.workspace.exploration.exploration import Edit, LayerRecipe, Recipe, Setting, replace
from explorer.workspace.exploration.recipe import changed
from explorer.workspace.exploration.record import Snapshot, packed

TANH = Recipe()
LEARNT = Snapshot(step=800, tensors=packed({"W": np.eye(2)}))
LEAKY = CellText(name="leaky", text="dt = 0.1\nh = (1 - dt) * h + dt * tanh(U @ x + W_r @ h)")


def called(recipe: Recipe) -> str:
    return recipe.activation if recipe.recurrence.activation is not None else recipe.cell_name.upper()


def said(before: Recipe, after: Recipe) -> list[str]:
    return list(map(str, differences(before, after, called)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"gain": 1.2}, ["gain 1.6 → 1.2"]),
        ({"cell": "lstm"}, ["LSTM instead of tanh"]),
        ({"activation": "relu", "bias": -0.5}, ["relu instead of tanh", "bias 0 → −0.5"]),
        ({"init": "orthogonal"}, ["orthogonal instead of gaussian"]),
        ({"hidden": 32, "seed": 3}, ["units 24 → 32", "seed 2 → 3"]),
        ({"trained": LEARNT}, ["untrained → trained, update 800"]),
        ({"edits": (Edit("W", 0, 0, 1.0),)}, ["weights set by hand: 1"]),
        ({"initial_state": (0.5,)}, ["s₀ set by hand"]),
        ({"readout": "sigmoid"}, ["sigmoid readout instead of softmax"]),
        ({"direction": "both"}, ["both ways instead of forward"]),
        ({"cell": "lstm", "direction": "backward"}, ["LSTM instead of tanh", "backward instead of forward"]),
        ({"skip": True}, ["with skip"]),
        ({"own_steps": 40}, ["own weights at each step"]),
    ],
)
def test_what_became_another_is_named(change: dict[str, object], expected: list[str]) -> None:
    assert said(TANH, replace(TANH, **change)) == expected


def test_what_became_of_a_layer_is_named_with_its_number() -> None:
    two = replace(TANH, above=(LayerRecipe(),))
    assert said(two, replace(two, above=(LayerRecipe(gain=0.5, skip=True),))) == [
        "layer 2: with skip",
        "layer 2: gain 1.6 → 0.5",
    ]
    assert said(two, replace(two, above=(LayerRecipe(direction="both"),))) == ["layer 2: both ways"]
    both = replace(two, direction="both", above=(LayerRecipe(direction="both"),))
    assert said(two, both) == ["both ways instead of forward"]
    decoding = replace(TANH, decoder=(LayerRecipe(),), seam=10)
    assert said(TANH, decoding) == ["encoder and decoder"]
    assert said(decoding, TANH) == ["no decoder"]


def test_networks_are_called_by_what_their_layers_have_otherwise() -> None:
    two = replace(TANH, above=(LayerRecipe(),))
    pairs = [
        (TANH, replace(TANH, direction="both"), ["forward", "both ways"]),
        (two, replace(two, above=(LayerRecipe(gain=0.5),)), ["layer 2: gain 1.6", "layer 2: gain 0.5"]),
        (two, replace(two, above=(LayerRecipe(hidden=8),)), ["layer 2: units: 24", "layer 2: units: 8"]),
        (TANH, replace(TANH, skip=True), ["without skip", "with skip"]),
        (TANH, two, ["tanh", "2 × tanh"]),
    ]
    for one, other, expected in pairs:
        assert list(map(str, names((one, other), called_in("en")))) == expected


def test_what_neither_cell_heeds_is_no_difference() -> None:
    assert said(TANH, replace(TANH, forget_bias=3.0)) == []
    lstm = replace(TANH, cell="lstm")
    assert said(lstm, replace(lstm, forget_bias=3.0)) == ["forget bias 1 → 3"]


def test_a_constant_and_the_equations_of_an_own_cell_are_named() -> None:
    leaky = replace(TANH, cell=LEAKY)
    assert said(leaky, replace(leaky, constants=(Setting("dt", 0.2),))) == ["dt: 0.1 → 0.2"]
    other = CellText(name="leaky", text="h = tanh(U @ x + W_r @ h)")
    assert said(leaky, replace(TANH, cell=other)) == ["other equations"]


def test_numbers_that_differ_are_never_written_alike() -> None:
    (sentence,) = said(TANH, replace(TANH, gain=1.6000000001))
    assert sentence == "gain 1.6 → 1.6000000001"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([{}], ["tanh"]),
        ([{}, {"activation": "sigmoid"}, {"activation": "relu"}], ["tanh", "sigmoid", "relu"]),
        ([{}, {"gain": 1.2}], ["gain 1.6", "gain 1.2"]),
        ([{}, {"gain": 1.2}, {"cell": "lstm"}], ["tanh · gain 1.6", "tanh · gain 1.2", "LSTM · gain 1.6"]),
        ([{"cell": "lstm", "forget_bias": 2.0}, {}], ["LSTM · forget bias 2", "tanh"]),
        ([{}, {}, {"seed": 3}], ["seed 2 (1)", "seed 2 (2)", "seed 3"]),
        ([{}, {"trained": LEARNT}], ["untrained", "trained, update 800"]),
        ([{"readout": "sigmoid"}, {}], ["sigmoid readout", "softmax readout"]),
    ],
)
def test_a_network_is_called_by_what_the_others_have_otherwise(
    changes: list[dict[str, object]], expected: list[str]
) -> None:
    assert list(map(str, names([replace(TANH, **change) for change in changes], called))) == expected


@given(
    st.lists(
        st.builds(
            Recipe, cell=st.sampled_from(library.names()), gain=st.floats(0, 50), seed=st.integers(0, 3),
            bias=st.floats(-2, 2), activation=st.sampled_from(["tanh", "relu"]),
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_no_two_networks_have_one_name(recipes: list[Recipe]) -> None:
    found = list(map(str, names(recipes, called)))
    assert len(set(found)) == len(recipes)


def test_a_chrono_start_takes_the_place_of_the_forget_bias_and_gives_way_to_a_chosen_one() -> None:
    usual, chrono = Recipe(cell="lstm", forget_bias=2.0), Recipe(cell="lstm", forget_bias=3.0, chrono=50)
    said = [str(one) for one in differences(usual, chrono, called)]
    assert said == ["chrono start up to 50 steps instead of forget bias 2"]
    assert changed(chrono, forget_bias=4.0).chrono == 0
    assert changed(chrono, gain=0.7).chrono == 50
