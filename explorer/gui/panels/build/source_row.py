"""The row that says which file a network is from, and leads to what else could be taken of it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from explorer.gui.controls.plain import in_menu
from explorer.gui.panels.panel import Card
from explorer.gui.words.choice_words import chosen_label
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Recipe


class SourceRow:
    """Names the file, the layer and what was chosen of what the file leaves open; its ``button`` asks for another."""

    def __init__(self, card: Card) -> None:
        self.button = QPushButton()
        self._row = card.add_row(
            mark("taken from"),
            mark(
                "The file that the weights are from. Another of its layers, and other choices of what it leaves open, can be"
                " taken: each says what the network hears then."
            ),
            self.button,
        )
        self._row.show_only_if(False)

    def show(self, recipe: Recipe) -> None:
        """Show where the network of ``recipe`` is from; nothing where it was made here."""
        imported = recipe.imported
        self._row.show_only_if(imported is not None)
        if imported is None:
            return
        name = tr("{network} of “{file}” …").format(network=imported.network, file=imported.file_name)
        self.button.setText(in_menu(name))
        self.button.setAccessibleName(name)
        self._row.explain("\n".join(chosen_label(one.key, one.value) for one in imported.chosen))
