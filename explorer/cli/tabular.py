"""A table on the command line: which of its columns and rows are learnt from or fed, and how its numbers are read."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

from explorer.cli.arguments import count
from explorer.cli.saying import PROGRAM, mutter, refused, tr
from explorer.engine.errors import BadFile, BadSequence, DoubtfulNumbers, LongTable, NoNumber, Refusal

_HINTS: dict[type[BadSequence], Refusal] = {
    DoubtfulNumbers: Refusal("Say --decimal point or --decimal comma."),
    NoNumber: Refusal("--columns takes only some columns, --from-row and --to-row only some rows."),
    LongTable: Refusal("--from-row and --to-row do that."),
}
_MOST_TOLD = 3
_OPTIONS = ("target", "columns", "from_row", "to_row", "decimal")


def add_table(parser: argparse.ArgumentParser) -> None:
    """Let be said what is taken of a table, and how."""
    group = parser.add_argument_group(
        "a table, with --task series", "A column is named by its name in the first row, or by its number, from 1."
    )
    group.add_argument("--target", metavar="COLUMN", help="the column to predict (default: the last that is taken)")
    group.add_argument(
        "--columns",
        type=_columns,
        metavar="A,B,…",
        help="the columns to take, the target among them (default: those that hold numbers)",
    )
    _add_part(group)


def add_input(parser: argparse.ArgumentParser) -> None:
    """Let a table be named that the network is fed, what is taken of it, and how."""
    group = parser.add_argument_group(
        "a table as input", "A column is named by its name in the first row, or by its number, from 1."
    )
    group.add_argument(
        "--input", type=Path, metavar="FILE", help="feed the network a table in the place of its sequence"
    )
    group.add_argument(
        "--columns", type=_columns, metavar="A,B,…", help="the columns to feed (default: those that hold numbers)"
    )
    group.add_argument(
        "--standardise",
        choices=("yes", "no"),
        help="feed each column with mean 0 and deviation 1 (default: where the numbers are far from one)",
    )
    _add_part(group)


def _add_part(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--from-row", type=count, metavar="N", help="the first row, counted as the lines of the file")
    group.add_argument("--to-row", type=count, metavar="N", help="the last row")
    group.add_argument(
        "--decimal", choices=("point", "comma"), help="the decimal mark (default: as the numbers show, else asked for)"
    )


def misuse_of_table(asked: argparse.Namespace) -> str:
    """Return the options of a table that were given, in words; "" for none."""
    return ", ".join(f"--{name.replace('_', '-')}" for name in _OPTIONS if getattr(asked, name) is not None)


def misuse_of_fed(asked: argparse.Namespace) -> str:
    """Return the options that only a table has, of those that were given, in words; "" for none."""
    return ", ".join(f"--{name.replace('_', '-')}" for name in _OPTIONS[1:] if getattr(asked, name) is not None)


def misuse_of_input(asked: argparse.Namespace) -> str:
    """Return which words of a table are said where none is named, "" if none is."""
    given = [name for name in ("columns", "standardise", *_OPTIONS[2:]) if getattr(asked, name) is not None]
    said = ", ".join(f"--{name.replace('_', '-')}" for name in given)
    return f"{said}: said of a table, and goes with --input" if said and asked.input is None else ""


def fed_with(exploration: Any, asked: argparse.Namespace) -> Any:
    """Return ``exploration`` fed with the table that was named, looked at from its end; as it is where none was.

    Raises
    ------
    BadFile
        If the file can't be read, or a table in it can't be fed.
    """
    if asked.input is None:
        return exploration
    import numpy as np

    from explorer.workspace.exploration.scaling import is_far_from_one
    from explorer.workspace.feed.edits import standardised
    from explorer.workspace.feed.sequences import loaded
    from explorer.workspace.tasks.own import as_learnt

    try:
        numbers = as_learnt(exploration.task, _taken(asked, asked.input)[0].numbers)
    except BadSequence as refusal:
        raise refused_file(asked.input.name, refusal) from refusal
    unasked = asked.standardise is None and not numbers.scaling and is_far_from_one(np.array(numbers.rows))
    if unasked:
        sentence = tr("“{name}” is far from one and is standardised (--standardise no feeds it as it is)")
        mutter(f"{PROGRAM}: " + sentence.format(name=asked.input.name))
    return loaded(exploration, standardised(numbers) if unasked or asked.standardise == "yes" else numbers)


def series_asked(asked: argparse.Namespace) -> Any:
    """Return the task of learning from the table that was named, and say how its commas were read, if it has any.

    Raises as the table and `series_task` do.
    """
    from explorer.workspace.tasks.own import series_task
    from explorer.workspace.words.numbers import quoted

    extract, target = _taken(asked, asked.data, asked.target)
    task = series_task(extract.numbers, target)
    if not target:
        mutter(f"{PROGRAM}: “{quoted(task.target)}” is predicted (--target takes another column)")
    return task


def _taken(asked: argparse.Namespace, path: Path, target: str | None = None) -> tuple[Any, str]:
    """Return what is taken of the table at ``path``, and the name of its column ``target``, "" for none."""
    from explorer.workspace.feed.table import Excerpt
    from explorer.workspace.feed.tables import read_table

    table = read_table(path)
    place = table.place(target) if target else None
    excerpt = Excerpt(asked.columns, asked.from_row, asked.to_row, asked.decimal)
    if asked.columns is None:
        excerpt = excerpt._replace(columns=_offered(table, excerpt, path.name, place))
    extract = table.read(excerpt)
    if extract.example is not None:
        text, value = extract.example
        sentence = tr("in “{name}” “{text}” is read as {value:.15g}")
        mutter(f"{PROGRAM}: " + sentence.format(name=path.name, text=text, value=value))
    return extract, "" if place is None else table.names[place]


def _offered(table: Any, excerpt: Any, name: str, target: int | None) -> tuple[int, ...]:
    """Return the columns that are taken unasked, and say which are left out and why.

    Raises as the table does, and with what is wrong with the column that is to be predicted.
    """
    from explorer.workspace.words.numbers import quoted

    offer = table.offer(excerpt)
    if target in offer.faults:
        raise offer.faults[target]
    reasons = [(table.names[i], refused(reason)) for i, reason in offer.faults.items() if i not in offer.columns]
    full = tr("At most {most} columns fit.").format(most=len(offer.columns))
    reasons += [(table.names[i], full) for i in offer.beyond]
    sentence = tr("in “{name}” the column “{column}” is left out: {reason}")
    for column, reason in reasons[:_MOST_TOLD]:
        told = sentence.format(name=name, column=quoted(column), reason=reason)
        mutter(f"{PROGRAM}: {told}")
    if len(reasons) > _MOST_TOLD:
        more = tr("… and {count} more (--columns takes those that it names)")
        mutter(f"{PROGRAM}: " + more.format(count=len(reasons) - _MOST_TOLD))
    return tuple(offer.columns)


def refused_file(name: str, refusal: BadSequence) -> BadFile:
    """Return the refusal of the file ``name`` for the reason that ``refusal`` says, with the options that help."""
    hint = _HINTS.get(type(refusal))
    if hint is None:
        return BadFile("“{name}”: {reason}", name=name, reason=refusal)
    return BadFile("“{name}”: {reason} {hint}", name=name, reason=refusal, hint=hint)


def _columns(text: str) -> tuple[str, ...]:
    """Return the columns of a list; one whose name has a comma stands in quotation marks."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))
    if not names or not all(names):
        raise argparse.ArgumentTypeError(f"“{text}” is not a list of columns like a,b")
    return names
