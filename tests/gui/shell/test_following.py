"""A training that another process records is shown, and grows in the window until it ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import explorer
from explorer.gui.shell.window import Window

from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


def rnn(scale: float) -> dict[str, np.ndarray]:
    return {"weight_ih_l0": np.ones((4, 3)), "weight_hh_l0": scale * np.eye(4)}


def test_a_run_is_followed_to_its_end(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path, follower = tmp_path / "run.gflow", window.documents.follower
    follower._look.setInterval(1)
    with explorer.Recorder(path, every=10) as recorder:
        recorder.add(rnn(0.1), loss=1.0, inputs={"net": np.ones((8, 3))})
        assert window.open(path)
        settle(qtbot, window)
        assert window.store.exploration.selection.t == 8
        assert follower.follows
        recorder.add(rnn(0.9), loss=0.5)
        qtbot.waitUntil(lambda: window.store.exploration.updates == 10)
        assert not window.store.can_redo
        assert window.top_bar.preset.itemText(0) == "run.gflow"
        # All of it stands in the run's file: who goes on to something else is asked nothing.
        assert window.store.clean
    qtbot.waitUntil(lambda: not follower.follows)
    record = window.store.exploration.record
    assert record is not None
    assert record.column("loss").tolist() == [1.0, 0.5]


def test_who_opens_something_else_follows_no_more(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path, follower = tmp_path / "run.gflow", window.documents.follower
    follower._look.setInterval(1)
    with explorer.Recorder(path) as recorder:
        recorder.add(rnn(0.1))
        assert window.open(path)
        settle(qtbot, window)
        window.top_bar.preset_chosen.emit("gru")
        qtbot.waitUntil(lambda: not follower.follows)
        recorder.add(rnn(0.9))
        settle(qtbot, window)
    assert window.store.exploration.recipe.record is None


def test_a_file_that_is_damaged_on_the_way_is_told_and_what_was_seen_stays(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path, follower = tmp_path / "run.gflow", window.documents.follower
    follower._look.setInterval(1)
    with explorer.Recorder(path) as recorder:
        recorder.add(rnn(0.1))
        assert window.open(path)
        shown = window.store.exploration
        path.unlink()
        qtbot.waitUntil(lambda: not follower.follows)
    assert window.store.exploration == shown


def test_another_layer_of_a_run_is_chosen_and_followed_and_undo_follows_the_first_again(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path, follower = tmp_path / "run.gflow", window.documents.follower
    follower._look.setInterval(1)
    two = rnn(0.5) | {"weight_ih_l1": np.ones((4, 4)), "weight_hh_l1": np.eye(4)}
    with explorer.Recorder(path, every=10) as recorder:
        recorder.add(two, inputs={"net": np.ones((8, 3))})
        assert window.open(path)
        settle(qtbot, window)
        window.build_panel.network.source.button.click()
        sheet = window.models.sheet
        assert sheet is not None
        qtbot.waitUntil(lambda: sheet.offered is not None)
        assert sheet.feeding.way.value == "sample"
        sheet.networks.setCurrentItem(sheet.networks.topLevelItem(0).child(1))
        qtbot.waitUntil(lambda: sheet.accept_button.isEnabled() and sheet.offered.stack.name == "l1")
        sheet.accept_button.click()
        settle(qtbot, window)
        recipe = window.store.exploration.recipe
        assert recipe.imported is not None
        assert recipe.imported.network == "l1"
        recorder.add(two)
        qtbot.waitUntil(lambda: window.store.exploration.updates == 10)
        window.controller.undo()
        window.controller.undo()
        assert len(window.store.exploration.recipe.layers) == 2
        recorder.add(two)
        qtbot.waitUntil(lambda: window.store.exploration.updates == 20)
    assert len(window.store.exploration.recipe.layers) == 2
