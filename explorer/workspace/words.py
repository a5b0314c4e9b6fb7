"""A typed text as a row of tokens: words, punctuation marks, characters, sentence markers.

Each character is first turned into one letter that says what kind it is (``w`` letter, ``d`` digit, ``c``
Han or kana, ``s`` space, ``n`` newline, ...). The rules are written over these letters, and their spans fit
the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

Unit = Literal["word", "character"]

SENTENCE_START = "<s>"
SENTENCE_END = "</s>"
UNKNOWN = "<unk>"

_WORD = re.compile(
    r"<[wd]+>"  # a marker typed by hand: <unk>
    r"|[wd](?:[wdmz]|a(?=[wd])|(?<=d)[.,](?=d))*"  # don't, well-known, 3.14
    r"|cm*"  # no spaces to go by: each Han or kana character stands alone
    r"|[^sn]m*(?:z[^sn]m*)*"  # a punctuation mark or a symbol
)
_CHARACTER = re.compile(r".m*(?:z.?m*)*")
_SENTENCE_CLOSE = re.compile(r"(?:(?:(?<!d)\.|\.(?!d)|e)[^wdcsn<]*|n)[sn]*")

_SINGLE = {
    "\n": "n",
    **dict.fromkeys("!?。！？…؟।", "e"),
    **dict.fromkeys("'’-‐", "a"),
    **{c: c for c in ".,<>"},
}
_JOINERS = "\u200c\u200d"
_UNSPACED = ((0x3005, 0x3007), (0x3041, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_VISIBLE = str.maketrans({" ": "␣", "\n": "⏎", "\t": "⇥"})


class Token(NamedTuple):
    """One step of a text: ``text[start:end]``, and the label under which the network sees it.

    A sentence marker has no place in the text: its span is empty.
    """

    start: int
    end: int
    label: str

    @property
    def is_marker(self) -> bool:
        """Return whether this is a sentence marker that stands in no text."""
        return self.start == self.end


def tokens(text: str, unit: Unit, markers: bool = False) -> list[Token]:
    """Return the tokens of ``text`` in order.

    Words are runs of letters and digits with the apostrophes, hyphens and decimal points inside them; every
    punctuation mark and every Han or kana character is a token of its own. A "character" is what a reader
    takes for one: combining marks stay with their letter. A sentence ends at . ! ? 。！？ … or a newline.
    """
    kinds = text.translate(_KINDS)
    rule = _WORD if unit == "word" else _CHARACTER
    found = [Token(*m.span(), label(text[slice(*m.span())], unit)) for m in rule.finditer(kinds)]
    return _with_markers(found, kinds) if markers else found


def label(token: str, unit: Unit) -> str:
    """Return the label of a token: a word in lower case, a character as it is, with spaces made visible."""
    composed = unicodedata.normalize("NFC", token)
    return composed.lower() if unit == "word" else composed.translate(_VISIBLE)


def joined(left: str, right: str, unit: Unit) -> str:
    """Return ``left + right``, with a space between them where two words would otherwise become one."""
    fuse = unit == "word" and _count(left + right) != _count(left) + _count(right)
    return f"{left} {right}" if fuse else left + right


def typed(text: str, unit: Unit) -> str:
    """Return what was meant by ``text`` typed in the place of one token; empty if nothing was."""
    if unit == "word":
        return text.strip()
    return text.replace("␣", " ").replace("⏎", "\n").replace("⇥", "\t")


def _count(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text.translate(_KINDS)))


def _with_markers(found: list[Token], kinds: str) -> list[Token]:
    """Return the tokens with <s> before and </s> after each sentence."""
    closes = iter([*(m.end() for m in _SENTENCE_CLOSE.finditer(kinds)), len(kinds) + 1])
    close = 0
    marked: list[Token] = []
    for token in found:
        if token.start >= close:
            marked += _closing(marked)
            close = next(end for end in closes if end > token.start)
            marked.append(Token(token.start, token.start, SENTENCE_START))
        marked.append(token)
    return marked + _closing(marked)


def _closing(marked: list[Token]) -> list[Token]:
    return [Token(marked[-1].end, marked[-1].end, SENTENCE_END)] if marked else []


def _kind(character: str) -> str:
    if character in _SINGLE:
        return _SINGLE[character]
    if character in _JOINERS:
        return "z"
    code = ord(character)
    if any(low <= code <= high for low, high in _UNSPACED):
        return "c"
    return "m" if code in _SKIN_TONES else _kind_of_category(unicodedata.category(character))


def _kind_of_category(category: str) -> str:
    if category == "Nd":
        return "d"
    if category[0] in "LN" or category == "Pc":
        return "w"
    if category[0] == "M":
        return "m"
    return "s" if category[0] == "Z" or category in {"Cc", "Cf"} else "p"


class _Kinds(dict[int, str]):
    """The kind of each code point, looked up once."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


_KINDS = _Kinds()
