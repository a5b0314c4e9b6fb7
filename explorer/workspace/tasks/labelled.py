"""Labelled sentences, one a line: a label, then a tab, then the sentence.

Where a line has no tab, its first comma or colon, ASCII or full-width, stands for it. Labels are compared in lower case;
quotation marks around a whole sentence, as a spreadsheet writes them, are taken off. Empty lines don't count.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from explorer.engine.errors import BadSequence
from explorer.workspace import words
from explorer.workspace.reading import lines, without_invisible
from explorer.workspace.tasks.limits import LEAST_OF_A_LABEL, LONGEST, MOST_LABELS, check_text

_COMMA_OR_COLON = re.compile(r"[,:，：]")
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
    numbered = enumerate(lines(text), start=1)
    found = [_read(i, line.strip(), labels) for i, line in numbered if without_invisible(line).strip()]
    if not found:
        raise BadSequence("There are no labelled sentences yet: open a file with one a line.")
    _check(Counter(one.label for one in found))
    return found


def tokens(sentence: str) -> list[str]:
    """Return the words of a sentence, as the window reads them."""
    return [token.label for token in words.tokens(sentence, "word")]


def _read(number: int, line: str, labels: tuple[str, ...]) -> Labelled:
    label, sentence = _parts(line)
    if not label or len(label) > _LONGEST_LABEL:
        raise BadSequence("Line {line} has no label: write the label, a tab, and the sentence.", line=number)
    if labels and label not in labels:
        raise BadSequence(
            "Line {line} has the label “{label}”; the task has {choices}.",
            line=number, label=label, choices=", ".join(labels),
        )  # fmt: skip
    count = len(tokens(sentence))
    if not count:
        raise BadSequence("Line {line} has a label but no sentence.", line=number)
    if count > LONGEST:
        raise BadSequence("Line {line} has {got} words; at most {most} fit.", line=number, got=count, most=LONGEST)
    return Labelled(label, sentence)


def _parts(line: str) -> tuple[str, str]:
    """Return label and sentence of a line; no label where nothing parts them."""
    mark = re.search("\t", line) or _COMMA_OR_COLON.search(line)
    if mark is None:
        return "", line
    sentence = line[mark.end() :].strip()
    if len(sentence) > 1 and sentence[0] == sentence[-1] == '"':
        sentence = sentence[1:-1].replace('""', '"').strip()
    return without_invisible(line[: mark.start()]).strip().strip('"').lower(), sentence


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
