"""The adding problem: two marked numbers among many, to be added at the end."""

from __future__ import annotations

from functools import partial

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import check_lag, drawn

INPUTS = ("value", "mark")
LEAST = 10


def make_adding(task: Task) -> Dataset:
    """Return the data set of adding over sequences of T = lag steps.

    Hochreiter and Schmidhuber 1997, experiment 4, as Pascanu, Mikolov and Bengio 2013 have it: values in 0..1, one
    mark in the first tenth, one from there to the middle, and half the sum as the target.
    """
    draw = partial(draw_sums, steps=check_lag(task, LEAST))
    (x,), _ = draw(np.random.default_rng(0), 1)
    shown = Numbers(rows=tuple(map(tuple, x.round(3).tolist())), columns=INPUTS, source="adding")
    return drawn(
        task,
        draw,
        "squared_error",
        "last",
        inputs=INPUTS,
        classes=("(a + b) / 2",),
        shown=shown,
        answer=_answer,
    )


def draw_sums(rng: np.random.Generator, count: int, steps: int) -> tuple[list[Floats], list[float]]:
    """Return ``count`` sequences x (T, 2) of a value and a mark, and half the sums of their marked values."""
    x = np.zeros((count, steps, 2))
    x[:, :, 0] = rng.uniform(0, 1, (count, steps))
    each = np.arange(count)
    x[each, rng.integers(0, steps // 10, count), 1] = 1.0
    x[each, rng.integers(steps // 10, steps // 2, count), 1] = 1.0
    return list(x), (x.prod(axis=2).sum(axis=1) / 2).tolist()


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    marked = fed.x[fed.x[:, 1] == 1.0, 0]
    if len(marked) != 2:
        raise BadTargets("The sequence has {got} steps with the mark 1; exactly two are to be added.", got=len(marked))
    return np.array([marked.sum() / 2])


ADDING = Kind(
    titles={"en": "Adding problem", "zh_CN": "加法问题"},
    explanation={
        "en": "Each step has a value, and two early ones a mark; at the end say half the sum of the marked values. Two real "
        "numbers must be kept over the lag while others stream by. Watch the gradient of the loss at the two marked steps "
        "beside that at all others.",
        "zh_CN": "每一步有一个数值，前半段有两步带标记；到末尾要给出两个被标记数值之和的一半。要在其他数值不断流过时"
        "跨越滞后保持两个实数。请比较损失在两个标记步与其他各步的梯度。",
    },
    make=make_adding,
    uses=("lag",),
    recipe={"cell": "gru", "hidden": 32, "init": "orthogonal", "gain": 1.0, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.005, batch=20),
)
