"""What is held out of a person's data is nowhere in what is learnt from, and how much that is is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.learning.examples import Examples
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import Dataset, dataset, taught

SENTENCES = [
    f"The {noun} of {name} {verb}." for noun in ("dog", "cat") for name in "abcdef" for verb in ("eats", "sits")
]
LABELLED = [f"{'warm' if i % 2 else 'cold'}\tit is number {i}" for i in range(24)]
RNG = np.random.default_rng(4)
WALK = tuple((float(x), float(y)) for x, y in RNG.normal(size=(400, 2)).cumsum(axis=0))
LETTERS = "".join(RNG.choice(list("abcd "), 700))


def rows_of(examples: object) -> set[bytes]:
    assert isinstance(examples, Examples)
    return {
        np.concatenate((np.ravel(x), np.ravel(y))).round(6).tobytes()
        for x, y in zip(examples.inputs, examples.targets, strict=True)
    }


def overlap(learnt: Dataset) -> int:
    return len(rows_of(learnt.source) & rows_of(learnt.held_out))


@pytest.mark.parametrize("times", [1, 6])
@pytest.mark.parametrize(
    ("kind", "lines"),
    [("next_word", SENTENCES), ("classify", LABELLED)],
)
def test_no_example_that_is_held_out_is_learnt_from_however_often_it_stands_in_the_file(kind: str, lines, times: int):
    learnt = dataset(Task(kind=kind, text="\n".join(lines * times)))
    assert overlap(learnt) == 0
    assert len(learnt.source) + len(learnt.held_out) == 24 * times
    told = "4 of 24 examples" if times == 1 else "4 of the 24 different examples among 144"
    assert told in str(learnt.apart)


def test_a_sentence_with_two_labels_is_not_held_out_under_one_and_learnt_under_the_other():
    contrary = [f"{'cold' if line.startswith('warm') else 'warm'}\t{line.partition(chr(9))[2]}" for line in LABELLED]
    learnt = dataset(Task(kind="classify", text="\n".join([*LABELLED, *contrary])))
    inputs = [{x.tobytes() for x in part.inputs} for part in (learnt.source, learnt.held_out)]
    assert inputs[0].isdisjoint(inputs[1])


def test_every_label_with_two_different_sentences_has_one_held_out():
    few = [f"{label}\t{label} {i % 2}" for i in range(6) for label in ("warm", "cold")]
    learnt = dataset(Task(kind="classify", text="\n".join(few)))
    assert set(learnt.source.targets) == set(learnt.held_out.targets) == {0, 1}
    assert overlap(learnt) == 0
    assert "2 of the 4 different examples among 12" in str(learnt.apart)


def test_windows_that_stand_in_what_is_learnt_from_are_not_held_out():
    text = LETTERS + LETTERS[:120] + "".join(RNG.choice(list("abcd "), 60))
    learnt = dataset(Task(kind="next_character", text=text))
    assert "(2 of 4)" in str(learnt.apart)
    assert len(learnt.held_out) == 2
    rows = WALK[:320] + WALK[10:51] + WALK[361:]
    series = dataset(Task(kind="series", rows=rows, columns=("a", "b"), target="b"))
    assert "(1 of 2)" in str(series.apart)
    assert len(series.held_out) == 1


@pytest.mark.parametrize(
    "task",
    [
        Task(kind="next_word", text="The dog eats.\n" * 20),
        Task(kind="next_character", text="ab " * 200),
        Task(kind="classify", text="warm\tthe sun\ncold\tthe snow\n" * 5),
        Task(
            kind="series",
            rows=tuple((float(np.sin(2 * np.pi * t / 20)),) for t in range(200)),
            columns=("a",),
            target="a",
        ),
    ],
    ids=lambda task: task.kind,
)
def test_where_all_that_is_held_out_is_a_copy_it_is_said(task: Task):
    learnt = dataset(task)
    assert len(learnt.held_out) > 0
    assert "the held-out scores say nothing about what is new" in str(learnt.apart)


@pytest.mark.parametrize("kind", ["next_word", "next_character", "sentiment3", "sentiment2", "labels"])
def test_of_the_shipped_texts_nothing_that_is_held_out_is_learnt_from(kind: str):
    learnt = dataset(Task(kind=kind))
    assert overlap(learnt) == 0
    assert str(learnt.apart).startswith("Held out: ")


def test_a_file_of_version_3_keeps_the_vocabulary_that_its_network_has_learnt(tmp_path: Path):
    text = "\n".join(SENTENCES * 5)
    old = (*dataset(Task(kind="next_word", text=text)).inputs[:-1], "zebra", "<unk>")
    task = Task(kind="next_word", text=text)
    there = taught(Exploration(networks=(Recipe(hidden=2),)), task)
    there = replace(there.with_recipe(outputs=len(old)), sequence=replace(there.sequence, vocabulary=old))
    save(tmp_path / "old.gflow", there)
    content = json.loads((tmp_path / "old.gflow").read_text("utf-8")) | {"version": 3}
    (tmp_path / "old.gflow").write_text(json.dumps(content), "utf-8")
    opened = load(tmp_path / "old.gflow")
    assert opened.task is not None
    assert dataset(opened.task).inputs == old
