"""The panel on the left: how the network is made, what it is fed, what it gives out."""

from __future__ import annotations

from pathlib import Path

from explorer.gui.panels.build.network import NetworkCard
from explorer.gui.panels.build.output import OutputCard
from explorer.gui.panels.build.sequence import SequenceCard
from explorer.gui.panels.cards import CardPanel
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark


class BuildPanel(CardPanel):
    """The network, its sequence and its output."""

    def __init__(self, theme: Theme) -> None:
        network, sequence, output = NetworkCard(theme), SequenceCard(theme), OutputCard(theme)
        super().__init__(theme, (network, sequence, output))
        self.network, self.sequence, self.output = network, sequence, output
        self.phrases.add(self.setAccessibleName, mark("Build panel"))

    def read_numbers(self, path: Path) -> None:
        """Let the person choose what to take from the CSV file ``path``, and feed it to the network."""
        self.sequence.read_csv(path)
