"""The right side: a close look at the chosen pair, one card under the other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.controls.bare import tab_on
from explorer.gui.controls.clear_area import ClearArea
from explorer.gui.core.card import InspectCard
from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.views.inspect import AttributionView, EigenvaluesView, SlopesView
from explorer.gui.words.i18n import Phrases

_CAUSES = (AttributionView, EigenvaluesView, SlopesView)
"""What moves with every gesture and says why: always in sight beside the map."""
_LEAST = 0.62
"""Of their usual height: lower, the causes would not be read, and the last of them is scrolled to."""


class _Brought(QObject):
    """A view that was brought into sight: when it moves, or becomes higher, it is shown again."""

    def __init__(self, show: Callable[[View], None]) -> None:
        super().__init__()
        self._show = show
        self._view: View | None = None

    def follow(self, view: View) -> None:
        """Follow ``view`` and no other."""
        if view is not self._view:
            self.let_go()
            self._view = view
            view.installEventFilter(self)

    def let_go(self, *_: object) -> None:
        """Follow none."""
        if self._view is not None:
            self._view.removeEventFilter(self)
            self._view = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Show it again."""
        if self._view is not None and event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._show(self._view)
        return False


class CardColumn(ClearArea):
    """Cards under one another, with a bar where they are too many."""

    def __init__(self, views: list[View], name: str) -> None:
        """Begin with ``views``; ``name`` is the key in tests."""
        super().__init__()
        self.phrases = Phrases()
        self.views = views
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(250)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = self._inside = QWidget()
        column = self.column = QVBoxLayout(inside)
        column.setContentsMargins(4, 4, 6, 4)
        column.setSpacing(6)
        for view in self.views:
            column.addWidget(view)
        column.addStretch(1)
        self.setWidget(inside)
        self._brought = _Brought(self._show)
        # What was under the pointer has moved away.
        self.verticalScrollBar().valueChanged.connect(self._forget_pointer)
        self.verticalScrollBar().actionTriggered.connect(self._brought.let_go)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let one card that asks for more width than there is cut no other off."""
        super().resizeEvent(event)
        self._inside.setMaximumWidth(self.viewport().width())

    def _forget_pointer(self) -> None:
        for view in self.views:
            if isinstance(view, InspectCard):
                view.left()

    def show_top(self) -> None:
        """Scroll to the first card."""
        self._brought.let_go()
        self.verticalScrollBar().setValue(0)

    def bring(self, view: View) -> None:
        """Scroll until the whole of ``view`` is in sight, its heading at the top where it is too high for that.

        It stays so while cards above it become higher or lower, until a person scrolls.
        """
        self._brought.follow(view)
        self._show(view)

    def _show(self, view: View) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(min(bar.maximum(), view.geometry().top()))

    def dress(self, theme: Theme) -> None:  # noqa: ARG002 - the views are dressed by the controller
        """Say the panel's name in the language that is now spoken."""
        self.phrases.retranslate()


class InspectPanel(CardColumn):
    """Holds the close views in the order of the story: who killed it and why, what it is, and the matrices behind it.

    It begins with the causes.
    """

    def __init__(self, theme: Theme) -> None:
        self._causes = [kind(theme) for kind in _CAUSES]
        super().__init__([*self._causes], "inspect")
        self.phrases.add(self.setAccessibleName, "Inspect")

    def add_below(self, theme: Theme) -> list[View]:
        """Make the cards that stand below the causes; return them."""
        from explorer.gui.views.inspect.below import BELOW

        below: list[View] = [kind(theme) for kind in BELOW]
        for view in below:
            self.column.insertWidget(self.column.count() - 1, view)
            tab_on(self.views[-1], view)
            self.views.append(view)
        return below

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the causes share the height that is seen."""
        super().resizeEvent(event)
        self._share_height()

    def event(self, event: QEvent) -> bool:
        """Share it anew when a heading needs another height."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_height()
        return done

    def dress(self, theme: Theme) -> None:
        """Say the panel's name in the language that is now spoken; other type needs another height."""
        super().dress(theme)
        self._share_height()

    def _share_height(self) -> None:
        margins, gap = self.column.contentsMargins(), self.column.spacing()
        edges = sum(view.edge() for view in self._causes)
        room = self.viewport().height() - margins.top() - gap * len(self._causes) - edges
        share = min(max(room / sum(view.usual_height for view in self._causes), _LEAST), 1.0)
        for view in self._causes:
            view.squeeze(share)
