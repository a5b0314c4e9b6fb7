"""Training an exploration: the engine's numbers, whenever they are told, from whatever moment, and what is kept of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadSettings, Stopped
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.learning.train import Moment, evaluate, train
from explorer.workspace.disk.files import load, save
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.bookmarks import bookmarked
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.curves import COLUMNS, JUMP_MEMORY
from explorer.workspace.exploration.exploration import Edit, Exploration, Signal, replace
from explorer.workspace.exploration.record import Snapshot
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning import measuring
from explorer.workspace.learning.chronicle import Progress, is_jump
from explorer.workspace.learning.training import (
    at_step,
    is_same_training,
    lean,
    merged,
    recorded,
    training,
    untrained,
)
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.tasks import dataset, taught

TASK = Task(kind="temporal_order", lag=10)
START = taught(Exploration().with_recipe(hidden=4), TASK).with_settings(batch=5)
EXPLODING = START.with_recipe(activation="identity", gain=3.0).with_settings(optimiser="sgd", rate=1e6, clip="none")


def run(exploration: Exploration, updates: int, every: float = 1e9) -> Exploration:
    """Return ``exploration`` after so many updates, told in one go or whenever ``every`` says."""
    for progress in training(exploration, updates=updates, every=every):
        exploration = recorded(exploration, progress)
    return exploration


def moments(exploration: Exploration) -> Iterator[Moment]:
    """Yield what the engine alone makes of ``exploration``."""
    learnt = dataset(TASK)
    first = Moment.first(build(exploration.recipe, len(learnt.inputs)))
    return train(first, learnt.source, exploration.settings)


def column(exploration: Exploration, name: str) -> np.ndarray:
    assert exploration.record is not None
    return exploration.record.column(name)


class TestNumbers:
    def test_they_are_those_of_the_engine(self) -> None:
        last = list(islice(moments(START), 12))[-1]
        trained = run(START, 12).recipe.trained
        assert trained is not None
        assert all(np.array_equal(trained.weights[name], getattr(last.network, name)) for name in WEIGHTS)
        assert all(np.array_equal(trained.slots[name], last.slots[name]) for name in last.slots)

    def test_every_update_is_a_point(self) -> None:
        made = list(islice(moments(START), 12))
        trained = run(START, 12)
        for name in ("step", "loss", "norm", "clipped"):
            assert column(trained, name).tolist() == [getattr(moment, name) for moment in made]
        assert np.isnan(column(trained, "omega")).all()

    def test_when_they_are_told_changes_nothing(self) -> None:
        often, once = run(START, 12, every=0.0), run(START, 12)
        assert often.recipe.trained == once.recipe.trained
        assert np.array_equal(column(often, "loss"), column(once, "loss"))

    def test_the_mean_square_of_the_exponents_is_recorded_with_every_update_that_flosses(self) -> None:
        flossing = START.with_settings(floss=0.5, exponents=2)
        found = column(run(flossing, 4), "floss")
        assert found.tolist() == [moment.floss for moment in islice(moments(flossing), 4)]
        assert (found > 0.0).all()
        # One that begins later has none before, and one without has none at all.
        later = column(run(run(START, 3).with_settings(floss=0.5), 2), "floss")
        assert np.isnan(later).tolist() == [True] * 3 + [False] * 2
        plain = run(START, 3).record
        assert plain is not None
        assert plain.floss == b""

    @pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
    def test_pausing_changes_nothing(self, optimiser: str) -> None:
        start = START.with_settings(optimiser=optimiser)
        paused, whole = run(run(start, 5), 7), run(start, 12)
        assert paused.recipe.trained == whole.recipe.trained
        assert np.array_equal(column(paused, "loss"), column(whole, "loss"))

    def test_saving_and_opening_changes_nothing(self, tmp_path: Path) -> None:
        trained = run(START, 5, every=0.0)
        save(tmp_path / "run.gflow", trained)
        opened = load(tmp_path / "run.gflow")
        assert opened == trained
        assert run(opened, 7).recipe.trained == run(START, 12).recipe.trained

    def test_going_back_and_on_again_leads_to_the_same(self) -> None:
        trained = run(START, 12, every=0.0)
        again = run(at_step(trained, 5), 7)
        assert again.recipe.trained == trained.recipe.trained

    def test_other_settings_take_hold_from_the_present_moment(self) -> None:
        learnt, halfway = dataset(TASK), list(islice(moments(START), 5))[-1]
        slower = run(START, 5).with_settings(rate=1e-4)
        after = list(islice(train(halfway, learnt.source, slower.settings), 3))[-1]
        trained = run(slower, 3).recipe.trained
        assert trained is not None
        assert np.array_equal(trained.weights["W"], after.network.W)

    def test_edits_by_hand_are_learnt_on_from(self) -> None:
        edited = run(START, 5).with_recipe(edits=(Edit("W", 0, 1, 0.75),))
        before = build(edited.recipe, len(dataset(TASK).inputs))
        trained = run(edited.with_settings(rate=0.0, optimiser="sgd"), 1)
        assert trained.recipe.edits == ()
        assert np.array_equal(build(trained.recipe, len(dataset(TASK).inputs)).W, before.W)

    def test_without_a_task_there_is_nothing_to_learn(self) -> None:
        with pytest.raises(BadSettings, match="choose a task"):
            next(training(Exploration()))

    def test_told_to_stop_it_yields_all_that_was_done(self) -> None:
        asked = iter(range(100))
        course = training(START, stop=lambda: next(asked) == 7, every=1e9)
        told = next(course)
        assert (told.now.step, len(told.points)) == (7, 7)
        with pytest.raises(Stopped):
            next(course)


DYING = taught(Exploration().with_recipe(activation="relu", hidden=6), Task(kind="next_word")).with_settings(
    optimiser="sgd", rate=1e4, clip="value", threshold=1.0
)
COURSES = {
    "calm": (START, 40),
    "jumping": (START.with_settings(rate=1e3, optimiser="sgd", clip="none"), 20),
    "noisy": (START.with_settings(optimiser="sgd", rate=30.0, clip="norm"), 40),
    "diverging": (EXPLODING.with_settings(rate=2.0), 60),
    "dying": (DYING, 16),
    "flossed": (START.with_settings(floss=1.0, exponents=2), 12),
}


@pytest.mark.parametrize("name", COURSES)
class TestReproduction:
    """A run is its updates: when it was looked at, saved or interrupted is not in the file, to the byte."""

    def whole(self, name: str, tmp_path: Path) -> bytes:
        start, updates = COURSES[name]
        return written(run(start, updates), tmp_path)

    def test_when_it_is_told_changes_no_byte(self, name: str, tmp_path: Path) -> None:
        start, updates = COURSES[name]
        assert written(run(start, updates, every=0.0), tmp_path) == self.whole(name, tmp_path)

    def test_interrupted_saved_and_taken_up_after_every_update_it_leaves_the_same_bytes(
        self, name: str, tmp_path: Path
    ) -> None:
        exploration, updates = COURSES[name]
        for _ in range(updates):
            if exploration.record is None or not exploration.record.diverged:
                save(tmp_path / "part.gflow", run(exploration, 1))
                exploration = load(tmp_path / "part.gflow")
        assert written(exploration, tmp_path) == self.whole(name, tmp_path)

    def test_a_window_that_merges_progress_and_begins_anew_records_the_same_bytes(
        self, name: str, tmp_path: Path
    ) -> None:
        exploration, updates = COURSES[name]
        for part in (7, updates - 7):
            told = list(training(lean(exploration), updates=part, every=0.0))
            exploration = recorded(exploration, _all(told))
        assert written(exploration, tmp_path) == self.whole(name, tmp_path)


def written(exploration: Exploration, folder: Path) -> bytes:
    """Return the bytes of the file of ``exploration``."""
    save(folder / "run.gflow", exploration)
    return (folder / "run.gflow").read_bytes()


class TestMeasuring:
    def test_scores_and_W_are_those_of_the_moment(self) -> None:
        trained = run(START, 6)
        learnt = dataset(TASK)
        network = build(trained.recipe, len(learnt.inputs))
        held, seen = evaluate(network, learnt.held_out), evaluate(network, learnt.seen)
        expected = {"held_loss": held.loss, "held_accuracy": held.accuracy, "accuracy": seen.accuracy,
                    "sigma": network.largest_singular_value(), "radius": abs(network.eigenvalues()[0])}  # fmt: skip
        for name, value in expected.items():
            assert column(trained, name)[-1] == pytest.approx(value, rel=1e-12)

    def test_the_horizon_is_that_of_the_last_row_in_the_window(self) -> None:
        trained = run(START.with_lens(threshold=0.03), 6)
        steps = analyse(trained).steps
        inspection = inspect(analyse(trained.with_selection(t=steps, k=1)))
        assert column(trained, "horizon")[-1] == inspection.verdict.horizon

    def test_what_is_typed_in_the_window_changes_no_measurement(self) -> None:
        other = run(START.with_sequence(Signal()), 2)
        assert column(other, "horizon")[-1] == column(run(START, 2), "horizon")[-1] > 0

    def test_a_horizon_beyond_the_start_of_the_example_says_so(self) -> None:
        steps = analyse(START).steps
        near, far = (run(START.with_lens(threshold=threshold), 1) for threshold in (0.9, 1e-30))
        assert (column(far, "horizon")[-1], column(far, "beyond")[-1]) == (steps, 1.0)
        assert column(near, "horizon")[-1] < steps
        assert column(near, "beyond")[-1] == 0.0

    def test_work_beyond_the_limit_leaves_the_horizon_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(measuring, "MOST_WORK", 10.0)
        assert np.isnan(column(run(START, 2), "horizon")[-1])

    def test_it_is_due_at_multiples_of_a_number_of_updates_that_follows_from_the_sizes(self) -> None:
        trained = run(START, 40)
        every = measuring.Meter(START, dataset(TASK), build(START.recipe, len(dataset(TASK).inputs))).every
        assert every in (2, 4, 8, 16, 32)
        known = column(trained, "step")[~np.isnan(column(trained, "sigma"))]
        assert known.tolist() == [*range(every, 40, every), 40]

    def test_what_is_much_work_to_measure_is_measured_less_often(self) -> None:
        learnt = dataset(TASK)
        network = build(START.recipe, len(learnt.inputs))
        often, seldom = (
            measuring.Meter(START.with_settings(batch=size), learnt, network).every for size in (1000, 1)
        )  # fmt: skip
        assert often < seldom

    def test_what_is_too_much_work_is_not_waited_for_at_an_interruption(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for limit, measured in ((1e12, True), (1.0, False)):
            monkeypatch.setattr(measuring, "QUICK", limit)
            asked = iter(range(100))
            progress = next(training(START, stop=lambda asked=asked: next(asked) == 7, every=1e9))
            assert np.isfinite(progress.points[-1][COLUMNS.index("sigma")]) == measured


class TestDivergence:
    def test_the_last_finite_weights_are_kept_and_say_what_came(self) -> None:
        trained = run(EXPLODING, 50, every=0.0)
        assert trained.record is not None
        last = trained.record.snapshots[-1]
        assert last.event == "nan"
        assert all(np.isfinite(array).all() for array in last.arrays.values())
        assert column(trained, "step")[-1] == last.event_step == trained.record.end
        assert not np.isfinite([column(trained, name)[-1] for name in ("loss", "norm")]).all()

    @pytest.mark.parametrize("rate", [10.0, 30.0])
    def test_the_present_is_the_moment_before_the_jump_from_where_clipping_helps(self, rate: float) -> None:
        start = taught(Exploration().with_recipe(activation="relu", hidden=24), Task(kind="next_word"))
        trained = run(start.with_settings(optimiser="sgd", rate=rate, clip="none"), 50)
        record, now = trained.record, trained.recipe.trained
        assert record is not None
        assert now is not None
        assert record.diverged
        assert now == record.good
        assert now.event == "jump"
        losses = column(trained, "loss")
        assert losses[now.step] <= 2 * losses[0] < losses[now.event_step - 1]
        on = run(trained.with_settings(clip="norm", rate=1.0), 30)
        assert on.record is not None
        assert on.record.last == now.step + 30
        assert all(one.event == "" for one in on.record.snapshots)
        assert column(on, "loss")[-1] < losses[0]

    def test_a_loss_that_grows_step_by_step_began_to_jump_where_it_left_the_usual(self) -> None:
        trained = run(EXPLODING.with_settings(rate=2.0), 60)
        assert trained.record is not None
        assert trained.record.diverged
        losses, good = column(trained, "loss"), trained.record.good
        assert (losses[: good.step + 1] <= 2 * losses[0]).all()

    def test_units_that_one_update_killed_are_told_once_with_the_moment_before(self) -> None:
        start = taught(Exploration().with_recipe(activation="relu", hidden=6), Task(kind="next_word"))
        alive = run(start, 5, every=0.0)
        off = tuple(Edit("b", unit, 0, -1e3) for unit in range(6))
        killed = run(alive.with_recipe(edits=off), 30, every=0.0)
        assert killed.record is not None
        assert not [one for one in killed.record.snapshots if one.event]
        thrown = run(alive.with_settings(optimiser="sgd", rate=1e4, clip="value", threshold=1.0), 40, every=0.0)
        assert thrown.record is not None
        snapshots = thrown.record.snapshots
        (before,) = (i for i, one in enumerate(snapshots) if one.event == "dead")
        assert np.array_equal(snapshots[before + 1].weights["U"], snapshots[-1].weights["U"])
        assert not np.array_equal(snapshots[before].weights["U"], snapshots[-1].weights["U"])

    def test_jumps_on_from_one_good_moment_are_told_once(self) -> None:
        course = training(preset("task-exploding").exploration, updates=100, every=0.0)
        told = [event.step for progress in course for event in progress.events]
        assert told
        assert len(set(told)) == len(told)

    def test_a_jump_is_kept_as_the_moment_before_the_update_that_made_it(self) -> None:
        calm = run(START.with_settings(rate=1e-4, optimiser="sgd"), 20, every=0.0)
        thrown = run(calm.with_settings(rate=1e3, clip="none"), 3)
        assert thrown.record is not None
        assert [one.step for one in thrown.record.snapshots if one.event == "jump"] == [20]
        assert column(thrown, "loss")[21] > 10 * column(thrown, "loss")[20]

    @pytest.mark.parametrize(
        ("loss", "earlier", "jump"),
        [
            (2.1, [1.0] * 50, True),
            (1.9, [1.0] * 50, False),
            (6.0, [1.0], True),
            (4.0, [1.0] * 9, False),
            (20.0, [], False),
            (20.0, [1.0] * 40 + [12.0] * 5, False),
            (9.0, [0.01] * 45 + [3.0] * 5, False),
            (0.4, [1e-4] * 50, False),
            (0.6, [1e-4] * 50, True),
            (np.nan, [1.0] * 50, False),
            (np.inf, [1.0] * 50, False),
        ],
    )
    def test_a_jump_stands_out_of_greatest_and_spread_and_gives_up_much_of_what_was_learnt(
        self, loss: float, earlier: list[float], jump: bool
    ) -> None:
        assert is_jump(loss, deque(earlier, maxlen=JUMP_MEMORY), first=1.0) is jump


class TestGoingBack:
    def test_any_snapshot_can_be_looked_at_and_the_record_stays_whole(self) -> None:
        trained = run(START, 8, every=0.0)
        assert trained.record is not None
        shown = at_step(trained, 3)
        assert shown.record is trained.record
        assert shown.recipe.trained is trained.record.snapshots[3]

    def test_the_newest_snapshot_is_the_present(self) -> None:
        trained = run(START, 8, every=0.0)
        assert trained.record is not None
        assert trained.recipe.trained is trained.record.snapshots[-1]
        assert trained.record.last == 8

    def test_untrained_is_the_beginning(self) -> None:
        assert untrained(run(START, 3)).without_runs() == START
        assert untrained(START) == START

    def test_edits_before_all_training_belong_to_the_initial_weights(self) -> None:
        edited = START.with_recipe(edits=(Edit("W", 0, 1, 0.75),))
        begun = untrained(run(edited, 3))
        inputs = len(dataset(TASK).inputs)
        assert begun.record is None
        assert np.array_equal(build(begun.recipe, inputs).W, build(edited.recipe, inputs).W)

    def test_learning_on_from_trained_weights_without_a_record_begins_one(self) -> None:
        trained = run(START, 4).with_recipe(record=None)
        on = run(trained, 2)
        assert on.record is not None
        assert [one.step for one in on.record.snapshots] == [4, 5, 6]
        assert untrained(on).without_runs() == START

    def test_the_record_of_another_network_is_left_alone(self) -> None:
        trained = run(START, 4)
        other = replace(trained, networks=(*trained.networks, START.recipe), active=1)
        on = run(other, 2)
        assert on.record is not None
        assert [one.step for one in on.record.snapshots] == [0, 1, 2]
        assert on.networks[0] == trained.networks[0]


class TestOneTraining:
    def test_two_moments_of_it_are_the_same(self) -> None:
        assert is_same_training(START, run(START, 3))
        assert is_same_training(run(START, 2), run(START, 3))

    @pytest.mark.parametrize(
        "other",
        [
            START.with_settings(rate=0.5),
            START.with_recipe(seed=9),
            START.with_recipe(activation="relu"),
            START.with_recipe(edits=(Edit("W", 0, 0, 9.0),)),
            taught(START, Task(kind="temporal_order", lag=11)),
        ],
    )
    def test_another_beginning_another_way_or_another_aim_is_another(self, other: Exploration) -> None:
        assert not is_same_training(run(START, 2), other)

    def test_a_lean_exploration_has_one_network_and_nothing_that_is_kept_besides(self) -> None:
        trained = run(START, 4)
        kept = bookmarked(trained.with_note(1, 0, "here"), "now")
        slim = lean(replace(kept, networks=(START.recipe, kept.recipe), active=1, stage="beside").with_run_kept())
        assert [recipe.trained for recipe in slim.networks] == [trained.recipe.trained]
        assert (slim.active, slim.bookmarks, slim.notes, slim.runs) == (0, (), (), ())

    def test_a_lean_exploration_trains_to_the_same(self) -> None:
        trained = run(START, 60, every=0.0)
        slim = lean(trained)
        assert slim.record is not None
        assert [one.step for one in slim.record.snapshots] == [59, 60]
        assert len(slim.record.table) == JUMP_MEMORY + 1
        (progress,) = training(slim, updates=3, every=1e9)
        assert recorded(trained, progress).recipe.trained == run(trained, 3).recipe.trained

    def test_merged_progress_records_the_same_as_one_after_the_other(self) -> None:
        told = list(training(START, updates=6, every=0.0))
        one = recorded(START, _all(told))
        assert one.recipe.trained == run(START, 6).recipe.trained
        assert column(one, "step").tolist() == [1, 2, 3, 4, 5, 6]


def _all(told: list[Progress]) -> Progress:
    whole = told[0]
    for progress in told[1:]:
        whole = merged(whole, progress)
    return whole


def test_every_column_is_measured_or_comes_with_an_update() -> None:
    (progress,) = training(START.with_settings(omega=1.0, floss=1.0), updates=1)
    assert np.isfinite(progress.points[-1]).all()
    assert len(progress.points[-1]) == len(COLUMNS)
    assert isinstance(progress.now, Snapshot)
