"""The panel on the left: how the network is made, what it is fed, what it gives out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent

from explorer.gui.panels.build.layers import LayersCard
from explorer.gui.panels.build.network import NetworkCard
from explorer.gui.panels.build.output import OutputCard
from explorer.gui.panels.build.sequence import SequenceCard
from explorer.gui.panels.cards import CardPanel
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.cells import Cell


class BuildPanel(CardPanel):
    """The network's layers, the chosen one of them, what the network is fed and what it gives out.

    ``cells_wanted()``: all cells are to be shown to choose from; ``choice_wanted()``: another layer or choice of the file
    that the network is from.
    """

    cells_wanted = Signal()
    choice_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        layers, network = LayersCard(theme), NetworkCard(theme)
        sequence, output = SequenceCard(theme), OutputCard(theme)
        super().__init__(theme, (layers, network, sequence, output))
        self.layers, self.network, self.sequence, self.output = layers, network, sequence, output
        network.cells_wanted.connect(self.cells_wanted)
        network.choice_wanted.connect(self.choice_wanted)
        self.phrases.add(self.setAccessibleName, mark("Build panel"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Read no file any more."""
        super().closeEvent(event)
        self.layers.rows.vectors.close()

    def edit_copy(self, cell: Cell) -> None:
        """Begin equations of the exploration's own with those of a cell."""
        self.network.edit_copy(cell)

    def read_numbers(self, path: Path) -> None:
        """Let the person choose what to take from the CSV file ``path``, and feed it to the network."""
        self.sequence.read_csv(path)
