"""A network of somebody's file tried out before it is opened: what is in the file, and what each choice makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from explorer.engine.errors import BadSequence, Refusal, Stopped
from explorer.engine.network.layer import ARROWS
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration, Numbers, Sequence
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.hearing import heard_by
from explorer.workspace.looks.wide import AT_ONCE
from explorer.workspace.models.asked import Assumption
from explorer.workspace.models.exploring import exploration_of
from explorer.workspace.models.feeding import noise, numbers, reads, sample_of, table_of, text, vectors
from explorer.workspace.models.found import Found
from explorer.workspace.models.opening import open_model
from explorer.workspace.models.stacks import Stack
from explorer.workspace.words.sentence import Sentence

Way = Literal["kept", "sample", "words", "file", "noise"]
STEPS = 40


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to see of a file: which network, with which choices, fed in which ``way``.

    ``name`` is "" for the first network; ``chose`` are choices by the keys of assumptions, and a ``map_file`` tells what the
    arrays are; ``kept`` is a sequence that is there already, ``typed`` are words, ``table`` is a file of vectors, and noise
    has so many ``steps``.
    """

    path: Path
    name: str = ""
    chose: tuple[tuple[str, str], ...] = ()
    map_file: Path | None = None
    way: Way | None = None
    kept: Sequence | None = None
    typed: str = ""
    table: Path | None = None
    steps: int = STEPS

    def choosing(self, assumption: Assumption, choice: str) -> Wish:
        """Return the wish with another choice of an assumption."""
        return replace(self, chose=tuple(sorted({**dict(self.chose), key_of(assumption): choice}.items())))


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """What is in the file, and the network of a ``wish`` in it as an ``exploration``; ``way`` is how it is fed.

    ``told`` is what is to be known of that, such as how much of a recording is fed.
    """

    wish: Wish
    found: Found
    stack: Stack
    way: Way
    exploration: Exploration | None = None
    why: Refusal | None = None
    told: Sentence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What the network of a wish still hears; of another ``choice`` of an ``assumption`` where there is one."""

    wish: Wish
    said: Sentence
    assumption: Assumption | None = None
    choice: str = ""


def key_of(assumption: Assumption) -> str:
    """Return what an assumption is chosen by, apart from others of the kind."""
    return f"{assumption.about}:{assumption.key}"


def concerns(assumption: Assumption, found: Found, stack: Stack) -> bool:
    """Return whether an assumption is about a network, a layer of it, or a part of the file that is none of another."""
    own = _names(stack)
    # A layer alone is also spoken of by the name of the network that it is in.
    around = {name for one in found.stacks if _names(one) & own for name in _names(one)}
    others = {name for one in found.stacks for name in _names(one)} - around
    return assumption.about in around or assumption.about not in others


def _names(stack: Stack) -> set[str]:
    """Return what a network and its layers are called, in one direction or both."""
    layers = {strand.name for strand in stack.strands}
    return {stack.name, *layers, *(name.rstrip("".join(ARROWS.values())) for name in layers)}


@dataclass(slots=True)
class Trials:
    """Tries one wish after the other; a file is read once for each set of choices."""

    _found: dict[tuple[object, ...], Found] = field(default_factory=dict)

    def look(self, wish: Wish, stop: Stop, report: Report) -> Iterator[Offered | Heard]:
        """Yield what is in the file, then what the network hears, and what it would with each other choice.

        Raises
        ------
        Refusal
            If the file can't be opened.
        Stopped
            When ``stop()`` said so.
        """
        offered = self.offer(wish)
        yield offered
        if offered.exploration is None:
            return
        yield Heard(wish, _heard(offered.exploration, stop, report))
        for assumption in offered.found.assumptions:
            for choice in assumption.choices if len(assumption.choices) > 1 else ():
                if choice != assumption.taken and concerns(assumption, offered.found, offered.stack):
                    other = self.offer(wish.choosing(assumption, choice))
                    if other.exploration is not None:
                        yield Heard(wish, _heard(other.exploration, stop, report), assumption, choice)

    def offer(self, wish: Wish) -> Offered:
        """Return what is in the file; a network that can't be shown, or fed so, says why."""
        found = self._open(wish)
        stack = found.stack(wish.name or found.stacks[0].name)
        way: Way = wish.way if wish.way is not None else next(ways(wish, found, stack.name))
        try:
            fed, steps = _fed(wish, found, stack.name, way)
            explored = exploration_of(found, stack.name, fed)
            return Offered(wish, found, stack, way, explored, told=_cut(fed, steps))
        except Refusal as why:
            return Offered(wish, found, stack, way, why=why)

    def _open(self, wish: Wish) -> Found:
        key = wish.path, wish.chose, wish.map_file
        if key not in self._found:
            self._found[key] = open_model(wish.path, dict(wish.chose), wish.map_file)
        return self._found[key]


def ways(wish: Wish, found: Found, name: str) -> Iterator[Way]:
    """Yield the ways to feed a network, the most telling first."""
    if wish.kept is not None and reads(found, name, wish.kept):
        yield "kept"
    if sample_of(found, name) is not None:
        yield "sample"
    if table_of(found, name) is not None:
        yield "words"
    yield "noise"
    yield "file"


def _fed(wish: Wish, found: Found, name: str, way: Way) -> tuple[Sequence, int]:
    """Return what a network is fed, and of how many steps that is the beginning, 0 where it is all."""
    if way == "kept" and wish.kept is not None:
        return wish.kept, 0
    if way == "sample" and (x := sample_of(found, name)) is not None:
        return numbers(x, found.name), len(x)
    if way == "words":
        return text(found, name, wish.typed), 0
    if way == "noise":
        return noise(found, name, wish.steps), 0
    if wish.table is None:
        raise BadSequence("Choose a recording: a file with a row for each step.")
    x = vectors(found, name, wish.table)
    return numbers(x, wish.table.name), len(x)


def _cut(fed: Sequence, steps: int) -> Sentence | None:
    if not isinstance(fed, Numbers) or len(fed.rows) >= steps:
        return None
    return Sentence("Of {all} steps the first {steps} are fed.", {"all": steps, "steps": len(fed.rows)})


def _heard(exploration: Exploration, stop: Stop, report: Report) -> Sentence:
    if stop():
        raise Stopped
    return heard_by(analyse(exploration, stop, report, AT_ONCE))
