"""What is found where names say little: layers by the shapes of arrays, vocabularies, embeddings, and what is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadNetwork
from explorer.models import load
from explorer.workspace.models.found import Found
from explorer.workspace.models.opening import found_in, read
from explorer.workspace.models.stored import Stored
from explorer.workspace.models.vocabulary import words_in

DATA = Path(__file__).parent / "data"
ARRAYS = {
    **read(DATA / "pytorch.pt").arrays,
    **{f"haiku/{key}": one for key, one in read(DATA / "haiku.npz").arrays.items()},
}


def renamed(names: dict[str, str], **chose: str) -> Found:
    return found_in(Stored("NumPy", "net.npz", {new: ARRAYS[old] for new, old in names.items()}), chose)


@pytest.mark.parametrize("name", ["lstm", "gru", "tanh"])
def test_shapes_alone_tell_what_names_tell(name: str) -> None:
    names = {"enc_w_ih": "weight_ih_l0", "enc_w_hh": "weight_hh_l0", "enc_b_ih": "bias_ih_l0", "enc_b_hh": "bias_hh_l0"}
    found = renamed({new: f"{name}.{old}" for new, old in names.items()})
    assert found.networks["enc"] == load(DATA / "pytorch.pt").networks[name]
    assert {one.key for one in found.assumptions} == {
        "lstm": {"order", "forget"}, "gru": {"order", "reset", "update"}, "tanh": {"activation"},
    }[name]  # fmt: skip


def test_weights_of_keras_alone_give_the_layers_of_the_whole_model_and_tell_what_they_leave_open() -> None:
    whole, alone = load(DATA / "keras3_stack.keras"), load(DATA / "keras3_stack.weights.h5")
    for name in ("first", "both.forward", "both.backward"):
        assert alone.layers[name] == whole.layers[name]
    # Paths have no order: the cells of a row stand as they fit each other.
    assert [level[0].width for level in alone.stack("row").levels] == [3, 2, 2]
    assert {one.key for one in alone.assumptions} == {"activation", "gates"}


def test_what_shapes_leave_open_can_be_chosen() -> None:
    names = {"dec/x_kernel": "haiku/gru/w_i", "dec/h_kernel": "haiku/gru/w_h", "dec/bias": "haiku/gru/b"}
    found = renamed(names, order="zrn", reset="before", update="z takes n")
    assert found.networks["dec"] == load(DATA / "haiku.npz").networks["gru"]


def test_one_alone_is_chosen_for_by_its_name_and_what_is_not_open_is_refused() -> None:
    found = load(DATA / "pytorch.pt", {"relu:activation": "relu"})
    assert {one.about: one.taken for one in found.assumptions} == {"relu": "relu", "tanh": "tanh", "rotated": "tanh"}
    with pytest.raises(BadNetwork, match="There is no choice “acttivation”; did you mean “activation”"):
        load(DATA / "pytorch.pt", {"acttivation": "relu"})


def test_a_weight_that_is_not_finite_is_refused_by_the_files_own_name() -> None:
    arrays = {name: np.array(ARRAYS[f"lstm.{name}"]) for name in ("weight_ih_l0", "weight_hh_l0")}
    arrays["weight_hh_l0"][7, 2] = np.nan
    found = found_in(Stored("NumPy", "net.npz", arrays))
    with pytest.raises(BadNetwork, match="weight_hh_l0 has a value that is not finite"):
        found.networks["net"]


def test_layers_that_do_not_fit_each_other_are_refused_by_name() -> None:
    arrays = {
        f"{what}_l{k}": np.ones((8, 3 if what == "weight_ih" else 2))
        for k in (0, 1)
        for what in ("weight_ih", "weight_hh")
    }
    with pytest.raises(BadNetwork, match="The layers of net don't fit each other"):
        found_in(Stored("NumPy", "net.npz", arrays))


@pytest.mark.parametrize(
    "config",
    [
        {"vocab": ["<pad>", "a", "b"]},
        {"data": {"stoi": {"a": 1, "<pad>": 0, "b": 2}}},
        {"itos": {"0": "<pad>", "2": "b", "1": "a"}},
        {"model": {"layers": [{"config": {"vocabulary": ["<pad>", "a", "b"]}}]}},
    ],
)
def test_a_vocabulary_is_as_many_texts_as_an_embedding_has_rows(config: dict[str, object]) -> None:
    assert words_in({"labels": ["yes", "no"], **config}, [3]) == ("<pad>", "a", "b")
    assert words_in(config, [4]) == ()


def test_what_is_not_recurrent_is_listed_by_what_it_is() -> None:
    left = {one.name: one.kind for one in load(DATA / "pytorch.pt").left_out}
    assert left == {"embedding": "embedding", "out": "linear"}
