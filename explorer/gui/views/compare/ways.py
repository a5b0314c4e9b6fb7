"""The controls over networks that stand side by side: how they are compared, whether they change together, one more."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from explorer.gui.controls.plain import teach
from explorer.gui.controls.segments import Segments
from explorer.gui.core.quantities import SYMBOLS, symbol
from explorer.gui.words.i18n import Phrases, mark, tr
from explorer.workspace.exploration.beside import moved, pinned, staged
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration
from explorer.workspace.exploration.gesture import Gesture

_STAGES = {"beside": mark("side by side"), "difference": mark("difference"), "swipe": mark("swipe")}
_TIPS = {
    "beside": mark("Show a picture of each network, one beside the other."),
    "difference": mark("Show by how much the gains of two networks differ."),
    "swipe": mark("Draw a divider over two networks in one picture."),
}


_TOGETHER, _SHORT = mark("all change together"), mark("together")
_BETWEEN = 8
_LOW = "QPushButton, QToolButton { padding: 3px 7px; min-height: 0; } QToolButton { padding-right: 18px; }"


class Ways(QObject):
    """``edited(gesture)`` and ``looked_into()`` when a person asks for it."""

    edited = Signal(Gesture)
    looked_into = Signal()

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.stages = Segments(_STAGES)
        self.shown = QToolButton()
        self.together, self.pin, self.inside = QPushButton(), QPushButton(), QPushButton()
        self.together.setCheckable(True)
        for button in (self.inside, self.together, self.pin, self.shown):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            # In a small window all of them stand beside the title.
            button.setStyleSheet(_LOW)
        self.stages.set_tight(True)
        self._add_quantities()
        self._say(phrases)
        self.stages.chosen.connect(self._stage)
        self.together.clicked.connect(self._move)
        self.pin.clicked.connect(self._pin)
        self.inside.clicked.connect(self.looked_into)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """Return the controls from left to right."""
        return self.inside, self.together, self.pin, self.shown, self.stages

    def fit(self, room: float) -> None:
        """Say the longest of them in full where all have as much ``room``, else in one word: no other is cut for it."""
        metrics, said = self.together.fontMetrics(), self.together.text()
        own = sum(control.sizeHint().width() + _BETWEEN for control in self.controls)
        whole = own + metrics.horizontalAdvance(tr(_TOGETHER)) - metrics.horizontalAdvance(said)
        text = tr(_TOGETHER) if whole <= room else tr(_SHORT)
        if text != said:
            self.together.setText(text)

    def show(self, exploration: Exploration) -> None:
        """Show what is chosen in ``exploration``, and what can be."""
        several = len(exploration.networks) > 1
        self.stages.set_value(exploration.stage)
        self.stages.setEnabled(several)
        self._show_quantity(exploration.lens.quantity)
        self.together.setChecked(exploration.together)
        self.together.setEnabled(several)
        self.pin.setEnabled(len(exploration.networks) < MOST_NETWORKS)

    def _show_quantity(self, quantity: str) -> None:
        """Say what the maps show, and offer what else they can."""
        self.shown.setText(symbol(quantity))
        for name, action in self._quantities.items():
            action.setChecked(name == quantity)

    def _add_quantities(self) -> None:
        menu = QMenu(self.shown)
        self._quantities = {name: menu.addAction(text, partial(self._choose, name)) for name, text in SYMBOLS.items()}
        for action in self._quantities.values():
            action.setCheckable(True)
        self.shown.setMenu(menu)
        self.shown.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _choose(self, quantity: str) -> None:
        self.edited.emit(Gesture.of(mark("Choose what the map shows"), Exploration.with_lens, quantity=quantity))

    def _stage(self, stage: str) -> None:
        self.edited.emit(Gesture.of(mark("Compare in another way"), staged, stage=stage))

    def _move(self, together: bool) -> None:
        self.edited.emit(Gesture.of(mark("Change together or one by one"), moved, together=together))

    def _pin(self) -> None:
        self.edited.emit(Gesture(mark("Pin the network"), pinned))

    def _say(self, phrases: Phrases) -> None:
        phrases.add(self.shown.setAccessibleName, mark("What the map shows"))
        phrases.add(
            partial(teach, self.shown),
            mark("What the maps show: the flow between states, or what the loss sends back in each network."),
        )
        phrases.add(self.inside.setText, mark("Look inside"))
        phrases.add(
            partial(teach, self.inside),
            mark("What the chosen cell of the framed network is made of; Z or a double click on a cell does the same."),
        )
        phrases.add(self.together.setText, _TOGETHER)
        phrases.add(self.together.setAccessibleName, _TOGETHER)
        phrases.add(
            partial(teach, self.together),
            mark("What all networks have in common is changed in all of them, or in the framed one alone."),
        )
        phrases.add(self.pin.setText, mark("Pin"))
        phrases.add(partial(teach, self.pin), mark("Keep the network as it is, beside a copy that goes on changing."))
        for name, tip in _TIPS.items():
            phrases.add(partial(self.stages.set_tip, name, key=""), tip)
        phrases.add(self.stages.setAccessibleName, mark("how the networks are compared"))
