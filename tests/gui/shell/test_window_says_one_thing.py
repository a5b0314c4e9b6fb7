"""What the window says in several places at once agrees, and follows what is shown."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.beside import single
from explorer.workspace.exploration.exploration import Exploration, Numbers, Selection, Text, replace
from explorer.workspace.exploration.exploration import Signal as Wave
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import taught

from ..conftest import SMALL, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


def test_advice_goes_with_the_word_that_it_speaks_of(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit("phenomenal")
    text = window.build_panel.sequence.texts.text
    for typed, stays in (("that was truly phenomenal", True), ("it was truly phenomenal", False)):
        text.setPlainText(typed)
        text.flush()
        assert window.hint.isVisible() == stays
    settle(qtbot, window)


def test_advice_says_that_it_is_of_the_preset_once_something_is_another_and_no_longer_when_that_is_taken_back(
    window: Window, qtbot
) -> None:
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    settle(qtbot, window)
    own = preset("vanishing-tanh").look["en"]
    marked = f"Of the preset before it was changed: {own}"
    window.controller.select(20, 3)
    assert window.hint.text == own
    for change in (
        Gesture.of("Gain", Exploration.with_recipe, gain=1.6),
        Gesture.of("Units", Exploration.with_recipe, hidden=7),
        Gesture.of("Norm", Exploration.with_lens, norm="spectral"),
    ):
        window.controller.commit(change)
        assert window.hint.text == marked, change
        window.actions_["undo"].trigger()
        assert window.hint.text == own
    window.set_presentation(True)
    window.controller.commit(Gesture.of("Gain", Exploration.with_recipe, gain=1.6))
    # What comes and goes waits for the window to have all of the screen.
    QApplication.processEvents()
    assert window.hint.text == f"Of the preset before it was changed: {preset('vanishing-tanh').sight('en')}"
    window.set_presentation(False)
    settle(qtbot, window)


def test_what_is_said_of_a_preset_is_back_once_all_changes_are_taken_back_and_does_not_come_with_a_change(
    window: Window, qtbot
) -> None:
    window.top_bar.preset_chosen.emit("toggle")
    settle(qtbot, window)
    title = window.compare.title
    window.controller.commit(Gesture.of("Task", taught, task=Task(kind="sine")))
    settle(qtbot, window)
    assert window.compare.title != title
    window.actions_["undo"].trigger()
    settle(qtbot, window)
    assert window.compare.title == title
    window.controller.commit(Gesture.of("Cell", Exploration.with_recipe, cell="lstm"))
    window.controller.commit(Gesture.of("Alone", single))
    settle(qtbot, window)
    assert not window.hint.isVisible()


def test_without_a_task_the_menu_says_that_one_is_to_be_chosen(window: Window, qtbot) -> None:
    """There it leads, where the button that would start is grey."""
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    settle(qtbot, window)
    assert not window.learning.panel.run.start_button.isEnabled()
    assert window.actions_["train"].text() == "Choose what to learn …"
    window.controller.commit(Gesture.of("Task", taught, task=Task(kind="sine")))
    assert window.actions_["train"].text() == "Start training"
    settle(qtbot, window)


def test_advice_about_a_task_says_that_it_is_of_the_network_before_its_training(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit("task-sine")
    settle(qtbot, window)
    own = preset("task-sine").look["en"]
    assert window.hint.text == own
    window.actions_["train_step"].trigger()
    qtbot.waitUntil(lambda: window.hint.text == f"Of the preset before it was trained: {own}", timeout=20_000)
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: window.hint.text == own)


def test_the_sentence_over_networks_is_said_only_while_they_differ_as_those_of_the_preset(
    window: Window, qtbot
) -> None:
    window.top_bar.preset_chosen.emit("toggle")
    settle(qtbot, window)
    own = preset("toggle").look["en"]
    window.controller.commit(Gesture.of("Gain", Exploration.with_recipe, gain=1.6))
    settle(qtbot, window)
    assert window.compare.sentence.text() == own
    networks = window.store.exploration.networks
    one_apart = (*networks[:2], replace(networks[2], gain=0.3))
    window.controller.replace("Change one", replace(window.store.exploration, networks=one_apart))
    settle(qtbot, window)
    assert window.compare.sentence.text() != own


def test_a_step_at_the_end_stays_at_the_end_of_a_longer_sentence(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit("phenomenal")
    settle(qtbot, window)
    text = window.build_panel.sequence.texts.text
    text.setPlainText("that was phenomenal and I would see it again")
    text.flush()
    settle(qtbot, window)
    assert window.controller.inspection.t == window.controller.inspection.analysis.steps == 11
    window.controller.select(3, 1)
    text.setPlainText("that was phenomenal and I would see it again today")
    text.flush()
    assert window.store.exploration.selection.t == 3


@pytest.mark.parametrize(("t", "after"), [(8, 60), (5, 5)])
def test_a_drag_of_the_length_takes_the_end_along_and_nothing_else(window: Window, t: int, after: int) -> None:
    window.controller.select(t, 2)
    length = window.build_panel.sequence.length
    length.track.setSliderDown(True)
    for steps in (6, 5, 20, 60):
        length.changed.emit(float(steps))
    length.track.setSliderDown(False)
    assert window.store.exploration.sequence == Wave(steps=60)
    assert window.store.exploration.selection == Selection(t=after, k=2)


@pytest.fixture
def trained(window: Window, qtbot) -> Window:
    """Return a window in which ten steps were trained."""
    window.controller.replace("Task", taught(SMALL, Task(kind="temporal_order", lag=10)))
    window.learning.desk.start(10)
    qtbot.waitUntil(lambda: window.learning.desk.state == "done", timeout=20_000)
    settle(qtbot, window)
    return window


def steps_said(window: Window) -> list[set[str]]:
    """Return the numbers of updates that the run card, the time line and the curves say, each as a set."""
    run = window.learning.panel.run
    said = (f"{run.state.text()} {run.pace.text()}", window.learning.timeline.words.text(),
            window.learning.cards.curves._subtitle.text())  # fmt: skip
    return [set(re.findall(r"update (\d+)", text)) for text in said]


def test_a_moment_that_is_looked_back_to_is_the_same_everywhere(trained: Window, qtbot) -> None:
    window = trained
    record = window.store.exploration.record
    assert record is not None
    for index in (3, 2, 5):
        window.learning.timeline.track.setValue(index)
        step = str(record.snapshots[index].step)
        qtbot.waitUntil(lambda step=step: steps_said(window) == [{step}] * 3)
        assert "done" not in window.learning.panel.run.state.text()
    settle(qtbot, window)
    assert steps_said(window) == [{step}] * 3
    window.learning.timeline.track.setValue(len(record.snapshots) - 1)
    assert window.learning.panel.run.state.text() == "done: 10 updates"


def test_one_step_number_is_said_while_it_trains(window: Window, qtbot) -> None:
    window.controller.replace("Task", taught(SMALL, Task(kind="temporal_order", lag=10)))
    window.learning.desk.start(400)
    seen: list[set[str]] = []
    qtbot.waitUntil(lambda: window.learning.timeline.isVisible(), timeout=20_000)
    for _ in range(20):
        QApplication.processEvents()
        seen.append(set().union(*steps_said(window)))
        qtbot.wait(5)
    window.learning.desk.pause()
    qtbot.waitUntil(lambda: not window.learning.desk.running, timeout=20_000)
    assert {len(said) for said in seen} == {1}


def test_a_card_that_cannot_start_does_not_say_that_it_is_ready(window: Window) -> None:
    run = window.learning.panel.run
    window.left.show_panel(window.learning.panel)
    assert not run.start_button.isEnabled()
    assert run.state.text() == "no task"
    window.controller.replace("Task", taught(SMALL, Task(kind="temporal_order", lag=10)))
    assert run.start_button.isEnabled()
    assert run.state.text() == "ready"


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("toggle", "build_panel", "inspect_panel"),
        ("task-recall", "panel", "cards"),
        ("error-surface", "build_panel", "cards"),
    ],
)
def test_a_preset_shows_what_it_is_about_from_the_top(window: Window, qtbot, name: str, left: str, right: str) -> None:
    learning = window.learning
    panels = {"build_panel": window.build_panel, "inspect_panel": window.inspect_panel,
              "panel": learning.panel, "cards": learning.cards}  # fmt: skip
    for before in ("build_panel", "panel"):
        window.left.show_panel(panels[before])
        window.right.show_panel(panels["cards" if before == "panel" else "inspect_panel"])
        QApplication.processEvents()
        for panel in (window.build_panel._area, learning.panel._area, window.inspect_panel, learning.cards):
            panel.verticalScrollBar().setValue(400)
        window.top_bar.preset_chosen.emit(name)
        settle(qtbot, window)
        QApplication.processEvents()
        assert window.left.shown is panels[left]
        assert window.right.shown is panels[right]
        assert panels[left]._area.verticalScrollBar().value() == 0
        if name != "error-surface":
            assert panels[right].verticalScrollBar().value() == 0


def test_rounding_noise_is_zero_wherever_a_number_is_read(window: Window, qtbot) -> None:
    wave = Exploration(sequence=Wave(steps=21)).with_recipe(hidden=3)
    window.controller.replace("Wave", wave)
    settle(qtbot, window)
    window.time_views[0]._selection = Selection(t=6, k=0)
    window.time_views[0].setFocus()
    QTest.keyClick(window.time_views[0], Qt.Key.Key_Return)
    assert window.time_views[0].editor.text() == "0"
    window.time_views[0].editor.cancel()
    window.controller.select(1, 0)
    QTest.keyClick(window.time_views[0], Qt.Key.Key_Up)
    settle(qtbot, window)
    assert isinstance(window.store.exploration.sequence, Numbers)
    numbers = window.build_panel.sequence.numbers
    assert "e-" not in numbers.toPlainText()
    kept = window.store.exploration.sequence.rows[5]
    numbers.setPlainText(numbers.toPlainText().replace("1.1", "1.2"))
    numbers.flush()
    assert window.store.exploration.sequence.rows[0] == (1.2,)
    assert window.store.exploration.sequence.rows[5] == kept
    window.controller.commit(Gesture("Text", lambda e: e.with_sequence(Text(text="so"))))
