"""Words of the glossary, explained in the language that is now spoken."""

from __future__ import annotations

from explorer.gui.words.i18n import language, tr
from explorer.workspace.words.glossary import glossary


def explained(name: str) -> str:
    """Return the term ``name``, its symbol and its meaning, as one line."""
    term, code = glossary()[name], language()
    word = f"{term.titles[code]} {term.symbol}".rstrip()
    return tr("{word}: {meaning}").format(word=word, meaning=term.meaning[code])
