"""The right side: a close look at the chosen pair, one card under the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.gui.core.card import InspectCard
from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.views.inspect import (
    AttributionView,
    EigenvaluesView,
    FactorsView,
    FormulaView,
    NudgeView,
    ProductView,
    SlopesView,
    SpectrumView,
    WeightsView,
)
from explorer.gui.words.i18n import Phrases

_ORDER = (
    FormulaView, AttributionView, SlopesView, NudgeView, ProductView, FactorsView, SpectrumView, WeightsView,
    EigenvaluesView,
)  # fmt: skip


class CardColumn(QScrollArea):
    """Cards under one another, with a bar where they are too many."""

    def __init__(self, views: list[View], name: str) -> None:
        """Begin with ``views``; ``name`` is the key in tests."""
        super().__init__()
        self.phrases = Phrases()
        self.views = views
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(250)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 4, 6, 4)
        column.setSpacing(6)
        for view in self.views:
            column.addWidget(view)
        column.addStretch(1)
        self.setWidget(inside)
        # What was under the pointer has moved away.
        self.verticalScrollBar().valueChanged.connect(self._forget_pointer)

    def _forget_pointer(self) -> None:
        for view in self.views:
            if isinstance(view, InspectCard):
                view.left()

    def show_top(self) -> None:
        """Scroll to the first card."""
        self.verticalScrollBar().setValue(0)

    def bring(self, view: View) -> None:
        """Scroll until the whole of ``view`` is in sight, its heading at the top where it is too high for that."""
        bar = self.verticalScrollBar()
        bar.setValue(min(bar.maximum(), view.geometry().top()))

    def dress(self, theme: Theme) -> None:  # noqa: ARG002 - the views are dressed by the controller
        """Say the panel's name in the language that is now spoken."""
        self.phrases.retranslate()


class InspectPanel(CardColumn):
    """Holds the close views in the order of the story: what it is, who killed it, and the matrices behind it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__([kind(theme) for kind in _ORDER], "inspect")
        self.phrases.add(self.setAccessibleName, "Inspect")
