"""What a prediction comes to: whether it was right, and by how much it missed, in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.looks.verdict import Kind
from explorer.workspace.lessons.condition import Term
from explorer.workspace.lessons.lesson import Prediction, filled, places
from explorer.workspace.looks.measures import QUANTITIES, Scene, Seen, seen
from explorer.workspace.looks.sentences import KIND_NAMES
from explorer.workspace.words.catalogues import SOURCE, listed
from explorer.workspace.words.numbers import percent, scientific, signed
from explorer.workspace.words.sentence import Sentence, Words

Given = int | Kind | tuple[int, ...] | Floats
"""A prediction: the index of an option, a word, a horizon in steps, an order of networks, or log10 of a row (t+1,)."""

CLOSE = 1.0
"""Decades: a drawn curve that is off by less in the mean is a good one."""
_LN10 = math.log(10.0)
_NEAR = 1.5
_UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether a prediction was ``right``, and what is said of it."""

    right: bool
    said: Sentence


def marked(
    prediction: Prediction, given: Given, scene: Scene, language: str, networks: Sequence[str] = ()
) -> Mark | None:
    """Return what the prediction ``given`` comes to in ``scene``, None where that is not known yet.

    Options are said in ``language``, and networks that were ranked by their names in ``networks``.
    """
    if not _known(scene):
        return None
    active = _active(scene)
    if isinstance(given, np.ndarray):
        return _curve(given, active)
    if isinstance(given, tuple):
        return _rank(given, ranking(prediction, scene), networks)
    if isinstance(given, str):
        return _verdict(given, active)
    return _choice(given, prediction, scene, language) if prediction.options else _horizon(given, active)


def answer(prediction: Prediction, scene: Scene, language: str, networks: Sequence[str] = ()) -> Sentence | None:
    """Return what would have been right in ``scene``, for who predicted nothing.

    None where that is not known yet, and of a curve, which is seen. Options are said in ``language``.
    """
    if not _known(scene) or prediction.kind == "curve":
        return None
    if prediction.kind == "horizon":
        return _reach(_active(scene))
    if prediction.kind == "verdict":
        return Sentence("The answer: {answer}.", {"answer": KIND_NAMES[_active(scene).verdict.kind]})
    said = (
        _order(ranking(prediction, scene), networks)
        if prediction.kind == "rank"
        else _right(prediction, scene, language)
    )
    return Sentence("The answer: {answer}.", {"answer": said})


def _known(scene: Scene) -> bool:
    """Return whether all that a prediction may be about is worked out."""
    return None not in (seen(scene, i) for i in range(len(scene.runs)))


def _active(scene: Scene) -> Seen:
    found = seen(scene, scene.exploration.active)
    assert found is not None
    return found


def right_options(prediction: Prediction, scene: Scene) -> tuple[int, ...]:
    """Return which options are right."""
    return tuple(i for i, option in enumerate(prediction.options) if option.when.holds(scene))


def ranking(prediction: Prediction, scene: Scene) -> tuple[int, ...]:
    """Return the networks in the order of the quantity asked for, the greatest first; what has none comes last."""
    values = [Term(prediction.by.name, i).value(scene) for i in range(len(scene.runs))]
    numbers = [value if isinstance(value, int | float) else -math.inf for value in values]
    return tuple(sorted(range(len(numbers)), key=lambda i: -numbers[i]))


def told(words: Words, scene: Scene, language: str) -> str:
    """Return ``words`` in ``language`` with what their places stand for in ``scene``."""
    text = words[language]
    return filled(text, {place: _written(place, scene, language) for place in places(text)})


def _written(place: str, scene: Scene, language: str) -> str:
    """Return the value of a quantity or a setting as printed: gains as factors, norms as numbers, shares in per cent."""
    name, _, index = place.partition("[")
    value = Term(name, int(index.rstrip("]")) if index else None).value(scene)
    form = QUANTITIES[name].form if name in QUANTITIES else ""
    if value is None or isinstance(value, str):
        return _UNKNOWN if value is None else value
    if form == "gain":
        return "×" + scientific(value / _LN10)
    if form == "norm":
        return scientific(value / _LN10)
    if form == "share":
        return percent(value) + (" %" if language == SOURCE else "%")
    return f"{value:,}" if isinstance(value, int) else signed(value)


def _choice(given: int, prediction: Prediction, scene: Scene, language: str) -> Mark:
    right = right_options(prediction, scene)
    if given in right:
        return Mark(True, Sentence("Right: “{answer}”.", {"answer": prediction.options[given].say[language]}))
    return Mark(False, Sentence("No. The answer: {answer}.", {"answer": _right(prediction, scene, language)}))


def _right(prediction: Prediction, scene: Scene, language: str) -> str:
    """Return all options that are right, in ``language``."""
    said = [f"“{prediction.options[i].say[language]}”" for i in right_options(prediction, scene)]
    return listed(said, lambda text: text)


def _verdict(given: Kind, active: Seen) -> Mark:
    kind = active.verdict.kind
    if given == kind:
        return Mark(True, Sentence("Right: {answer}.", {"answer": KIND_NAMES[kind]}))
    values = {"answer": KIND_NAMES[kind], "given": KIND_NAMES[given]}
    return Mark(False, Sentence("No, not {given}: {answer}.", values))


def _horizon(given: int, active: Seen) -> Mark:
    true, values = active.verdict.horizon, {"given": given, "true": active.verdict.horizon}
    right = max(given, 1) <= _NEAR * max(true, 1) and max(true, 1) <= _NEAR * max(given, 1)
    if active.verdict.reaches_start:
        said = Sentence("you said {given}; it reaches back over all {true} steps.", values)
    else:
        said = Sentence("you said {given}; it reaches back {true} steps.", values)
    return Mark(right, _closely(right, said))


def _reach(active: Seen) -> Sentence:
    """Return how far back the gradient reaches."""
    values = {"true": active.verdict.horizon}
    if active.verdict.reaches_start:
        return Sentence("The answer: it reaches back over all {true} steps.", values)
    return Sentence("The answer: it reaches back {true} steps.", values)


def _order(networks: Sequence[int], names: Sequence[str]) -> str:
    return " > ".join(names[i] for i in networks)


def _rank(given: Sequence[int], true: Sequence[int], networks: Sequence[str]) -> Mark:
    if tuple(given) == tuple(true):
        return Mark(True, Sentence("Right: this is the order."))
    count = sum(one == other for one, other in zip(given, true, strict=True))
    values = {"order": _order(true, networks), "count": count, "all": len(true)}
    return Mark(False, Sentence("No: {order}. In the right place: {count} of {all}.", values))


def deviation(given: Floats, active: Seen) -> float:
    """Return by how many decades a drawn row (t+1,), in log10, misses the true one in the mean, or NaN."""
    apart = np.abs(given - active.row / _LN10)
    known = apart[np.isfinite(apart)]
    return float(known.mean()) if len(known) else math.nan


def _curve(given: Floats, active: Seen) -> Mark:
    off = deviation(given, active)
    said = Sentence("in the mean your curve is off by {decades} powers of ten.", {"decades": signed(off, 2)})
    return Mark(off < CLOSE, _closely(off < CLOSE, said))


def _closely(close: bool, said: Sentence) -> Sentence:
    return Sentence("Close: {said}", {"said": said}) if close else Sentence("Not close: {said}", {"said": said})
