"""What the window is made of is kept by what it is in, whatever it has been asked, and no collection of rubbish takes it."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QDialog,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.controls.bare import stop_before, tab_on
from explorer.gui.controls.kin import in_place
from explorer.gui.panels.train.goal_box import GoalBox
from explorer.gui.shell.frame.fold import Fold
from explorer.gui.shell.window import Window

from ..by_keyboard import parts_missed, stops, way

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

_PART_OF = re.compile(r"^parent\.+ <\S+ at (0x[0-9a-f]+)>", re.MULTILINE)


class Page(QScrollArea):
    """A page that scrolls; nobody keeps it but what it is in."""


class Parts(QSplitter):
    """What is divided; nobody keeps it but what it is in."""


class Around(QDialog):
    """Holds parts, which hold a page, which holds what alone is kept: it would be gone with the page."""

    def __init__(self) -> None:
        super().__init__()
        page, parts, self.held = Page(), Parts(), QWidget()
        page.setWidget(self.held)
        for part in (page, GoalBox()):
            parts.addWidget(part)
        QVBoxLayout(self).addWidget(parts)


def _of_a_viewport(dialog: Around) -> None:
    in_place(dialog.findChildren(Page)[0].viewport().focusProxy())


def _of_the_chain(dialog: Around) -> None:
    for one in dialog.findChildren(QWidget):
        in_place(one.previousInFocusChain())
        in_place(one.nextInFocusChain())


def _of_a_handle(dialog: Around) -> None:
    in_place(dialog.findChildren(Parts)[0].handle(1).splitter())


def _by_tab(dialog: Around) -> None:
    tab_on(dialog, dialog.findChildren(Parts)[0])
    stop_before(dialog.findChildren(QWidget, "qt_scrollarea_viewport")[0])


def _by_tests(dialog: Around) -> None:
    dialog.show()
    page = dialog.findChildren(Page)[0]
    assert stops(dialog)
    page.viewport()


@pytest.mark.parametrize("ask", [_of_a_viewport, _of_the_chain, _of_a_handle, _by_tab, _by_tests])
def test_who_is_asked_for_another_does_not_take_it_along(qapp: QApplication, ask: Callable[[Around], None]) -> None:  # noqa: ARG001
    dialog = Around()
    ask(dialog)
    assert _astray(dialog) == []
    gc.collect()
    assert shiboken6.isValid(dialog.held)
    viewport = dialog.held.parent()
    assert [type(one) for one in _outwards(viewport)] == [Page, Parts, Around]


def test_a_group_of_buttons_stays_where_it_is(qapp: QApplication) -> None:  # noqa: ARG001 - Qt must run
    around = QWidget()
    buttons = [QPushButton(around) for _ in range(2)]
    group = QButtonGroup(around)
    for button in buttons:
        group.addButton(button)
        assert in_place(button.group()) is group
    assert [in_place(one) for one in group.buttons()] == buttons
    assert _astray(around) == []


def test_all_of_the_window_is_kept_by_what_it_is_in(window: Window) -> None:
    window.show_now()
    way(window, Qt.Key.Key_Tab)
    for stop in stops(window):
        parts_missed(stop)
    for part in window.frame.rows.parts.values():
        if isinstance(part, Fold) and not part.folded:
            part.set_folded(True)
            part.opener.setFocus()
            part.set_folded(False)
    QTest.keyClick(window.frame.columns.handle(1), Qt.Key.Key_Right)
    assert _astray(window) == []


def _outwards(part: QObject) -> Iterator[QObject]:
    around = part.parent()
    while around is not None:
        yield around
        around = around.parent()


def _astray(around: QWidget) -> list[str]:
    """Return what of ``around`` goes round with others, each of which PySide takes for a part of the next."""
    # To ask for its children would put them in their places.
    known = {id(one): one for one in gc.get_objects() if isinstance(one, QObject) and shiboken6.isValid(one)}
    inside = [one for one in known.values() if around in _outwards(one)]
    assert inside
    return [str(one) for one in inside if _goes_round(one, known)]


def _goes_round(part: QObject, known: dict[int, QObject]) -> bool:
    seen = set[int]()
    while (found := _PART_OF.search(shiboken6.dump(part))) is not None:
        number = int(found.group(1), 16)
        if number in seen:
            return True
        seen.add(number)
        part = known[number]
    return False
