"""What a trained network is for: what it answers after every step, and how it goes on by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.engine import Network, Trace
from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.gradient.losses import NO_CLASS, find_loss
from explorer.engine.network.readouts import READOUTS
from explorer.workspace.exploration.exploration import MOST_STEPS, Exploration, Lens, Text, replace
from explorer.workspace.feed import tokens as words
from explorer.workspace.feed.sequences import Feed, feed, tokens_of
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.speaking import Speaker
from explorer.workspace.tasks import Dataset, dataset
from explorer.workspace.tasks.covered import Coverage
from explorer.workspace.tasks.ngrams import UNSAID
from explorer.workspace.words.numbers import subscript

_SPACED = ".,;:!?…"
"""A word behind one of these has a space before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What a network says to the shown sequence, after every step.

    names (p) are what the outputs are called; said (T, p) is what they are, in the units of what is predicted, y (T, p) their
    logits. wanted is what the loss
    compares them with: classes (T,), −1 for none, or numbers (T, p), NaN for none; None where nothing is asked, or nobody
    knows the answer: the loss takes the target ``aim`` then, which counts as an `Aim` counts. ``t`` is the chosen step.
    ``task`` is the kind of task or "", ``speaks`` says that the outputs are the next symbol, ``covered`` what of the task's
    text the vocabulary knows.
    """

    fed: Feed
    names: tuple[str, ...]
    readout: str
    said: Floats
    y: Floats
    wanted: np.ndarray | None
    aim: float | None
    every: bool
    t: int
    lens: Lens
    task: str
    speaks: bool
    covered: Coverage | None

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.said)

    @property
    def best(self) -> int:
        """Return the likeliest class after the chosen step."""
        return int(self.said[self.t - 1].argmax())

    @property
    def target(self) -> int:
        """Return the class that is to be said after the chosen step, −1 for none."""
        classes = self.wanted is not None and self.readout == "softmax"
        return int(self.wanted[self.t - 1]) if classes and self.wanted is not None else NO_CLASS


def tried(inspection: Inspection) -> Tried:
    """Return what the active network says to the shown sequence."""
    analysis = inspection.analysis
    exploration, trace, fed = analysis.exploration, analysis.run.trace, analysis.feed
    learnt = dataset(exploration.task) if exploration.task else None
    at = learnt.source.at if learnt else exploration.aim.at
    known = learnt is None or _is_known(learnt, exploration)
    wanted = _wanted(inspection.judged) if known else None
    return Tried(
        fed=fed,
        names=_names(trace.network, learnt),
        readout=trace.network.readout,
        said=_in_units(answers(trace, at), learnt),
        y=trace.y,
        wanted=None if wanted is None else _in_units(wanted, learnt),
        aim=None if known or inspection.judged is None else exploration.aim.target,
        every=at == "every",
        t=max(inspection.selection.t, 1),
        lens=exploration.lens,
        task=exploration.task.kind if exploration.task else "",
        speaks=learnt is not None and fed.symbolic and learnt.classes == fed.columns == _names(trace.network, learnt),
        covered=learnt.covered if learnt is not None else None,
    )


def _in_units(numbers: Floats, learnt: Dataset | None) -> Floats:
    """Return what is predicted in the units of its column, where it has some."""
    return numbers if learnt is None or learnt.unit is None else learnt.unit.back(numbers)


def answers(trace: Trace, at: str) -> Floats:
    """Return what the network would answer if the sequence ended after step 1, 2, …, T: (T, p).

    For a loss on the mean the readout reads the mean of h_1..h_t. A network that reads backward, too, knows the whole
    sequence at every step: its outputs are told as they are.
    """
    if at != "mean" or any(chain.backward for chain in trace.network.architecture.chains):
        return trace.o
    net = trace.network
    (last,) = net.architecture.levels[-1]
    h = np.cumsum(trace.chains[last.name].out, axis=0) / np.arange(1.0, trace.steps + 1)[:, None]
    return READOUTS[net.readout](h @ net.V.T + net.c)


def unknown_words(fed: Feed) -> tuple[str, ...]:
    """Return the words of a text that the network does not know, each once: it reads ``<unk>`` in their place."""
    pairs = zip(fed.labels, fed.tokens, strict=True)
    return tuple(dict.fromkeys(token for label, token in pairs if label == words.UNKNOWN != token))


def with_typed(exploration: Exploration, text: str) -> Exploration:
    """Return ``exploration`` with another text, and the answer at its end chosen.

    Raises
    ------
    BadSequence
        If there is nothing to read in it, or too much; or the sequence is no text.
    """
    before = _text(exploration)
    return _written(exploration, replace(before, text=text))


def completed(exploration: Exploration, text: str) -> str:
    """Return a typed text with the mark behind it in which all examples of the task end; one that ends in a mark stays.

    A judgement of the whole text is learnt at that mark: without it the network is asked in the middle of a sentence.
    """
    aims = dataset(exploration.task).aims if exploration.task else {}
    ends, typed_text = {example[-1] for example in aims}, text.rstrip()
    end = ends.pop() if len(ends) == 1 else ""
    missing = end and not end[-1].isalnum() and typed_text[-1:].isalnum()
    return typed_text + end if missing else text


def chosen(exploration: Exploration, symbol: str) -> Exploration:
    """Return ``exploration`` with its text cut off behind the chosen step and gone on with by ``symbol``.

    Raises
    ------
    BadSequence
        If the sequence is no text, or ``symbol`` is none that can be written.
    """
    text = _text(exploration)
    if symbol in (words.SENTENCE_END, *UNSAID):
        raise BadSequence("“{symbol}” stands for no word: choose one that can be written.", symbol=symbol)
    found = tokens_of(text)
    kept = text.text[: found[min(max(exploration.selection.t, 1), len(found)) - 1].end]
    return _written(exploration, replace(text, text=_joined(kept, symbol, text)))


def continued(exploration: Exploration, network: Network, s0: Floats | Mapping[str, Floats], most: int) -> Exploration:
    """Return ``exploration`` with its text gone on by ``most`` symbols of the language model ``network``.

    They are fewer where the sentence ends. Where it had ended before, a new one takes its place: a model learns sentence
    by sentence, and knows of none before. ``s0`` (N,) is the state before the first step; the lens's temperature decides
    how bold the model is, its draw what is drawn, unless it says the likeliest symbol. The last symbol's step is chosen.

    Raises
    ------
    BadSequence
        If the sequence is no text, the network's outputs are not its symbols, or there is no room for more.
    """
    text = _text(exploration)
    fed = feed(text)
    if len(network.c) != len(fed.columns):
        raise BadSequence("This network does not predict the next symbol: choose a task that does, and train it.")
    if len(fed.x) + most > MOST_STEPS:
        raise BadSequence(
            "The text has {got} steps and at most {most} fit: shorten it.", got=len(fed.x), most=MOST_STEPS
        )
    lens = exploration.lens
    speaker = Speaker(network, fed.columns, 0.0 if lens.likeliest else lens.temperature, lens.draw)
    speaker.read(fed.x[:-1] if text.markers else fed.x, s0)
    written = text.text
    if text.markers and (_is_closed(text) or speaker.next == words.SENTENCE_END):
        written = ""
        speaker.begin(s0)
    for symbol in speaker.speak(most):
        written = _joined(written, symbol, text)
    return _written(exploration, replace(text, text=written))


def _text(exploration: Exploration) -> Text:
    if not isinstance(exploration.sequence, Text):
        raise BadSequence("Only a text can be continued: feed the network words or characters.")
    return exploration.sequence


def _written(exploration: Exploration, text: Text) -> Exploration:
    """Return ``exploration`` with ``text``; the step of its last token is chosen: not the marker's behind it."""
    markers = (words.SENTENCE_START, words.SENTENCE_END) if text.markers else ()
    found = tokens_of(text)
    last = max((t for t, token in enumerate(found, start=1) if token.label not in markers), default=len(found))
    return exploration.with_sequence(text).with_selection(t=last, k=min(exploration.selection.k, last - 1))


def _is_closed(text: Text) -> bool:
    """Return whether a word typed behind the text would begin another sentence."""
    if not text.markers:
        return False
    probe = "a" if text.unit == "character" else " a"
    behind = words.tokens(text.text + probe, text.unit, markers=True)
    return behind[-3].label == words.SENTENCE_START and behind[-3].is_marker


def _joined(left: str, symbol: str, text: Text) -> str:
    """Return the text ``left`` with ``symbol`` behind it, as one would type it."""
    right = words.typed(symbol, text.unit)
    if text.unit != "character" and left.endswith(tuple(_SPACED)) and right[0].isalnum():
        return f"{left} {right}"
    return words.joined(left, right, text.unit)


def _is_known(learnt: Dataset, exploration: Exploration) -> bool:
    """Return whether the target is the sequence's own: it follows from it, or an example has the same words and target."""
    if not learnt.aims:
        return True
    sequence = exploration.sequence
    read = tuple(token.label for token in tokens_of(sequence)) if isinstance(sequence, Text) else ()
    return learnt.aims.get(read) == exploration.aim.target


def _names(network: Network, learnt: Dataset | None) -> tuple[str, ...]:
    """Return what the outputs are called."""
    if learnt is not None and len(learnt.classes) == len(network.c):
        return learnt.classes
    return tuple(f"o{subscript(j + 1)}" for j in range(len(network.c)))


def _wanted(judged: Judged | None) -> np.ndarray | None:
    """Return the targets of every step; where the loss is taken once, they are those of the last."""
    if judged is None:
        return None
    if judged.at == "every":
        return np.asarray(judged.targets)
    classes = find_loss(judged.loss).readout == "softmax"
    wanted = np.full((judged.trace.steps, *np.shape(judged.targets)), NO_CLASS if classes else np.nan)
    wanted[-1] = judged.targets
    return wanted
