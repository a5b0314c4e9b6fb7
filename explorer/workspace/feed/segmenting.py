"""Chinese text with a space between its words, where the segmenter of the extra "words" is installed.

The words are written into the text once: what was parted can be seen, corrected by hand, and opened where no segmenter is.
"""

from __future__ import annotations

import importlib.util
import re

from explorer.engine.errors import BadSequence

_HAN = re.compile("[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KANA = re.compile("[\u3041-\u30ff]")


def is_chinese(text: str) -> bool:
    """Return whether a text is written in Han characters that no space parts; one with kana is Japanese."""
    return bool(_HAN.search(text)) and not _KANA.search(text)


def can_part() -> bool:
    """Return whether the segmenter is installed."""
    return importlib.util.find_spec("rjieba") is not None


def parted(text: str) -> str:
    """Return ``text`` with a space between Chinese words, and between them and what stands beside them without one.

    Raises
    ------
    BadSequence
        If no segmenter is installed.
    """
    if not can_part():
        raise BadSequence("No segmenter is installed that finds Chinese words: pip install rjieba.")
    import rjieba

    pieces: list[str] = []
    end = 0
    for run in _HAN.finditer(text):
        pieces += [text[end : run.start()], " ".join(rjieba.cut(run[0]))]
        end = run.end()
    pieces.append(text[end:])
    return _joined([piece for piece in pieces if piece])


def _joined(pieces: list[str]) -> str:
    """Return ``pieces`` in a row, letters and digits apart from the words that they touch."""
    whole = ""
    for piece in pieces:
        fuses = whole[-1:].isalnum() and piece[0].isalnum()
        whole += f" {piece}" if fuses else piece
    return whole
