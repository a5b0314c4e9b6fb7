"""Somebody's network of several layers as an exploration, tried out before it is opened; what it still hears."""

import math

import numpy as np
import pytest

from explorer.engine.errors import BadSequence, TooBig
from explorer.models import load
from explorer.workspace.disk import referring
from explorer.workspace.disk.files import load as load_gflow
from explorer.workspace.disk.files import save
from explorer.workspace.disk.kinds import MODEL, kind_of
from explorer.workspace.exploration.building import build, given, initial_state
from explorer.workspace.exploration.differences import called_in, differences
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.aloud import in_words
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.hearing import hearing
from explorer.workspace.looks.trial import Heard, Offered, Trials, Wish
from explorer.workspace.looks.weight_names import name_in_file
from explorer.workspace.models import exploring
from explorer.workspace.models.exploring import exploration_of
from explorer.workspace.models.feeding import noise, text, vectors


def stored(tmp_path, both=False):
    """A file of two layers of simple cells behind an embedding, as PyTorch names them."""
    rng, arrays = np.random.default_rng(3), {}
    halves = ("", "_reverse") if both else ("",)
    for layer, inputs in ((0, 4), (1, 6 * len(halves))):
        for half in halves:
            for what, shape in (("weight_ih", (6, inputs)), ("weight_hh", (6, 6)), ("bias_ih", (6,))):
                arrays[f"encoder.{what}_l{layer}{half}"] = rng.normal(0.0, 0.4, shape).astype(np.float32)
    arrays["embedding.weight"] = rng.normal(2.0, 0.5, (9, 4)).astype(np.float32)
    np.savez(tmp_path / "model.npz", **arrays)
    return tmp_path / "model.npz", arrays


def outputs(exploration):
    fed = feed(exploration.sequence)
    network = build(exploration.recipe, fed.x.shape[1])
    one = given(exploration.recipe, fed.x, fed.symbolic)
    return network, network.forward(one.x, initial_state(exploration.recipe, network)).o


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("name", ["encoder", "encoder.l1"])
def test_explored_network_has_the_numbers_of_the_file(tmp_path, name, both):
    found = load(stored(tmp_path, both=both)[0])
    exploration = exploration_of(found, name, noise(found, name, 7))
    x = feed(exploration.sequence).x
    wanted = found.stack(name).network().forward(x).o
    np.testing.assert_array_equal(outputs(exploration)[1], wanted)


def test_explored_words_go_through_the_own_embedding(tmp_path):
    path, arrays = stored(tmp_path)
    found = load(path)
    exploration = exploration_of(found, "encoder", text(found, "encoder", "3 0 8"))
    wanted = found.stack("encoder").network().forward(arrays["embedding.weight"][[3, 0, 8]].astype(float)).o
    np.testing.assert_array_equal(outputs(exploration)[1], wanted)
    with pytest.raises(BadSequence, match="“9” is not in the vocabulary of 9 words"):
        text(found, "encoder", "3 9")


def test_weights_keep_the_names_of_the_file(tmp_path):
    found = load(stored(tmp_path)[0])
    exploration = exploration_of(found, "encoder", noise(found, "encoder", 3))
    architecture = outputs(exploration)[0].architecture
    assert name_in_file(exploration.recipe, architecture, "W²") == "encoder.weight_hh_l1"
    assert name_in_file(exploration.with_recipe(seed=9).recipe, architecture, "W²") is None


def test_explored_network_is_saved_with_its_weights_and_its_names(tmp_path):
    found = load(stored(tmp_path)[0])
    exploration = exploration_of(found, "encoder", noise(found, "encoder", 3))
    save(tmp_path / "kept.gflow", exploration)
    assert load_gflow(tmp_path / "kept.gflow") == exploration


def test_weights_with_an_embedding_are_kept_by_reference_where_they_are_too_large(tmp_path, monkeypatch):
    found = load(stored(tmp_path)[0])
    exploration = exploration_of(found, "encoder", text(found, "encoder", "3 0 8"))
    monkeypatch.setattr(referring, "MOST_TENSOR_BYTES", 100)
    save(tmp_path / "kept.gflow", exploration)
    assert '"tensors":""' in (tmp_path / "kept.gflow").read_text(encoding="utf-8")
    assert load_gflow(tmp_path / "kept.gflow") == exploration


def test_more_weights_than_are_shown_are_refused(tmp_path, monkeypatch):
    found = load(stored(tmp_path)[0])
    monkeypatch.setattr(exploring, "MOST_NUMBERS", 100)
    with pytest.raises(TooBig, match="choose a layer of it alone"):
        exploration_of(found, "encoder", noise(found, "encoder", 3))


def test_vectors_are_read_from_a_table(tmp_path):
    found = load(stored(tmp_path)[0])
    (tmp_path / "x.csv").write_text("1,2,3,4\n5,6,7,8\n")
    assert vectors(found, "encoder", tmp_path / "x.csv").tolist() == [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    (tmp_path / "narrow.csv").write_text("1,2\n3,4\n")
    with pytest.raises(BadSequence, match="has 2 columns; the network reads 4"):
        vectors(found, "encoder", tmp_path / "narrow.csv")


@pytest.mark.parametrize("name", ["a.onnx", "a.PT", "a.safetensors", "a.keras", "a.h5", "a.npz"])
def test_a_file_of_a_network_is_known_by_its_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"...")
    assert kind_of(tmp_path / name) == MODEL


# ---- trials


def tried(wish):
    return list(Trials().look(wish, lambda: False, lambda _: None))


def test_a_trial_says_what_the_network_hears_with_each_choice(tmp_path):
    path, _ = stored(tmp_path)
    offered, heard, other = tried(Wish(path, typed="1 2 3 4"))
    assert isinstance(offered, Offered)
    assert (offered.way, offered.stack.name) == ("words", "encoder")
    assert isinstance(heard, Heard)
    assert (heard.assumption, other.choice) == (None, "relu")
    assert other.assumption == offered.found.assumptions[0]
    again, said, *_ = tried(Wish(path, typed="1 2 3 4").choosing(other.assumption, "relu"))
    assert again.exploration.recipe.activation == "relu"
    assert str(said.said) == str(other.said)


def test_a_trial_that_can_not_be_fed_says_why_and_keeps_what_is_in_the_file(tmp_path):
    (offered,) = tried(Wish(stored(tmp_path)[0], typed="none"))
    assert offered.exploration is None
    assert "“none” is not in the vocabulary" in str(offered.why)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.001, 0.005, 0.002, 0.02, 1.0], "still hears step 3 at 2.0 %, and what was before it at less than 1 %"),
        ([0.4, 0.5, 0.02, 1.0], "still hears its start, 3 steps before, at 40 %"),
        ([0.001, 0.001, 1.0], "hears not even the step before it at 1 %"),
        ([30.0, 5.0, 1.0], "still hears its start, 2 steps before, at ×30"),
        ([math.nan, 5.0, 1.0], "is no number"),
    ],
)
def test_what_is_heard_is_the_earliest_step_of_which_a_hundredth_arrives(shares, said):
    with np.errstate(invalid="ignore"):
        assert said in str(hearing(np.log(shares)))


def test_what_is_heard_of_an_estimate_is_about():
    assert "at about 2.0 %" in str(hearing(np.log([0.001, 0.02, 1.0]), estimated=True))


def test_backward_the_steps_are_the_sequences():
    assert "Reading backward, this network's last state still hears step 2" in str(
        hearing(np.log([0.001, 0.001, 0.02, 1.0]), backward=True)
    )


def said(sentence):
    return sentence.said(lambda text: text)


def inspect_of(exploration):
    return inspect(analyse(exploration))


def test_a_network_from_a_file_is_spoken_of_by_the_names_of_its_file(tmp_path):
    file, _ = stored(tmp_path)
    inspection = inspect_of(exploration_of(load(file), "encoder"))
    source, arrays, *_ = (said(one) for one in in_words(inspection))
    assert source.startswith(f"encoder of “{file.name}”: This network's last state ")
    assert "encoder.weight_hh_l0 (W¹" in arrays
    assert "encoder.weight_hh_l1 (W²" in arrays
    made_here = inspect_of(Exploration())
    assert not any("file" in said(one) for one in in_words(made_here))


def test_what_weights_of_a_file_would_be_drawn_with_is_no_difference(tmp_path):
    file, _ = stored(tmp_path)
    recipe = exploration_of(load(file), "encoder.l0").recipe
    beside = Recipe(hidden=recipe.hidden, gain=1.0, seed=4, readout="identity", outputs=recipe.outputs)
    assert [said(one) for one in differences(recipe, beside, called_in("en"))] == ["weights of “model.npz” → untrained"]
