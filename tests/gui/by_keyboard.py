"""What the tests without a mouse share: which controls there are, the way of Tab through them, and what is in sight."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QListView,
    QTabBar,
    QWidget,
)

from explorer.gui.controls.bare import hands_on
from explorer.gui.controls.kin import in_place

Key = Qt.Key
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def press(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key as a hand does: it goes to whatever has the keyboard in ``window``."""
    QTest.keyClick(window.windowHandle(), key, modifier)
    QApplication.processEvents()


def stops(window: QWidget) -> list[QWidget]:
    """Return every control of ``window`` that can be used now: enabled, shown, and made to be reached by Tab."""
    return [
        w for w in window.findChildren(QWidget)
        if w.window() is window and w.isVisible() and w.isEnabled() and not hands_on(w)
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]  # fmt: skip


def said(widget: QWidget) -> str:
    """Return what a failed test is to call ``widget``."""
    owners = []
    parent = widget.parentWidget()
    while parent is not None and len(owners) < 2:
        if parent.objectName() or type(parent).__module__.startswith("explorer"):
            owners.append(parent.objectName() or type(parent).__name__)
        parent = parent.parentWidget()
    return f"{type(widget).__name__} “{widget.accessibleName()}” in {' in '.join(owners)}"


def way(window: QWidget, key: Qt.Key) -> list[QWidget]:
    """Return what has the keyboard one after the other as ``key`` is pressed, until all of it comes again.

    A trap ends the way: what keeps the keyboard is the last of it, twice. Nobody looks on meanwhile: nothing is painted.
    """
    found: list[QWidget] = []
    limit, painted = 3 * len(stops(window)) + 10, window.updatesEnabled()
    window.setUpdatesEnabled(False)
    try:
        for _ in range(limit):
            press(window, key, SHIFT if key == Key.Key_Backtab else NONE)
            now = window.focusWidget()
            assert now is not None
            if now in found:
                return [*found, now] if now is found[-1] else found
            found.append(now)
    finally:
        window.setUpdatesEnabled(painted)
    raise AssertionError("Tab never comes back to where it was.")


def in_sight(widget: QWidget) -> str:
    """Return why ``widget`` can't be seen whole, or as far as there is room where it scrolls; "" if it can."""
    seen = widget.visibleRegion().boundingRect()
    room = widget.size()
    for area in viewports(widget):
        room = room.boundedTo(area.size())
    if seen.width() < room.width() or seen.height() < room.height():
        return f"{said(widget)}: {seen.size().toTuple()} of {widget.size().toTuple()} are seen"
    middle = widget.mapTo(widget.window(), seen.center())
    over = widget.window().childAt(middle)
    if over is None or not (over is widget or widget.isAncestorOf(over)):
        return f"{said(widget)} is covered by {over and said(over)}"
    return ""


def viewports(widget: QWidget) -> Iterator[QWidget]:
    """Yield the viewports in which ``widget`` scrolls."""
    parent = widget.parentWidget()
    while parent is not None:
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            yield parent
        parent = area


def faults(window: QWidget) -> list[str]:
    """Walk through ``window`` by Tab, back by Shift+Tab, and through what has parts by arrows; return what is wrong."""
    wrong: list[str] = []
    there, back = way(window, Key.Key_Tab), way(window, Key.Key_Backtab)
    for name, found in (("Tab", there), ("Shift+Tab", back)):
        if found[-1:] == found[-2:-1]:
            return [f"{name} does not leave {said(found[-1])}"]
        wrong += [f"{name} does not reach {said(w)}" for w in stops(window) if w not in found]
    wrong += left_too_early(window, there)
    for _ in there:
        press(window, Key.Key_Tab)
        now = window.focusWidget()
        if now is not None and now is not window:
            wrong += [in_sight(now), unmarked(now), *parts_missed(now)]
    return [one for one in wrong if one]


def left_too_early(window: QWidget, found: list[QWidget]) -> list[str]:
    """Return the parts of ``window`` that Tab leaves and comes back to: what stands together is walked through together."""
    wrong = []
    for part in window.findChildren(QWidget):
        inside = [part.isAncestorOf(stop) for stop in found]
        # One way in is the most there may be, the way being a ring.
        if sum(here and not before for before, here in pairwise([inside[-1], *inside])) > 1:
            names = [said(stop) for stop, here in zip(found, inside, strict=True) if here]
            wrong.append(
                f"Tab leaves {type(part).__name__} “{part.objectName()}” and comes back: {names[:3]} … {names[-3:]}"
            )
    return wrong


def unmarked(widget: QWidget) -> str:
    """Return that nobody sees where the keyboard is while ``widget`` has it; "" if one does."""
    with_it = widget.grab().toImage()
    widget.clearFocus()
    without = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return f"{said(widget)} looks the same with the keyboard and without" if with_it == without else ""


def parts_missed(widget: QWidget) -> list[str]:
    """Walk by arrows through what ``widget`` is made of; return what is not reached, or not seen when it is."""
    if isinstance(widget, QTabBar):
        return _tabs_missed(widget)
    if isinstance(widget, QAbstractItemView):
        return _cells_missed(widget)
    group = in_place(widget.group()) if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        return _buttons_missed(widget, [in_place(button) for button in group.buttons()])
    return []


def _buttons_missed(begun: QWidget, group: list[QAbstractButton]) -> list[str]:
    """Return the buttons of a ``group`` that no arrow reaches; Tab comes to the one that is down only."""
    assert isinstance(begun, QAbstractButton)
    window, reached = begun.window(), {begun}
    wanted = {button for button in group if button.isVisible() and button.isEnabled()}
    for key in [Key.Key_Right] * len(wanted) + [Key.Key_Left] * len(wanted):
        press(window, key)
        now = window.focusWidget()
        if isinstance(now, QAbstractButton):
            reached.add(now)
    begun.click()
    begun.setFocus(Qt.FocusReason.TabFocusReason)
    return [f"no arrow reaches {said(button)}" for button in wanted - reached]


def _tabs_missed(tabs: QTabBar) -> list[str]:
    begun, window, reached = tabs.currentIndex(), tabs.window(), {tabs.currentIndex()}
    for key, count in ((Key.Key_Left, tabs.count()), (Key.Key_Right, tabs.count())):
        for _ in range(count):
            press(window, key)
            reached.add(tabs.currentIndex())
    tabs.setCurrentIndex(begun)
    tabs.setFocus(Qt.FocusReason.TabFocusReason)
    wanted = {i for i in range(tabs.count()) if tabs.isTabEnabled(i) and tabs.isTabVisible(i)}
    return [f"no arrow reaches the tab “{tabs.tabText(i)}”" for i in wanted - reached]


def _cells_missed(table: QAbstractItemView) -> list[str]:
    """Return the rows of a list that no arrow reaches; of a table what is wrong with its ticks."""
    return _rows_missed(table) if isinstance(table, QListView) else _ticks_missed(table)


def _rows_missed(rows: QListView) -> list[str]:
    model, window, begun = rows.model(), rows.window(), rows.currentIndex().row()
    wanted = {row for row in range(model.rowCount()) if model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsEnabled}
    reached = {begun}
    for key in [Key.Key_Up] * len(wanted) + [Key.Key_Down] * len(wanted):
        press(window, key)
        reached.add(rows.currentIndex().row())
    rows.setCurrentIndex(model.index(begun, 0))
    return [f"no arrow reaches row {row} of {said(rows)}" for row in wanted - reached]


def _ticks_missed(table: QAbstractItemView) -> list[str]:
    """Return the cells that can be ticked but not reached, those that are not seen, and those that Space does not tick."""
    model, window, found = table.model(), table.window(), []
    ticks = {
        (row, column) for row in range(model.rowCount()) for column in range(model.columnCount())
        if model.flags(model.index(row, column)) & Qt.ItemFlag.ItemIsUserCheckable
    }  # fmt: skip
    reached = set()
    for key in [Key.Key_Left] * model.columnCount() + [Key.Key_Right] * model.columnCount():
        index = table.currentIndex()
        reached.add((index.row(), index.column()))
        if not table.viewport().rect().contains(table.visualRect(index)):
            found.append(f"cell {index.row()}, {index.column()} is not in sight")
        press(window, key)
    before = table.currentIndex().data(Qt.ItemDataRole.CheckStateRole)
    press(window, Key.Key_Space)
    if table.currentIndex().data(Qt.ItemDataRole.CheckStateRole) == before:
        found.append("Space ticks nothing")
    press(window, Key.Key_Space)
    return [*found, *(f"no arrow reaches the tick at {place}" for place in ticks - reached)]
