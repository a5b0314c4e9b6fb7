"""From a cell of the map down and back up: by keys, by mouse, in front of a room; and no place is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.gui.shell.window import Window
from explorer.workspace.exploration.exploration import replace
from explorer.workspace.looks.zoom.place import Place

from ..by_keyboard import Key, press
from ..conftest import SMALL, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _at_the_map(window: Window) -> Iterator[None]:
    yield
    window.frame.show_inside(False)
    window.frame.enlarge(None)


def wait(qtbot, window: Window, place: Place | None = None) -> None:
    """Wait until what is at a place is shown for what is chosen now."""
    settle(qtbot, window)
    zoom = window.zoom

    def there() -> bool:
        seen = zoom._seen
        return (
            window.frame.inside and seen is not None and seen.place == zoom.place and seen.inspection is zoom.inspection
        )

    qtbot.waitUntil(there)
    assert place is None or zoom.place == place


def crumbs(window: Window) -> list[str]:
    return [button.text() for button in window.zoom.crumbs.buttons if not button.isHidden()]


def test_a_key_looks_inside_the_chosen_pair_from_wherever_the_keyboard_is_and_esc_comes_back(
    window: Window, qtbot
) -> None:
    window.map.plot.box.setRange(xRange=(1, 6), yRange=(2, 7), padding=0)
    shown, pair = window.map.plot.box.viewRange(), window.store.exploration.selection
    for holder in (window.map, window):
        holder.setFocus()
        press(window, Key.Key_Z)
        wait(qtbot, window, Place())
        assert crumbs(window) == ["Map", "∂s₅/∂s₂"]
        assert window.zoom.canvas.hasFocus()
        press(window, Key.Key_Escape)
        assert window.map.isVisible()
        assert QApplication.focusWidget() is holder
        assert (window.map.plot.box.viewRange(), window.store.exploration.selection) == (shown, pair)


def test_arrows_go_to_the_neighbouring_pair_whose_product_is_shown(window: Window, qtbot) -> None:
    press(window, Key.Key_Z)
    wait(qtbot, window)
    press(window, Key.Key_Up)
    press(window, Key.Key_Right)
    wait(qtbot, window, Place())
    assert crumbs(window)[-1] == "∂s₆/∂s₃"
    press(window, Key.Key_Backspace)
    assert not window.frame.inside
    chosen = window.store.exploration.selection
    assert (chosen.t, chosen.k) == (6, 3)


def test_what_is_seen_follows_the_network_and_another_scene_leads_back_up(window: Window, qtbot) -> None:
    press(window, Key.Key_Z)
    wait(qtbot, window)
    before = window.zoom.subtitle
    window.store.commit("Gain", window.store.exploration.with_recipe(gain=2.5))
    wait(qtbot, window, Place())
    assert window.zoom.subtitle != before
    recipe = SMALL.recipe
    window.controller.replace("Two", replace(SMALL, networks=(recipe, recipe), stage="beside"))
    settle(qtbot, window)
    qtbot.waitUntil(window.compare.isVisible)
    assert not window.frame.inside


def test_the_stage_leads_into_the_framed_network_and_is_there_again_afterwards(window: Window, qtbot) -> None:
    relu = SMALL.with_recipe(activation="relu").recipe
    window.controller.replace("Two", replace(SMALL, networks=(SMALL.recipe, relu), active=1, stage="beside"))
    settle(qtbot, window)
    pane = window.compare.columns[1].pane
    where = pane.cell().center().toPoint()
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=where)
    wait(qtbot, window, Place())
    assert window.zoom._seen is not None
    assert window.zoom._seen.inspection.analysis.run.recipe == relu
    press(window, Key.Key_Escape)
    assert window.compare.isVisible()


def test_the_button_over_the_map_looks_inside_and_a_crumb_leads_back(window: Window, qtbot) -> None:
    qtbot.mouseClick(window.map.entrance.button, Qt.MouseButton.LeftButton)
    wait(qtbot, window, Place())
    qtbot.mouseClick(window.zoom.crumbs.buttons[0], Qt.MouseButton.LeftButton)
    assert not window.frame.inside
    press(window, Key.Key_Z)
    wait(qtbot, window, Place())
    press(window, Key.Key_Left, ALT)
    assert not window.frame.inside
