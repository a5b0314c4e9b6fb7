"""The edits that a hand makes to a sequence; each returns a new sequence that `feed` accepts.

Steps are counted from 1, as in x_t; columns from 0, as in the array.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.workspace.exploration.exploration import MOST_STEPS, Numbers, Sequence, Signal, Text, replace
from explorer.workspace.exploration.scaling import scales_of
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import generate, tokens_of


def with_value(sequence: Sequence, t: int, column: int, value: float) -> Numbers:
    """Return the sequence as numbers with one of them changed: ``x[t-1, column] = value``.

    Raises
    ------
    BadSequence
        The sequence is a text, or has no such step or column.
    BadExploration
        The value is not finite.
    """
    numbers = _as_numbers(sequence)
    row = numbers.rows[_index(t, len(numbers.rows))]
    if not 0 <= column < len(row):
        raise BadSequence("There is no column {column}; there are {count}.", column=column + 1, count=len(row))
    return _with_rows(numbers, t - 1, t, (*row[:column], float(value), *row[column + 1 :]))


def with_token(sequence: Text, t: int, text: str) -> Text:
    """Return the text with the token of step ``t`` replaced and everything else as it was.

    Several words typed become several steps. A space is put in where a new word would fuse with its
    neighbour. ``Feed.tokens[t-1]`` is what stands there before the edit.

    Raises
    ------
    BadSequence
        Nothing was typed, the step is a sentence marker, or the text became too long.
    """
    token = _token_at(sequence, t)
    if token.is_marker:
        raise BadSequence("Step {step} is a sentence marker and not part of the text: edit the words.", step=t)
    new = words.typed(text, sequence.unit)
    if not words.tokens(new, sequence.unit):
        raise BadSequence("Step {step} can't be empty: type a word, or remove the step.", step=t)
    return _spliced(sequence, sequence.text[: token.start], new, sequence.text[token.end :])


def with_step_added(sequence: Sequence, t: int) -> Sequence:
    """Return the sequence with step ``t`` repeated once behind itself.

    A signal that is lengthened at its end stays a signal; elsewhere it becomes numbers. At a sentence marker
    the word beside it is repeated.
    """
    if isinstance(sequence, Text):
        token = _word_at(sequence, t)
        left, right = sequence.text[: token.end], sequence.text[token.end :]
        return _spliced(sequence, left, sequence.text[token.start : token.end], right)
    if isinstance(sequence, Signal) and t == sequence.steps:
        return replace(sequence, steps=t + 1)
    numbers = _as_numbers(sequence)
    return _with_rows(numbers, t, t, numbers.rows[_index(t, len(numbers.rows))])


def with_step_removed(sequence: Sequence, t: int) -> Sequence:
    """Return the sequence without step ``t``; at a sentence marker, without the word beside it.

    Raises
    ------
    BadSequence
        It is the only step.
    """
    if isinstance(sequence, Text):
        return _without_word(sequence, _word_at(sequence, t))
    if isinstance(sequence, Signal) and t == sequence.steps > 1:
        return replace(sequence, steps=t - 1)
    numbers = _as_numbers(sequence)
    _index(t, len(numbers.rows))
    _refuse_last(len(numbers.rows))
    return _with_rows(numbers, t - 1, t)


def with_length(sequence: Sequence, steps: int) -> Sequence:
    """Return the sequence cut or extended to ``steps``.

    Numbers are extended by their last row, a text by itself. A text is cut between tokens; where sentence
    markers leave no text of just this length, it is the longest shorter one, and at least one word stays.

    Raises
    ------
    BadSequence
        The length is below 1 or above ``MOST_STEPS``.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise BadSequence("The length is {got} steps; it must lie between 1 and {most}.", got=steps, most=MOST_STEPS)
    if isinstance(sequence, Signal):
        return replace(sequence, steps=steps)
    if isinstance(sequence, Text):
        return _text_of_length(sequence, steps)
    missing = steps - len(sequence.rows)
    return replace(sequence, rows=sequence.rows[:steps] + sequence.rows[-1:] * missing)


def standardised(numbers: Numbers) -> Numbers:
    """Return the numbers with each column fed with mean 0 and standard deviation 1 over all steps."""
    return replace(numbers, scaling=scales_of(np.array(numbers.rows)))


def drawn(values: Iterable[float]) -> Numbers:
    """Return a drawn curve as a series of one column."""
    return Numbers(rows=tuple((float(value),) for value in values), source="drawn")


def _as_numbers(sequence: Sequence) -> Numbers:
    if isinstance(sequence, Text):
        raise BadSequence("A word can't be changed into a number: choose numbers or a signal as the input.")
    if isinstance(sequence, Signal):
        return Numbers(rows=tuple((value,) for value in generate(sequence).tolist()), source="edited")
    return sequence


def _with_rows(numbers: Numbers, start: int, stop: int, *rows: tuple[float, ...]) -> Numbers:
    """Return the numbers with ``rows`` in the place of rows ``start`` to ``stop``."""
    return replace(numbers, rows=(*numbers.rows[:start], *rows, *numbers.rows[stop:]))


def _index(t: int, steps: int) -> int:
    if not 1 <= t <= steps:
        raise BadSequence("There is no step {step}; the steps are 1 to {count}.", step=t, count=steps)
    return t - 1


def _refuse_last(steps: int) -> None:
    if steps <= 1:
        raise BadSequence("The only step can't be removed: the network needs at least one.")


def _token_at(sequence: Text, t: int) -> words.Token:
    found = tokens_of(sequence)
    return found[_index(t, len(found))]


def _word_at(sequence: Text, t: int) -> words.Token:
    """Return the token of step ``t``, or for a sentence marker, be it typed, the word that it stands beside."""
    found = tokens_of(sequence)
    i = _index(t, len(found))
    forward, backward = range(i, len(found)), range(i, -1, -1)
    ways = (backward, forward) if found[i].label == words.SENTENCE_END else (forward, backward)
    return next((found[j] for way in ways for j in way if _is_word(sequence, found[j])), found[i])


def _is_word(sequence: Text, token: words.Token) -> bool:
    return not (sequence.markers and token.label in (words.SENTENCE_START, words.SENTENCE_END))


def _spliced(sequence: Text, left: str, middle: str, right: str) -> Text:
    text = words.joined(words.joined(left, middle, sequence.unit), right, sequence.unit)
    result = replace(sequence, text=text)
    tokens_of(result)
    return result


def _without_word(sequence: Text, token: words.Token) -> Text:
    _refuse_last(sum(_is_word(sequence, one) for one in words.tokens(sequence.text, sequence.unit)))
    left, right = sequence.text[: token.start], sequence.text[token.end :]
    if sequence.unit != "character" and (not left or left[-1].isspace()):
        right = right.removeprefix(" ")
    if sequence.unit != "character" and not right:
        left = left.removesuffix(" ")
    return _spliced(sequence, left, "", right)


def _text_of_length(sequence: Text, steps: int) -> Text:
    words_once = sum(not token.is_marker for token in tokens_of(sequence))
    text = _repeated(sequence, times=-(-steps // words_once))
    closing = 1 if sequence.markers else 0
    found = words.tokens(text, sequence.unit, sequence.markers)
    ends = [token.end for i, token in enumerate(found) if not token.is_marker and i < max(steps - closing, 1 + closing)]
    return _spliced(sequence, text[: ends[-1]], "", "")


def _repeated(sequence: Text, times: int) -> str:
    last = sequence.text[-1]
    # Han, kana and full-width marks are written without spaces.
    once = sequence.text if last.isspace() or last >= "\u3000" else sequence.text + " "
    apart = words.joined(once, once, sequence.unit).removesuffix(once)
    return apart * times
