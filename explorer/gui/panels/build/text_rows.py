"""The rows of the Sequence card for a text: what is written, whether its sentences are marked, which words are known."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from explorer.gui.controls.typed_text import TypedText
from explorer.gui.panels.panel import Card, Field
from explorer.gui.panels.sources import about_text, about_unknown, format_vocabulary, parsed_vocabulary, with_text
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Sequence, Text
from explorer.workspace.feed.sequences import feed


class TextRows:
    """Rows of ``card`` that are there while the network is fed a text; what is being typed stays as it is typed."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._shown: Text | None = None
        self.text, self.markers, self.vocabulary = TypedText(3), QCheckBox(), TypedText(1)
        self._text = card.add_row(
            mark("te&xt"),
            mark("Each word, or each character, is one step; it is fed in while you type."),
            self.text,
            under=True,
        )
        self._markers = card.add_row(
            mark("sentences"), mark("Feeds <s> before and </s> after each sentence: steps of their own."), self.markers
        )
        card.phrases.add(self.markers.setText, mark("mark <s> </s>"))
        self._vocabulary = card.add_row(
            mark("vocabular&y"),
            mark("The words that the network knows, apart by spaces. What is not among them is fed in as <unk>."),
            self.vocabulary,
        )
        card.phrases.add(self.vocabulary.setPlaceholderText, mark("the text’s own"))
        self.text.typed.connect(lambda text: self._edit(self._text, mark("Edit the text"), "text", text=text))
        self.markers.clicked.connect(lambda on: self._edit(self._markers, mark("Mark the sentences"), "", markers=on))
        self.vocabulary.typed.connect(self._edit_vocabulary)

    def show(self, sequence: Sequence) -> None:
        """Show ``sequence`` if it is a text."""
        for field in (self._text, self._markers, self._vocabulary):
            field.show_only_if(isinstance(sequence, Text))
        self._shown = sequence if isinstance(sequence, Text) else None
        if self._shown is not None:
            self._show(self._shown)

    def explain(self, text: Text) -> None:
        """Say in the language that is now spoken what becomes of ``text``."""
        seen = feed(text)
        self._text.explain(about_text(text, seen))
        self._vocabulary.explain(about_unknown(seen))

    def _show(self, text: Text) -> None:
        if self.text.toPlainText() != text.text:
            self.text.write(text.text)
        self._text.complain("")
        self.markers.setChecked(text.markers)
        if parsed_vocabulary(self.vocabulary.toPlainText(), text.unit) != text.vocabulary:
            self.vocabulary.write(format_vocabulary(text.vocabulary))
            self._vocabulary.complain("")

    def _edit(self, field: Field, name: str, merge: str, **changes: object) -> None:
        self._card.edit(field, name, with_text, merge, **changes)

    def _edit_vocabulary(self, text: str) -> None:
        if self._shown is not None:
            vocabulary = parsed_vocabulary(text, self._shown.unit)
            self._edit(self._vocabulary, mark("Edit the vocabulary"), "vocabulary", vocabulary=vocabulary)
