"""What the presets' words speak of, as the program works it out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from benchmarks.without_memory import baseline
from explorer.engine import bptt
from explorer.engine.floats import Floats
from explorer.engine.learning.train import Score
from explorer.gui.shell.actions import _ENTRIES
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.exploration.exploration import replace as changed
from explorer.workspace.learning.training import learnt_by, training
from explorer.workspace.looks.surfaces import Surface

from .claims import Claim, says
from .disk.test_presets import VERDICTS
from .looking import look, step_factor
from .looks.test_surfaces import WALL, job, network_of

BEGINNING = 50
"""Updates that a test can wait for."""
Value = Callable[[], float | Sequence[float]]


def recipe(name: str, *fields: str) -> Value:
    return lambda: [getattr(preset(name).exploration.recipe, field) for field in fields]


def tried(name: str, field: str) -> Value:
    """Return the values of a field whose verdict is tested elsewhere, those that the sentences propose."""
    return lambda: [changes[field] for other, changes, _ in VERDICTS if other == name and field in changes]


def rate(name: str, **changes: Any) -> Value:
    return lambda: step_factor(look(name, **changes))


def double(name: str, **changes: Any) -> Value:
    return lambda: float(look(name, **changes).verdict.double or math.nan)


def end(name: str, **changes: Any) -> Value:
    return lambda: math.exp(look(name, **changes).verdict.end)


def key(name: str) -> float:
    return float(_ENTRIES[name].keys[0])


def keys(*names: str) -> Value:
    return lambda: [key(name) for name in names]


def gate(name: str, place: int, **changes: Any) -> float:
    """Return the mean of a gate over all units and steps."""
    inspection = look(name, **changes)
    z = np.split(inspection.analysis.run.trace.z, len(inspection.analysis.run.network.kernel.gates), axis=1)[place]
    return float(np.mean(1 / (1 + np.exp(-z))))


def active(name: str, **changes: Any) -> list[int]:
    """Return how many units have z > 0, step by step."""
    return (look(name, **changes).analysis.run.trace.z > 0).sum(axis=1).tolist()


def silent_steps() -> list[float]:
    return [float(step) for step, units in enumerate(active("dead-relu"), start=1) if units == 0]


def told(name: str) -> float:
    """Return how many symbols of its sequence the temporal order asks for."""
    return float(sum(label in ("A", "B") for label in look(name).analysis.feed.labels))


def longest_lived(steps: int) -> float:
    """Return the gain, to two digits, at which the one unit keeps most of its gradient over so many steps."""
    gains = np.arange(0.9, 1.1, 0.01)
    one = preset("one-unit").exploration
    fed = one.with_sequence(changed(one.sequence, steps=steps))
    return float(
        gains[int(np.argmax([_scalar_end(float(gain), fed.recipe.initial_state[0], steps) for gain in gains]))]
    )


def _scalar_end(gain: float, state: float, steps: int) -> float:
    """Return ln ∂s_T/∂s_0 of s = tanh(gain·s)."""
    total = 0.0
    for _ in range(steps):
        state = math.tanh(gain * state)
        total += math.log(gain * (1 - state**2))
    return total


def slope_at_the_wall() -> float:
    at_wall = WALL.with_recipe(bias=-2.61234)
    trace = network_of(at_wall).forward(np.zeros((50, 1)), s0=np.array(at_wall.recipe.initial_state))
    return float(bptt(trace, [0.0], loss="squared_error", at="last").b[0])


@cache
def descended() -> Surface:
    """Return the error surface of the wall with its two descents."""
    return job(WALL, descents=True)[-1]


def update_off_the_wall() -> float:
    """Return the update at which the descent without clipping makes a step longer than 1."""
    free = descended().free
    assert free is not None
    return float(np.argmax(np.hypot(np.diff(free.a), np.diff(free.b)) > 1.0))


def guess(name: str) -> Score:
    return baseline(learnt_by(preset(name).exploration))[1]


def classes(name: str) -> float:
    return float(len(learnt_by(preset(name).exploration).classes))


def updates(name: str) -> float:
    outcome = preset(name).outcome
    assert outcome is not None
    return float(outcome.updates)


def held(name: str) -> float:
    outcome = preset(name).outcome
    assert outcome is not None
    return float(outcome.loss or outcome.accuracy or math.nan)


def lag(name: str) -> float:
    task = preset(name).exploration.task
    assert task is not None
    return float(task.lag)


@cache
def norms(name: str) -> Floats:
    """Return the norms of the gradients of the first updates, before clipping, in units of the threshold."""
    one = preset(name).exploration
    points = np.concatenate([progress.points for progress in training(one, updates=BEGINNING)])
    found: Floats = points[:, COLUMNS.index("norm")] / one.settings.threshold
    return found


@cache
def exploding(clip: str) -> Floats:
    """Return the points of the training that explodes without clipping, up to where it ends or has learnt all."""
    one = preset("task-exploding").exploration.with_settings(clip=clip)
    found: Floats = np.concatenate([progress.points for progress in training(one, updates=128)])
    return found


def training_of(name: str, en: str, zh: str) -> tuple[Claim, Claim]:
    """Return what every preset with a task promises: so many updates, and what they come to as ``outcome`` has it."""
    count = updates(name)
    return (
        says(f"after {count:,.0f} updates", f"更新 {count:,.0f} 次", lambda: updates(name)),
        says(en, zh, lambda: held(name)),
    )
