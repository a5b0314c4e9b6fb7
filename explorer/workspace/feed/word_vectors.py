"""Files of word vectors, as word2vec, GloVe and fastText write them: the rows of the words that a vocabulary has.

As text a line is a word and its numbers, apart by spaces; word2vec and fastText begin with a line of two whole numbers, how
many words and how many numbers each, GloVe does not. In GloVe's largest file a word may hold spaces, so that a line is read
from its end. In word2vec's binary form each word and a space is followed by its numbers as float32 in little endian.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from explorer.engine.errors import BadFile, BadSequence, Stopped
from explorer.engine.floats import Floats
from explorer.engine.work import Stop, never
from explorer.workspace.exploration.exploration import Exploration, Text, replace
from explorer.workspace.exploration.recipe import MOST_UNITS
from explorer.workspace.exploration.vectors import Vectors
from explorer.workspace.feed.sequences import feed
from explorer.workspace.words.reading import opened, refusing_system

MOST_BYTES = 1_500_000_000
"""Of a file: GloVe's vectors of 300 numbers for 400,000 words are 1.04 GB."""
BINARY = ".bin"
SUFFIXES = (".txt", ".vec", BINARY)
_LONGEST = 100_000
"""Bytes of a line."""
_LONGEST_WORD = 2000
_CHUNK = 1 << 20
_HEADER = re.compile(rb"(\d{1,12})[ \t]+(\d{1,6})\s*")
_ASKED_EVERY = 4096
"""Words after which it is asked whether to stop."""


class Line(NamedTuple):
    """A word of the file, its numbers, still text or bytes, and where it stands, counted from 1."""

    number: int
    word: str
    numbers: list[bytes] | bytes


def read_vectors(path: Path, words: Sequence[str], stop: Stop = never) -> Vectors:
    """Return the vectors of ``words``, a vocabulary, from the file at ``path``: a word as it is, else in other capitals.

    Raises
    ------
    BadFile
        If it can't be read or is no such file: with the line, or the word, where it is not.
    Stopped
        When ``stop()`` said so.
    """
    exact, alike = frozenset(words), {word.lower(): word for word in reversed(words)}
    found: dict[str, Line] = {}
    loose: dict[str, Line] = {}
    known = 0
    with refusing_system(path), opened(path, MOST_BYTES) as file:
        for line in _binary(file, path) if path.suffix.lower() == BINARY else _text(file, path):
            known += 1
            if not known % _ASKED_EVERY and stop():
                raise Stopped
            if line.word in exact:
                _refuse_twice(path, line, found.get(line.word))
                found[line.word] = line
            elif line.word.lower() in alike:
                loose.setdefault(alike[line.word.lower()], line)
    kept = {word: found.get(word, loose.get(word)) for word in words}
    return _vectors(path, tuple(words), {word: line for word, line in kept.items() if line is not None}, known)


def _vectors(path: Path, words: tuple[str, ...], lines: dict[str, Line], known: int) -> Vectors:
    if not lines:
        raise BadFile(
            "None of the {count} words of the vocabulary is among the {known} of “{name}”.",
            count=len(words), known=known, name=path.name,
        )  # fmt: skip
    table = np.array([_numbers(path, line) for line in lines.values()], dtype="<f8")
    if table.shape[1] > MOST_UNITS:
        raise BadFile(
            "A vector of “{name}” has {got} numbers; at most {most} are read.",
            name=path.name, got=table.shape[1], most=MOST_UNITS,
        )  # fmt: skip
    return Vectors(file=path.name, words=words, found=tuple(lines), table=table.tobytes(), known=known)


def with_vectors(exploration: Exploration, vectors: Vectors) -> Exploration:
    """Return ``exploration`` whose network reads its words as ``vectors``; a text keeps the vocabulary that they are of.

    Raises
    ------
    Refusal
        If it is fed no text, or the vectors are of other words.
    """
    exploration = with_vocabulary(exploration)
    return exploration.with_recipe(embedding=vectors.width, vectors=vectors)


def with_vocabulary(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with the words of its text as their vocabulary: vectors belong to words, whatever is typed.

    Raises
    ------
    BadSequence
        If it is fed no text.
    """
    text = exploration.sequence
    if not isinstance(text, Text):
        raise BadSequence("Only words have vectors: feed the network a text.")
    if text.vocabulary:
        return exploration
    return replace(exploration, sequence=replace(text, vocabulary=feed(text).columns))


def vocabulary_of(exploration: Exploration) -> tuple[str, ...]:
    """Return the words that vectors are asked for, column by column, as `with_vectors` will feed them.

    Raises
    ------
    BadSequence
        If it is fed no text.
    """
    return feed(with_vocabulary(exploration).sequence).columns


def _text(file: IO[bytes], path: Path) -> Iterator[Line]:
    """Yield the words of a file of text; all lines have as many numbers as the first says or has."""
    first = file.readline(_LONGEST)
    header = _HEADER.fullmatch(first)
    words, width = (int(header[1]), int(header[2])) if header else (None, 0)
    count = 0
    for number, line in enumerate(_lines(file, first), start=1):
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            raise BadFile("Line {line} of “{name}” is no word with its numbers: it is too long.",
                          line=number, name=path.name)  # fmt: skip
        # Not `str.split`, which also parts words at a no-break space.
        fields = line.split()
        if not fields or (header and number == 1):
            continue
        width = width or sum(1 for _ in takewhile(_is_number, reversed(fields[1:])))
        _check_width(path, number, fields, width)
        count += 1
        yield Line(number, b" ".join(fields[:-width]).decode(errors="replace"), fields[-width:])
    if words is not None and words != count:
        _refuse_count(path, words, count)


def _lines(file: IO[bytes], first: bytes) -> Iterator[bytes]:
    yield first
    while line := file.readline(_LONGEST):
        yield line


def _check_width(path: Path, number: int, fields: list[bytes], width: int) -> None:
    """Refuse a line with fewer numbers, or with more: what stands before them in a word of several parts is no number."""
    extra = fields[1:-width] if width else fields
    if width and len(fields) > width and not any(map(_is_number, extra)):
        return
    raise BadFile(
        "Line {line} of “{name}” has {got} numbers behind its word, where {expected} are expected.",
        line=number, name=path.name, got=len(fields) - 1, expected=max(width, 1),
    )  # fmt: skip


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _binary(file: IO[bytes], path: Path) -> Iterator[Line]:
    """Yield the words of a binary file of word2vec."""
    header = _HEADER.fullmatch(file.readline(_LONGEST))
    if header is None:
        raise BadFile(
            "“{name}” does not begin with how many words it has, and numbers each, as a binary file of word2vec does.",
            name=path.name,
        )
    words, size = int(header[1]), 4 * int(header[2])
    data = b""
    for number in range(1, words + 1):
        if len(data) < size + _LONGEST_WORD:
            data += file.read(_CHUNK)
        space = data.find(b" ", 0, _LONGEST_WORD)
        if space < 0 or len(data) < space + 1 + size:
            _refuse_count(path, words, number - 1)
        # Some writers end each vector with a line end, others don't.
        yield Line(number, _word(path, number, data[:space].lstrip(b"\n")), data[space + 1 : space + 1 + size])
        data = data[space + 1 + size :]


def _word(path: Path, number: int, word: bytes) -> str:
    """Return a word of a binary file; what is none stands where a word before holds a space, and ends too early."""
    try:
        found = word.decode()
    except UnicodeDecodeError:
        found = "\0"
    if any(sign < " " for sign in found):
        raise BadFile(
            "What stands in the place of word {number} of “{name}” is none: the file is damaged, or a word before it holds a "
            "space.",
            number=number, name=path.name,
        )  # fmt: skip
    return found


def _numbers(path: Path, line: Line) -> Floats:
    """Return the numbers of a word."""
    if isinstance(line.numbers, bytes):
        row = np.frombuffer(line.numbers, dtype="<f4").astype(np.float64)
    else:
        row = np.array([_number(path, line, field) for field in line.numbers])
    if not np.isfinite(row).all():
        raise BadFile("The vector of “{word}” in “{name}” is not finite.", word=line.word, name=path.name)
    return row


def _number(path: Path, line: Line, field: bytes) -> float:
    if not _is_number(field):
        raise BadFile(
            "Line {line} of “{name}”: “{text}” is no number.",
            line=line.number, name=path.name, text=field.decode(errors="replace")[:40],
        )  # fmt: skip
    return float(field)


def _refuse_twice(path: Path, line: Line, before: Line | None) -> None:
    if before is not None:
        raise BadFile(
            "“{name}” has “{word}” twice, in the lines {first} and {second}: which vector is meant can't be known.",
            name=path.name, word=line.word, first=before.number, second=line.number,
        )  # fmt: skip


def _refuse_count(path: Path, words: int, count: int) -> None:
    raise BadFile(
        "“{name}” begins by saying that it has {words} words, and has {got}: it is cut off, or damaged.",
        name=path.name, words=words, got=count,
    )  # fmt: skip
