"""A network from somebody's file as an exploration: looked at, saved and opened again."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer.engine.errors import BadFile, BadSequence
from explorer.models import load
from explorer.workspace.disk import files, referring
from explorer.workspace.exploration.building import build, initial_state
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import feed
from explorer.workspace.models.exploring import exploration_of
from explorer.workspace.models.feeding import expected, noise, vectors, words
from explorer.workspace.models.found import Found

DATA = Path(__file__).parent / "data"


def states(exploration: Exploration) -> np.ndarray:
    x = feed(exploration.sequence).x
    network = build(exploration.recipe, x.shape[1])
    return network.forward(x, initial_state(exploration.recipe, network)).s


@pytest.mark.parametrize(
    ("file", "name"),
    [("pytorch.pt", "projected"), ("pytorch.pt", "gru"), ("keras3.keras", "before"), ("haiku.npz", "lstm")],
)
def test_it_has_the_states_of_the_network_in_the_file_and_knows_its_names(file: str, name: str, tmp_path: Path) -> None:
    found = load(DATA / file)
    exploration = exploration_of(found, name)
    expected_states = found.networks[name].forward(feed(exploration.sequence).x).s
    np.testing.assert_allclose(states(exploration), expected_states, rtol=1e-12, atol=1e-15)
    files.save(tmp_path / "mine.gflow", exploration)
    opened = files.load(tmp_path / "mine.gflow")
    assert opened == exploration
    assert opened.recipe.imported is not None
    (strand,) = found.stack(name).strands
    assert dict(opened.recipe.imported.names) == {
        f"1/{own}": " + ".join(called) for own, called in strand.origins.items()
    }


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an exploration whose weights are too large to stand inside."""
    monkeypatch.setattr(referring, "MOST_TENSOR_BYTES", 100)
    shutil.copy(DATA / "haiku.npz", tmp_path / "net.npz")
    files.save(tmp_path / "mine.gflow", exploration_of(load(tmp_path / "net.npz"), "gru"))
    return tmp_path / "mine.gflow"


def test_weights_that_are_too_large_are_kept_by_reference_also_when_both_files_are_moved(
    far: Path, tmp_path: Path
) -> None:
    assert b'"tensors":""' in far.read_bytes()
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("net.npz", "mine.gflow"):
        (tmp_path / name).rename(moved / name)
    opened = files.load(moved / "mine.gflow")
    np.testing.assert_array_equal(states(opened), states(exploration_of(load(moved / "net.npz"), "gru")))


def test_a_file_that_has_other_weights_by_now_is_not_taken_for_the_same(far: Path) -> None:
    with np.load(far.parent / "net.npz") as held:
        arrays = dict(held)
    arrays["gru/b"] = arrays["gru/b"] + 1e-12
    np.savez(far.parent / "net.npz", **arrays)
    with pytest.raises(BadFile, match=r"“net\.npz” alone, and can't be had from there \(it holds other weights now\)"):
        files.load(far)
    (far.parent / "net.npz").unlink()
    with pytest.raises(BadFile, match=r"There is no file “net\.npz”"):
        files.load(far)


def with_words() -> tuple[Found, np.ndarray]:
    found = load(DATA / "pytorch.pt")
    table = next(one.table for one in found.left_out if one.kind == "embedding")
    assert table is not None
    return found, np.asarray(table, np.float64)


def test_words_are_fed_through_the_files_own_embedding_by_their_rows_where_it_has_no_vocabulary() -> None:
    found, table = with_words()
    np.testing.assert_array_equal(words(found, "lstm", ["3", "0", "6"]).rows, table[[3, 0, 6]])
    with pytest.raises(BadSequence, match="“7” is not in the vocabulary of 7 words"):
        words(found, "lstm", ["7"])


def test_noise_has_the_mean_and_the_spread_of_the_embedding() -> None:
    found, table = with_words()
    np.testing.assert_allclose(expected(found, "lstm"), [table.mean(axis=0), table.std(axis=0)])


def test_vectors_are_the_array_that_fits(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(4, 2))
    np.savez(tmp_path / "fed.npz", other=np.zeros((4, 3)), mine=x)
    found = load(DATA / "haiku.npz")
    np.testing.assert_array_equal(vectors(found, "gru", tmp_path / "fed.npz"), x)
    np.save(tmp_path / "three.npy", np.zeros((4, 3)))
    with pytest.raises(BadSequence, match=r"“three\.npy” has 0 arrays of 2 columns"):
        vectors(found, "gru", tmp_path / "three.npy")


def reader(inputs: int, tmp_path: Path) -> Found:
    """Return two simple layers of 3 units of which the first reads so many numbers."""
    rng = np.random.default_rng(1)
    arrays = {f"net.weight_{what}_l{layer}": rng.normal(size=(3, m)) for layer, read in ((0, inputs), (1, 3))
              for what, m in (("ih", read), ("hh", 3))}  # fmt: skip
    np.savez(tmp_path / "net.npz", **arrays)
    return load(tmp_path / "net.npz")


def test_a_table_may_be_as_wide_as_a_network_reads(tmp_path: Path) -> None:
    x = np.round(np.random.default_rng(0).normal(size=(3, 300)), 3)
    (tmp_path / "wide.csv").write_text("\n".join(",".join(map(str, row)) for row in x))
    np.testing.assert_array_equal(vectors(reader(300, tmp_path), "net", tmp_path / "wide.csv"), x)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_a_recording_of_sound_is_fed_sample_by_sample(width: int, tmp_path: Path) -> None:
    whole = 2 ** (8 * width - 1)
    values = np.array([[0, whole // 2], [-whole, whole // 4], [whole // 8, -whole // 2]])
    with wave.open(str(tmp_path / "voice.wav"), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(width)
        sound.setframerate(8000)
        sound.writeframes(b"".join(
            int(v + 128).to_bytes(1, "little") if width == 1 else int(v).to_bytes(width, "little", signed=True)
            for v in values.ravel()
        ))  # fmt: skip
    np.testing.assert_array_equal(vectors(reader(2, tmp_path), "net", tmp_path / "voice.wav"), values / whole)
    with pytest.raises(BadSequence, match="has 2 channels; the network reads 3 numbers"):
        vectors(reader(3, tmp_path), "net", tmp_path / "voice.wav")
    data = (tmp_path / "voice.wav").read_bytes()
    for broken in (b"RIFF and nothing else", data[:16] + b"\xff\xff\xff\xff" + data[20:]):
        (tmp_path / "voice.wav").write_bytes(broken)
        with pytest.raises(BadFile, match=r"no \.wav file of plain samples"):
            vectors(reader(2, tmp_path), "net", tmp_path / "voice.wav")


def test_a_batch_of_one_sequence_and_what_a_watched_run_read_are_recordings_too(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(5, 2))
    found = reader(2, tmp_path)
    for shape in ((1, 5, 2), (5, 1, 2)):
        np.save(tmp_path / "one.npy", x.reshape(shape))
        np.testing.assert_array_equal(vectors(found, "net", tmp_path / "one.npy"), x)
    with explorer.Recorder(tmp_path / "run.gflow") as recorder:
        recorder.add({"weight_ih_l0": np.ones((4, 3)), "weight_hh_l0": np.eye(4)}, inputs={"net": x})
    np.testing.assert_array_equal(vectors(found, "net", tmp_path / "run.gflow"), x)


def test_noise_for_a_layer_has_the_mean_and_the_spread_of_what_those_below_it_give_out(tmp_path: Path) -> None:
    found = reader(2, tmp_path)
    given = found.layers["net.l0"].forward(np.array(noise(found, "net").rows)).y
    np.testing.assert_allclose(expected(found, "net.l1"), [given.mean(axis=0), given.std(axis=0)])
    np.testing.assert_array_equal(expected(found, "net"), [np.zeros(2), np.ones(2)])
