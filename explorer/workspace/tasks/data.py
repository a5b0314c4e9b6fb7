"""A task's data: the lines that come with the program, what is too much or too little, and what is held out.

Held out is always the same: every fifth of the examples that differ, with all its copies. What is learnt from is not held
out: who has seen an example knows its copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from explorer.engine.errors import BadSequence
from explorer.engine.learning.examples import Examples
from explorer.paths import resources
from explorer.workspace.tasks.symbols import Indices, OneHot
from explorer.workspace.words.sentence import Sentence

T = TypeVar("T")
EVERY = 5
"""Every fifth example is held out."""
MOST_TEXT = 200_000
"""Characters: about forty thousand words, an epoch of some minutes."""
LEAST_SENTENCES = 10
LEAST_CHARACTERS = 250
LEAST_OF_A_LABEL = 5
"""One of every five is held out, of every label."""
MOST_LABELS = 20
LONGEST = 200
"""Words of a labelled sentence."""
LEAST_ROWS = 25
MOST_CLASSES = 10
"""A column of whole numbers with more different ones than these is predicted as a number."""


class Split(NamedTuple, Generic[T]):
    """The examples to learn from and those held out, and in words how many there were."""

    learnt: list[T]
    held: list[T]
    told: Sentence


def shipped_lines(name: str) -> list[str]:
    """Return the lines of a file in ``resources/tasks``; one that begins with ``#`` says something about the file."""
    text = (resources() / "tasks" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def check_text(text: str) -> None:
    """Refuse a text that is too long to learn in a sitting.

    Raises
    ------
    BadSequence
        With its length and what fits.
    """
    if len(text) > MOST_TEXT:
        raise BadSequence(
            "The text has {got} characters; at most {most} fit: shorten it.", got=len(text), most=MOST_TEXT
        )


def split(items: Sequence[T], key: Callable[[T], object], label: Callable[[T], object] = lambda _: None) -> Split[T]:
    """Return ``items``, two of which are one example if they have the same ``key``, with every fifth example held out.

    Of each ``label`` apart, every fifth, or the last of fewer. Where no label has two different ones nothing new can be held
    out, and every fifth copy is, which is told.
    """
    labels: dict[object, object] = {}
    for item in items:
        labels.setdefault(key(item), label(item))
    held = _every_fifth(labels.items())
    if held:
        learnt, apart = _parted(items, [key(item) in held for item in items])
        return Split(learnt, apart, _told(len(items), len(labels), len(held)))
    numbers = _every_fifth((i, label(item)) for i, item in enumerate(items))
    learnt, apart = _parted(items, [i in numbers for i in range(len(items))])
    return Split(learnt, apart, told_of_copies())


def told_of_copies() -> Sentence:
    """Return what is to be said where nothing that is held out is new."""
    return Sentence(
        "All that is held out stands in what is learnt from, too: the held-out scores say nothing about what is new."
    )


def told_of_windows(windows: int, new: int) -> Sentence:
    """Return how many of the ``windows`` in the part that is held out are ``new``: the others are left out."""
    if not new:
        return told_of_copies()
    values = {"new": f"{new:,}", "all": f"{windows:,}"}
    if new == windows:
        return Sentence("Held out: the last fifth (windows: {all}).", values)
    return Sentence(
        "Held out: of the last fifth the windows that stand nowhere in what is learnt from ({new} of {all}).",
        values,
    )


def some(examples: Examples, count: int) -> Examples:
    """Return ``count`` of ``examples``, evenly spread; all where there are no more."""
    chosen = [i * len(examples) // count for i in range(count)] if count < len(examples) else range(len(examples))
    inputs = examples.inputs
    if isinstance(inputs, OneHot):
        rows: list[Indices] = [inputs.rows[i] for i in chosen]
        picked = OneHot(rows, inputs.width)
        return Examples(picked, [examples.targets[i] for i in chosen], examples.loss, examples.at)
    return Examples([inputs[i] for i in chosen], [examples.targets[i] for i in chosen], examples.loss, examples.at)


def _every_fifth(labelled: Iterable[tuple[object, object]]) -> set[object]:
    """Return every fifth of those with one label, or the last of two to four."""
    by_label: dict[object, list[object]] = {}
    for one, label in labelled:
        by_label.setdefault(label, []).append(one)
    return {one for every in by_label.values() for one in every[EVERY - 1 :: EVERY] or every[1:][-1:]}


def _parted(items: Sequence[T], held: Sequence[bool]) -> tuple[list[T], list[T]]:
    pairs = list(zip(items, held, strict=True))
    return [item for item, apart in pairs if not apart], [item for item, apart in pairs if apart]


def _told(items: int, different: int, held: int) -> Sentence:
    values = {"all": f"{items:,}", "different": f"{different:,}", "held": f"{held:,}"}
    if different == items:
        return Sentence("Held out: {held} of {all} examples.", values)
    return Sentence(
        "Held out: {held} of the {different} different examples among {all}, with all their copies.", values
    )
