"""What a network from a file is fed: vectors, noise as it expects, or words through the file's own embedding."""

from __future__ import annotations

import re
from collections.abc import Sequence as Listed
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.names import nearest
from explorer.workspace.exploration.exploration import MOST_STEPS, Numbers, Sequence, Text
from explorer.workspace.exploration.sequence import MOST_FED, MOST_NUMBERS_FED
from explorer.workspace.feed.sequences import MOST_VOCABULARY, feed
from explorer.workspace.feed.sound import samples
from explorer.workspace.feed.table import Excerpt
from explorer.workspace.feed.tables import read_table
from explorer.workspace.feed.tokens import UNKNOWN, Unit, same
from explorer.workspace.models.found import Found
from explorer.workspace.models.opening import read
from explorer.workspace.models.stacks import Stack
from explorer.workspace.models.stored import Array

_STEPS = 40
_UNIT: Unit = "spaced"
_TABLES = (".csv", ".tsv", ".txt")


def noise(found: Found, name: str, steps: int = _STEPS, seed: int = 0) -> Numbers:
    """Return independent normal vectors with the mean and the spread, column by column, of what a network reads.

    They are those of the rows of its embedding where the file has one; of what the layers below a layer give out, which are
    run under noise of their own; and 0 and 1 where nothing tells.
    """
    inputs = found.stack(name).levels[0][0].inputs
    centre, spread = expected(found, name)
    steps = max(1, min(steps, MOST_STEPS, MOST_NUMBERS_FED // inputs))
    x = centre + spread * np.random.default_rng(seed).standard_normal((steps, inputs))
    return numbers(x, "noise")


def expected(found: Found, name: str) -> tuple[Floats, Floats]:
    """Return the mean and the spread (m,) of what a network reads, as far as its file tells."""
    stack = found.stack(name)
    inputs = stack.levels[0][0].inputs
    table = table_of(found, name)
    if table is not None:
        rows = np.asarray(table, np.float64)
        return rows.mean(axis=0), rows.std(axis=0)
    below = _below(found, name)
    if below is None:
        return np.zeros(inputs), np.ones(inputs)
    given = _given_out(below, np.array(noise(found, below.name).rows))
    return given.mean(axis=0), given.std(axis=0)


def _below(found: Found, name: str) -> Stack | None:
    """Return the layers of which a layer reads what they give out, as the network in the file that they begin."""
    for stack in found.stacks:
        for number, level in enumerate(stack.levels):
            if number and name != stack.name and any(strand.name == name for strand in level):
                return replace(stack, levels=stack.levels[:number])
    return None


def _given_out(stack: Stack, x: Floats) -> Floats:
    """Return what the last layer gives out, (T, n), of x (T, m)."""
    return stack.network().forward(x, stack.starts() or None).y


def sample_of(found: Found, name: str) -> Floats | None:
    """Return what a network or layer read of the sample, (T, m): what was seen of it, or of the layers below it.

    None where nothing is known of that.
    """
    below = _below(found, name)
    if below is not None:
        x = sample_of(found, below.name)
        return None if x is None else _given_out(below, x)
    first = found.stack(name).levels[0][0]
    wholes = [stack.name for stack in found.stacks if any(one.name == first.name for one in stack.levels[0])]
    known = [
        one for one in found.reads if one in (name, first.name, *wholes) or re.match(rf"{re.escape(one)}\W", first.name)
    ]
    x = np.asarray(found.reads[max(known, key=len)], np.float64) if known else None
    return x if x is not None and x.ndim == 2 and len(x) and x.shape[1] == first.inputs else None


def table_of(found: Found, name: str) -> Array | None:
    """Return the embedding (vocabulary, m) through which a network reads words, None where it reads none."""
    stack = next((one for one in found.stacks if name in (one.name, *(s.name for s in one.levels[0]))), None)
    if stack is None or stack.embedding is None:
        return None
    table = next((one.table for one in found.left_out if one.name == stack.embedding), None)
    fits = table is not None and table.ndim == 2 and table.shape[1] == stack.levels[0][0].inputs
    return table if fits else None


def vocabulary(found: Found, name: str) -> tuple[str, ...]:
    """Return the words that a network reads: those of the file's vocabulary, numbers of rows where it has none; else none."""
    table = table_of(found, name)
    if table is None:
        return ()
    return found.words if len(found.words) == len(table) else tuple(map(str, range(len(table))))


def text(found: Found, name: str, typed: str) -> Text | Numbers:
    """Return typed words, parted by spaces: a text over the vocabulary, or their vectors where that is too long for one.

    Raises
    ------
    BadSequence
        If the network reads no words, or there is no such word.
    """
    known, read_as = vocabulary(found, name), typed.split()
    places = {same(word, _UNIT): place for place, word in enumerate(known)}
    if not read_as or not len(known) == len(places) <= MOST_VOCABULARY:
        return words(found, name, read_as)
    for word in read_as:
        _place(same(word, _UNIT), places)
    return Text(text=" ".join(read_as), unit=_UNIT, vocabulary=known)


def reads(found: Found, name: str, sequence: Sequence) -> bool:
    """Return whether a sequence is one that a network can be fed: words of its vocabulary, or vectors as long as it reads."""
    if isinstance(sequence, Text):
        return table_of(found, name) is not None and sequence.vocabulary == vocabulary(found, name)
    return feed(sequence).x.shape[1] == found.stack(name).levels[0][0].inputs


def columns_of(found: Found, name: str) -> Floats:
    """Return the vectors (columns, m) of a text over the vocabulary of a network: what it lacks stands for nothing."""
    table = table_of(found, name)
    assert table is not None
    rows = np.asarray(table, np.float64)
    return rows if UNKNOWN in vocabulary(found, name) else np.vstack([rows, np.zeros(rows.shape[1:])])


def words(found: Found, name: str, typed: Listed[str]) -> Numbers:
    """Return the vectors of typed words.

    Raises
    ------
    BadSequence
        If the network reads no words, or there is no such word.
    """
    table = table_of(found, name)
    if table is None:
        raise BadSequence("The network {name} reads no words: its file has no embedding for it.", name=name)
    if not typed:
        raise BadSequence("No word is typed.")
    places = {word: place for place, word in enumerate(vocabulary(found, name))}
    rows = [_place(word, places) for word in typed]
    return numbers(np.asarray(table, np.float64)[rows], " ".join(typed))


def _place(word: str, places: dict[str, int]) -> int:
    if word in places:
        return places[word]
    near = nearest(word, list(places)[:5000])
    if near is None:
        raise BadSequence("“{word}” is not in the vocabulary of {count} words.", word=word, count=len(places))
    raise BadSequence(
        "“{word}” is not in the vocabulary of {count} words; did you mean “{nearest}”?",
        word=word, count=len(places), nearest=near,
    )  # fmt: skip


def vectors(found: Found, name: str, path: Path) -> Floats:
    """Return the vectors (T, m) in a recording: a table, a .wav of as many channels, a watched run, or a file of arrays.

    Of arrays it is the only one that fits the network, or that called "x"; a batch of one sequence is that sequence.

    Raises
    ------
    BadFile
        If the file can't be read.
    BadSequence
        If it has no such array, or several.
    """
    inputs = found.stack(name).levels[0][0].inputs
    if path.suffix.lower() in _TABLES:
        return _tabled(path, inputs)
    if path.suffix.lower() == ".wav":
        return _of_channels(samples(path), path, inputs)
    stored = read(path)
    fitting = {
        key: x for key, array in {**stored.arrays, **stored.reads}.items() if (x := _fitting(array, inputs)) is not None
    }
    if "x" in fitting:
        fitting = {"x": fitting["x"]}
    if len(fitting) != 1:
        raise BadSequence(
            "“{name}” has {count} arrays of {inputs} columns, which the network reads; one is expected, or one called x.",
            name=path.name, count=len(fitting), inputs=inputs,
        )  # fmt: skip
    (array,) = fitting.values()
    return np.asarray(array, np.float64)


def _fitting(array: Array, inputs: int) -> Array | None:
    """Return an array as a sequence (T, m) of vectors that a network reads, a batch of one as what is in it; else None."""
    if array.ndim == 1 and inputs == 1:
        return array[:, None]
    if array.ndim == 3 and 1 in array.shape[:2]:
        array = array.reshape(-1, array.shape[2])
    return array if array.ndim == 2 and len(array) and array.shape[1] == inputs else None


def _tabled(path: Path, inputs: int) -> Floats:
    table = read_table(path)
    if len(table.names) != inputs:
        raise BadSequence("“{name}” has {count} columns; the network reads {inputs}.",
                          name=path.name, count=len(table.names), inputs=inputs)  # fmt: skip
    return np.array(table.read(Excerpt(columns=tuple(range(inputs))), MOST_FED).numbers.rows)


def _of_channels(x: Floats, path: Path, inputs: int) -> Floats:
    if x.shape[1] != inputs:
        raise BadSequence("“{name}” has {count} channels; the network reads {inputs} numbers a step.",
                          name=path.name, count=x.shape[1], inputs=inputs)  # fmt: skip
    return x


def numbers(x: Floats, source: str) -> Numbers:
    """Return a sequence of vectors, as many steps as fit.

    Raises
    ------
    BadExploration
        If a number is not finite.
    """
    most = max(1, min(MOST_STEPS, MOST_NUMBERS_FED // x.shape[1]))
    return Numbers(rows=tuple(map(tuple, x[:most].tolist())), source=source)
