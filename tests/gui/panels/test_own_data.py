"""A person's own data in the panel: what is said of them, and what is done with them there."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from explorer.engine.errors import BadSequence
from explorer.gui.panels.build.feed_dialog import FAR
from explorer.gui.panels.build.sequence import SequenceCard
from explorer.gui.panels.train.task_card import TaskCard
from explorer.gui.plot import theme as look
from explorer.gui.views.curves.charts import charts
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.edits import change_by, draw_values, set_values
from explorer.gui.views.strip.picture import picture
from explorer.gui.views.strip.words import words
from explorer.gui.views.tryout import TryView
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Numbers, Recipe, Selection, Signal, Text, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.edits import standardised
from explorer.workspace.feed.sequences import feed
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.tasks import TASKS, baseline_of, dataset, taught
from explorer.workspace.tasks.own import fed_task, series_task
from explorer.workspace.words.numbers import signed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TINY = Exploration(networks=(Recipe(hidden=2),))
LIGHT = look.themes()["light"]
CORPUS = "\n".join(f"The {noun} {verb}." for noun in "abcdefghi" for verb in ("runs", "sits", "eats")) * 3
LABELLED = "\n".join(f"{label}\tit is {label} {i}" for i in range(5) for label in ("positive", "neutral", "negative"))
TEXTS = {
    "next_word": CORPUS, "next_character": CORPUS, "sentiment3": LABELLED, "classify": LABELLED,
    "sentiment2": "\n".join(line for line in LABELLED.split("\n") if not line.startswith("neutral")),
}  # fmt: skip


@pytest.fixture
def desk(desk_of):
    return desk_of(TaskCard(LIGHT))


def test_a_text_for_each_kind_that_reads_one_is_tried_here():
    assert set(TEXTS) == {name for name, kind in TASKS.items() if "text" in kind.uses}


@pytest.mark.parametrize("tongue", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", [name for name in TEXTS if not TASKS[name].owned])
def test_of_an_own_text_the_card_says_nothing_of_the_shipped_one(desk, kind: str, tongue: str):
    i18n.set_language(tongue)
    desk.show(taught(TINY, Task(kind=kind)))
    shipped = desk.panel._kind.note.text()
    desk.show(taught(TINY, Task(kind=kind, text=TEXTS[kind], source="own.txt")))
    own = desk.panel._kind.note.text()
    assert own == TASKS[kind].own[tongue] != shipped
    for word in ("“", "film", "影评", "keys"):
        assert word not in own
    desk.show(taught(TINY, Task(kind=kind)))
    assert desk.panel._kind.note.text() == shipped


@pytest.fixture
def sequence_desk(desk_of):
    return desk_of(SequenceCard(LIGHT))


def table(folder: Path, rows: int = 400, scale: float = 20_000.0) -> Path:
    path = folder / "grid.csv"
    lines = (
        f"2026-01-{t % 28 + 1:02},{scale + scale / 50 * math.sin(t / 7):.2f},{math.sin(t / 5):.3f}" for t in range(rows)
    )
    path.write_text("day,load,wave\n" + "\n".join(lines) + "\n", "utf-8")
    return path


class TestTableAsInput:
    def test_is_standardised_where_it_is_far_from_one_and_looked_at_from_its_end(self, sequence_desk, tmp_path: Path):
        sequence_desk.show(replace(Exploration(), selection=Selection(t=36, k=12)))
        sequence_desk.panel.read_csv(table(tmp_path))
        dialog = sequence_desk.panel.csv_dialog
        assert dialog.scale.isChecked()
        assert "far from one" in dialog.message.text()
        dialog.accept_button.click()
        there = sequence_desk.exploration
        assert there.selection.t == 400
        assert there.sequence.rows[0] == (20_000.0, 0.0)
        assert abs(feed(there.sequence).x).max() < 4
        assert sequence_desk.panel.scaling.box.isChecked()
        assert sequence_desk.panel.numbers.toPlainText().startswith("20000.0, 0.0\n")

    def test_near_one_is_fed_as_it_is_and_what_a_person_ticked_stays(self, sequence_desk, tmp_path: Path):
        sequence_desk.panel.read_csv(table(tmp_path, scale=1.0))
        dialog = sequence_desk.panel.csv_dialog
        assert not dialog.scale.isChecked()
        dialog.scale.click()
        dialog.first.entered.emit(5)
        assert dialog.scale.isChecked()
        dialog.accept_button.click()
        assert len(sequence_desk.exploration.sequence.scaling) == 2

    def test_is_scaled_and_unscaled_by_a_gesture_that_keeps_its_numbers(self, sequence_desk):
        sequence_desk.show(Exploration(sequence=Numbers(rows=((20_000.0,), (20_500.0,), (19_000.0,)), source="a.csv")))
        row = sequence_desk.panel.scaling
        assert "far from one" in row._field.note.text()
        before = sequence_desk.exploration
        i18n.set_language("zh_CN")
        sequence_desk.panel.dress(LIGHT)
        assert row._field.note.text() == i18n.tr(FAR) != FAR
        i18n.set_language("en")
        sequence_desk.panel.dress(LIGHT)
        row.box.click()
        assert not row._field.note.text()
        scaled = sequence_desk.exploration.sequence
        assert scaled.rows == before.sequence.rows
        assert abs(feed(scaled).x.mean()) < 1e-12
        assert "standardised" in sequence_desk.panel._numbers.note.text()
        row.box.click()
        assert sequence_desk.exploration == before

    def test_typed_and_drawn_over_keeps_its_scale(self, sequence_desk):
        numbers = standardised(Numbers(rows=((20_000.0,), (20_500.0,), (19_000.0,)), columns=("load",)))
        sequence_desk.show(Exploration(sequence=numbers))
        sequence_desk.panel.numbers.setPlainText("20000\n21000\n19000")
        sequence_desk.panel.numbers.flush()
        assert sequence_desk.exploration.sequence == replace(numbers, rows=((20_000.0,), (21_000.0,), (19_000.0,)))
        sequence_desk.panel._take_drawn((20_100.0, 20_200.0))
        assert sequence_desk.exploration.sequence.scaling == numbers.scaling

    def test_for_a_task_of_its_columns_is_on_the_scales_that_were_learnt(self, sequence_desk, tmp_path: Path):
        rows = tuple((1000.0 + 10 * math.sin(t / 3), math.cos(t / 3)) for t in range(60))
        task = Task(kind="series", rows=rows, columns=("load", "wave"), target="load")
        sequence_desk.show(taught(TINY, task))
        assert not sequence_desk.panel.scaling.box.isVisibleTo(sequence_desk.panel)
        sequence_desk.panel.read_csv(table(tmp_path, rows=30))
        sequence_desk.panel.csv_dialog.accept_button.click()
        assert sequence_desk.exploration.sequence.scaling == dataset(task).shown.scaling

    def test_another_source_of_another_length_is_looked_at_from_its_end(self, sequence_desk):
        sequence_desk.show(Exploration(sequence=Text(text="a b c d e f"), selection=Selection(t=2, k=1)))
        sequence_desk.show(replace(Exploration(sequence=Signal(steps=40)), selection=Selection(t=36, k=1)))
        sequence_desk.panel.source.set_value("word")
        sequence_desk.panel.source.chosen.emit("word")
        assert sequence_desk.exploration.selection.t == 6


CURVE = Numbers(rows=tuple((20_000 + 900 * math.sin(t / 4) + 9 * (t * t % 31),) for t in range(90)), source="drawn")
PAIR = Numbers(
    rows=tuple((*row, float(t % 3)) for t, row in enumerate(CURVE.rows)), columns=("load", "shift"), source="g.csv"
)


class TestWhatIsFedNow:
    def test_of_numbers_becomes_the_task_in_their_units(self, desk):
        desk.show(replace(TINY, sequence=standardised(CURVE)))
        desk.panel.choose_own("series")
        assert desk.panel.own_dialog.fed_button.isVisible()
        desk.panel.own_dialog.fed_button.click()
        task = desk.exploration.task
        assert (task.kind, task.rows, task.columns) == ("series", CURVE.rows, ("x1",))
        assert desk.exploration.sequence == dataset(task).shown
        assert desk.panel._data.note.text().startswith("From what was fed, predicting “x1”.")

    def test_is_offered_while_a_series_is_learnt_from_but_not_its_own_example(self, desk):
        desk.show(taught(TINY, series_task(PAIR)))
        assert not desk.panel.fed.button.isVisibleTo(desk.panel)
        desk.show(replace(desk.exploration, sequence=CURVE))
        desk.panel.fed.button.click()
        assert desk.exploration.task.rows == CURVE.rows
        desk.show(replace(desk.exploration, sequence=Numbers(rows=CURVE.rows[:9])))
        desk.panel.fed.button.click()
        assert "9 rows; between 25" in desk.complaints()[0]

    def test_of_several_columns_the_one_to_predict_is_chosen_in_the_card(self, desk):
        desk.show(replace(TINY, sequence=PAIR))
        desk.panel.choose_own("series")
        desk.panel.own_dialog.fed_button.click()
        assert desk.exploration.task.target == "shift"
        assert desk.exploration.recipe.outputs == 3
        desk.panel.predicted.choice.chosen.emit("load")
        assert desk.exploration.task.target == "load"
        assert desk.exploration.recipe.readout == "identity"
        desk.show(taught(TINY, series_task(CURVE)))
        assert not desk.panel.predicted.choice.isVisibleTo(desk.panel)

    def test_of_a_generated_signal_or_a_typed_text_is_learnt_from_too(self, desk):
        desk.show(replace(TINY, sequence=Signal(kind="noise", steps=80)))
        desk.panel.choose_own("series")
        desk.panel.own_dialog.fed_button.click()
        assert len(desk.exploration.task.rows) == 80
        desk.show(replace(taught(TINY, Task(kind="next_word")), sequence=Text(text=CORPUS)))
        assert desk.panel.fed.button.text() == "learn this text"
        desk.panel.fed.button.click()
        assert desk.exploration.task.text == CORPUS

    def test_that_does_not_fit_is_not_offered_or_refused_in_the_dialog(self, desk):
        desk.show(replace(TINY, sequence=Text(text=CORPUS)))
        desk.panel.choose_own("series")
        assert not desk.panel.own_dialog.fed_button.isVisible()
        desk.panel.own_dialog.reject()
        desk.show(replace(TINY, sequence=Numbers(rows=CURVE.rows[:9])))
        desk.panel.choose_own("series")
        dialog = desk.panel.own_dialog
        dialog.fed_button.click()
        assert dialog.isVisible()
        assert "9 rows; between 25" in dialog.message.text()
        assert desk.exploration.task is None
        dialog.reject()
        with pytest.raises(BadSequence, match="labelled sentences"):
            fed_task("classify", Text(text=CORPUS))


class TestAnswersInUnits:
    TASK = series_task(Numbers(rows=PAIR.rows, columns=("load", "wave")), "load")

    def test_are_read_at_the_try_card_and_at_the_output(self, qtbot):
        inspection = inspect(analyse(taught(TINY, self.TASK).with_selection(t=3)))
        view = TryView(LIGHT)
        qtbot.addWidget(view)
        view.present(inspection)
        true = PAIR.rows[72 + 3][0]
        assert f"true {true:.0f}" in view.summary(inspection)
        said = words(Element("o", 3), picture(inspection))
        value = float(said.rpartition("load = ")[2].replace("−", "-"))
        assert dataset(self.TASK).unit.back(inspection.analysis.run.trace.o[2, 0]) == pytest.approx(value, rel=1e-5)

    def test_and_inputs_are_named_typed_and_dragged_in_them(self):
        there = taught(TINY, self.TASK)
        shown = picture(inspect(analyse(there)))
        assert f"= {signed(there.sequence.rows[0][0])}" in words(Element("x", 1, 0), shown)
        typed = set_values(there, [(1, 20_500.0)], 0)
        assert typed.sequence.rows[0][0] == 20_500.0
        dragged = draw_values(there, [(1, 1.5)], 0)
        assert feed(dragged.sequence).x[0, 0] == pytest.approx(1.5)
        assert change_by(dragged, 1, 0, 0.25).sequence.rows[0][0] == pytest.approx(
            dragged.sequence.rows[0][0] + 0.25 * there.sequence.scaling[0].spread
        )

    def test_the_loss_of_repeating_the_last_value_is_a_line_of_the_curves(self):
        there = taught(TINY, self.TASK)
        for progress in training(there, updates=2):
            there = recorded(there, progress)
        network = inspect(analyse(there)).analysis.run.network
        loss = charts(there.record, network, there.settings, LIGHT, baseline_of(there.task))[0]
        assert [level.value for level in loss.levels] == [dataset(self.TASK).baseline]
        assert "repeating the last value" in loss.levels[0].name

    def test_one_column_has_its_units_at_the_ends_of_its_axis(self):
        one = picture(inspect(analyse(replace(TINY, sequence=standardised(CURVE)))))
        scale = standardised(CURVE).scaling[0]
        top = one.input_scale
        assert one.input_ends == tuple(f"{scale.centre + side * top * scale.spread:.3g}" for side in (1, -1))
        assert picture(inspect(analyse(replace(TINY, sequence=standardised(PAIR))))).input_ends[0].endswith("σ")


class TestChineseWords:
    ZH = "\n".join(f"我 喜欢 {name} 。" for name in "甲乙丙丁戊己庚辛壬癸") * 2

    def test_are_characters_unless_another_is_chosen_which_is_said(self, desk):
        desk.show(taught(TINY, Task(kind="next_word", text=self.ZH, source="zh.txt")))
        row = desk.panel.words
        assert "A Chinese character is a word" in row._field.note.text()
        assert row.choice.value == "character"
        row.choice.chosen.emit("spaced")
        assert desk.exploration.task.spaced
        assert "喜欢" in dataset(desk.exploration.task).inputs
        assert desk.exploration.sequence.unit == "spaced"
        assert "A Chinese character" not in row._field.note.text()

    def test_are_not_asked_for_elsewhere(self, desk):
        for task in (
            Task(kind="next_word"),
            Task(kind="next_character", text=self.ZH * 3),
            Task(kind="next_word", text=CORPUS),
        ):
            desk.show(taught(TINY, task))
            assert not desk.panel.words.choice.isVisibleTo(desk.panel)
