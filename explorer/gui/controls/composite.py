"""Controls made of several, and the look of one whose text is refused."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget


def mark_wrong(control: QWidget, wrong: bool) -> None:
    """Give a control, and what it is made of, the look of one whose text is refused, or take it away."""
    for part in (control, *control.findChildren(QWidget)):
        if bool(part.property("wrong")) != wrong:
            part.setProperty("wrong", wrong)
            part.style().unpolish(part)
            part.style().polish(part)


class Composite(QWidget):
    """A control made of several; its accessible name and description are those of the parts ``named``.

    What is ``described`` has a name of its own, and shares the description.
    """

    named: tuple[QWidget, ...] = ()
    described: tuple[QWidget, ...] = ()

    def setAccessibleDescription(self, description: str) -> None:
        """Describe the parts."""
        super().setAccessibleDescription(description)
        for part in (*self.named, *self.described):
            part.setAccessibleDescription(description)

    def setAccessibleName(self, name: str) -> None:
        """Name the parts."""
        super().setAccessibleName(name)
        for part in self.named:
            part.setAccessibleName(name)


def side_by_side(*parts: QWidget) -> Composite:
    """Return a control that shares its width among ``parts``."""
    pair = Composite()
    pair.described = parts
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for part in parts:
        part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(part)
    return pair
