"""Where a sequence comes from, and how one kind of source follows another without losing what fits both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.gui.words.character_names import invisible_in
from explorer.gui.words.i18n import listed, mark, tr
from explorer.workspace.exploration.exploration import (
    BY_HAND,
    EXAMPLES,
    Exploration,
    Numbers,
    Sequence,
    Signal,
    Text,
    replace,
)
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.edits import drawn, with_length
from explorer.workspace.feed.naming import distinct
from explorer.workspace.feed.segmenting import can_part, is_chinese, parted
from explorer.workspace.feed.sequences import Feed, fed, feed, generate, loaded, steps_of, tokens_of, without_noise

SOURCES: Mapping[str, str] = {
    "word": mark("words"),
    "spaced": mark("words apart by spaces"),
    "character": mark("characters"),
    "sine": mark("cosine wave"),
    "impulse": mark("impulse"),
    "step": mark("step function"),
    "constant": mark("constant"),
    "noise": mark("noise"),
    "numbers": mark("typed numbers"),
    "csv": mark("CSV file …"),
    "drawn": mark("drawn curve …"),
}
EXAMPLE = mark("example of a task")
"""Called "example": offered while it is what the network is fed."""
FIRST_TEXT = "that was phenomenal"
_LONGEST = 10
"""Characters that a number may have before it is shown rounded."""


def source_of(sequence: Sequence) -> str:
    """Return the source that a sequence came from."""
    if isinstance(sequence, Text):
        return sequence.unit
    if isinstance(sequence, Signal):
        return sequence.kind
    if sequence.source in EXAMPLES:
        return "example"
    if sequence.source == "drawn":
        return "drawn"
    return "numbers" if sequence.source in BY_HAND else "csv"


def offered(sequence: Sequence) -> Mapping[str, str]:
    """Return the sources to choose from, and what they are called."""
    here = {"example": EXAMPLE} if source_of(sequence) == "example" else {}
    return {name: tr(label) for name, label in {**SOURCES, **here}.items()}


def from_source(sequence: Sequence, source: str, seen: Mapping[type, Sequence]) -> Sequence:
    """Return what ``source`` gives after ``sequence``: its text, its settings or its numbers where they fit.

    ``seen`` holds the last sequence of each type; a signal takes over the length.
    """
    if source in ("word", "spaced", "character"):
        return _as_text(sequence, source, seen)
    if source == "numbers":
        return _as_numbers(sequence, seen)
    last = sequence if isinstance(sequence, Signal) else seen.get(Signal, Signal())
    return replace(last, kind=source, steps=steps_of(sequence))


def from_another(exploration: Exploration, source: str, seen: Mapping[type, Sequence]) -> Exploration:
    """Return the exploration fed from another ``source``; a sequence of another length is looked at from its end."""
    if source == "example":
        return with_example(exploration)
    sequence = from_source(exploration.sequence, source, seen)
    same = steps_of(sequence) == steps_of(exploration.sequence)
    return (fed if same else loaded)(exploration, sequence)


def from_table(exploration: Exploration, numbers: Numbers) -> Exploration:
    """Return the exploration fed from a table; of a task on such a table as it learns them."""
    # The first picture needs no task.
    from explorer.workspace.tasks.own import as_learnt

    return loaded(exploration, as_learnt(exploration.task, numbers))


def with_example(exploration: Exploration) -> Exploration:
    """Return the exploration fed with the example as its task gives it, whatever was changed in it since."""
    from explorer.workspace.tasks import dataset

    sequence, task = exploration.sequence, exploration.task
    if task is None or not isinstance(sequence, Numbers) or sequence.source not in EXAMPLES:
        return exploration
    shown = dataset(task).shown
    return loaded(exploration, shown) if source_of(shown) == "example" else exploration


def with_text(exploration: Exploration, **changes: Any) -> Exploration:
    """Return the exploration with other settings of its text; one that reads none stays.

    Raises
    ------
    BadSequence
        If the text can't be fed so.
    """
    if not isinstance(exploration.sequence, Text):
        return exploration
    sequence = replace(exploration.sequence, **changes)
    feed(sequence)
    return fed(exploration, sequence)


def with_signal(exploration: Exploration, **changes: Any) -> Exploration:
    """Return the exploration with other settings of its signal; one that reads none stays."""
    if not isinstance(exploration.sequence, Signal):
        return exploration
    return exploration.with_sequence(replace(exploration.sequence, **changes))


def with_numbers(exploration: Exploration, text: str) -> Exploration:
    """Return the exploration with the numbers of a typed ``text``; one that reads none stays.

    Raises
    ------
    BadSequence
        If they can't be read.
    """
    if not isinstance(exploration.sequence, Numbers):
        return exploration
    return fed(exploration, retyped(exploration.sequence, text))


def with_curve(exploration: Exploration, values: tuple[float, ...]) -> Exploration:
    """Return the exploration with a drawn curve."""
    return fed(exploration, redrawn(exploration.sequence, values))


def retyped(before: Numbers, text: str) -> Numbers:
    """Return the numbers of a typed ``text``; of as many columns as ``before`` they are called and fed as these."""
    # Reading tables is much code, for who types numbers.
    from explorer.workspace.feed.tables import parse_numbers

    return _like(before, kept(parse_numbers(text), before))


def redrawn(before: Sequence, values: tuple[float, ...]) -> Numbers:
    """Return a drawn curve, fed as the one column ``before`` was."""
    return _like(before, drawn(values)) if isinstance(before, Numbers) else drawn(values)


def _like(before: Numbers, numbers: Numbers) -> Numbers:
    if len(before.rows[0]) != len(numbers.rows[0]):
        return numbers
    return replace(numbers, columns=before.columns, scaling=before.scaling)


def parsed_vocabulary(text: str, unit: words.Unit) -> tuple[str, ...]:
    """Return the entries typed as ``text``: words apart by spaces or commas, or characters."""
    if unit == "character":
        # A no-break space is a character that may be among them.
        parts = re.split("[ \n\t]+", text)
        return tuple(part[token.start : token.end] for part in parts for token in words.tokens(part, unit))
    return tuple(text.replace(",", " ").replace("，", " ").split())


def format_vocabulary(vocabulary: tuple[str, ...]) -> str:
    """Return the text that `parsed_vocabulary` reads back."""
    return " ".join(vocabulary)


def about(numbers: Numbers) -> str:
    """Return in words where the numbers come from and how many there are."""
    steps, columns = len(numbers.rows), len(numbers.rows[0])
    size = size_of(steps, columns) if columns > 1 else steps_in_words(steps)
    names = listed([*distinct(numbers.columns)[:6], *["…"] * (len(numbers.columns) > 6)])
    name = numbers.source if source_of(numbers) == "csv" else ""
    scale = tr("standardised") if numbers.scaling else ""
    return " · ".join(part for part in (name, size, names, scale) if part)


def about_text(text: Text, fed: Feed) -> str:
    """Return in words how many steps a text makes, over how many entries, and which of its characters nobody sees."""
    size = tr("{steps} steps over {size} entries").format(steps=len(fed.x), size=len(fed.columns))
    if text.unit == "word" and is_chinese(text.text):
        size = tr("{size}; a Chinese character is a word").format(size=size)
    unseen = invisible_in(text.text)
    return tr("{size}; with invisible: {characters}").format(size=size, characters=unseen) if unseen else size


def about_unknown(fed: Feed) -> str:
    """Return in words how many steps the vocabulary does not know, "" for none."""
    unknown = fed.labels.count(words.UNKNOWN)
    said = tr("{unknown} of {steps} steps are not in it: <unk>") if unknown else ""
    return said.format(unknown=unknown, steps=len(fed.x))


def shown(numbers: Numbers) -> Numbers:
    """Return the numbers as they are written out: those of many decimals to six significant digits, rounding noise as 0."""
    seen = without_noise(np.array(numbers.rows)).tolist()
    return replace(numbers, rows=tuple(tuple(map(_shown, row)) for row in seen))


def kept(typed: Numbers, known: Numbers) -> Numbers:
    """Return typed numbers, and all digits of those of ``known`` that stand as `shown` wrote them: a look rounds nothing.

    Rows are the same from the beginning and from the end up to where something was typed.
    """
    rows, old, written = list(typed.rows), known.rows, shown(known).rows
    shorter = min(len(rows), len(old))
    begin = next((i for i in range(shorter) if rows[i] != written[i]), shorter)
    rest = shorter - begin
    end = next((i for i in range(rest) if rows[-1 - i] != written[-1 - i]), rest)
    changed = rows[begin : len(rows) - end]
    if len(rows) == len(old):
        middle = slice(begin, len(old) - end)
        changed = [_kept(*three) for three in zip(changed, old[middle], written[middle], strict=True)]
    return replace(typed, rows=(*old[:begin], *changed, *old[len(old) - end :]))


def size_of(steps: int, columns: int) -> str:
    """Return in words how many steps and columns there are."""
    said = tr("{columns} column") if columns == 1 else tr("{columns} columns")
    return f"{steps_in_words(steps)} × {said.format(columns=columns)}"


def steps_in_words(steps: int) -> str:
    """Return in words how many steps there are."""
    return (tr("{steps} step") if steps == 1 else tr("{steps} steps")).format(steps=steps)


def lengthened(exploration: Exploration, begun: Exploration | None, steps: int) -> Exploration:
    """Return the exploration with ``steps`` steps of what ``begun`` had, where the drag goes on that began with it."""
    whole = begun or exploration
    before = exploration.with_sequence(whole.sequence).with_selection(t=whole.selection.t, k=whole.selection.k)
    return fed(before, with_length(whole.sequence, steps))


def one_column(sequence: Sequence) -> tuple[float, ...]:
    """Return the numbers to begin drawing on: the sequence's where it is one curve, else zeros."""
    seen = feed(sequence)
    if seen.symbolic or seen.x.shape[1] > 1:
        return (0.0,) * len(seen.x)
    return tuple(seen.values[:, 0].tolist())


def with_new_noise(exploration: Exploration) -> Exploration:
    """Return the exploration with other noise of the same strength."""
    if not isinstance(exploration.sequence, Signal):
        return exploration
    seed = (exploration.sequence.seed + 1) % 2**32
    return exploration.with_sequence(replace(exploration.sequence, seed=seed))


def _shown(value: float) -> float:
    short = value.is_integer() or len(repr(value)) <= _LONGEST
    return value if short else float(f"{value:.6g}")


def _kept(typed: tuple[float, ...], known: tuple[float, ...], written: tuple[float, ...]) -> tuple[float, ...]:
    """Return a typed row with the numbers of ``known`` that are as they were written."""
    if len(typed) != len(known):
        return typed
    return tuple(old if new == seen else new for new, old, seen in zip(typed, known, written, strict=True))


def _as_text(sequence: Sequence, source: str, seen: Mapping[type, Sequence]) -> Text:
    last = sequence if isinstance(sequence, Text) else seen.get(Text, Text(text=FIRST_TEXT))
    assert isinstance(last, Text)
    # The words of a vocabulary are no characters, and the other way round.
    vocabulary = last.vocabulary if last.unit == source else ()
    unparted = source == "spaced" and is_chinese(last.text) and not re.search(r"\s", last.text.strip())
    text = parted(last.text) if unparted and can_part() else last.text
    result = replace(last, text=text, unit=source, vocabulary=vocabulary)
    tokens_of(result)
    return result


def _as_numbers(sequence: Sequence, seen: Mapping[type, Sequence]) -> Numbers:
    if isinstance(sequence, Numbers):
        return replace(sequence, source="typed")
    if isinstance(sequence, Text):
        last = seen.get(Numbers)
        if isinstance(last, Numbers):
            return last
        sequence = Signal(steps=steps_of(sequence))
    return Numbers(rows=tuple((value,) for value in generate(sequence).round(4).tolist()))
