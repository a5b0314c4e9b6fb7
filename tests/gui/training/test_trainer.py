"""The trainer and its desk: another process, the same numbers, one undo step, and nothing lost whatever happens."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import explorer
from explorer.engine.errors import BadNetwork, BadSettings, Refusal
from explorer.gui.core.controller import Controller
from explorer.gui.core.plan import Course
from explorer.gui.training import desk
from explorer.gui.training import trainer as trainer_module
from explorer.gui.training.desk import TrainingDesk
from explorer.gui.training.moment_words import ending_text
from explorer.gui.training.trainer import Trainer, TrainerLost
from explorer.gui.training.turns import InTurn
from explorer.gui.words.i18n import say
from explorer.workspace.exploration.exploration import Edit, Exploration
from explorer.workspace.exploration.store import Document, Store
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning import serving
from explorer.workspace.learning.chronicle import Progress
from explorer.workspace.learning.serving import portable, serve
from explorer.workspace.learning.training import at_step, recorded, training
from explorer.workspace.looks.sets import clipped_or_not
from explorer.workspace.tasks import dataset, taught

TASK = Task(kind="temporal_order", lag=10)
START = taught(Exploration().with_recipe(hidden=3), TASK).with_settings(batch=5)
EXPLODING = START.with_recipe(activation="identity", gain=3.0).with_settings(optimiser="sgd", rate=1e6, clip="none")
ROOT = Path(explorer.__file__).resolve().parents[1]
LONG = 10_000
"""Milliseconds that a process may take to start on a machine that is busy."""


def run(exploration: Exploration, updates: int) -> Exploration:
    """Return ``exploration`` after so many updates made in this process."""
    (progress,) = training(exploration, updates=updates, every=1e9)
    return recorded(exploration, progress)


class _Unreadable:
    """What can be sent but not received."""

    def __reduce__(self) -> tuple[object, tuple[int, int]]:
        return divmod, (1, 0)


class Listener:
    """Remembers what a trainer tells."""

    def __init__(self, trainer: Trainer) -> None:
        self.told: list[Progress] = []
        self.ends = 0
        self.errors: list[Exception] = []
        trainer.progressed.connect(lambda progress: self.told.append(progress))
        trainer.ended.connect(self._end)
        trainer.failed.connect(lambda error: self.errors.append(error))

    def _end(self) -> None:
        self.ends += 1

    @property
    def steps(self) -> list[float]:
        return [step for progress in self.told for step in progress.points[:, 0]]


@pytest.fixture(scope="module")
def _warm(qapp: QApplication) -> Iterator[Trainer]:  # noqa: ARG001 - Qt must run
    trainer = Trainer()
    yield trainer
    trainer.close()


@pytest.fixture
def trainer(_warm: Trainer) -> Iterator[Trainer]:
    """Return a trainer whose process the tests share."""
    yield _warm
    _warm.drop()


class TestTrainer:
    def test_the_numbers_are_those_of_this_process(self, qtbot: QtBot, trainer: Trainer) -> None:
        heard = Listener(trainer)
        trainer.start(START, 20)
        qtbot.waitUntil(lambda: heard.ends == 1, timeout=LONG)
        assert not trainer.running
        assert heard.steps == list(range(1, 21))
        exploration = START
        for progress in heard.told:
            exploration = recorded(exploration, progress)
        assert exploration == run(START, 20)

    def test_paused_it_tells_all_that_was_done_and_goes_on_from_there(self, qtbot: QtBot, trainer: Trainer) -> None:
        heard = Listener(trainer)
        trainer.start(START)
        qtbot.waitUntil(lambda: len(heard.told) > 0, timeout=LONG)
        trainer.pause()
        qtbot.waitUntil(lambda: heard.ends == 1, timeout=LONG)
        steps = heard.steps
        assert steps == list(range(1, len(steps) + 1))
        assert heard.told[-1].now.step == len(steps)

    def test_a_window_that_is_slow_gets_all_updates_in_few_pieces(self, qtbot: QtBot, trainer: Trainer) -> None:
        heard = Listener(trainer)
        connection = trainer.progressed.connect(lambda _: time.sleep(0.4))
        trainer.start(START)
        qtbot.waitUntil(lambda: len(heard.told) >= 3, timeout=LONG)
        trainer.pause()
        qtbot.waitUntil(lambda: heard.ends == 1, timeout=LONG)
        trainer.progressed.disconnect(connection)
        assert heard.steps == list(range(1, len(heard.steps) + 1))
        assert len(heard.told) <= 8

    def test_a_run_that_is_dropped_tells_nothing_more(self, qtbot: QtBot, trainer: Trainer) -> None:
        heard = Listener(trainer)
        trainer.start(START)
        trainer.drop()
        assert not trainer.running
        trainer.start(START, 2)
        qtbot.waitUntil(lambda: heard.ends == 1, timeout=LONG)
        assert heard.steps == [1, 2]

    def test_a_refusal_arrives_with_its_template(self, qtbot: QtBot, trainer: Trainer) -> None:
        heard = Listener(trainer)
        trainer.start(Exploration())
        qtbot.waitUntil(lambda: len(heard.errors) == 1, timeout=LONG)
        (error,) = heard.errors
        assert isinstance(error, BadSettings)
        assert error.template == "There is nothing to learn yet: choose a task first."
        assert not trainer.running

    def test_signals_come_in_the_thread_of_the_window(self, qtbot: QtBot, trainer: Trainer) -> None:
        threads: list[threading.Thread] = []
        trainer.progressed.connect(lambda _: threads.append(threading.current_thread()))
        trainer.start(START, 1)
        qtbot.waitUntil(lambda: len(threads) == 1, timeout=LONG)
        assert threads == [threading.main_thread()]

    @pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
    def test_the_death_of_the_process_is_told_and_the_next_run_has_another(
        self, qtbot: QtBot, trainer: Trainer
    ) -> None:
        heard = Listener(trainer)
        trainer.start(START)
        qtbot.waitUntil(lambda: len(heard.told) > 0, timeout=LONG)
        os.kill(trainer._child._process.pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: len(heard.errors) == 1, timeout=LONG)
        assert isinstance(heard.errors[0], TrainerLost)
        assert "ended from outside" in say(heard.errors[0])
        heard.told.clear()
        trainer.start(START, 1)
        qtbot.waitUntil(lambda: heard.ends == 1, timeout=LONG)
        assert heard.steps == [1]

    def test_what_breaks_the_process_is_named(self, trainer: Trainer) -> None:
        heard, mine, theirs = Listener(trainer), *multiprocessing.Pipe()
        before = signal.getsignal(signal.SIGINT)
        mine.send(_Unreadable())
        with pytest.raises(ZeroDivisionError):
            serve(theirs)
        signal.signal(signal.SIGINT, before)
        trainer._tell(mine.recv())
        (error,) = heard.errors
        assert isinstance(error, TrainerLost)
        assert "ZeroDivisionError: integer division or modulo by zero" in say(error)
        assert "memory" not in say(error)

    @pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
    def test_a_window_that_takes_nothing_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Silent:
            """A window that hangs: nothing comes, and once it is waited for it is gone."""

            def __init__(self) -> None:
                self.sent: list[serving.Answer] = []
                self.poll = lambda: False
                self.send = self.sent.append

            def recv(self) -> None:
                raise SystemExit

        monkeypatch.setattr(serving, "_MOST_HELD", 5)
        window = Silent()
        with pytest.raises(SystemExit):
            serving._Bench(window)._run(serving.Begin(1, START, None))
        assert [answer.kind for answer in window.sent] == ["progress"]

    def test_a_process_that_died_while_idle_is_replaced_in_silence(self, qtbot: QtBot, trainer: Trainer) -> None:
        heard = Listener(trainer)
        trainer.start(START, 1)
        qtbot.waitUntil(lambda: heard.ends == 1, timeout=LONG)
        child = trainer._child
        os.kill(child._process.pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: child.is_lost, timeout=LONG)
        trainer.start(START, 1)
        qtbot.waitUntil(lambda: heard.ends == 2, timeout=LONG)
        assert heard.errors == []

    def test_closing_leaves_neither_process_nor_thread(self, qapp: QApplication) -> None:  # noqa: ARG002
        before = set(threading.enumerate())
        trainer = Trainer()
        trainer.start(START)
        trainer.close()
        assert not trainer._child._process.is_alive()
        assert set(threading.enumerate()) == before

    def test_a_trainer_that_was_never_used_has_no_process(self, qapp: QApplication) -> None:  # noqa: ARG002
        trainer = Trainer()
        assert trainer._child is None
        trainer.close()


def test_the_process_that_trains_loads_no_qt() -> None:
    code = (
        "import sys, explorer.workspace.learning.serving;"
        "print([name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')])"
    )
    end = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert end.stdout.strip() == "[]"


UNCLOSED = """
import os
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from PySide6.QtCore import QCoreApplication, QEventLoop
from explorer.gui.training.moment_words import ending_text
from explorer.gui.training.trainer import Trainer
from explorer.gui.core.worker import LatestWins
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import taught


def endless(request, stop, report):
    while not stop():
        report(0.5)
        yield request


if __name__ == "__main__":
    application = QCoreApplication([])
    trainer, worker, loop = Trainer(), LatestWins(endless), QEventLoop()
    trainer.progressed.connect(loop.quit)
    trainer.start(taught(Exploration().with_recipe(hidden=3), Task(kind="temporal_order", lag=10)))
    worker.submit(1)
    loop.exec()
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there the mask can't be read")
def test_ctrl_c_is_for_the_window_from_the_first_moment_of_the_process_that_trains(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks, begin = [], multiprocessing.get_context("spawn").Process.start

    def started(process: multiprocessing.process.BaseProcess) -> None:
        begin(process)
        masks.append(Path(f"/proc/{process.pid}/status").read_text().split("SigBlk:")[1].split()[0])

    monkeypatch.setattr(multiprocessing.get_context("spawn").Process, "start", started)
    trainer = Trainer()
    trainer.warm()
    qtbot.waitUntil(lambda: bool(masks), timeout=LONG)
    trainer.close()
    assert int(masks[0], 16) >> (signal.SIGINT - 1) & 1
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_program_that_ends_without_closing_them_ends_in_silence(tmp_path: Path) -> None:
    (tmp_path / "unclosed.py").write_text(UNCLOSED)
    code, places = str(tmp_path / "unclosed.py"), os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    end = subprocess.run(
        [sys.executable, "-X", "faulthandler", code],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": places}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (end.returncode, end.stderr) == (0, "")


def test_closing_twice_is_closing_once(qapp: QApplication) -> None:  # noqa: ARG001 - Qt must run
    trainer = Trainer()
    trainer.start(START)
    for _ in range(2):
        trainer.close()
    assert not trainer.running
    assert not [thread for thread in threading.enumerate() if thread is trainer._writer]


class TestTravellingErrors:
    @pytest.mark.parametrize("kind", [Refusal, BadNetwork, TrainerLost])
    def test_a_refusal_keeps_template_and_values(self, kind: type[Refusal]) -> None:
        copy = pickle.loads(pickle.dumps(kind("Step {step} is wrong.", step=3)))
        assert type(copy) is kind
        assert say(copy) == "Step 3 is wrong."

    def test_one_that_cannot_travel_is_told_all_the_same(self) -> None:
        class Local(Exception):
            pass

        assert str(portable(Local("no way"))) == "Local: no way"


class Stage:
    """A store, a controller and a desk, and the states that the desk told."""

    def __init__(self, exploration: Exploration) -> None:
        self.store = Store(exploration)
        self.controller = Controller(self.store, [], [])
        self.desk = TrainingDesk(self.controller)
        self.states: list[str] = []
        self.refused: list[str] = []
        self.courses: list[Course] = []
        self.desk.state_changed.connect(self._note)
        self.controller.refused.connect(lambda text: self.refused.append(text))

    @property
    def step(self) -> int:
        trained = self.store.exploration.recipe.trained
        return 0 if trained is None else trained.step

    def close(self) -> None:
        self.desk.close()
        self.controller.close()

    def _note(self, state: str, course: Course | None, left: float | None, rate: float | None) -> None:  # noqa: ARG002
        self.states.append(state)
        if course is not None:
            self.courses.append(course)


@pytest.fixture
def stage_of(qapp: QApplication) -> Iterator[Callable[[Exploration], Stage]]:  # noqa: ARG001 - Qt must run
    stages: list[Stage] = []

    def make(exploration: Exploration) -> Stage:
        stages.append(Stage(exploration))
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()


@pytest.fixture
def stage(stage_of: Callable[[Exploration], Stage]) -> Stage:
    return stage_of(START)


def finish(qtbot: QtBot, stage: Stage) -> None:
    qtbot.waitUntil(lambda: not stage.desk.running, timeout=LONG)


def reach(qtbot: QtBot, stage: Stage, step: int) -> None:
    qtbot.waitUntil(lambda: stage.step >= step, timeout=LONG)


@pytest.mark.parametrize("error", [OSError("out of memory"), RuntimeError("no start here"), TypeError("no pickle")])
@pytest.mark.parametrize("what", ["start", "send"])
def test_a_training_that_cannot_begin_is_over_and_says_why(
    qtbot: QtBot, stage_of: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch, error: Exception, what: str
) -> None:
    # One whose process no window has begun before.
    monkeypatch.setattr(desk, "Trainer", Trainer)
    # The process lives: it is not what has failed.
    monkeypatch.setattr(trainer_module, "_PATIENCE", 0.1)
    stage = stage_of(START)

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        if what == "start":
            patch.setattr(multiprocessing.get_context("spawn").Process, "start", fail)
        else:
            patch.setattr(multiprocessing.connection.Connection, "send", fail)
        stage.desk.start()
        stage.desk.pause()
        finish(qtbot, stage)
    assert stage.states[-1] == "ready"
    # What a pipe refuses says nothing of why the process is gone.
    assert str(error) in stage.refused[-1] or (what == "send" and isinstance(error, OSError))
    stage.desk.step()
    finish(qtbot, stage)
    assert stage.step == 1


class TestDesk:
    def test_a_training_is_one_undo_step_called_train(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start()
        reach(qtbot, stage, 1)
        reach(qtbot, stage, stage.step + 1)
        stage.desk.pause()
        finish(qtbot, stage)
        assert stage.store.undo_label == "Train"
        stage.store.undo()
        assert stage.store.exploration == START
        assert not stage.store.can_undo
        assert stage.desk.state == "ready"

    def test_two_trainings_are_two(self, qtbot: QtBot, stage: Stage) -> None:
        for _ in range(2):
            stage.desk.step()
            finish(qtbot, stage)
        stage.store.undo()
        assert stage.step == 1

    def test_a_goal_is_reached_exactly_and_told(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start(30)
        finish(qtbot, stage)
        assert stage.store.exploration.recipe.trained == run(START, 30).recipe.trained
        assert (stage.states[0], stage.states[-1]) == ("starting", "done")
        assert stage.courses[-1] == Course(done=30, goal=30, rest=0)
        assert ending_text(stage.desk.ending) == "ended: all 30 updates asked for are made"
        assert [course.done for course in stage.courses] == sorted(course.done for course in stage.courses)

    def test_what_was_paused_goes_on_for_the_steps_that_are_left(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start(400)
        reach(qtbot, stage, 1)
        stage.desk.pause()
        finish(qtbot, stage)
        paused = stage.step
        assert stage.desk.state == "paused"
        assert stage.courses[-1] == Course(done=paused, goal=400, rest=400 - paused)
        assert ending_text(stage.desk.ending) == f"stopped by hand after {paused} of 400 updates"
        stage.desk.start(400)
        assert stage.desk.ending is None
        finish(qtbot, stage)
        assert (stage.step, stage.desk.state) == (400, "done")
        assert ending_text(stage.desk.ending) == "ended: all 400 updates asked for are made"
        stage.store.undo()
        assert stage.desk.ending is None

    def test_looking_back_stepping_and_undoing_keep_the_course(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start(30)
        finish(qtbot, stage)
        stage.desk.go_to(0)
        assert stage.courses[-1] == Course(done=30, goal=30, rest=30)
        assert stage.desk.state == "done"
        stage.store.undo()
        assert stage.desk.course is None
        stage.store.redo()
        assert stage.courses[-1].done == 30

    def test_one_step_is_one_of_the_goal_and_none_of_what_was_never_begun(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.step()
        finish(qtbot, stage)
        assert (stage.desk.course, stage.desk.state) == (None, "paused")
        stage.desk.start(400)
        reach(qtbot, stage, 2)
        stage.desk.pause()
        finish(qtbot, stage)
        before = stage.courses[-1]
        stage.desk.step()
        finish(qtbot, stage)
        assert stage.courses[-1] == Course(before.done + 1, 400, before.rest - 1)

    def test_another_goal_begins_from_here(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start(10)
        finish(qtbot, stage)
        stage.desk.start(5)
        finish(qtbot, stage)
        assert (stage.step, stage.courses[-1]) == (15, Course(5, 5, 0))

    def test_an_epoch_has_as_many_updates_as_the_task_says(self, qtbot: QtBot, stage: Stage) -> None:
        stage.store.adjust(START.with_settings(batch=100))
        stage.desk.epoch()
        finish(qtbot, stage)
        assert stage.step == dataset(TASK).source.epoch(100)

    def test_settings_changed_while_it_runs_take_hold_without_an_end(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start()
        reach(qtbot, stage, 1)
        for rate in (0.02, 0.03, 0.0):
            stage.store.commit("Learning rate", stage.store.exploration.with_settings(rate=rate), "rate")
        before = stage.step
        reach(qtbot, stage, before + 60)
        stage.desk.pause()
        finish(qtbot, stage)
        record = stage.store.exploration.record
        assert record is not None
        assert set(stage.states[:-1]) == {"starting", "running", "pausing"}
        assert record.column("step").tolist() == list(range(1, stage.step + 1))
        weights = record.snapshots[-1].weights["W"], record.snapshots[-2].weights["W"]
        assert np.array_equal(*weights)
        labels = []
        while stage.store.can_undo:
            labels.append(stage.store.undo_label)
            stage.store.undo()
        assert labels == ["Train", "Learning rate", "Train"]

    def test_a_cursor_that_moves_meanwhile_disturbs_nothing(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start(40)
        reach(qtbot, stage, 1)
        stage.controller.select(4, 2)
        finish(qtbot, stage)
        assert stage.store.exploration.selection.t == 4
        assert stage.step == 40

    def test_an_edit_by_hand_is_learnt_on_from(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start()
        reach(qtbot, stage, 1)
        before = stage.step
        stage.store.commit("Edit", stage.store.exploration.with_recipe(edits=(Edit("W", 0, 0, 0.5),)))
        reach(qtbot, stage, before + 1)
        stage.desk.pause()
        finish(qtbot, stage)
        assert stage.store.exploration.recipe.edits == ()

    @pytest.mark.parametrize(
        "change",
        [
            lambda stage: stage.store.undo(),
            lambda stage: stage.store.commit("Gain", stage.store.exploration.with_recipe(gain=0.5)),
            lambda stage: stage.store.commit("Open a file", Exploration()),
            lambda stage: stage.desk.reset(),
            lambda stage: stage.desk.new_seed(),
        ],
        ids=["undo", "another network", "another exploration", "reset", "new seed"],
    )
    def test_what_takes_the_weights_away_ends_it(
        self, qtbot: QtBot, stage: Stage, change: Callable[[Stage], None]
    ) -> None:
        stage.desk.start()
        reach(qtbot, stage, 1)
        change(stage)
        assert not stage.desk.running
        after = stage.store.exploration
        qtbot.wait(150)
        assert stage.store.exploration == after
        assert after.recipe.trained is None
        assert stage.states[-1] == "ready"

    def test_reset_goes_back_to_the_same_weights_and_undo_brings_all_back(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start(3)
        finish(qtbot, stage)
        trained = stage.store.exploration
        stage.desk.reset()
        assert stage.store.exploration.without_runs() == START
        stage.store.undo()
        assert stage.store.exploration == trained

    def test_the_same_start_is_trained_in_turn_without_clipping_and_with_it(self, qtbot: QtBot, stage: Stage) -> None:
        in_turn = InTurn(stage.controller, stage.desk)
        in_turn.begin(clipped_or_not, 2)
        qtbot.waitUntil(lambda: not stage.desk.running and stage.store.exploration.active == 1, timeout=LONG)
        one, other = (recipe.record for recipe in stage.store.exploration.networks)
        assert one is not None
        assert other is not None
        assert [one.last, other.last] == [2, 2]
        assert [one.settings.clip, other.settings.clip] == ["none", "norm"]
        assert one.snapshots[0] == other.snapshots[0]
        assert stage.store.exploration.stage == "beside"
        stage.store.undo()
        stage.store.undo()
        assert stage.store.exploration == START

    def test_scrubbing_pauses_first_and_is_no_undo_step(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start()
        reach(qtbot, stage, 1)
        stage.desk.go_to(0)
        finish(qtbot, stage)
        assert stage.step == 0
        assert stage.store.exploration.record is not None
        assert stage.store.exploration.record.last > 0
        stage.store.undo()
        assert stage.store.exploration == START

    def test_going_on_from_an_earlier_moment_leads_to_the_same_numbers(self, qtbot: QtBot, stage: Stage) -> None:
        for _ in range(3):
            stage.desk.step()
            finish(qtbot, stage)
        there = stage.store.exploration
        stage.desk.go_to(1)
        assert stage.store.exploration == at_step(there, 1)
        stage.desk.start(2)
        finish(qtbot, stage)
        assert stage.store.exploration.recipe.trained == there.recipe.trained

    def test_divergence_is_a_state_at_the_moment_from_which_one_can_go_on(
        self, qtbot: QtBot, stage_of: Callable[[Exploration], Stage]
    ) -> None:
        stage = stage_of(EXPLODING)
        stage.desk.start()
        finish(qtbot, stage)
        assert stage.states[-1] == stage.desk.state == "diverged"
        assert ending_text(stage.desk.ending) == "ended: it diverged, the loss is no finite number any more"
        assert stage.refused == []
        record = stage.store.exploration.record
        assert record is not None
        assert stage.store.exploration.recipe.trained == record.good
        stage.desk.go_to(record.last)
        assert stage.desk.state == "diverged"
        stage.desk.go_to(record.good.step)
        stage.store.commit("Clip", stage.store.exploration.with_settings(clip="norm", rate=1e-3))
        stage.desk.start(3)
        finish(qtbot, stage)
        assert stage.desk.state == "done"
        assert stage.step == record.good.step + 3

    def test_without_a_task_the_person_is_told(self, qtbot: QtBot, stage_of: Callable[[Exploration], Stage]) -> None:
        stage = stage_of(Exploration())
        stage.desk.start()
        finish(qtbot, stage)
        assert stage.refused[-1] == "There is nothing to learn yet: choose a task first."
        assert stage.desk.state == "ready"

    def test_closing_while_it_runs_ends_at_once(self, stage: Stage) -> None:
        stage.desk.start()
        stage.desk.close()
        assert not stage.desk.running

    def test_it_is_starting_until_the_first_update_and_pausing_until_the_last(self, qtbot: QtBot, stage: Stage) -> None:
        stage.desk.start()
        assert stage.desk.state == "starting"
        reach(qtbot, stage, 1)
        assert stage.desk.state == "running"
        stage.desk.pause()
        assert stage.desk.state == stage.states[-1] == "pausing"
        finish(qtbot, stage)
        assert stage.desk.state == "paused"

    @pytest.mark.parametrize("change", [{"gain": 0.5}, {"cell": "lstm"}, {"hidden": 4}, {"init": "orthogonal"}])
    @pytest.mark.parametrize("running", [True, False])
    def test_training_that_another_network_gives_up_is_told(
        self, qtbot: QtBot, stage: Stage, change: dict[str, object], running: bool
    ) -> None:
        told: list[bool] = []
        stage.desk.gave_up.connect(lambda: told.append(True))
        stage.desk.start(None if running else 1)
        if running:
            reach(qtbot, stage, 1)
        else:
            finish(qtbot, stage)
        trained = stage.step
        stage.store.commit("Change", stage.store.exploration.with_recipe(**change))
        assert told == [True]
        assert not stage.desk.running
        stage.store.undo()
        assert stage.step == trained
        assert told == [True]

    def test_training_whose_place_another_exploration_takes_is_no_news(self, qtbot: QtBot, stage: Stage) -> None:
        told: list[bool] = []
        stage.desk.gave_up.connect(lambda: told.append(True))
        stage.desk.step()
        finish(qtbot, stage)
        other = stage.store.exploration.with_recipe(gain=0.5)
        assert other.recipe.trained is None
        stage.store.replace("A step of the lesson", other, Document(saved=other))
        assert told == []
        assert stage.step == 0

    def test_training_that_was_taken_back_or_reset_is_no_news(self, qtbot: QtBot, stage: Stage) -> None:
        told: list[bool] = []
        stage.desk.gave_up.connect(lambda: told.append(True))
        stage.desk.step()
        finish(qtbot, stage)
        stage.store.undo()
        stage.store.redo()
        stage.desk.reset()
        assert stage.step == 0
        assert told == []
