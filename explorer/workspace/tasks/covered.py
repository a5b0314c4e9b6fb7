"""How much of a text its vocabulary covers: what it has no room for, and what only the part held out has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from explorer.workspace.feed.tokens import UNKNOWN
from explorer.workspace.tasks.symbols import MARKERS
from explorer.workspace.words.sentence import Sentence

Texts = Iterable[Iterable[str]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a vocabulary knows of the texts of a task.

    Of ``different`` symbols in what is learnt from, ``known`` are in it. Of all ``steps``, those held out among them and
    the sentence markers not, ``unknown`` are read as ``<unk>``; where the next symbol is to be said (``spoken``), they are no
    targets.
    """

    different: int
    known: int
    steps: int
    unknown: int
    spoken: bool

    @property
    def is_cut(self) -> bool:
        """Return whether there was no room for all symbols."""
        return self.known < self.different

    def told(self) -> Sentence | None:
        """Return what is to be said of it; None where nothing is cut off and nothing unknown."""
        numbers = {"known": self.known, "all": self.different, "unknown": self.unknown, "steps": self.steps}
        values = {name: f"{number:,}" for name, number in numbers.items()}
        if not self.unknown:
            return None
        if self.is_cut and self.spoken:
            return Sentence(
                "The vocabulary has the {known} commonest of {all} symbols: {unknown} of {steps} steps are read as <unk>, "
                "and count neither as targets nor as right.",
                values,
            )
        if self.is_cut:
            return Sentence(
                "The vocabulary has the {known} commonest of {all} words: {unknown} of {steps} steps are read as <unk>.",
                values,
            )
        if self.spoken:
            return Sentence(
                "{unknown} of {steps} steps occur only in the part held out: they are read as <unk>, and count neither as "
                "targets nor as right.",
                values,
            )
        return Sentence("{unknown} of {steps} words occur only in the part held out, and are read as <unk>.", values)


def coverage(learnt: Texts, held: Texts, names: tuple[str, ...], *, spoken: bool) -> Coverage:
    """Return how much of the texts to learn from and of those held out the vocabulary ``names`` knows."""
    known = set(names) - {*MARKERS, UNKNOWN}
    mine, others = (
        Counter(symbol for text in part for symbol in text if symbol not in MARKERS) for part in (learnt, held)
    )
    whole = mine + others
    unknown = sum(times for symbol, times in whole.items() if symbol not in known)
    return Coverage(len(mine.keys() - {UNKNOWN}), len(mine.keys() & known), whole.total(), unknown, spoken)
