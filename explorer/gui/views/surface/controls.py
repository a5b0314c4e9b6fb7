"""What the error surface is drawn over: two weights by their names, random directions, or the path of the training."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from explorer.engine import Network
from explorer.gui.controls.bare import Box
from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.segments import measure_anew
from explorer.gui.controls.stillness import set_shown
from explorer.gui.plot import theme as themes
from explorer.gui.plot.theme import Theme
from explorer.gui.views.surface.field import WeightField
from explorer.gui.words.i18n import Phrases, mark
from explorer.workspace.looks.surfaces import Directions

_KINDS = (
    ("weights", mark("Weights")),
    ("random", mark("Random")),
    ("path", mark("Path")),
)
_KIND_ROOM = 50
"""What a box to choose from needs beside its text: padding and the arrow."""
_LEAST_ROOM = 26
"""Pixels beside the word of a button, which is bolder while it is pressed."""


class SurfaceControls(QWidget):
    """The row above the picture. ``chosen(directions)``: other directions; ``whole``, ``compute``: what the buttons say;
    ``descents_wanted(bool)``: whether the two descents are to be drawn.
    """

    chosen = Signal(object)
    whole = Signal()
    compute = Signal()
    descents_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.kind, self.fields, self.die = Box(), (WeightField(), WeightField()), QToolButton()
        self.times, self.view_all = Label("×"), QToolButton()
        self.descents, self.start = QPushButton(), QPushButton()
        self._directions = Directions()
        self._build()
        self._say()

    def show_directions(self, directions: Directions, network: Network, has_path: bool) -> None:
        """Show what is chosen, for ``network``; the path can be chosen where there is one."""
        self._directions = directions
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(directions.kind))
        model = self.kind.model()
        assert isinstance(model, QStandardItemModel)
        model.item(self.kind.findData("path")).setEnabled(has_path)
        for field, weight in zip(self.fields, directions.weights, strict=True):
            field.show_weight(network, weight)
            set_shown(field, directions.kind == "weights")
        set_shown(self.times, directions.kind == "weights")
        set_shown(self.die, directions.kind == "random")

    def show_state(self, descents: bool, moved: bool, waiting: bool) -> None:
        """Show whether descents are drawn, whether another part is looked at, and whether work waits to be asked for."""
        with QSignalBlocker(self.descents):
            self.descents.setChecked(descents)
        set_shown(self.view_all, moved)
        set_shown(self.descents, not waiting)
        set_shown(self.start, waiting)

    def dress(self, theme: Theme) -> None:
        """Take on the theme and the language."""
        themes.put_icon(self.die, themes.icon("dice", theme), theme)
        themes.put_icon(self.view_all, themes.icon("whole", theme), theme)
        self.phrases.retranslate()
        self._fit_kind()
        for button in (self.descents, self.start):
            # The size that it keeps in mind may be that of another dress.
            measure_anew(button)
            button.ensurePolished()
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + _LEAST_ROOM)
        for field in self.fields:
            field.dress()

    def _fit_kind(self) -> None:
        """Give the kinds the room of the longest and no more: the heading beside them has the loss to say."""
        self.kind.ensurePolished()
        metrics = self.kind.fontMetrics()
        texts = (self.kind.itemText(i) for i in range(self.kind.count()))
        self.kind.setFixedWidth(max(metrics.horizontalAdvance(text) for text in texts) + _KIND_ROOM)

    def _build(self) -> None:
        for i, (key, text) in enumerate(_KINDS):
            self.kind.addItem("", key)
            self.phrases.add(partial(self.kind.setItemText, i), text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(4)
        self.die.setProperty("flat", True)
        self.descents.setCheckable(True)
        self.descents.setProperty("segment", True)
        self.descents.setProperty("tight", True)
        self.start.setProperty("primary", True)
        self.view_all.setProperty("flat", True)
        for widget in (self.fields[0], self.times, self.fields[1], self.die):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.view_all, self.descents, self.start):
            row.addWidget(button)
        for hidden in (*self.fields, self.times, self.die, self.view_all, self.start):
            hidden.hide()
        self.kind.currentIndexChanged.connect(lambda: self._change(kind=self.kind.currentData()))
        self.fields[0].chosen.connect(lambda weight: self._change(weights=(weight, self._directions.weights[1])))
        self.fields[1].chosen.connect(lambda weight: self._change(weights=(self._directions.weights[0], weight)))
        self.die.clicked.connect(lambda: self._change(seed=self._directions.seed + 1))
        self.view_all.clicked.connect(self.whole)
        self.start.clicked.connect(self.compute)
        self.descents.toggled.connect(self.descents_wanted)

    def _change(self, **changes: object) -> None:
        self._directions = replace(self._directions, **changes)  # type: ignore[arg-type]
        self.chosen.emit(self._directions)

    def _say(self) -> None:
        self.phrases.add(self.kind.setAccessibleName, "Axes of the error surface")
        self.phrases.add(
            partial(set_tip, self.kind),
            "What the loss is drawn over: two weights, all others held; two random directions through the present weights, "
            "in which every unit's weights move as far as they are long (Li et al. 2018); or the two directions in which the "
            "training moved most.",
        )
        self.phrases.add(self.fields[0].setAccessibleName, "Weight across")
        self.phrases.add(self.fields[1].setAccessibleName, "Weight upward")
        self.phrases.add(self.die.setAccessibleName, "Other random directions")
        self.phrases.add(partial(set_tip, self.die), "Draw two other random directions")
        self.phrases.add(self.descents.setText, "Descents")
        self.phrases.add(
            partial(set_tip, self.descents),
            "Two gradient descents from the present point, with the optimiser and the rate of the training, once with "
            "clipping and once without. They are held on the plane that is drawn.",
        )
        self.phrases.add(self.view_all.setAccessibleName, "Whole view")
        self.phrases.add(partial(set_tip, self.view_all), "Whole view: look again at what was shown first")
        self.phrases.add(self.start.setText, "Compute")
        self.phrases.add(
            partial(set_tip, self.start),
            "Work the surface out for the present weights: with this network it takes a while",
        )
