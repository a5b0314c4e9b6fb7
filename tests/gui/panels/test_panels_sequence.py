"""The Sequence card: what is typed, chosen or drawn is what the network is fed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics

from explorer.gui.panels.build.draw_dialog import DrawDialog
from explorer.gui.panels.build.feed_dialog import FeedDialog
from explorer.gui.panels.build.sequence import SequenceCard
from explorer.gui.panels.sources import format_vocabulary, kept, parsed_vocabulary, shown, source_of
from explorer.gui.panels.table.csv_dialog import CsvDialog
from explorer.gui.panels.train.task_words import came_from
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import EXAMPLES, Exploration, Numbers, Signal, Text
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.tasks import TASKS, taught
from explorer.workspace.tasks.own import fed_task

from ...workspace.spreadsheets import read_csv

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SENTENCE = Text(text="That was phenomenal.")


@pytest.fixture
def desk(desk_of):
    return desk_of(SequenceCard(look.themes()["light"]))


@pytest.fixture(autouse=True)
def plain_dress(qapp):
    """Set the type that is expected here, whatever a window wore before: how much of a dialog fits depends on it."""
    style.apply(qapp, look.themes()["light"], "en")
    yield
    i18n.set_language("en")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "wind.csv"
    path.write_text("day,speed,gust\nMon,1.5,2\nTue,2.5,4\n", encoding="utf-8")
    return path


def choose(desk, source: str) -> None:
    choice = desk.panel.source
    choice.setCurrentIndex(choice.findData(source))
    choice.activated.emit(choice.currentIndex())


def retype(editor, text: str) -> None:
    editor.selectAll()
    editor.insertPlainText(text)
    editor.flush()


@pytest.mark.parametrize("kind", ["sine", "impulse", "step", "constant", "noise"])
def test_signal_keeps_its_settings_when_its_kind_changes(desk, kind: str):
    desk.show(Exploration(sequence=Signal(steps=17, amplitude=2.0, period=5.0, onset=3, seed=4)))
    choose(desk, kind)
    assert desk.exploration.sequence == Signal(kind=kind, steps=17, amplitude=2.0, period=5.0, onset=3, seed=4)
    shown = {name for name in ("period", "onset", "seed") if getattr(desk.panel.signals, name).isVisibleTo(desk.panel)}
    assert shown == {"sine": {"period"}, "impulse": {"onset"}, "step": {"onset"}, "noise": {"seed"}}.get(kind, set())


def test_text_stays_from_words_to_characters_and_comes_back_after_a_signal(desk):
    desk.show(Exploration(sequence=SENTENCE))
    choose(desk, "character")
    assert desk.exploration.sequence == Text(text="That was phenomenal.", unit="character")
    choose(desk, "sine")
    assert desk.exploration.sequence.steps == len("That was phenomenal.")
    choose(desk, "word")
    assert desk.exploration.sequence == SENTENCE


def test_signal_becomes_the_numbers_that_it_was(desk):
    desk.show(Exploration(sequence=Signal(kind="step", steps=3, onset=2)))
    choose(desk, "numbers")
    assert desk.exploration.sequence == Numbers(rows=((0.0,), (1.0,), (1.0,)))
    assert desk.panel.numbers.toPlainText() == "0.0\n1.0\n1.0"


def test_text_is_fed_while_it_is_typed(qtbot, desk):
    desk.show(Exploration(sequence=SENTENCE))
    desk.panel.texts.text.selectAll()
    qtbot.keyClicks(desk.panel.texts.text, "never again")
    qtbot.waitUntil(lambda: desk.exploration.sequence == Text(text="never again"))
    assert set(desk.merges) == {"text"}
    assert desk.panel.length.value == 2


def test_empty_text_is_told_and_changes_nothing(desk):
    desk.show(Exploration(sequence=SENTENCE))
    retype(desk.panel.texts.text, "")
    assert desk.exploration.sequence == SENTENCE
    assert "empty" in desk.complaints()[0]
    retype(desk.panel.texts.text, "again")
    assert desk.complaints() == []


def test_markers_and_vocabulary_change_the_feed_and_the_unknown_are_counted(desk):
    desk.show(Exploration(sequence=SENTENCE))
    desk.panel.texts.markers.click()
    assert feed(desk.exploration.sequence).labels[0] == "<s>"
    retype(desk.panel.texts.vocabulary, "that was")
    assert desk.exploration.sequence.vocabulary == ("that", "was")
    assert desk.panel.texts._vocabulary.note.text().startswith("2 of 6")
    retype(desk.panel.texts.vocabulary, "")
    assert desk.exploration.sequence == Text(text="That was phenomenal.", markers=True)


def test_vocabulary_with_a_word_twice_is_told_under_it(desk):
    desk.show(Exploration(sequence=SENTENCE))
    retype(desk.panel.texts.vocabulary, "that that")
    assert desk.exploration.sequence == SENTENCE
    assert "twice" in desk.panel.texts._vocabulary.message.text()


@pytest.mark.parametrize(("text", "unit"), [("the cat <unk>", "word"), ("aé猫", "character")])
def test_vocabulary_reads_back_as_it_is_shown(text: str, unit):
    entries = parsed_vocabulary(text, unit)
    assert len(entries) == 3
    assert parsed_vocabulary(format_vocabulary(entries), unit) == entries


def test_columns_of_one_name_are_told_apart(desk):
    desk.show(Exploration(sequence=Numbers(rows=((1.0, 2.0),), columns=("y", "y"))))
    assert "y (1), y (2)" in desk.panel._numbers.note.text()


def test_numbers_are_typed_and_the_wrong_one_is_named(desk):
    desk.show(Exploration(sequence=Numbers(rows=((1.0, 2.0),), columns=("a", "b"))))
    retype(desk.panel.numbers, "1, 2\n3, 4")
    assert desk.exploration.sequence == Numbers(rows=((1.0, 2.0), (3.0, 4.0)), columns=("a", "b"))
    assert desk.panel.numbers.toPlainText() == "1, 2\n3, 4"
    retype(desk.panel.numbers, "1, 2\n3, x")
    assert len(desk.exploration.sequence.rows) == 2
    assert desk.panel.numbers.toPlainText() == "1, 2\n3, x"
    assert "Row 2, column 2" in desk.complaints()[0]


LONG = Numbers(rows=((1.7429101666628157, 1e-7 / 3), (20240115.0, -0.5), (0.1 + 0.2, 2.0)), columns=("a", "b"))


def test_long_numbers_are_shown_to_six_digits_and_stay_what_they_are_until_they_are_typed_over(desk):
    desk.show(Exploration(sequence=LONG))
    written = "1.74291, 3.33333e-08\n20240115.0, -0.5\n0.3, 2.0"
    assert desk.panel.numbers.toPlainText() == written
    retype(desk.panel.numbers, written.replace("-0.5", "-0.75"))
    assert desk.exploration.sequence.rows == (LONG.rows[0], (20240115.0, -0.75), LONG.rows[2])
    retype(desk.panel.numbers, written.replace("1.74291", "1.75"))
    assert desk.exploration.sequence.rows[0] == (1.75, LONG.rows[0][1])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (((0.3, 2.0),), LONG.rows[2:]),
        (((9.0, 9.0), (1.74291, 9.0)), ((9.0, 9.0), (1.74291, 9.0))),
        (((7.0, 7.0), *shown(LONG).rows), ((7.0, 7.0), *LONG.rows)),
        ((*shown(LONG).rows, (7.0, 7.0)), (*LONG.rows, (7.0, 7.0))),
        (((1.74291,), (0.3,)), ((1.74291,), (0.3,))),
        (shown(LONG).rows * 2, (*LONG.rows, *shown(LONG).rows)),
    ],
)
def test_rows_that_come_and_go_leave_the_others_all_their_digits(typed, expected):
    assert kept(Numbers(rows=typed), LONG).rows == expected


def test_undo_brings_the_text_of_the_numbers_back(desk):
    first = Exploration(sequence=Numbers(rows=((1.0,), (2.0,))))
    desk.show(first)
    retype(desk.panel.numbers, "5\n6")
    retype(desk.panel.numbers, "oops")
    desk.show(first)
    assert desk.panel.numbers.toPlainText() == "1.0\n2.0"
    assert desk.complaints() == []


def test_typing_goes_on_undisturbed_while_something_else_is_presented(qtbot, desk):
    desk.show(Exploration(sequence=SENTENCE))
    qtbot.keyClicks(desk.panel.texts.text, "half a wo")
    desk.show(desk.exploration.with_recipe(gain=2.0))
    assert "half a wo" in desk.panel.texts.text.toPlainText()


def test_too_many_numbers_to_show_are_not_shown(desk):
    desk.show(Exploration(sequence=Numbers(rows=((0.5,) * 200,) * 200, source="big.csv")))
    assert desk.panel.numbers.isReadOnly()
    assert "big.csv" in desk.panel._numbers.note.text()
    assert desk.panel.source.value == "csv"


@pytest.mark.parametrize("sequence", [SENTENCE, Signal(), Numbers(rows=((1.0,), (2.0,)))])
def test_length_belongs_to_every_kind(desk, sequence):
    desk.show(Exploration(sequence=sequence))
    desk.panel.length.changed.emit(9)
    assert len(feed(desk.exploration.sequence).x) == 9
    assert source_of(desk.exploration.sequence) in (source_of(sequence), "numbers")


def test_length_dragged_down_and_up_again_loses_no_word(desk):
    desk.show(Exploration(sequence=SENTENCE))
    track = desk.panel.length.track
    track.setSliderDown(True)
    for steps in (1, 2, 4):
        desk.panel.length.changed.emit(steps)
    track.setSliderDown(False)
    assert desk.exploration.sequence == SENTENCE
    assert set(desk.merges) == {"length"}
    assert desk.releases == 1


def test_amplitude_and_onset_change_alone(desk):
    desk.show(Exploration(sequence=Signal(kind="impulse")))
    desk.panel.signals.amplitude.changed.emit(2.5)
    desk.panel.signals.onset.changed.emit(4.0)
    assert desk.exploration.sequence == Signal(kind="impulse", amplitude=2.5, onset=4)


def test_new_noise_changes_its_seed_alone(desk):
    desk.show(Exploration(sequence=Signal(kind="noise", seed=3)))
    desk.panel.signals._die.die.click()
    assert desk.exploration == Exploration(sequence=Signal(kind="noise", seed=4))


def test_csv_dialog_ticks_the_numeric_columns_and_gives_those_ticked(qtbot, table):
    dialog = CsvDialog(table, look.themes()["light"])
    qtbot.addWidget(dialog)
    assert [dialog.table.is_ticked(i) for i in range(3)] == [False, True, True]
    dialog.table.item(0, 2).setCheckState(Qt.CheckState.Unchecked)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept_button.click()
    assert chosen.args[0] == Numbers(rows=((1.5,), (2.5,)), columns=("speed",), source="wind.csv")


def test_csv_dialog_says_why_a_column_is_not_taken(qtbot, tmp_path):
    path = tmp_path / "wind.csv"
    path.write_text("speed,gust\n1.5,2\n2.5,NaN\n3,3\n", encoding="utf-8")
    dialog = CsvDialog(path, look.themes()["light"])
    qtbot.addWidget(dialog)
    size, reason = dialog.message.text().splitlines()
    assert size == "3 steps × 1 column"
    assert reason == "The column gust is not fed to the network: “NaN” is not a finite number."
    assert "Row 3, column gust: “NaN” is not a finite number." in dialog.table.item(0, 1).toolTip()
    assert not dialog.table.item(0, 0).toolTip()
    assert dialog.accept_button.isEnabled()


def opened(qtbot, path, text: str, kind: type[CsvDialog] = CsvDialog) -> CsvDialog:
    path.write_text(text, encoding="utf-8")
    dialog = kind(path, look.themes()["light"])
    qtbot.addWidget(dialog)
    return dialog


def pick(choice, name: str) -> None:
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())


def type_row(qtbot, field, row: int | str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, str(row))
    field.editingFinished.emit()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("decimal", "value"), [("point", 1004.0), ("comma", 1.004)])
def test_csv_dialog_lets_choose_what_a_comma_means_and_shows_how_it_was_read(
    qtbot, tmp_path, language: str, decimal: str, value: float
):
    i18n.set_language(language)
    dialog = opened(qtbot, tmp_path / "n.csv", 'n\n998\n"1,004"\n')
    assert {"en": "choose the decimal mark", "zh_CN": "请选择小数点的写法"}[language] in dialog.message.text()
    assert not dialog.accept_button.isEnabled()
    pick(dialog.decimal, decimal)
    assert {"en": "“1,004” is read as", "zh_CN": "“1,004”读作"}[language] + f" {value:g}" in dialog.message.text()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept_button.click()
    assert chosen.args[0].rows == ((998.0,), (value,))


def test_csv_dialog_ticks_what_the_reader_reads_and_says_why_not_of_all_else(qtbot, tmp_path):
    rows = [f"2024-01-01 00:00:{i:02};{1700000000000000000 + i};1.234,5;{i}" for i in range(9)]
    dialog = opened(qtbot, tmp_path / "n.csv", "\n".join(["time;stamp;money;late", *rows, "2024;5;2,5;late"]))
    assert [dialog.table.is_ticked(i) for i in range(4)] == [False, True, True, False]
    told = dialog.message.text().splitlines()
    assert told[-2] == "The column time is not fed to the network: “2024-01-01 00:00:00” is not a number."
    assert told[-1] == "The column late is not fed to the network: “late” is not a number."
    assert "“1.234,5” is read as 1234.5." in told


def test_csv_dialog_takes_a_part_of_a_file_that_is_too_long(qtbot, tmp_path):
    dialog = opened(qtbot, tmp_path / "long.csv", "n\n" + "".join(f"{i}\n" for i in range(2, 5002)))
    assert (dialog.first.text(), dialog.last.text()) == ("2", "2001")
    assert "The file has 5000 rows; at most 2000 fit: choose which ones." in dialog.message.text()
    type_row(qtbot, dialog.first, 4000)
    assert (dialog.first.text(), dialog.last.text()) == ("4000", "5999")
    type_row(qtbot, dialog.last, 4001)
    assert dialog.table.verticalHeaderItem(1).text() == "4000"
    assert dialog.table.item(1, 0).text() == "4000"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept_button.click()
    assert chosen.args[0].rows == ((4000.0,), (4001.0,))


def test_csv_dialog_refuses_a_part_that_holds_nothing_and_keeps_the_ticks(qtbot, tmp_path):
    dialog = opened(qtbot, tmp_path / "n.csv", "a,b,c\n" + "1,2,3\n" * 9 + "1,x,3\n")
    dialog.table.item(0, 2).setCheckState(Qt.CheckState.Unchecked)
    type_row(qtbot, dialog.last, 10)
    assert [dialog.table.is_ticked(i) for i in range(3)] == [True, True, False]
    type_row(qtbot, dialog.first, 50)
    assert dialog.message.text() == "There are no numbers from row 50 to row 58: they stand in rows 2 to 11."
    assert not dialog.accept_button.isEnabled()
    type_row(qtbot, dialog.last, 10)
    assert (dialog.first.text(), dialog.last.text()) == ("2", "10")
    assert dialog.accept_button.isEnabled()


def test_csv_dialog_says_what_is_no_row_until_it_is_one_or_taken_back(qtbot, tmp_path):
    dialog = opened(qtbot, tmp_path / "n.csv", "a\n" + "1\n" * 9)
    for end in (lambda: qtbot.keyClick(dialog.last, Qt.Key.Key_Escape), lambda: type_row(qtbot, dialog.last, 5)):
        type_row(qtbot, dialog.last, "2.5")
        assert dialog.message.text() == "“2.5” is not a whole number."
        assert dialog.last.wrong
        assert not dialog.accept_button.isEnabled()
        end()
        assert not dialog.last.wrong
        assert dialog.accept_button.isEnabled()


def test_csv_dialog_ticks_as_many_columns_as_fit_and_says_that_there_are_more(qtbot, tmp_path):
    dialog = opened(qtbot, tmp_path / "n.csv", ",".join(["x", *"12" * 150]) + "\n" + ",".join(["y", *"34" * 150]))
    assert [dialog.table.is_ticked(i) for i in (0, 1, 256, 257)] == [False, True, True, False]
    assert "There are 300 columns; at most 256 fit: choose some." in dialog.message.text()
    assert dialog.accept_button.isEnabled()


@pytest.mark.parametrize("kind", [CsvDialog, FeedDialog])
def test_csv_dialog_has_room_for_all_that_it_tells(qtbot, tmp_path, kind):
    words = "a number is not what this cell holds " * 3
    text = "\n".join(["a,b,c,d,n", *[f'{words},{words},{words},{words},"1,234.5"'] * 5000])
    dialog = opened(qtbot, tmp_path / "n.csv", text, kind)
    dialog.show()
    assert dialog.message.text().count("\n") > 5
    assert dialog.message.height() >= dialog.message.heightForWidth(dialog.message.width())
    assert dialog.table.height() > 4 * dialog.table.rowHeight(0)


def test_csv_dialog_follows_the_language_in_what_it_has_told(qtbot, tmp_path):
    dialog = opened(qtbot, tmp_path / "n.csv", "a,b\n1,x\n")
    i18n.set_language("zh_CN")
    dialog.dress(look.themes()["light"])
    assert dialog.message.text().endswith("b 列不输入网络：“x”不是数。")


@pytest.mark.parametrize("theme", look.themes())
def test_csv_dialog_elides_no_name_while_there_is_room(qapp, qtbot, tmp_path, theme: str):
    path = tmp_path / "wind.csv"
    path.write_text("température de l’air,windgeschwindigkeit\n1.5,2\n", encoding="utf-8")
    style.apply(qapp, look.themes()[theme], "en")
    dialog = CsvDialog(path, look.themes()[theme])
    qtbot.addWidget(dialog)
    dialog.show()
    bold = dialog.table.font()
    bold.setBold(True)
    for i in range(2):
        name = QFontMetrics(bold).horizontalAdvance(dialog.table.item(0, i).text())
        assert dialog.table.columnWidth(i) > name + 2 * look.themes()[theme].font_size
    style.apply(qapp, look.themes()["light"], "en")


def test_csv_dialog_tells_what_is_wrong_and_offers_nothing_until_it_is_right(qtbot, table):
    dialog = CsvDialog(table, look.themes()["light"])
    qtbot.addWidget(dialog)
    dialog.table.item(0, 0).setCheckState(Qt.CheckState.Checked)
    assert "“Mon” is not a number" in dialog.message.text()
    assert not dialog.accept_button.isEnabled()
    dialog.table.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.accept_button.isEnabled()


def test_csv_file_that_is_not_there_is_told(qtbot, tmp_path):
    dialog = CsvDialog(tmp_path / "none.csv", look.themes()["light"])
    qtbot.addWidget(dialog)
    assert dialog.message.text()
    assert not dialog.accept_button.isEnabled()


def test_csv_file_is_read_through_the_panel(desk, table):
    desk.panel.read_csv(table)
    desk.panel.csv_dialog.accept_button.click()
    assert desk.exploration.sequence.columns == ("speed", "gust")
    assert desk.panel.source.value == "csv"
    assert desk.panel.csv_dialog is None


@pytest.mark.parametrize("kind", [kind for kind in TASKS if kind not in ("classify", "series")])
def test_the_example_of_a_shipped_task_comes_from_no_file(desk, kind: str):
    desk.show(taught(Exploration(), Task(kind=kind)))
    sequence = desk.exploration.sequence
    assert desk.panel.source.value == ("example" if isinstance(sequence, Numbers) else sequence.unit)
    assert desk.panel.source.currentText()
    assert not isinstance(sequence, Numbers) or sequence.source in EXAMPLES


def test_a_changed_example_is_chosen_anew_and_goes_with_another_source(desk):
    taught_ = taught(Exploration(), Task(kind="adding"))
    desk.show(taught_)
    desk.panel.length.changed.emit(5.0)
    assert len(desk.exploration.sequence.rows) == 5
    assert desk.panel.source.value == "example"
    choose(desk, "example")
    assert desk.exploration.sequence == taught_.sequence
    choose(desk, "numbers")
    assert desk.panel.source.value == "numbers"
    assert desk.panel.source.findData("example") < 0


def test_the_series_of_an_example_does_not_come_from_a_file_of_its_name():
    example = taught(Exploration(), Task(kind="sine")).sequence
    assert came_from(fed_task("series", example)) == "From what was fed, predicting “value”."


@pytest.mark.parametrize("name", ["drawn", "typed", "edited", *EXAMPLES])
def test_a_file_that_is_called_as_what_comes_from_none_is_still_a_file(tmp_path, name: str):
    (tmp_path / name).write_text("1,2\n", encoding="utf-8")
    assert source_of(read_csv(tmp_path / name)) == "csv"


def test_file_dialog_that_is_cancelled_changes_nothing(desk, monkeypatch):
    monkeypatch.setattr("explorer.gui.panels.build.sequence.file_to_open", lambda *_: "")
    choose(desk, "csv")
    assert desk.exploration == Exploration()
    assert desk.panel.source.value == "sine"


def test_stroke_is_fed_at_once_and_is_one_step(qtbot, desk):
    choose(desk, "drawn")
    canvas = desk.panel.draw_dialog.canvas
    desk.panel.draw_dialog.resize(700, 360)
    assert desk.exploration == Exploration()
    area = canvas._axes().frame.toRect()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(area.left() + 1, area.top()))
    qtbot.mouseMove(canvas, QPoint(area.right() - 1, area.bottom()))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(area.right() - 1, area.bottom()))
    values = [row[0] for row in desk.exploration.sequence.rows]
    assert len(values) == 40
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.9 > -0.9 > values[-1]
    assert desk.panel.source.value == "drawn"
    assert set(desk.merges) == {"draw"}
    assert desk.releases == 1


def test_open_canvas_follows_undo(qtbot, desk):
    choose(desk, "drawn")
    canvas = desk.panel.draw_dialog.canvas
    first, before = desk.exploration, list(canvas.values)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.values != before
    desk.show(first)
    assert canvas.values == before


def test_canvas_is_drawn_on_by_the_keyboard_cleared_and_lengthened(qtbot):
    dialog = DrawDialog(look.themes()["dark"])
    qtbot.addWidget(dialog)
    dialog.begin((0.0, 0.0, 0.0))
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_Up)
    assert dialog.canvas.values == [0.0, 0.05, 0.0]
    dialog.steps.changed.emit(5.0)
    assert dialog.canvas.values == [0.0, 0.05, 0.0, 0.0, 0.0]
    dialog.clear_button.click()
    assert dialog.canvas.values == [0.0] * 5


def test_dialogs_follow_the_language(qtbot, table):
    dialogs = CsvDialog(table, look.themes()["light"]), DrawDialog(look.themes()["light"])
    i18n.set_language("zh_CN")
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.dress(look.themes()["dark"])
    assert dialogs[0].accept_button.text() == "使用这些数"
    assert dialogs[1].windowTitle() == "绘制输入"
