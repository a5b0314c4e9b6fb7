"""The lessons that ship, and where a person's own are found; a new one is one more file in ``resources/lessons``."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from explorer.engine.errors import BadFile
from explorer.engine.names import named
from explorer.paths import resources
from explorer.workspace.lessons.lesson import Lesson
from explorer.workspace.lessons.reading import read_lesson

SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """Return the names of the lessons that ship, in their order."""
    return tuple(name.partition("-")[2] for name in _files())


@cache
def lesson(name: str) -> Lesson:
    """Return the lesson called ``name``, whatever its capitals.

    Raises
    ------
    BadFile
        If there is none; the sentence names the choices.
    """
    found = named("lesson", name, names(), BadFile)
    path = next(path for stem, path in _files().items() if stem.partition("-")[2] == found)
    return replace(read_lesson(path), name=found)


def next_lesson(name: str) -> Lesson | None:
    """Return the lesson after the one called ``name``, None where none follows."""
    known = names()
    after = known[known.index(name) + 1 :] if name in known else ()
    return lesson(after[0]) if after else None


def find_lesson(text: str) -> Lesson:
    """Return the lesson that is named, or that is in the file of that name.

    Raises
    ------
    BadFile
        If there is none, or the file tells none.
    """
    path = Path(text)
    return read_lesson(path) if path.suffix == SUFFIX or path.name != text else lesson(text)


@cache
def _files() -> dict[str, Path]:
    """Return the files by their names, which begin with their places: "01-first"."""
    return {path.stem: path for path in sorted((resources() / "lessons").glob(f"*{SUFFIX}"))}
