"""What a comparison begins with: networks that differ in one thing, and in nothing else."""

import numpy as np
import pytest

from explorer.engine.errors import BadExploration
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.differences import differences, names
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal, replace
from explorer.workspace.exploration.record import Record, Snapshot, packed
from explorer.workspace.exploration.sets import (
    of_activations,
    of_cells,
    of_forget_bias,
    of_orthogonal_start,
    of_seeds,
    of_training,
)

PLAIN = Exploration(networks=(Recipe(hidden=4, gain=1.2),), sequence=Signal(steps=6))


def called(recipe: Recipe) -> str:
    return recipe.activation if recipe.recurrence.activation is not None else recipe.cell_name


def named(exploration: Exploration) -> list[str]:
    return list(map(str, names(exploration.networks, called)))


def test_the_activations_are_those_that_the_program_opens_on() -> None:
    assert of_activations(Exploration()) == default().exploration


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (of_activations, ["tanh", "sigmoid", "relu"]),
        (of_cells, ["tanh", "lstm", "gru"]),
        (of_seeds, ["seed 2", "seed 3", "seed 4", "seed 5"]),
        (of_orthogonal_start, ["gain 1.2 · gaussian", "gain 1 · orthogonal"]),
        (of_forget_bias, ["forget bias 0", "forget bias 1", "forget bias 5"]),
    ],
)
def test_a_set_differs_in_what_it_is_about_alone(make, expected: list[str]) -> None:
    made = make(PLAIN)
    assert named(made) == expected
    assert (made.stage, made.together, made.active) == ("beside", True, 0)
    assert made.sequence == PLAIN.sequence


def test_activations_and_cells_share_every_weight_that_they_have_in_common() -> None:
    tanh, sigmoid, relu = (build(recipe, 1) for recipe in of_activations(PLAIN).networks)
    for other in (sigmoid, relu):
        np.testing.assert_array_equal(other.W, tanh.W)
        np.testing.assert_array_equal(other.U, tanh.U)


def test_a_cell_that_forgets_keeps_its_place_beside_its_forget_biases() -> None:
    made = of_forget_bias(PLAIN.with_recipe(cell="peephole"))
    assert {recipe.cell for recipe in made.networks} == {"peephole"}


def test_what_was_learnt_stands_beside_the_weights_that_it_began_with() -> None:
    moments = tuple(
        Snapshot(step=step, tensors=packed({name: np.full(shape, 0.1 * step) for name, shape in SHAPES.items()}))
        for step in (0, 7)
    )
    own = Recipe(hidden=2, outputs=1, readout="identity", trained=moments[1], record=Record(snapshots=moments))
    made = of_training(replace(PLAIN, networks=(own,)))
    assert [recipe.trained.step for recipe in made.networks] == [0, 7]
    assert made.networks[1] == own
    assert not made.together
    assert list(map(str, differences(*made.networks, called))) == ["trained, update 0 → trained, update 7"]


SHAPES = {"U": (2, 1), "W": (2, 2), "b": (2,), "V": (1, 2), "c": (1,)}


def test_nothing_learnt_is_said_to_be_so() -> None:
    with pytest.raises(BadExploration, match="learnt nothing"):
        of_training(PLAIN)
