"""The command line: the window, pictures, numbers, training and presets.

Qt is loaded by the commands that draw, and only when they are run.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from explorer.cli.arguments import ending, indented
from explorer.cli.display import display_is_missing, load_app
from explorer.cli.options import (
    BY_SIGNAL,
    DONE,
    INTERRUPTED,
    REFUSED,
    STATUSES,
    add_source,
    exploration_of,
    interruptible,
    names,
    parser_of,
    refuse_same_file,
    tidy,
)
from explorer.cli.saying import PROGRAM, Parser, mutter, open_streams, say
from explorer.cli.tabular import add_input, fed_with, misuse_of_input
from explorer.cli.train import train
from explorer.engine.errors import Refusal, Stopped
from explorer.engine.names import nearest, spelt_alike, unknown
from explorer.version import __version__

PICTURES = (".png", ".svg", ".pdf")
NUMBERS = (".npz", ".csv", ".json")
PICTURE_WITHOUT_DISPLAY = "gradient-flow.png"
SIZE = (1600, 1000)
SIZE_LIMITS = (320, 8000)

_PROGRESS_AFTER = 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own); return the exit code: see `STATUSES`."""
    words = list(sys.argv[1:] if argv is None else argv)
    open_streams()
    try:
        command = _command(words)
        return _window(words) if command is None else COMMANDS[command](words[1:])
    except Refusal as refusal:
        return _complain(str(refusal))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return DONE


def _window(words: list[str]) -> int:
    parser = Parser(
        prog=PROGRAM,
        description="Build an unrolled recurrent network, feed it a sequence, and watch its gradient flow.",
        usage="%(prog)s [-h] [--version] [FILE.gflow | --preset NAME]\n       %(prog)s {render,flow,train,presets} ...",
        epilog=_WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    add_source(parser, positional=True)
    asked, more = parser.parse_known_args(words)
    if wrong := _wrong(parser, words, asked.file, more):
        parser.error(wrong)
    exploration, refusal = _first(asked)
    if display_is_missing():
        if refusal is not None:
            raise refusal
        refuse_same_file(parser, file=asked.file, OUT=Path(PICTURE_WITHOUT_DISPLAY))
        return _draw_instead(exploration)
    if refusal is not None:
        # The window says it too: who clicks on a file twice sees no terminal.
        _complain(str(refusal))
    # Qt's event loop lets no Python handler run: Ctrl-C must end the program by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return int(load_app().run(exploration, asked.file))


def _render(words: list[str]) -> int:
    parser = parser_of(
        "render",
        "Draw the window into a picture; no display is needed.",
        f"""examples:
  {PROGRAM} render flow.png
  {PROGRAM} render slide.pdf --preset lstm-remembers --theme projector --lang zh_CN
  {PROGRAM} render mine.svg --file mine.gflow --size 1280x800""",
    )
    parser.add_argument("out", metavar="OUT", type=ending(PICTURES), help="the picture: .png, .svg or .pdf")
    add_source(parser)
    add_input(parser)
    low, high = SIZE_LIMITS
    parser.add_argument(
        "--size",
        type=_size,
        default=SIZE,
        metavar="WxH",
        help=f"width and height in pixels, {low} to {high} each (default: {SIZE[0]}x{SIZE[1]})",
    )
    parser.add_argument("--theme", choices=names("themes"), default="light", help="(default: light)")
    parser.add_argument("--lang", choices=["en", *names("i18n")], default="en", help="(default: en)")
    asked = parser.parse_args(words)
    from explorer.workspace.disk.writing import check_writable

    if wrong := misuse_of_input(asked):
        parser.error(wrong)
    refuse_same_file(parser, file=asked.file, OUT=asked.out, input=asked.input)
    check_writable(asked.out)
    _draw(asked.out, fed_with(exploration_of(asked), asked), asked.size, asked.theme, asked.lang)
    say(asked.out)
    return DONE


def _flow(words: list[str]) -> int:
    parser = parser_of(
        "flow",
        "Write the gradients of all pairs ∂s_t/∂s_k of the active network into a file, and say the verdict.",
        _flow_help(),
    )
    parser.add_argument("--out", required=True, type=ending(NUMBERS), help="the file: .npz, .csv or .json")
    add_source(parser)
    add_input(parser)
    asked = parser.parse_args(words)
    if wrong := misuse_of_input(asked):
        parser.error(wrong)
    refuse_same_file(parser, file=asked.file, out=asked.out, input=asked.input)
    from explorer.workspace.disk.export import save_numbers
    from explorer.workspace.disk.writing import check_writable
    from explorer.workspace.looks.analysis import analyse, inspect
    from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence

    check_writable(asked.out)

    with interruptible() as signals:
        stop = partial(bool, signals)
        try:
            inspection = inspect(analyse(fed_with(exploration_of(asked), asked), stop, _progress()), stop)
        except Stopped:
            return BY_SIGNAL + signals[0]
    with tidy():
        save_numbers(asked.out, inspection)
    say(*filter(None, (asked.out, verdict_sentence(inspection), cause_sentence(inspection))))
    return DONE


def _presets(words: list[str]) -> int:
    parser = parser_of(
        "presets",
        "List the presets: the name for --preset, the title, and what to look at.",
        f"example:\n  {PROGRAM} presets --lang zh_CN",
    )
    parser.add_argument("--lang", choices=["en", *names("i18n")], default="en", help="(default: en)")
    asked = parser.parse_args(words)
    from explorer.workspace.disk.presets import presets

    for preset in presets():
        say(f"{preset.name}\n    {preset.titles[asked.lang]}\n    {preset.look[asked.lang]}")
    return DONE


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "render": _render,
    "flow": _flow,
    "train": train,
    "presets": _presets,
}


def _flow_help() -> str:
    from explorer.workspace.looks.meta import HOLDS

    held = "\n".join(f"  {name}\n{indented(meaning)}" for name, meaning in HOLDS.items())
    return f"""formats, by the ending of OUT:
  .npz   the arrays, the weights among them, and meta, a text of JSON that says what they are of
  .json  the same, the weights by themselves, and the verdict; null stands for NaN, "-inf" and "inf" for
         the infinities
  .csv   t, k and the logarithms, a row for each pair k <= t; meta in comments below the names of the columns

what they hold; logarithms are natural:
{held}

examples:
  {PROGRAM} flow --out flow.npz
  {PROGRAM} flow --out flow.csv --preset exploding-relu
  {PROGRAM} flow --out flow.json --file mine.gflow"""


_WINDOW_HELP = f"""commands (each has its own --help):
  render OUT.png|.svg|.pdf   draw the window into a picture
  flow --out OUT             write the gradients of all pairs as .npz, .csv or .json
  train --out RUN.gflow      train the network on its task
  presets                    list the presets

examples:
  {PROGRAM}                             open the window
  {PROGRAM} mine.gflow                  open it on a file
  {PROGRAM} --preset exploding-relu     open it on a preset
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
    if not (asked.preset or asked.file):
        return None, None
    try:
        return exploration_of(asked), None
    except Refusal as refusal:
        if asked.file is None:
            raise
        return None, refusal


def _draw_instead(exploration: Any) -> int:
    from explorer.workspace.disk.presets import default
    from explorer.workspace.disk.writing import check_writable

    out = Path(PICTURE_WITHOUT_DISPLAY)
    check_writable(out)
    mutter(f"There is no display: drawing {out} instead of opening the window.")
    _draw(out, exploration or default().exploration, SIZE, "light", "en")
    say(out)
    return DONE


def _draw(out: Path, exploration: Any, size: tuple[int, int], theme: str, language: str) -> None:
    if sys.platform.startswith("linux"):
        # A picture needs no display, not even one that is named but out of reach.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from explorer.workspace.disk.writing import write_bytes

    picture = load_app().render(out.suffix, exploration, size, theme, language)
    with tidy():
        write_bytes(out, picture)


def _size(text: str) -> tuple[int, int]:
    low, high = SIZE_LIMITS
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if found is None or not all(low <= int(side) <= high for side in found.groups()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a size like 1600x1000 with sides from {low} to {high}")
    return int(found[1]), int(found[2])


def _progress() -> Callable[[float], None]:
    """Return what tells a person at a terminal how far work of more than a second has come."""
    begun, terminal = time.monotonic(), sys.stderr.isatty()

    def report(part: float) -> None:
        if terminal and time.monotonic() - begun > _PROGRESS_AFTER:
            mutter(f"\r{part:4.0%}", end="\r" if part < 1.0 else "\n")

    return report


def _complain(sentence: str) -> int:
    mutter(f"{PROGRAM}: {sentence}")
    return REFUSED
