"""What is said of a cell's equations: what each name in them was found to be, and what can be doubted in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from explorer.engine.errors import Names
from explorer.engine.recurrence.expressions.expression import Shape
from explorer.engine.recurrence.notes import (
    Alike,
    Idle,
    NoInput,
    NoMemory,
    Note,
    OneNumber,
    Shared,
    Steady,
    Unheard,
    Unread,
    UnreadConstant,
    notes,
)
from explorer.engine.recurrence.recurrence import Recurrence, Weight
from explorer.engine.recurrence.typeset.setting import PLAIN
from explorer.engine.recurrence.weights.roles import BIAS, FROM_INPUT, OWN, RECURRENT
from explorer.workspace.words.numbers import signed
from explorer.workspace.words.sentence import Sentence

_ROLES: Mapping[str, Sentence] = MappingProxyType(
    {
        FROM_INPUT: Sentence("Input weights"),
        RECURRENT: Sentence("Recurrent weights"),
        BIAS: Sentence("Biases"),
        OWN: Sentence("Other weights"),
    }
)


def was_read(recurrence: Recurrence, sizes: Mapping[str, int] = MappingProxyType({})) -> tuple[Sentence, ...]:
    """Return what each name in a cell's equations was found to be, a sentence a kind: sizes, states, starts, weights.

    Constants stand among the equations, with their values. ``sizes`` are those of "n" and "m" where a network has them.
    """
    starts = [f"{PLAIN.notation.name(one.name, '0')} = {signed(one.start)}" for one in recurrence.states if one.start]
    kinds: tuple[tuple[Sentence, Sequence[object]], ...] = (
        (Sentence("Sizes"), _sizes(recurrence, sizes)),
        (Sentence("States"), _shaped([(one.name, one.shape) for one in recurrence.states])),
        (Sentence("They start from"), starts),
        *((role, _weights(recurrence, name, trained=True)) for name, role in _ROLES.items()),
        (Sentence("Fixed weights"), [one for name in _ROLES for one in _weights(recurrence, name, trained=False)]),
    )
    return tuple(
        Sentence("{name}: {value}", {"name": kind, "value": _list(found)}) for kind, found in kinds if found
    )  # fmt: skip


def doubts(recurrence: Recurrence) -> tuple[Sentence, ...]:
    """Return what can be doubted in a cell's equations, a sentence each; () for nothing."""
    return tuple(map(_doubt, notes(recurrence)))


def _sizes(recurrence: Recurrence, sizes: Mapping[str, int]) -> list[object]:
    known = {**sizes, **dict(recurrence.sizes)}
    told = {"n": Sentence("n units"), "m": Sentence("m inputs")}
    return [f"{name} = {known[name]}" if name in known else told[name] for name in dict.fromkeys(("n", "m", *known))]


def _weights(recurrence: Recurrence, role: str, trained: bool) -> list[object]:
    found: Iterator[Weight] = (one for one in recurrence.weights if one.role == role and one.trained == trained)
    return _shaped([(one.name, one.shape) for one in found])


def _shaped(named: Sequence[tuple[str, Shape]]) -> list[object]:
    """Return names with their shapes, those of one shape together."""
    groups: dict[Shape, list[str]] = {}
    for name, shape in named:
        groups.setdefault(shape, []).append(PLAIN.notation.name(name, ""))
    return [
        Sentence(
            "{text} ({note})",
            {"text": " ".join(names), "note": "×".join(map(str, shape)) or Sentence("a number")},
        )
        for shape, names in groups.items()
    ]


def _list(items: Sequence[object]) -> object:
    """Return some texts and sentences as one list."""
    first, *others = items
    for other in others:
        first = Sentence("{first}, {second}", {"first": first, "second": other})
    return first


def _doubt(note: Note) -> Sentence:
    match note:
        case Alike(name, other):
            return Sentence(
                "`{name}` and `{other}` look alike and are two names: if one is meant, write it one way.",
                {"name": name, "other": other},
            )
        case Steady(name, line):
            return Sentence(
                "`{name}` has no equation: in that of {line} it is a weight, a vector that is the same at all steps.",
                {"name": name, "line": line},
            )
        case OneNumber(names, line):
            return Sentence(
                "In the equation of {line}, `@` makes one number for all units of a vector: {names}; a matrix has a capital.",
                {"line": line, "names": Names(names)},
            )
        case Shared(names, lines):
            return Sentence(
                "Weights that the equations of {lines} share: {names}.",
                {"lines": Names(lines), "names": Names(names)},
            )
        case Unread() | UnreadConstant():
            return _unread(note)
        case _:
            return _without_effect(note)


def _unread(note: Unread | UnreadConstant) -> Sentence:
    if isinstance(note, UnreadConstant):
        return Sentence("Nothing reads the constant `{name}`.", {"name": note.name})
    if note.again:
        return Sentence("`{name}` gets another value before anything reads the first.", {"name": note.line})
    return Sentence("Nothing reads `{name}`, and its equation is not the last.", {"name": note.line})


def _without_effect(note: Unheard | Idle | NoInput | NoMemory) -> Sentence:
    match note:
        case Unheard(names, output):
            return Sentence(
                "States without effect on `{output}`, which the layer gives out: {names}.",
                {"output": output, "names": Names(names)},
            )
        case Idle(names):
            return Sentence("Weights without effect: {names}.", {"names": Names(names)})
        case NoInput():
            return Sentence("The input x has no effect: whatever is fed, the layer gives out the same.")
        case NoMemory():
            return Sentence(
                "Nothing is carried from one step to the next; a name that is read before its own equation means the last "
                "step's."
            )
