"""What the tests of the panels share: a desk on which a panel's edits take effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel

from explorer.engine.errors import Refusal
from explorer.gui import i18n
from explorer.gui.panels.panel import Panel
from explorer.workspace.exploration import Exploration


@dataclass
class Desk:
    """A panel with the least of a controller: what it emits is applied, refusals are told back."""

    panel: Panel
    exploration: Exploration = field(default_factory=Exploration)
    merges: list[str] = field(default_factory=list)
    releases: int = 0

    def __post_init__(self) -> None:
        self.panel.edited.connect(self.take)
        self.panel.released.connect(self.seal)
        self.show(self.exploration)

    def take(self, label: str, change: Callable[[Exploration], Exploration], merge: str) -> None:
        assert label
        self.merges.append(merge)
        try:
            after = change(self.exploration)
        except Refusal as refusal:
            self.panel.show_refusal(i18n.say(refusal))
            return
        self.panel.show_refusal("")
        if after != self.exploration:
            self.show(after)

    def seal(self) -> None:
        self.releases += 1

    def show(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.panel.present(exploration, None)

    def complaints(self) -> list[str]:
        labels = self.panel.findChildren(QLabel)
        return [x.text() for x in labels if x.property("wrong") is True and x.isVisibleTo(self.panel)]


@pytest.fixture
def desk_of(qapp) -> Iterator[Callable[[Panel], Desk]]:  # noqa: ARG001 - Qt must run
    panels: list[Panel] = []

    def make(panel: Panel) -> Desk:
        panels.append(panel)
        panel.resize(280, 1200)
        panel.show()
        return Desk(panel)

    yield make
    for panel in panels:
        panel.close()
        shiboken6.delete(panel)
    i18n.set_language("en")
