"""`LatestWins`: the newest request wins, nothing stale is told, and the thread ends when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.engine.errors import Stopped
from explorer.engine.flow.allpairs import Report, Stop
from explorer.gui.core import worker
from explorer.gui.core.worker import LatestWins


@dataclass
class Bench:
    """A worker whose work on a request waits for ``gate``, unless it is told to stop."""

    gate: threading.Event = field(default_factory=threading.Event)
    begun: list[Any] = field(default_factory=list)
    stopped: list[Any] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    idle: int = 0

    def __post_init__(self) -> None:
        self.worker = LatestWins(self.work)
        self.worker.answered.connect(lambda answer: self.told.append(answer))
        self.worker.failed.connect(lambda error: self.told.append(error))
        self.worker.idled.connect(self._count)

    def work(self, request: Any, stop: Stop, report: Report) -> Iterator[Any]:
        self.begun.append(request)
        report(0.5)
        while not self.gate.wait(0.002):
            if stop():
                self.stopped.append(request)
                raise Stopped
        if isinstance(request, Exception):
            raise request
        yield request

    def paced(self) -> list[Any]:
        """Let another worker take the place of the first, one that waits until answers are painted; return what it tells."""
        self.worker.close()
        self.worker = LatestWins(self.work, paced=True)
        self.worker.answered.connect(lambda answer: self.told.append(answer))
        return self.told

    def _count(self) -> None:
        self.idle += 1


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:  # noqa: ARG001 - Qt must run
    made = Bench()
    yield made
    made.worker.close()


def begin(qtbot: QtBot, bench: Bench, request: object) -> None:
    """Submit ``request`` and wait until it is worked on."""
    bench.worker.submit(request)
    qtbot.waitUntil(lambda: request in bench.begun)


def test_a_burst_gives_the_newest_result_last_and_skips_what_waited(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, 0)
    for request in range(1, 50):
        bench.worker.submit(request)
    bench.gate.set()
    qtbot.waitUntil(lambda: bench.idle == 1)
    assert bench.begun == [0, 49]
    assert bench.told[-1] == 49


def test_work_that_is_soon_done_is_told_although_it_was_overtaken(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, "frame 1")
    bench.worker.submit("frame 2")
    bench.gate.set()
    qtbot.waitUntil(lambda: bench.idle == 1)
    assert bench.told == ["frame 1", "frame 2"]


def test_overtaken_work_that_takes_long_is_stopped(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, "slow")
    bench.worker.submit("next")
    qtbot.waitUntil(lambda: bench.stopped == ["slow"], timeout=2000)
    bench.gate.set()
    qtbot.waitUntil(lambda: bench.told == ["next"])


def test_cancelled_work_stops_at_once_and_tells_nothing(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, "work")
    bench.worker.cancel()
    qtbot.waitUntil(lambda: bench.stopped == ["work"])
    qtbot.wait(30)
    assert bench.told == []
    assert bench.idle == 0


def test_a_result_that_is_under_way_when_cancelled_is_dropped(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, "work")
    bench.gate.set()
    time.sleep(0.05)  # The answer is posted; the event loop has not run.
    bench.worker.cancel()
    qtbot.wait(30)
    assert bench.told == []


def test_a_request_after_a_cancelled_one_is_answered(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, "cancelled")
    bench.worker.cancel()
    bench.gate.set()
    bench.worker.submit("next")
    qtbot.waitUntil(lambda: bench.told == ["next"])


def test_an_exception_is_told_and_the_next_request_works(qtbot: QtBot, bench: Bench) -> None:
    error = ZeroDivisionError("by zero")
    bench.gate.set()
    bench.worker.submit(error)
    qtbot.waitUntil(lambda: bench.told == [error])
    bench.worker.submit("next")
    qtbot.waitUntil(lambda: bench.told == [error, "next"])


def test_the_error_of_an_overtaken_request_is_not_told(qtbot: QtBot, bench: Bench) -> None:
    error = ZeroDivisionError("by zero")
    begin(qtbot, bench, error)
    bench.worker.submit("next")
    bench.gate.set()
    qtbot.waitUntil(lambda: bench.idle == 1)
    assert bench.told == ["next"]


def test_progress_is_told_while_it_works(qtbot: QtBot, bench: Bench) -> None:
    with qtbot.waitSignal(bench.worker.progressed) as progress:
        bench.worker.submit("work")
    assert progress.args == [0.5]


def test_slots_run_in_the_thread_of_the_window(qtbot: QtBot, bench: Bench) -> None:
    threads: list[threading.Thread] = []
    bench.worker.answered.connect(lambda _: threads.append(threading.current_thread()))
    bench.gate.set()
    bench.worker.submit("work")
    qtbot.waitUntil(lambda: len(threads) == 1)
    assert threads == [threading.main_thread()]


def test_closing_stops_long_work_and_leaves_no_thread(qtbot: QtBot, qapp: QApplication) -> None:  # noqa: ARG001
    before = set(threading.enumerate())
    bench = Bench()
    begin(qtbot, bench, "long")
    bench.worker.close()
    assert bench.stopped == ["long"]
    assert set(threading.enumerate()) == before


def test_what_was_posted_before_closing_is_not_told_after_it(qtbot: QtBot, bench: Bench) -> None:
    begin(qtbot, bench, "work")
    bench.gate.set()
    time.sleep(0.05)
    bench.worker.close()
    qtbot.wait(30)
    assert bench.told == []


@pytest.mark.parametrize("action", [LatestWins.cancel, LatestWins.close])
def test_without_work_cancelling_and_closing_do_nothing(bench: Bench, action: Callable[[LatestWins], None]) -> None:
    action(bench.worker)
    action(bench.worker)
    assert bench.told == []


def test_work_on_what_goes_on_changing_comes_to_its_first_answer(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_PATIENCE", 0.0)
    begun, enough = threading.Event(), threading.Event()

    def work(request: int, stop: Callable[[], bool], _: object) -> Iterator[int]:
        begun.set()
        while not enough.wait(0.002):
            if stop():
                raise Stopped
        yield request

    bench, answers = LatestWins(work), []
    bench.answered.connect(answers.append)
    bench.submit(0)
    assert begun.wait(5)
    for request in range(1, 30):
        bench.submit(request, urgent=False)
        qtbot.wait(5)
    enough.set()
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=5000)
    assert answers == [0, 29]
    bench.close()


def test_what_is_asked_next_is_begun_when_the_last_answer_is_painted(
    qtbot: QtBot, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PAUSE", 60.0)
    told = bench.paced()
    bench.gate.set()
    begin(qtbot, bench, "frame 1")
    qtbot.waitUntil(lambda: told == ["frame 1"])
    for frame in ("frame 2", "frame 3"):
        bench.worker.submit(frame)
    qtbot.wait(20)
    assert bench.begun == ["frame 1"]
    bench.worker.go_on()
    qtbot.waitUntil(lambda: told == ["frame 1", "frame 3"])
