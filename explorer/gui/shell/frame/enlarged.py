"""One view for the whole middle of the window: it leaves its seat, and comes back to it as it was."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from explorer.gui.core.view import View
from explorer.gui.shell.frame.fold import Fold


class Enlarged(QObject):
    """Lets a ``view`` be the page in front of ``pages``, over the page that was in front; None while none is."""

    def __init__(self, pages: QStackedLayout) -> None:
        super().__init__()
        self.view: View | None = None
        self._pages = pages
        self._gap = QWidget()
        self._under: QWidget | None = None

    def begin(self, view: View) -> None:
        """Enlarge ``view`` instead of the one that is; what it shows and where it was stay."""
        self.end()
        held = QApplication.focusWidget()
        self.view, self._under = view, self._pages.currentWidget()
        self._gap = QWidget()
        # What stands under it in a page that scrolls keeps its place.
        self._gap.setMinimumHeight(view.height())
        _give_seat(view, self._gap)
        self._pages.addWidget(view)
        self._turn_to(view)
        view.stand_alone(True)
        _give_keyboard(held, view)

    def end(self) -> bool:
        """Bring the view back to its seat; return whether one was enlarged."""
        view, self.view = self.view, None
        if view is None or self._under is None:
            return False
        held = QApplication.focusWidget()
        view.stand_alone(False)
        self._turn_to(self._under)
        self._pages.removeWidget(view)
        seat = self._gap.parentWidget()
        _give_seat(self._gap, view)
        self._gap.setParent(None)
        self._gap.deleteLater()
        view.setVisible(not (isinstance(seat, Fold) and seat.folded))
        _give_keyboard(held, view)
        return True

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._pages.invalidate()


def _give_seat(one: QWidget, other: QWidget) -> None:
    """Put ``other`` where ``one`` is."""
    seat = one.parentWidget()
    layout = seat.layout() if seat is not None else None
    assert layout is not None
    layout.replaceWidget(one, other)
    other.show()


def _give_keyboard(held: QWidget | None, view: View) -> None:
    """Leave the keyboard where it was, or with the window if that is out of sight: what is moved would lose it."""
    if held is None:
        return
    if held.isVisibleTo(view.window()) and held.isEnabled():
        held.setFocus()
    else:
        view.window().setFocus()
