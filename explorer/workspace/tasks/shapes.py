"""One to many: a shape, point after point, from one vector at the first step."""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.settings import Settings
from explorer.engine.network.feeding import once
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn

STEPS = 24
"""Points of a shape."""
SHAPES = ("circle", "square", "eight")
SMALLEST = 0.4
"""The largest has size 1."""


def make_shapes(task: Task) -> Dataset:
    """Return the data set of shapes: which one and how large stands in x_1, and nothing in all others."""
    shown = Numbers(rows=tuple(map(tuple, once([0.0, 1.0, 0.0], STEPS).tolist())), columns=SHAPES, source="shape")
    return drawn(
        task, draw_shapes, "squared_error", "every", inputs=SHAPES, classes=("x", "y"), shown=shown, answer=_answer
    )


def draw_shapes(rng: np.random.Generator, count: int) -> tuple[list[Floats], list[Floats]]:
    """Return ``count`` inputs (T, 3), zero but for their first step, and the points (T, 2) that they ask for."""
    vectors = np.eye(len(SHAPES))[rng.integers(len(SHAPES), size=count)] * rng.uniform(SMALLEST, 1.0, (count, 1))
    return [once(vector, STEPS) for vector in vectors], [points(vector, STEPS) for vector in vectors]


def points(vector: Floats, steps: int) -> Floats:
    """Return the points (T, 2) that a vector (3,) asks for: the sum of the shapes, each as large as its number."""
    angle = 2.0 * np.pi * np.arange(steps) / STEPS
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    square = circle / np.abs(circle).max(axis=1, keepdims=True)
    eight = np.stack([np.sin(2.0 * angle), np.sin(angle)], axis=1)
    found: Floats = np.tensordot(vector, np.stack([circle, square, eight]), axes=1)
    return found


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    return points(fed.x[0], len(fed.x))


SHAPE = Kind(
    titles={"en": "A shape from one vector", "zh_CN": "由一个向量画出图形"},
    explanation={
        "en": "The first step says which shape and how large, all others nothing; at each step say the next point of its "
        "outline. One to many: the state alone says where on the way the pen is. Watch how the loss at late points must "
        "reach the one vector at the beginning.",
        "zh_CN": "第一步给出是哪种图形、有多大，其余各步什么也没有；每一步要给出轮廓上的下一个点。这是一对多："
        "笔走到哪里，只有状态知道。请看后面各点的损失怎样一直回传到开头那唯一的向量。",
    },
    make=make_shapes,
    recipe={"cell": "gru", "hidden": 32, "init": "orthogonal", "gain": 1.0, "bias": 0.0},
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)
