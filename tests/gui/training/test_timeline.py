"""The time line of training: scrubbing, the film, and what is said of the kept moments."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.network.network import Network
from explorer.gui.core.plan import Course, Ending
from explorer.gui.plot import theme as look
from explorer.gui.training.film import FRAMES, SECONDS, Film
from explorer.gui.training.timeline import TimeLine
from explorer.gui.words import i18n
from explorer.workspace.exploration.curves import COLUMNS, parted
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.record import Record, Snapshot, packed
from explorer.workspace.words.numbers import signed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LIGHT = next(iter(look.themes().values()))


def record(count: int, stride: int = 10, events: dict[int, str] | None = None) -> Record:
    """Return ``count`` snapshots, ``stride`` steps apart, with a loss at every step."""
    net = Network.random(inputs=1, hidden=3, outputs=2, seed=1)
    data = packed({name: getattr(net, name) for name in WEIGHTS})
    last = (count - 1) * stride
    steps = sorted({*range(0, last + 1, stride), *(events or {})})
    rows = np.full((last, len(COLUMNS)), np.nan)
    rows[:, 0] = np.arange(1, last + 1)
    rows[:, COLUMNS.index("loss")] = np.geomspace(1.0, 0.01, last)
    snapshots = tuple(Snapshot(step=s, tensors=data, event=(events or {}).get(s, "")) for s in steps)  # type: ignore[arg-type]
    return Record(snapshots=snapshots, **parted(rows), stride=stride)


def at(kept: Record | None, step: int = 0) -> Exploration:
    recipe = Recipe(hidden=3, outputs=2, trained=kept.nearest(step) if kept else None)
    return Exploration(networks=(replace(recipe, record=kept),))


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[TimeLine]:
    holder, bar = QWidget(), TimeLine(LIGHT)
    qtbot.addWidget(holder)
    holder.resize(800, 100)
    bar.setParent(holder)
    bar.resize(700, 46)
    holder.show()
    yield bar
    bar.film.stop()
    i18n.set_language("en")


def told(line: TimeLine) -> list[int]:
    steps: list[int] = []
    line.moment_chosen.connect(steps.append)
    return steps


def place(line: TimeLine, step: int) -> QPoint:
    return QPoint(round(line.track._x(step)), 8)


def test_the_goal_is_said_while_training_runs_and_why_it_ended_once_it_rests(line: TimeLine):
    line.present(at(record(9), 80))
    line.set_running(True)
    line.tell(Course(done=80, goal=500, rest=420), None)
    assert line.words.text().startswith("update 80 of 500 · loss")
    line.set_running(False)
    for ending, said in (
        (Ending("made", 80, 80, 80, None), "ended: all 80 updates asked for are made"),
        (Ending("made", 80, 1, 1, None), "ended: the one update asked for is made"),
        (Ending("hand", 80, 80, 500, None), "stopped by hand after 80 of 500 updates"),
        (Ending("hand", 80, 80, None, None), "stopped by hand"),
        (Ending("fault", 80, 80, 500, None), "stopped by a fault after 80 of 500 updates"),
        (Ending("diverged", 80, 79, 500, None), "ended: it diverged, the loss is no finite number any more"),
    ):
        line.tell(None, ending)
        assert line.words.text().startswith(f"update 80 · {said} · loss")


def test_is_hidden_while_there_is_nothing_to_go_back_to(qtbot: QtBot):
    window = QWidget()
    qtbot.addWidget(window)
    bar = TimeLine(LIGHT)
    bar.setParent(window)
    for kept, seen in ((None, False), (record(1), False), (record(2), True), (None, False)):
        bar.present(at(kept))
        assert bar.isVisibleTo(window) is seen


def test_handle_stands_at_the_shown_moment_and_nobody_is_told(line: TimeLine):
    steps = told(line)
    line.present(at(record(11), 40))
    assert line.track.value() == 4
    assert steps == []


def test_says_moment_stride_and_memory(line: TimeLine):
    kept = record(11, 8)
    line.present(at(kept, 40))
    size = 11 * len(kept.snapshots[0].tensors) / 1e6
    loss = signed(float(kept.column("loss")[kept.column("step") == 40][0]), 3)
    assert line.words.text() == (
        f"update 40 of 80 · loss {loss} · going on from here gives up 40 updates · every 8 updates kept · {size:.2g} of 12 MB"
    )
    assert line.track.accessibleDescription() == line.words.text()
    line.present(at(kept, 80))
    loss = signed(float(kept.column("loss")[-1]), 3)
    assert line.words.text() == f"update 80 · loss {loss} · every 8 updates kept · {size:.2g} of 12 MB"
    line.present(at(record(11, 1), 4))
    assert " · every update kept" in line.words.text()
    line.present(at(record(11, 1), 9))
    assert " · going on from here gives up 1 update · " in line.words.text()
    line.present(at(record(11, 8, {38: "jump"}), 4))
    assert " · about every 8 updates kept" in line.words.text()


def test_drag_tells_each_snapshot_once(line: TimeLine):
    line.present(at(record(5)))
    steps = told(line)
    QTest.mousePress(line.track, Qt.MouseButton.LeftButton, pos=place(line, 0))
    for x in range(place(line, 0).x(), place(line, 40).x() + 1):
        QTest.mouseMove(line.track, QPoint(x, 8))
    assert steps == [10, 20, 30, 40]
    released: list[bool] = []
    line.released.connect(lambda: released.append(True))
    QTest.mouseRelease(line.track, Qt.MouseButton.LeftButton, pos=place(line, 40))
    QTest.mouseMove(line.track, place(line, 0))
    assert steps == [10, 20, 30, 40]
    assert released == [True]


def test_unevenly_kept_snapshots_stand_at_their_steps(line: TimeLine):
    line.present(at(record(5, events={38: "jump"})))
    steps = told(line)
    QTest.mouseClick(line.track, Qt.MouseButton.LeftButton, pos=place(line, 38))
    assert steps == [38]


def test_keys_step_and_jump(line: TimeLine):
    line.present(at(record(5), 20))
    steps = told(line)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        QTest.keyClick(line.track, key)
    assert steps == [10, 20, 40, 0]


def test_to_the_start_shows_the_first_snapshot(line: TimeLine):
    line.present(at(record(5), 20))
    steps = told(line)
    line.first.click()
    assert steps == [0]


@pytest.mark.parametrize("count", [2, 10, 97, 1000])
def test_film_lasts_as_long_whatever_the_number_of_snapshots(qtbot: QtBot, count: int):  # noqa: ARG001 - Qt must run
    film, seen = Film(), list[int]()
    film.moved.connect(seen.append)
    film.start(0, count)
    frames = 0
    while film.running:
        film.advance()
        frames += 1
    assert abs(frames - FRAMES * SECONDS) <= 1
    assert seen == sorted(set(seen))
    assert seen[-1] == count - 1
    assert len(seen) == min(count - 1, round(FRAMES * SECONDS))


def test_film_begins_where_the_handle_is_and_at_the_end_again_from_the_start(line: TimeLine):
    line.present(at(record(500), 4000))
    steps = told(line)
    line.play.click()
    line.film.advance()
    assert 4000 < steps[0] < 4200
    line.play.click()
    assert not line.film.running
    line.track.setValue(499)
    line.play.click()
    assert line.film.running
    assert steps[-1] == 0


def test_film_goes_on_while_the_window_shows_its_moments_and_ends_with_another_record(line: TimeLine):
    kept = record(20)
    line.present(at(kept))
    line.moment_chosen.connect(lambda step: line.present(at(kept, step)))
    QTest.keyClick(line.track, Qt.Key.Key_Space)
    for _ in range(30):
        line.film.advance()
    assert line.film.running
    assert line.track.value() == 6
    line.present(at(record(8)))
    assert not line.film.running


def test_touching_the_handle_stops_the_film(line: TimeLine):
    line.present(at(record(20)))
    line.play.click()
    QTest.mouseClick(line.track, Qt.MouseButton.LeftButton, pos=place(line, 50))
    assert not line.film.running


def test_while_training_runs_the_handle_follows_the_newest_and_is_nobodys(line: TimeLine, qtbot: QtBot):
    line.present(at(record(5), 10))
    steps = told(line)
    line.set_running(True)
    assert line.track.value() == 4
    line.present(at(record(9), 10))
    assert line.words.text().startswith("update 80 · ")
    qtbot.waitUntil(lambda: line.track.value() == 8)
    assert not line.play.isEnabled()
    assert not line.resume.isEnabled()
    QTest.mouseClick(line.track, Qt.MouseButton.LeftButton, pos=place(line, 0))
    QTest.keyClick(line.track, Qt.Key.Key_Home)
    QTest.keyClick(line.track, Qt.Key.Key_Space)
    assert steps == []
    assert not line.film.running
    line.set_running(False)
    assert line.track.value() == 1


def test_go_on_is_told(line: TimeLine, qtbot: QtBot):
    line.present(at(record(5), 10))
    with qtbot.waitSignal(line.go_on):
        line.resume.click()


def test_events_are_named_under_the_pointer(line: TimeLine):
    line.present(at(record(50, 10, {412: "jump", 490: "nan"})))
    assert line.track.name_at(QPointF(place(line, 414))) == "update 414: the loss jumped"
    assert line.track.name_at(QPointF(place(line, 491))) == "update 491: the loss stopped being a number"
    assert line.track.name_at(QPointF(place(line, 200))).startswith("update 200: loss 0.1")


@pytest.mark.parametrize("count", [2, 20, 400])
def test_can_be_drawn_in_every_theme_and_language(line: TimeLine, count: int):
    line.present(at(record(count, 7, {3: "jump"}), 7))
    for theme in look.themes().values():
        for code in i18n.languages():
            i18n.set_language(code)
            line.dress(theme)
            assert not line.grab().isNull()
    assert line.accessibleName()
    assert line.track.accessibleName()
