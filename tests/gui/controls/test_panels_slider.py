"""A slider and its typed value are one number."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from explorer.engine.errors import BadExploration
from explorer.gui.controls.number_field import NumberField, format_number, parse_number
from explorer.gui.controls.number_list import NumberList
from explorer.gui.controls.slider import ValueSlider
from explorer.gui.controls.typed_text import TypedText

from ..by_mouse import double_click

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def gain(qtbot) -> ValueSlider:
    return shown(qtbot, ValueSlider(0, 4, 2, usual=1.0))


def shown(qtbot, slider: ValueSlider) -> ValueSlider:
    qtbot.addWidget(slider)
    slider.resize(260, 30)
    slider.show()
    slider.changed.connect(slider.set_value)
    return slider


def wheel(slider: ValueSlider) -> None:
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider.track, event)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("−2", -2.0),
        ("1,25", 1.25),
        (" .5 ", 0.5),
        ("1e-3", 1e-3),
        ("+4", 4.0),
        ("１２，５", 12.5),
        ("－3", -3.0),
        ("1\u2009000", 1000.0),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1_000", "1e999", "1 2", "1,004", "2e15"])
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(BadExploration):
        parse_number(text)


def test_of_too_large_a_number_it_is_said_how_large_one_can_be():
    with pytest.raises(BadExploration, match=r"“1e300” is too large: it must lie between −10¹⁵ and 10¹⁵\."):
        parse_number("1e300")


def test_whole_numbers_only_where_they_are_wanted():
    assert parse_number("3.0", whole=True) == 3.0
    with pytest.raises(BadExploration, match="whole"):
        parse_number("3.5", whole=True)


@pytest.mark.parametrize("value", [0.0, 1.6, -0.5, 1.23456, 1e-4, 12345.678])
def test_format_of_a_number_reads_back_as_it(value: float):
    assert parse_number(format_number(value, 2)) == value


def test_setting_a_value_tells_nobody_and_loses_no_digit(qtbot, gain: ValueSlider):
    with qtbot.assertNotEmitted(gain.changed), qtbot.assertNotEmitted(gain.released):
        gain.set_value(1.23456)
    assert gain.value == 1.23456
    gain.activateWindow()
    gain.field.setFocus()
    qtbot.waitUntil(gain.field.hasFocus)
    assert gain.field.text() == "1.23456"


@pytest.mark.parametrize(
    "value", [1e6, 1e15, -1e-5, 1234567.0, -123456.0, 12345.678, 0.00123456, 1.6, -0.25, 1000.0, 0.0]
)
def test_a_number_too_long_for_its_field_is_shortened_and_never_cut(qtbot, value: float):
    field = NumberField(2)
    qtbot.addWidget(field)
    field.resize(field.sizeHint())
    field.show()
    field.write(value)
    assert field.fontMetrics().horizontalAdvance(field.text()) <= field._room()
    first_digit = f"{value:.0e}"
    assert f"{parse_number(field.text()):.0e}" == first_digit


def test_what_is_typed_is_shown_whole_until_it_is_taken(qtbot, gain: ValueSlider):
    gain.activateWindow()
    gain.field.setFocus()
    qtbot.waitUntil(gain.field.hasFocus)
    gain.field.selectAll()
    qtbot.keyClicks(gain.field, "1000000")
    assert gain.field.text() == "1000000"
    qtbot.keyClick(gain.field, Qt.Key.Key_Return)
    assert gain.value == 1e6
    assert gain.field.text() == "1e6"


def test_press_takes_the_handle_there(qtbot, gain: ValueSlider):
    track = gain.track
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() // 2, 8))
    assert gain.value == pytest.approx(2.0, abs=0.05)


def test_double_click_brings_the_usual_value(gain: ValueSlider):
    gain.set_value(3.0)
    double_click(gain.track)
    assert gain.value == 1.0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Right, 1.05), (Qt.Key.Key_Left, 0.95), (Qt.Key.Key_PageUp, 1.5), (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 4.0),
    ],
)  # fmt: skip
def test_keys_step(qtbot, gain: ValueSlider, key: Qt.Key, value: float):
    gain.set_value(1.0)
    with qtbot.waitSignal(gain.released):
        qtbot.keyClick(gain.track, key)
    assert gain.value == value


def test_arrow_beside_the_typed_value_steps_too(qtbot, gain: ValueSlider):
    gain.set_value(1.0)
    qtbot.keyClick(gain.field, Qt.Key.Key_Up)
    assert gain.value == 1.05


def test_step_from_beyond_the_end_does_not_jump(qtbot, gain: ValueSlider):
    gain.set_value(12.5)
    qtbot.keyClick(gain.track, Qt.Key.Key_Left)
    assert gain.value == 12.45


def test_every_whole_number_is_reached_on_a_logarithmic_slider(qtbot):
    units = shown(qtbot, ValueSlider(1, 256, 0, logarithmic=True))
    for n in range(1, 256):
        assert units.value == n
        qtbot.keyClick(units.track, Qt.Key.Key_Right)
    qtbot.keyClick(units.track, Qt.Key.Key_Right)
    assert units.value == 256
    for n in range(1, 257):
        units.set_value(n)
        assert abs(units._value_at(units.track.value()) - n) <= 1
        assert units.value == n


def test_wheel_needs_the_focus(qtbot, gain: ValueSlider):
    gain.set_value(1.0)
    gain.track.clearFocus()
    wheel(gain)
    assert gain.value == 1.0
    gain.activateWindow()
    gain.track.setFocus()
    qtbot.waitUntil(gain.track.hasFocus)
    wheel(gain)
    assert gain.value == 1.05


def test_typed_value_counts_once_its_owner_takes_it(qtbot):
    slider = ValueSlider(0, 4, 2)
    qtbot.addWidget(slider)
    slider.field.selectAll()
    with qtbot.waitSignals([slider.changed, slider.released], order="strict"):
        qtbot.keyClicks(slider.field, "7")
        qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert slider.value == 0.0
    assert slider.field.text() == "0.00"


def test_number_that_is_none_is_refused_with_a_sentence(qtbot, gain: ValueSlider):
    gain.field.selectAll()
    with qtbot.waitSignal(gain.refused) as refused, qtbot.assertNotEmitted(gain.changed):
        qtbot.keyClicks(gain.field, "much")
        qtbot.keyClick(gain.field, Qt.Key.Key_Return)
    assert "much" in str(refused.args[0])


@pytest.mark.parametrize("control", [NumberField, NumberList, TypedText])
def test_undo_in_a_finished_field_is_the_windows(qtbot, control: type):
    made = {NumberField: lambda: NumberField(2), NumberList: NumberList, TypedText: lambda: TypedText(2)}[control]()
    owner = QWidget()
    qtbot.addWidget(owner)
    QHBoxLayout(owner).addWidget(made)
    undo = QAction(owner)
    undo.setShortcut(QKeySequence("Ctrl+Z"))
    owner.addAction(undo)
    owner.show()
    owner.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    with qtbot.waitSignal(undo.triggered):
        qtbot.keyClick(made, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
