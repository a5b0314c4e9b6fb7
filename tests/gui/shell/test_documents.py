"""Files as the person meets them, through the window and its dialogs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from explorer.engine.gradient.gradient import WEIGHTS
from explorer.gui.export.formats import PICTURES, drawing
from explorer.gui.shell import app, documents, exports
from explorer.gui.shell.window import Window
from explorer.workspace.disk.autosave import Autosave
from explorer.workspace.disk.export import FORMATS
from explorer.workspace.disk.files import VERSION, load, save
from explorer.workspace.disk.giving import ENDINGS
from explorer.workspace.disk.kinds import FORMAT
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import Exploration, Text
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.record import Record, Snapshot, packed

from ..conftest import SMALL, bury, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

OTHER = SMALL.with_recipe(cell="gru", seed=7)
YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    """Return what makes the next file dialogs answer with a path, or with nothing."""

    def answer(path: Path | None) -> None:
        for asking in ("file_to_open", "file_to_save"):
            for module in (documents, exports):
                monkeypatch.setattr(module, asking, lambda *_: str(path) if path else "", raising=False)

    return answer


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[QMessageBox.StandardButton], list[str]]:
    """Return what makes every question be answered in one way, and gives the list of those that were asked."""

    def answer(button: QMessageBox.StandardButton) -> list[str]:
        questions: list[str] = []

        def run(box: QMessageBox) -> QMessageBox.StandardButton:
            questions.append(box.text())
            return button

        monkeypatch.setattr(QMessageBox, "exec", run)
        return questions

    return answer


def act(window: Window, name: str) -> None:
    window.actions_[name].trigger()


def entries(menu: QMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


def entry(menu: QMenu, text: str) -> QAction:
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if text in action.text())


def test_what_is_saved_as_is_what_is_opened(window: Window, choose, tmp_path: Path) -> None:
    path = tmp_path / "mine.gflow"
    choose(path)
    act(window, "save_as")
    assert load(path) == SMALL
    window.controller.replace("Load a preset", OTHER)
    act(window, "open")
    assert window.store.exploration == SMALL
    assert window.windowTitle() == "mine.gflow[*] – Gradient Flow Explorer"


def test_saving_asks_for_a_name_once_and_then_writes_to_the_same_file(window: Window, choose, tmp_path: Path) -> None:
    path = tmp_path / "mine.gflow"
    choose(path)
    act(window, "save")
    choose(None)
    window.controller.commit(Gesture("Choose another cell", lambda _: OTHER))
    assert window.isWindowModified()
    act(window, "save")
    assert load(path) == OTHER
    assert not window.isWindowModified()


def test_a_dialog_that_is_given_up_changes_nothing(window: Window, choose) -> None:
    choose(None)
    for name in ("open", "save", "save_as"):
        act(window, name)
    window.documents.exports.picture(window.picture())
    window.documents.exports.numbers()
    window.documents.exports.network()
    assert window.store.exploration == SMALL
    assert window.documents.path is None


@pytest.mark.painted(True)
def test_dialogs_offer_every_format_that_can_be_written(window: Window, monkeypatch) -> None:
    offered: list[str] = []
    monkeypatch.setattr(exports, "file_to_save", lambda *asked: offered.append(asked[-1]) or "")
    window.documents.exports.picture(window.picture())
    window.documents.exports.numbers()
    window.documents.exports.network()
    assert [re.findall(r"\*(\.\w+)", kinds) for kinds in offered] == [list(PICTURES), list(FORMATS), list(ENDINGS)]
    for ending in PICTURES:
        assert drawing(ending)(window.map.headline, 1.0)


def test_a_name_without_the_ending_gets_it_and_keeps_its_dots(window: Window, choose, tmp_path: Path) -> None:
    choose(tmp_path / "tanh 1.6")
    act(window, "save_as")
    assert load(tmp_path / "tanh 1.6.gflow") == SMALL


def test_an_ending_that_was_put_on_never_overwrites_a_file_unasked(
    window: Window, choose, asked, tmp_path: Path
) -> None:
    save(tmp_path / "mine.gflow", OTHER)
    questions = asked(NO)
    choose(tmp_path / "mine")
    act(window, "save_as")
    assert questions == ["“mine.gflow” exists already. Replace it?"]
    assert load(tmp_path / "mine.gflow") == OTHER
    assert window.documents.path is None


def test_opening_is_one_undo_step_and_can_be_undone(window: Window, tmp_path: Path) -> None:
    save(tmp_path / "other.gflow", OTHER)
    assert window.open(tmp_path / "other.gflow")
    assert window.store.undo_label == "Open a file"
    act(window, "undo")
    assert window.store.exploration == SMALL


def test_what_was_there_before_a_file_was_opened_is_not_saved_over_it(window: Window, choose, tmp_path: Path) -> None:
    save(tmp_path / "other.gflow", OTHER)
    window.open(tmp_path / "other.gflow")
    act(window, "undo")
    choose(tmp_path / "mine.gflow")
    act(window, "save")
    assert load(tmp_path / "other.gflow") == OTHER
    assert load(tmp_path / "mine.gflow") == SMALL


@pytest.mark.parametrize("content", [b"", b"hello", b'{"format":"gradient-flow-explorer","version":1,', b"\xff\x00"])
def test_a_damaged_file_is_refused_in_one_sentence_and_nothing_changes(
    window: Window, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.gflow"
    path.write_bytes(content)
    shown, title, past = window.controller.inspection, window.windowTitle(), window.store.undo_label
    assert not window.open(path)
    assert "bad.gflow" in window.status.refusal.text()
    assert window.status.refusal.isVisible()
    assert "\n" not in window.status.refusal.text()
    assert window.store.exploration == SMALL
    assert window.controller.inspection is shown
    assert window.windowTitle() == title
    assert window.store.undo_label == past
    assert window.preferences.recent() == []


def test_a_file_that_is_gone_is_refused(window: Window, tmp_path: Path) -> None:
    assert not window.open(tmp_path / "gone.gflow")
    assert window.status.refusal.text() == "There is no file “gone.gflow”."


def test_a_refusal_goes_with_the_next_success(window: Window, tmp_path: Path) -> None:
    window.open(tmp_path / "gone.gflow")
    act(window, "relu")
    assert window.status.refusal.text() == ""
    assert window.map.headline.isVisible()


@pytest.mark.painted(True)
def test_a_folder_that_may_not_be_written_is_said_and_nothing_is_lost(window: Window, choose, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        folder = tmp_path / "gone"  # The superuser may write anywhere.
    choose(folder / "mine.gflow")
    act(window, "save_as")
    assert "“mine.gflow” can't be saved" in window.status.refusal.text()
    assert window.documents.path is None
    assert window.store.exploration == SMALL
    choose(folder / "picture.png")
    window.documents.exports.picture(window.picture())
    assert "“picture.png” can't be saved" in window.status.refusal.text()


def test_recent_files_are_listed_newest_first_and_open_by_a_click(window: Window, tmp_path: Path) -> None:
    assert entries(window.menus._recent) == ["none yet"]
    for name, exploration in (("one.gflow", SMALL), ("two.gflow", OTHER)):
        save(tmp_path / name, exploration)
        window.open(tmp_path / name)
    assert entries(window.menus._recent) == ["two.gflow", "one.gflow"]
    entry(window.menus._recent, "one.gflow").trigger()
    assert window.store.exploration == SMALL
    assert entries(window.menus._recent) == ["one.gflow", "two.gflow"]


def test_recent_files_of_one_name_are_told_apart_by_their_folders(window: Window, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save(tmp_path / folder / "one.gflow", SMALL if folder == "a" else OTHER)
        window.preferences.add_recent(tmp_path / folder / "one.gflow")
    assert entries(window.menus._recent) == [f"one.gflow ({tmp_path / folder})" for folder in ("b", "a")]
    entry(window.menus._recent, f"one.gflow ({tmp_path / 'a'})").trigger()
    assert window.store.exploration == SMALL


def test_a_recent_file_that_is_gone_is_no_longer_listed(window: Window, tmp_path: Path) -> None:
    save(tmp_path / "one.gflow", OTHER)
    window.open(tmp_path / "one.gflow")
    (tmp_path / "one.gflow").unlink()
    assert entries(window.menus._recent) == ["none yet"]


def test_at_most_eight_recent_files_are_kept_each_once(window: Window, tmp_path: Path) -> None:
    for i in (*range(12), 5):
        path = tmp_path / f"{i}.gflow"
        path.touch()
        window.preferences.add_recent(path)
    assert [path.stem for path in window.preferences.recent()] == ["5", "11", "10", "9", "8", "7", "6", "4"]


def test_numbers_are_exported_in_each_format(window: Window, choose, tmp_path: Path) -> None:
    for ending in ("npz", "csv", "json"):
        choose(tmp_path / f"numbers.{ending}")
        window.documents.exports.numbers()
        assert (tmp_path / f"numbers.{ending}").stat().st_size > 500
    with np.load(tmp_path / "numbers.npz", allow_pickle=False) as arrays:
        assert {"log_norm", "log_rms_gain", "s", "W", "meta"} <= set(arrays)
        assert window.controller.inspection is not None
        expected = window.controller.inspection.analysis.run.flow.log_norm
        np.testing.assert_array_equal(arrays["log_norm"], expected)


def test_an_export_without_a_known_ending_is_refused_with_the_endings(window: Window, choose, tmp_path: Path) -> None:
    choose(tmp_path / "numbers.xlsx")
    window.documents.exports.numbers()
    assert ".npz, .csv, .json" in window.status.refusal.text()
    choose(tmp_path / "picture.gif")
    window.documents.exports.picture(window.picture())
    assert ".png, .svg, .pdf" in window.status.refusal.text()
    assert not list(tmp_path.glob("*.xlsx"))
    assert not list(tmp_path.glob("*.gif"))


def crash(folder: Path, exploration: Exploration) -> None:
    """Leave what a program leaves that ends without closing its window."""
    left = Autosave(folder)
    left.write(exploration)
    left.close()


def test_what_a_crash_left_is_offered_and_opened_when_wanted(window_of, place: Path, asked) -> None:
    crash(place, OTHER)
    questions = asked(YES)
    window = window_of(SMALL)
    assert len(questions) == 1
    assert window.store.exploration == OTHER
    assert window.store.undo_label == "Restore"
    assert list(place.glob("autosave-*.gflow")), "it stays on disk until the next autosave"
    window.documents._write_autosave()
    questions = asked(QMessageBox.StandardButton.Discard)
    assert window.close()
    assert questions == ["What was restored is not saved."]
    assert not list(place.glob("autosave-*"))


def test_what_a_crash_left_is_asked_about_when_its_opening_was_undone(
    window_of, place: Path, asked, choose, tmp_path: Path
) -> None:
    crash(place, OTHER)
    asked(YES)
    window = window_of(SMALL)
    window.controller.undo()
    questions = asked(QMessageBox.StandardButton.Save)
    choose(tmp_path / "left.gflow")
    assert window.close()
    assert questions == ["What you left for something else is not saved; undo or redo would bring it back."]
    assert load(tmp_path / "left.gflow") == OTHER


def test_what_a_crash_left_goes_when_it_is_not_wanted(window_of, place: Path, asked) -> None:
    crash(place, OTHER)
    asked(NO)
    assert window_of(SMALL).store.exploration == SMALL
    assert not list(place.glob("autosave-*"))


def test_nothing_is_offered_after_a_window_was_closed(window_of, place: Path, asked, qtbot: QtBot) -> None:
    questions = asked(YES)
    first = window_of(SMALL)
    act(first, "relu")
    first.documents._write_autosave()
    qtbot.waitUntil(lambda: bool(list(place.glob("autosave-*.gflow"))))
    bury(first)
    window_of(SMALL)
    assert questions == []


def test_work_is_kept_a_moment_after_the_last_change(window_of, place: Path, qtbot: QtBot) -> None:
    window = window_of(SMALL)
    window.documents._timer.setInterval(10)
    act(window, "relu")
    qtbot.waitUntil(lambda: bool(list(place.glob("autosave-*.gflow"))))
    (kept,) = place.glob("autosave-*.gflow")
    assert load(kept) == window.store.exploration


def test_a_data_folder_that_may_not_be_written_disturbs_nobody(
    window_of, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    from explorer.gui.shell.preferences import Preferences

    (tmp_path / "file").touch()
    monkeypatch.setattr(Preferences, "data_folder", staticmethod(lambda: tmp_path / "file" / "data"))
    window = window_of(SMALL)
    act(window, "relu")
    window.documents._write_autosave()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: "The working state can't be kept" in window.status.notice.text())
    assert window.status.refusal.text() == ""
    window.status.notify("")
    window.documents._write_autosave()
    window.documents._writer.submit(int).result()
    QApplication.processEvents()
    assert window.status.notice.text() == ""


def test_settings_that_can_t_be_kept_are_told_of_once_and_in_the_language_that_is_chosen(
    window_of, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = window_of(SMALL)
    monkeypatch.setattr(QSettings, "isWritable", lambda _: False)
    window.actions_["language"].trigger()
    settle(qtbot, window)
    assert window.status.notice.text().startswith("无法保存设置：")
    window.actions_["language"].trigger()
    settle(qtbot, window)
    assert window.status.notice.text().startswith("Settings can't be kept: “")
    window.status.notify("")
    window.actions_["theme"].trigger()
    settle(qtbot, window)
    assert window.status.notice.text() == ""


@pytest.fixture
def changed(window_of, tmp_path: Path) -> Window:
    """Return a window with a file that has been changed since it was opened."""
    window = window_of(SMALL)
    save(tmp_path / "mine.gflow", SMALL)
    window.open(tmp_path / "mine.gflow")
    act(window, "relu")
    return window


def test_closing_asks_about_changes_and_stays_open_when_told_to(changed: Window, asked) -> None:
    questions = asked(QMessageBox.StandardButton.Cancel)
    assert not changed.close()
    assert questions == ["“mine.gflow” has changes that are not saved."]
    assert changed.isVisible()
    act(changed, "tanh")
    assert changed.store.exploration == SMALL


def test_closing_saves_when_told_to(changed: Window, asked, tmp_path: Path) -> None:
    asked(QMessageBox.StandardButton.Save)
    assert changed.close()
    assert load(tmp_path / "mine.gflow").recipe.activation == "relu"


def test_closing_discards_when_told_to(changed: Window, asked, tmp_path: Path) -> None:
    asked(QMessageBox.StandardButton.Discard)
    assert changed.close()
    assert load(tmp_path / "mine.gflow") == SMALL


def test_closing_asks_nothing_when_all_is_saved_or_only_the_cursor_moved(changed: Window, asked) -> None:
    act(changed, "save")
    changed.controller.select(4, 0)
    questions = asked(QMessageBox.StandardButton.Cancel)
    assert changed.close()
    assert questions == []


def trained() -> Exploration:
    """Return a network with a record of two moments."""
    network = build(SMALL.recipe, 1)
    weights = {name: np.array(getattr(network, name)) for name in WEIGHTS}
    kept = tuple(Snapshot(step=step, tensors=packed(weights)) for step in (0, 5))
    return SMALL.with_recipe(trained=kept[-1], record=Record(snapshots=kept))


def test_closing_asks_about_a_training_that_was_never_saved(window: Window, asked) -> None:
    questions = asked(QMessageBox.StandardButton.Cancel)
    window.store.commit("Train", trained())
    assert not window.close()
    assert questions == ["The training is not saved."]


@pytest.mark.parametrize(
    ("sequence", "reason"),
    [
        (Text(text=" \n "), "The text is empty: type at least one word."),
        (Text(text="a b", vocabulary=("a", "A")), "The vocabulary has “A” twice: remove one."),
        (Text(text="so " * 2001), "The text makes 2001 steps; at most 2000 fit: shorten it."),
    ],
)
def test_what_cant_be_shown_is_not_opened_and_the_file_that_was_open_is_saved_to_itself(
    window: Window, tmp_path: Path, sequence: Text, reason: str
) -> None:
    good, bad = tmp_path / "good.gflow", tmp_path / "bad.gflow"
    save(good, OTHER)
    window.open(good)
    written = bad_file(bad, sequence)
    assert not window.open(bad)
    assert window.status.refusal.text() == f"“bad.gflow” can't be shown: {reason}"
    act(window, "relu")
    act(window, "save")
    assert load(good) == window.store.exploration != OTHER
    assert bad.read_bytes() == written
    assert window.windowTitle().startswith("good.gflow")


def bad_file(path: Path, sequence: Text) -> bytes:
    """Write a file as another program might, which holds a sequence that can't be fed."""
    head = {"format": FORMAT, "version": VERSION, "program": "0.1.0"}
    path.write_bytes(msgspec.json.encode({**head, "exploration": {"sequence": sequence}}))
    return path.read_bytes()


def test_a_program_started_with_what_cant_be_shown_says_so_and_opens_the_first_preset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad_file(tmp_path / "bad.gflow", Text(text=" "))
    window = started(monkeypatch, None, tmp_path / "bad.gflow")
    assert window.status.refusal.text().startswith("“bad.gflow” can't be shown")
    assert window.store.exploration == default().exploration
    assert window.documents.path is None
    bury(window)


def test_a_program_started_with_a_file_shows_it_under_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save(tmp_path / "one.gflow", OTHER)
    window = started(monkeypatch, OTHER, tmp_path / "one.gflow")
    assert (window.documents.path, window.store.can_undo) == (tmp_path / "one.gflow", False)
    bury(window)


def started(monkeypatch: pytest.MonkeyPatch, exploration: Exploration | None, path: Path) -> Window:
    """Return the window with which the program starts on a file."""
    monkeypatch.setattr(QApplication, "exec", lambda _: 0)
    before = set(QApplication.topLevelWidgets())
    assert app.run(exploration, path) == 0
    (window,) = (one for one in set(QApplication.topLevelWidgets()) - before if isinstance(one, Window))
    return window


def test_a_panel_that_fails_leaves_an_opened_file_whole(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    one, two = tmp_path / "one.gflow", tmp_path / "two.gflow"
    save(one, OTHER)
    save(two, OTHER.with_recipe(seed=8))
    window.open(one)

    def fail(*_: object) -> None:
        raise RuntimeError("the panel broke")

    with pytest.MonkeyPatch.context() as patch, qtbot.capture_exceptions() as failures:
        patch.setattr(window.build_panel, "present", fail)
        assert window.open(two)
    assert [str(value) for _, value, _ in failures] == ["the panel broke"]
    assert "the panel broke" in window.status.refusal.text()
    assert window.documents.path == two
    assert window.windowTitle().startswith("two.gflow")
    assert window.top_bar.cell.value == "gru"
    settle(qtbot, window)
    act(window, "save")
    assert load(one) == OTHER


def test_undoing_an_opening_brings_back_the_file_and_its_title_too(window: Window, tmp_path: Path) -> None:
    for name, exploration in (("one.gflow", SMALL), ("two.gflow", OTHER)):
        save(tmp_path / name, exploration)
        window.open(tmp_path / name)
    act(window, "undo")
    assert window.windowTitle().startswith("one.gflow")
    assert not window.isWindowModified()
    act(window, "relu")
    act(window, "save")
    assert load(tmp_path / "two.gflow") == OTHER
    act(window, "undo")
    act(window, "redo")
    assert window.windowTitle().startswith("one.gflow")


def test_work_that_was_never_saved_is_asked_about_once_when_the_window_closes(window_of, asked) -> None:
    window = window_of(SMALL)
    questions = asked(QMessageBox.StandardButton.Cancel)
    act(window, "relu")
    assert not window.close()
    assert questions == ["What you have changed is not saved."]
    questions = asked(QMessageBox.StandardButton.Discard)
    assert window.close()
    assert len(questions) == 1


def test_the_untouched_beginning_an_untouched_preset_and_a_moved_cursor_are_not_asked_about(window_of) -> None:
    window = window_of(SMALL)
    window.top_bar.preset_chosen.emit("gru")
    window.controller.select(3, 1)
    assert window.close()


@pytest.mark.parametrize("button", ["Cancel", "Discard", "Save"])
def test_opening_asks_what_becomes_of_work_that_is_not_saved(
    window: Window, asked, choose, tmp_path: Path, button: str
) -> None:
    save(tmp_path / "other.gflow", OTHER)
    act(window, "relu")
    work = window.store.exploration
    choose(tmp_path / "mine.gflow")
    questions = asked(QMessageBox.StandardButton[button])
    assert window.open(tmp_path / "other.gflow") == (button != "Cancel")
    assert questions == ["What you have changed is not saved."]
    assert (window.store.exploration == work) == (button == "Cancel")
    assert (tmp_path / "mine.gflow").exists() == (button == "Save")
    if button == "Save":
        assert load(tmp_path / "mine.gflow") == work


def test_a_file_that_cant_be_opened_asks_nothing(window: Window, tmp_path: Path) -> None:
    act(window, "relu")
    assert not window.open(tmp_path / "gone.gflow")


def test_choosing_a_preset_asks_nothing_and_closing_asks_about_the_file_that_it_left(
    changed: Window, asked, tmp_path: Path
) -> None:
    changed.top_bar.preset_chosen.emit("gru")
    questions = asked(QMessageBox.StandardButton.Cancel)
    assert not changed.close()
    assert questions == ["“mine.gflow” has changes that are not saved."]
    questions = asked(QMessageBox.StandardButton.Save)
    assert changed.close()
    assert len(questions) == 1
    assert load(tmp_path / "mine.gflow").recipe.activation == "relu"


def test_what_a_preset_left_is_not_saved_over_what_was_saved_since(
    changed: Window, asked, choose, tmp_path: Path
) -> None:
    left = changed.store.exploration
    changed.top_bar.preset_chosen.emit("gru")
    changed.open(tmp_path / "mine.gflow")
    act(changed, "sigmoid")
    act(changed, "save")
    questions = asked(QMessageBox.StandardButton.Save)
    choose(tmp_path / "left.gflow")
    assert changed.close()
    assert questions == ["What you left for something else is not saved; undo or redo would bring it back."]
    assert load(tmp_path / "mine.gflow").recipe.activation == "sigmoid"
    assert load(tmp_path / "left.gflow") == left


def test_what_was_given_up_when_a_file_was_opened_is_not_asked_about_again(
    changed: Window, asked, tmp_path: Path
) -> None:
    save(tmp_path / "other.gflow", OTHER)
    questions = asked(QMessageBox.StandardButton.Discard)
    changed.open(tmp_path / "other.gflow")
    assert changed.close()
    assert len(questions) == 1


def test_a_training_too_is_kept_before_five_seconds_have_passed(window: Window) -> None:
    window.documents._timer.stop()
    window.store.commit("Train", trained())
    assert window.documents._timer.interval() <= 4000


def test_a_name_given_after_an_undone_opening_stays(window: Window, choose, tmp_path: Path) -> None:
    save(tmp_path / "one.gflow", OTHER)
    window.open(tmp_path / "one.gflow")
    window.controller.undo()
    choose(tmp_path / "two.gflow")
    assert window.documents.save()
    window.controller.select(4, 1)
    assert window.documents.path == tmp_path / "two.gflow"


def test_a_preset_is_not_saved_over_the_file_that_was_open(window: Window, tmp_path: Path) -> None:
    save(tmp_path / "one.gflow", OTHER)
    window.open(tmp_path / "one.gflow")
    window.top_bar.preset_chosen.emit("gru")
    assert window.documents.path is None


def test_recent_files_that_cannot_be_looked_at_are_passed_over(window: Window, tmp_path: Path) -> None:
    there = tmp_path / "there.gflow"
    save(there, OTHER)
    window.preferences.set_text("recent", "\n".join(("a" * 300, str(there), "\x00", str(tmp_path / "gone.gflow"))))
    assert window.preferences.recent() == [there]


def test_a_name_that_is_too_long_is_refused_in_the_window(
    window: Window, choose: Callable[[Path | None], None], tmp_path: Path
) -> None:
    choose(tmp_path / ("a" * 300))
    assert not window.documents.save_as()
    assert "File name too long" in window.status.refusal.text()


def test_an_account_without_a_home_is_asked_for_files_all_the_same(
    window: Window, choose: Callable[[Path | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    choose(None)
    assert not window.documents.save_as()
