"""What a vocabulary does not know is nothing that could be said: no target, and never right."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.errors import BadExploration, BadSequence, BadTargets
from explorer.engine.gradient.losses import NO_CLASS
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.train import evaluate
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import MOST_WEIGHTS, Exploration, Recipe, Signal, Text
from explorer.workspace.exploration.task import USUAL_SYMBOLS, Aim, Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.learning.training import at_step, is_same_training, recorded, training
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.tryout import tried
from explorer.workspace.tasks import advised, dataset, taught

RNG = np.random.default_rng(7)
HAN = [chr(0x4E00 + i) for i in range(2500)]
RANDOM = "".join(HAN[i] for i in RNG.integers(0, len(HAN), 6000))
CHARACTERS = Task(kind="next_character", text=RANDOM)
SENTENCES = Task(kind="next_word", text="".join(f"{RANDOM[i : i + 6]}。" for i in range(0, 6000, 6)))
REVIEWS = Task(kind="classify", text="\n".join(f"{'ab'[i % 2]}\t{RANDOM[6 * i : 6 * i + 6]}" for i in range(900)))


def saying(word: int, p: int) -> Network:
    """Return a network that always says the class ``word`` of ``p``."""
    zero = np.zeros((1, p))
    return Network.from_arrays(
        cell="rnn", activation="tanh", readout="softmax", U=zero, W=[[0.0]], b=[0.0], V=zero.T, c=np.eye(p)[word] * 9.0
    )


@pytest.mark.parametrize("task", [CHARACTERS, SENTENCES], ids=["characters", "words"])
def test_who_always_says_unk_is_never_right_and_unknown_steps_are_no_targets(task: Task):
    learnt = dataset(task)
    unknown = learnt.classes.index("<unk>")
    assert len(learnt.classes) == USUAL_SYMBOLS
    for examples in (learnt.source, learnt.held_out, learnt.seen):
        assert evaluate(saying(unknown, USUAL_SYMBOLS), examples).accuracy == 0.0
        for x, targets in zip(examples.inputs, examples.targets, strict=True):
            said = np.asarray(targets)
            assert unknown not in said
            assert (said != NO_CLASS).any()
            # What is none as a target is read as <unk> at the next step.
            np.testing.assert_array_equal(said[:-1] == NO_CLASS, x[1:].argmax(axis=1) == unknown)
    fed = feed(learnt.shown)
    targets = learnt.targets(learnt.shown, fed, Aim())
    assert "<unk>" in fed.labels
    assert unknown not in targets
    assert all(targets[t - 1] == NO_CLASS for t, label in enumerate(fed.labels) if t and label == "<unk>")


def test_what_is_not_a_target_moves_no_weight():
    learnt = dataset(CHARACTERS)
    exploration = advised(Exploration(), CHARACTERS)
    first = inspect(analyse(exploration.with_lens(quantity="W")))
    assert first.judged is not None
    judged = first.judged.full
    assert judged.c[learnt.classes.index("<unk>")] > 0  # it is only ever pushed down
    blank = np.array([[0.0] * 3] * 2)
    left = np.eye(3)[[0, 1]]
    examples = Examples([left, left], [[1, NO_CLASS], [1, 2]])
    alone = Examples([left[:1], left], [[1], [1, 2]])
    network = Network.from_arrays(
        cell="rnn",
        activation="tanh",
        readout="softmax",
        U=blank + 0.3,
        W=np.eye(2) * 0.5,
        b=[0, 0],
        V=np.ones((3, 2)),
        c=[0, 0, 0],
    )
    assert evaluate(network, examples).loss == pytest.approx(evaluate(network, alone).loss, rel=1e-12)


@pytest.mark.parametrize("task", [CHARACTERS, SENTENCES, REVIEWS], ids=["characters", "words", "labels"])
def test_it_is_counted_what_the_vocabulary_does_not_know(task: Task):
    learnt = dataset(task)
    covered, names = learnt.covered, set(learnt.inputs)
    assert covered is not None
    assert covered.is_cut
    parts = RANDOM if task is CHARACTERS else task.text.replace("a\t", "").replace("b\t", "").replace("\n", "")
    read = parts[: 900 * 6] if task is REVIEWS else parts
    assert covered.steps == len(read)
    assert covered.unknown == sum(character not in names for character in read)
    assert covered.known == len(names - {"<unk>", "<s>", "</s>"})
    assert str(covered.told()).startswith(
        f"The vocabulary has the {covered.known:,} commonest of {covered.different:,} "
    )
    assert f"{covered.unknown:,} of {covered.steps:,} steps" in str(covered.told())


def test_of_a_text_that_is_known_nothing_is_told():
    whole = dataset(Task(kind="next_character", text="the cat sat on the mat. " * 30)).covered
    assert whole is not None
    assert (whole.unknown, whole.told()) == (0, None)
    rest = dataset(Task(kind="next_word", text="The cat sat.\n" * 14 + "The dog sat.\n")).covered
    assert rest is not None
    assert "1 of 60 steps occur only in the part held out" in str(rest.told())


def test_a_part_held_out_that_shares_nothing_is_refused():
    with pytest.raises(BadSequence, match="no symbol that the rest has"):
        dataset(Task(kind="next_character", text="ab" * 200 + "xy" * 50))


def test_a_text_of_unknown_words_alone_is_refused_by_what_is_at_fault():
    learnt = dataset(Task(kind="next_character", text="the cat sat on the mat. " * 30))
    shown = Text(text="tXYZ", unit="character", vocabulary=learnt.inputs)
    with pytest.raises(BadTargets, match="The vocabulary knows nothing that follows"):
        learnt.targets(shown, feed(shown), Aim())


def test_a_network_that_could_not_be_kept_is_not_begun():
    shown = taught(Exploration(), CHARACTERS)
    with pytest.raises(
        BadExploration, match=r"256 units over a vocabulary of 1000 make .* at most 670000 .* take fewer units"
    ):
        shown.with_recipe(cell="lstm", hidden=256)
    assert shown.with_recipe(cell="rnn", hidden=256).recipe.hidden == 256
    largest = 4 * 256 * (256 + 256) + 256 * 256
    assert largest <= MOST_WEIGHTS, "what could be trained before can be"


def test_a_wide_network_is_looked_at_and_learns_nothing_that_could_not_be_kept():
    assert Exploration(sequence=Signal()).with_recipe(hidden=2048).recipe.hidden == 2048
    with pytest.raises(BadExploration, match=r"2048 units make \d+ weights; .* or a sequence without a task"):
        Exploration(task=CHARACTERS, sequence=Signal()).with_recipe(hidden=2048)


@pytest.fixture
def old(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """Return a file as version 2 wrote it after a training on a text of more than 256 characters, and its vocabulary."""
    learnt = dataset(CHARACTERS)
    kept = (*sorted(learnt.inputs[:250]), "\r", "don’t", "<unk>")
    exploration = taught(
        Exploration(networks=(Recipe(hidden=3),)), msgspec.structs.replace(CHARACTERS, vocabulary=kept)
    )
    for progress in training(exploration, updates=2):
        exploration = recorded(exploration, progress)
    path = tmp_path / "old.gflow"
    save(path, exploration)
    written = json.loads(path.read_text("utf-8"))
    written["version"] = 2
    del written["exploration"]["task"]["vocabulary"]
    path.write_text(json.dumps(written), encoding="utf-8")
    return path, kept


def test_a_file_of_an_earlier_version_keeps_the_vocabulary_that_it_has_learnt(old: tuple[Path, tuple[str, ...]]):
    path, kept = old
    exploration = load(path)
    assert exploration.task is not None
    assert dataset(exploration.task).inputs == kept
    assert tried(inspect(analyse(exploration))).names == kept
    further = [progress.now.step for progress in training(exploration, updates=1)]
    assert further[-1] == 3
    assert at_step(exploration, 0).recipe.trained is not None
    assert is_same_training(taught(Exploration(networks=(Recipe(hidden=3),)), CHARACTERS), exploration)
    save(path, exploration)
    assert load(path) == exploration


def test_a_vocabulary_that_is_none_is_refused():
    for wrong in (("a", "b"), ("a", "a", "<unk>")):
        with pytest.raises(BadSequence, match="vocabulary of the task is damaged"):
            dataset(msgspec.structs.replace(CHARACTERS, vocabulary=wrong))


def test_large_inputs_are_not_all_kept_and_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch):
    learnt = dataset(SENTENCES)
    network = saying(0, USUAL_SYMBOLS)
    kept, anew = learnt.source, dataclasses.replace(learnt.source)
    batches = [kept.batch(network, 7, 1, step) for step in (0, 3)]
    monkeypatch.setattr("explorer.engine.learning.examples.MOST_KEPT", 0)
    for one, other in zip(batches, (anew.batch(network, 7, 1, step) for step in (0, 3)), strict=True):
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.targets, other.targets)
    assert not anew._read
    score = evaluate(network, anew)
    monkeypatch.setattr("explorer.engine.learning.train.MOST_AT_ONCE", 1)
    assert evaluate(network, anew).loss == pytest.approx(score.loss, rel=1e-12)
