"""One out of names that are not the program's own words: classes, columns, what has a title in every language."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.gui.controls.choice import Choice


class NameChoice(Choice):
    """A list whose entries come and go; they are shown as they are, in no language but their own."""

    def __init__(self) -> None:
        super().__init__({})

    def offer(self, labels: Mapping[str, str]) -> None:
        """Offer ``labels``, names and what they are called; what is chosen stays where it is still there."""
        if labels == self._labels:
            return
        value, self._labels = self.currentData(), dict(labels)
        self.clear()
        for name, label in labels.items():
            self.addItem(label, name)
        self.setCurrentIndex(self.findData(value))

    def retranslate(self) -> None:
        """Leave the entries as they are."""
