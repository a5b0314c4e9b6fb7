"""A noisy sine: its next value, at every step."""

from __future__ import annotations

import dataclasses

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn

STEPS = 40
NOISE = 0.1
"""Standard deviation of the noise on a sine of amplitude 1; half its square is the least mean loss there can be."""
PERIODS = (12.0, 28.0)


def make_sine(task: Task) -> Dataset:
    """Return the data set of the sine: the value at t + 1 from those up to t."""
    (x,), _ = draw_sines(np.random.default_rng(1), 1)
    shown = Numbers(rows=tuple(map(tuple, x.round(3).tolist())), columns=("value",), source="sine")
    learnt = drawn(
        task,
        draw_sines,
        "squared_error",
        "every",
        inputs=("value",),
        classes=("next value",),
        shown=shown,
        answer=_answer,
    )
    return dataclasses.replace(learnt, baseline=repeating(learnt.held_out, [0]), ahead=True)


def draw_sines(rng: np.random.Generator, count: int) -> tuple[list[Floats], list[Floats]]:
    """Return ``count`` series (T, 1) of any phase and a period in `PERIODS`, and their next values (T, 1)."""
    period, phase = rng.uniform(*PERIODS, (count, 1)), rng.uniform(0, 2 * np.pi, (count, 1))
    values = np.sin(2 * np.pi * np.arange(STEPS + 1) / period + phase) + rng.normal(0, NOISE, (count, STEPS + 1))
    return list(values[:, :-1, None]), list(values[:, 1:, None])


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    return next_values(fed.x)


def next_values(x: Floats) -> Targets:
    """Return the next rows of ``x`` (T, p); nothing at the last step.

    Raises
    ------
    BadTargets
        If there is no next row at all.
    """
    if len(x) < 2:
        raise BadTargets("The series has one step only: there is no next value to predict.")
    return np.vstack([x[1:], np.full((1, x.shape[1]), np.nan)])


def repeating(examples: Examples, columns: list[int]) -> float:
    """Return the mean loss of one who says at each step that the next values are those of ``columns`` now."""
    pairs = zip(examples.inputs, examples.targets, strict=True)
    apart = np.concatenate([np.asarray(targets) - np.asarray(x)[:, columns] for x, targets in pairs])
    return float(0.5 * np.square(apart).sum(axis=1).mean())


SINE = Kind(
    titles={"en": "Next value of a noisy sine", "zh_CN": "带噪正弦的下一个值"},
    explanation={
        "en": "At each step of a sine with noise, of a period that is told to nobody, say the next value. To see through the "
        "noise, and to know the period, many past steps must be weighed. Watch how the contributions by lag fall off, and "
        "how training changes that.",
        "zh_CN": "在带噪声、周期未知的正弦的每一步预测下一个值。要看穿噪声、得知周期，就得权衡许多过去的步。"
        "请看各滞后的贡献如何衰减，训练又如何改变它。",
    },
    make=make_sine,
    recipe={"cell": "rnn", "activation": "tanh", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.005, batch=20),
)
