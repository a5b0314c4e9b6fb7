"""Trainings that are over are kept without their weights, and lie under the next one's curves by what sets them apart."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadExploration
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.runs import MOST_RUNS, PastRun
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import at_step, recorded, training, untrained
from explorer.workspace.looks.overlaid import overlaid
from explorer.workspace.looks.sets import before_training, clipped_or_not
from explorer.workspace.tasks import taught

START = taught(Exploration().with_recipe(hidden=3), Task(kind="temporal_order", lag=10)).with_settings(batch=3)


def run(exploration: Exploration, updates: int) -> Exploration:
    for progress in training(exploration, updates=updates, every=1e9):
        exploration = recorded(exploration, progress)
    return exploration


def called(_: object) -> str:
    return "tanh"


def said(exploration: Exploration) -> list[str]:
    return [str(one.name) for one in overlaid(exploration, called)]


def test_a_run_is_kept_when_its_network_begins_anew_and_is_called_by_what_it_had_otherwise() -> None:
    first = run(START, 3)
    assert first.runs == ()
    second = run(first.with_recipe(gain=0.7), 2)
    third = run(untrained(second).with_settings(rate=0.5), 2)
    assert said(third) == ["gain 0.7 · η: 0.01", "gain 1.6 · η: 0.01"]
    np.testing.assert_array_equal(third.runs[1].record.table, first.record.table)
    assert all(not moment.tensors for kept in third.runs for moment in kept.record.snapshots)


def test_of_the_same_start_and_settings_the_newest_run_stays_and_none_lies_under_its_like() -> None:
    again = run(untrained(run(START, 3)), 2)
    assert [kept.record.end for kept in again.runs] == [3]
    assert said(again) == []
    longer = untrained(again)
    assert [kept.record.end for kept in longer.runs] == [2]


def test_what_other_settings_make_of_an_earlier_moment_begins_a_run_and_the_same_ones_go_on() -> None:
    trained = run(START, 4)
    assert run(at_step(trained, 1), 1).runs == ()
    assert [kept.record.end for kept in run(at_step(trained, 1).with_settings(rate=0.3), 1).runs] == [4]


def test_at_most_so_many_runs_are_kept_and_those_of_another_task_do_not_lie_under() -> None:
    exploration = run(START, 1)
    for seed in range(10, 10 + MOST_RUNS + 2):
        exploration = run(exploration.with_recipe(seed=seed), 1)
    assert len(exploration.runs) == MOST_RUNS == len(said(exploration))
    assert said(exploration)[0] == "seed 15"
    other = replace(exploration, task=Task(kind="temporal_order", lag=11))
    assert said(other) == []
    assert said(exploration.without_runs()) == []


def test_networks_that_were_trained_side_by_side_lie_under_each_other() -> None:
    begun = before_training(START)
    for i, settings in enumerate(clipped_or_not(START.settings)):
        begun = run(replace(begun, active=i, settings=dataclasses.replace(settings, threshold=1e-3)), 2)
    assert said(begun) == ["clip: not at all"]
    assert said(replace(begun, active=0)) == ["clip: by norm, 0.001"]


def test_runs_are_saved_with_the_exploration_and_none_is_without_curves(tmp_path: Path) -> None:
    exploration = run(START, 2).with_recipe(gain=0.5)
    save(tmp_path / "runs.gflow", exploration)
    assert load(tmp_path / "runs.gflow") == exploration
    with pytest.raises(BadExploration, match="damaged"):
        PastRun(recipe=START.recipe, task="")
