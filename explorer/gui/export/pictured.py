"""A picture shows what is known and nothing to press: controls are put away while one is made."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QSplitter,
    QTabBar,
    QWidget,
)

from explorer.gui.export.laid_out import lay_out

Kind = TypeVar("Kind", bound=QWidget)

_PRESSED = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QTabBar)
_CHOSEN = (QComboBox, QLineEdit)
"""What is chosen or typed here is told in no other place: of these only the look of a control goes."""
_ROUNDS = 4
"""A widget that gets other room may show a control again that it had put away itself."""


@contextlib.contextmanager
def pictured(widget: QWidget) -> Iterator[None]:
    """Let ``widget`` show no control: nothing to press or to drag, no scroll bar, no card that is cut off.

    Where its property "pictured" is false a widget is put away as a whole, and where that is true it stays. While a view
    gives no advice its property "plain" is true. Afterwards everything is as it was, and nothing of it was seen: the screen
    is painted only when Qt's events go on.
    """
    with contextlib.ExitStack() as undo:
        undo.callback(lay_out)
        _put_focus_away(undo)
        for splitter in _all(widget, QSplitter):
            undo.callback(_divide, splitter, splitter.saveState())
        undo.callback(lay_out)
        areas = _all(widget, QScrollArea)
        for area in areas:
            _put_bars_away(area, undo)
        for part in _all(widget, QWidget):
            if isinstance(part, _CHOSEN) or part.property("view"):
                undo.callback(_look, part, plain=False)
                _look(part, plain=True)
        for _ in range(_ROUNDS):
            controls = _controls(widget)
            for part in controls:
                _put_away(part, undo)
            lay_out()
            if not controls:
                break
        for area in areas:
            for card in _cut(area):
                _put_away(card, undo)
        lay_out()
        yield


def _divide(splitter: QSplitter, state: QByteArray) -> None:
    """Divide as before; an empty state is that of one that divides itself."""
    if not state.isEmpty():
        splitter.restoreState(state)


def _all(widget: QWidget, kind: type[Kind]) -> list[Kind]:
    return [part for part in (widget, *widget.findChildren(kind)) if isinstance(part, kind)]


def _controls(widget: QWidget) -> list[QWidget]:
    """Return what of ``widget`` is to be put away and can be seen."""
    return [part for part in widget.findChildren(QWidget) if _is_control(part) and part.isVisibleTo(widget)]


def _is_control(part: QWidget) -> bool:
    said = part.property("pictured")
    if said is not None:
        return not said
    # A scroll area looks after its bars by itself; without its buttons the ground of segments is a stroke.
    return bool(part.property("segments")) or (isinstance(part, _PRESSED) and not isinstance(part, QScrollBar))


def _put_away(part: QWidget, undo: contextlib.ExitStack) -> None:
    part.hide()
    undo.callback(part.show)


def _put_bars_away(area: QScrollArea, undo: contextlib.ExitStack) -> None:
    bar = area.verticalScrollBar()
    undo.callback(bar.setValue, bar.value())
    undo.callback(lay_out)
    undo.callback(area.setVerticalScrollBarPolicy, area.verticalScrollBarPolicy())
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def _cut(area: QScrollArea) -> list[QWidget]:
    """Return the cards of a column that are in sight in part only, or not at all, but never all of them."""
    column = area.widget()
    if column is None:
        return []
    cards = [part for part in column.children() if isinstance(part, QWidget) and part.property("card")]
    seen = QRect(-column.pos(), area.viewport().size())
    whole = [card for card in cards if seen.contains(card.geometry())]
    return [card for card in cards if card.isVisibleTo(column) and card not in whole] if whole else []


def _put_focus_away(undo: contextlib.ExitStack) -> None:
    focused = QApplication.focusWidget()
    if focused is not None:
        undo.callback(focused.setFocus, Qt.FocusReason.OtherFocusReason)
        focused.clearFocus()


def _look(part: QWidget, plain: bool) -> None:
    """Let ``part`` look like ``plain`` words, or like a control again."""
    part.setProperty("plain", plain)
    if isinstance(part, _CHOSEN):
        part.style().unpolish(part)
        part.style().polish(part)
