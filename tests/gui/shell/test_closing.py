"""What is under way ends with the window: nothing answers to what is gone, and nobody waits for what is not wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.engine.errors import Stopped
from explorer.gui.models import sheet as models
from explorer.gui.panels.build import vectors_row
from explorer.gui.presets import thumbnails
from explorer.gui.shell.window import Window
from explorer.gui.sweeps import running, work
from explorer.gui.sweeps.running import Wanted
from explorer.workspace.exploration.exploration import Exploration, Text
from explorer.workspace.sweeps.reading import sweep_of

from ..conftest import bury

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

_SWEPT = """preset = "toggle"
quantities = ["rate"]
[axes]
gain = [0.5, 1.0]
"""
_TRAINED = """preset = "task-sine"
quantities = ["rate"]
updates = 10000000
[axes]
gain = [0.5, 1.0]
"""


class Endless:
    """Stands for all work that a window has done by others: none comes to an end unless it is told to."""

    def __init__(self) -> None:
        self.begun: set[str] = set()
        self.ended: set[str] = set()

    def of(self, name: str) -> Callable[..., Iterator[object]]:
        """Return work that is begun and ended under ``name``."""

        def work(*asked: object) -> Iterator[object]:
            stop = next(one for one in asked[-2:] if callable(one))
            self.begun.add(name)
            while not stop():
                time.sleep(0.001)
            self.ended.add(name)
            raise Stopped
            yield

        return work


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Endless:
    """Let all work be endless but the analysis of what is shown."""
    found = Endless()
    for module, name in (
        (vectors_row, "_read"),
        (thumbnails, "_work"),
        (work, "swept"),
        (work, "foretold"),
        (work, "found"),
    ):
        monkeypatch.setattr(module, name, found.of(name))

    class Trials:
        look = staticmethod(found.of("look"))

    monkeypatch.setattr(models, "Trials", Trials)
    return found


def test_no_work_outlives_its_window(
    window_of: Callable[..., Window], endless: Endless, qtbot: QtBot, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    window = window_of(Exploration(sequence=Text(text="the dog barks")))
    window.compare.asked.emit(endless.of("errand"))
    window.build_panel.layers.rows.vectors.read(tmp_path / "own.vec")
    window.presets.choose()
    window.models.open(tmp_path / "own.npz")
    sweep = sweep_of(_SWEPT, Path("mine.toml"))
    sheet = window.sweeps.show()
    sheet.show_sweep(sweep)
    sheet.work.run("")
    sheet.work.find(sweep, (0,))
    every = {"errand", "_read", "_work", "look", "swept", "foretold", "found"}
    qtbot.waitUntil(lambda: endless.begun == every)
    bury(window)
    assert endless.ended == every
    left = {one.name for one in set(threading.enumerate()) - before}
    assert not left & {"analysis", "page_0", "autosave_0"}


def test_who_no_longer_wants_a_trained_point_does_not_wait_for_its_training() -> None:
    asked = Wanted(sweep_of(_TRAINED, Path("mine.toml")), (0,))
    with pytest.raises(Stopped):
        next(running.found(asked, lambda: True, lambda _: None))
