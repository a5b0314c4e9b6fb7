"""One answer after two different intents: what a city or a day means is told by features beside the words alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import NO_CLASS, Targets
from explorer.engine.learning.settings import Settings
from explorer.engine.network.given import Input, as_input
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.dataset import Dataset, Kind, class_of
from explorer.workspace.tasks.generated import drawn
from explorer.workspace.tasks.symbols import OneHot

INTENTS = ("leave", "arrive")
"""What was asked before, "where do you leave from, and when" or "where do you go to": one feature each, of which one is 1."""
CITIES = ("taipei", "tokyo", "paris", "lagos", "lima", "oslo", "delhi", "quito")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OPENINGS = (("please",), ("make", "it"), ("say",), ())
ENDINGS = (("thanks",), ("if", "possible"), ())
CLASSES = ("other", "from", "to", "departs", "arrives")
WORDS = (*CITIES, *DAYS, "on", *(word for part in (*OPENINGS, *ENDINGS) for word in part), UNKNOWN)
_PLACE = {word: i for i, word in enumerate(WORDS)}


def make_intents(task: Task) -> Dataset:
    """Return the data set: of each word what it fills in, in sentences that come with the intent as features."""
    shown = Text(text="please tokyo on friday", vocabulary=WORDS)
    return drawn(
        task, draw_intents, "cross_entropy", "every", inputs=WORDS, classes=CLASSES, shown=shown, answer=_answer,
        features=INTENTS,
    )  # fmt: skip


def draw_intents(rng: np.random.Generator, count: int) -> tuple[list[Input], list[Targets]]:
    """Return ``count`` sentences, each with the two features of an intent, and the classes (T,) of their words."""
    intents = rng.integers(len(INTENTS), size=count)
    sentences = [_sentence(rng) for _ in range(count)]
    x = OneHot([np.array([_PLACE[word] for word in one]) for one in sentences], len(WORDS))
    inputs = [replace(as_input(one), features=a) for one, a in zip(x, np.eye(len(INTENTS))[intents], strict=True)]
    return inputs, [classes_of(one, int(intent)) for one, intent in zip(sentences, intents, strict=True)]


def classes_of(sentence: tuple[str, ...], intent: int) -> Targets:
    """Return the classes (T,) of a sentence's words after an intent, −1 of a word that is not known."""
    return np.array([_class_of(word, intent) for word in sentence])


def _class_of(word: str, intent: int) -> int:
    if word == UNKNOWN:
        return NO_CLASS
    kind = 1 if word in CITIES else 3 if word in DAYS else 0
    return kind and kind + intent


def _sentence(rng: np.random.Generator) -> tuple[str, ...]:
    opening, city, day, ending = (part[int(rng.integers(len(part)))] for part in (OPENINGS, CITIES, DAYS, ENDINGS))
    return *opening, str(city), "on", str(day), *ending


def _answer(_: Sequence, fed: Feed, aim: Aim) -> Targets:
    targets = classes_of(fed.labels, class_of(aim, INTENTS))
    if (targets == NO_CLASS).all():
        raise BadTargets("No word of this sentence is one of the task: name a city, or a day.")
    return targets


INTENT = Kind(
    titles={"en": "After two intents", "zh_CN": "两种意图之后"},
    explanation={
        "en": "Say of each word what it fills in: from where or to where, when it departs or when it arrives. “Tokyo on "
        "friday” is the same answer to “where do you leave from?” and to “where do you go to?”: what was asked stands beside "
        "the words as two features, which the first layer reads at every step. A network without features must guess. Turn "
        "the features round, and every answer turns.",
        "zh_CN": "说出每个词填的是什么：出发地还是目的地，出发时间还是到达时间。问“从哪里出发？”和问“要到哪里？”之后，"
        "“tokyo on friday”是同一个回答：问的是什么，由句子之外的两个特征给出，第一层在每一步都读它们。"
        "没有特征的网络只能猜。把两个特征对调，所有回答都随之改变。",
    },
    make=make_intents,
    recipe={"cell": "rnn", "hidden": 16, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "features": (1.0, 0.0)},
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)
