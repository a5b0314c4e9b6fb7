"""`ShownRow`: what of a sweep is shown, and how: the quantity, a map or curves, and where the other axes stand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui.controls.names import NameChoice
from explorer.gui.controls.plain import teach
from explorer.gui.controls.segments import Segments
from explorer.gui.sweeps.words import quantity_title, setting_title, value_text
from explorer.gui.words.i18n import Phrases, mark
from explorer.gui.words.joining import noted
from explorer.workspace.sweeps.slices import Showing, plain_axes
from explorer.workspace.sweeps.sweep import Sweep

MAP, CURVES = "map", "curves"
_LEAST, _MOST = 9, 270
"""Characters of a quantity, and pixels."""


class ShownRow(QWidget):
    """A row above the picture; ``changed()`` when a person wants to see something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.showing: Showing | None = None
        self._sweep: Sweep | None = None
        self.quantity, self.way = NameChoice(), Segments({MAP: mark("Heat map"), CURVES: mark("Curves")})
        self.turn = QPushButton()
        self._others: dict[int, NameChoice] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        for part in (self.quantity, self.way, self.turn):
            self._row.addWidget(part, 1 if part is self.quantity else 0)
        self._row.addStretch(0)
        self.quantity.setMinimumContentsLength(_LEAST)
        self.quantity.setMaximumWidth(_MOST)
        self.way.set_value(MAP)
        self.turn.setAutoDefault(False)
        add = self.phrases.add
        add(self.quantity.setAccessibleName, mark("Quantity shown"))
        add(partial(teach, self.quantity), mark("Which of the measured quantities the picture shows."))
        add(self.turn.setText, mark("Turn"))
        add(partial(teach, self.turn), mark("Let the axes change places."))
        add(self._teach_ways, mark("A colour for every point, or a curve for every value of the second axis."))
        self.quantity.chosen.connect(self._choose)
        self.way.chosen.connect(self._go)
        self.turn.clicked.connect(self._swap)

    @property
    def maps(self) -> bool:
        """Return whether a map is wanted, and there are two axes for one."""
        return self.way.value == MAP and self.showing is not None and self.showing.up is not None

    def retranslate(self) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()
        self.way.retranslate()
        if self._sweep is not None:
            self._name(self._sweep)

    def offer(self, sweep: Sweep) -> None:
        """Offer what there is of ``sweep``; what was shown stays, where there is such a thing."""
        before, self._sweep = self.showing, sweep
        first = Showing.first(sweep)
        known = before is not None and before.quantity in sweep.quantities
        self.showing = Showing(
            before.quantity if before and known else first.quantity, first.across, first.up, first.at
        )
        self.way.set_value(MAP if self.showing.is_map_of(sweep) else CURVES)
        self._list_others(sweep)
        self._name(sweep)
        self._show()

    def _name(self, sweep: Sweep) -> None:
        self.quantity.offer({name: quantity_title(name) for name in sweep.quantities})
        for number, choice in self._others.items():
            axis = sweep.axes[number]
            choice.setAccessibleName(setting_title(axis.name))
            teach(choice, setting_title(axis.name))
            choice.offer(
                {str(i): noted(value_text(value), setting_title(axis.name)) for i, value in enumerate(axis.values)}
            )

    def _list_others(self, sweep: Sweep) -> None:
        """Make a choice for each axis that is not shown."""
        assert self.showing is not None
        for choice in self._others.values():
            self._row.removeWidget(choice)
            choice.deleteLater()
        numbers = [i for i in plain_axes(sweep) if i not in (self.showing.across, self.showing.up)]
        self._others = {number: NameChoice() for number in numbers}
        for number, choice in self._others.items():
            choice.setSizeAdjustPolicy(choice.SizeAdjustPolicy.AdjustToContents)
            self._row.insertWidget(self._row.count() - 1, choice)
            choice.chosen.connect(partial(self._stand, number))

    def _show(self) -> None:
        assert self.showing is not None
        self.quantity.set_value(self.showing.quantity)
        two = self.showing.up is not None
        self.way.setVisible(two)
        self.turn.setVisible(two)
        for number, choice in self._others.items():
            choice.set_value(str(self.showing.at[number]))

    def _put(self, showing: Showing) -> None:
        self.showing = showing
        self._show()
        self.changed.emit()

    @Slot(str)
    def _choose(self, name: str) -> None:
        if self.showing is not None:
            self._put(Showing(name, self.showing.across, self.showing.up, self.showing.at))

    @Slot(str)
    def _go(self, way: str) -> None:
        self.way.set_value(way)
        self.changed.emit()

    @Slot()
    def _swap(self) -> None:
        shown = self.showing
        if shown is not None and shown.up is not None:
            self._put(Showing(shown.quantity, shown.up, shown.across, shown.at))

    @Slot(str)
    def _stand(self, number: int, index: str) -> None:
        shown = self.showing
        if shown is not None:
            at = tuple(int(index) if i == number else old for i, old in enumerate(shown.at))
            self._put(Showing(shown.quantity, shown.across, shown.up, at))

    def _teach_ways(self, text: str) -> None:
        for name in (MAP, CURVES):
            self.way.set_tip(name, text, "")
