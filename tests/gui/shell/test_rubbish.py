"""Circles of objects that nothing refers to: they are collected, and never by a thread that is not the window's."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.shell.app import application
from explorer.gui.shell.rubbish import Rubbish, keep_tidy

MANY = 30_000


class Circle(QObject):
    """It refers to itself, and tells in which thread it dies."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.me = self
        self.destroyed.connect(lambda: tell(threading.current_thread().name))


@pytest.fixture
def rubbish(qapp: QApplication) -> Iterator[Rubbish]:
    """One that looks when a test says so, where Python by itself would look often."""
    before = gc.get_threshold()
    gc.set_threshold(MANY // 2, *before[1:])
    gc.collect()
    made = Rubbish(qapp)
    made._timer.stop()
    yield made
    shiboken6.delete(made)
    gc.set_threshold(*before)


def litter() -> None:
    """Make so many objects that Python's own collector would look through what is young."""
    kept = [[number] for number in range(MANY)]
    assert len(kept) == MANY


def in_a_worker(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()


def test_a_widget_that_nothing_refers_to_dies_in_the_windows_thread(rubbish: Rubbish) -> None:
    died: list[str] = []
    Circle(died.append)
    in_a_worker(litter)
    assert died == []
    litter_kept = [[number] for number in range(MANY)]
    rubbish.look()
    assert died == [threading.main_thread().name]
    assert len(litter_kept) == MANY


def test_a_few_new_objects_are_not_worth_a_look(rubbish: Rubbish) -> None:
    died: list[str] = []
    Circle(died.append)
    rubbish.look()
    assert died == []


def test_what_is_old_is_looked_through_at_rest(rubbish: Rubbish) -> None:
    died: list[str] = []
    kept = [Circle(died.append)]
    gc.collect(1)  # It is old now.
    kept.clear()
    kept_anew = []
    for _ in range(10):
        kept_anew.append([[number] for number in range(MANY)])
        rubbish.look()
    assert died == []
    rubbish.look()
    assert died == [threading.main_thread().name]


def test_where_nobody_rests_all_is_looked_through_some_time(rubbish: Rubbish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.gui.shell.rubbish._FULL", 15)
    died: list[str] = []
    kept = [Circle(died.append)]
    gc.collect(1)
    kept.clear()
    busy = []
    for _ in range(16):
        assert died == []
        busy.append([[number] for number in range(MANY)])
        rubbish.look()
    assert died == [threading.main_thread().name]


def test_an_application_has_one_whoever_made_it(qapp: QApplication, qtbot: QtBot) -> None:  # noqa: ARG001
    assert application() is qapp
    keep_tidy(qapp)
    assert not gc.isenabled()
    assert len(qapp.findChildren(Rubbish)) == 1
