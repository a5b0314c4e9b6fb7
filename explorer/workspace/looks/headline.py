"""What becomes of a row of the flow in a word and a number, short enough to stand over a picture."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.engine.looks.verdict import Kind, grade
from explorer.workspace.looks.comparison import Side
from explorer.workspace.looks.counted import counted, counts_layers
from explorer.workspace.looks.sentences import KIND_NAMES, told_apart
from explorer.workspace.words.sentence import Sentence

_UNCERTAIN = Sentence("estimate")


@dataclass(frozen=True, slots=True)
class Headline:
    """The ``word`` of a verdict, its ``kind`` for a colour, None where an estimate leaves it open, and the gain in words.

    ``short`` is the gain alone, without the steps that it is over.
    """

    word: Sentence
    kind: Kind | None
    gain: Sentence | None = None
    short: Sentence | None = None


def headline(side: Side) -> Headline:
    """Return what becomes of the chosen row of ``side`` on its way to s₀."""
    steps, verdict = len(side.row) - 1, side.verdict
    if steps == 0:
        return Headline(Sentence("the start"), None)
    if verdict.kind in ("dead", "undefined"):
        return Headline(KIND_NAMES[verdict.kind], verdict.kind, counted(_over(None, steps), counts_layers(side.run)))
    gain = told_apart(verdict.end)
    short, over = Sentence("×{gain}", {"gain": gain}), counted(_over(gain, steps), counts_layers(side.run))
    if side.low is not None and side.high is not None:
        low, high = grade(float(side.low[0])), grade(float(side.high[0]))
        about = Sentence("about {gain}", {"gain": over})
        word, kind = (KIND_NAMES[low], low) if low == high else (_UNCERTAIN, None)
        return Headline(word, kind, about, Sentence("about {gain}", {"gain": short}))
    return Headline(KIND_NAMES[verdict.kind], verdict.kind, over, short)


def _over(gain: str | None, steps: int) -> Sentence:
    values: dict[str, object] = {"gain": gain, "steps": steps}
    if gain is None:
        return Sentence("over 1 step") if steps == 1 else Sentence("over {steps} steps", values)
    return Sentence("×{gain} over 1 step", values) if steps == 1 else Sentence("×{gain} over {steps} steps", values)
