"""``cells``: the cells that there are, or what is known of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from explorer.cli.asked_cell import cell_asked
from explorer.cli.options import DONE, add_language, parser_of
from explorer.cli.saying import PROGRAM, mutter, refused, say, speak, tr, width_of

_INDENT = "    "


def cells(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of(
        "cells",
        "List the cells in groups, one a line: the name for --cell, the title, the states, whose it is; those that ship, "
        "then a person's own. Of a cell that is named say all that is known: what it is, its equations, and what each name "
        "in them was found to be.",
        _HELP,
    )
    parser.add_argument("cell", metavar="NAME|FILE", nargs="?", help="one of them, or a file of equations")
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    if asked.cell is None:
        _list(asked.lang)
    else:
        say(*_sheet(asked.cell, asked.lang))
    return DONE


def _list(language: str) -> None:
    from explorer.workspace.disk.cells import own_cells, own_folder

    own, refusals = own_cells()
    groups = _shipped(language)
    if own:
        groups[tr("Own")] = [_own_row(path, file, language) for path, file in own.items()]
    lines = columns([row for rows in groups.values() for row in rows])
    for title, rows in groups.items():
        say(title, *(_INDENT + next(lines) for _ in rows))
    for refusal in refusals.values():
        mutter(f"{PROGRAM}: {refused(refusal)}")
    mutter(tr("A person's own cells are looked for in {folder}").format(folder=own_folder()))


def _shipped(language: str) -> dict[str, list[tuple[str, ...]]]:
    """Return a row for each cell that ships, by the titles of the groups."""
    from explorer.engine.recurrence import library
    from explorer.engine.recurrence.cell_groups import cell_groups

    titles = {name: words[language] for name, words in cell_groups().items()}
    grouped = {titles[group]: some for group, some in library.grouped().items()}
    grouped[tr("Others")] = tuple(name for name in library.names() if library.words(name).group not in titles)
    return {
        title: [_row(name, library.cell(name), library.words(name).source, language) for name in some]
        for title, some in grouped.items()
        if some
    }


def _row(name: str, file: Any, source: str, language: str) -> tuple[str, ...]:
    return name, file.titles[language], ", ".join(state.name for state in file.recurrence.states), source


def _own_row(path: Path, file: Any, language: str) -> tuple[str, ...]:
    from explorer.workspace.disk.cells import ships

    if not ships(path.stem):
        return _row(path.stem, file, path.name, language)
    # By its name alone the one that ships is meant.
    name = tr("{text} ({note})").format(text=path.stem, note=tr("own"))
    return _row(name, file, f"--cell {path}", language)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows of a table with its columns below each other."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - width_of(text)) for text, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _sheet(text: str, language: str) -> Iterator[str]:
    """Yield the lines that say all that is known of a cell."""
    from explorer.engine.recurrence.typeset.equations import plain
    from explorer.workspace.exploration.cells import name_of, told
    from explorer.workspace.words.cells import doubts, was_read

    cell = cell_asked(text)
    file = told(cell)
    title = file.titles[language]
    yield title if title == name_of(cell) else f"{name_of(cell)}  {title}"
    for words in filter(None, (file.notes[language], file.flows[language], file.source)):
        yield _INDENT + words
    for block in (
        plain(file.recurrence),
        *([one.said(tr) for one in said] for said in (was_read(file.recurrence), doubts(file.recurrence))),
    ):
        yield from ("", *(_INDENT + line for line in block)) if block else ()


_HELP = f"""A person's own are files of equations in a folder of the program; the last line names it. One that is called
like a cell that ships is named by its file.

examples:
  {PROGRAM} cells --lang zh_CN
  {PROGRAM} cells mgu
  {PROGRAM} cells mine.txt"""
