"""A person who does this and that for a while: nothing breaks, nothing is left behind."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import presets
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Sequence, Signal, Text
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import settle, shows_all

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

GESTURES = 320
WORDS = ["the", "quick", "brown", "fox", "that", "was", "phenomenal", ".", "渐变", "消失", "∂", "🙂"]


class Walk:
    """Random gestures on a window, the same for the same seed."""

    def __init__(self, window: Window, seed: int) -> None:
        self.window, self.dice = window, random.Random(seed)
        self.kinds: list[Callable[[], None]] = [
            self.recipe, self.recipe, self.recipe, self.size, self.size, self.sequence, self.sequence, self.weight,
            self.select, self.select, self.undo, self.redo, self.play, self.key, self.key, self.zoom, self.lens,
            self.pick, self.drag, self.look, self.networks, self.networks,
        ]  # fmt: skip

    def step(self) -> str:
        kind = self.dice.choice(self.kinds)
        kind()
        return kind.__name__

    def commit(self, change: Callable[[Exploration], Exploration], merge: str = "") -> None:
        self.window.controller.commit(Gesture("Walk", change, merge=merge))

    def recipe(self) -> None:
        dice = self.dice
        changes = dice.choice([
            {"cell": dice.choice(list(KERNELS))}, {"activation": dice.choice(list(ACTIVATIONS)), "cell": "rnn"},
            {"init": dice.choice(list(INITIALISATIONS))}, {"gain": dice.choice([0.0, 0.3, 1.0, 1.6, 4.0, 50.0])},
            {"bias": dice.choice([-30.0, -1.0, 0.0, 2.0])}, {"seed": dice.randrange(2**32)},
            {"readout": dice.choice(["softmax", "sigmoid", "identity"])}, {"outputs": dice.randint(1, 6)},
            {"initial_state": tuple(dice.uniform(-1, 1) for _ in range(dice.randint(0, 5)))},
        ])  # fmt: skip
        self.commit(lambda e: e.with_recipe(**changes))

    def size(self) -> None:
        self.commit(lambda e: e.with_recipe(hidden=self.dice.choice([1, 2, 3, 8, 24, 40])))

    def sequence(self) -> None:
        sequence = self.some_sequence()
        self.commit(lambda e: e.with_sequence(sequence))

    def some_sequence(self) -> Sequence:
        dice, steps = self.dice, self.dice.choice([1, 2, 3, 12, 40, 80])
        kind = dice.choice(["text", "signal", "numbers"])
        if kind == "text":
            text = " ".join(dice.choice(WORDS) for _ in range(steps))
            return Text(
                text=text, unit=dice.choice(["word", "character"]) if steps < 12 else "word", markers=steps < 40
            )
        if kind == "signal":
            return Signal(kind=dice.choice(["sine", "impulse", "step", "constant", "noise"]), steps=steps)
        width = dice.randint(1, 3)
        return Numbers(rows=tuple(tuple(dice.uniform(-2, 2) for _ in range(width)) for _ in range(steps)))

    def weight(self) -> None:
        edit = Edit(self.dice.choice(["W", "U", "V"]), 0, 0, self.dice.choice([0.0, -3.0, 1e6]))
        self.commit(lambda e: e.with_recipe(edits=(*e.recipe.edits[:3], edit)), "weight")

    def select(self) -> None:
        inspection = self.window.controller.inspection
        assert inspection is not None
        t = self.dice.randint(0, inspection.analysis.steps)
        self.window.controller.select(t, self.dice.randint(0, t))

    def undo(self) -> None:
        for _ in range(self.dice.randint(1, 4)):
            self.window.controller.undo()

    def redo(self) -> None:
        for _ in range(self.dice.randint(1, 3)):
            self.window.controller.redo()

    def play(self) -> None:
        name = self.dice.choice(["play", "play", "first", "back", "forward", "forward", "last"])
        self.window.actions_[name].trigger()

    def key(self) -> None:
        keys = "1234567+-[] "
        QTest.keyClick(self.window.focusWidget() or self.window, self.dice.choice(keys))
        if self.dice.random() < 0.3:
            self.window.focusNextChild()
        special = self.dice.choice([Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_Escape])
        QTest.keyClick(self.window.focusWidget() or self.window, special)

    def zoom(self) -> None:
        box = self.dice.choice(self.window.time_views).plot.box
        low = self.dice.uniform(-0.5, 10)
        box.setXRange(low, low + self.dice.uniform(1, 30), padding=0)
        if self.dice.random() < 0.4:
            self.window.actions_["whole"].trigger()

    def lens(self) -> None:
        changes = self.dice.choice(
            [
                {"norm": "spectral"},
                {"norm": "rms"},
                {"locked": False},
                {"locked": True, "decades": 3},
                {"threshold": 0.1},
            ]
        )
        self.commit(lambda e: e.with_lens(**changes))

    def pick(self) -> None:
        # A cell of a preset's own whose fixed matrix is square is refused with another number of units.
        shipped = [one.name for one in presets() if isinstance(one.exploration.recipe.cell, str)]
        self.window.top_bar.preset_chosen.emit(self.dice.choice(shipped))
        self.size()

    def drag(self) -> None:
        track = self.window.top_bar.gain.track
        track.setSliderDown(True)
        for _ in range(4):
            track.setSliderPosition(self.dice.randint(0, track.maximum()))
        track.setSliderDown(False)

    def networks(self) -> None:
        name = self.dice.choice(["pin", "pin", "beside", "beside", "difference", "swipe", "together", "unpin"])
        self.window.actions_[name].trigger()
        if self.dice.random() < 0.5:
            last = len(self.window.store.exploration.networks) - 1
            active = self.dice.randint(0, last)
            self.commit(lambda e: e.with_active(active))

    def look(self) -> None:
        kind = self.dice.random()
        if kind < 0.2:
            self.window.set_theme(self.dice.choice(list(themes())))
        elif kind < 0.4:
            self.window.set_language(self.dice.choice(list(i18n.languages())))
        elif kind < 0.5:
            self.window.actions_["presentation"].trigger()
        elif kind < 0.7:
            self.window.actions_[self.dice.choice(["build", "inspect"])].trigger()
        else:
            self.window.resize(self.dice.randint(500, 1600), self.dice.randint(400, 1000))


def errors(window: Window) -> list[str]:
    return [view._error.toolTip() for view in window.views if view._pages.currentWidget() is view._error]


def settle_or_go_back(qtbot: QtBot, window: Window, good: Exploration) -> Exploration:
    """Wait until all is shown, and return it; what is refused, as a preset with too many steps, gives way to ``good``."""
    qtbot.waitUntil(lambda: window.controller._failed or shows_all(window), timeout=10_000)
    if window.controller._failed:
        assert window.status.refusal.text()
        window.controller.replace("Go back", good)
        settle(qtbot, window)
    return window.store.exploration


def test_hundreds_of_random_gestures_leave_no_error_behind(window: Window, qtbot: QtBot) -> None:
    walk, threads, top = Walk(window, seed=2026), set(threading.enumerate()), len(QApplication.topLevelWidgets())
    done: list[str] = []
    good = window.store.exploration
    for i in range(GESTURES):
        done.append(walk.step())
        QApplication.processEvents()
        assert errors(window) == [], done[-5:]
        if i % 8 == 0:
            good = settle_or_go_back(qtbot, window, good)
            assert errors(window) == [], done[-8:]
    settle_or_go_back(qtbot, window, good)
    assert errors(window) == []
    assert set(done) == {kind.__name__ for kind in walk.kinds}
    # These wait for the next work: a thread or two of each, and one of each view that has asked for something of its own.
    pools = ("autosave", "all-pairs", "trainer")
    begun = set(threading.enumerate()) - threads
    assert not {t for t in begun if not t.name.startswith((*pools, "analysis"))}
    assert sum(t.name == "analysis" for t in threading.enumerate()) <= 1 + len(window.views)
    for pool in pools:
        assert sum(t.name.startswith(pool) for t in begun) <= 2
    assert len(QApplication.topLevelWidgets()) <= top


def test_undo_leads_all_the_way_back_through_a_walk(window: Window, qtbot: QtBot) -> None:
    begin = window.store.exploration
    walk = Walk(window, seed=7)
    for kind in [walk.recipe, walk.size, walk.sequence, walk.weight, walk.lens, walk.drag] * 6:
        kind()
    end = window.store.exploration
    label = "Begin a test"
    steps = 0
    while window.store.exploration != begin and window.store.undo_label != label:
        window.controller.undo()
        steps += 1
    assert window.store.exploration == begin
    for _ in range(steps):
        window.controller.redo()
    assert window.store.exploration == end
    settle(qtbot, window)
    assert errors(window) == []


def objects(window: Window) -> int:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    scenes = sum(len(view.plot.scene().items()) for view in window.time_views)
    return len(window.findChildren(QObject)) + len(QApplication.allWidgets()) + scenes


def test_the_number_of_objects_is_flat_over_edits_themes_and_languages(window: Window, qtbot: QtBot) -> None:
    def round_trip() -> None:
        for change in ({"gain": 2.0}, {"cell": "lstm"}, {"cell": "rnn", "hidden": 9}, {"hidden": 3}):
            window.controller.commit(Gesture("Walk", lambda e, change=change: e.with_recipe(**change)))
            settle(qtbot, window)
        for sequence in (Text(text="that was phenomenal"), Signal(steps=30), Signal(steps=8)):
            window.controller.commit(Gesture("Walk", lambda e, s=sequence: e.with_sequence(s)))
            settle(qtbot, window)
        window.set_language("zh_CN")
        window.set_theme("dark")
        window.set_language("en")
        window.set_theme("light")
        for name in ("_recent", "_pictures", "_networks", "_themes", "_languages"):
            getattr(window.menus, name).aboutToShow.emit()

    round_trip()
    before = objects(window)
    for _ in range(2):
        round_trip()
    assert objects(window) <= before + 2
