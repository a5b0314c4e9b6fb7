"""The command line: the window, pictures, numbers, training, sweeps, presets, cells and lessons.

Qt is loaded by the commands that draw, and only when they are run.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from explorer.cli.arguments import either
from explorer.cli.cells import cells
from explorer.cli.display import display_is_missing, load_app
from explorer.cli.export import export
from explorer.cli.flow import flow
from explorer.cli.lessons import lessons
from explorer.cli.models import models
from explorer.cli.options import (
    DONE,
    INTERRUPTED,
    REFUSED,
    STATUSES,
    add_language,
    add_source,
    exploration_of,
    parser_of,
    refuse_same_file,
)
from explorer.cli.picture import PICTURE_WITHOUT_DISPLAY, draw_instead, render
from explorer.cli.saying import PROGRAM, Parser, mutter, open_streams, refused, say, speak
from explorer.cli.sentences import sentences
from explorer.cli.sweep import sweep
from explorer.cli.train import train
from explorer.cli.watch import watch
from explorer.engine.errors import OtherKind, Refusal
from explorer.engine.names import nearest, spelt_alike, unknown
from explorer.gui.export.formats import PICTURES
from explorer.version import __version__
from explorer.workspace.disk.kinds import MODEL
from explorer.workspace.words.catalogues import SOURCE


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own); return the exit code: see `STATUSES`."""
    words = list(sys.argv[1:] if argv is None else argv)
    open_streams()
    speak(SOURCE)
    try:
        command = _command(words)
        return _window(words) if command is None else COMMANDS[command](words[1:])
    except Refusal as refusal:
        return _complain(refusal)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return DONE


def _window(words: list[str]) -> int:
    parser = Parser(
        prog=PROGRAM,
        description="Build an unrolled recurrent network, feed it a sequence, and watch its gradient flow.",
        usage="%(prog)s [-h] [--version] [--cell NAME|FILE] [FILE.gflow | MODEL | --preset NAME | --lesson NAME|FILE]\n"
        "       %(prog)s {render,flow,export,train,sentences,sweep,watch,presets,cells,lessons,models} ...",
        epilog=_WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    add_source(parser).add_argument(
        "--lesson", metavar="NAME|FILE", help=f"one of those that “{PROGRAM} lessons” lists, or a file that tells one"
    )
    asked, more = parser.parse_known_args(words)
    if wrong := _wrong(parser, words, asked.file, more):
        parser.error(wrong)
    lesson = _lesson(asked.lesson)
    exploration, refusal = (lesson.steps[0].setting, None) if lesson else _first(asked)
    if display_is_missing():
        if refusal is not None:
            raise refusal
        refuse_same_file(parser, file=asked.file, OUT=Path(PICTURE_WITHOUT_DISPLAY))
        return draw_instead(exploration)
    if refusal is not None and not _is_model(refusal):
        # The window says it too: who clicks on a file twice sees no terminal.
        _complain(refusal)
    # Qt's event loop lets no Python handler run: Ctrl-C must end the program by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What a cell was put into is no longer what the file holds.
    path = asked.file if not _is_changed(asked) else None
    return int(load_app().run(exploration, path, lesson, Path(asked.lesson) if lesson else None))


def _lesson(text: str | None) -> Any:
    """Return the lesson asked for, None where none is."""
    if text is None:
        return None
    from explorer.workspace.lessons.library import find_lesson

    return find_lesson(text)


def _presets(words: list[str]) -> int:
    parser = parser_of(
        "presets",
        "List the presets by group: the name for --preset, the title, and what to look at.",
        f"example:\n  {PROGRAM} presets --lang zh_CN",
    )
    add_language(parser)
    asked = parser.parse_args(words)
    from explorer.workspace.disk.presets import groups, presets

    for group, titles in groups().items():
        say(titles[asked.lang])
        for preset in presets():
            if preset.group == group:
                say(f"  {preset.name}\n      {preset.titles[asked.lang]}\n      {preset.look[asked.lang]}")
    return DONE


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "render": render,
    "flow": flow,
    "export": export,
    "train": train,
    "sentences": sentences,
    "sweep": sweep,
    "watch": watch,
    "presets": _presets,
    "cells": cells,
    "lessons": lessons,
    "models": models,
}


_WINDOW_HELP = f"""commands (each has its own --help):
  render OUT                 draw what the window shows into a picture: {either(PICTURES)}
  flow --out OUT             write the gradients of all pairs into a file of numbers
  export OUT                 write the network for PyTorch, ONNX, NumPy or as a module
  train --out RUN.gflow      train the network on its task
  sentences RUN.gflow        weigh sentences by a language model, or let it go on by itself
  sweep SPEC.toml --out OUT  measure many networks over their settings
  watch RUN.gflow --words    follow a training that another process records
  presets                    list the presets
  cells [NAME|FILE]          list the cells, or say all that is known of one
  lessons [NAME|FILE]        list the lessons, or check what one says
  models FILE                list the recurrent layers in a file of weights: PyTorch, Keras, ONNX …

examples:
  {PROGRAM}                             open the window
  {PROGRAM} mine.gflow                  open it on a file
  {PROGRAM} model.onnx                  open it on somebody's network (.pt .onnx .keras .safetensors …)
  {PROGRAM} --preset exploding-relu     open it on a preset
  {PROGRAM} --cell mine.txt             open it on a cell of your own equations
  {PROGRAM} --lesson tanh-or-relu       open it on a lesson
  {PROGRAM} render flow.png --theme dark

Without a display the first preset is drawn into {PICTURE_WITHOUT_DISPLAY} instead.

{STATUSES}"""


def _command(words: Sequence[str]) -> str | None:
    """Return the command that is asked for, whatever its capitals, None for the window: a file's name is taken as it is."""
    if not words or words[0] in COMMANDS:
        return words[0] if words else None
    return None if Path(words[0]).exists() else spelt_alike(words[0], COMMANDS)


def _wrong(parser: Parser, words: list[str], file: Path | None, more: list[str]) -> str | None:
    """Return what is wrong with the words, if anything: a command that is not there, rather than what stands behind it."""
    if file is None or str(file) != words[0] or file.suffix or file.exists():
        return parser.unrecognized(more) if more else None
    return str(unknown("command", file, COMMANDS, Refusal)) if more or nearest(file, COMMANDS) else None


def _first(asked: argparse.Namespace) -> tuple[Any, Refusal | None]:
    """Return what the window is to begin with, None for the first preset, and why a file can't be opened."""
    if not (asked.preset or asked.file or _is_changed(asked)) or _is_shown_apart(asked):
        return None, None
    try:
        return exploration_of(asked), None
    except Refusal as refusal:
        if asked.file is None or _is_changed(asked):
            raise
        return None, refusal


def _is_changed(asked: argparse.Namespace) -> bool:
    """Return whether the active network is to be another one than that of a file, a preset or the beginning."""
    return any((asked.cell, asked.layers, asked.vectors, asked.embedding))


def _is_shown_apart(asked: argparse.Namespace) -> bool:
    """Return whether the file is a training that another process records, which the window follows, or a sweep."""
    from explorer.workspace.disk.kinds import is_sweep
    from explorer.workspace.models.readers.records import is_run

    return asked.file is not None and asked.cell is None and (is_run(asked.file) or is_sweep(asked.file))


def _is_model(refusal: Refusal) -> bool:
    """Return whether a file is somebody's network, which the window shows what is in."""
    return isinstance(refusal, OtherKind) and refusal.kind == MODEL


def _complain(refusal: Refusal) -> int:
    mutter(f"{PROGRAM}: {refused(refusal)}")
    return REFUSED
