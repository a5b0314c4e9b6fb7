"""The presets with a task: every kind has one, what it shows is the task's, it says what it promises, and training begins."""

from __future__ import annotations

from itertools import takewhile

import numpy as np
import pytest

from explorer.workspace.disk.presets import Outcome, Preset, preset, presets
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.learning.training import training, untrained
from explorer.workspace.tasks import TASKS, taught

TAUGHT = [one for one in presets() if one.exploration.task is not None]
PROMISING = [one for one in TAUGHT if one.outcomes]
FIRST = list({one.exploration.task.kind: one for one in reversed(PROMISING) if one.exploration.task}.values())
"""One preset of each kind of task: what training is like is known of others of the kind."""
CLIPPED = {"clip": "norm", "threshold": 1.0}
BEGINNING = 50
"""Updates after which every task has left its first plateau,"""
FALLEN = 0.9
"""and this share of the first losses, at most, is left."""


def losses(exploration: Exploration, updates: int) -> np.ndarray:
    return np.concatenate([progress.points for progress in training(exploration, updates=updates)])[:, 1]


def named(outcome: Outcome) -> tuple[list[str], list[str]]:
    """Return the numbers of a promise as English and as Chinese say them."""
    english, chinese = [f"{outcome.updates:,} updates"], [f"{outcome.updates:,} 次"]
    if outcome.accuracy is not None:
        english.append(f"{100 * outcome.accuracy:.0f} %")
        chinese.append(f"{100 * outcome.accuracy:.0f}%")
    if outcome.loss is not None:
        english.append(f"{'above' if outcome.seeds == 'none' else 'below'} {outcome.loss:g}")
        chinese.append(f"{outcome.loss:g}")
    return english, chinese


def test_every_shipped_task_has_a_preset_that_promises_something():
    kinds = {one.exploration.task.kind for one in PROMISING if one.exploration.task}
    assert kinds == {name for name, kind in TASKS.items() if not kind.owned}


@pytest.mark.parametrize("one", TAUGHT, ids=lambda one: one.name)
class TestEach:
    def test_what_it_shows_is_what_its_task_is(self, one: Preset):
        # Where the data were changed: python -m benchmarks.make_task_presets
        assert one.exploration.task is not None
        assert taught(one.exploration, one.exploration.task) == one.exploration

    def test_it_is_untrained(self, one: Preset):
        assert untrained(one.exploration) == one.exploration
        assert one.exploration.record is None

    def test_it_stands_after_the_presets_without_a_task(self, one: Preset):
        before = list(takewhile(lambda other: other.exploration.task is None, presets()))
        assert one not in before
        assert len(before) + len(TAUGHT) == len(presets())

    def test_it_promises_something_of_each_of_its_networks_or_of_none(self, one: Preset):
        for lag in {None, *(outcome.lag for outcome in one.outcomes)}:
            told = [outcome.network for outcome in one.outcomes if outcome.lag == lag]
            assert told in ([], list(range(len(one.exploration.networks))))


@pytest.mark.parametrize("one", [one for one in FIRST if one.outcomes[0].seeds == "all"], ids=lambda one: one.name)
def test_the_loss_falls_from_the_first_updates_on(one: Preset):
    found = losses(one.exploration, BEGINNING)
    assert found[-3:].mean() < FALLEN * found[:3].mean()


@pytest.mark.parametrize("one", PROMISING, ids=lambda one: one.name)
def test_its_sentences_name_what_is_promised(one: Preset):
    for outcome in one.outcomes:
        english, chinese = named(outcome)
        assert all(number in one.look["en"] for number in english)
        assert all(number in one.look["zh_CN"] for number in chinese)


@pytest.mark.parametrize("one", PROMISING, ids=lambda one: one.name)
def test_it_is_learnt_within_what_the_window_trains_at_once(one: Preset):
    for outcome in one.outcomes:
        assert outcome.updates <= 2000
        assert (outcome.accuracy is None) != (outcome.loss is None)


def test_training_without_clipping_explodes_at_the_update_named():
    *before, last = training(preset("task-exploding").exploration, updates=100)
    points = np.concatenate([progress.points for progress in (*before, last)])
    found = points[:, 1]
    assert last.diverged
    assert points[-1, 0] == 74
    assert np.nanmin(found) == pytest.approx(0.62, abs=0.005)
    assert np.nanmax(found) > 1e70
    assert any(progress.events for progress in (*before, last))


def test_training_with_clipping_survives_the_update_that_throws_it_without():
    exploding = preset("task-exploding").exploration.with_settings(**CLIPPED)
    *_, last = training(exploding, updates=100)
    assert not last.diverged
    assert np.nanmax(last.points[:, 1]) < 5
