"""The sheet of sweeps: chosen, started, looked at, refined; a point of it explored; and what is taken along."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.plot.level_lines import contour
from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.gui.sweeps import saving
from explorer.gui.sweeps.canvas import SweepCanvas
from explorer.gui.sweeps.paint_map import among_numbers
from explorer.gui.sweeps.picture import cell_place
from explorer.gui.sweeps.sheet import SweepSheet
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Bookmark, replace
from explorer.workspace.sweeps import streaming
from explorer.workspace.sweeps.measuring import Outcome
from explorer.workspace.sweeps.opening import opened
from explorer.workspace.sweeps.reading import sweep_of
from explorer.workspace.sweeps.table import Table

from ...workspace.sweeps.here import Here
from ..by_keyboard import stops
from ..conftest import SMALL, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SPEC = """set = { hidden = 3, "sequence.steps" = 8, t = 8 }
quantities = ["rate", "verdict"]
[axes]
gain = [0.5, 1.0, 1.5]
bias = [0.0, 1.0]
seed = { from = 0, to = 2 }
"""


@pytest.fixture
def sheet(window: Window, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path) -> Iterator[SweepSheet]:
    """Return the sheet of the shared window, over its own folder; points are measured in this process."""

    @contextmanager
    def here(_: str | None) -> Iterator[Here]:
        yield Here()

    monkeypatch.setattr(streaming, "gentle_workers", here)
    sheet = window.sweeps.show()
    sheet._folder = tmp_path
    qtbot.waitExposed(sheet)
    yield sheet
    sheet.close()


def swept(sheet: SweepSheet, qtbot: QtBot) -> None:
    """Show the sweep of `SPEC`, and measure all of it."""
    sheet.show_sweep(sweep_of(SPEC, Path("mine.toml")))
    sheet.start.click()
    qtbot.waitUntil(lambda: sheet.work.done == 18 and not sheet.work.running)


def press(canvas: SweepCanvas, row: int, column: int) -> QPoint:
    canvas.grab()
    return cell_place(canvas._axes, canvas.picture, row, column).center().toPoint()


def test_what_is_chosen_is_swept_and_kept(sheet: SweepSheet, qtbot: QtBot) -> None:
    sheet.form.begin_with(SMALL)
    sheet.form.up.show_axis(None)
    sheet.form.across.count.entered.emit(3.0)
    sheet.form.seeds.entered.emit(2.0)
    assert sheet.state.text() == "6 points"
    sheet.start.click()
    assert sheet.start.text() == "Pause"
    qtbot.waitUntil(lambda: sheet.work.done == 6 and not sheet.work.running)
    assert sheet.state.text() == "6 of 6 points"
    assert not sheet.start.isEnabled()
    assert sheet.canvas.picture.cut.median.shape == (1, 3)
    assert np.isfinite(sheet.canvas.picture.cut.median).all()
    assert opened(sheet.work.out).done == 6


def test_what_is_typed_and_can_t_be_is_said_and_nothing_begins(sheet: SweepSheet) -> None:
    sheet.form.begin_with(SMALL)
    sheet.form.across._choose("activation")
    sheet.form.across.words.setText("tanh, rleu")
    sheet.form.across.words.textEdited.emit("tanh, rleu")
    sheet.form.across.words.editingFinished.emit()
    assert "There is no activation “rleu”; did you mean “relu”?" in sheet.message.text()
    assert not sheet.start.isEnabled()
    i18n.set_language("zh_CN")
    sheet.dress(sheet._theme)
    assert "是否想用“relu”？" in sheet.message.text()
    i18n.set_language("en")
    sheet.dress(sheet._theme)
    assert "There is no activation “rleu”" in sheet.message.text()
    sheet.form.across._choose("gain")
    assert sheet.message.isHidden()


def test_a_sweep_that_can_t_be_kept_says_why_until_something_else_is_asked_for(
    sheet: SweepSheet, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(sheet, "_folder", tmp_path / "file" / "sweeps")
    sheet.form.begin_with(SMALL)
    with qtbot.waitSignals([sheet.work.failed, sheet.work.foretold]):
        sheet.start.click()
    sheet._show()
    assert sheet.message.isVisible()
    assert sheet.message.text().startswith("The points of a sweep can't be kept: “")
    i18n.set_language("zh_CN")
    sheet.dress(sheet._theme)
    assert not sheet.message.text().isascii()
    i18n.set_language("en")
    sheet.dress(sheet._theme)
    sheet.form.seeds.entered.emit(2.0)
    assert sheet.message.isHidden()


def test_a_click_explores_that_very_network_and_undo_brings_all_back(
    sheet: SweepSheet, window: Window, qtbot: QtBot
) -> None:
    swept(sheet, qtbot)
    kept = replace(SMALL, bookmarks=(Bookmark(name="mine", exploration=SMALL),))
    window.controller.replace("Begin", kept)
    QTest.mouseClick(sheet.canvas, Qt.MouseButton.LeftButton, pos=press(sheet.canvas, 1, 2))
    qtbot.waitUntil(lambda: window.store.exploration.recipe.gain == 1.5)
    found = window.store.exploration
    assert (found.recipe.bias, found.recipe.hidden, found.bookmarks) == (1.0, 3, kept.bookmarks)
    shown = sheet.canvas.picture
    cell = [shown.table.values["rate"][2, 1, seed] for seed in range(3)]
    assert cell[found.recipe.seed] == shown.cut.median[1, 2]
    window.controller.undo()
    assert window.store.exploration == kept
    settle(qtbot, window)


def test_what_is_spanned_by_keys_is_swept_finer_and_wider_again(sheet: SweepSheet, qtbot: QtBot) -> None:
    swept(sheet, qtbot)
    sheet.canvas.setFocus()
    sheet.canvas._cell = (0, 0)
    QTest.keyClick(sheet.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(sheet.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(sheet.canvas, Qt.Key.Key_Return)
    assert [axis.values for axis in sheet.work.table.sweep.axes[:2]] == [(0.5, 0.75, 1.0), (0.0, 1.0)]
    qtbot.waitUntil(lambda: sheet.work.done == 18 and not sheet.work.running)
    sheet.back.click()
    assert sheet.work.table.sweep.axes[0].values == (0.5, 1.0, 1.5)
    assert sheet.work.done == 18
    assert sheet.back.isHidden()


def test_what_failed_is_zero_no_number_or_not_there_yet_looks_different(sheet: SweepSheet) -> None:
    sweep = sweep_of(
        SPEC.replace("seed = { from = 0, to = 2 }", "").replace("gain = [0.5", "gain = [0.25, 0.5"), Path("m.toml")
    )
    table = Table(sweep)
    for column, value in enumerate((0.3, -np.inf, np.nan)):
        table.add((column, 0), Outcome((value, "fading")))
    table.add((3, 0), Outcome((np.nan, ""), "It can't be."))
    sheet.show_table(table, Path("none.npz"))
    sheet.canvas.clearFocus()
    picture = sheet.canvas.grab().toImage()
    looks = []
    for row, column in ((0, 0), (0, 1), (0, 2), (0, 3), (1, 0)):
        place = cell_place(sheet.canvas._axes, sheet.canvas.picture, row, column).toRect().adjusted(3, 3, -3, -3)
        part = picture.copy(place).scaled(24, 24)
        looks.append(tuple(part.pixelColor(x, y).name() for x in range(24) for y in range(24)))
    assert len(set(looks)) == len(looks)
    assert sheet.canvas.told().startswith("gain of W 0.25, bias 0: 0.3 (×1.35)")
    for _ in range(3):
        QTest.keyClick(sheet.canvas, Qt.Key.Key_Right)
    assert sheet.point.text() == "gain of W 1.5, bias 0: failed: It can't be."


def test_theory_of_a_map_is_not_drawn_over_curves(sheet: SweepSheet, qtbot: QtBot) -> None:
    swept(sheet, qtbot)
    assert sheet.shown.way.value == "curves"
    sheet.shown.way.buttons["map"].click()
    qtbot.waitUntil(lambda: sheet.canvas.picture.theory is not None)
    assert sheet.canvas.picture.theory.across.tolist() == [0.0, 1.0, 2.0]
    sheet.shown.way.buttons["curves"].click()
    assert sheet.canvas.picture.theory is None
    qtbot.waitUntil(lambda: sheet.canvas.picture.theory is not None)
    assert sheet.canvas.picture.theory.across[[0, -1]].tolist() == [0.5, 1.5]
    sheet.shown._choose("verdict")
    qtbot.waitUntil(lambda: sheet.work.theory is None)
    sheet.canvas.grab()


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_control_has_a_name_in_every_dress(sheet: SweepSheet, window: Window, theme: str, language: str) -> None:
    sheet.dress(themes()[theme])
    nameless = [
        type(one).__name__ for one in stops(sheet) if not one.accessibleName() and not getattr(one, "text", str)()
    ]
    assert nameless == []
    assert sheet.canvas in stops(sheet)
    assert sheet.windowTitle() == {"en": "Sweep", "zh_CN": "扫描"}[language]
    assert window.theme.name == theme


def test_a_sweep_is_opened_from_its_files_and_a_foreign_one_is_refused(
    sheet: SweepSheet, window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    swept(sheet, qtbot)
    result, spec = sheet.work.out, tmp_path / "mine.toml"
    spec.write_text(SPEC)
    sheet.show_sweep(sweep_of(SPEC.replace("1.5", "1.6"), Path("m.toml")))
    assert window.open(result) is False
    assert sheet.work.done == 18
    window.open(spec)
    assert sheet.work.table.sweep.axes[0].values == (0.5, 1.0, 1.5)
    spec.write_text(SPEC.replace("bias", "bais"))
    window.open(spec)
    assert "There is no setting “bais”" in window.status.refusal.text()
    assert sheet.work.table.sweep.axes[0].values == (0.5, 1.0, 1.5)
    window.controller.refuse(None)


def test_picture_numbers_and_page_are_written(
    sheet: SweepSheet, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(sheet, qtbot)
    for name, begins in (
        ("a.png", b"\x89PNG"),
        ("a.svg", b"<?xml"),
        ("a.pdf", b"%PDF"),
        ("a.csv", b"gain,bias,seed"),
        ("a.npz", b"PK"),
    ):
        monkeypatch.setattr(saving, "file_to_save", lambda *_, name=name: str(tmp_path / name))
        with qtbot.waitSignal(sheet.saved):
            (sheet.export._numbers if name[2:] in ("csv", "npz") else sheet.export._picture)()
        assert (tmp_path / name).read_bytes().startswith(begins)
    told = saving.page(sheet.canvas)
    assert "<svg" in told
    assert "gain of W" in told
    numbers = base64.b64decode(told.partition("text/csv;base64,")[2].partition('"')[0]).decode()
    assert numbers == (tmp_path / "a.csv").read_text()
    assert numbers.count("\n") == 19
    QApplication.processEvents()


def test_theory_has_no_edge_beside_what_it_does_not_know() -> None:
    values = np.array([[np.nan, np.nan, np.nan], [-1.0, 1.0, 2.0], [-1.0, 1.0, 2.0]])
    lines = among_numbers(contour(values, 0.0), values)
    assert len(lines)
    assert lines[:, 1::2].min() >= 1.0
    np.testing.assert_allclose(lines[:, ::2], 0.5)
