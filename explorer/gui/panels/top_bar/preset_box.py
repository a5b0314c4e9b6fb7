"""The box that says which preset or file is shown, and whether it was changed since; it opens the presets."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from explorer.gui.controls.bare import Box
from explorer.gui.controls.choice import beginnings, paint_box
from explorer.gui.words.i18n import language, tr
from explorer.workspace.disk.origin import Origin

_NONE = "—"


class PresetBox(Box):
    """Names an `Origin`; ``asked()`` when a person wants to see all presets, by the keys and the click that open a box."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.origin = Origin()
        self._told: tuple[Origin, str] | None = None
        self._names: list[str] = []
        self.addItem(_NONE)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> str:
        """Return the name of the preset that is shown, changed or not; "" for none."""
        return self.origin.preset.name if self.origin.preset else ""

    def show_origin(self, origin: Origin) -> None:
        """Say what is on the screen, in the language that is now spoken."""
        if (origin, language()) == self._told:
            return
        self.origin, self._told = origin, (origin, language())
        one = origin.preset
        titles = [_NONE] if one is None else [words.get(language(), words["en"]) for words in (one.titles, one.short)]
        names = [origin.file] if origin.file else titles
        # A name may be said without its last words where they have no room, but never without the change.
        names += beginnings(names[-1])
        self._names = _changed(names) if origin.changed else names
        self.setItemText(0, self._names[0])
        self.update()

    def showPopup(self) -> None:
        """Ask for the presets: they are no list."""
        self.asked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the button to come up: what opens then is not released again."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the presets."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box, with the longest form of the name that has room."""
        metrics = self.fontMetrics()
        paint_box(self, lambda room: next((one for one in self._names if metrics.horizontalAdvance(one) <= room), ""))


def _changed(names: list[str]) -> list[str]:
    """Return ``names`` with the mark of a change, in words or, where these have no room, as a sign."""
    said = [tr("{name} · changed").format(name=name) for name in names]
    return [*said, *(f"{name} *" for name in names), "*"]
