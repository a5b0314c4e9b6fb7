"""The Train panel: what is learnt, how, and how far it has come."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPushButton

from explorer.engine.learning.settings import CLIPS, DECAYS, OMEGAS, OPTIMISERS, Settings
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.slider import ValueSlider
from explorer.gui.core.plan import Course
from explorer.gui.panels.train.own_dialog import OwnDialog
from explorer.gui.panels.train.run_words import loss_in_words, pace_in_words, time_in_words
from explorer.gui.panels.train.scale_slider import ScaleSlider, format_scaled
from explorer.gui.panels.train.task_card import TaskCard
from explorer.gui.panels.train.train import TrainPanel
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.curves import COLUMNS, parted
from explorer.workspace.exploration.exploration import Exploration, Text, replace
from explorer.workspace.exploration.layers import LayerRecipe
from explorer.workspace.exploration.record import Record, Snapshot, packed
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.tasks import TASKS, advised, dataset, taught

from ..conftest import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SHIPPED = [name for name, kind in TASKS.items() if not kind.owned]
SIGNALS = ("start", "pause", "step_asked", "epoch_asked", "reset_asked", "seed_asked")


@pytest.fixture(scope="module")
def panel(qapp):  # noqa: ARG001 - Qt must run
    panel = TrainPanel(look.themes()["light"])
    panel.resize(280, 1200)
    yield panel
    panel.close()
    shiboken6.delete(panel)


@pytest.fixture
def desk(panel):
    """Return a desk whose panel the tests share; what is no part of an exploration stays as one of them left it."""
    panel.show()
    desk = Desk(panel)
    panel.show_refusal("")
    yield desk
    panel.edited.disconnect(desk.take)
    panel.released.disconnect(desk.seal)
    panel.hide()
    i18n.set_language("en")


@pytest.fixture
def fresh(desk_of):
    """Return a desk whose panel has told of no run, and of which nothing is unfolded."""
    return desk_of(TrainPanel(look.themes()["light"]))


def choose(choice: Choice, name: str) -> None:
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())


def type_number(qtbot, slider: ValueSlider, text: str) -> None:
    slider.field.setFocus()
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, text)
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)


def test_why_a_task_cant_be_made_is_not_said_of_another_one(desk):
    """What a file asked for is gone with it: by a preset, another file, undo."""
    desk.show(replace(Exploration(), task=Task(kind="juggling")))
    assert "juggling" in desk.complaints()[0]
    desk.show(taught(Exploration(), Task(kind="recall")))
    assert desk.complaints() == []


def give(card: TaskCard, kind: str, path: Path) -> OwnDialog:
    """Choose the file at ``path`` for a task of ``kind``; return the dialog that took it or says why not."""
    card.choose_own(kind)
    dialog = card.own_dialog
    assert dialog is not None
    dialog.read(path)
    return dialog


def offered(choice: Choice) -> list[str]:
    return [choice.itemText(i) for i in range(choice.count())]


def snapshot(step: int, event: str = "") -> Snapshot:
    tensors = packed(dict.fromkeys(("U", "W", "b", "b_rec", "V", "c"), np.zeros((1, 1))))
    return Snapshot(step=step, tensors=tensors, event=event)


def trained(exploration: Exploration, rows: list[dict[str, float]], now: int, event: str = "") -> Exploration:
    """Return the exploration after a training with these points of its curves, at the moment ``now``."""
    table = np.array([[row.get(name, math.nan) for name in COLUMNS] for row in rows])
    present = snapshot(now, event)
    record = Record(snapshots=(snapshot(0), present), **parted(table))
    return exploration.with_recipe(trained=present, record=record)


# Numbers over many powers of ten


def test_scaled_numbers_are_said_shortly():
    said = [format_scaled(value) for value in (0.0, 10.0, 0.01, 0.00025, 2.5e-5, 1e-5)]
    assert said == ["0", "10", "0.01", "0.00025", "2.5e−5", "1e−5"]


def test_each_step_of_a_scale_changes_the_number_and_stays_within_it(qtbot):
    slider = ScaleSlider(1e-5, 10.0, usual=0.01)
    qtbot.addWidget(slider)
    for key, end in ((Qt.Key.Key_Right, 10.0), (Qt.Key.Key_Left, 1e-5)):
        seen = [slider.value]
        for _ in range(300):
            qtbot.keyClick(slider.track, key)
            seen.append(slider.value)
        until = seen.index(end)
        assert len(set(seen[: until + 1])) == until + 1
        assert set(seen[until:]) == {end}


def test_the_left_end_of_a_scale_with_zero_is_zero(qtbot):
    slider = ScaleSlider(1e-3, 1.0, usual=0.0, zero=True)
    qtbot.addWidget(slider)
    assert slider.value == 0.0
    qtbot.keyClick(slider.track, Qt.Key.Key_Right)
    assert slider.value == 1e-3
    assert slider.track.value() > 0
    qtbot.keyClick(slider.track, Qt.Key.Key_Left)
    assert slider.value == 0.0
    qtbot.keyClick(slider.track, Qt.Key.Key_End)
    qtbot.keyClick(slider.track, Qt.Key.Key_Home)
    assert slider.value == 0.0


# Settings


@pytest.mark.parametrize(
    ("control", "attribute", "names"),
    [
        ("optimiser", "optimiser", OPTIMISERS),
        ("clip", "clip", CLIPS),
        ("omega_form", "omega_form", OMEGAS),
        ("decay_form", "decay_form", DECAYS),
    ],
)
def test_each_choice_changes_its_setting_alone(desk, control: str, attribute: str, names):
    for name in names:
        choose(getattr(desk.panel.settings, control), name)
        assert desk.exploration == Exploration().with_settings(**{attribute: name})


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        ("rate", "2.5e-5", 2.5e-5),
        ("rate", "0.3", 0.3),
        ("momentum", "0.995", 0.995),
        ("batch", "7", 7),
        ("threshold", "0.25", 0.25),
        ("decay", "1e-4", 1e-4),
        ("omega", "4", 4.0),
        ("floss", "0.5", 0.5),
        ("floss_first", "200", 200),
        ("exponents", "12", 12),
    ],
)
def test_each_typed_number_changes_its_setting_alone(qtbot, desk, attribute: str, text: str, value: float):
    type_number(qtbot, getattr(desk.panel.settings, attribute), text)
    assert desk.exploration == Exploration().with_settings(**{attribute: value})
    assert type(getattr(desk.exploration.settings, attribute)) is type(value)


def test_a_setting_beyond_what_can_be_is_refused_under_its_control(qtbot, desk):
    type_number(qtbot, desk.panel.settings.momentum, "1")
    assert desk.exploration == Exploration()
    assert len(desk.complaints()) == 0  # its row is hidden: momentum is not in use
    choose(desk.panel.settings.optimiser, "momentum")
    type_number(qtbot, desk.panel.settings.rate, "-1")
    assert any("learning rate" in said for said in desk.complaints())
    assert desk.exploration.settings.rate == Settings().rate


def test_window_and_chunks_take_each_other_s_place_at_the_same_size(qtbot, desk):
    card = desk.panel.settings
    choose(card.cut, "window")
    type_number(qtbot, card.reach, "7")
    assert (desk.exploration.settings.window, desk.exploration.settings.chunk) == (7, 0)
    choose(card.cut, "chunk")
    assert (desk.exploration.settings.window, desk.exploration.settings.chunk) == (0, 7)
    choose(card.cut, "none")
    assert desk.exploration == Exploration()
    assert not card.reach.isVisibleTo(desk.panel)


def test_a_window_set_elsewhere_is_shown(desk):
    desk.show(Exploration().with_settings(window=3))
    assert desk.panel.settings.cut.value == "window"
    assert desk.panel.settings.reach.value == 3


def test_controls_without_effect_are_not_shown(desk):
    card = desk.panel.settings
    for settings, control, shown in (
        ({"optimiser": "momentum"}, card.momentum, True),
        ({"optimiser": "adam"}, card.momentum, False),
        ({"clip": "value"}, card.threshold, True),
        ({"clip": "none"}, card.threshold, False),
    ):
        desk.show(Exploration().with_settings(**settings))
        assert control.isVisibleTo(desk.panel) is shown


def test_forcing_is_one_way_to_cut_and_takes_the_steps_in_which_errors_double(desk):
    card = desk.panel.settings
    grows = Exploration().with_recipe(activation="identity", hidden=4, init="orthogonal", gain=2 ** (1 / 7))
    desk.show(grows.with_settings(window=12))
    assert not card.doubling.isVisibleTo(desk.panel)
    choose(card.cut, "force")
    assert desk.exploration == grows.with_settings(force=12)
    assert card.doubling.isVisibleTo(desk.panel)
    card.doubling.click()
    assert desk.exploration == grows.with_settings(force=7)


def test_what_is_rarely_changed_is_folded_away_and_counted(desk):
    card = desk.panel.settings
    assert not card.decay.isVisibleTo(desk.panel)
    desk.show(Exploration().with_settings(decay=0.1, seed=3))
    assert "2" in card.fold.text()
    card.fold.click()
    assert all(part.isVisibleTo(desk.panel) for part in (card.decay, card.omega, card.seed, *card.learn.values()))
    assert not card.omega_form.isVisibleTo(desk.panel)
    desk.show(Exploration().with_settings(omega=4.0))
    assert card.omega_form.isVisibleTo(desk.panel)
    assert not card.decay_form.isVisibleTo(desk.panel)
    assert not card.exponents.isVisibleTo(desk.panel)
    desk.show(Exploration().with_settings(floss_first=4))
    assert card.exponents.isVisibleTo(desk.panel)
    desk.show(Exploration().with_settings(decay=0.1, decay_form="l1"))
    assert card.decay_form.isVisibleTo(desk.panel)
    assert "exactly 0" in card._decay_form.note.text()


def test_bias_stands_for_both_biases_and_nothing_ticked_is_told(fresh):
    card = fresh.panel.settings
    card.fold.click()
    card.learn["b"].click()
    assert fresh.exploration.settings.learn == ("U", "W", "V", "c")
    for name in ("U", "W", "V", "c"):
        card.learn[name].click()
    assert fresh.exploration.settings.learn == ()
    assert card._learn.note.isVisibleTo(fresh.panel)
    for box in card.learn.values():
        box.click()
    assert fresh.exploration == Exploration()


def test_a_drag_of_the_learning_rate_is_one_undo_step(qtbot, desk):
    track = desk.panel.settings.rate.track
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=track.rect().center())
    for x in (20, 30, 40):
        qtbot.mouseMove(track, QPoint(x, 8))
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton)
    assert set(desk.merges) == {"rate"}
    assert desk.releases == 1


# Task and aim


def test_no_task_comes_first_then_every_kind(desk):
    kind = desk.panel.task.kind
    assert [kind.itemData(i) for i in range(kind.count())] == ["", *TASKS]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_task_is_chosen_explained_and_put_away(desk, name: str):
    card = desk.panel.task
    choose(card.kind, name)
    assert desk.exploration == taught(Exploration(), Task(kind=name))
    assert card._kind.note.text() == TASKS[name].explanation["en"]
    assert card.lag.isVisibleTo(desk.panel) == ("lag" in TASKS[name].uses)
    assert card.own_button.isVisibleTo(desk.panel) == ("text" in TASKS[name].uses)
    assert card.at.isVisibleTo(desk.panel) == ("at" in TASKS[name].uses)
    choose(card.kind, "")
    assert desk.exploration.task is None
    assert not card._kind.note.isVisibleTo(desk.panel)


def test_proven_settings_are_those_of_the_kind(desk):
    choose(desk.panel.task.kind, "temporal_order")
    desk.panel.task.advise.click()
    assert desk.exploration == advised(taught(Exploration(), Task(kind="temporal_order")), Task(kind="temporal_order"))


def test_the_lag_changes_the_task_and_its_example(qtbot, desk):
    choose(desk.panel.task.kind, "temporal_order")
    type_number(qtbot, desk.panel.task.lag, "30")
    assert desk.exploration.task == Task(kind="temporal_order", lag=30)
    assert len(desk.exploration.sequence.text) == 30
    type_number(qtbot, desk.panel.task.lag, "3")
    assert "at least" in desk.complaints()[0]
    assert desk.exploration.task.lag == 30


def test_without_a_task_the_aim_is_free(qtbot, desk):
    card = desk.panel.task
    choose(card.at, "mean")
    choose(card.target_class, "3")
    assert desk.exploration == replace(Exploration(), aim=Aim(at="mean", target=3.0))
    assert offered(card.target_class) == ["1", "2", "3"]
    desk.show(desk.exploration.with_recipe(readout="identity"))
    assert not card.target_class.isVisibleTo(desk.panel)
    type_number(qtbot, card.target, "-0.5")
    assert desk.exploration.aim == Aim(at="mean", target=-0.5)


def test_the_judgement_of_a_review_is_aimed_at_by_name(desk):
    card = desk.panel.task
    choose(card.kind, "sentiment3")
    assert offered(card.target_class) == ["positive", "neutral", "negative"]
    choose(card.target_class, "3")
    assert desk.exploration.aim.target == 3.0
    desk.show(desk.exploration.with_sequence(replace(desk.exploration.sequence, text="a good film")))
    assert card.target_class.currentText() == "negative"


def test_one_output_is_aimed_at_as_yes_or_no(desk):
    card = desk.panel.task
    choose(card.kind, "sentiment2")
    assert offered(card.target_class) == ["positive", "not positive"]
    choose(card.target_class, "0")
    assert desk.exploration.aim.target == 0.0


def test_a_target_that_follows_from_the_sequence_is_not_asked_for(desk):
    choose(desk.panel.task.kind, "temporal_order")
    assert not desk.panel.task.target_class.isVisibleTo(desk.panel)
    assert not desk.panel.task.target.isVisibleTo(desk.panel)


def test_a_many_to_one_task_lets_choose_the_last_state_or_the_mean(desk):
    card = desk.panel.task
    choose(card.kind, "sentiment2")
    assert [card.at.itemData(i) for i in range(card.at.count())] == ["last", "mean"]
    choose(card.at, "mean")
    assert dataset(desk.exploration.task).source.at == "mean"
    assert card.at.value == "mean"


def test_own_text_is_named_and_the_shipped_one_comes_back(tmp_path: Path, desk):
    card = desk.panel.task
    own = tmp_path / "mine.txt"
    own.write_text("The dog sleeps. The cat eats. A bird sings. " * 10, encoding="utf-8")
    choose(card.kind, "next_word")
    assert not card.shipped_button.isVisibleTo(desk.panel)
    give(card, "next_word", own)
    assert desk.exploration.task.source == "mine.txt"
    assert "mine.txt" in card._data.note.text()
    card.shipped_button.click()
    assert desk.exploration.task == replace(Task(kind="next_word"), lag=desk.exploration.task.lag)
    assert "mine.txt" not in card._data.note.text()


@pytest.mark.parametrize("name", [name for name, kind in TASKS.items() if kind.form])
def test_what_a_file_must_be_like_is_told_before_one_is_chosen(desk, name: str):
    desk.panel.task.choose_own(name)
    dialog = desk.panel.task.own_dialog
    assert dialog.form.text() == TASKS[name].form["en"]
    assert dialog.sample.text().replace(" ⇥ ", "\t") == TASKS[name].sample
    dialog.reject()
    assert desk.panel.task.own_dialog is None


def test_a_file_that_cannot_be_learnt_from_is_named_where_it_was_chosen(tmp_path: Path, desk):
    own = tmp_path / "short.txt"
    own.write_text("warm\tthe sun shines\nno label here", encoding="utf-8")
    choose(desk.panel.task.kind, "next_word")
    before = desk.exploration
    choose(desk.panel.task.kind, "classify")
    dialog = give(desk.panel.task, "classify", own)
    assert dialog.message.isVisibleTo(dialog)
    assert dialog.message.text().startswith("“short.txt”: Line 2 has no label")
    assert desk.panel.task.kind.value == "classify"
    assert desk.exploration == before
    own.write_text("\n".join(["warm\tthe sun shines", "cold\tthe snow falls"] * 8), encoding="utf-8")
    dialog.read(own)
    assert desk.exploration.task.kind == "classify"
    assert desk.panel.task.own_dialog is None


def test_who_gives_no_file_keeps_the_task(desk):
    choose(desk.panel.task.kind, "next_word")
    choose(desk.panel.task.kind, "classify")
    desk.panel.task.own_dialog.reject()
    assert desk.panel.task.kind.value == "next_word"
    assert desk.exploration.task == Task(kind="next_word")


def test_a_file_that_is_not_there_is_named_once(tmp_path: Path, desk):
    dialog = give(desk.panel.task, "series", tmp_path / "none.csv")
    assert dialog.message.text() == "There is no file “none.csv”."


def test_classes_of_shipped_tasks_are_named_in_the_language_and_ones_own_stay(tmp_path: Path, desk):
    i18n.set_language("zh_CN")
    choose(desk.panel.task.kind, "sentiment3")
    assert offered(desk.panel.task.target_class) == ["正面", "中性", "负面"]
    own = tmp_path / "labels.txt"
    own.write_text("\n".join(["positive\tthe sun shines", "warm\tthe snow falls"] * 8), encoding="utf-8")
    give(desk.panel.task, "classify", own)
    assert offered(desk.panel.task.target_class) == ["positive", "warm"]


def test_own_labelled_sentences_are_learnt_with_their_labels(tmp_path: Path, desk):
    own = tmp_path / "labels.txt"
    own.write_text("\n".join(["warm\tthe sun shines", "cold\tthe snow falls"] * 8), encoding="utf-8")
    give(desk.panel.task, "classify", own)
    assert desk.panel.task.kind.value == "classify"
    assert offered(desk.panel.task.target_class) == ["warm", "cold"]
    assert not desk.panel.task.shipped_button.isVisibleTo(desk.panel)


def test_a_table_is_learnt_with_the_target_that_was_chosen(tmp_path: Path, qtbot, desk):
    own = tmp_path / "series.csv"
    rows = [f"{math.sin(t / 3):.4f},{math.cos(t / 3):.4f},{t}" for t in range(40)]
    own.write_text("\n".join(["high,low,time", *rows]), encoding="utf-8")
    card = desk.panel.task
    give(card, "series", own)
    dialog = card.target_dialog
    assert offered(dialog.target) == ["high", "low", "time"]
    assert dialog.target.value == "time"
    dialog.table.item(0, 2).setCheckState(Qt.CheckState.Unchecked)
    assert offered(dialog.target) == ["high", "low"]
    choose(dialog.target, "high")
    assert dialog.message.text().startswith("To be predicted: the next value of “high”")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    task = desk.exploration.task
    assert (task.kind, task.columns, task.target, task.source) == ("series", ("high", "low"), "high", "series.csv")
    assert len(task.rows) == 40
    assert "“high”" in card._data.note.text()


def test_it_is_said_that_a_class_is_told_at_the_same_step(tmp_path: Path, desk):
    own = tmp_path / "series.csv"
    own.write_text("\n".join(["level,kind", *(f"{t}.5,{t % 3}" for t in range(30))]), encoding="utf-8")
    give(desk.panel.task, "series", own)
    dialog = desk.panel.task.target_dialog
    assert "the class of “kind” at the same step, one of 3" in dialog.message.text()
    choose(dialog.target, "level")
    assert "the next value of “level”" in dialog.message.text()
    dialog.reject()


def test_a_table_that_cannot_be_learnt_is_refused_where_it_was_chosen(tmp_path: Path, desk):
    own = tmp_path / "series.csv"
    own.write_text("\n".join(["level,still", *(f"{t}.5,1.5" for t in range(30))]), encoding="utf-8")
    give(desk.panel.task, "series", own)
    dialog = desk.panel.task.target_dialog
    assert "“still” never changes" in dialog.message.text()
    assert not dialog.accept_button.isEnabled()
    choose(dialog.target, "level")
    assert dialog.accept_button.isEnabled()
    dialog.reject()
    assert desk.exploration.task is None


def test_a_task_that_can_not_be_made_is_told_and_no_crash(desk):
    desk.show(replace(Exploration(sequence=Text(text="a")), task=Task(kind="no such")))
    assert any("no such" in said for said in desk.complaints())


# Run


def test_buttons_without_a_task_say_why_they_can_do_nothing(desk):
    run = desk.panel.run
    for button in (run.start_button, run.step_button, run.epoch_button, run.reset_button, run.seed_button):
        assert not button.isEnabled()
        assert "choose a task" in button.toolTip()


def test_every_button_asks_for_its_own(qtbot, desk):
    panel, run = desk.panel, desk.panel.run
    desk.show(trained(taught(Exploration(), Task(kind="sine")), [{"step": 1, "loss": 1.0}], now=1))
    heard: list[str] = []
    for name in SIGNALS:
        getattr(run, name).connect(lambda name=name: heard.append(name))
    for button in (run.start_button, run.step_button, run.epoch_button, run.reset_button, run.seed_button):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    panel.show_state("running", Course(50, 100, 50), 10.0, 100.0)
    qtbot.mouseClick(run.start_button, Qt.MouseButton.LeftButton)
    assert heard == ["start", "step_asked", "epoch_asked", "reset_asked", "seed_asked", "pause"]
    assert not run.step_button.isEnabled()
    assert "pause" in run.step_button.toolTip()


def test_reset_of_initial_weights_says_that_there_is_nothing_to_do(fresh):
    fresh.show(taught(Exploration(), Task(kind="sine")))
    assert not fresh.panel.run.reset_button.isEnabled()
    assert "initial" in fresh.panel.run.reset_button.toolTip()


def test_the_goal_is_a_number_or_none(qtbot, desk):
    box = desk.panel.run.goal_box
    box.selectAll()
    qtbot.keyClicks(box, "750")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert desk.panel.goal == 750
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert desk.panel.goal == 0
    assert box.text() == "without end"


@pytest.mark.parametrize("text", ["１２３４", "1,234", "1’234", "1\u202f234", "1234.0"])
def test_the_goal_is_typed_as_every_number(qtbot, desk, text: str):
    box = desk.panel.run.goal_box
    box.selectAll()
    for mark in text:
        box.lineEdit().insert(mark)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert desk.panel.goal == 1234


@pytest.mark.parametrize("text", ["x", "99999999", "1,2"])
def test_what_is_no_number_of_steps_leaves_the_goal(qtbot, desk, text: str):
    box = desk.panel.run.goal_box
    box.setValue(600)
    box.selectAll()
    box.lineEdit().insert(text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert desk.panel.goal == 600


def test_scores_are_those_of_the_moment_that_is_shown(fresh):
    rows = [
        {"step": 1, "loss": 2.0},
        {"step": 2, "loss": 1.5, "held_loss": 1.75, "accuracy": 0.5, "held_accuracy": 0.25},
        {"step": 3, "loss": 1.25},
        {"step": 4, "loss": 0.125, "held_loss": 0.5},
    ]
    task = taught(Exploration(), Task(kind="sentiment3"))
    said = {}
    for now in (3, 4):
        fresh.show(trained(task, rows, now))
        said[now] = {name: label.text() for name, label in fresh.panel.run.scores.values.items()}
    assert said[3] == {"loss": "1.250", "held_loss": "1.750", "accuracy": "50.0 %", "held_accuracy": "25.0 %"}
    assert said[4]["loss"], said[4]["held_loss"] == ("0.125", "0.5")


def test_accuracy_is_not_said_of_numbers(fresh):
    fresh.show(trained(taught(Exploration(), Task(kind="sine")), [{"step": 1, "loss": 1.0, "held_loss": 1.0}], now=1))
    scores = fresh.panel.run.scores
    assert not scores.values["accuracy"].isVisibleTo(fresh.panel)
    assert scores.values["held_loss"].isVisibleTo(fresh.panel)


def test_no_number_is_said_in_words():
    assert loss_in_words(math.nan, measured=True) == "not a number"
    assert loss_in_words(math.inf, measured=True) == "infinite"
    assert loss_in_words(1.576e77, measured=True) == "1.576·10⁷⁷"
    assert "nan" not in loss_in_words(math.nan, measured=False)


def recorded(exploration: Exploration, losses: list[float], events: dict[int, str], now: int) -> Exploration:
    """Return the exploration after a training with these losses and events at its snapshots, at the moment ``now``."""
    table = np.full((len(losses), len(COLUMNS)), math.nan)
    table[:, 0], table[:, 1] = np.arange(1, len(losses) + 1), losses
    steps = sorted({0, now, *events})
    record = Record(snapshots=tuple(snapshot(step, events.get(step, "")) for step in steps), **parted(table))
    return exploration.with_recipe(trained=record.nearest(now), record=record)


@pytest.mark.parametrize(("clip", "remedy"), [("none", "Clip the gradient"), ("norm", "clipping threshold")])
@pytest.mark.parametrize(("now", "place"), [(4, "This is update 4, before it jumped"), (6, "Go back to update 4")])
def test_divergence_names_its_step_and_where_to_go_on_and_how(desk, clip: str, remedy: str, now: int, place: str):
    task = taught(Exploration(), Task(kind="sine")).with_settings(clip=clip)
    desk.show(recorded(task, [1.0, 1.0, 1.0, 1.0, 1.0, 50.0, math.nan], {4: "jump", 6: "nan"}, now))
    desk.panel.show_state("diverged", None, None, None)
    advice = desk.panel.run.advice.text()
    assert desk.panel.run.state.text() == "diverged at update 7"
    assert advice.startswith("At update 7 the loss stopped being a number.")
    assert place in advice
    assert remedy in advice
    assert desk.panel.run.advice.isVisibleTo(desk.panel)
    assert desk.panel.run.start_button.isEnabled()


def test_weights_that_never_had_a_finite_loss_are_told_apart(desk):
    desk.show(recorded(taught(Exploration(), Task(kind="sine")), [math.nan], {0: "nan"}, 0))
    desk.panel.show_state("diverged", None, None, None)
    assert "The initial weights have no finite loss" in desk.panel.run.advice.text()


def test_dead_units_are_told_and_when_they_died(desk):
    task = taught(Exploration(), Task(kind="sine"))
    desk.show(recorded(task, [1.0] * 30, {8: "dead"}, 30))
    desk.panel.show_state("paused", None, None, None)
    assert "At update 10 all units died" in desk.panel.run.advice.text()
    assert "Go back to update 8" in desk.panel.run.advice.text()
    desk.show(recorded(task, [1.0] * 30, {8: "dead", 30: ""}, 8))
    assert desk.panel.run.advice.text() == ""


@pytest.mark.parametrize(
    ("state", "course", "said", "button"),
    [
        ("paused", Course(300, 2000, 1700), "paused at 300 of 2,000", "Re&sume"),
        ("paused", Course(300, 1500, 1200), "paused at 300 of 1,500", "&Start"),
        ("done", Course(2000, 2000, 0), "done: 2,000 updates", "&Start"),
        ("done", Course(1, 1, 0), "done: 1 update", "&Start"),
        ("paused", None, "paused", "&Start"),
        ("running", Course(300, 2000, 1700), "running", "Pau&se"),
        ("starting", Course(0, 2000, 2000), "starting …", "Pau&se"),
        ("pausing", Course(300, 2000, 1700), "pausing …", "Pau&se"),
    ],
)
def test_a_run_says_how_far_it_came_and_what_start_would_do(fresh, state: str, course, said: str, button: str):
    fresh.show(recorded(taught(Exploration(), Task(kind="sine")), [1.0] * 300, {}, 300))
    fresh.panel.show_state(state, course, None, None)
    assert fresh.panel.run.state.text() == said
    assert fresh.panel.run.start_button.text() == button
    assert ("1,700 updates that are left of 2,000" in fresh.panel.run.start_button.toolTip()) is (button == "Re&sume")


def test_start_says_that_later_steps_would_be_given_up(fresh):
    task = taught(Exploration(), Task(kind="sine"))
    fresh.show(recorded(task, [1.0] * 1300, {1300: ""}, 100))
    assert "gives up the 1,200 later updates" in fresh.panel.run.start_button.toolTip()
    fresh.show(recorded(task, [1.0] * 1300, {1300: ""}, 1299))
    assert "gives up the later update." in fresh.panel.run.start_button.toolTip()
    fresh.panel.show_state("paused", Course(1999, 2000, 1), None, None)
    assert "Train on for the update that is left of 2,000." in fresh.panel.run.start_button.toolTip()
    fresh.show(recorded(task, [1.0] * 1300, {}, 1300))
    assert "gives up" not in fresh.panel.run.start_button.toolTip()


def test_the_pace_is_told_as_far_as_it_is_known(desk):
    assert pace_in_words(3, None, None) == "update 3"
    assert pace_in_words(1200, 412.3, 33.2) == "update 1200 · 34 s left · 412/s"
    assert [time_in_words(seconds) for seconds in (0.2, 119, 121, 7300)] == ["1 s", "119 s", "3 min", "3 h"]
    desk.panel.show_state("running", Course(25, 100, 75), 30.0, 10.0)
    assert desk.panel.run.progress.value() == desk.panel.run.progress.maximum() // 4


def test_run_stays_in_sight_while_the_rest_scrolls(qapp, desk):
    desk.panel.resize(desk.panel.minimumWidth(), 480)
    qapp.processEvents()
    bar = desk.panel._area.verticalScrollBar()
    bar.setValue(bar.maximum())
    qapp.processEvents()
    assert bar.maximum() > 0
    assert desk.panel.run.start_button.visibleRegion().boundingRect() == desk.panel.run.start_button.rect()


# The whole panel


def test_presenting_tells_nobody(desk):
    desk.merges.clear()
    for name in SHIPPED:
        desk.show(taught(Exploration(), Task(kind=name, lag=15)).with_settings(clip="none", chunk=4, learn=("W",)))
    assert desk.merges == []
    assert desk.releases == 0


def test_language_changes_at_once_and_titles_with_it(fresh):
    choose(fresh.panel.task.kind, "sentiment3")
    i18n.set_language("zh_CN")
    fresh.panel.dress(look.themes()["dark"])
    assert fresh.panel.task.kind.currentText() == TASKS["sentiment3"].titles["zh_CN"]
    assert fresh.panel.task._kind.note.text().replace("\u200b", "") == TASKS["sentiment3"].explanation["zh_CN"]
    assert fresh.panel.settings.rate.track.accessibleName() == "学习率 η"
    assert fresh.panel.run.state.text() == "就绪"


def test_every_control_has_a_name_and_teaches(desk):
    desk.panel.settings.fold.click()
    for kind in (QAbstractSlider, QComboBox, QAbstractButton, QLineEdit, QAbstractSpinBox):
        for control in desk.panel.findChildren(kind):
            inner = isinstance(control.parent(), QAbstractSpinBox) or control.parent().inherits(
                "QComboBoxPrivateContainer"
            )
            if inner or control.parent().metaObject().className() == "QWidget" or not control.focusPolicy():
                continue
            named = control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())
            assert named, control
            assert control.toolTip() or control.parentWidget().toolTip(), named


def test_mnemonics_are_each_for_one_control(fresh):
    fresh.panel.settings.fold.click()
    labels = [field.label.text() for card in fresh.panel.cards for field in card._fields]
    texts = [*labels, *(button.text() for button in fresh.panel.findChildren(QPushButton))]
    keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(keys) == len(set(keys))
    # Those of the menu bar.
    assert not set(keys) & set("fevnpth")


def test_a_key_leads_to_its_control_and_brings_it_into_sight(qtbot, window):
    window.showNormal()
    window.resize(1366, 640)
    window.controller.replace("Task", preset("task-next-word").exploration)
    panel = window.learning.panel
    window.left.show_panel(panel)
    panel.run.goal_box.setFocus()
    track = panel.settings.rate.track
    qtbot.waitUntil(lambda: track.visibleRegion().isEmpty())
    qtbot.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: track.hasFocus() and track.visibleRegion().boundingRect().size() == track.size())


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("theme", look.themes())
def test_no_task_and_no_setting_needs_more_width_than_the_panel_takes(qapp, desk_of, theme: str, language: str):
    i18n.set_language(language)
    style.apply(qapp, look.themes()[theme], language)
    panel = TrainPanel(look.themes()[theme])
    desk = desk_of(panel)
    panel.settings.fold.click()
    for name in SHIPPED:
        settings = {"optimiser": "momentum", "window": 9, "omega": 1.0, "clip": "value"}
        desk.show(taught(Exploration(), Task(kind=name)).with_settings(**settings))
        qapp.processEvents()
        bar = panel._area.verticalScrollBar().sizeHint().width()
        assert panel._content.minimumSizeHint().width() + bar <= panel.minimumWidth(), name
        assert panel.minimumWidth() <= 27 * look.themes()[theme].font_size, name
    style.apply(qapp, look.themes()["light"], "en")


def test_the_panel_in_the_window_follows_its_own_edits_and_undo(window):
    window.left.show_panel(window.learning.panel)
    card = window.learning.panel.settings
    choose(card.optimiser, "sgd")
    assert "θ ← θ − η" in card._optimiser.note.text()
    window.controller.undo()
    assert card.optimiser.value == Settings().optimiser


def test_a_seam_that_is_elsewhere_is_told_at_the_task_and_mended_in_one_gesture(desk):
    decoder = (LayerRecipe(hidden=3),)
    start = taught(Exploration().with_recipe(hidden=3, decoder=decoder, seam=4), Task(kind="reversal"))
    row = desk.panel.findChild(TaskCard).fit
    desk.show(start)
    assert row.button.isHidden()
    desk.show(start.with_recipe(seam=2))
    assert "after 2 steps" in row.field.note.text()
    row.button.click()
    assert desk.exploration.recipe.seam == start.recipe.seam
    assert (row.button.isHidden(), row.field.note.text()) == (True, "")
