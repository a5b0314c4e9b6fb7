"""Whatever curves and moments a file may hold are painted and scrubbed in the window; what could not be is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.core.view import View
from explorer.gui.shell.window import Window
from explorer.workspace.disk.files import VERSION
from explorer.workspace.disk.kinds import FORMAT
from explorer.workspace.exploration.curves import COLUMNS, parted
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.tasks import taught

from ..conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(scope="module")
def trained() -> Exploration:
    """Return a network after a training of eight updates, each of them a moment."""
    exploration = taught(Exploration(networks=(Recipe(hidden=2),)), Task(kind="sine", lag=2)).with_settings(batch=2)
    for _ in range(8):
        for progress in training(exploration, updates=1):
            exploration = recorded(exploration, progress)
    return exploration


def with_curves(exploration: Exploration, column: int, value: float, rows: slice) -> bytes:
    """Return a file whose curves hold another value."""
    assert exploration.record is not None
    table = exploration.record.table.copy()
    table[rows, column] = value
    content = msgspec.to_builtins(exploration, builtin_types=(bytes,))
    content["networks"][0]["record"] |= parted(table)
    return msgspec.json.encode({"format": FORMAT, "version": VERSION, "program": "0.1.0", "exploration": content})


def failed(window: Window) -> Iterator[str]:
    """Yield what the views say that could not be drawn."""
    for view in window.findChildren(View):
        if view._pages.currentWidget() is view._error:
            yield f"{view.objectName()}: {view._error.text()}"


@pytest.mark.parametrize(
    ("value", "rows"),
    [(np.nan, slice(0, 1)), (np.inf, slice(None)), (-1.0, slice(-1, None)), (0.5, slice(0, 1)), (1e308, slice(None))],
)
def test_odd_numbers_in_a_record_are_painted_and_scrubbed_or_refused(
    window: Window, qtbot: QtBot, tmp_path: Path, trained: Exploration, value: float, rows: slice
) -> None:
    window.right.show_panel(window.learning.cards)
    for column, name in enumerate(COLUMNS):
        path = tmp_path / f"{name}.gflow"
        path.write_bytes(with_curves(trained, column, value, rows))
        opened = window.open(path)
        assert opened or name == "step"
        assert window.documents.path == (path if opened else None)
        if opened:
            window.learning.timeline.track.setValue(1)
            window.learning.timeline.track.setValue(0)
            window.learning.cards.grab()
    settle(qtbot, window)
    window.picture().grab()
    assert list(failed(window)) == []
