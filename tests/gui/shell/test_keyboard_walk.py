"""Every window and dialog is used without a mouse: Tab reaches each control, shows it and leaves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QMessageBox

from explorer.gui.controls import plain
from explorer.gui.core.view import settle as finish_what_is_seen
from explorer.gui.panels.build.draw_dialog import DrawDialog
from explorer.gui.panels.build.feed_dialog import FeedDialog
from explorer.gui.panels.train.own_dialog import OwnDialog
from explorer.gui.panels.train.target_dialog import TargetDialog
from explorer.gui.presets.gallery import Gallery
from explorer.gui.presets.thumbnails import Thumbnails
from explorer.gui.shell.guide import Guide
from explorer.gui.shell.window import Window
from explorer.gui.views.tryout import TryView
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import groups, preset, presets
from explorer.workspace.exploration.beside import staged
from explorer.workspace.exploration.exploration import Numbers
from explorer.workspace.exploration.gesture import Gesture

from ..by_keyboard import Key, faults, stops, way
from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


def table(folder: Path) -> Path:
    path = folder / "wide.csv"
    names = [f"column {i}" for i in range(12)]
    path.write_text("\n".join([",".join(names), *(",".join(str(i * j % 7) for j in range(12)) for i in range(30))]))
    return path


def drawing(window: Window, _: Path) -> DrawDialog:
    dialog = DrawDialog(window.theme, window)
    dialog.begin((0.0, 0.5, 1.0))
    return dialog


def gallery(window: Window, folder: Path) -> Gallery:
    thumbnails = Thumbnails((), folder)
    dialog = Gallery(window, window.theme, presets(), groups(), thumbnails, "gru")
    # What it is destroyed with is gone by then.
    dialog.finished.connect(lambda _: thumbnails.close())
    return dialog


DIALOGS: dict[str, Callable[[Window, Path], QDialog]] = {
    "CSV as input": lambda w, folder: FeedDialog(table(folder), w.theme, w),
    "CSV as data": lambda w, folder: TargetDialog(table(folder), w.theme, w),
    "own text": lambda w, _: OwnDialog("next_word", print, w.theme, w),
    "draw": drawing,
    "guide": lambda w, _: Guide(w),
    "presets": gallery,
    "question": lambda w, _: plain.box(w, "Save?", QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Cancel),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_is_walked_through_by_tab_and_arrows(window: Window, qtbot, tmp_path: Path, name: str) -> None:
    dialog = DIALOGS[name](window, tmp_path)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    try:
        assert len(stops(dialog)) > 1
        found = faults(dialog)
        assert not found, "\n".join(found)
    finally:
        dialog.close()
        dialog.deleteLater()


def with_numbers(window: Window) -> None:
    window.controller.commit(Gesture("Numbers", lambda e: e.with_sequence(Numbers(rows=((1.0,), (2.0,), (3.0,))))))
    window.build_panel.sequence.show_refusal("")


def with_words(window: Window) -> None:
    window.top_bar.preset_chosen.emit("phenomenal")


def learning(window: Window) -> None:
    """Learn a little, so that there is a past to go back to, and bring both sides of a training forward."""
    window.controller.replace("Task", preset("task-next-word").exploration.with_recipe(hidden=3))
    for _ in range(2):
        window.actions_["train_step"].trigger()
    window.left.show_panel(window.learning.panel)
    window.right.show_panel(window.learning.cards)


def presenting(window: Window) -> None:
    window.set_presentation(True)


def side_by_side(window: Window) -> None:
    window.controller.replace("Three", preset("toggle").exploration)


def one_of_several(window: Window) -> None:
    """Look at one of three networks, whose names stand over the map."""
    window.controller.replace("One of three", staged(preset("toggle").exploration, "alone"))


def side_by_side_and_close(window: Window) -> None:
    """Have the close look beside three networks."""
    side_by_side(window)
    window.frame.show_stage(True)
    window.frame.columns.wish("inspect", True)


def looking_inside(window: Window) -> None:
    window.actions_["inside"].trigger()


SCENES: dict[str, Callable[[Window], object]] = {
    "numbers": with_numbers, "words": with_words, "training": learning, "presentation": presenting,
    "side by side": side_by_side, "one of several": one_of_several, "side by side and close": side_by_side_and_close,
    "inside": looking_inside,
}  # fmt: skip
SIZES = {
    "numbers": (1366, 768),
    "words": (1024, 700),
    "training": (1366, 700),
    "presentation": (1024, 700),
    "side by side": (1024, 700),
    "one of several": (1366, 768),
    "side by side and close": (1500, 900),
    "inside": (1366, 768),
}


@pytest.mark.painted(True)
@pytest.mark.parametrize("scene", SCENES)
def test_the_window_is_walked_through_by_tab_and_arrows(window: Window, qtbot, scene: str) -> None:
    window.showNormal()
    window.resize(*SIZES[scene])
    SCENES[scene](window)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.learning.timeline.isVisible() == (scene == "training"))
    qtbot.waitUntil(lambda: window.frame.inside == (scene == "inside"))
    if scene == "training":
        # The card grows by what is found of the sentences, and what stands below it moves away.
        tried = next(view for view in window.learning.cards.views if isinstance(view, TryView))
        tried.told()
        qtbot.waitUntil(lambda: any("held-out" in line for line in tried.entry.candidates.lines()))
    # What a card says once a hand rests is known before the walk, not on the way: it moves what stands below.
    finish_what_is_seen(window)
    QApplication.processEvents()
    found = faults(window)
    assert not found, "\n".join(found)
    reached = stops(window)
    if window.frame.front is window.zoom:
        assert {window.zoom.canvas} <= set(reached)
        return
    if window.frame.front is window.compare:
        assert window.inspect_panel.isVisible() == ("close" in scene)
        panes = [column.pane for column in window.compare.columns]
        window.compare.ways.inside.setFocus()
        walked = [one for one in way(window, Key.Key_Tab) if one in (*panes, window.compare.curves)]
        assert walked == [*panes, window.compare.curves]
        return
    for view in window.time_views:
        folds = view.objectName() in window.frame.rows.folding and window.frame.rows.fold(view.objectName()).folded
        assert (window.frame.rows.fold(view.objectName()).opener if folds else view) in reached


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("scene", ["numbers", "words", "training"])
def test_a_letter_with_alt_is_for_one_control_or_menu_alone(window: Window, qtbot, scene: str) -> None:
    SCENES[scene](window)
    settle(qtbot, window)
    QApplication.processEvents()
    labels = [w.text() for w in window.findChildren(QLabel) if w.isVisible() and w.buddy() is not None]
    buttons = [w.text() for w in window.findChildren(QAbstractButton) if w.isVisible()]
    menus = [action.text() for action in window.menuBar().actions()]
    letters = [m.group(1).lower() for text in (*labels, *buttons, *menus) if (m := re.search("&([^&])", text))]
    assert len(letters) >= len(menus)
    assert sorted(letters) == sorted(set(letters))
