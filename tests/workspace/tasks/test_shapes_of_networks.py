"""Tasks that ask for a shape of network: both ways, one to many, encoder and decoder, one step."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine.errors import BadExploration, BadTargets
from explorer.engine.gradient.losses import NO_CLASS
from explorer.engine.learning.train import Moment, evaluate, train
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import Exploration, Numbers, Text, replace
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.learning.training import learnt_by
from explorer.workspace.tasks import advised, dataset
from explorer.workspace.tasks.dictionary import draw_sentences, words_and_groups
from explorer.workspace.tasks.intents import draw_intents
from explorer.workspace.tasks.logic import ROWS
from explorer.workspace.tasks.people import CLASSES, draw_people
from explorer.workspace.tasks.reversal import LENGTH, LETTERS, SYMBOLS, draw_reversals
from explorer.workspace.tasks.shapes import STEPS, draw_shapes, points

AIM = Aim()


def targets_of(kind: str, sequence: Text | Numbers) -> np.ndarray:
    learnt = dataset(Task(kind=kind))
    return learnt.targets(sequence, feed(sequence), AIM)


def people(text: str) -> list[str]:
    found = targets_of("people", Text(text=text, vocabulary=dataset(Task(kind="people")).inputs[:-1]))
    return ["" if i == NO_CLASS else CLASSES[i] for i in found]


def test_the_same_word_is_a_name_or_not_by_the_word_after_it() -> None:
    assert people("teddy roosevelt liked teddy bears") == ["name", "name", "other", "other", "other"]


def test_what_nothing_tells_is_not_asked() -> None:
    assert people("today teddy liked ruby") == ["other", "", "other", ""]
    with pytest.raises(BadTargets, match="Of no word"):
        people("teddy")


def test_every_word_that_may_be_a_name_is_one_in_half_of_the_sentences_that_are_drawn() -> None:
    x, classes = draw_people(np.random.default_rng(0), 1000)
    first = [x.rows[i] < 10 for i in range(len(x))]
    named = np.concatenate([np.asarray(some)[at] == 0 for some, at in zip(classes, first, strict=True)])
    assert len(named) == 2000
    assert named.mean() == pytest.approx(0.5, abs=0.04)


def test_a_dictionary_asks_at_each_word_for_the_group_of_the_word_before() -> None:
    words, groups = words_and_groups()
    assert (len(words), len(set(words)), groups[-1]) == (10_000, 10_000, NO_CLASS)
    text = f"{words[0]} {words[9000]} unknown {words[1]}"
    found = targets_of("dictionary", Text(text=text, vocabulary=words))
    assert found.tolist() == [NO_CLASS, groups[0], groups[9000], NO_CLASS]
    rows, wanted = draw_sentences(np.random.default_rng(0), 200)
    common = np.concatenate(rows.rows) < 100
    # Zipf: a hundred of ten thousand words make half of a text.
    assert common.mean() == pytest.approx(0.43, abs=0.05)
    assert all((targets[1:] >= 0).all() for targets in wanted)


def intents(text: str, features: tuple[float, ...]) -> list[str]:
    learnt = dataset(Task(kind="intents"))
    told = advised(Exploration(), learnt.task).with_recipe(features=features)
    sequence = Text(text=text, vocabulary=learnt.inputs[:-1])
    return [learnt.classes[i] for i in learnt.targets(sequence, feed(sequence), learnt.aimed(told))]


def test_the_same_answer_means_another_thing_after_another_intent() -> None:
    assert intents("tokyo on friday", (1.0, 0.0)) == ["from", "other", "departs"]
    assert intents("tokyo on friday", (0.0, 1.0)) == ["to", "other", "arrives"]


def test_of_two_networks_the_one_that_reads_no_features_is_judged_by_those_of_the_other() -> None:
    one = advised(Exploration(), Task(kind="intents"))
    bare = replace(one.recipe, features=())
    pair = replace(one, networks=(bare, replace(one.recipe, features=(0.0, 1.0))))
    assert dataset(Task(kind="intents")).aimed(pair) == Aim(target=2.0)


def test_an_example_s_own_features_are_given_to_a_network_that_reads_some_and_to_no_other() -> None:
    one = advised(Exploration(), Task(kind="intents"))
    rng = np.random.default_rng(0)
    given, _ = draw_intents(rng, 20)
    read = learnt_by(one).held_out
    assert {tuple(np.asarray(x.features)) for x in read.inputs} == {(1.0, 0.0), (0.0, 1.0)}
    assert {tuple(np.asarray(x.features)) for x in given} == {(1.0, 0.0), (0.0, 1.0)}
    assert all(x.features is None for x in learnt_by(one.with_recipe(features=())).held_out.inputs)
    with pytest.raises(BadExploration, match=r"reads 3 features, .* has 2: leave, arrive"):
        learnt_by(one.with_recipe(features=(1.0, 0.0, 0.0)))


def test_shapes_are_closed_outlines_as_large_as_the_vector_says() -> None:
    x, wanted = draw_shapes(np.random.default_rng(0), 50)
    for one, outline in zip(x, wanted, strict=True):
        assert not one[1:].any()
        size = one[0].max()
        assert np.abs(outline).max() == pytest.approx(size, rel=0.01)
        np.testing.assert_allclose(points(one[0], STEPS + 1)[-1], outline[0], atol=1e-12)


def test_points_of_the_circle_are_all_as_far_from_its_middle_and_of_the_square_on_its_sides() -> None:
    np.testing.assert_allclose(np.hypot(*points(np.array([0.7, 0, 0]), STEPS).T), 0.7)
    np.testing.assert_allclose(np.abs(points(np.array([0, 0.7, 0]), STEPS)).max(axis=1), 0.7)


def test_decoder_is_asked_for_the_letters_from_the_last_to_the_first_and_fed_the_right_ones() -> None:
    x, wanted = draw_reversals(np.random.default_rng(0), 20)
    for i, targets in enumerate(wanted):
        letters = x.rows[i][:LENGTH]
        assert (targets[:LENGTH] == NO_CLASS).all()
        assert (targets[LENGTH:] == letters[::-1]).all()
        assert (x.rows[i][LENGTH + 1 :] == targets[LENGTH:-1]).all()


def test_what_is_typed_into_the_decoder_changes_nothing_of_what_is_wanted() -> None:
    typed = [Text(text=text, unit="character", vocabulary=SYMBOLS) for text in ("abcdef·fedcb", "abcdef·aaaaa")]
    for text in typed:
        assert [LETTERS[i] for i in targets_of("reversal", text)[LENGTH:]] == list("fedcba")
    with pytest.raises(BadTargets, match="6 letters from a to h"):
        targets_of("reversal", Text(text="abc·cba", unit="character", vocabulary=SYMBOLS))


@pytest.mark.parametrize(("kind", "wanted"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])])
def test_gates_are_those_of_logic(kind: str, wanted: list[int]) -> None:
    found = [targets_of(kind, Numbers(rows=(row,), columns=("a", "b"))) for row in ROWS]
    assert np.concatenate(found).tolist() == wanted
    with pytest.raises(BadTargets, match="must be 0 or 1"):
        targets_of(kind, Numbers(rows=((0.5, 1.0),), columns=("a", "b")))


@pytest.mark.parametrize("kind", ["and", "or", "xor"])
def test_training_of_a_perceptron_is_its_own_rule_row_by_row(kind: str) -> None:
    exploration = advised(Exploration(), Task(kind=kind))
    learnt, settings = dataset(Task(kind=kind)), exploration.settings
    network = build(exploration.recipe, 2)
    w, c = network.V[0].copy(), float(network.c[0])
    moments = train(Moment.first(network), learnt.source, settings)
    for step in range(24):
        batch = learnt.source.batch(network, 1, settings.seed, step)
        x, a = batch.x[0, 0], float(np.ravel(batch.targets)[0])
        wrong = a - float(w @ x + c > 0)
        w, c = w + wrong * x, c + wrong
        moment = next(moments)
        np.testing.assert_allclose(moment.network.V[0], w, atol=1e-12)
        assert moment.network.c[0] == pytest.approx(c, abs=1e-12)
    assert (evaluate(moment.network, learnt.held_out).accuracy == 1.0) == (kind != "xor")
