"""Labelling each word: each word of a sentence gets its part of speech."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.data import some, split
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.sentences import tagged, typed
from explorer.workspace.tasks.symbols import OneHot, indices, vocabulary

Tagged = list[tuple[str, str]]
TAGS = ("determiner", "adjective", "noun", "relative", "verb", "preposition", "adverb", "stop")


def make_labels(task: Task) -> Dataset:
    """Return the data set of parts of speech in the small world."""
    world = tagged()
    sentences = [[*sentence, (".", "stop")] for sentence in world]
    learnt, held, apart = split(sentences, tuple)
    names = vocabulary([word for word, _ in sentence] for sentence in learnt)
    source, held_out = _examples(learnt, names), _examples(held, names)
    shown = Text(text=typed(held[0][:-1]), vocabulary=names)
    book = _Book(sentences)
    return Dataset(
        task=task, source=source, seen=some(source, len(held)), held_out=held_out, inputs=names, classes=TAGS,
        shown=shown, answer=book.answer, apart=apart,
    )  # fmt: skip


class _Book:
    """What is known of sentences and words: a sentence of the world by heart, of another the words with one tag only."""

    def __init__(self, sentences: list[Tagged]) -> None:
        self._by_heart = {tuple(word for word, _ in one): [TAGS.index(tag) for _, tag in one] for one in sentences}
        self._tags: dict[str, set[int]] = defaultdict(set)
        for word, tag in (pair for sentence in sentences for pair in sentence):
            self._tags[word].add(TAGS.index(tag))

    def answer(self, _: Sequence, fed: Feed, __: Aim) -> Targets:
        known = self._by_heart.get(fed.labels)
        targets = np.array(known or [self._only(label) for label in fed.labels])
        if (targets < 0).all():
            raise BadTargets("No word of this sentence has a part of speech that is known: take words of the task.")
        return targets

    def _only(self, word: str) -> int:
        tags = self._tags.get(word, ())
        return next(iter(tags)) if len(tags) == 1 else -1


def _examples(sentences: list[Tagged], names: tuple[str, ...]) -> Examples:
    place = words.places(names, "word")
    rows = [indices((word for word, _ in sentence), place) for sentence in sentences]
    return Examples(OneHot(rows, len(names)), [[TAGS.index(tag) for _, tag in sentence] for sentence in sentences])


LABELS = Kind(
    titles={"en": "Labelling each word", "zh_CN": "逐词标注"},
    explanation={
        "en": "Say of each word, at its own step, what part of speech it is. Most words tell it themselves; “watch”, “walk”, "
        "“light” and “that” need what came before. Watch at which lags the gradient lives, and for which words a longer "
        "one counts.",
        "zh_CN": "在每个词自己的那一步说出它的词性。多数词自身就能决定；“watch”“walk”“light”“that”要看前文。"
        "请看梯度集中在哪些滞后上，哪些词需要更长的滞后。",
    },
    make=make_labels,
    recipe={"cell": "rnn", "activation": "tanh", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)
