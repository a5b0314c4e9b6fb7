"""Candidate sentences beside a bigram and a trigram: probabilities that add up, and what a network is asked."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from explorer.engine import bptt
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import replace
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.candidates import candidates_of, is_language_model, weighed
from explorer.workspace.tasks import dataset
from explorer.workspace.tasks.ngrams import Ngrams

NAMES = ("<s>", "a", "b", "c", "<unk>")
ROWS = [np.array(row) for row in ([0, 1, 2, 1, 2], [0, 1, 3], [0, 2, 4, 1])]


def test_witten_and_bell_s_interpolation_by_hand() -> None:
    model = Ngrams.of(ROWS, NAMES, 3)
    # What was said: a, b, a, b; a, c; b, a, the <unk> aside: a four times, b three times, c once; three can be said.
    unigram = {1: (4 + 3 / 3) / 11, 2: (3 + 3 / 3) / 11, 3: (1 + 3 / 3) / 11}
    assert {w: model.probability([], w) for w in unigram} == pytest.approx(unigram)
    # After a came b twice and c once; after <s>, a came b and c, each once.
    bigram = (2 + 2 * unigram[2]) / 5
    assert Ngrams.of(ROWS, NAMES, 2).probability([0, 1], 2) == pytest.approx(bigram)
    assert model.probability([0, 1], 2) == pytest.approx((1 + 2 * bigram) / 4)
    # Of a history that never was the shorter one decides.
    assert model.probability([3, 1], 2) == pytest.approx(bigram)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_after_any_history_the_probabilities_add_up_to_one(order: int) -> None:
    model = Ngrams.of(ROWS, NAMES, order)
    for history in product(range(5), repeat=2):
        assert sum(model.probability(history, w) for w in (1, 2, 3)) == pytest.approx(1.0, abs=1e-15)


def test_what_a_network_finds_of_a_sentence_is_its_loss_and_the_counts_are_those_of_the_sentence_alone() -> None:
    one = preset("task-next-word").exploration.with_lens(
        candidates="the dogs bark.\n\n the zzz plays.\nthe dogs sing. a man plays."
    )
    assert is_language_model(one)
    assert candidates_of(one)[:2] == ("the dogs bark.", "the zzz plays.")
    learnt = dataset(one.task)
    network = build(one.recipe, len(learnt.inputs))
    first, second = weighed(one, network)
    assert first.likelihoods == second.likelihoods
    assert all(2.0 < value < 200.0 for value in second.held_out)
    for found in first.likelihoods:
        sequence = replace(one.sequence, text=found.text)
        fed = feed(sequence)
        targets = learnt.targets(sequence, fed, one.aim)
        loss = bptt(network.forward(fed.x), targets).loss
        assert found.log[0] == pytest.approx(-loss, rel=1e-9)
        assert found.symbols == int((targets >= 0).sum())
        assert found.unread == fed.labels.count("<unk>")
    both = first.likelihoods[-1]
    alone = [
        next(weighed(one.with_lens(candidates=text), network)).likelihoods[0]
        for text in ("the dogs sing.", "a man plays.")
    ]
    assert both.log[1:] == pytest.approx(np.sum([part.log[1:] for part in alone], axis=0))


def test_of_the_preset_s_candidates_both_counting_models_prefer_the_one_that_is_wrong() -> None:
    one = preset("task-next-word").exploration
    found = next(weighed(one, build(one.recipe, one.recipe.outputs)))
    assert [candidate.text.split()[-2] for candidate in found.likelihoods] == ["are", "is"]
    assert [found.likeliest(model) for model in (1, 2)] == [1, 1]


def test_a_task_of_another_kind_is_no_language_model() -> None:
    assert not is_language_model(preset("task-labels").exploration)
    assert not is_language_model(preset("critical-gain").exploration)
