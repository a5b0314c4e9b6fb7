"""What stands in the heading of the unrolled network: the two legends, and the buttons for a step more or less."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from explorer.gui.controls.plain import set_tip
from explorer.gui.plot.theme import Theme, icon, put_icon
from explorer.gui.views.strip.legend import GainLegend
from explorer.gui.words.i18n import Phrases
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.words.numbers import power_of_ten, subscript

_SPACING = 10
_LOWEST = 0.9


class StripHeader(QWidget):
    """Legends and buttons; ``added()`` and ``removed()`` when a step is asked for or is to go.

    Where there is no room for both legends, that of the rings is left, and where there is none for it, the buttons.
    """

    added = Signal()
    removed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.rings, self.arrows = GainLegend(theme), GainLegend(theme)
        self._scales: tuple[tuple[str, str, str], ...] = ()
        self.add, self.remove = QToolButton(), QToolButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        # The header itself hides what does not fit; the row must not ask for more width before.
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        for widget in (self.arrows, self.rings, self.remove, self.add):
            row.addWidget(widget)
        for button, clicked in ((self.add, self.added), (self.remove, self.removed)):
            button.setAutoRaise(True)
            button.clicked.connect(clicked)
        self._say()
        self.dress(theme)

    def sizeHint(self) -> QSize:
        """Return the room for both legends and the buttons."""
        parts = (self.arrows, self.rings, self.remove, self.add)
        width = sum(part.sizeHint().width() for part in parts) + _SPACING * (len(parts) - 1)
        return QSize(width, max(part.sizeHint().height() for part in parts))

    def minimumSizeHint(self) -> QSize:
        """Return the room for the buttons, which may be a little lower where the words of the strip need it."""
        return QSize(self._buttons_width(), round(_LOWEST * self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out what has room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._buttons_width()
        rings, arrows = (part.sizeHint().width() + _SPACING for part in (self.rings, self.arrows))
        self.rings.setVisible(room >= self.rings.minimumSizeHint().width() + _SPACING)
        self.arrows.setVisible(room >= rings + arrows)

    def _buttons_width(self) -> int:
        return self.remove.sizeHint().width() + self.add.sizeHint().width() + _SPACING

    def _say(self) -> None:
        self.phrases.add(self.add.setAccessibleName, "Add a step")
        self.phrases.add(
            partial(set_tip, self.add),
            "Add a step at the end; with Ctrl, repeat step t. A longer path is a longer product.",
        )
        self.phrases.add(self.remove.setAccessibleName, "Remove a step")
        self.phrases.add(partial(set_tip, self.remove), "Remove the last step; with Ctrl, step t.")
        self.phrases.add(
            partial(set_tip, self.rings),
            "Rings: how much of the gradient of sₜ arrives at each sₖ. A full dark ring is all of it, a thin blue one "
            "what has vanished, a thick red one what explodes; a cross is exactly zero.",
        )
        self.phrases.add(
            partial(set_tip, self.arrows),
            "Arrows: what one step does to a gradient, the gain of Jₜ. Dark keeps it, thin blue shrinks it to ¼ or "
            "less, thick red grows it ×4 or more; dots are exactly zero.",
        )

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self.phrases.retranslate()
        put_icon(self.add, icon("plus", theme), theme)
        put_icon(self.remove, icon("minus", theme), theme)
        for legend in (self.rings, self.arrows):
            legend.dress(theme)
        self.updateGeometry()
        self._fit()

    def present(self, inspection: Inspection) -> None:
        """Show the scales of ``inspection``; the window is laid out anew only for other ones."""
        scales = _scales(inspection)
        if scales == self._scales:
            return
        self._scales = scales
        for legend, scale in zip((self.arrows, self.rings), scales, strict=True):
            legend.show_scale(*scale)
        self.updateGeometry()
        self._fit()


def _scales(inspection: Inspection) -> tuple[tuple[str, str, str], ...]:
    """Return what arrows and rings show, and the ends of their scales."""
    analysis = inspection.analysis
    low, high = power_of_ten(-analysis.decades), power_of_ten(analysis.decades)
    return (
        ("‖J‖" if analysis.exploration.lens.norm == "rms" else "‖J‖₂", "×¼", "×4"),
        (f"∂s{subscript(inspection.selection.t)}/∂sₖ", low, high),
    )
