"""Word vectors of word2vec, GloVe and fastText: what is read, what is refused, and what a network makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadExploration, BadFile, BadSequence
from explorer.paths import resources
from explorer.workspace.disk.files import load, save
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.differences import names
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal, Text, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.feed.word_vectors import read_vectors, vocabulary_of, with_vectors
from explorer.workspace.learning.training import learnt_by, training
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.tasks import advised, taught

WORDS = ("the", "dog", "barks", "<unk>")
ROWS = {"the": [0.5, -1.0, 2e-3], "dog": [1.5, 0.25, -3.0], "cat": [9.0, 9.0, 9.0]}
GLOVE = b"".join(f"{word} {' '.join(map(str, row))}\n".encode() for word, row in ROWS.items())
FED = Exploration(networks=(Recipe(hidden=4),), sequence=Text(text="the dog barks"))


@pytest.fixture
def file(tmp_path: Path):
    def written(data: bytes, name: str = "own.txt") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return written


def binary(end: bytes) -> bytes:
    rows = (word.encode() + b" " + np.array(row, dtype="<f4").tobytes() + end for word, row in ROWS.items())
    return b"3 3\n" + b"".join(rows)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (GLOVE, "glove.txt"),
        # word2vec says first how many, and ends each line in a space; fastText's file is called otherwise.
        (b"3 3\n" + GLOVE.replace(b"\n", b" \n"), "w2v.vec"),
        (GLOVE.replace(b"\n", b"\r\n"), "windows.txt"),
        # A word may hold spaces, or a no-break space, which is none; a number may be a word.
        (b". . . 1 2 3\n\xc2\xa0 1 2 3\n7 1 2 3\nnan 1 2 3\n" + GLOVE, "glove.840B.txt"),
        (b"The 7 7 7\n" + GLOVE, "capitals.txt"),
        (binary(b"\n"), "word2vec.bin"),
        (binary(b""), "google.bin"),
    ],
)
def test_the_rows_of_the_vocabulary_are_those_of_the_file(file, data: bytes, name: str) -> None:
    found = read_vectors(file(data, name), WORDS)
    assert (found.file, found.found, found.missing, found.width) == (name, ("the", "dog"), 2, 3)
    table = found.over(np.ones((4, 3)))
    rows = np.array([ROWS["the"], ROWS["dog"]])
    np.testing.assert_allclose(table[:2], rows, rtol=1e-7 if name.endswith("bin") else 0)
    np.testing.assert_allclose(table[2:], rows.std(), rtol=1e-7)


def test_a_word_in_other_capitals_serves_where_there_is_none_as_it_is_written(file) -> None:
    assert read_vectors(file(b"Dog 1\nTHE 2\nThe 3\n"), WORDS).over(np.zeros((4, 1)))[:2].tolist() == [[2.0], [1.0]]


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (GLOVE + b"barks 1 2\n", "a.txt", "Line 4 of “a.txt” has 2 numbers behind its word, where 3 are expected"),
        (GLOVE + b"barks 1 2 3 4\n", "a.txt", "Line 4 of “a.txt” has 4 numbers behind its word, where 3"),
        (b"2 4\n" + GLOVE, "a.txt", "Line 2 of “a.txt” has 3 numbers behind its word, where 4"),
        (GLOVE + b"barks 1 two 3\n", "a.txt", "Line 4 of “a.txt”: “two” is no number"),
        (GLOVE + b"barks 1 nan 3\n", "a.txt", "The vector of “barks” in “a.txt” is not finite"),
        (GLOVE + b"dog 1 2 3\n", "a.txt", "has “dog” twice, in the lines 2 and 4"),
        (b"9 3\n" + GLOVE, "a.txt", "begins by saying that it has 9 words, and has 3"),
        (binary(b"")[:-5], "a.bin", "begins by saying that it has 3 words, and has 2"),
        # gensim writes such a file, and can't read it either.
        (binary(b"").replace(b"dog ", b"hot dog "), "a.bin", "in the place of word 3 of “a.bin” is none"),
        (b"cat 1 2 3\n", "a.txt", "None of the 4 words of the vocabulary is among the 1 of “a.txt”"),
        (b"", "a.txt", "None of the 4 words"),
        (b"alone\n", "a.txt", "Line 1 of “a.txt” has 0 numbers behind its word"),
        (b"x" * 200_000, "a.txt", "Line 1 of “a.txt” is no word with its numbers: it is too long"),
        (GLOVE, "a.bin", "does not begin with how many words it has"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_line(file, data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        read_vectors(file(data, name), WORDS)


def test_a_network_begins_with_them_whatever_is_typed_then_and_after_it_was_saved(file, tmp_path: Path) -> None:
    told = with_vectors(FED, read_vectors(file(GLOVE), vocabulary_of(FED)))
    assert feed(told.sequence).columns == WORDS
    for words in ("the dog barks", "dog dog the cat"):
        typed = replace(told, sequence=replace(told.sequence, text=words))
        E = analyse(typed).run.network.parameters["E"]
        np.testing.assert_array_equal(E[:2], [ROWS["the"], ROWS["dog"]])
    save(tmp_path / "own.gflow", told)
    assert load(tmp_path / "own.gflow") == told


def test_they_stay_as_they_are_where_they_are_fixed_and_move_where_they_are_not(file) -> None:
    one = advised(Exploration(), Task(kind="people"))
    vectors = read_vectors(file(b"teddy 1 2\nrose 0.5 0\nbears -1 1\n"), vocabulary_of(one))
    for trained in (True, False):
        told = with_vectors(one, vectors).with_recipe(embedding_trained=trained)
        before = build(told.recipe, len(vectors.words)).parameters["E"]
        *_, last = training(told, updates=2)
        moved = last.now.weights["E"] != before
        assert moved.any() == trained


def test_another_vocabulary_keeps_the_words_that_both_have_or_is_told_of(file) -> None:
    one = with_vectors(
        advised(Exploration(), Task(kind="people")), read_vectors(file(b"today 1 2\nrose 3 4\n"), ("today", "rose"))
    )
    with pytest.raises(BadExploration, match="taken for another vocabulary"):
        learnt_by(one)
    again = taught(one, Task(kind="people"))
    assert again.recipe.vectors is not None
    assert again.recipe.vectors.found == ("rose", "today")
    assert taught(one, Task(kind="reversal")).recipe.vectors is None


def test_the_preset_begins_with_the_vectors_of_the_file_that_ships_with_it() -> None:
    # Where the small world was changed: python -m benchmarks.make_word_vectors
    one = preset("task-word-vectors").exploration
    assert one.recipe.vectors == read_vectors(resources() / "tasks" / "world.vec", vocabulary_of(one))


def test_only_words_have_vectors_and_a_size_that_is_typed_draws_new_ones(file) -> None:
    with pytest.raises(BadSequence, match="feed the network a text"):
        vocabulary_of(replace(FED, sequence=Signal()))
    told = with_vectors(FED, read_vectors(file(GLOVE), vocabulary_of(FED)))
    assert told.with_recipe(embedding=5).recipe.vectors is None


def test_networks_that_differ_in_what_they_are_given_are_called_by_it(file) -> None:
    told = with_vectors(FED, read_vectors(file(GLOVE), vocabulary_of(FED))).recipe
    called = [
        told,
        replace(told, embedding_trained=False),
        replace(told, vectors=None),
        replace(told, vectors=None, embedding=0),
    ]
    assert list(map(str, names(called, lambda _: "RNN"))) == [
        "vectors of “own.txt”", "fixed vectors of “own.txt”", "learnt vectors of 3", "one-hot words",
    ]  # fmt: skip
    pair = [replace(FED.recipe, features=(1.0, -0.5)), FED.recipe]
    assert list(map(str, names(pair, lambda _: "RNN"))) == ["features 1 −0.5", "no features"]
