"""The tasks: their targets follow from their rules, what is held out is never trained on, and a network fits each."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple

import numpy as np
import pytest

from explorer.engine import bptt
from explorer.engine.errors import BadExploration, BadSequence, BadTargets
from explorer.engine.gradient.losses import find_loss
from explorer.engine.learning.train import evaluate
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Recipe, Sequence, Text, replace
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import feed
from explorer.workspace.learning.training import learnt_by
from explorer.workspace.tasks import TASKS, Dataset, advised, dataset, taught
from explorer.workspace.tasks.adding import draw_sums
from explorer.workspace.tasks.ball import DIRECTIONS, direction, draw_balls
from explorer.workspace.tasks.order import CLASSES, SYMBOLS, draw_order
from explorer.workspace.tasks.recall import draw_recalls
from explorer.workspace.tasks.sine import draw_sines

LABELLED = "".join(f"{label}\ta {label} line number {i}\n" for i in range(6) for label in ("warm", "cold"))
ROWS = tuple((float(i % 7), float(np.sin(i))) for i in range(60))
SHIPPED = [Task(kind=name) for name, kind in TASKS.items() if not kind.owned]
OWN = [
    Task(kind="classify", text=LABELLED),
    Task(kind="series", rows=ROWS, columns=("day", "wave"), target="wave"),
    Task(kind="series", rows=ROWS, columns=("day", "wave"), target="day"),
    Task(kind="next_word", text="One two three. " * 12),
    Task(kind="next_character", text="One two three. " * 30),
    Task(kind="sentiment2", text=LABELLED.replace("warm", "positive").replace("cold", "negative"), at="mean"),
]
ALL = SHIPPED + OWN


def name_of(task: Task) -> str:
    return f"{task.kind}{'-own' * bool(task.text or task.rows)}-{task.target or task.at}"


def network_is_a_perceptron(learnt: Dataset) -> bool:
    return learnt.source.loss == "perceptron"


def answered(learnt: Dataset, sequence: Sequence, **aim: float) -> np.ndarray:
    return learnt.targets(sequence, feed(sequence), Aim(**aim) if aim else learnt.aim)


@pytest.mark.parametrize("task", ALL, ids=name_of)
class TestEvery:
    def test_inputs_are_what_the_window_feeds(self, task: Task):
        learnt = dataset(task)
        assert feed(learnt.shown).columns == learnt.inputs

    def test_a_batch_fits_the_network_that_is_taught_it(self, task: Task):
        exploration = taught(Exploration(), task)
        learnt = learnt_by(exploration)
        network = build(exploration.recipe, len(learnt.inputs))
        batch = learnt.source.batch(network, 4, 0, 0)
        assert 1 <= batch.size <= 4
        # Of a large dictionary the symbols themselves are given.
        assert batch.x.shape[2:] == (() if batch.x.dtype.kind == "i" else (len(learnt.inputs),))
        assert len(network.c) == len(learnt.classes)
        assert network.readout == find_loss(learnt.source.loss).readout

    def test_the_shown_example_has_targets_that_a_gradient_can_be_taken_of(self, task: Task):
        learnt = dataset(task)
        exploration = taught(Exploration(), task)
        fed = feed(exploration.sequence)
        targets = learnt.targets(exploration.sequence, fed, exploration.aim)
        trace = build(exploration.recipe, fed.x.shape[1]).forward(fed.x)
        # An output that is right already costs a perceptron nothing.
        assert bptt(trace, targets, learnt.source.loss, learnt.source.at).loss > 0 or network_is_a_perceptron(learnt)

    def test_the_same_task_gives_the_same_dataset_and_the_same_numbers(self, task: Task):
        assert dataset(task) is dataset(replace(task))
        dataset.cache_clear()
        exploration = taught(Exploration(), task)
        network = build(exploration.recipe, len(dataset(task).inputs))
        first = astuple(evaluate(network, learnt_by(exploration).held_out))
        dataset.cache_clear()
        np.testing.assert_equal(astuple(evaluate(network, learnt_by(exploration).held_out)), first)

    def test_seen_and_held_out_are_judged_alike(self, task: Task):
        learnt = dataset(task)
        assert {(one.loss, one.at) for one in (learnt.seen, learnt.held_out, learnt.source)} == {
            (learnt.source.loss, learnt.source.at)
        }
        assert len(learnt.seen) > 0
        assert len(learnt.held_out) > 0

    def test_what_is_advised_is_taught_and_can_be_built(self, task: Task):
        exploration = advised(Exploration(), task)
        assert exploration.task == task
        assert exploration.recipe.hidden == TASKS[task.kind].recipe["hidden"]
        assert len(build(exploration.recipe, len(dataset(task).inputs)).c) == len(dataset(task).classes)

    def test_a_sequence_with_other_inputs_is_refused(self, task: Task):
        other = (
            Text(text="quite another text") if isinstance(dataset(task).shown, Numbers) else Numbers(rows=((1.0,) * 9,))
        )
        with pytest.raises(BadTargets, match="none of the task"):
            answered(dataset(task), other)


@pytest.mark.parametrize("kind", TASKS)
def test_every_kind_is_named_and_explained_in_both_languages(kind: str):
    for said in (TASKS[kind].titles, TASKS[kind].explanation):
        assert set(said) == {"en", "zh_CN"}
        assert all(said.values())


@pytest.mark.parametrize("kind", ["next_word", "sentiment3", "sentiment2", "labels"])
def test_no_held_out_sentence_is_trained_on_and_its_words_are_known(kind: str):
    learnt = dataset(Task(kind=kind))
    trained = {x.tobytes() for x in learnt.source.inputs}
    assert not trained & {x.tobytes() for x in learnt.held_out.inputs}
    unknown = sum(x[:, learnt.inputs.index(words.UNKNOWN)].sum() for x in learnt.held_out.inputs)
    assert unknown < 0.01 * sum(len(x) for x in learnt.held_out.inputs)
    assert len(learnt.held_out) >= 0.19 * (len(learnt.source) + len(learnt.held_out))


@pytest.mark.parametrize("kind", ["next_word", "sentiment3", "sentiment2", "labels"])
def test_seen_examples_are_trained_on(kind: str):
    learnt = dataset(Task(kind=kind))
    assert {x.tobytes() for x in learnt.seen.inputs} <= {x.tobytes() for x in learnt.source.inputs}


@pytest.mark.parametrize("kind", ["sentiment3", "sentiment2"])
def test_classes_of_reviews_are_equally_many_held_out_too(kind: str):
    learnt = dataset(Task(kind=kind))
    for part in (learnt.source, learnt.held_out):
        assert len(set(Counter(part.targets).values())) == 1


class TestNextSymbol:
    def test_target_is_the_next_symbol_and_nothing_at_the_end(self):
        learnt = dataset(Task(kind="next_word"))
        targets = answered(learnt, learnt.shown)
        fed = feed(learnt.shown)
        assert [learnt.classes[i] for i in targets[:-1]] == list(fed.labels[1:])
        assert targets[-1] == -1

    def test_nothing_is_to_be_said_between_two_sentences(self):
        learnt = dataset(Task(kind="next_word"))
        two = replace(learnt.shown, text="the dog sleeps. the dogs sleep.")
        ends = [i for i, label in enumerate(feed(two).labels) if label == words.SENTENCE_END]
        assert len(ends) == 2
        assert np.flatnonzero(answered(learnt, two) == -1).tolist() == ends

    def test_examples_are_sentences_with_markers(self):
        learnt = dataset(Task(kind="next_word"))
        for x, targets in zip(learnt.source.inputs, learnt.source.targets, strict=True):
            assert learnt.inputs[x[0].argmax()] == words.SENTENCE_START
            assert learnt.classes[targets[-1]] == words.SENTENCE_END
            assert x[1:].argmax(axis=1).tolist() == targets[:-1].tolist()

    def test_character_windows_run_on_where_their_targets_say(self):
        learnt = dataset(Task(kind="next_character"))
        x, targets = learnt.source.inputs[0], learnt.source.targets[0]
        assert x.shape[0] == 40
        assert x[1:].argmax(axis=1).tolist() == targets[:-1].tolist()


class TestSentiment:
    def test_class_is_the_one_aimed_at(self):
        learnt = dataset(Task(kind="sentiment3"))
        assert [int(answered(learnt, learnt.shown, target=c)) for c in (1, 2, 3)] == [0, 1, 2]
        with pytest.raises(BadTargets, match="classes 1 to 3"):
            answered(learnt, learnt.shown, target=4)

    def test_two_classes_are_one_probability(self):
        learnt = dataset(Task(kind="sentiment2"))
        assert learnt.source.loss == "binary_cross_entropy"
        assert learnt.classes == ("positive",)
        assert answered(learnt, learnt.shown, target=0.0) == 0.0
        with pytest.raises(BadTargets, match="0 to 1"):
            answered(learnt, learnt.shown, target=2.0)

    def test_loss_is_taken_at_the_last_state_or_on_the_mean(self):
        places = [dataset(Task(kind="sentiment3", at=at)).source.at for at in ("", "last", "mean")]
        assert places == ["last", "last", "mean"]


class TestLabels:
    def test_a_known_sentence_is_labelled_by_heart_and_ambiguous_words_by_their_place(self):
        learnt = dataset(Task(kind="labels"))
        by_word: dict[str, set[int]] = {}
        for x, tags in zip(learnt.source.inputs, learnt.source.targets, strict=True):
            for i, tag in zip(x.argmax(axis=1), tags, strict=True):
                by_word.setdefault(learnt.inputs[i], set()).add(tag)
        assert {word for word, tags in by_word.items() if len(tags) > 1} >= {"that", "light", "watch", "walk", "cooks"}
        assert (answered(learnt, learnt.shown) >= 0).all()

    def test_of_another_sentence_only_unambiguous_words_are_labelled(self):
        learnt = dataset(Task(kind="labels"))
        targets = answered(learnt, replace(learnt.shown, text="walk the dog"))
        assert [learnt.classes[i] if i >= 0 else None for i in targets] == [None, "determiner", "noun"]
        with pytest.raises(BadTargets, match="part of speech"):
            answered(learnt, replace(learnt.shown, text="walk"))


class TestGenerated:
    def test_temporal_order_is_that_of_A_and_B_at_their_places(self):
        for steps in (10, 23, 100):
            x, classes = draw_order(np.random.default_rng(0), 300, steps)
            assert sorted(set(classes)) == [0, 1, 2, 3]
            for one, c in zip(x, classes, strict=True):
                labels = [SYMBOLS[i] for i in one.argmax(axis=1)]
                first, second = (t for t, label in enumerate(labels) if label in "AB")
                assert labels[first] + labels[second] == CLASSES[c]
                assert steps // 10 <= first < 2 * steps // 10
                assert 4 * steps // 10 <= second < 5 * steps // 10

    def test_temporal_order_of_a_typed_text_is_read_off(self):
        learnt = dataset(Task(kind="temporal_order"))
        assert answered(learnt, replace(learnt.shown, text="ccBddAee")) == CLASSES.index("BA")
        with pytest.raises(BadTargets, match="exactly two"):
            answered(learnt, replace(learnt.shown, text="ccBddAeeA"))

    def test_target_of_adding_is_half_the_marked_sum(self):
        x, targets = draw_sums(np.random.default_rng(0), 200, 30)
        for one, target in zip(x, targets, strict=True):
            marked = np.flatnonzero(one[:, 1])
            assert len(marked) == 2
            assert marked[0] < 3 <= marked[1] < 15
            assert target == pytest.approx(one[marked, 0].sum() / 2, rel=1e-15)

    def test_adding_of_typed_numbers_is_worked_out(self):
        learnt = dataset(Task(kind="adding"))
        typed = Numbers(rows=((0.5, 1.0), (0.9, 0.0), (0.25, 1.0)))
        assert answered(learnt, typed).tolist() == [0.375]
        with pytest.raises(BadTargets, match="exactly two"):
            answered(learnt, Numbers(rows=((0.5, 1.0), (0.9, 0.0))))

    def test_recall_asks_for_the_first_symbol_after_the_lag(self):
        x, classes = draw_recalls(np.random.default_rng(0), 100, 7)
        assert {one.argmax(axis=1)[0] for one in x} == {0, 1, 2, 3}
        assert [one.argmax(axis=1)[0] for one in x] == classes
        assert {len(one) for one in x} == {8}
        learnt = dataset(Task(kind="recall", lag=1))
        assert len(feed(learnt.shown).x) == 2
        assert answered(learnt, replace(learnt.shown, text="C···?")) == 2
        with pytest.raises(BadTargets, match="nothing to recall"):
            answered(learnt, replace(learnt.shown, text="···?"))

    def test_direction_of_the_ball_is_seen_in_its_last_positions(self):
        assert [direction(np.array([np.cos(a), np.sin(a)])) for a in np.arange(8) * np.pi / 4] == list(range(8))
        paths, directions = draw_balls(np.random.default_rng(0), 500)
        assert set(directions) == set(range(len(DIRECTIONS)))
        assert max(np.abs(path).max() for path in paths) < 1.1
        seen = [direction(path[-1] - path[-3]) for path in paths]
        assert np.mean(np.equal(seen, directions)) > 0.99

    def test_a_ball_at_rest_has_no_direction(self):
        learnt = dataset(Task(kind="ball"))
        with pytest.raises(BadTargets, match="not moved"):
            answered(learnt, Numbers(rows=((0.5, 0.5),) * 3))

    def test_sine_is_asked_for_its_next_value(self):
        x, targets = draw_sines(np.random.default_rng(0), 5)
        np.testing.assert_array_equal(x[0][1:], targets[0][:-1])
        learnt = dataset(Task(kind="sine"))
        typed = answered(learnt, Numbers(rows=((1.0,), (2.0,), (3.0,))))
        np.testing.assert_array_equal(typed, [[2.0], [3.0], [np.nan]])
        with pytest.raises(BadTargets, match="one step"):
            answered(learnt, Numbers(rows=((1.0,),)))

    @pytest.mark.parametrize("kind", ["temporal_order", "adding", "recall"])
    @pytest.mark.parametrize("lag", [10, 200])
    def test_lag_is_adjustable(self, kind: str, lag: int):
        assert abs(len(feed(dataset(Task(kind=kind, lag=lag)).shown).x) - lag) <= 1

    @pytest.mark.parametrize("kind", ["temporal_order", "adding"])
    def test_too_short_a_lag_is_refused(self, kind: str):
        with pytest.raises(BadSequence, match="at least 10"):
            dataset(Task(kind=kind, lag=9))


class TestTaught:
    def test_networks_keep_what_is_theirs_and_lose_what_was_of_other_inputs(self):
        edits = (Edit("U", 0, 0, 1.0), Edit("W", 0, 1, 2.0), Edit("V", 0, 0, 3.0))
        recipe = Recipe(cell="gru", hidden=7, gain=0.5, seed=9, edits=edits)
        exploration = taught(Exploration(networks=(recipe, Recipe(cell="lstm"))), Task(kind="sentiment2"))
        first, second = exploration.networks
        assert (first.cell, first.hidden, first.gain, first.seed) == ("gru", 7, 0.5, 9)
        assert first.edits == edits[1:2]
        assert [(one.outputs, one.readout) for one in (first, second)] == [(1, "sigmoid")] * 2

    @pytest.mark.parametrize("truncated", [{"window": 4}, {"chunk": 4}])
    def test_truncation_stays_with_a_task_and_is_left_behind_with_it(self, truncated: dict[str, int]):
        free = Exploration().with_settings(rate=0.5, **truncated)
        untruncated = free.with_settings(window=0, chunk=0).settings
        first = taught(free, Task(kind="recall", lag=10))
        assert first.settings == untruncated
        chosen = first.with_settings(**truncated)
        assert taught(chosen, Task(kind="recall", lag=30)).settings == chosen.settings
        assert taught(chosen, Task(kind="sentiment3")).settings == untruncated

    def test_it_looks_at_the_last_step_and_an_early_one(self):
        exploration = taught(Exploration(), Task(kind="recall", lag=30))
        assert (exploration.selection.t, exploration.selection.k) == (31, 1)

    def test_a_kind_that_there_is_not_is_refused(self):
        with pytest.raises(BadExploration, match="no task “juggling”"):
            dataset(Task(kind="juggling"))

    def test_a_place_that_there_is_not_is_refused(self):
        with pytest.raises(BadExploration, match="place of the loss"):
            Task(kind="sentiment3", at="first")
