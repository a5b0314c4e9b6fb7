"""Temporal order: which of two rare symbols came first, told at the end of the sequence."""

from __future__ import annotations

from functools import partial

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import check_lag, drawn
from explorer.workspace.tasks.symbols import OneHot

SYMBOLS = ("A", "B", "c", "d", "e", "f", UNKNOWN)
CLASSES = ("AA", "AB", "BA", "BB")
LEAST = 10


def make_temporal_order(task: Task) -> Dataset:
    """Return the data set of temporal order over sequences of T = lag steps.

    Hochreiter and Schmidhuber 1997, experiment 6a, with the places of Pascanu, Mikolov and Bengio 2013: A or B comes at a
    step in T/10..2T/10 and again in 4T/10..5T/10, and c, d, e or f at all others.
    """
    draw = partial(draw_order, steps=check_lag(task, LEAST))
    (row,), _ = _rows(np.random.default_rng(0), 1, task.lag)
    shown = Text(text="".join(SYMBOLS[i] for i in row), unit="character", vocabulary=SYMBOLS)
    return drawn(
        task,
        draw,
        "cross_entropy",
        "last",
        inputs=SYMBOLS,
        classes=CLASSES,
        shown=shown,
        answer=_answer,
    )


def draw_order(rng: np.random.Generator, count: int, steps: int) -> tuple[OneHot, list[int]]:
    """Return ``count`` sequences of ``steps`` symbols and their classes."""
    rows, classes = _rows(rng, count, steps)
    return OneHot(list(rows), len(SYMBOLS)), classes.tolist()


def _rows(rng: np.random.Generator, count: int, steps: int) -> tuple[Targets, Targets]:
    """Return the symbols' indices (count, steps) and the classes (count,)."""
    rows = rng.integers(2, 6, (count, steps))
    # A place p stands for the step p + 1.
    first = rng.integers(steps // 10, 2 * steps // 10, count)
    second = rng.integers(4 * steps // 10, 5 * steps // 10, count)
    told = rng.integers(0, 2, (count, 2))
    rows[np.arange(count), first] = told[:, 0]
    rows[np.arange(count), second] = told[:, 1]
    return rows, 2 * told[:, 0] + told[:, 1]


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    told = [label for label in fed.labels if label in ("A", "B")]
    if len(told) != 2:
        raise BadTargets(
            "The sequence has {got} of the symbols A and B; the temporal order is that of exactly two.", got=len(told)
        )
    return np.array(CLASSES.index("".join(told)))


TEMPORAL_ORDER = Kind(
    titles={"en": "Temporal order", "zh_CN": "时间顺序"},
    explanation={
        "en": "Among c, d, e and f the symbols A or B come twice, early; at the end say which came in which order. Only a "
        "state that holds them over the lag can tell. Watch whether anything of the loss at the end still arrives at the "
        "two steps.",
        "zh_CN": "在 c、d、e、f 之间，A 或 B 在前半段出现两次；到末尾要说出它们的先后。只有跨越滞后保持住的状态才能回答。"
        "请看末尾的损失是否还有梯度到达那两步。",
    },
    make=make_temporal_order,
    uses=("lag",),
    recipe={"cell": "rnn", "hidden": 50, "init": "orthogonal", "gain": 1.0, "bias": 0.0, "input_scale": 0.1},
    settings=Settings(optimiser="adam", rate=0.001, batch=20),
)
