"""Labelled sentences, one a line: a label, then a tab, then the sentence, or the sentence first and the label last.

Where a line has no tab, a comma, colon or semicolon outside of quotation marks, ASCII or full-width, stands for it: the one
nearest to the label. All labels of a text stand on one side: before the sentences, if every line has one there and each
stands in enough lines; else behind them, if that holds there; else where fewer different ones stand. Labels are compared in
lower case; quotation marks around a whole sentence, as a spreadsheet writes them, are taken off. Empty lines don't count.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from explorer.engine.errors import BadSequence, Names
from explorer.workspace.feed import tokens as words
from explorer.workspace.tasks.data import LEAST_OF_A_LABEL, LONGEST, MOST_LABELS, check_text
from explorer.workspace.words.reading import lines, without_invisible

_TAB, _FOR_A_TAB = re.compile("\t"), re.compile(r'"(?:[^"]|"")*"|(?P<mark>[,:;，：；])')
_LONGEST_LABEL = 40


class Labelled(NamedTuple):
    """A sentence with its label."""

    label: str
    text: str


def read_labelled(text: str, labels: tuple[str, ...] = ()) -> list[Labelled]:
    """Return the labelled sentences of a text, one a line, with ``labels`` only where some are given.

    Raises
    ------
    BadSequence
        With the number of the line that can't be read; or there are too many or too few sentences or labels.
    """
    check_text(text)
    numbered = {i: line.strip() for i, line in enumerate(lines(text), start=1) if without_invisible(line).strip()}
    if not numbered:
        raise BadSequence("There are no labelled sentences yet: open a file with one a line.")
    behind = _is_behind(list(numbered.values()), labels)
    found = [_read(i, line, labels, behind) for i, line in numbered.items()]
    _check(Counter(one.label for one in found))
    return found


# A data set asks half a dozen times, and is made anew where only the place of its loss is another.
@lru_cache(maxsize=20_000)
def tokens(sentence: str, unit: words.Unit = "word") -> tuple[str, ...]:
    """Return the words of a sentence, as the window reads them."""
    return tuple(token.label for token in words.tokens(sentence, unit))


def _is_behind(unread: list[str], labels: tuple[str, ...]) -> bool:
    """Return whether the labels of lines stand behind the sentences."""
    before, behind = (Counter(_parts(line, side)[0] for line in unread) for side in (False, True))
    if _are_labels(before, labels):
        return False
    return _are_labels(behind, labels) or _kinds(behind, labels) < _kinds(before, labels)


def _are_labels(count: Counter[str], labels: tuple[str, ...]) -> bool:
    """Return whether what stands on one side of all lines can be learnt as their labels."""
    enough = all(got >= LEAST_OF_A_LABEL and _fits(label, labels) for label, got in count.items())
    return enough and 2 <= len(count) <= MOST_LABELS


def _kinds(count: Counter[str], labels: tuple[str, ...]) -> int:
    """Return how many different labels there are, each line without one counted; one label for all tells nothing."""
    fitting = [label for label in count if _fits(label, labels)]
    return count.total() - sum(count[label] - 1 for label in fitting) if len(count) > 1 else count.total()


def _fits(label: str, labels: tuple[str, ...]) -> bool:
    return 0 < len(label) <= _LONGEST_LABEL and (not labels or label in labels)


def _read(number: int, line: str, labels: tuple[str, ...], behind: bool) -> Labelled:
    label, sentence = _parts(line, behind)
    if not label or len(label) > _LONGEST_LABEL:
        raise BadSequence(
            "Line {line} has no label: write the sentence, a tab, and the label."
            if behind
            else "Line {line} has no label: write the label, a tab, and the sentence.",
            line=number,
        )
    if labels and label not in labels:
        raise BadSequence(
            "Line {line} has the label “{label}”; the task has {choices}.",
            line=number, label=label, choices=Names(labels),
        )  # fmt: skip
    count = len(tokens(sentence, "word"))
    if not count:
        raise BadSequence("Line {line} has a label but no sentence.", line=number)
    if count > LONGEST:
        raise BadSequence("Line {line} has {got} words; at most {most} fit.", line=number, got=count, most=LONGEST)
    return Labelled(label, sentence)


def _parts(line: str, behind: bool) -> tuple[str, str]:
    """Return label and sentence of a line; no label where nothing parts them."""
    marks = list(_TAB.finditer(line)) or [found for found in _FOR_A_TAB.finditer(line) if found["mark"]]
    if not marks:
        return "", line
    mark = marks[-1 if behind else 0]
    first, last = line[: mark.start()], line[mark.end() :]
    label, sentence = (last, first.strip()) if behind else (first, last.strip())
    if len(sentence) > 1 and sentence[0] == sentence[-1] == '"':
        sentence = sentence[1:-1].replace('""', '"').strip()
    return unicodedata.normalize("NFC", without_invisible(label)).strip().strip('"').lower(), sentence


def _check(count: Counter[str]) -> None:
    if len(count) < 2:
        raise BadSequence("All sentences have the label “{label}”; at least two labels are needed.", label=min(count))
    if len(count) > MOST_LABELS:
        raise BadSequence("There are {got} labels; at most {most} fit.", got=len(count), most=MOST_LABELS)
    for label, got in count.items():
        if got < LEAST_OF_A_LABEL:
            raise BadSequence(
                "The label “{label}” has {got} sentences; at least {least} are needed.",
                label=label, got=got, least=LEAST_OF_A_LABEL,
            )  # fmt: skip
