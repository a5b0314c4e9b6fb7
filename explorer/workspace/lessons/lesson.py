"""`Lesson`: steps that each show something, ask what will come of it, show that, and leave something to try."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from explorer.engine.looks.verdict import EXTREME, PRESERVED, Kind
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.lessons.condition import Condition, Term
from explorer.workspace.looks.measures import OF_PAIR
from explorer.workspace.words.numbers import power_of_ten, scientific
from explorer.workspace.words.sentence import Words

Panel = Literal["build", "train"]
Asked = Literal["choice", "verdict", "horizon", "curve", "rank"]
"""What a person predicts: one of several answers, the word of the gain, the horizon, the decay curve, or an order."""

VERDICTS: tuple[Kind, ...] = ("gone", "fading", "preserved", "growing", "exploding")
"""The words that can be predicted, from the least gain on."""


CARDS = (
    "formula", "attribution", "product", "spectrum", "factors", "weights", "derivative", "eigenvalues", "curves", "lags",
)  # fmt: skip
"""The cards beside the views that a step can speak of."""


_AT_HAND = ("cell", "activation", "gain")
"""What of a network is set in sight at any time, in the bar above everything."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers: the right ones are those of which ``when`` holds once the step is revealed."""

    say: Words
    when: Condition


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is to be predicted of the ``reveal``: ``by`` is the quantity by which networks are ranked, the greatest first."""

    kind: Asked
    options: tuple[Option, ...] = ()
    by: Term = field(default_factory=lambda: Term("end_gain"))


@dataclass(frozen=True, slots=True)
class Trial:
    """Something to try; it is done once every condition of ``goal`` holds of what the person has made.

    ``answer`` is an exploration in which they do, for who asks; None where only a training gets there.
    """

    say: Words
    goal: tuple[Condition, ...]
    answer: Exploration | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``setting`` is shown with what is to be said and asked, ``revealed`` after the prediction.

    ``told`` is said of what is revealed; ``{end_gain}`` in it, ``{rate[1]}``, stand for what comes out then. ``holds`` is
    what its words rely upon. ``shows`` is the card of `CARDS` that it speaks of, "" for none. ``line`` is where the step
    stands in its file.
    """

    setting: Exploration
    revealed: Exploration
    say: Words
    ask: Words
    predict: Prediction | None
    told: Words
    holds: tuple[Condition, ...]
    trial: Trial | None
    shows: str
    line: int

    @property
    def options(self) -> tuple[Option, ...]:
        """Return the answers to choose from, if it is a choice."""
        return self.predict.options if self.predict else ()

    @property
    def covered(self) -> bool:
        """Return whether what is asked for is on the screen already, and must be covered until it is predicted."""
        return self.predict is not None and self.setting == self.revealed

    @property
    def of_pair(self) -> bool:
        """Return whether what is told, or which answer is right, is of the pair (t, k) and not of its row alone."""
        terms = [term for option in self.options for term in (option.when.left, option.when.right)]
        names = {term.name for term in terms if isinstance(term, Term)}
        names |= {place.partition("[")[0] for text in self.told.values() for place in places(text)}
        return not names.isdisjoint(OF_PAIR)

    @property
    def tried_in(self) -> Panel | None:
        """Return the panel in which what is to be tried is set; None where it is at hand anyhow, or nothing is tried."""
        if self.trial is None:
            return None
        answer = self.trial.answer
        if answer is None or answer.settings != self.revealed.settings:
            return "train"
        return "build" if _out_of_hand(answer) != _out_of_hand(self.revealed) else None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of ``steps``; ``name`` is that of its file, ``about`` one sentence, and it takes so many ``minutes``."""

    name: str
    title: Words
    about: Words
    minutes: int
    steps: tuple[Step, ...]

    @property
    def words(self) -> tuple[Words, ...]:
        """Return all that it says."""
        said = [self.title, self.about]
        for step in self.steps:
            said += [step.say, step.ask, step.told, *(option.say for option in step.options)]
            said += [step.trial.say] if step.trial else []
        return tuple(words for words in said if any(words.values()))


def _out_of_hand(exploration: Exploration) -> list[list[object]]:
    """Return all of its networks but what is at hand."""
    return [
        [getattr(one, name) for name in one.__struct_fields__ if name not in _AT_HAND] for one in exploration.networks
    ]


def kind_range(kind: Kind) -> str:
    """Return between which gains ``kind`` is the word, written briefly: "< 10⁻⁶", "0.32 – 3.2"."""
    borders = [scientific(border / math.log(10.0)) for border in (-PRESERVED, PRESERVED)]
    borders = [power_of_ten(round(-EXTREME / math.log(10.0))), *borders, power_of_ten(round(EXTREME / math.log(10.0)))]
    ranges = {
        "gone": f"< {borders[0]}", "fading": f"{borders[0]} – {borders[1]}", "preserved": f"{borders[1]} – {borders[2]}",
        "growing": f"{borders[2]} – {borders[3]}", "exploding": f"> {borders[3]}",
    }  # fmt: skip
    return ranges[kind]


def places(text: str) -> tuple[str, ...]:
    """Return what stands in the places of a ``text``, as it is written: "end_gain", "rate[1]"; "{{" is a brace.

    Raises
    ------
    ValueError
        If a brace is not closed, or not opened, or more than a name stands in a place.
    """
    found = []
    for _, name, form, conversion in _FORMAT.parse(text):
        if form or conversion:
            raise ValueError(f"{name}:{form}")
        if name is not None:
            found.append(name)
    return tuple(found)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with the ``values`` in its places."""
    return "".join(before + ("" if name is None else values[name]) for before, name, _, _ in _FORMAT.parse(text))


_FORMAT = string.Formatter()
