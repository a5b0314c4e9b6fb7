"""What can be had of a task without a memory: the guesses that a recurrent network must beat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.train import Score
from explorer.workspace.tasks import Dataset
from explorer.workspace.tasks.symbols import places_of

UNSEEN = 1.0
"""Weight of the common distribution beside the counts of one symbol: so many examples is it worth."""


def baseline(learnt: Dataset) -> tuple[str, Score]:
    """Return a guess and what it comes to on the held-out examples, where it was learnt from those to learn from.

    Of symbols in step, the class that followed the present symbol; of a series in step, the value of now; of one answer
    for a sequence, the mean, or the one class that is right most often: no constant answer beats it, and it is never below
    chance.
    """
    known = learnt.source if isinstance(learnt.source, Examples) else learnt.seen
    held = learnt.held_out
    if held.loss == "squared_error":
        last = learnt.baseline
        return ("mean", _mean(known, held)) if last is None else ("last value", Score(last, float("nan")))
    if held.at == "every":
        return "present symbol", _present_symbol(known, held, len(learnt.inputs), len(learnt.classes))
    return "best constant", _best_constant(known, held, max(len(learnt.classes), 2))


def _mean(known: Examples, held: Examples) -> Score:
    # Of numbers at every step the mean of that step; the loss adds up outputs, and is the mean over steps and examples.
    errors = np.asarray(held.targets, dtype=float) - np.asarray(known.targets, dtype=float).mean(axis=0)
    outputs = errors.shape[-1] if errors.ndim > 2 else 1
    return Score(float(outputs * np.square(errors).mean() / 2), float("nan"))


def _present_symbol(known: Examples, held: Examples, width: int, classes: int) -> Score:
    counts = np.zeros((width, classes))
    for symbols, wanted in _symbols(known):
        np.add.at(counts, (symbols, wanted), 1.0)
    common = _shares(counts.sum(axis=0))
    likely = (counts + UNSEEN * common) / (counts.sum(axis=1, keepdims=True) + UNSEEN)
    asked = [(likely[symbols], wanted) for symbols, wanted in _symbols(held)]
    return _judged(np.concatenate([p for p, _ in asked]), np.concatenate([wanted for _, wanted in asked]))


def _best_constant(known: Examples, held: Examples, classes: int) -> Score:
    likely = _shares(np.bincount(np.asarray(known.targets, dtype=int).ravel(), minlength=classes).astype(float))
    wanted = np.asarray(held.targets, dtype=int).ravel()
    loss = _judged(np.tile(likely, (len(wanted), 1)), wanted).loss
    return Score(loss, float(np.bincount(wanted).max() / len(wanted)))


def _shares(counts: Floats) -> Floats:
    """Return probabilities from counts, one more of each."""
    shares: Floats = (counts + 1) / (counts + 1).sum()
    return shares


def _judged(likely: Floats, wanted: np.ndarray) -> Score:
    """Return the score of the probabilities (N, p) of the classes ``wanted`` (N,)."""
    loss = -np.log(likely[np.arange(len(wanted)), wanted]).mean()
    return Score(float(loss), float((likely.argmax(axis=1) == wanted).mean()))


def _symbols(examples: Examples) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the symbols (T,) of each example and the classes (T,) wanted at them, where there are any."""
    for x, targets in _pairs(examples):
        wanted = np.asarray(targets)
        yield places_of(x)[wanted >= 0], wanted[wanted >= 0]


def _pairs(examples: Examples) -> Iterator[tuple[Any, Any]]:
    return zip(examples.inputs, examples.targets, strict=True)
