"""What several commands ask for in the same way: where to begin, names of files, numbers."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from explorer.cli.arguments import count, step
from explorer.cli.asked_cell import cell_asked, mutter_read
from explorer.cli.asked_vectors import mutter_vectors, with_vectors_asked
from explorer.cli.saying import PROGRAM, Parser
from explorer.engine.errors import BadFile, BadSequence, OtherKind, Refusal
from explorer.paths import resources
from explorer.workspace.words.catalogues import SOURCE

DONE, REFUSED, DIVERGED, INTERRUPTED = 0, 1, 3, 130
BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a program."""
STATUSES = """exit status:
  0    done
  1    refused: one sentence on standard error says why
  2    wrong usage; nothing was opened or written
  3    a training diverged: its loss stopped being a finite number, and what came before is kept
  130  ended by Ctrl-C
  143  ended by SIGTERM"""


def parser_of(command: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """Return the parser of a command."""
    return Parser(
        prog=f"{PROGRAM} {command}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


class _Place(argparse.Action):
    """What stands in a place that may be empty, kept as the option of the same name keeps it."""

    def __call__(self, _parser: Any, asked: argparse.Namespace, value: Any, _option: str | None = None) -> None:
        if value is not None:
            setattr(asked, self.dest, value)


def add_source(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Let a preset or a file be named, by its place too, and a cell; return the group, one of which can be named."""
    parser.add_argument(
        "--cell",
        metavar="NAME|FILE",
        help=f"the active network's cell: one that “{PROGRAM} cells” lists, or a file of equations",
    )
    parser.add_argument(
        "--layers",
        metavar="LAYERS",
        help="the active network's layers, with commas between them: a cell, its width, a direction, residual",
    )
    parser.add_argument(
        "--embedding",
        metavar="N",
        type=count,
        help="the active network reads each word as a learnt vector of N numbers, not one-hot",
    )
    parser.add_argument(
        "--vectors", metavar="FILE", type=Path,
        help="the active network reads each word as the vector that a file of word2vec, GloVe or fastText has for it: text, "
        "or .bin",
    )  # fmt: skip
    parser.add_argument("--fixed-vectors", action="store_true", help="with --vectors: training does not move them")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--preset", metavar="NAME", help=f"one of those that “{PROGRAM} presets” lists")
    source.add_argument("--file", metavar="FILE.gflow", type=Path, help="a saved exploration; the same as FILE.gflow")
    source.add_argument(
        "file", metavar="FILE.gflow", nargs="?", action=_Place, type=Path, help="a saved exploration to begin with"
    )
    return source


def add_language(parser: argparse.ArgumentParser) -> None:
    """Let the language be named in which is spoken, and written on pictures."""
    parser.add_argument("--lang", choices=[SOURCE, *names("i18n")], default=SOURCE, help=f"(default: {SOURCE})")


def add_pair(parser: argparse.ArgumentParser) -> None:
    """Let the pair of steps be named that is looked at."""
    parser.add_argument("--t", type=step, metavar="STEP", help="the step whose gradient is looked at, from 0")
    parser.add_argument("--k", type=step, metavar="STEP", help="the earlier step to which it is followed back")


def paired(exploration: Any, asked: argparse.Namespace) -> Any:
    """Return ``exploration`` looking at the pair that was asked for.

    Raises
    ------
    BadSequence
        If the sequence has no such pair.
    """
    from explorer.engine.network.course import check_pair
    from explorer.engine.network.layer import BACKWARD, FORWARD
    from explorer.workspace.feed.sequences import steps_of
    from explorer.workspace.looks.analysis import nearest_selection
    from explorer.workspace.looks.levels import ways_asked

    T = steps_of(exploration.sequence)
    ways = ways_asked(exploration)
    before = nearest_selection(exploration.selection, T, exploration.recipe.hidden, ways)
    t = before.t if asked.t is None else asked.t
    k = before.k if asked.k is None else asked.k
    if asked.k is None and asked.t is not None:
        k = min(k, t) if FORWARD in ways else max(k, t)
    if BACKWARD not in ways:
        check_pair(t, k, T)
    else:
        check_pair(max(t, k), min(t, k), T)
    return exploration.with_selection(t=t, k=k)


def exploration_of(asked: argparse.Namespace) -> Any:
    """Return the exploration asked for: that of a file, a task, a preset, or the first preset's, with the cell asked for.

    Raises
    ------
    Refusal
        If there is none.
    """
    try:
        return _asked_for(asked)
    except OtherKind as other:
        hint = _HINTS.get(other.kind)
        if hint is None or (other.kind == "table" and not hasattr(asked, "input")):
            raise
        raise Refusal("{first} {second}", first=other, second=hint) from other


def exploration_told(asked: argparse.Namespace) -> Any:
    """Return the exploration asked for, and say what was read of a person's own cell, which no window shows.

    Raises
    ------
    Refusal
        If there is none.
    """
    exploration = exploration_of(asked)
    if asked.cell is not None:
        mutter_read(exploration.recipe.cell)
    if asked.vectors is not None:
        mutter_vectors(exploration.recipe.vectors)
    return exploration


_HINTS: dict[str, Refusal] = {
    "exploration": Refusal("It is opened by its place, or by --file."),
    "cell": Refusal("They are named by --cell."),
    "table": Refusal("It is fed by --input."),
}


def _asked_for(asked: argparse.Namespace) -> Any:
    if asked.fixed_vectors and asked.vectors is None:
        raise Refusal("--fixed-vectors goes with --vectors.")
    if asked.embedding and asked.vectors:
        raise Refusal("--vectors say how many numbers a word's vector has: --embedding does not go with them.")
    if not (asked.cell or asked.layers or asked.vectors or asked.embedding):
        return _begun(asked)
    from explorer.workspace.exploration.beside import single
    from explorer.workspace.exploration.exploration import replace

    exploration = _begun(asked)
    if not (asked.file or asked.preset):
        # Nobody asked for the networks that the first preset compares.
        exploration = single(exploration)
    exploration = replace(exploration, together=False)
    # How words are read decides how many weights the layers have.
    if asked.embedding:
        exploration = exploration.with_recipe(embedding=asked.embedding)
    if asked.vectors is not None:
        exploration = with_vectors_asked(exploration, asked.vectors, asked.fixed_vectors)
    if asked.cell is not None:
        exploration = exploration.with_recipe(cell=cell_asked(asked.cell))
    return exploration if asked.layers is None else _layered(exploration, asked.layers)


def _layered(exploration: Any, text: str) -> Any:
    from explorer.cli.asked_layers import layers_asked
    from explorer.workspace.exploration.exploration import replace
    from explorer.workspace.exploration.recipe import with_layers

    networks = list(exploration.networks)
    networks[exploration.active] = with_layers(exploration.recipe, layers_asked(text, exploration.recipe), ())
    return replace(exploration, networks=tuple(networks))


def _begun(asked: argparse.Namespace) -> Any:
    from explorer.workspace.disk.files import load
    from explorer.workspace.disk.presets import default, preset

    if asked.file is not None:
        _refuse_name(asked.file)
        return load(asked.file)
    if getattr(asked, "task", None):
        from explorer.workspace.tasks import advised

        return advised(default().exploration, _task(asked))
    return (preset(asked.preset) if asked.preset else default()).exploration


def _refuse_name(file: Path) -> None:
    """Refuse a file that is not there and is called like something that has an option of its own."""
    from explorer.engine.names import spelt_alike
    from explorer.engine.recurrence.library import names
    from explorer.workspace.disk.places import is_there
    from explorer.workspace.disk.presets import presets

    if is_there(file):
        return
    if spelt_alike(file, [one.name for one in presets()]):
        raise BadFile("There is no file “{name}”, but a preset: --preset {name}.", name=file)
    if spelt_alike(file, names()):
        raise BadFile("There is no file “{name}”, but a cell: --cell {name}.", name=file)


def _task(asked: argparse.Namespace) -> Any:
    """Return the task asked for, on the person's own data where some are named."""
    from explorer.cli.tabular import refused_file, series_asked
    from explorer.workspace.disk.files import load
    from explorer.workspace.exploration.task import USUAL_SYMBOLS, Task
    from explorer.workspace.tasks import TASKS, own_text
    from explorer.workspace.tasks.own import fed_task

    if asked.data is None:
        return Task(kind=asked.task)
    try:
        if is_exploration(asked.data):
            return fed_task(asked.task, load(asked.data).sequence, asked.target or "")
        if "rows" in TASKS[asked.task].uses:
            return series_asked(asked)
        return own_text(asked.data, asked.task, asked.words or "character", asked.dictionary or USUAL_SYMBOLS)
    except BadSequence as refusal:
        raise refused_file(asked.data.name, refusal) from refusal


def is_exploration(path: Path) -> bool:
    """Return whether a file is named as a saved exploration is."""
    return path.suffix.lower() == ".gflow"


def cell_file(asked: argparse.Namespace) -> Path | None:
    """Return the file that a cell may be read from."""
    return None if asked.cell is None else Path(asked.cell)


def refuse_same_file(parser: argparse.ArgumentParser, **paths: Path | None) -> None:
    """End the program where two of the ``paths`` lead to one file: what is read or written would be written over."""
    from explorer.workspace.disk.places import is_same_place

    named = [(name, path) for name, path in paths.items() if path is not None]
    for (name, path), (other, another) in itertools.combinations(named, 2):
        if is_same_place(path, another):
            parser.error(f"{_option(name)} and {_option(other)} name the same file")


def refuse_stream(parser: argparse.ArgumentParser, **paths: Path | None) -> None:
    """End the program where one of the ``paths`` leads to the plain file into which the program's own words go."""
    for name, path in paths.items():
        for stream, words in ((1, "standard output"), (2, "standard error")):
            with contextlib.suppress(OSError):
                if path is not None and path.is_file() and os.path.samestat(path.stat(), os.fstat(stream)):
                    parser.error(f"{_option(name)} and {words} name the same file")


def _option(name: str) -> str:
    return name if name.isupper() else f"--{name}"


def names(folder: str) -> list[str]:
    """Return what the files of a folder of resources are called, without their endings."""
    return sorted(path.stem for path in (resources() / folder).glob("*.json"))


@contextlib.contextmanager
def tidy() -> Iterator[None]:
    """Let Ctrl-C be an exception, which puts half a file away, while one is written."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def interruptible() -> Iterator[list[int]]:
    """Yield a list of the signals by which a person or a system asks the program to end, which don't end it.

    The second one ends it all the same.
    """
    come: list[int] = []
    ends: dict[signal.Signals, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}

    def note(number: int, _: object) -> None:
        come.append(number)
        for one, end in ends.items():
            signal.signal(one, end)

    before = {one: signal.signal(one, note) for one in ends}
    try:
        yield come
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
