"""Somebody's network of several layers as an exploration, tried out before it is opened; what it still hears."""

import math

import numpy as np
import pytest

from explorer.engine.errors import BadSequence
from explorer.models import load
from explorer.workspace.disk.files import load as load_gflow
from explorer.workspace.disk.files import save
from explorer.workspace.disk.kinds import MODEL, kind_of
from explorer.workspace.exploration.building import build, initial_state
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.hearing import hearing
from explorer.workspace.looks.trial import Heard, Offered, Trials, Wish
from explorer.workspace.looks.weight_names import name_in_file
from explorer.workspace.models.exploring import exploration_of
from explorer.workspace.models.feeding import noise, vectors


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
    x = feed(exploration.sequence).x
    network = build(exploration.recipe, x.shape[1])
    return network, network.forward(x, initial_state(exploration.recipe, network)).o


def test_explored_layer_has_the_numbers_of_the_file(tmp_path):
    found = load(stored(tmp_path)[0])
    exploration = exploration_of(found, "encoder.l1", noise(found, "encoder.l1", 7))
    wanted = found.stack("encoder.l1").network().forward(feed(exploration.sequence).x).o
    np.testing.assert_array_equal(outputs(exploration)[1], wanted)


def test_weights_keep_the_names_of_the_file(tmp_path):
    found = load(stored(tmp_path)[0])
    exploration = exploration_of(found, "encoder.l0", noise(found, "encoder.l0", 3))
    architecture = outputs(exploration)[0].architecture
    assert name_in_file(exploration.recipe, architecture, "W") == "encoder.weight_hh_l0"
    assert name_in_file(exploration.with_recipe(seed=9).recipe, architecture, "W") is None


def test_explored_network_is_saved_with_its_weights_and_its_names(tmp_path):
    found = load(stored(tmp_path)[0])
    exploration = exploration_of(found, "encoder.l0", noise(found, "encoder.l0", 3))
    save(tmp_path / "kept.gflow", exploration)
    assert load_gflow(tmp_path / "kept.gflow") == exploration


def test_vectors_are_read_from_a_table(tmp_path):
    found = load(stored(tmp_path)[0])
    (tmp_path / "x.csv").write_text("1,2,3,4\n5,6,7,8\n")
    assert vectors(found, "encoder", tmp_path / "x.csv").rows == ((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0))
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
    offered, heard, other = tried(Wish(path, name="encoder.l0", typed="1 2 3 4"))
    assert isinstance(offered, Offered)
    assert (offered.way, offered.stack.name) == ("words", "encoder.l0")
    assert isinstance(heard, Heard)
    assert (heard.assumption, other.choice) == (None, "relu")
    assert other.assumption == offered.found.assumptions[0]
    again, said, *_ = tried(Wish(path, name="encoder.l0", typed="1 2 3 4").choosing(other.assumption, "relu"))
    assert again.exploration.recipe.activation == "relu"
    assert str(said.said) == str(other.said)


def test_a_trial_that_can_not_be_fed_says_why_and_keeps_what_is_in_the_file(tmp_path):
    (offered,) = tried(Wish(stored(tmp_path)[0], name="encoder.l0", typed="none"))
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
