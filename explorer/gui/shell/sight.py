"""What has the keyboard is seen: the pages that hold it scroll until it is."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QScrollArea, QScrollBar, QWidget

_AROUND = 14
"""Pixels: what was reached doesn't stick to the edge of the page."""


def reveal(widget: QWidget) -> None:
    """Scroll every page that holds ``widget`` until all of it is in sight, or its beginning where it is too large.

    Qt's own `QScrollArea` does this only while the keyboard stays within it, and of a field it shows no more than the
    text's cursor. The card that the widget is part of comes along where there is room for both.
    """
    for area in _pages(widget):
        _scroll_to(area, widget)


def _pages(widget: QWidget) -> Iterator[QScrollArea]:
    """Yield the pages that hold ``widget``, the innermost first."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea) and parent.viewport().isAncestorOf(widget):
            yield parent
        parent = parent.parentWidget()


def _scroll_to(area: QScrollArea, widget: QWidget) -> None:
    page = area.widget()
    assert page is not None
    wanted = _place(widget, page)
    card = _card_of(widget, page)
    if card is not None and _place(card, page).height() <= area.viewport().height():
        wanted = _place(card, page)
    shown = QRect(-page.pos(), area.viewport().size())
    _move(area.horizontalScrollBar(), wanted.left(), wanted.width(), shown.left(), shown.width())
    _move(area.verticalScrollBar(), wanted.top(), wanted.height(), shown.top(), shown.height())


def _card_of(widget: QWidget, page: QWidget) -> QWidget | None:
    part: QWidget | None = widget
    while part is not None and part is not page and not part.property("view"):
        part = part.parentWidget()
    return None if part is page else part


def _place(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def _move(bar: QScrollBar, start: int, length: int, first: int, room: int) -> None:
    """Move ``bar`` no further than is needed to show ``start`` … ``start + length``, with some space around."""
    around = max(min(_AROUND, (room - length) // 2), 0)
    if start < first or length > room:
        bar.setValue(start - around)
    elif start + length > first + room:
        bar.setValue(start + length + around - room)
