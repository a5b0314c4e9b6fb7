"""By what the product of a stack is taken apart: by direct path and weights, or by layers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.gui.controls.plain import set_tip
from explorer.gui.controls.segments import Segments
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import Phrases, language, mark
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection


class SplitSwitch(QWidget):
    """Two buttons, which are there for a stack alone; ``edited`` as a view's."""

    edited = Signal(Gesture)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.segments = Segments({"paths": mark("paths"), "layers": mark("layers")})
        self.segments.set_tight(True)
        self.segments.chosen.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.segments)
        self.setVisible(False)
        self.phrases.add(self.segments.setAccessibleName, "What the product is split by")
        paths, layers = (self.segments.buttons[name] for name in ("paths", "layers"))
        self.phrases.add(
            partial(set_tip, paths), "Split into the direct path, with all gates held fixed, and the rest."
        )
        self.phrases.add(
            partial(set_tip, layers),
            "Split by where a path leaves its layer: never; in its first step, up and then along time; in its last, along "
            "time and then up; or in between. The parts add up to the whole product.",
        )

    def present(self, inspection: Inspection) -> None:
        """Show what the product is split by, where there is a choice."""
        self.setVisible(inspection.analysis.run.is_stack and inspection.unsplit is None)
        self.segments.set_value(inspection.analysis.exploration.lens.split)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        for button in self.segments.buttons.values():
            button.setFont(font(theme, language(), 0.86))
        self.segments.retranslate()
        self.phrases.retranslate()

    def _choose(self, name: str) -> None:
        self.edited.emit(Gesture.of(mark("Choose what the product is split by"), Exploration.with_lens, split=name))
