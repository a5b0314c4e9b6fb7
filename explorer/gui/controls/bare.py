"""Sliders, boxes and dialogs that leave to the window what is the window's.

Sliders and boxes take neither the keyboard by a click nor the wheel from the page that scrolls under it.
Tab gives them the keyboard; then arrows move a slider, and Enter, F4 or Alt with an arrow opens a box.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemDelegate,
    QApplication,
    QComboBox,
    QDialog,
    QProgressBar,
    QSlider,
    QWidget,
)

from explorer.gui.controls.kin import in_place
from explorer.gui.controls.spoken import Amount, Measured, speak
from explorer.gui.words.i18n import tr

_FULL = 1000
_OPEN = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4})
_DONE = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_UP_AND_DOWN = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})


class Slider(QSlider, Measured):
    """A horizontal slider that heeds the wheel only with the focus.

    Its owner says the number that its position stands for, and takes one: a screen reader knows of no positions.
    """

    def __init__(self, amount: Callable[[], Amount], take: Callable[[float], object]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._amount, self._take = amount, take
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        speak()

    def amount(self) -> Amount:
        """Return the number that is shown."""
        return self._amount()

    def take(self, value: float) -> None:
        """Set the number."""
        self._take(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page unless the slider was chosen."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ProgressBar(QProgressBar, Measured):
    """How far work has come."""

    spoken_as = QAccessible.Role.ProgressBar

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, _FULL)
        self.setTextVisible(False)
        speak()

    def set_share(self, share: float | None) -> None:
        """Show which ``share`` is done, 0..1, or with None that work goes on and nobody knows how far it is."""
        self.setRange(0, 0 if share is None else _FULL)
        self.setValue(round(_FULL * share) if share is not None else 0)

    def amount(self) -> Amount:
        """Return how much is done, in per cent."""
        if not self.maximum():
            return Amount(0.0, 0.0, 100.0, 1.0, "…")
        percent = 100.0 * max(self.value(), 0) / self.maximum()
        return Amount(percent, 0.0, 100.0, 1.0, tr("{number} %").format(number=f"{percent:.0f}"))

    def take(self, value: float) -> None:
        """Leave it as it is: no wish makes work go faster."""


class Box(QComboBox):
    """A box to choose from, whose list opens by a click or a key of its own; every other key is the window's."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Qt's own choice measures once, and never again when the type grows.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def changeEvent(self, event: QEvent) -> None:
        """Throw away what drew the list in the style before: Qt keeps it.

        In other type it forgets how large it was, also where it is not seen: what sees to its room may ask before it is.
        """
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and not self.isVisible():
            QApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))
        if event.type() == QEvent.Type.StyleChange:
            drawing = self.itemDelegate()
            for other in self.view().findChildren(QAbstractItemDelegate):
                if other is not drawing:
                    other.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list: nothing is chosen by a key before it can be seen."""
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in _OPEN or (alt and event.key() in _UP_AND_DOWN):
            self.showPopup()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class Aside(QDialog):
    """A dialog beside the window, which goes on: undo, the lecturer's keys and every other shortcut are the window's.

    Qt leaves them to the window of a tool alone.
    """

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)

    def come_forward(self) -> None:
        """Show it in front, with the keyboard: of itself many a window manager gives a tool none."""
        self.show()
        self.raise_()
        self.activateWindow()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that put the dialog away."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _DONE:
            event.accept()
            return True
        return super().event(event)


def tab_on(before: QWidget, part: QWidget) -> None:
    """Let Tab go on from ``before``, and all that is in it, into ``part``: what is made later comes last for Qt."""
    last = [before, *_stops(before)][-1]
    for stop in _stops(part):
        QWidget.setTabOrder(last, stop)
        last = stop


def tab_into(before: QWidget, part: QWidget) -> None:
    """Let Tab go on from ``before`` into ``part``, which has just been put into the window, in the order that is its own.

    It takes no key itself. With what hands the keyboard on Qt moves all that is in it, what has no keyboard too.
    """
    stops, policy = _stops(part), part.focusPolicy()
    if stops:
        part.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        part.setFocusProxy(stops[0])
        QWidget.setTabOrder(before, part)
        part.setFocusProxy(None)  # type: ignore[arg-type]
        part.setFocusPolicy(policy)


def tab_before(after: QWidget, part: QWidget) -> None:
    """Let Tab go on from ``part``, and all that is in it, into ``after``, which it came to from elsewhere."""
    first = _stops(after)[0]
    tab_on(first, part)
    QWidget.setTabOrder([part, *_stops(part)][-1], first)


def _stops(part: QWidget) -> list[QWidget]:
    """Return ``part`` and what is in it, as far as any key or click gives it the keyboard, in the order of their making."""
    inside = [one for one in part.findChildren(QWidget) if one.window() is part.window()]
    return [one for one in (part, *inside) if one.focusPolicy() != Qt.FocusPolicy.NoFocus and not hands_on(one)]


def hands_on(part: QWidget) -> bool:
    """Return whether another has the keyboard in the place of ``part``."""
    return in_place(part.focusProxy()) is not None


def stop_before(part: QWidget) -> QWidget:
    """Return from where Tab would go on into ``part``, in which there is nothing yet."""
    before = in_place(part.previousInFocusChain())
    while before is not None and _stops(before)[:1] != [before]:
        before = in_place(before.previousInFocusChain())
    return before or part.window()


def leave_keyboard(root: QWidget) -> None:
    """Let no click on a button inside ``root`` take the keyboard: that is for texts and for views."""
    for control in root.findChildren(QAbstractButton):
        if control.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
