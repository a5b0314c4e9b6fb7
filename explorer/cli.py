"""The command line: the window, pictures, numbers, training and presets.

Qt is loaded by the commands that draw, and only when they are run: ``explorer.gui.app`` is imported by name.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import importlib.util
import os
import re
import shutil
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import explorer
from explorer.engine.errors import BadFile, BadSequence, Refusal
from explorer.paths import resources

PROGRAM = "gradient-flow"
PICTURES = (".png", ".svg", ".pdf")
NUMBERS = (".npz", ".csv", ".json")
PICTURE_WITHOUT_DISPLAY = "gradient-flow.png"
SIZE = (1600, 1000)
SIZE_LIMITS = (320, 8000)

DONE, REFUSED, INTERRUPTED = 0, 1, 130
BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a program."""

QT_PACKAGES = (
    "libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libx11-xcb1 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0"
)
_PROGRESS_AFTER = 1.0
_BAR = 24


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own); return the exit code.

    0 is success, 1 a refusal, told in one sentence on standard error, 130 an interruption by Ctrl-C, 143 an end by
    SIGTERM. A usage error exits with 2.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A sentence with ρ in it must not end the program on a terminal that lacks the letter.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        if words and words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:])
        return _window(words)
    except Refusal as refusal:
        return _complain(str(refusal))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing is left to be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _window(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Build an unrolled recurrent network, feed it a sequence, and watch its gradient flow.",
        usage="%(prog)s [-h] [--version] [FILE.gflow | --preset NAME]\n       %(prog)s {render,flow,train,presets} ...",
        epilog=_WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {explorer.__version__}")
    _add_source(parser, positional=True)
    asked = parser.parse_args(words)
    exploration, refusal = _first(asked)
    if _display_is_missing():
        if refusal is not None:
            raise refusal
        return _draw_instead(exploration)
    if refusal is not None:
        # The window says it too: who clicks on a file twice sees no terminal.
        _complain(str(refusal))
    # Qt's event loop lets no Python handler run: Ctrl-C must end the program by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return int(_app().run(exploration, asked.file))


def _render(words: list[str]) -> int:
    parser = _parser(
        "render",
        "Draw the window into a picture; no display is needed.",
        f"""examples:
  {PROGRAM} render flow.png
  {PROGRAM} render slide.pdf --preset lstm-remembers --theme projector --lang zh_CN
  {PROGRAM} render mine.svg --file mine.gflow --size 1280x800""",
    )
    parser.add_argument("out", metavar="OUT", type=_ending(PICTURES), help="the picture: .png, .svg or .pdf")
    _add_source(parser)
    low, high = SIZE_LIMITS
    parser.add_argument(
        "--size",
        type=_size,
        default=SIZE,
        metavar="WxH",
        help=f"width and height in pixels, {low} to {high} each (default: {SIZE[0]}x{SIZE[1]})",
    )
    parser.add_argument("--theme", choices=_names("themes"), default="light", help="(default: light)")
    parser.add_argument("--lang", choices=["en", *_names("i18n")], default="en", help="(default: en)")
    asked = parser.parse_args(words)
    _draw(asked.out, _exploration(asked), asked.size, asked.theme, asked.lang)
    print(asked.out)
    return DONE


def _flow(words: list[str]) -> int:
    parser = _parser(
        "flow",
        "Write the gradients of all pairs ∂s_t/∂s_k of the active network into a file, and say the verdict.",
        f"""formats, by the ending of OUT:
  .npz   x (T, m), s (T+1, N), z, o (T, p) and log_norm (T+1, T+1): the natural logarithm of the
         Frobenius norm of ∂s_t/∂s_k at [t, k]; NaN for k > t, -inf for a true zero
  .json  the same and the verdict; null stands for NaN, "-inf" and "inf" for the infinities
  .csv   one row t,k,log_norm for each pair k <= t

examples:
  {PROGRAM} flow --out flow.npz
  {PROGRAM} flow --out flow.csv --preset exploding-relu
  {PROGRAM} flow --out flow.json --file mine.gflow""",
    )
    parser.add_argument("--out", required=True, type=_ending(NUMBERS), help="the file: .npz, .csv or .json")
    _add_source(parser)
    asked = parser.parse_args(words)
    from explorer.workspace.analysis import analyse, inspect
    from explorer.workspace.export import save_numbers
    from explorer.workspace.sentences import cause_sentence, verdict_sentence

    inspection = inspect(analyse(_exploration(asked), report=_progress()))
    save_numbers(asked.out, inspection)
    print(*filter(None, (asked.out, verdict_sentence(inspection), cause_sentence(inspection))), sep="\n")
    return DONE


def _presets(words: list[str]) -> int:
    parser = _parser(
        "presets",
        "List the presets: the name for --preset, the title, and what to look at.",
        f"example:\n  {PROGRAM} presets --lang zh_CN",
    )
    parser.add_argument("--lang", choices=["en", *_names("i18n")], default="en", help="(default: en)")
    asked = parser.parse_args(words)
    from explorer.workspace.presets import presets

    for preset in presets():
        print(f"{preset.name}\n    {preset.titles[asked.lang]}\n    {preset.look[asked.lang]}")
    return DONE


def _train(words: list[str]) -> int:
    from explorer.workspace.tasks import TASKS

    parser = _parser("train", _TRAIN_DOES, _train_help())
    parser.add_argument("--steps", required=True, type=_count, metavar="N", help="how many updates in all")
    parser.add_argument("--out", required=True, type=_ending((".gflow",)), metavar="RUN.gflow", help="the file")
    parser.add_argument("--log", type=Path, metavar="FILE.jsonl", help="a line of JSON for each update")
    source = _add_source(parser)
    source.add_argument("--task", choices=TASKS, help="a task, with a network and settings that learn it")
    parser.add_argument("--data", type=Path, metavar="FILE", help="with --task: learn from a file of your own")
    parser.add_argument(
        "--target", metavar="COLUMN", help="with --task series: the column to predict (default: the last)"
    )
    asked = parser.parse_args(words)
    wrong = _misuse(asked)
    if wrong:
        parser.error(wrong)
    with _interruptible() as signals:
        return _train_to_the_end(asked, signals)


def _misuse(asked: argparse.Namespace) -> str:
    """Return which words of a training don't go together, "" if all do."""
    from explorer.workspace.tasks import TASKS

    if asked.task is None:
        return "--data and --target go with --task" if asked.data or asked.target else ""
    kind = TASKS[asked.task]
    if kind.owned and asked.data is None:
        return f"--task {asked.task} learns from --data FILE. {kind.form['en']}"
    if asked.data and not kind.form:
        return f"--task {asked.task} makes its own data; --data goes with {', '.join(_own_tasks())}"
    if asked.target and "rows" not in kind.uses:
        return "--target names a column of a table: it goes with --task series"
    if asked.log and asked.log.resolve() == asked.out.resolve():
        return "--log and --out name the same file"
    return ""


def _own_tasks() -> list[str]:
    from explorer.workspace.tasks import TASKS

    return [name for name, kind in TASKS.items() if kind.form]


def _train_to_the_end(asked: argparse.Namespace, signals: list[int]) -> int:
    from explorer.workspace.training import learnt_by
    from explorer.workspace.training_file import steps_done, taken_up, train_into

    exploration = _exploration(asked)
    learnt_by(exploration)
    exploration = taken_up(exploration, asked.out)
    begun, last = steps_done(exploration), None
    bar = _bar(begun, asked.steps)
    for progress in train_into(asked.out, exploration, asked.steps, asked.log, lambda: bool(signals)):
        last = progress
        bar(progress)
    if signals and sys.stderr.isatty():
        print(file=sys.stderr)
    print(asked.out, _outcome(begun, last), sep="\n")
    return BY_SIGNAL + signals[0] if signals else DONE


def _outcome(begun: int, last: Any) -> str:
    """Return what became of a training that began at the step ``begun``, and where the ``last`` progress left it."""
    if last is None:
        return f"There was nothing left to do: step {begun} is reached."
    if last.diverged:
        return f"The loss stopped being a finite number in update {last.now.step + 1}; the weights before it jumped are kept."
    return f"Step {last.now.step}: {_scores(last)}."


def _scores(progress: Any) -> str:
    """Return the newest scores that are known, in words."""
    from explorer.workspace.record import COLUMNS

    parts = []
    for name, text in (("loss", "loss {:.4g}"), ("held_loss", "held out {:.4g}"), ("held_accuracy", "{:.1%} right")):
        column = progress.points[:, COLUMNS.index(name)]
        known = column[column == column]
        if len(known):
            parts.append(text.format(known[-1]))
    return ", ".join(parts)


def _bar(begun: int, steps: int) -> Callable[[Any], None]:
    """Return what draws how far a training has come, where a person at a terminal sees it."""
    terminal, scores = sys.stderr.isatty(), [""]

    def draw(progress: Any) -> None:
        if not terminal:
            return
        done = progress.now.step
        # What is measured now and then stays until it is measured again.
        newest = _scores(progress)
        scores[0] = newest if "held" in newest or "held" not in scores[0] else scores[0]
        left = (steps - done) * progress.seconds / max(1, done - begun)
        full = round(_BAR * min(1.0, done / steps))
        line = f"{'█' * full}{'·' * (_BAR - full)} {done}/{steps}  {scores[0]}  {_duration(left)} left"
        over = done >= steps or progress.diverged
        print(
            f"\r{line[: shutil.get_terminal_size().columns - 1]}\x1b[K",
            end="\n" if over else "",
            file=sys.stderr,
            flush=True,
        )

    return draw


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes else f"{rest} s"


@contextlib.contextmanager
def _interruptible() -> Iterator[list[int]]:
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


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "render": _render,
    "flow": _flow,
    "train": _train,
    "presets": _presets,
}

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

Without a display the first preset is drawn into {PICTURE_WITHOUT_DISPLAY} instead."""


_TRAIN_DOES = "Train the active network on its task, and keep the weights and the course of the training in a file."


def _train_help() -> str:
    """Return what can be trained on, and how."""
    from explorer.workspace.tasks import TASKS

    forms = (
        textwrap.fill(TASKS[name].form["en"], 92, initial_indent="    ", subsequent_indent="    ")
        for name in _own_tasks()
    )
    own = "\n".join(f"  {name}\n{form}" for name, form in zip(_own_tasks(), forms, strict=True))
    return f"""--steps counts from the beginning: the same command again goes on after an interruption, and a
greater number of steps continues what is in OUT. Ctrl-C and SIGTERM end it with the last state saved.

files for --data, by the task:
{own}

examples:
  {PROGRAM} train --task temporal_order --steps 2000 --out run.gflow
  {PROGRAM} train --task series --data load.csv --target load --steps 2000 --out run.gflow
  {PROGRAM} train --file run.gflow --steps 5000 --out run.gflow --log run.jsonl"""


def _parser(command: str, description: str, epilog: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"{PROGRAM} {command}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_source(parser: argparse.ArgumentParser, positional: bool = False) -> argparse._MutuallyExclusiveGroup:
    """Let a preset or a file be named; return the group, one of which can be named."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--preset", metavar="NAME", help=f"one of those that “{PROGRAM} presets” lists")
    if positional:
        source.add_argument("file", metavar="FILE.gflow", nargs="?", type=Path, help="a saved exploration")
    else:
        source.add_argument("--file", metavar="FILE.gflow", type=Path, help="a saved exploration")
    return source


def _exploration(asked: argparse.Namespace) -> Any:
    """Return the exploration asked for: that of a file, of a task, of a preset, or the first preset's."""
    from explorer.workspace.files import load
    from explorer.workspace.presets import default, preset

    if asked.file is not None:
        return load(asked.file)
    if getattr(asked, "task", None):
        from explorer.workspace.tasks import advised

        return advised(default().exploration, _task(asked))
    return (preset(asked.preset) if asked.preset else default()).exploration


def _task(asked: argparse.Namespace) -> Any:
    """Return the task asked for, on the person's own data where some are named."""
    from explorer.workspace.task import Task
    from explorer.workspace.tasks import TASKS, own_series, own_text

    if asked.data is None:
        return Task(kind=asked.task)
    try:
        if "rows" in TASKS[asked.task].uses:
            return own_series(asked.data, asked.target or "")
        return own_text(asked.data, asked.task)
    except BadSequence as refusal:
        raise BadFile("“{name}”: {reason}", name=asked.data.name, reason=str(refusal)) from refusal


def _first(asked: argparse.Namespace) -> tuple[Any, Refusal | None]:
    """Return what the window is to begin with, None for the first preset, and why a file can't be opened."""
    if not (asked.preset or asked.file):
        return None, None
    try:
        return _exploration(asked), None
    except Refusal as refusal:
        if asked.file is None:
            raise
        return None, refusal


def _draw_instead(exploration: Any) -> int:
    from explorer.workspace.presets import default

    out = Path(PICTURE_WITHOUT_DISPLAY)
    print(f"There is no display: drawing {out} instead of opening the window.", file=sys.stderr)
    _draw(out, exploration or default().exploration, SIZE, "light", "en")
    print(out)
    return DONE


def _draw(out: Path, exploration: Any, size: tuple[int, int], theme: str, language: str) -> None:
    if sys.platform.startswith("linux"):
        # A picture needs no display, not even one that is named but out of reach.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app().render(out, exploration, size, theme, language)


def _app() -> Any:
    """Return the module ``explorer.gui.app``; where Qt can't be loaded the refusal says what to install."""
    try:
        return importlib.import_module("explorer.gui.app")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("explorer"):
            raise
        raise QtMissing(
            "The package {name} is missing: install the program again with pip.", name=error.name
        ) from error
    except ImportError as error:
        _refuse_library(error)


class QtMissing(Refusal):
    """Something without which Qt can't be loaded or can't open a window."""


def _refuse_library(error: Exception) -> NoReturn:
    """Name the system library whose lack is the ``error``; another error is raised again."""
    library = re.search(r"\blib[\w+.-]+\.so[.\d]*(?=: cannot open)", str(error))
    if library is None:
        raise error
    raise QtMissing(
        "Qt can't be used, because the system has no {library}. On Debian or Ubuntu: sudo apt install {packages}",
        library=library[0], packages=QT_PACKAGES,
    ) from error  # fmt: skip


def _display_is_missing() -> bool:
    """Return whether no window can be opened here; Qt itself would end the process without a word to catch.

    Raises
    ------
    QtMissing
        If there is an X display, but a library that Qt needs for it is not there.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    if os.environ.get("WAYLAND_DISPLAY"):
        return False
    return not os.environ.get("DISPLAY") or not _x_answers()


def _x_answers() -> bool:
    _load_x_plugin()
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def _load_x_plugin() -> None:
    """Load Qt's plug-in for X by hand: the error then names the library that it lacks."""
    package = importlib.util.find_spec("PySide6")
    for folder in package.submodule_search_locations or () if package else ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                _refuse_library(error)


def _ending(allowed: tuple[str, ...]) -> Callable[[str], Path]:
    def path(text: str) -> Path:
        if Path(text).suffix.lower() not in allowed:
            raise argparse.ArgumentTypeError(f"“{text}” must end in {', '.join(allowed)}")
        return Path(text)

    return path


def _size(text: str) -> tuple[int, int]:
    low, high = SIZE_LIMITS
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if found is None or not all(low <= int(side) <= high for side in found.groups()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a size like 1600x1000 with sides from {low} to {high}")
    return int(found[1]), int(found[2])


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of steps from 1 to 999999999")
    return int(text)


def _names(folder: str) -> list[str]:
    return sorted(path.stem for path in (resources() / folder).glob("*.json"))


def _progress() -> Callable[[float], None]:
    """Return what tells a person at a terminal how far work of more than a second has come."""
    begun, terminal = time.monotonic(), sys.stderr.isatty()

    def report(part: float) -> None:
        if terminal and time.monotonic() - begun > _PROGRESS_AFTER:
            print(f"\r{part:4.0%}", end="\r" if part < 1.0 else "\n", file=sys.stderr, flush=True)

    return report


def _complain(sentence: str) -> int:
    print(f"{PROGRAM}: {sentence}", file=sys.stderr)
    return REFUSED
