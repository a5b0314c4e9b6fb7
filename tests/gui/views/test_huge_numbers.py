"""Numbers near the ends of float64 are drawn without a warning: a view that fails shows its error page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.core.view import Playhead
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Selection
from explorer.workspace.exploration.exploration import Signal as Wave

from ..conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

INPUTS = Numbers(rows=tuple((value,) for value in (0.5, 1e308, -1.7e308, 1e300, 0.2, 1e-308, 5e-324, 1.0)))
SMALL = Exploration(sequence=Wave(steps=8), selection=Selection(t=6, k=1)).with_recipe(hidden=3)
WEIGHTS = tuple(Edit("W", *place, value) for place, value in (((0, 0), 1e308), ((1, 0), 1e308), ((1, 1), -1.7e308)))

CASES: dict[str, Callable[[], Exploration]] = {
    "inputs": lambda: SMALL.with_sequence(INPUTS),
    "inputs of a linear network": lambda: SMALL.with_sequence(INPUTS).with_recipe(
        activation="identity", readout="identity"
    ),
    "inputs of an LSTM": lambda: SMALL.with_sequence(INPUTS).with_recipe(cell="lstm"),
    "initial state": lambda: SMALL.with_recipe(activation="identity", initial_state=(1e308, -1e308, 1e308)),
    "weights": lambda: SMALL.with_recipe(edits=(*WEIGHTS, Edit("V", 0, 0, 1e308), Edit("b", 0, 0, 1e308))),
    "a task": lambda: preset("task-sine").exploration.with_sequence(Numbers(rows=((1e308,),) * 5 + ((-1e308,),) * 5)),
}


@pytest.mark.parametrize("name", CASES)
def test_every_view_draws_what_is_near_the_end_of_the_numbers(window: Window, qtbot: QtBot, name: str) -> None:
    window.controller.replace("Huge", CASES[name]())
    settle(qtbot, window)
    # What the surface shows is worked out in the background, and by the engine.
    views = [view for view in window.views if view.objectName() != "surface"]
    for left, right in ((window.build_panel, window.inspect_panel), (window.learning.panel, window.learning.cards)):
        window.left.show_panel(left)
        window.right.show_panel(right)
        for playhead in (Playhead(), Playhead("forward", 3), Playhead("backward", 2)):
            for view in views:
                view.play(playhead)
                view.grab()
        for view in views:
            view.settle()
            view.grab()
    qtbot.wait(1)
    failed = {view.objectName(): view._error.text() for view in views
              if view._pages.currentWidget() is view._error}  # fmt: skip
    assert failed == {}
