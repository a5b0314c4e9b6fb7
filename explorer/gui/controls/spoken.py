"""What a screen reader is told where Qt knows no more than a position or an empty rectangle.

A slider has a position, not the number that it stands for, and what is painted has no text at all. Both are asked for
what they show at the moment when a reader asks: that is never old, and costs nothing while none listens.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleValueChangeEvent,
    QAccessibleValueInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import Shiboken

_NOTHING = Shiboken.VoidPtr(0)
"""No interface: PySide hands None over to Qt as an address that isn't one."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is shown, its ends, the step of a key, and how it is written, its unit included."""

    value: float
    least: float
    most: float
    step: float
    said: str


class Measured:
    """A widget that shows a number, ``spoken_as`` what it is to a reader."""

    spoken_as = QAccessible.Role.Slider

    def amount(self) -> Amount:
        """Return the number that is shown."""
        raise NotImplementedError

    def take(self, value: float) -> None:
        """Set the number as a person does, to what is nearest to ``value``."""
        raise NotImplementedError


class Described:
    """A widget whose content is painted, ``spoken_as`` what it is to a reader."""

    spoken_as = QAccessible.Role.Graphic

    def told(self) -> str:
        """Return in words what is painted, its numbers first, "" for nothing."""
        raise NotImplementedError


@cache
def speak() -> None:
    """Answer for every `Measured` and every `Described` widget from now on."""
    QAccessible.installFactory(_interface)


def told_anew(widget: QWidget) -> None:
    """Let a reader know that what ``widget`` shows has become something else."""
    if not QAccessible.isActive():
        return
    if isinstance(widget, Measured):
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(widget, widget.amount().value))
    else:
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.DescriptionChanged))


class _Number(QAccessibleValueInterface):
    """The number of a `Measured` widget, which it doesn't keep alive."""

    def __init__(self, widget: Measured) -> None:
        super().__init__()
        self._widget = weakref.ref(widget)

    def currentValue(self) -> float:
        """Return the number that is shown."""
        return self._amount().value

    def minimumValue(self) -> float:
        """Return the lower end."""
        return self._amount().least

    def maximumValue(self) -> float:
        """Return the upper end."""
        return self._amount().most

    def minimumStepSize(self) -> float:
        """Return the step of a key."""
        return self._amount().step

    def setCurrentValue(self, value: float) -> None:
        """Set the number."""
        widget = self._widget()
        if widget is not None:
            widget.take(float(value))

    def _amount(self) -> Amount:
        widget = self._widget()
        return widget.amount() if widget is not None else Amount(0.0, 0.0, 0.0, 0.0, "")


class _Measure(QAccessibleWidget):
    """A widget whose value is the number that it shows."""

    def __init__(self, widget: QWidget) -> None:
        assert isinstance(widget, Measured)
        super().__init__(widget, widget.spoken_as)
        self._number = _Number(widget)

    def text(self, kind: QAccessible.Text) -> str:
        """Return the number as it is written for the value, and where it has a unit for the description, too."""
        widget = self.widget()
        if not isinstance(widget, Measured):
            return super().text(kind)
        said = widget.amount().said
        if kind == QAccessible.Text.Value:
            return said
        if kind == QAccessible.Text.Description and any(map(str.isalpha, said)):
            # Some platforms tell a number only: its unit would be lost.
            return "\n".join(filter(None, (said, super().text(kind))))
        return super().text(kind)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> int:
        """Return the number to those who ask for a value."""
        if kind == QAccessible.InterfaceType.ValueInterface:
            return self._number  # type: ignore[return-value]
        found = super().interface_cast(kind)
        return _NOTHING if found is None else found


class _Picture(QAccessibleWidget):
    """A painted widget: its description holds what is painted, and then what can be done with it."""

    def text(self, kind: QAccessible.Text) -> str:
        """Return what is painted before the description that was set."""
        said, widget = super().text(kind), self.widget()
        if kind == QAccessible.Text.Description and isinstance(widget, Described):
            return "\n".join(filter(None, (widget.told(), said)))
        return said


def _interface(_: str, widget: QObject) -> QAccessibleInterface | None:
    """Return what speaks for ``widget``, None for one that Qt can speak for."""
    if not isinstance(widget, QWidget):
        return None
    if isinstance(widget, Measured):
        return _Measure(widget)
    return _Picture(widget, widget.spoken_as) if isinstance(widget, Described) else None
