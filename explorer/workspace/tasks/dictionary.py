"""A dictionary of ten thousand words: the group of the word before, which must be learnt word by word."""

from __future__ import annotations

from functools import cache

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import NO_CLASS, Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.recipe import MOST_SYMBOLS
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn
from explorer.workspace.tasks.symbols import OneHot

SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru")
GROUPS = ("sun", "sea", "stone", "wood")
LENGTH = 12
"""Words of a sentence."""
_ORDER_SEED = 1948
_OFFSET = 2.7
"""Zipf's law as Mandelbrot has it: the word of rank r comes in proportion to 1 / (r + 2.7)."""


@cache
def words_and_groups() -> tuple[tuple[str, ...], np.ndarray]:
    """Return the words, the commonest first, ``<unk>`` last, and the group of each, −1 of the last."""
    count = MOST_SYMBOLS - 1
    numbers = np.random.default_rng(_ORDER_SEED).permutation(MOST_SYMBOLS)[:count]
    made = tuple("".join(SYLLABLES[int(digit)] for digit in f"{number:04d}") for number in numbers)
    groups = np.random.default_rng(_ORDER_SEED + 1).integers(len(GROUPS), size=count)
    return (*made, UNKNOWN), np.append(groups, NO_CLASS)


@cache
def _shares() -> Floats:
    shares = 1.0 / (np.arange(1.0, MOST_SYMBOLS) + _OFFSET)
    return np.cumsum(shares / shares.sum())


def make_dictionary(task: Task) -> Dataset:
    """Return the data set: of each word of a sentence, the group of the word before it."""
    words, _ = words_and_groups()
    row = _row(np.random.default_rng(_ORDER_SEED + 2))
    shown = Text(text=" ".join(words[i] for i in row), vocabulary=words)
    return drawn(
        task, draw_sentences, "cross_entropy", "every", inputs=words, classes=GROUPS, shown=shown, answer=_answer
    )


def draw_sentences(rng: np.random.Generator, count: int) -> tuple[OneHot, list[Targets]]:
    """Return ``count`` sentences of words drawn by Zipf's law, and the groups (T,) that are wanted."""
    rows = [_row(rng) for _ in range(count)]
    return OneHot(rows, MOST_SYMBOLS), [_before(row) for row in rows]


def _row(rng: np.random.Generator) -> np.ndarray:
    return np.searchsorted(_shares(), rng.random(LENGTH)).clip(max=MOST_SYMBOLS - 2)


def _before(row: np.ndarray) -> Targets:
    _, groups = words_and_groups()
    return np.append(NO_CLASS, groups[row[:-1]])


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    targets = _before(fed.x.argmax(axis=1))
    if (targets == NO_CLASS).all():
        raise BadTargets("No word but the last is one of the dictionary: take words of the task.")
    return targets


DICTIONARY = Kind(
    titles={"en": "A dictionary", "zh_CN": "大词典"},
    explanation={
        "en": f"Each of {MOST_SYMBOLS - 1:,} made-up words belongs to one of four groups, by chance: say at each word the "
        "group of the word before. Nothing but having seen a word tells its group, and most are rare. One-hot, every word "
        "has a column of U; an embedding gives it a short vector, which all that reads it shares.",
        "zh_CN": f"{MOST_SYMBOLS - 1:,} 个编造的词随机分属四组：在每个词处说出前一个词属于哪一组。"
        "只有见过一个词才知道它的组，而大多数词很少见。独热编码时，每个词在 U 中有一列；"
        "嵌入则给它一个短向量，由读取它的一切共用。",
    },
    make=make_dictionary,
    recipe={"cell": "rnn", "hidden": 32, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "embedding": 8},
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)
