"""What a trained network is for."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import BadSequence, Batch, Layer, Network, Recurrence, forward_batch
from explorer.engine.gradient.losses import find_loss
from explorer.engine.network.readouts import softmax
from explorer.engine.recurrence import library
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal, Text, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.speaking import Speaker, chances
from explorer.workspace.looks.tryout import (
    Tried,
    answers,
    chosen,
    completed,
    continued,
    tried,
    unknown_words,
    with_typed,
)
from explorer.workspace.tasks import TASKS, dataset, taught


def echo(names: tuple[str, ...], follows: dict[str, str]) -> Network:
    """Return a network that is certain which symbol follows which: its state is the last input."""
    p = len(names)
    V = np.zeros((p, p))
    for before, after in follows.items():
        V[names.index(after), names.index(before)] = 50.0
    return Network.from_arrays(activation="identity", U=np.eye(p), W=np.zeros((p, p)), V=V)


def test_a_certain_model_writes_what_it_is_certain_of() -> None:
    text = Text(text="the cat", vocabulary=("the", "cat", "sat", "down", "<unk>"))
    e = Exploration(sequence=text)
    names = feed(text).columns
    net = echo(names, {"the": "cat", "cat": "sat", "sat": "down", "down": "the"})
    after = continued(e, net, np.zeros(len(names)), 3)
    assert after.sequence == Text(text="the cat sat down the", vocabulary=text.vocabulary)


def test_it_stops_at_the_end_of_a_sentence_and_goes_on_before_the_marker() -> None:
    text = Text(text="we go", vocabulary=("we", "go", "home", "<unk>", "<s>", "</s>"), markers=True)
    names = feed(text).columns
    net = echo(names, {"<s>": "we", "we": "go", "go": "home", "home": "</s>"})
    after = continued(Exploration(sequence=text), net, np.zeros(len(names)), 9)
    assert after.sequence.text == "we go home"


def test_characters_are_joined_without_spaces() -> None:
    text = Text(text="ab", unit="character", vocabulary=("a", "b", "␣", "<unk>"))
    names = feed(text).columns
    net = echo(names, {"b": "␣", "␣": "a", "a": "b"})
    after = continued(Exploration(sequence=text), net, np.zeros(len(names)), 3)
    assert after.sequence.text == "ab ab"


def test_a_low_temperature_takes_the_likeliest_and_a_high_one_any() -> None:
    y = np.array([1.0, 2.0, 0.0])
    assert chances(y, 0.05)[1] == pytest.approx(1.0, abs=1e-8)
    np.testing.assert_allclose(chances(y, 1e6), 1 / 3, atol=1e-6)
    assert chances(y, 1.0, silent=(1,))[1] == 0.0


def test_answers_on_the_mean_are_those_of_the_sequence_cut_off_there() -> None:
    net = Network.random(inputs=2, hidden=4, outputs=3, seed=1)
    x = np.random.default_rng(0).normal(size=(6, 2))
    said = answers(net.forward(x), "mean")
    for t in range(1, 7):
        h = net.forward(x[:t]).s[1:].mean(axis=0)
        y = net.V @ h + net.c
        np.testing.assert_allclose(said[t - 1], np.exp(y) / np.exp(y).sum(), rtol=1e-12)


@pytest.mark.parametrize("cell", library.names())
def test_answers_on_the_mean_are_those_of_what_the_cell_gives_out(cell: str) -> None:
    net = Network.random(layers=[Layer(cell, 4)], inputs=2, outputs=3, seed=1)
    x = np.random.default_rng(0).normal(size=(5, 2))
    said = answers(net.forward(x), "mean")
    for t in range(1, 6):
        y = forward_batch(net, Batch.of(net, [x[:t]], [0], at="mean")).read()[0]
        np.testing.assert_allclose(said[t - 1], softmax(y), rtol=1e-12)


class Recorded(Speaker):
    """Remembers how likely all was that it chose among."""

    odds: tuple[np.ndarray, ...] = ()

    def _choice(self, odds: np.ndarray) -> int:
        self.odds = (*self.odds, odds)
        return super()._choice(odds)


@pytest.mark.parametrize("cell", [*library.names(), Recurrence.parse("h = tanh(U @ x + B @ x[2] + W @ h[3] * cos(t))")])
def test_what_is_said_next_follows_from_all_that_was_read_and_said(cell: str | Recurrence) -> None:
    """Older states, older inputs and the step count, whatever the equations read."""
    names = ("a", "b", "c")
    net = Network.random(layers=[Layer(cell, 3)], inputs=3, outputs=3, seed=4)
    x, s0 = np.eye(3)[[0, 1, 2, 2]], net.architecture.chains[0].step.start()
    speaker = Recorded(net, names, 0.0, 0)
    speaker.read(x, s0)
    for i, said in enumerate(speaker.speak(4)):
        np.testing.assert_allclose(speaker.odds[i], net.forward(x, s0).o[-1], rtol=1e-10)
        assert said == names[int(speaker.odds[i].argmax())]
        x = np.concatenate([x, np.eye(3)[[names.index(said)]]])


def test_what_can_not_be_gone_on_with_is_refused() -> None:
    net = Network.random(inputs=2, hidden=4, outputs=3)
    for sequence in (Signal(), Text(text="a b")):
        with pytest.raises(BadSequence):
            continued(Exploration(sequence=sequence), net, np.zeros(4), 1)


def test_the_same_seed_draws_the_same_words_one_by_one_and_in_one_go_and_the_likeliest_needs_none() -> None:
    text = Text(text="abc", unit="character", vocabulary=tuple("abcdefgh"))
    net = Network.random(inputs=9, hidden=6, outputs=9, seed=1, gain=0.5)
    begun = Exploration(sequence=text)

    def said(one: Exploration, *mosts: int) -> str:
        for most in mosts:
            one = continued(one, net, np.zeros(6), most)
        return one.sequence.text

    assert said(begun, 8) == said(begun, 1, 1, 6)
    assert len({said(begun.with_lens(draw=seed), 8) for seed in range(4)}) == 4
    likeliest = begun.with_lens(likeliest=True)
    assert said(likeliest, 8) == said(likeliest.with_lens(draw=3, temperature=5.0), 8)
    x = feed(likeliest.sequence).x
    y = net.forward(x).y[-1][:8]
    assert said(likeliest, 1)[-1] == "abcdefgh"[int(y.argmax())]


WORLD = Text(text="we go", vocabulary=("we", "go", "home", ".", "<unk>", "<s>", "</s>"), markers=True)


def test_where_a_sentence_has_ended_a_new_one_takes_its_place() -> None:
    names = feed(WORLD).columns
    net = echo(names, {"<s>": "we", "we": "go", "go": "home", "home": ".", ".": "</s>"})
    ended = with_typed(Exploration(sequence=WORLD), "go home.")
    for most, expected in ((9, "we go home."), (1, "we")):
        after = continued(ended, net, np.zeros(len(names)), most)
        assert after.sequence.text == expected
        assert feed(after.sequence).labels[after.selection.t - 1] == expected.replace(".", " .").split()[-1]


def test_a_model_that_takes_the_sentence_for_finished_begins_another_that_is_not_empty() -> None:
    names = feed(WORLD).columns
    net = echo(names, dict.fromkeys(names, "</s>"))
    after = continued(Exploration(sequence=WORLD), net, np.zeros(len(names)), 5)
    assert after.sequence.text in ("we", "go", "home")


def test_after_typing_the_last_word_is_looked_at_and_not_the_marker_behind_it() -> None:
    e = with_typed(Exploration(sequence=WORLD, selection=Selection(t=1, k=1)), "home we go")
    assert feed(e.sequence).labels[e.selection.t - 1] == "go"
    assert e.selection.k < e.selection.t
    plain = with_typed(Exploration(sequence=Text(text="a b")), "a b a a")
    assert plain.selection.t == 4


def test_a_chosen_symbol_is_written_behind_the_chosen_step() -> None:
    e = Exploration(sequence=Text(text="We go home, we go", vocabulary=("we", "go", "home", ",")))
    for t, symbol, expected in ((2, "we", "We go we"), (4, "go", "We go home, go"), (6, ",", "We go home, we go,")):
        after = chosen(e.with_selection(t=t, k=0), symbol)
        assert after.sequence.text == expected
        assert after.selection.t == t + 1
    with pytest.raises(BadSequence):
        chosen(e, "</s>")


def test_a_network_whose_answer_is_no_number_is_not_asked_to_go_on() -> None:
    names = feed(WORLD).columns
    net = echo(names, {"go": "home"})
    broken = Network.from_arrays(activation="identity", U=1e300 * net.U, W=1e300 * net.U, V=net.V)
    with pytest.raises(BadSequence), np.errstate(all="ignore"):
        continued(Exploration(sequence=WORLD), broken, np.zeros(len(names)), 1)


def test_unknown_words_are_named_as_they_were_typed_each_once() -> None:
    text = Text(text="Xylophone we go to xylophone to <unk>", vocabulary=("we", "go"))
    assert unknown_words(feed(text)) == ("Xylophone", "to", "xylophone")


@pytest.mark.parametrize("kind", [name for name, kind in TASKS.items() if not kind.owned])
def test_a_task_opens_on_a_step_that_has_a_loss(kind: str) -> None:
    e = taught(Exploration().with_recipe(hidden=3), Task(kind=kind))
    inspection = inspect(analyse(e))
    assert inspection.judged is not None
    # An output that is right already costs a perceptron nothing.
    assert inspection.judged.full.losses[e.selection.t - 1] > 0.0 or e.recipe.readout == "threshold"
    assert 1 <= e.selection.k <= e.selection.t
    assert feed(e.sequence).labels[e.selection.k - 1] != "<s>"


@pytest.mark.parametrize("kind", [name for name, kind in TASKS.items() if not kind.owned])
def test_what_is_wanted_stands_where_the_loss_counts_it(kind: str) -> None:
    e = taught(Exploration().with_recipe(hidden=3), Task(kind=kind))
    found = tried(inspect(analyse(e)))
    learnt = dataset(Task(kind=kind))
    assert found.wanted is not None
    counted = find_loss(learnt.source.loss).counted(found.wanted)
    assert len(counted) == found.steps
    assert counted[e.selection.t - 1]
    assert found.every or counted.sum() == 1
    assert found.names == learnt.classes
    assert found.speaks == kind.startswith("next_")


def said_to(exploration: Exploration) -> Tried:
    return tried(inspect(analyse(exploration)))


@pytest.mark.parametrize("kind", ["sentiment3", "sentiment2"])
def test_a_text_of_ones_own_has_no_known_answer_and_keeps_the_target_of_the_loss(kind: str) -> None:
    e = taught(Exploration().with_recipe(hidden=3), Task(kind=kind))
    shown = said_to(e)
    assert shown.wanted is not None
    assert shown.aim is None
    own = said_to(with_typed(e, "Not a good film at all."))
    assert (own.wanted, own.aim, own.target) == (None, e.aim.target, -1)


def test_an_example_typed_again_is_known_only_with_its_own_label() -> None:
    e = taught(Exploration().with_recipe(hidden=3), Task(kind="sentiment3"))
    learnt = dataset(e.task)
    assert len(learnt.aims) >= len(learnt.held_out)
    words, target = next((words, target) for words, target in learnt.aims.items() if target == 3.0)
    example = with_typed(e, " ".join(words))
    assert said_to(replace(example, aim=replace(e.aim, target=target))).target == 2
    assert said_to(replace(example, aim=replace(e.aim, target=1.0))).wanted is None


def test_where_the_target_follows_from_the_sequence_a_text_of_ones_own_has_it() -> None:
    e = taught(Exploration().with_recipe(hidden=3), Task(kind="next_word"))
    own = said_to(with_typed(e, "the keys are on the table."))
    assert own.wanted is not None
    assert own.aim is None


def test_a_review_that_ends_in_a_word_gets_the_mark_in_which_all_examples_end() -> None:
    e = taught(Exploration(), Task(kind="sentiment3"))
    texts = ("Not a good film", "Not a good film ", "Not a good film.", "Not a good film!", "")
    assert [completed(e, text) for text in texts] == [
        "Not a good film.", "Not a good film.", "Not a good film.", "Not a good film!", "",
    ]  # fmt: skip
    assert completed(taught(Exploration(), Task(kind="next_word")), "the keys") == "the keys"
    assert completed(Exploration(sequence=Text(text="a")), "a b") == "a b"
