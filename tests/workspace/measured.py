"""What the presets' words speak of, as the program works it out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from benchmarks.without_memory import baseline
from explorer.engine import Flow, bptt
from explorer.engine.floats import Floats
from explorer.engine.learning.decay import zeros
from explorer.engine.learning.train import Score
from explorer.gui.shell.actions import _ENTRIES
from explorer.workspace.disk.presets import Outcome, preset
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.exploration.exploration import replace as changed
from explorer.workspace.learning.training import learnt_by, training
from explorer.workspace.looks.surfaces import Surface

from .claims import Claim, says
from .disk.test_presets import VERDICTS
from .looking import look, look_at, step_factor
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


def end_of(name: str, number: int, **changes: Any) -> Value:
    return lambda: math.exp(look_at(name, number, **changes).verdict.end)


def block(name: str, into: str, out_of: str) -> float:
    """Return what is left at the far end of the row of a block."""
    inspection = look(name)
    flow = inspection.analysis.run.flow
    assert isinstance(flow, Flow)
    return math.exp(float(flow.block(into, out_of).log_gain[inspection.t, 0]))


def weakest(name: str, number: int) -> float:
    """Return the least singular value of the product over the whole row."""
    inspection = look_at(name, number)
    flow = inspection.analysis.run.flow
    assert isinstance(flow, Flow)
    return math.exp(float(np.min(flow.log_singular_values(inspection.t, 0))))


def lags_alive(name: str) -> list[float]:
    """Return the lags of the row, but 0, at which the gradient is not exactly zero."""
    return [float(lag) for lag in np.flatnonzero(np.isfinite(look(name).row[::-1])) if lag]


def constant(name: str, number: int, constant: str) -> float:
    """Return a constant of the equations of a network's first layer."""
    recurrence = preset(name).exploration.networks[number].recurrence
    return next(one.value for one in recurrence.constants if one.name == constant)


def energy(name: str, number: int) -> float:
    """Return the energy at the last step, which is the last number of the state."""
    return float(look_at(name, number).analysis.run.course.s[-1, -1])


def sums(name: str, number: int) -> Floats:
    """Return the sums of the outputs, step by step."""
    found: Floats = look_at(name, number).analysis.run.trace.o.sum(axis=1)
    return found


def cycle(name: str, number: int) -> float:
    """Return after how many steps the last state was there before, 1 for one that rests."""
    s = look_at(name, number).analysis.run.course.s[:, :-1]
    return float(next(lag for lag in range(1, len(s)) if np.abs(s[-1] - s[-1 - lag]).max() < 0.01))


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


def rows(name: str) -> float:
    """Return how many examples are held out."""
    return float(len(learnt_by(preset(name).exploration).held_out))


def loss_when_right(name: str) -> float:
    """Return the loss at the end of a training as long as is promised."""
    *_, last = training(preset(name).exploration, updates=outcome(name).updates)
    return float(last.points[-1, COLUMNS.index("loss")])


def inputs_read(name: str, number: int) -> float:
    """Return how many values of the input, that of now among them, the equations of a network read."""
    return float(len([one for one in preset(name).exploration.networks[number].recurrence.weights if "m" in one.shape]))


def guess(name: str) -> Score:
    return baseline(learnt_by(preset(name).exploration))[1]


def classes(name: str) -> float:
    return float(len(learnt_by(preset(name).exploration).classes))


def outcome(name: str, number: int = 0, lag: int | None = None) -> Outcome:
    """Return what the training of one of a preset's networks comes to."""
    found = preset(name).outcome_of(number, lag)
    assert found is not None
    return found


def held(name: str, number: int = 0, lag: int | None = None) -> float:
    promised = outcome(name, number, lag)
    return float(promised.loss or promised.accuracy or math.nan)


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


def dictionary_weights() -> list[float]:
    """Return how many columns U has where words are one-hot, and how many weights; vectors take far fewer."""
    one = preset("task-dictionary").exploration
    words = len(learnt_by(one).inputs)
    vectors, one_hot = (
        sum(math.prod(shape) for name, shape in recipe.shapes(words).items() if name[-1] in "UE")
        for recipe in one.networks
    )
    assert vectors < 0.3 * one_hot
    return [words, one_hot]


@cache
def zeros_of(form: str) -> float:
    """Return the share of the entries of the matrices that a training with this form of decay leaves at exactly 0."""
    one = preset("task-sparse").exploration.with_settings(decay_form=form)
    # A pull that fades with the weight leaves none at 0, be it for ever so long.
    *_, last = training(one, updates=outcome("task-sparse").updates if form == "l1" else BEGINNING)
    none, entries = zeros(last.now.weights, one.recipe.architecture(len(learnt_by(one).inputs)))
    return none / entries


def training_of(name: str, *claimed: tuple[str, str]) -> Iterator[Claim]:
    """Yield what a preset with a task promises: so many updates, and what they come to, network by network."""
    count = outcome(name).updates
    assert {one.updates for one in preset(name).outcomes} == {count}
    yield says(f"after {count:,.0f} updates", f"更新 {count:,.0f} 次", lambda: outcome(name).updates)
    for one, (en, zh) in zip(preset(name).outcomes, claimed, strict=True):
        yield says(en, zh, partial(held, name, one.network, one.lag))


def today(name: str, *claimed: tuple[str, str]) -> Iterator[Claim]:
    """Yield what every preset of the recurrences of today says: what is promised, over how many steps, and RWKV's number."""
    yield from training_of(name, *claimed)
    steps, one = lag(name), preset(name)
    yield says(f", {steps:.0f}:", f"{steps:.0f} 步", lambda: steps)
    for en, zh in ((f"over {steps:.0f} steps", f"跨 {steps:.0f} 步"), (f"in {steps:.0f} steps", f"{steps:.0f} 步")):
        if en in one.look["en"]:
            yield says(en, zh, lambda: steps)
    for far in {promised.lag for promised in one.outcomes if promised.lag is not None}:
        yield says(f"lag of {far} steps", f"滞后为 {far} 步", partial(float, far))
    if "RWKV-7" in one.look["en"]:
        yield says("RWKV-7", "RWKV-7", lambda: -7.0)
