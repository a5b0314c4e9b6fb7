"""What a screen reader is told: names, values and descriptions, as Qt's own accessibility interfaces give them out."""

from __future__ import annotations

import gc
import weakref

import pytest
import shiboken6
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QSlider, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.controls.bare import Slider
from explorer.gui.controls.slider import ValueSlider
from explorer.gui.controls.spoken import Amount
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


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
    assert heard(network.units.track)[2] == network.units.accessibleDescription() != ""
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
