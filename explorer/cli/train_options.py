"""What ``train`` is told, and which of it does not go together."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.cli.arguments import count, ending, forcing, indented, weight
from explorer.cli.options import STATUSES, add_language, add_source, is_exploration, parser_of
from explorer.cli.saying import PROGRAM
from explorer.cli.tabular import add_table, misuse_of_fed, misuse_of_table

_DOES = "Train the active network on its task, and keep the weights and the course of the training in a file."


def training_parser() -> argparse.ArgumentParser:
    """Return what reads the words of ``train``."""
    parser = parser_of("train", _DOES, _help())
    parser.add_argument("--steps", required=True, type=count, metavar="N", help="how many updates in all")
    parser.add_argument("--out", required=True, type=ending((".gflow",)), metavar="RUN.gflow", help="the file")
    parser.add_argument("--log", type=Path, metavar="FILE.jsonl", help="a line of JSON for each update")
    add_language(parser)
    _add_task(parser, add_source(parser))
    _add_decay(parser)
    _add_flossing(parser)
    parser.add_argument(
        "--force",
        type=forcing,
        metavar="N|auto",
        help="set the state right after every N steps, or as often as a small error doubles (ln 2/λ₁): for a number to be "
        "told at every step",
    )
    add_table(parser)
    return parser


def _add_task(parser: argparse.ArgumentParser, source: argparse._MutuallyExclusiveGroup) -> None:
    from explorer.workspace.tasks import TASKS

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


def _add_decay(parser: argparse.ArgumentParser) -> None:
    decay = parser.add_mutually_exclusive_group()
    decay.add_argument("--l2", type=weight, metavar="λ", help="weight decay of U, W and V by λθ in the gradient")
    decay.add_argument(
        "--l1",
        type=weight,
        metavar="λ",
        help="weight decay of U, W and V by a soft threshold after each step: makes zeros",
    )


def _add_flossing(parser: argparse.ArgumentParser) -> None:
    flossing = parser.add_argument_group("flossing", "hold the leading Lyapunov exponents at 0 (Engelken 2023)")
    flossing.add_argument("--floss", type=weight, metavar="W", help="weight of mean λ² beside the loss")
    flossing.add_argument(
        "--floss-first", type=count, metavar="N", help="so many first updates do nothing but flossing"
    )
    flossing.add_argument("--exponents", type=count, metavar="K", help="how many exponents (default: 8)")


def misuse(asked: argparse.Namespace) -> str:
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
