"""A table on the command line: which of its columns and rows are learnt from, and how its numbers are read."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

from explorer.cli.arguments import count
from explorer.cli.saying import PROGRAM, mutter
from explorer.engine.errors import BadSequence, DoubtfulNumbers, LongTable, NoNumber

_HINTS: dict[type[BadSequence], str] = {
    DoubtfulNumbers: "--decimal point or --decimal comma",
    NoNumber: "--columns takes only some columns, --from-row and --to-row only some rows",
    LongTable: "--from-row and --to-row",
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


def series_asked(asked: argparse.Namespace) -> Any:
    """Return the task of learning from the table that was named, and say how its commas were read, if it has any.

    Raises as the table and `series_task` do.
    """
    from explorer.workspace.feed.table import Excerpt
    from explorer.workspace.feed.tables import read_table
    from explorer.workspace.tasks.own import series_task

    table = read_table(asked.data)
    target = table.names[table.place(asked.target)] if asked.target else ""
    excerpt = Excerpt(asked.columns, asked.from_row, asked.to_row, asked.decimal)
    if asked.columns is None:
        excerpt = excerpt._replace(columns=_offered(table, excerpt, asked))
    extract = table.read(excerpt)
    if extract.example is not None:
        text, value = extract.example
        mutter(f"{PROGRAM}: in “{Path(asked.data).name}” “{text}” is read as {value:.15g}")
    return series_task(extract.numbers, target)


def _offered(table: Any, excerpt: Any, asked: argparse.Namespace) -> tuple[int, ...]:
    """Return the columns that are taken unasked, and say which are left out and why.

    Raises as the table does, and with what is wrong with the column that is to be predicted.
    """
    from explorer.workspace.words.numbers import quoted

    offer = table.offer(excerpt)
    if asked.target and table.place(asked.target) in offer.faults:
        raise offer.faults[table.place(asked.target)]
    reasons = [(table.names[i], reason) for i, reason in offer.faults.items() if i not in offer.columns]
    reasons += [(table.names[i], f"At most {len(offer.columns)} columns fit.") for i in offer.beyond]
    for name, reason in reasons[:_MOST_TOLD]:
        mutter(f"{PROGRAM}: in “{Path(asked.data).name}” the column “{quoted(name)}” is left out: {reason}")
    if len(reasons) > _MOST_TOLD:
        mutter(f"{PROGRAM}: … and {len(reasons) - _MOST_TOLD} more (--columns takes those that it names)")
    return tuple(offer.columns)


def with_option(refusal: BadSequence) -> str:
    """Return the sentence of ``refusal`` and the options that help, where there are some."""
    hint = _HINTS.get(type(refusal))
    return f"{str(refusal).removesuffix('.')} ({hint})." if hint else str(refusal)


def _columns(text: str) -> tuple[str, ...]:
    """Return the columns of a list; one whose name has a comma stands in quotation marks."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))
    if not names or not all(names):
        raise argparse.ArgumentTypeError(f"“{text}” is not a list of columns like a,b")
    return names
