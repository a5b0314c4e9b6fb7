"""``train``: a training without the window, whose numbers are those of the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from explorer.cli.arguments import count, ending, forcing, indented, weight
from explorer.cli.options import (
    BY_SIGNAL,
    DIVERGED,
    DONE,
    STATUSES,
    add_language,
    add_source,
    cell_file,
    exploration_told,
    interruptible,
    is_exploration,
    parser_of,
    refuse_same_file,
    refuse_stream,
    tidy,
)
from explorer.cli.progress import end_progress, show_progress
from explorer.cli.saying import PROGRAM, mutter, say, speak, tr
from explorer.cli.tabular import add_table, misuse_of_fed, misuse_of_table

_DOES = "Train the active network on its task, and keep the weights and the course of the training in a file."


def train(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    from explorer.workspace.tasks import TASKS

    parser = parser_of("train", _DOES, _help())
    parser.add_argument("--steps", required=True, type=count, metavar="N", help="how many updates in all")
    parser.add_argument("--out", required=True, type=ending((".gflow",)), metavar="RUN.gflow", help="the file")
    parser.add_argument("--log", type=Path, metavar="FILE.jsonl", help="a line of JSON for each update")
    add_language(parser)
    source = add_source(parser)
    source.add_argument("--task", choices=TASKS, help="a task, with a network and settings that learn it")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="with --task: learn from a file of your own, or from what a saved exploration, FILE.gflow, is fed",
    )
    parser.add_argument(
        "--words",
        choices=("character", "spaced", "found"),
        help="what a word of a Chinese text is: each character (default), what spaces part, or what a segmenter finds",
    )
    parser.add_argument(
        "--dictionary", type=count, metavar="N", help="how many of a text's commonest words are known (default: 1000)"
    )
    decay = parser.add_mutually_exclusive_group()
    decay.add_argument("--l2", type=weight, metavar="λ", help="weight decay of U, W and V by λθ in the gradient")
    decay.add_argument(
        "--l1",
        type=weight,
        metavar="λ",
        help="weight decay of U, W and V by a soft threshold after each step: makes zeros",
    )
    flossing = parser.add_argument_group("flossing", "hold the leading Lyapunov exponents at 0 (Engelken 2023)")
    flossing.add_argument("--floss", type=weight, metavar="W", help="weight of mean λ² beside the loss")
    flossing.add_argument(
        "--floss-first", type=count, metavar="N", help="so many first updates do nothing but flossing"
    )
    flossing.add_argument("--exponents", type=count, metavar="K", help="how many exponents (default: 8)")
    parser.add_argument(
        "--force",
        type=forcing,
        metavar="N|auto",
        help="set the state right after every N steps, or as often as a small error doubles (ln 2/λ₁): for a number to be "
        "told at every step",
    )
    add_table(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    wrong = _misuse(asked)
    if wrong:
        parser.error(wrong)
    refuse_same_file(parser, log=asked.log, out=asked.out, data=asked.data, cell=cell_file(asked))
    # A training may go on in its own file.
    refuse_same_file(parser, log=asked.log, file=asked.file)
    refuse_stream(parser, log=asked.log)
    return _train_to_the_end(asked)


def _misuse(asked: argparse.Namespace) -> str:
    """Return which words of a training don't go together, "" if all do."""
    from explorer.workspace.tasks import TASKS

    of_table = misuse_of_table(asked)
    if asked.task is None:
        return (
            "--data and what is said of it go with --task"
            if asked.data or of_table or asked.words or asked.dictionary
            else ""
        )
    kind = TASKS[asked.task]
    if kind.owned and asked.data is None:
        return f"--task {asked.task} learns from --data FILE. {kind.form['en']}"
    if asked.data and not kind.form:
        return f"--task {asked.task} makes its own data; --data goes with {', '.join(_own_tasks())}"
    if of_table and "rows" not in kind.uses:
        return f"{of_table}: said of a table, and goes with --task series"
    if asked.words and not (asked.data and "spaced" in kind.uses and not is_exploration(asked.data)):
        return "--words is said of a text of your own that is learnt by words"
    if asked.dictionary and not (asked.data and "text" in kind.uses and not is_exploration(asked.data)):
        return "--dictionary is said of a text of your own"
    of_fed = misuse_of_fed(asked) if asked.data and is_exploration(asked.data) else ""
    if of_fed:
        return f"{of_fed}: said of a table; of a saved exploration what it is fed is taken"
    return ""


def _own_tasks() -> list[str]:
    from explorer.workspace.tasks import TASKS

    return [name for name, kind in TASKS.items() if kind.form]


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


def _help() -> str:
    """Return what can be trained on, and how."""
    from explorer.workspace.learning.training_log import MEANINGS
    from explorer.workspace.tasks import TASKS

    own = "\n".join(f"  {name}\n{indented(TASKS[name].form['en'])}" for name in _own_tasks())
    keys = "\n".join(f"  {name}\n{indented(meaning)}" for name, meaning in MEANINGS.items())
    return f"""--steps counts from the beginning: the same command again goes on after an interruption, and a
greater number of steps continues what is in OUT. Ctrl-C and SIGTERM end it with the last state saved.

files for --data, by the task:
{own}

keys of a line of --log; null stands for NaN, "inf" for what is beyond float64, and what is measured is left out of
the updates after which it is not:
{keys}

examples:
  {PROGRAM} train --task temporal_order --steps 2000 --out run.gflow
  {PROGRAM} train --task series --data load.csv --target load --steps 2000 --out run.gflow
  {PROGRAM} train --task series --data load.csv --columns wind,load --from-row 2 --to-row 900 \\
    --steps 2000 --out run.gflow
  {PROGRAM} train run.gflow --steps 5000 --out run.gflow --log run.jsonl
  {PROGRAM} train --task temporal_order --cell own.txt --steps 2000 --out own.gflow

{STATUSES}"""
