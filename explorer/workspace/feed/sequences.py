"""What the network is fed: a text, a signal or numbers as the x_t."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSequence
from explorer.workspace.exploration.exploration import MOST_STEPS, Exploration, Sequence, Signal, Text
from explorer.workspace.exploration.scaling import ColumnScale, scaled
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.naming import distinct

MOST_VOCABULARY = 10_000
MOST_CELLS = 4_000_000
"""Steps times symbols of a text: one-hot rows of 32 MB."""
MOST_CHARACTERS = 100_000
_NOISE = 1e-12

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """The input of the network and how to name it.

    ``x`` (T, m) float64, read-only, ``values`` (T, m) the same in the columns' units. ``labels`` (T) is what is shown at a
    step: the vocabulary's entry or the number. ``tokens`` (T) is what stands there in the text as typed: it differs from the
    label in case and where the label is ``<unk>``; ``shown`` (T) is the same so that it is seen, be it a space. ``columns``
    (m) are the vocabulary's entries or the names of the columns. ``symbolic`` says that ``x`` is one-hot.
    """

    x: FloatArray
    values: FloatArray
    labels: tuple[str, ...]
    tokens: tuple[str, ...]
    shown: tuple[str, ...]
    columns: tuple[str, ...]
    symbolic: bool


@lru_cache(maxsize=8)
def feed(sequence: Sequence) -> Feed:
    """Return what a sequence feeds to the network; the same as long as it is one of the last that were asked for.

    Raises
    ------
    BadSequence
        An empty text, one of more than ``MOST_STEPS`` steps, a vocabulary too large or with a word twice, a number that is
        too large for the scale of its column.
    """
    if isinstance(sequence, Text):
        return _feed_text(sequence)
    if isinstance(sequence, Signal):
        return _feed_numbers(generate(sequence)[:, None], (), ())
    return _feed_numbers(np.array(sequence.rows, dtype=np.float64), sequence.columns, sequence.scaling)


def generate(signal: Signal) -> FloatArray:
    """Return the (T,) values of a signal; the "sine" is a cosine: amplitude · cos(2π (t−1) / period)."""
    t = np.arange(1, signal.steps + 1)
    if signal.kind == "sine":
        cosine: FloatArray = np.cos(2 * np.pi * (t - 1) / signal.period)
        return signal.amplitude * cosine
    if signal.kind == "noise":
        return signal.amplitude * np.random.default_rng(signal.seed).standard_normal(signal.steps)
    shape = {"impulse": t == signal.onset, "step": t >= signal.onset, "constant": t >= 1}[signal.kind]
    return np.where(shape, signal.amplitude, 0.0)


def without_noise(x: FloatArray) -> FloatArray:
    """Return ``x`` (T, m) as it is to be read: 0 for what is only rounding beside the largest of its column, as cos(π/2)."""
    size = np.abs(x)
    return np.where(size < _NOISE * size.max(axis=0), 0.0, x) + 0.0


def steps_of(sequence: Sequence) -> int:
    """Return T."""
    if isinstance(sequence, Text):
        return len(tokens_of(sequence))
    return sequence.steps if isinstance(sequence, Signal) else len(sequence.rows)


def fed(exploration: Exploration, sequence: Sequence) -> Exploration:
    """Return ``exploration`` fed with ``sequence``; where t stood at the end, it stands at the end of that.

    Raises
    ------
    BadSequence
        As `feed`.
    """
    before, now = steps_of(exploration.sequence), steps_of(sequence)
    after = exploration.with_sequence(sequence)
    return after.with_selection(t=now) if exploration.selection.t == before != now else after


def loaded(exploration: Exploration, sequence: Sequence) -> Exploration:
    """Return ``exploration`` fed with another ``sequence`` than before, looked at from its end.

    Raises
    ------
    BadSequence
        As `feed`.
    """
    end = steps_of(sequence)
    return exploration.with_sequence(sequence).with_selection(t=end, k=min(exploration.selection.k, end))


def _feed_numbers(values: FloatArray, columns: tuple[str, ...], scaling: tuple[ColumnScale, ...]) -> Feed:
    labels = _number_labels(values)
    names = distinct(columns) or tuple(f"x{i}" for i in range(1, values.shape[1] + 1))
    x = scaled(values, scaling) if scaling else values
    return Feed(_read_only(x), _read_only(values), labels, labels, labels, names, symbolic=False)


def _number_labels(x: FloatArray) -> tuple[str, ...]:
    """Return a short label for each row: three digits a number, and no more than two numbers."""
    rounded = without_noise(x[:, :2])
    tail = ", …" if x.shape[1] > 2 else ""
    return tuple(", ".join(_short(value) for value in row) + tail for row in rounded.tolist())


def _short(value: float) -> str:
    return f"{value:.3g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


def _feed_text(sequence: Text) -> Feed:
    found = tokens_of(sequence)
    columns, place = _columns(sequence, [token.label for token in found])
    if len(found) * len(columns) > MOST_CELLS:
        raise BadSequence(
            "The text makes {got} steps; over a vocabulary of {symbols} at most {most} fit: shorten it.",
            got=len(found), symbols=len(columns), most=MOST_CELLS // len(columns),
        )  # fmt: skip
    indices = [place.get(token.label, place.get(words.UNKNOWN, -1)) for token in found]
    x = np.zeros((len(found), len(columns)))
    x[np.arange(len(found)), indices] = 1.0
    typed = tuple(sequence.text[token.start : token.end] or token.label for token in found)
    seen = {token: words.visible(token) for token in set(typed)}
    shown = tuple(seen[token] for token in typed)
    return Feed(_read_only(x), x, tuple(columns[i] for i in indices), typed, shown, columns, symbolic=True)


# A text is asked for its tokens by all who look at it.
@lru_cache(maxsize=8)
def tokens_of(sequence: Text) -> tuple[words.Token, ...]:
    """Return the tokens of a text, one a step.

    Raises
    ------
    BadSequence
        The text is empty or too long.
    """
    if len(sequence.text) > MOST_CHARACTERS:
        raise BadSequence(
            "The text has {got} characters; at most {most} fit: shorten it.",
            got=len(sequence.text),
            most=MOST_CHARACTERS,
        )
    found = words.tokens(sequence.text, sequence.unit, sequence.markers)
    if not found:
        raise BadSequence("The text is empty: type at least one word.")
    if len(found) > MOST_STEPS:
        raise BadSequence(
            "The text makes {got} steps; at most {most} fit: shorten it.", got=len(found), most=MOST_STEPS
        )
    return tuple(found)


def _columns(sequence: Text, labels: list[str]) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """Return the vocabulary, so ordered that typing moves as few columns as can be, and the place of each label.

    The text's own: ``<s>`` and ``</s>`` if they are used, then the words as they first appear.
    """
    markers = (words.SENTENCE_START, words.SENTENCE_END) if sequence.markers else ()
    if sequence.vocabulary:
        return _given(sequence.vocabulary, sequence.unit, markers)
    own = tuple(dict.fromkeys((*markers, *labels)))
    return own, {name: i for i, name in enumerate(own)}


@lru_cache(maxsize=8)
def _given(
    vocabulary: tuple[str, ...], unit: words.Unit, markers: tuple[str, ...]
) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """Return a given vocabulary with ``<unk>`` behind it, needed or not, and then the markers that are used and it lacks."""
    _check_vocabulary(vocabulary, unit)
    known = {words.label(name, unit) for name in vocabulary}
    columns = (*vocabulary, *(name for name in (words.UNKNOWN, *markers) if name not in known))
    return columns, MappingProxyType(words.places(columns, unit))


def _check_vocabulary(vocabulary: tuple[str, ...], unit: words.Unit) -> None:
    if len(vocabulary) > MOST_VOCABULARY:
        raise BadSequence(
            "The vocabulary has {got} entries; at most {most} fit.", got=len(vocabulary), most=MOST_VOCABULARY
        )
    seen = set()
    for name in vocabulary:
        # Not the label: files of earlier versions told the two apostrophes apart.
        plain = words.same(name, unit)
        if plain in seen:
            raise BadSequence("The vocabulary has “{word}” twice: remove one.", word=name)
        seen.add(plain)


def _read_only(x: FloatArray) -> FloatArray:
    x.flags.writeable = False
    return x
