"""A network that was there before the task: what the examples need of it is set with the task, and what is left is said."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine.learning.train import evaluate
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.layers import LayerRecipe
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import learnt_by
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.tasks import dataset, taught
from explorer.workspace.tasks.fitting import misfits, remarks, with_network_fitted
from explorer.workspace.tasks.reversal import LENGTH

SMALL = Exploration().with_recipe(hidden=3)
DECODER = {"decoder": (LayerRecipe(hidden=3),), "seam": 4}
STRUCTURES = {
    "decoder": DECODER,
    "embedding": {"embedding": 2},
    "features": {"features": (1.0, 0.0, 2.0)},
    "own": {"own_steps": 5},
}


@pytest.mark.parametrize(
    ("kind", "structure"),
    [
        ("reversal", "decoder"), ("recall", "decoder"), ("sine", "embedding"), ("xor", "embedding"), ("adding", "own"),
        ("sentiment3", "own"), ("reversal", "own"), ("intents", "features"), ("ball", "features"), ("shape", "embedding"),
    ],
)  # fmt: skip
def test_a_task_that_was_chosen_can_be_learnt_by_the_network_that_was_there(kind: str, structure: str) -> None:
    exploration = taught(SMALL.with_recipe(**STRUCTURES[structure]), Task(kind=kind))
    analyse(exploration)
    learnt = learnt_by(exploration)
    assert np.isfinite(evaluate(build(exploration.recipe, len(learnt.inputs)), learnt.held_out).loss)
    assert misfits(exploration.recipe, dataset(exploration.task)) == ()


def test_with_the_reversal_the_seam_is_where_its_examples_go_over() -> None:
    before = SMALL.with_recipe(**DECODER)
    assert taught(before, Task(kind="reversal")).recipe.seam == LENGTH
    assert taught(before, Task(kind="recall")).recipe.seam == 4


def test_a_seam_that_was_moved_is_told_of_and_put_back() -> None:
    learnt = dataset(Task(kind="reversal"))
    moved = taught(SMALL.with_recipe(**DECODER), Task(kind="reversal")).with_recipe(seam=3)
    (said,) = misfits(moved.recipe, learnt)
    assert (said.values["got"], said.values["expected"]) == (3, LENGTH)
    assert with_network_fitted(moved, learnt).recipe.seam == LENGTH


def test_a_network_without_features_is_told_of_and_given_those_of_the_task() -> None:
    bare = taught(SMALL, Task(kind="intents"))
    learnt = dataset(Task(kind="intents"))
    assert len(misfits(bare.recipe, learnt)) == 1
    assert with_network_fitted(bare, learnt).recipe.features == (1.0, 0.0)


def test_who_reads_from_the_end_is_told_where_the_answer_is_read() -> None:
    """What comes next is no question to who has read it; of a label that is no input nothing is said."""
    both = SMALL.with_recipe(direction="both").recipe
    ahead = {kind for kind in ("next_word", "next_character", "sine", "reversal", "labels", "people", "shape")
             if any("reads from the end" in str(said) for said in remarks(both, dataset(Task(kind=kind))))}  # fmt: skip
    assert ahead == {"next_word", "next_character", "sine", "reversal"}
    assert remarks(SMALL.recipe, dataset(Task(kind="sine"))) == ()
