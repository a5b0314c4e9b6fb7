"""``train``: a training without the window, whose numbers are those of the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from explorer.cli.options import (
    BY_SIGNAL,
    DIVERGED,
    DONE,
    cell_file,
    exploration_told,
    interruptible,
    refuse_same_file,
    refuse_stream,
    tidy,
)
from explorer.cli.progress import end_progress, show_progress
from explorer.cli.saying import mutter, say, speak, tr
from explorer.cli.train_options import misuse, training_parser


def train(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = training_parser()
    asked = parser.parse_args(words)
    speak(asked.lang)
    wrong = misuse(asked)
    if wrong:
        parser.error(wrong)
    refuse_same_file(parser, log=asked.log, out=asked.out, data=asked.data, cell=cell_file(asked))
    # A training may go on in its own file.
    refuse_same_file(parser, log=asked.log, file=asked.file)
    refuse_stream(parser, log=asked.log)
    return _train_to_the_end(asked)


def _train_to_the_end(asked: argparse.Namespace) -> int:
    from explorer.workspace.disk.locks import alone
    from explorer.workspace.disk.writing import check_writable
    from explorer.workspace.learning.training import learnt_by, trainable
    from explorer.workspace.learning.training_file import taken_up

    with tidy(), alone(asked.out):
        check_writable(asked.out)
        exploration = _with_forcing(asked, _with_flossing(asked, _with_decay(asked, exploration_told(asked))))
        trainable(exploration)
        exploration = taken_up(exploration, asked.out)
        _say_data(learnt_by(exploration))
        with interruptible() as signals:
            begun, last = _trained(asked, exploration, signals)
    said = [*_in_units(learnt_by(exploration), last), *_zeros(exploration, last)]
    if signals and sys.stderr.isatty():
        mutter("")
    if last is not None or not signals:
        say(asked.out, _outcome(begun, last), *said)
    if signals:
        return BY_SIGNAL + signals[0]
    return DIVERGED if last is not None and last.diverged else DONE


def _with_decay(asked: argparse.Namespace, exploration: Any) -> Any:
    """Return ``exploration`` with the weight decay that is asked for, its own where none is."""
    for form in ("l1", "l2"):
        if getattr(asked, form) is not None:
            return exploration.with_settings(decay=getattr(asked, form), decay_form=form)
    return exploration


def _with_flossing(asked: argparse.Namespace, exploration: Any) -> Any:
    """Return ``exploration`` with the flossing that is asked for, its own where none is."""
    told = {name: getattr(asked, name) for name in ("floss", "floss_first", "exponents")}
    return exploration.with_settings(**{name: value for name, value in told.items() if value is not None})


def _with_forcing(asked: argparse.Namespace, exploration: Any) -> Any:
    """Return ``exploration`` with its state forced as often as is asked for, as its settings have it where nothing is."""
    from explorer.workspace.looks.predictable import forced_at_predictability

    if asked.force is None:
        return exploration
    if asked.force == "auto":
        return forced_at_predictability(exploration)
    return exploration.with_settings(window=0, chunk=0, force=asked.force)


def _zeros(exploration: Any, progress: Any) -> list[str]:
    """Return how many weights an ℓ₁ decay has left at exactly 0."""
    from explorer.engine.learning.decay import zeros
    from explorer.workspace.learning.training import learnt_by

    settings = exploration.settings
    if progress is None or settings.decay_form != "l1" or not settings.decay:
        return []
    architecture = exploration.recipe.architecture(len(learnt_by(exploration).inputs))
    none, entries = zeros(progress.now.weights, architecture)
    sentence = tr("Of the {entries} entries of the matrices that decay {none} are exactly 0.")
    return [sentence.format(entries=f"{entries:,}", none=f"{none:,}")]


def _say_data(learnt: Any) -> None:
    """Say what was held out, which part of the text the vocabulary does not know, and what a Chinese word is."""
    from explorer.workspace.tasks.own import chinese_words

    if chinese_words(learnt.task) == "character":
        mutter(tr("A Chinese character is a word here (--words spaced, or found, takes words)."))
    for sentence in (learnt.apart, learnt.covered.told() if learnt.covered is not None else None):
        if sentence is not None:
            mutter(sentence.said(tr))


def _trained(asked: argparse.Namespace, exploration: Any, signals: list[int]) -> tuple[int, Any]:
    """Train, and return the step at which it began and the last progress, None if there was none."""
    from explorer.workspace.learning.training_file import train_into

    begun, last = exploration.updates, None
    bar = _bar(begun, asked.steps)
    for progress in train_into(asked.out, exploration, asked.steps, asked.log, lambda: bool(signals)):
        last = progress
        bar(progress)
    return begun, last


def _outcome(begun: int, last: Any) -> str:
    """Return what became of a training that began at the step ``begun``, and where the ``last`` progress left it."""
    if last is None:
        return tr("There was nothing left to do: update {step} is reached.").format(step=begun)
    if last.diverged:
        return tr(
            "The loss stopped being a finite number in update {step}; the weights before it jumped are kept."
        ).format(step=last.now.step + 1)
    return tr("Update {step}: {scores}.").format(step=last.now.step, scores=_scores(last))


def _in_units(learnt: Any, progress: Any) -> list[str]:
    """Return how far off a predicted column is in its own units, beside what repeating the last value comes to."""
    from explorer.workspace.exploration.curves import COLUMNS

    if progress is None or learnt.unit is None or learnt.baseline is None:
        return []
    losses = progress.points[:, COLUMNS.index("held_loss")]
    known = losses[losses == losses]
    off, last = (
        learnt.unit.spread * (2 * loss) ** 0.5 for loss in (known[-1] if len(known) else float("nan"), learnt.baseline)
    )
    if off != off:
        return []
    sentence = tr(
        "Held out, “{name}” is missed by {off:.4g} (root mean square); by {last:.4g} if its last value is repeated."
    )
    return [sentence.format(name=learnt.classes[0], off=off, last=last)]


def _scores(progress: Any) -> str:
    """Return the newest scores that are known, in words."""
    from explorer.workspace.exploration.curves import COLUMNS

    parts = []
    for name, text in (
        ("loss", tr("loss {value:.4g}")),
        ("held_loss", tr("held out {value:.4g}")),
        ("held_accuracy", tr("{value:.1%} right")),
    ):
        column = progress.points[:, COLUMNS.index(name)]
        known = column[column == column]
        if len(known):
            parts.append(text.format(value=known[-1]))
    return tr(", ").join(parts)


def _bar(begun: int, steps: int) -> Callable[[Any], None]:
    """Return what draws how far a training has come, where a person at a terminal sees it."""
    scores, held_out = [""], tr("held out {value:.4g}").partition("{")[0]

    def draw(progress: Any) -> None:
        done = progress.now.step
        # What is measured now and then stays until it is measured again.
        newest = _scores(progress)
        scores[0] = newest if held_out in newest or held_out not in scores[0] else scores[0]
        show_progress(done, steps, scores[0], (steps - done) * progress.seconds / max(1, done - begun))
        if done >= steps or progress.diverged:
            end_progress()

    return draw
