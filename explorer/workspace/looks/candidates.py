"""Candidate sentences: how likely a network finds each, and how likely a bigram and a trigram do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.engine import Network
from explorer.engine.errors import BadTargets, Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import NO_CLASS
from explorer.engine.learning.train import evaluate
from explorer.engine.work import Stop, never
from explorer.workspace.exploration.building import given, initial_state
from explorer.workspace.exploration.exploration import Exploration, Lens, Text, replace
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import feed
from explorer.workspace.tasks import Dataset, dataset
from explorer.workspace.tasks.giving import given_to
from explorer.workspace.tasks.ngrams import Ngrams
from explorer.workspace.tasks.symbols import places_of

MODELS = ("network", "bigram", "trigram")
MOST = 12
"""Sentences that are weighed at once."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What models find of one ``text``: ``log`` is Σ ln P over its ``symbols`` by model, in nats.

    Symbols that the vocabulary does not know, ``unread`` of them, are not asked for; of a text without any that is known
    nothing is.
    """

    text: str
    symbols: int
    unread: int
    log: tuple[float, float, float]

    def perplexity(self, model: int) -> float:
        """Return exp(−Σ ln P / symbols): among how many symbols, as it were, a model must guess at each; NaN for none."""
        return math.exp(min(-self.log[model] / self.symbols, 700.0)) if self.symbols else math.nan


@dataclass(frozen=True, slots=True)
class Weighed:
    """The ``likelihoods`` of the candidates, and the perplexities of what is ``held_out``, by model; () until it is known."""

    likelihoods: tuple[Likelihood, ...]
    held_out: tuple[float, ...] = ()

    def likeliest(self, model: int) -> int:
        """Return which candidate a model finds the likeliest, −1 where there is none or all are alike."""
        logs = [one.log[model] for one in self.likelihoods if one.symbols]
        if not logs or not max(logs) > min(logs):
            return -1
        return next(i for i, one in enumerate(self.likelihoods) if one.symbols and one.log[model] == max(logs))


def is_language_model(exploration: Exploration) -> bool:
    """Return whether what is learnt is to say the next symbol of a text."""
    if exploration.task is None or not isinstance(exploration.sequence, Text):
        return False
    return bool(dataset(exploration.task).spoken)


def candidates_of(exploration: Exploration) -> tuple[str, ...]:
    """Return the candidate sentences that are typed."""
    return candidates_in(exploration.lens)


def candidates_in(lens: Lens) -> tuple[str, ...]:
    """Return the candidate sentences of a lens."""
    lines = [line.strip() for line in lens.candidates.split("\n")]
    return tuple(line for line in lines if line)[:MOST]


def weighed(exploration: Exploration, network: Network, stop: Stop = never) -> Iterator[Weighed]:
    """Yield what is found of the candidate sentences, and then of what is held out, too.

    Raises
    ------
    Refusal
        If the network does not fit the text.
    Stopped
        When ``stop()`` said so.
    """
    found = tuple(_likelihood(exploration, network, text) for text in candidates_of(exploration))
    yield Weighed(found)
    if stop():
        raise Stopped
    assert exploration.task is not None
    held = math.exp(
        min(
            evaluate(network, given_to(exploration.recipe, dataset(exploration.task), symbolic=True).held_out).loss,
            700.0,
        )
    )
    yield Weighed(found, (held, *_held_out(exploration.task)))


def _likelihood(exploration: Exploration, network: Network, text: str) -> Likelihood:
    assert exploration.task is not None
    assert isinstance(exploration.sequence, Text)
    learnt, sequence = dataset(exploration.task), replace(exploration.sequence, text=text)
    fed = feed(sequence)
    unread = sum(label == words.UNKNOWN for label in fed.labels)
    try:
        targets = np.asarray(learnt.targets(sequence, fed, exploration.aim))
    except BadTargets:
        return Likelihood(text, 0, unread, (0.0, 0.0, 0.0))
    asked = np.flatnonzero(targets != NO_CLASS)
    logs = _log_softmax(_logits(exploration, network, fed.x))[asked, targets[asked]].sum()
    row = fed.x.argmax(axis=1).tolist()
    begun = _beginnings(fed.labels)
    places = [(begun[t + 1], t + 1) for t in asked.tolist()]
    two, three = (
        sum(model.log_probability(row[first : t + 1], (t - first,)) for first, t in places)
        for model in _counted(exploration.task)
    )
    return Likelihood(text, len(asked), unread, (float(logs), two, three))


def _beginnings(labels: tuple[str, ...]) -> list[int]:
    """Return for each step where its sentence begins: a counting model knows of none before."""
    begun, found = 0, []
    for t, label in enumerate(labels):
        begun = t if label == words.SENTENCE_START else begun
        found.append(begun)
    return found


def _logits(exploration: Exploration, network: Network, x: Floats) -> Floats:
    recipe = exploration.recipe
    asked = given(recipe, x, symbolic=True)
    with np.errstate(all="ignore"):
        return network.forward(asked.x, initial_state(recipe, network), asked.seam, asked.features).y


def _log_softmax(y: Floats) -> Floats:
    found: Floats = y - y.max(axis=1, keepdims=True)
    return found - np.log(np.exp(found).sum(axis=1, keepdims=True))


@lru_cache(maxsize=4)
def _counted(task: Task) -> tuple[Ngrams, Ngrams]:
    learnt = dataset(task)
    two, three = (Ngrams.of(learnt.spoken, learnt.classes, order) for order in (2, 3))
    return two, three


@lru_cache(maxsize=4)
def _held_out(task: Task) -> tuple[float, ...]:
    """Return the perplexities of what is held out, of the counting models."""
    learnt = dataset(task)
    return tuple(math.exp(-_mean_log(learnt, model)) for model in _counted(task))


def _mean_log(learnt: Dataset, model: Ngrams) -> float:
    total, terms = 0.0, 0
    for x, targets in zip(learnt.held_out.inputs, learnt.held_out.targets, strict=True):
        read, wanted = places_of(x).tolist(), np.asarray(targets)
        for t in np.flatnonzero(wanted != NO_CLASS).tolist():
            total += math.log(model.probability(read[: t + 1], int(wanted[t])))
            terms += 1
    return total / terms
