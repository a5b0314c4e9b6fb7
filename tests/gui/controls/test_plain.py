"""A person's words are shown as they are, whatever they look like to Qt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QMessageBox, QTableWidget, QToolTip, QWidget

import explorer.gui
from explorer.gui.controls import plain
from explorer.gui.panels.build.feed_dialog import FeedDialog
from explorer.gui.panels.train.target_dialog import TargetDialog
from explorer.gui.plot import theme as look
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.picture import picture
from explorer.gui.views.strip.words import words
from explorer.workspace.disk.files import save
from explorer.workspace.exploration.exploration import Exploration, Numbers, Text
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import taught

from ...workspace.spreadsheets import read_csv
from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

BIG, PICTURE = "<h1>big</h1>", "<img src=x>&amp;"
ROWS = tuple((float(i % 7), float(i % 5)) for i in range(60))
SERIES = Task(kind="series", rows=ROWS, columns=(BIG, PICTURE), target=PICTURE, source=f"{BIG}.csv")
LABELLED = Task(
    kind="classify", source=f"{PICTURE}.txt",
    text="\n".join(f"{label}\tthe {BIG} number {i} {i % 3}" for i in range(6) for label in (BIG, PICTURE)),
)  # fmt: skip
CORPUS = Task(kind="next_word", source=BIG, text="\n".join(f"The {BIG} saw <u> and {i % 4} <img> ." for i in range(24)))


def rich(window: QWidget) -> Iterator[str]:
    """Yield what Qt would take for HTML with a person's words in it."""
    for widget in (window, *window.findChildren(QWidget)):
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText and hostile(widget.text()):
            yield widget.text()
        if isinstance(widget, QTableWidget):
            cells = (widget.item(i, j) for i in range(widget.rowCount()) for j in range(widget.columnCount()))
            yield from (cell.toolTip() for cell in cells if cell is not None and hostile(cell.toolTip()))
        if hostile(widget.toolTip()):
            yield widget.toolTip()
        if isinstance(widget, QAbstractButton | QMenu) and "&amp" in (text := _text(widget)) and "&&amp" not in text:
            yield text
    for action in window.findChildren(QAction):
        if hostile(action.toolTip()) or ("&amp" in action.text() and "&&amp" not in action.text()):
            yield action.text()


def _text(widget: QAbstractButton | QMenu) -> str:
    return widget.title() if isinstance(widget, QMenu) else widget.text()


def hostile(text: str) -> bool:
    return any(tag in text.lower() for tag in ("<h1", "<img", "<u>"))


@pytest.mark.parametrize(
    "exploration",
    [
        Exploration(sequence=Numbers(rows=ROWS, columns=(BIG, PICTURE), source=f"{BIG}.csv")),
        Exploration(sequence=Text(text=f"the {BIG} cat")),
        Exploration(sequence=Text(text=f"the {BIG} cat", vocabulary=("<h1>", "<img>"))),
        *(taught(Exploration(), task) for task in (SERIES, LABELLED, CORPUS)),
    ],
    ids=["numbers", "text", "vocabulary", "series", "labels", "corpus"],
)
def test_nothing_of_the_persons_is_html_anywhere_in_the_window(
    window_of, qtbot, tmp_path: Path, exploration: Exploration
):
    path = tmp_path / "<h1>&amp;.gflow"
    save(path, exploration.with_recipe(hidden=3).with_selection(t=3, k=1))
    window = window_of(Exploration().with_recipe(hidden=3))
    window.documents.open(path)
    settle(qtbot, window)
    assert window.documents.path == path
    window.status.refuse(f"“{BIG}” is refused.")
    window.status.notify(BIG, PICTURE)
    for menu in window.findChildren(QMenu):
        menu.aboutToShow.emit()
    assert list(rich(window)) == []


def test_what_hangs_under_the_pointer_is_shown_as_it_is(window_of, qtbot, monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: told.append(text))
    window = window_of(Exploration(sequence=Text(text="the <h1> cat")).with_recipe(hidden=3).with_selection(t=2, k=1))
    settle(qtbot, window)
    for view in window.views:
        view.tell(words(Element("x", 2), picture(view.inspection)), QPoint(1, 1))
    assert told
    assert not any(map(hostile, told))
    assert all("&lt;h1&gt;" in text for text in told)


def test_the_dialogs_of_a_file_show_its_headers_as_they_are(qtbot, tmp_path: Path):
    path = tmp_path / "<h1>&amp;.csv"
    path.write_text(f"{BIG},{PICTURE}\n" + "\n".join(f"{a},{b}" for a, b in ROWS), encoding="utf-8")
    theme = look.themes()["light"]
    for dialog in (FeedDialog(path, theme), TargetDialog(path, theme)):
        qtbot.addWidget(dialog)
        assert list(rich(dialog)) == []
    assert read_csv(path).columns == (BIG, PICTURE)


@pytest.mark.parametrize("text", [BIG, PICTURE, "a < b", "line\n<b>two</b>", "plain"])
def test_labels_tooltips_and_boxes_show_their_text_as_it_is(qtbot, text: str):
    label = plain.Label(text)
    qtbot.addWidget(label)
    assert (label.textFormat(), label.text()) == (Qt.TextFormat.PlainText, text)
    for give in (plain.teach, plain.set_tip):
        give(label, text)
        tip = label.toolTip()
        assert _read(tip) == text
    box = plain.box(label, text, QMessageBox.StandardButton.Ok)
    assert (box.textFormat(), box.text()) == (Qt.TextFormat.PlainText, text)


@pytest.mark.parametrize("name", ["a[*].gflow", "[*][*]", "plain.gflow"])
def test_a_title_shows_a_name_as_it_is(qtbot, name: str):
    window = QWidget()
    qtbot.addWidget(window)
    window.setWindowTitle(f"{plain.in_title(name)}[*] – program")
    window.winId()
    assert window.windowHandle().title().removesuffix(" — python") == f"{name} – program"


def _read(tip: str) -> str:
    """Return what Qt shows of a tooltip."""
    document = QTextDocument()
    document.setHtml(tip) if tip.startswith("<p>") else document.setPlainText(tip)
    return document.toPlainText()


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in Path(explorer.gui.__file__).parent.rglob("*.py"):
        # What plain.py has made plain, tips.py shows.
        if path.name not in ("plain.py", "tips.py"):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            yield from ((path.name, node) for node in nodes if isinstance(node, ast.Call))


def test_no_label_tooltip_or_box_is_made_but_where_it_is_plain():
    """A sentence of the program's own may be set as a tooltip by `Phrases`: with nothing of the person's in it."""
    wrong = []
    for name, call in calls():
        made = ast.unparse(call.func)
        own = made.endswith("phrases.add") and any(ast.unparse(x).endswith("setToolTip") for x in call.args)
        if made in ("QLabel", "QMessageBox") or made.startswith("QToolTip.showText") or made.endswith(".setToolTip"):
            wrong.append(f"{name}: {made}")
        if made == "tips.show" or (made.startswith("QMessageBox.") and made != "QMessageBox.about"):
            wrong.append(f"{name}: {made}")
        if own and call.keywords:
            wrong.append(f"{name}: {ast.unparse(call)}")
    assert wrong == []
