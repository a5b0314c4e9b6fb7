"""A moving ball: which way it moves, from where it was seen."""

from __future__ import annotations

import numpy as np

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Numbers, Sequence
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.generated import drawn

DIRECTIONS = ("→", "↗", "↑", "↖", "←", "↙", "↓", "↘")
SHORTEST, LONGEST = 10, 20
NOISE = 0.01
"""Standard deviation of a seen position, where the box reaches from −1 to 1 and a step is about a tenth."""


def make_ball(task: Task) -> Dataset:
    """Return the data set of the ball: the last of eight directions of a ball in a box, from its noisy positions."""
    (positions,), _ = draw_balls(np.random.default_rng(1), 1)
    shown = Numbers(rows=tuple(map(tuple, positions.round(3).tolist())), columns=("x", "y"), source="ball")
    return drawn(
        task,
        draw_balls,
        "cross_entropy",
        task.at or "last",
        inputs=("x", "y"),
        classes=DIRECTIONS,
        shown=shown,
        answer=_answer,
    )


def draw_balls(rng: np.random.Generator, count: int) -> tuple[list[Floats], list[int]]:
    """Return ``count`` paths of `SHORTEST` to `LONGEST` positions (T, 2), and the last direction of each."""
    paths, directions = zip(*(_path(rng) for _ in range(count)), strict=True)
    return list(paths), list(directions)


def _path(rng: np.random.Generator) -> tuple[Floats, int]:
    """Return one path and its last direction; none that touches a wall in its last two steps, where it has two."""
    while True:
        steps = int(rng.integers(SHORTEST, LONGEST + 1))
        angle = rng.integers(8) * np.pi / 4 + rng.uniform(-0.1, 0.1)
        velocity = rng.uniform(0.08, 0.16) * np.array([np.cos(angle), np.sin(angle)])
        straight = rng.uniform(-1, 1, 2) + velocity * np.arange(steps)[:, None]
        # Mirrored at the walls ±1: a path through a row of mirrored boxes, folded back into the first.
        box = np.floor((straight + 1) / 2).astype(int)
        if (box[-3:] == box[-1]).all():
            sign = 1 - 2 * (box % 2)
            folded = sign * (straight - 2 * box)
            return folded + rng.normal(0, NOISE, folded.shape), direction(sign[-1] * velocity)


def direction(move: Floats) -> int:
    """Return which of the `DIRECTIONS` is nearest to that of ``move`` (2,)."""
    return round(float(np.arctan2(move[1], move[0])) / (np.pi / 4)) % 8


def _answer(_: Sequence, fed: Feed, __: Aim) -> Targets:
    move = fed.x[-1] - fed.x[max(len(fed.x) - 3, 0)]
    if not move.any():
        raise BadTargets("The ball has not moved in the last steps: it has no direction.")
    return np.array(direction(move))


BALL = Kind(
    titles={"en": "A moving ball", "zh_CN": "运动的小球"},
    explanation={
        "en": "A ball flies through a box and bounces off its walls; from its seen positions, a little wrong each, say in "
        "which of eight directions it moves at the end. One position tells nothing, the difference of some does. The last "
        "few would do: watch how far back the gradient reaches.",
        "zh_CN": "小球在盒中飞行并从四壁弹回；根据略有误差的观测位置，说出它最后朝八个方向中的哪一个运动。"
        "单个位置什么也说明不了，几个位置之差才行。本来最后几步就够了：请看梯度回传到多远。",
    },
    make=make_ball,
    uses=("at",),
    recipe={"cell": "gru", "hidden": 24, "init": "orthogonal", "gain": 0.9, "bias": 0.0, "input_scale": 3.0},
    settings=Settings(optimiser="adam", rate=0.01, batch=20),
)
