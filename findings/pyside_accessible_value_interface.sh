#!/usr/bin/env bash
# A slider over anything but plain whole numbers tells a screen reader its position; Python can mend that, with care.
#
# One would guess: a reader is told what stands beside the slider, or at least that a value set by
# `QAccessibleValueChangeEvent` is what is told; and a Python subclass of `QAccessibleWidget` says "I have no such
# interface" from `interface_cast` by returning None, as its own base class does.
# What happens: Qt answers with the position (90 for a gain of 0.90). A factory installed with
# `QAccessible.installFactory` that returns a `QAccessibleWidget` whose `interface_cast` hands out a Python
# `QAccessibleValueInterface` does work, and both live as long as the widget without being kept. But a "no" must be
# `shiboken6.Shiboken.VoidPtr(0)`: what the base class returns as None can not be returned as None, which arrives in Qt as
# an address that is none. And a unit can't be told along: the value interface knows numbers only.
# Seen with PySide6 6.11.3.
#
# It matters for every logarithmic slider of a learning rate, a gain, a temperature or a threshold.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet "PySide6-Essentials==6.11.3"
cat > "$folder/ask.py" <<'PYTHON'
import gc

import PySide6
from PySide6.QtGui import QAccessible, QAccessibleValueChangeEvent, QAccessibleValueInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QSlider
from shiboken6 import Shiboken

app = QApplication([])


class Gain(QSlider):
    pass


class Number(QAccessibleValueInterface):
    def __init__(self, slider):
        super().__init__()
        self.slider = slider

    def currentValue(self):
        return self.slider.value() / 100


class Spoken(QAccessibleWidget):
    def __init__(self, slider):
        super().__init__(slider, QAccessible.Role.Slider)
        self.number = Number(slider)

    def interface_cast(self, kind):
        if kind == QAccessible.InterfaceType.ValueInterface:
            return self.number
        found = super().interface_cast(kind)
        return Shiboken.VoidPtr(0) if found is None else found


def value(slider):
    return QAccessible.queryAccessibleInterface(slider).valueInterface().currentValue()


plain = QSlider()
plain.setMaximum(400)
plain.setValue(90)
QAccessible.updateAccessibility(QAccessibleValueChangeEvent(plain, 0.9))
position = value(plain)

QAccessible.installFactory(lambda _, thing: Spoken(thing) if isinstance(thing, Gain) else None)
gain = Gain()
gain.setMaximum(400)
gain.setValue(90)
gc.collect()
told = value(gain)
spoken = QAccessible.queryAccessibleInterface(gain)
none = QAccessibleWidget(gain, QAccessible.Role.Slider).interface_cast(QAccessible.InterfaceType.TextInterface)

print("PySide6", PySide6.__version__)
print("a plain slider, told of 0.9:", position)
print("one with an interface of its own:", told)
print("what the base class says of an interface that it lacks:", none)
print("what Qt finds where VoidPtr(0) was returned:", spoken.textInterface())
raise SystemExit(not (position == 90 and told == 0.9 and none is None and spoken.textInterface() is None))
PYTHON
QT_QPA_PLATFORM=offscreen "$folder/env/bin/python" "$folder/ask.py"
