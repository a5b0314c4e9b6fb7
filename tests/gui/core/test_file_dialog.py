"""The dialog that asks for a file speaks the program's language in its columns, whatever the system speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFileDialog, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.core.file_dialog import file_dialog, file_to_save, of_kind
from explorer.gui.words import i18n

NAMES = ("mine.gflow", "notes.txt", "table.csv")


@pytest.fixture(autouse=True)
def _languages_again() -> Iterator[None]:
    before = QLocale()
    yield
    i18n.set_language("en")
    QLocale.setDefault(before)


def rows(qtbot: QtBot, folder: Path) -> dict[str, list[str]]:
    """Return the cells of the dialog by the name of the file."""
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = file_dialog(parent, "", folder, "")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    tree = dialog.findChild(QTreeView)
    assert tree is not None
    model = tree.model()
    qtbot.waitUntil(lambda: model.rowCount(tree.rootIndex()) == len(NAMES) + 1)
    cells = [
        [model.index(row, column, tree.rootIndex()).data(Qt.ItemDataRole.DisplayRole) for column in range(4)]
        for row in range(model.rowCount(tree.rootIndex()))
    ]
    return {name: rest for name, *rest in cells}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_text("1,2\n", encoding="utf-8")
    (tmp_path / "inner").mkdir()
    return tmp_path


def test_sizes_types_and_dates_are_chinese_on_a_system_that_is_not(qtbot: QtBot, folder: Path):
    i18n.set_language("zh_CN")
    shown = rows(qtbot, folder)
    assert shown["mine.gflow"][:2] == ["4 字节", "探索文件"]
    assert shown["inner"][:2] == ["", "文件夹"]
    assert [cell for cells in shown.values() for cell in cells[:2] if re.search("[a-z]", cell)] == []
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", cells[2]) for cells in shown.values())


def test_they_are_english_again_with_the_program(qtbot: QtBot, folder: Path):
    i18n.set_language("zh_CN")
    i18n.set_language("en")
    shown = rows(qtbot, folder)
    assert shown["mine.gflow"][:2] == ["4 bytes", "Exploration"]
    assert [cell for cells in shown.values() for cell in cells if not cell.isascii()] == []


def test_it_has_room_for_names_beside_whole_dates_or_takes_what_the_screen_has(qtbot: QtBot, folder: Path):
    parent = QWidget()
    qtbot.addWidget(parent)
    room = parent.screen().availableSize().width()
    assert min(740, 0.89 * room) <= file_dialog(parent, "", folder, "").width() <= room


@pytest.mark.parametrize(("typed", "written"), [("mine", "mine.html"), ("mine.html", "mine.html"), ("", "page.html")])
def test_a_name_without_an_ending_gets_the_one_that_was_offered(
    qtbot, folder: Path, monkeypatch: pytest.MonkeyPatch, typed: str, written: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def answer(dialog: QFileDialog) -> bool:
        if typed:
            dialog.selectFile(typed)
        return True

    monkeypatch.setattr(QFileDialog, "exec", answer)
    assert file_to_save(parent, "", folder / "page.html", of_kind("Pages", (".html",))) == str(folder / written)
