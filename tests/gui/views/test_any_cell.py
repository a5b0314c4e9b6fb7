"""Every view draws cells of every kind, a person's own too: a view that fails shows its error page."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.core.view import Playhead
from explorer.gui.shell.window import Window
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.exploration import Signal as Wave

from ..conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SMALL = Exploration(sequence=Wave(steps=8), selection=Selection(t=6, k=1)).with_recipe(hidden=3)
CELLS = {
    "matrices": "mgu", "no matrices": "mingru", "no gates": "lru", "older states": "mist", "a matrix as state": "deltanet",
    "no input": CellText(name="alone", text="h = tanh(W @ h)"),
    "no state": CellText(name="window", text="h = tanh(U @ x[2])"),
    "no weights": CellText(name="leak", text="a = 0.5\nh = a * h"),
    "long names": CellText(name="wide", text="memory_kept = tanh(U_first @ x + W_second @ memory_kept + bias_of_all)"),
}  # fmt: skip
"""By what is odd about them."""


def test_no_view_fails_on_any_cell(window: Window, qtbot: QtBot) -> None:
    failed = {}
    for odd, cell in CELLS.items():
        window.controller.replace(odd, SMALL.with_recipe(cell=cell).with_lens(quantity="U"))
        settle(qtbot, window)
        failed |= {(odd, view): why for view, why in errors(window, qtbot).items()}
    assert failed == {}


def errors(window: Window, qtbot: QtBot) -> dict[str, str]:
    """Return why views could not be drawn, by their names."""
    for left, right in ((window.build_panel, window.inspect_panel), (window.learning.panel, window.learning.cards)):
        window.left.show_panel(left)
        window.right.show_panel(right)
        for view in window.views:
            view.play(Playhead("backward", 2))
            view.grab()
        for view in window.views:
            view.settle()
            view.grab()
    qtbot.wait(1)
    failing = (view for view in window.views if view._pages.currentWidget() is view._error)
    return {view.objectName(): view._error.toolTip()[-300:] for view in failing}
