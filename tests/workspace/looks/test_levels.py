"""Networks of several layers and chains: built, looked at along a chosen chain or block, saved, trained and gone on with."""

from pathlib import Path

import numpy as np
import pytest

from explorer.engine import gradient_flow
from explorer.engine.errors import BadExploration, BadNetwork
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Signal, Text, replace
from explorer.workspace.exploration.structure import (
    with_chosen_changed,
    with_decoder,
    with_layer_added,
    with_layer_copied,
    with_layer_moved,
    with_own_steps,
    without_layer,
)
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.looks.aloud import in_words
from explorer.workspace.looks.analysis import Inspection, analyse, inspect, with_spectrum
from explorer.workspace.looks.levels import paired
from explorer.workspace.looks.nudging import asked, nudged
from explorer.workspace.looks.sentences import cause_sentence, gain_sentence, verdict_sentence
from explorer.workspace.tasks import taught

BOTH = Recipe(cell="lstm", hidden=4, direction="both", above=(LayerRecipe(cell="lstm", hidden=3, direction="both"),))
STACK = Recipe(cell="gru", hidden=4, above=(LayerRecipe(hidden=3), LayerRecipe(hidden=3, skip=True, bias=0.1)))
SEAMED = Recipe(hidden=4, decoder=(LayerRecipe(hidden=4, gain=0.5),), seam=9)
NETWORKS = {
    "both": BOTH,
    "stack": STACK,
    "decoder": SEAMED,
    "backward": Recipe(hidden=4, direction="backward"),
    "features": Recipe(hidden=4, features=(1.0, -2.0)),
}


def seen(recipe: Recipe, **changes: object) -> Inspection:
    """Return a close look at a network fed twelve steps."""
    return with_spectrum(inspect(analyse(Exploration(networks=(recipe,), sequence=Signal(steps=12), **changes))))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NETWORKS)
def test_any_network_is_looked_at_saved_trained_and_gone_on_with(name: str, tmp_path: Path) -> None:
    exploration = taught(Exploration(networks=(NETWORKS[name],)), Task(kind="adding", lag=10))
    *_, progress = training(exploration, updates=2)
    exploration = recorded(exploration, progress)
    save(tmp_path / "a.gflow", exploration)
    again = load(tmp_path / "a.gflow")
    assert again == exploration
    assert "×" in str(verdict_sentence(inspect(analyse(again))))
    *_, progress = training(again, updates=1)
    assert progress.now.step == 3


def test_a_layer_that_reads_both_ways_fills_both_triangles() -> None:
    run = seen(BOTH).analysis.run
    forward, backward = (gradient_flow(run.trace.chains[name]).log_gain for name in ("2→", "2←"))
    lower = np.tri(13, dtype=bool)
    assert np.array_equal(run.square[lower], forward[lower])
    assert np.array_equal(run.square[lower.T], backward[lower.T])


def test_a_pair_with_t_before_k_lies_on_the_chain_that_runs_backward() -> None:
    exploration = Exploration(networks=(BOTH,), sequence=Signal(steps=12)).with_selection(t=2, k=9)
    found = with_spectrum(inspect(analyse(exploration)))
    flow = gradient_flow(found.analysis.run.trace.chains["2←"])
    assert found.row[found.k] == flow.log_gain[2, 9]
    assert found.matrix is not None
    assert np.array_equal(found.matrix, flow.product(2, 9)[0])
    assert "from s₂ on to s₁₂" in str(verdict_sentence(found))
    assert paired(exploration, 2, 9) == (2, 9)


def test_a_pair_keeps_to_the_way_of_the_only_chain() -> None:
    assert paired(Exploration(networks=(STACK,)), 2, 9) == (2, 2)
    assert paired(Exploration(networks=(NETWORKS["backward"],)), 9, 2) == (9, 9)
    assert (seen(NETWORKS["backward"]).selection.t, seen(NETWORKS["backward"]).selection.k) == (0, 12)


def test_a_chain_below_is_looked_at_by_its_name() -> None:
    exploration = Exploration(networks=(BOTH,), sequence=Signal(steps=12)).with_lens(chain="1")
    assert inspect(analyse(exploration)).analysis.run.course.name == "1→"


def test_a_block_is_the_flow_from_one_layer_into_another() -> None:
    exploration = Exploration(networks=(STACK,), sequence=Signal(steps=12)).with_lens(into="3", out_of="1")
    found = inspect(analyse(exploration))
    block = gradient_flow(found.analysis.run.course).block("3", "1")
    assert np.array_equal(found.analysis.run.log_gain, block.log_gain, equal_nan=True)
    # Within no step nothing goes from one layer into another: that is no death of the gradient.
    assert found.row[found.t] == -np.inf
    assert found.verdict.dead_lag is None


def test_the_spectral_norm_of_a_block_is_refused() -> None:
    exploration = Exploration(networks=(STACK,)).with_lens(into="2", out_of="1", norm="spectral")
    with pytest.raises(BadExploration, match="whole state"):
        analyse(exploration)


def test_a_nudge_goes_along_the_chain_that_is_looked_at() -> None:
    found = seen(BOTH)
    (moved,) = nudged(*asked(found), lambda: False, lambda _: None)
    assert moved.true.shape == (13 - found.k, found.width)


def test_words_are_turned_into_vectors() -> None:
    network = Recipe(hidden=4, embedding=3)
    exploration = Exploration(networks=(network,), sequence=Text(text="a b a c"))
    run = inspect(analyse(exploration)).analysis.run
    assert run.network.weights["E"].shape == (3, 3)
    assert np.array_equal(run.trace.x[0], run.trace.x[2])
    with pytest.raises(BadExploration, match="take a text"):
        analyse(Exploration(networks=(network,)))


def test_layers_are_added_copied_moved_and_removed() -> None:
    first = Exploration(networks=(Recipe(cell="lstm", hidden=5, direction="both"),))
    two = with_layer_added(first)
    assert [layer.direction for layer in two.recipe.layers] == ["both", "both"]
    assert two.selection.layer == 1
    changed = with_chosen_changed(two, cell="gru", hidden=3)
    assert [layer.cell for layer in changed.recipe.layers] == ["lstm", "gru"]
    turned = with_layer_moved(changed, 1, 0)
    assert [(layer.cell, layer.hidden) for layer in turned.recipe.layers] == [("gru", 3), ("lstm", 5)]
    assert [layer.hidden for layer in with_layer_copied(turned).recipe.layers] == [3, 3, 5]
    assert [layer.cell for layer in without_layer(turned).recipe.layers] == ["lstm"]
    with pytest.raises(BadExploration, match="at least one layer"):
        without_layer(first)


def test_what_is_done_to_a_layer_of_the_encoder_is_done_to_the_decoders() -> None:
    two = with_layer_added(with_decoder(Exploration(), True, 20))
    assert (len(two.recipe.layers), len(two.recipe.decoder)) == (2, 2)
    wider = with_chosen_changed(two, hidden=7)
    assert [layer.hidden for layer in wider.recipe.every_layer] == [24, 7, 24, 7]
    assert [layer.gain for layer in with_chosen_changed(wider, gain=0.3).recipe.every_layer] == [1.6, 0.3, 1.6, 1.6]
    with pytest.raises(BadNetwork, match="runs forward"):
        with_chosen_changed(two, direction="both")


def test_steps_with_weights_of_their_own_are_layers_of_a_deep_network() -> None:
    deep = with_own_steps(Exploration(sequence=Signal(steps=12)), 12)
    run = inspect(analyse(deep)).analysis.run
    assert run.network.weights["1/W"].shape == (12, 24, 24)
    assert with_own_steps(deep, 0).recipe == replace(deep.recipe, own_steps=0)


def test_row_over_steps_with_weights_of_their_own_is_counted_in_layers():
    looked = inspect(analyse(with_own_steps(Exploration(sequence=Signal(steps=12)), 12)))
    for said in (verdict_sentence(looked), gain_sentence(looked), cause_sentence(looked), *in_words(looked)):
        assert said is not None
        assert " step" not in str(said).replace("every pair of steps", ""), str(said)
    assert "over 12 layers" in str(verdict_sentence(looked))


def test_nudged_part_of_a_stack_is_the_top_layers_where_its_output_is_no_state() -> None:
    found = inspect(
        analyse(
            Exploration(
                networks=(Recipe(cell="gru", hidden=3, above=(LayerRecipe(cell="deltanet", hidden=3),)),),
                sequence=Signal(steps=6),
            )
        )
    )
    course, _, entry, _ = asked(found)
    assert course.parts["2/S"].start <= entry < course.parts["2/S"].stop
