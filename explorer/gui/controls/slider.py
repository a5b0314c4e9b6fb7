"""A slider with its value typed beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle

from explorer.gui.controls.bare import Slider
from explorer.gui.controls.composite import Composite
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.spoken import Amount, told_anew
from explorer.gui.words.i18n import mark, tr

_POSITIONS = 1000
_HANDLE = 16
_PAUSE_MS = 400
_KEYS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts, in English: a sentence for one, and one with a place for the ``{count}``."""

    one: str
    many: str

    def said(self, value: float, text: str) -> str:
        """Return ``value``, written ``text``, with its unit in the language that is spoken."""
        return tr(self.one) if value == 1.0 else tr(self.many).format(count=text)


STEPS = Unit(mark("1 step"), mark("{count} steps"))
UNITS = Unit(mark("1 unit"), mark("{count} units"))
PLACE = Unit(mark("step 1"), mark("step {count}"))
OUTPUTS = Unit(mark("1 output"), mark("{count} outputs"))
UPDATES = Unit(mark("1 update"), mark("{count} updates"))
SEQUENCES = Unit(mark("1 sequence"), mark("{count} sequences"))


class Groove(Slider):
    """A slider that goes where it is pressed, heeds the wheel only with the focus, and tells of keys as steps.

    ``stepped(count)``: so many steps by key or wheel; ``jumped(end)``: to the start (False) or the end (True);
    ``reset()``: a double click.
    """

    stepped = Signal(int)
    jumped = Signal(bool)
    reset = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by arrows and page keys, jump by Home and End."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.stepped.emit(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.jumped.emit(key == Qt.Key.Key_End)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by the wheel, but only with the focus: a panel that scrolls must not change what it scrolls over."""
        steps = event.angleDelta().y() / 120
        if not self.hasFocus() or not steps:
            event.ignore()
            return
        self.stepped.emit(int(math.copysign(max(1, round(abs(steps))), steps)))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self._position_at(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the handle follow the pointer."""
        if self.isSliderDown():
            self.setSliderPosition(self._position_at(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the usual value."""
        event.accept()
        self.reset.emit()

    def _position_at(self, event: QMouseEvent) -> int:
        x = round(event.position().x()) - _HANDLE // 2
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), x, self.width() - _HANDLE, self.invertedAppearance()
        )


class ValueSlider(Composite):
    """A number as a slider and as typed text; a typed number may lie beyond the slider's ends.

    ``changed(value)`` while a person changes it, ``released()`` when that gesture is over, ``refused(why)`` when
    what was typed is no number (None when that is over). A typed number counts once the owner sets it.
    """

    changed = Signal(float)
    released = Signal()
    refused = Signal(object)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        decimals: int,
        logarithmic: bool = False,
        usual: float | None = None,
        unit: Unit | None = None,
    ) -> None:
        """Begin at ``usual``, the value to which a double click goes back, or at ``minimum``.

        ``decimals`` is the number of digits that the slider sets; 0 makes it a slider of whole numbers. What it counts
        is told by its ``unit`` to who can't see what it stands beside.
        """
        super().__init__()
        self._minimum, self._maximum, self._decimals = minimum, maximum, decimals
        self._logarithmic, self._usual, self._unit = logarithmic, usual, unit
        self._value = minimum if usual is None else usual
        self.track, self.field = Groove(self.amount, self._take), self.make_field()
        self.named = (self.track, self.field)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._connect()
        self._move()
        self.field.write(self._value)

    @property
    def value(self) -> float:
        """Return the value that is shown."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value``; nobody is told. A refused text stays until the value becomes another."""
        self._hold(value)
        self.field.set_value(value)

    def amount(self) -> Amount:
        """Return the value as it is shown, the slider's ends, or the value where that lies beyond them, and its step."""
        value, said = self._value, self.field.format(self._value)
        if self._unit is not None:
            said = self._unit.said(value, said)
        return Amount(value, min(self._minimum, value), max(self._maximum, value), self._notch(), said)

    def make_field(self) -> NumberField:
        """Return the field in which the number is typed."""
        return NumberField(self._decimals)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.track, 1)
        row.addWidget(self.field)
        self.track.setMinimumWidth(48)
        self.track.setRange(0, _POSITIONS if self._logarithmic else round(self._span * 10**self._decimals))
        self.setFocusProxy(self.track)

    def _connect(self) -> None:
        self.track.valueChanged.connect(lambda position: self._propose(self._value_at(position)))
        self.track.sliderReleased.connect(self.released)
        self.track.stepped.connect(self._step)
        self.track.jumped.connect(
            lambda end: self._propose(self._value_at(self.track.maximum() if end else 0), keyed=True)
        )
        self.track.reset.connect(self._reset)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._enter)
        self.field.refused.connect(self.refused)
        self._pause.timeout.connect(self.released)

    @property
    def _span(self) -> float:
        return self._maximum - self._minimum

    def _value_at(self, position: int) -> float:
        if self._logarithmic:
            value = self._minimum * (self._maximum / self._minimum) ** (position / _POSITIONS)
        else:
            value = self._minimum + position / 10**self._decimals
        return round(value, self._decimals)

    def _position_of(self, value: float) -> int:
        inside = min(max(value, self._minimum), self._maximum)
        if self._logarithmic:
            share = math.log(inside / self._minimum) / math.log(self._maximum / self._minimum)
            return round(share * _POSITIONS)
        return round((inside - self._minimum) * 10**self._decimals)

    def _hold(self, value: float) -> None:
        """Let ``value`` be what is shown."""
        other, self._value = value != self._value, value
        self._move()
        if other:
            told_anew(self.track)

    def _move(self) -> None:
        # Many positions of a logarithmic slider mean one number: the handle stays under the pointer.
        if self._value_at(self.track.value()) != self._value:
            before = self.track.blockSignals(True)
            self.track.setValue(self._position_of(self._value))
            self.track.blockSignals(before)

    def _propose(self, value: float, keyed: bool = False) -> None:
        if value == self._value and not self.field.wrong:
            return
        self._hold(value)
        self.field.write(value)
        self.changed.emit(value)
        if keyed:
            self._pause.start()

    def _take(self, value: float) -> None:
        """Propose the value nearest to ``value`` that the slider can set."""
        self._propose(self._value_at(self._position_of(value)), keyed=True)

    def _enter(self, value: float) -> None:
        """Tell what was typed; it counts when the owner sets it, and stays typed where the owner finds it wrong."""
        self.changed.emit(value)
        self.released.emit()
        if not self.field.wrong:
            self.field.write(self._value)

    def _reset(self) -> None:
        if self._usual is not None:
            self._propose(self._usual)
            self.released.emit()

    def _notch(self) -> float:
        """Return by how much a key changes the value, at least."""
        return (5.0 if self._decimals > 1 else 1.0) / 10**self._decimals

    def _step(self, count: int) -> None:
        """Change the value by so many small steps: of the last digits, or of a few per cent on a logarithmic slider."""
        unit = self._notch()
        if self._logarithmic and abs(count) > 1:
            unit = max(unit, 0.02 * self._value)
        value = round(self._value + count * unit, self._decimals)
        inside = min(max(value, self._minimum), self._maximum)
        # From beyond an end, a step leads towards it and never jumps there.
        beyond = not self._minimum <= self._value <= self._maximum
        self._propose(value if beyond and inside != value else inside, keyed=True)
