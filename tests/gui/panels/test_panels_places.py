"""Where things stand: complaints in sight, the canvas beside what follows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication

from explorer.gui.panels.build.build import BuildPanel
from explorer.gui.plot import theme as look
from explorer.gui.shell.window import Window
from explorer.workspace.exploration.exploration import Exploration, Numbers

from ..conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_wrong_numbers_are_told_directly_under_them_and_in_sight(qtbot, desk_of) -> None:
    desk = desk_of(BuildPanel(look.themes()["light"]))
    panel = desk.panel
    desk.show(Exploration(sequence=Numbers(rows=((1.0,), (2.0,)))))
    panel.resize(280, 360)
    numbers = panel.sequence.numbers
    numbers.selectAll()
    numbers.insertPlainText("1 2 nan 4")
    numbers.flush()
    message = panel.sequence._numbers.message
    qtbot.waitUntil(lambda: message.visibleRegion().boundingRect().height() == message.height())
    assert "nan" in message.text()
    gap = message.mapTo(panel, QPoint(0, 0)).y() - numbers.mapTo(panel, QPoint(0, numbers.height())).y()
    assert 0 <= gap < 12


def on_screen(widget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_the_canvas_covers_none_of_the_middle_views(qtbot, window: Window) -> None:
    window.resize(1366, 768)
    settle(qtbot, window)
    QApplication.processEvents()
    card = window.build_panel.sequence
    if card.draw_dialog is not None:
        card.draw_dialog._left_at = None
    card.draw()
    dialog = card.draw_dialog
    assert dialog is not None
    try:
        assert not any(on_screen(dialog).intersects(on_screen(view)) for view in window.time_views)
        assert not on_screen(dialog).intersects(on_screen(window.map.headline))
    finally:
        dialog.close()


def test_the_canvas_comes_back_where_it_was_put(window: Window) -> None:
    card = window.build_panel.sequence
    card.draw()
    dialog = card.draw_dialog
    assert dialog is not None
    dialog.move(140, 90)
    dialog.resize(400, 420)
    dialog.close()
    card.draw()
    try:
        assert (dialog.pos(), dialog.size().toTuple()) == (QPoint(140, 90), (400, 420))
    finally:
        dialog.close()
