"""From a cell of the map down and back up: by keys, by mouse, in front of a room; and no place is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.gui.core.in_words import in_words
from explorer.gui.shell.window import Window
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal, replace
from explorer.workspace.looks.zoom import factor
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.words.numbers import subscript

from ..by_keyboard import Key, press
from ..by_mouse import double_click
from ..conftest import SMALL, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEVELS = (
    Place(), Place("factor", 4), Place("inside", 4), Place("unit", 4), Place("entry", 4, entry=(1, 2)), Place("entry"),
)  # fmt: skip
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
    way = window.zoom.crumbs
    return [*(button.text() for button in way.buttons if not button.isHidden()), way.here.text()]


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


def test_who_looks_inside_another_pair_begins_at_its_worst_step(window: Window, qtbot) -> None:
    for pair in ((5, 2), (7, 1)):
        window.controller.select(*pair)
        settle(qtbot, window)
        press(window, Key.Key_Z)
        wait(qtbot, window, Place())
        zoom = window.zoom
        assert zoom._scene.doors[zoom._framed()].to == Place("factor", zoom._seen.worst)
        press(window, Key.Key_Right, CONTROL)
        press(window, Key.Key_Return)
        wait(qtbot, window)
        press(window, Key.Key_Escape)
        wait(qtbot, window)
        press(window, Key.Key_Escape)
        assert window.map.isVisible()


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
    double_click(pane, where)
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


@pytest.mark.parametrize("presented", [False, True])
def test_enter_goes_from_the_map_down_to_one_number_and_back_by_the_same_way(
    window: Window, qtbot, presented: bool
) -> None:
    window.controller.replace("LSTM", SMALL.with_recipe(cell="lstm"))
    settle(qtbot, window)
    if presented:
        window.set_presentation(True)
    window.map.setFocus()
    press(window, Key.Key_Return)
    wait(qtbot, window, Place())
    worst = window.zoom._seen.worst
    press(window, Key.Key_Return)
    wait(qtbot, window)
    # The largest part of the largest block is taken first: its diagonal is of that gate.
    gate = window.zoom._seen.parts[0].gate
    for _ in range(2):
        press(window, Key.Key_Return)
        wait(qtbot, window)
    assert crumbs(window) == ["Map", "∂s₅/∂s₂", f"J{subscript(worst)}", f"gate {gate}", "unit 0"]
    press(window, Key.Key_Return)
    wait(qtbot, window, Place("unit", worst, gate=gate))
    for level in ("inside", "factor", "product"):
        press(window, Key.Key_Escape)
        wait(qtbot, window)
        assert window.zoom.place.level == level
    # What one came out of is framed: Enter leads there again.
    press(window, Key.Key_Return)
    wait(qtbot, window)
    assert window.zoom.place.step == worst
    press(window, Key.Key_Backspace)
    press(window, Key.Key_Escape)
    assert window.map.hasFocus()


def test_keys_choose_the_step_the_block_the_gate_the_unit_and_the_number(window: Window, qtbot) -> None:
    window.controller.replace("LSTM", SMALL.with_recipe(cell="lstm"))
    press(window, Key.Key_Z)
    wait(qtbot, window)
    window.zoom.go_to(Place("factor", 4))
    wait(qtbot, window)
    assert window.zoom._seen.chosen is not None
    for key, place in (
        (Key.Key_Left, Place("factor", 3)),
        (Key.Key_Left, Place("factor", 3)),
        (Key.Key_Right, Place("factor", 4)),
    ):
        press(window, key)
        wait(qtbot, window, place)
    press(window, Key.Key_Up)
    wait(qtbot, window)
    assert window.zoom.place.block in {("h", "h"), ("h", "c"), ("c", "h")}
    press(window, Key.Key_Return)
    wait(qtbot, window)
    window.zoom.go_to(Place("inside", 4, gate="i"))
    wait(qtbot, window)
    press(window, Key.Key_Right, CONTROL)
    wait(qtbot, window)
    assert window.zoom.place.gate == "f"
    press(window, Key.Key_Down)
    wait(qtbot, window)
    assert window.store.exploration.selection.unit == 1
    assert "[1]" in window.zoom.told()
    window.zoom.go_to(Place("entry", 4, entry=(0, 0)))
    wait(qtbot, window)
    press(window, Key.Key_Down)
    press(window, Key.Key_Right)
    wait(qtbot, window, Place("entry", 4, entry=(1, 1)))
    assert crumbs(window)[-1] == "∂h₄[1]/∂h₃[1]"


def test_a_click_goes_in_where_it_points(window: Window, qtbot) -> None:
    press(window, Key.Key_Z)
    wait(qtbot, window)
    zoom = window.zoom
    zoom.canvas.grab()
    door = next(i for i, one in enumerate(zoom._scene.doors) if one.to == Place("factor", 4))
    qtbot.mouseClick(zoom.canvas, Qt.MouseButton.LeftButton, pos=zoom._scene.place_of(door).center().toPoint())
    wait(qtbot, window, Place("factor", 4))
    zoom.settle()
    zoom.canvas.grab()
    J = zoom._scene._spots[0].place
    qtbot.mouseClick(zoom.canvas, Qt.MouseButton.LeftButton, pos=(J.topLeft() + J.center()).toPoint() / 2)
    wait(qtbot, window)
    assert zoom.place.level == "entry"
    assert zoom.place.step == 4


@pytest.mark.parametrize("language", ["zh_CN"])
@pytest.mark.parametrize("place", LEVELS, ids=lambda place: f"{place.level}{place.step}")
def test_every_level_is_told_in_two_sentences_and_painted_whole(
    window: Window, qtbot, place: Place, language: str
) -> None:
    assert window.language == language
    window.controller.replace("LSTM", SMALL.with_recipe(cell="lstm"))
    press(window, Key.Key_Z)
    wait(qtbot, window)
    window.zoom.go_to(place)
    wait(qtbot, window)
    words = in_words(window.zoom)
    assert words.startswith(window.zoom.title)
    assert window.zoom.canvas.accessibleName() == window.zoom.title
    assert not set(re.findall("[A-Za-z]{5,}", words)) - {"sigmoid"}
    for size in ((960, 640), (1366, 768)):
        window.resize(*size)
        QApplication.processEvents()
        window.zoom.canvas.grab()
        assert window.zoom._pages.currentWidget() is not window.zoom._error


@pytest.mark.parametrize(
    "exploration",
    [
        replace(SMALL, sequence=Signal(steps=300), selection=Selection(t=300, k=0)),
        SMALL.with_recipe(hidden=1),
        SMALL.with_recipe(hidden=100),
        SMALL.with_recipe(activation="relu", bias=-60.0),
        replace(
            SMALL.with_recipe(activation="identity", gain=50.0), sequence=Signal(steps=200), selection=Selection(t=200)
        ),
        SMALL.with_recipe(cell=CellText(name="own", text="h = tanh(W @ h[2] + U @ x)")),
        SMALL.with_recipe(cell="deltanet"),
        replace(SMALL, selection=Selection(t=0, k=0)),
    ],
    ids=["long", "one unit", "wide", "dead", "overflow", "older states", "matrix state", "no step"],
)
def test_what_is_out_of_the_usual_is_shown_at_every_level_and_said(
    window: Window, qtbot, exploration: Exploration
) -> None:
    window.controller.replace("Unusual", exploration)
    settle(qtbot, window)
    press(window, Key.Key_Z)
    wait(qtbot, window)
    for place in LEVELS:
        window.zoom.go_to(place)
        wait(qtbot, window)
        window.zoom.canvas.grab()
        assert window.zoom._pages.currentWidget() is not window.zoom._error, window.zoom._error.text()
        assert window.zoom.told()


def test_a_state_that_is_too_wide_to_be_taken_apart_is_refused_in_a_sentence(
    window: Window, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr(factor, "_WIDEST", 2)
    press(window, Key.Key_Z)
    wait(qtbot, window)
    window.zoom.go_to(Place("factor", 4))
    qtbot.waitUntil(lambda: "3×3" in window.zoom.told())
    press(window, Key.Key_Escape)
    wait(qtbot, window, Place())
