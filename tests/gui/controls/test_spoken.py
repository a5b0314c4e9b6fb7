"""What a screen reader is told: names, values and descriptions, as Qt's own accessibility interfaces give them out."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import get_args

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QSlider,
    QTabBar,
    QTextEdit,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.gui.controls.bare import ProgressBar, Slider, hands_on
from explorer.gui.controls.draw_canvas import DrawCanvas
from explorer.gui.controls.slider import ValueSlider
from explorer.gui.controls.spoken import Amount, Described
from explorer.gui.core.card import InspectCard
from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.beside import beside, staged
from explorer.workspace.exploration.exploration import Exploration, Stage
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.words.numbers import signed

from ..conftest import SMALL, settle
from ..shell.test_keyboard_walk import DIALOGS

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


def asked(widget: QWidget) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found


def heard(widget: QWidget) -> tuple[str, str, str]:
    """Return the name, the value and the description of ``widget``."""
    kinds = QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description
    name, value, description = (asked(widget).text(kind) for kind in kinds)
    return name, value, description


def number(widget: QWidget) -> float:
    return float(asked(widget).valueInterface().currentValue())


def test_a_slider_tells_the_number_beside_it_with_its_unit(window: Window, qtbot: QtBot) -> None:
    network = window.build_panel.network
    window.controller.commit(Gesture("Set the scene", lambda e: e.with_recipe(gain=0.9, hidden=48)))
    settle(qtbot, window)
    assert (heard(network.gain.track)[1], number(network.gain.track)) == ("0.90", 0.9)
    assert (heard(network.units.track)[1], number(network.units.track)) == ("48 units", 48)
    assert heard(network.units.track)[2] == "48 units\n" + network.units.accessibleDescription()
    assert heard(network.gain.track)[2] == network.gain.accessibleDescription() != ""
    window.set_language("zh_CN")
    assert heard(network.units.track)[:2] == ("单元数 n", "48 个单元")


@pytest.mark.parametrize("name", ["toggle", "lstm-remembers", "phenomenal", "gru"])
def test_no_slider_tells_its_position(window: Window, name: str, qtbot: QtBot) -> None:
    window.controller.replace("Load a preset", preset(name).exploration)
    settle(qtbot, window)
    sliders = window.findChildren(QSlider)
    assert len(sliders) > 15
    assert [slider for slider in sliders if not isinstance(slider, Slider)] == []
    for slider in window.findChildren(ValueSlider):
        ends = asked(slider.track).valueInterface()
        assert ends.minimumValue() <= number(slider.track) <= ends.maximumValue()
        assert number(slider.track) == slider.value
        assert slider.field.format(slider.value) in heard(slider.track)[1].split()
        assert ends.minimumStepSize() > 0


def test_a_number_beyond_the_ends_of_its_slider_is_told_as_it_is(qtbot: QtBot) -> None:
    slider = ValueSlider(0, 4, 2)
    qtbot.addWidget(slider)
    slider.set_value(5.5)
    assert heard(slider.track)[1] == "5.50"
    assert number(slider.track) == asked(slider.track).valueInterface().maximumValue() == 5.5


def test_a_number_that_a_reader_sets_is_taken_as_from_a_person(qtbot: QtBot) -> None:
    slider = ValueSlider(1, 500, 0, logarithmic=True)
    qtbot.addWidget(slider)
    with qtbot.waitSignal(slider.changed) as told:
        asked(slider.track).valueInterface().setCurrentValue(37.2)
    assert told.args == [37.0]
    assert slider.value == number(slider.track) == 37.0


def test_a_reader_keeps_no_slider_alive(qtbot: QtBot) -> None:  # noqa: ARG001 - Qt must run
    slider = Slider(lambda: Amount(1.0, 0.0, 2.0, 0.1, "1.0"), print)
    assert number(slider) == 1.0
    gone = weakref.ref(slider)
    shiboken6.delete(slider)
    del slider
    gc.collect()
    assert gone() is None


def test_a_slider_has_no_other_interface_than_qt_gives_it(qtbot: QtBot) -> None:
    slider = ValueSlider(0, 4, 2)
    qtbot.addWidget(slider)
    told = asked(slider.track)
    assert told.actionInterface() is not None
    assert told.textInterface() is None
    assert told.selectionInterface() is None
    assert told.tableCellInterface() is None


def test_a_tip_is_read_out_without_the_tags_that_break_its_lines(window: Window) -> None:
    i18n.set_language("en")
    assert window.build_panel.network.units.toolTip().startswith("<p>")
    read = [(widget.accessibleDescription(), widget) for widget in window.findChildren(QWidget) if widget.toolTip()]
    assert len(read) > 100
    assert [widget for _, widget in read if "<p>" in heard(widget)[2]] == []


# Everything that a reader comes to

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QProgressBar, QTabBar, QTextEdit, Described,
)  # fmt: skip
SHOWING = (QAbstractSlider, QAbstractSpinBox, QComboBox, QProgressBar)
"""Controls that have a value; what is typed may be nothing yet."""
_QTS_OWN = ("qt_", "ScrollLeftButton", "ScrollRightButton")


def own_part(widget: QWidget) -> bool:
    """Return whether ``widget`` is a part that Qt makes of a control: it is heard as that control."""
    parent = widget.parentWidget()
    return (
        isinstance(widget, QScrollBar | QHeaderView)
        or widget.objectName().startswith(_QTS_OWN)
        or isinstance(parent, QComboBox | QAbstractSpinBox | QAbstractItemView)
        or type(widget).__name__ in ("QComboBoxPrivateContainer", "QComboBoxListView", "QTableCornerButton")
        or (isinstance(widget, QToolButton) and isinstance(parent, QMenuBar | QToolBar))
    )


def come_to(window: QWidget) -> list[QWidget]:
    """Return every control and view of ``window`` that is shown, and whatever else takes the keyboard."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and (isinstance(widget, CONTROLS) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and not own_part(widget)
        and not hands_on(widget)
    ]


def tabs(bar: QTabBar) -> list[tuple[str, str]]:
    """Return the name and the description of every tab."""
    children = (asked(bar).child(index) for index in range(bar.count()))
    return [(tab.text(QAccessible.Text.Name), tab.text(QAccessible.Text.Description)) for tab in children]


def empty(window: QWidget) -> list[str]:
    """Return what of ``window`` tells a reader too little: nothing of its name, of its value, of what it is for."""
    found = []
    for widget in come_to(window):
        name, value, description = heard(widget)
        if isinstance(widget, QTabBar):
            # Qt lets the tabs speak, and the bar hold its tongue.
            description = "" if any("" in tab for tab in tabs(widget)) else "the tabs speak"
        where = f"{type(widget).__name__} {widget.objectName()} “{name}” in {type(widget.parentWidget()).__name__}"
        if not name:
            found.append(f"no name: {where}")
        if isinstance(widget, SHOWING) and not value:
            found.append(f"no value: {where}")
        if not description:
            found.append(f"no description: {where}")
        if "<p>" in name + description:
            found.append(f"tags: {where}")
    return found


@pytest.mark.parametrize("name", ["toggle", "gru", "task-next-word"])
@pytest.mark.parametrize("language", i18n.languages())
def test_everything_in_the_window_has_a_name_a_value_and_a_description(window: Window, name: str, qtbot: QtBot) -> None:
    shown, seen = preset(name).exploration, 0
    stages = [staged(shown, stage) for stage in get_args(Stage)] if len(shown.networks) > 1 else []
    for exploration in stages or [shown]:
        window.controller.replace("Load a preset", exploration)
        settle(qtbot, window)
        for panel in (window.build_panel, window.learning.panel):
            window.left.show_panel(panel)
            for side in (window.inspect_panel, window.learning.cards):
                window.right.show_panel(side)
                QApplication.processEvents()
                assert empty(window) == []
                seen = max(seen, len(come_to(window)))
    assert seen > 60


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("name", DIALOGS)
def test_everything_in_a_dialog_has_a_name_a_value_and_a_description(window: Window, name: str, tmp_path: Path) -> None:
    dialog = DIALOGS[name](window, tmp_path)
    dialog.show()
    try:
        assert len(come_to(dialog)) > 1
        assert empty(dialog) == []
    finally:
        dialog.close()
        dialog.deleteLater()


@pytest.mark.painted(True)
@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_every_view_tells_its_numbers_and_follows_them(window: Window, cell: str, qtbot: QtBot) -> None:
    def heard_in(scene: Exploration) -> dict[str, str]:
        window.controller.replace("Set the scene", scene)
        settle(qtbot, window)
        said = {"inside": told_inside()}
        for side in (window.inspect_panel, window.learning.cards):
            window.right.show_panel(side)
            QApplication.processEvents()
            shown = [view for view in window.views if view.isVisibleTo(window)]
            for view in shown:
                view.settle()
            said |= {view.objectName(): heard(view)[2] for view in shown}
            for view in shown:
                if isinstance(view, InspectCard):
                    assert heard(view.canvas)[2].startswith(view.told())
        return said

    def told_inside() -> str:
        window.actions_["inside"].trigger()
        qtbot.waitUntil(lambda: window.frame.inside)
        window.zoom.settle()
        found = heard(window.zoom)[2]
        window.frame.show_inside(False)
        return found

    def told(gain: float) -> dict[str, str]:
        scene = SMALL.with_recipe(cell=cell, gain=gain).with_lens(quantity="W", nudge=0.5).with_selection(t=8, k=2)
        return heard_in(scene) | heard_in(beside(scene))

    # In a window as high as this one needs to be, none is folded.
    window.resize(window.width(), 1300)
    first, second = told(0.8), told(1.3)
    assert first.keys() == {view.objectName() for view in window.views}
    # Nothing has been trained, no unit keeps the same share of itself, and in the simple cell nothing remembers by itself.
    untouched = {"curves"} | {"growth"} | ({"scales"} if cell == "rnn" else set())
    assert {name for name in first if first[name] == second[name]} == untouched


def test_a_description_says_what_a_person_reads(window: Window, qtbot: QtBot) -> None:
    window.controller.replace("Set the scene", SMALL.with_recipe(gain=0.8))
    settle(qtbot, window)
    said = {view.objectName(): heard(view)[2].split("\n") for view in window.views if view.isVisibleTo(window)}
    run = window.controller.inspection.analysis.run
    assert f"ρ = {signed(run.radius)}" in said["eigenvalues"]
    assert any(line.startswith("∂s₅/∂s₂ = ×") for line in said["flow"])
    assert any(line.startswith("‖P‖/√N = ") and "·" in line for line in said["formula"])
    assert any(line.startswith("largest entry: ∂s₅[") for line in said["product"])
    assert any(line.startswith("weights ×") and "total ×" in line for line in said["attribution"])
    assert any(line.startswith("σ₁ = ") for line in said["spectrum"])
    assert any(line.startswith("z₅[0] = ") for line in said["derivative"])


def test_the_drawn_input_tells_the_chosen_step(qtbot: QtBot) -> None:
    canvas = DrawCanvas(themes()["light"])
    qtbot.addWidget(canvas)
    canvas.values = [0.0, 0.5]
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert heard(canvas)[2] == "step 2: 0.500"


def test_progress_is_told_in_per_cent(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.set_share(0.254)
    assert (heard(bar)[1], number(bar)) == ("25 %", pytest.approx(25.4))
    bar.set_share(None)
    assert heard(bar)[1] == "…"


def test_the_search_finds_what_says_nothing(qtbot: QtBot) -> None:
    window, row = QWidget(), QVBoxLayout()
    qtbot.addWidget(window)
    window.setLayout(row)
    mute, slider = QLineEdit(), QSlider()
    slider.setAccessibleName("plain")
    for part in (mute, slider):
        row.addWidget(part)
    window.show()
    assert [line.partition(":")[0] for line in empty(window)] == ["no name", "no description", "no description"]
