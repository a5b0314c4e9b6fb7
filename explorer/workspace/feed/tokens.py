"""A typed text as a row of tokens: words, punctuation marks, characters, sentence markers.

A text is first parted into what a reader takes for characters, and each of these turned into one letter that says
what kind it is (``w`` letter, ``d`` digit, ``c`` Han or kana, ``s`` space, ``n`` line end, ...). The rules are written
over these letters.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from explorer.workspace.words.reading import one_line_end, without_invisible

Unit = Literal["word", "character", "spaced"]
"""What a step is: a word, a character, or a word where spaces part the words, those of Chinese and Japanese too."""

SENTENCE_START = "<s>"
SENTENCE_END = "</s>"
UNKNOWN = "<unk>"

_WORD = re.compile(
    r"</?[wd]+>"  # a marker typed by hand: <unk>, </s>
    r"|[wd](?:i*(?:[wd]|a(?=[wd])|(?<=d)[.,](?=d)))*"  # don't, well-known, 3.14
    r"|[^sni]"  # a punctuation mark, a symbol, or a Han or kana character: there are no spaces to go by
)
_SPACED = re.compile(_WORD.pattern.replace("[wd]", "[wdc]").replace("</?[wdc]+>", "</?[wd]+>"))
_CHARACTER = re.compile(r".")
_RULES = {"word": _WORD, "character": _CHARACTER, "spaced": _SPACED}
_SENTENCE_CLOSE = re.compile(r"(?:(?:(?<!d)\.|\.(?!d)|e)[^wdcsn<]*|n)[sn]*")
# Texts in which each code point is a character of its own: the table of all others takes long to load.
_SIMPLE = re.compile(r"[\n\t -\u02ff\u2010-\u2027\u3000-\u3029\u3041-\u3096\u30a0-\u9fff\uac00-\ud7a3\uff01-\uff9d]*")

_SINGLE = {
    **dict.fromkeys("\n\r", "n"),
    **dict.fromkeys("!?。！？…؟।", "e"),
    **dict.fromkeys("'’＇-‐‑", "a"),
    **{c: c for c in ".,<>/"},
    "\u200b": "s",
}
_JOINERS = "\u200c\u200d"
_UNSPACED = ((0x3005, 0x3007), (0x3041, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_VISIBLE = str.maketrans({" ": "␣", "\n": "⏎", "\t": "⇥"})
_SIGNS = {
    "\u00a0": "NBSP", "\u00ad": "SHY", "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM",
    "\u202f": "NNBSP", "\u2060": "WJ", "\ufeff": "BOM",
}  # fmt: skip
"""What Unicode's code charts write in the place of a character that prints nothing."""
# Fillers of Hangul, the blank of Braille, selectors of a form: no spaces to Unicode, and yet nothing to see.
_BLANK = "\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f"
_TYPED = str.maketrans({"␣": " ", "⏎": "\n", "⇥": "\t"})
# One word, whichever apostrophe or hyphen the keyboard has.
_SPELLING = str.maketrans({"’": "'", "ʼ": "'", "＇": "'", "‐": "-", "‑": "-"})


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
    punctuation mark and every Han or kana character is a token of its own, but where words are "spaced", in which
    Han and kana are letters as others. A "character" is what a reader
    takes for one, an extended grapheme cluster (Unicode Standard Annex 29): a letter with its marks, a syllable of
    Hangul, a flag, a family of emoji. A sentence ends at . ! ? 。！？ … or a newline, and where ``</s>`` is typed; no
    marker is put where one is typed.
    """
    starts, kinds = _parted(text)
    spans = ((starts[m.start()], starts[m.end()]) for m in _RULES[unit].finditer(kinds))
    found = [Token(start, end, label(text[start:end], unit)) for start, end in spans]
    return _with_markers(found, [starts[m.end()] for m in _SENTENCE_CLOSE.finditer(kinds)]) if markers else found


@lru_cache(maxsize=10_000)
def label(token: str, unit: Unit) -> str:
    """Return the label of a token: a word in lower case and one spelling, a character as it is, with spaces made visible."""
    plain = same(token, unit)
    if unit == "character":
        return one_line_end(plain).translate(_VISIBLE)
    return without_invisible(plain).translate(_SPELLING).strip(_JOINERS) if len(plain) > 1 else plain


def same(token: str, unit: Unit) -> str:
    """Return what two tokens share that nobody would tell apart: accents composed, and a word in lower case."""
    composed = unicodedata.normalize("NFC", token)
    return composed if unit == "character" else composed.lower()


def places(names: Iterable[str], unit: Unit) -> dict[str, int]:
    """Return the place of each label in a vocabulary; where names share it, that of the label itself or else the first."""
    given = list(enumerate(names))
    return {label(name, unit): i for i, name in reversed(given)} | {name: i for i, name in given}


def visible(token: str) -> str:
    """Return a token so that it is seen: where it would print nothing, the signs ␣ ⏎ ⇥, abbreviations or numbers."""
    if not all(map(is_blank, token)):
        return token
    return " ".join(map(_sign, label(token, "character")))


def _sign(character: str) -> str:
    return _SIGNS.get(character, f"U+{ord(character):04X}" if is_blank(character) else character)


def is_blank(character: str) -> bool:
    """Return whether a character prints nothing."""
    category = unicodedata.category(character)
    return category[0] == "Z" or category in {"Cc", "Cf"} or character in _BLANK


def joined(left: str, right: str, unit: Unit) -> str:
    """Return ``left + right``, with a space between them where two words would otherwise become one."""
    fuse = unit != "character" and _count(left + right, unit) != _count(left, unit) + _count(right, unit)
    return f"{left} {right}" if fuse else left + right


def typed(text: str, unit: Unit) -> str:
    """Return what was meant by ``text`` typed in the place of one token; empty if nothing was."""
    return text.translate(_TYPED) if unit == "character" else text.strip()


def _count(text: str, unit: Unit) -> int:
    return sum(1 for _ in _RULES[unit].finditer(_parted(text)[1]))


def _parted(text: str) -> tuple[Sequence[int], str]:
    """Return where the characters of a text begin, with the end of the text, and the kinds that they are of."""
    if _SIMPLE.fullmatch(text):
        return range(len(text) + 1), text.translate(_KINDS)
    import regex

    characters: list[str] = regex.findall(r"\X", text)
    kinds = "".join(character[0] for character in characters).translate(_KINDS)
    return [0, *accumulate(map(len, characters))], kinds


def _with_markers(found: list[Token], ends: list[int]) -> list[Token]:
    """Return the tokens with <s> before and </s> after each sentence that has none; sentences end at ``ends``, too."""
    marked: list[Token] = []
    borders, border = iter([*ends, sys.maxsize]), 0
    for token in found:
        beyond = token.start >= border
        if beyond:
            border = next(end for end in borders if end > token.start)
        if token.label == SENTENCE_START or (beyond and token.label != SENTENCE_END):
            marked += _closing(marked, [SENTENCE_START, SENTENCE_END])
        ended = marked and marked[-1].label == SENTENCE_END and token.label != SENTENCE_END
        if token.label != SENTENCE_START and (ended or not marked):
            marked.append(Token(token.start, token.start, SENTENCE_START))
        marked.append(token)
    return marked + _closing(marked, [SENTENCE_END])


def _closing(marked: list[Token], unless: list[str]) -> list[Token]:
    if not marked or marked[-1].label in unless:
        return []
    return [Token(marked[-1].end, marked[-1].end, SENTENCE_END)]


def _kind(character: str) -> str:
    if character in _SINGLE:
        return _SINGLE[character]
    if character in _JOINERS or not without_invisible(character):
        return "i"
    code = ord(character)
    if any(low <= code <= high for low, high in _UNSPACED):
        return "c"
    return _kind_of_category(unicodedata.category(character))


def _kind_of_category(category: str) -> str:
    if category == "Nd":
        return "d"
    # Some vowel signs of Myanmar and Khmer are characters of their own.
    if category[0] in "LNM" or category == "Pc":
        return "w"
    return "s" if category[0] == "Z" or category in {"Cc", "Cf"} else "p"


class _Kinds(dict[int, str]):
    """The kind of each code point, looked up once."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


_KINDS = _Kinds()
