"""Delayed recall: one symbol at the first step, asked for after a long blank."""

from __future__ import annotations

from functools import partial

import numpy as np

from explorer.engine.errors import BadTargets, Names
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn
from explorer.workspace.tasks.symbols import OneHot

CLASSES = ("A", "B", "C", "D")
BLANK, CUE = "·", "?"
SYMBOLS = (*CLASSES, BLANK, CUE, UNKNOWN)


def make_recall(task: Task) -> Dataset:
    """Return the data set of recall: a symbol, ``lag`` steps of which the last is the cue, and there the symbol again."""
    shown = Text(text=f"A{BLANK * (task.lag - 1)}{CUE}", unit="character", vocabulary=SYMBOLS)
    return drawn(
        task,
        partial(draw_recalls, lag=task.lag),
        "cross_entropy",
        "last",
        inputs=SYMBOLS,
        classes=CLASSES,
        shown=shown,
        answer=_answer,
    )


def draw_recalls(rng: np.random.Generator, count: int, lag: int) -> tuple[OneHot, list[int]]:
    """Return ``count`` sequences of lag + 1 symbols, and the class of each."""
    rows = np.full((count, lag + 1), SYMBOLS.index(BLANK))
    rows[:, 0] = rng.integers(0, len(CLASSES), count)
    rows[:, -1] = SYMBOLS.index(CUE)
    return OneHot(list(rows), len(SYMBOLS)), rows[:, 0].tolist()


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    told = [label for label in fed.labels if label in CLASSES]
    if not told:
        raise BadTargets(
            "The sequence has none of the symbols {choices}: there is nothing to recall.", choices=Names(CLASSES)
        )
    return np.array(CLASSES.index(told[0]))


RECALL = Kind(
    titles={"en": "Delayed recall", "zh_CN": "延迟回忆"},
    explanation={
        "en": "One symbol, then nothing for a long time; at the cue, say which it was. It is the barest test of memory: what "
        "counts is the one product of Jacobians from the end to the first step. Watch its size, and lengthen the lag until "
        "learning fails.",
        "zh_CN": "先出现一个符号，随后长时间空白；到提示符处说出它是哪一个。这是对记忆最纯粹的考验："
        "只有从末尾到第一步的那个雅可比乘积起作用。请看它的大小，并加长滞后，直到学不会为止。",
    },
    make=make_recall,
    uses=("lag",),
    recipe={"cell": "rnn", "hidden": 24, "init": "orthogonal", "gain": 1.0, "bias": 0.0, "input_scale": 0.1},
    settings=Settings(optimiser="adam", rate=0.001, batch=20),
)
