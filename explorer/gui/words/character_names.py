"""What the characters are called that print nothing: a chip has a sign for each, and this names them."""

from __future__ import annotations

import unicodedata
from collections import Counter

from explorer.gui.words.i18n import listed, mark, tr
from explorer.workspace.feed import tokens as words

_NAMES = {
    " ": mark("space"),
    "\n": mark("line break"),
    "\t": mark("tab"),
    "\r": mark("carriage return"),
    "\u00a0": mark("no-break space"),
    "\u00ad": mark("soft hyphen"),
    "\u200b": mark("zero-width space"),
    "\u200c": mark("zero-width non-joiner"),
    "\u200d": mark("zero-width joiner"),
    "\u200e": mark("left-to-right mark"),
    "\u200f": mark("right-to-left mark"),
    "\u2028": mark("line separator"),
    "\u2029": mark("paragraph separator"),
    "\u202f": mark("narrow no-break space"),
    "\u2060": mark("word joiner"),
    "\u3000": mark("full-width space"),
    "\ufeff": mark("byte order mark"),
}


def unseen_name(token: str) -> str:
    """Return what a token, or the label of one, is called if it prints nothing: "no-break space"; "" for any other."""
    token = words.typed(token, "character")
    if not token or not all(map(words.is_blank, token)):
        return ""
    return listed([_name(character) for character in token.replace("\r\n", "\n")])


def invisible_in(text: str) -> str:
    """Return which characters of a text nobody sees, and how often each is there; spaces and ends of lines are expected."""
    tokens = (token.label for token in words.tokens(text, "character"))
    count = Counter(name for name in map(unseen_name, tokens) if name)
    for usual in " \n\t":
        del count[_name(usual)]
    return listed([f"{name} ×{times}" for name, times in count.items()])


def _name(character: str) -> str:
    if character in _NAMES:
        return tr(_NAMES[character])
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()
