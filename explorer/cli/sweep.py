"""``sweep``: a quantity of many networks over their settings, measured on all cores or on a cluster."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from explorer.cli.arguments import count, either, ending, indented
from explorer.cli.display import display_is_missing, load_app
from explorer.cli.options import (
    BY_SIGNAL,
    DONE,
    STATUSES,
    add_language,
    interruptible,
    names,
    parser_of,
    refuse_same_file,
    tidy,
)
from explorer.cli.picture import draw_sweep, size
from explorer.cli.progress import end_progress, show_progress
from explorer.cli.saying import PROGRAM, mutter, say, speak, tr
from explorer.engine.errors import BadFile
from explorer.gui.export.formats import PICTURES

_DOES = "Measure quantities of a network at every combination of the values of its settings, and keep them in a file."
_REASONS = 3
_SIZE = (1000, 600)


def sweep(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of("sweep", _DOES, _help())
    parser.add_argument("spec", metavar="SPEC.toml", type=Path, help="what is swept; with --window also an OUT.npz")
    parser.add_argument("--out", type=ending((".npz",)), metavar="OUT.npz", help="the file")
    parser.add_argument("--window", action="store_true", help="show it in the window, where it is begun by a button")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--workers", type=count, metavar="N", help="processes of this machine (default: one a core)")
    who.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster, such as tcp://10.0.0.5:8786")
    parser.add_argument(
        "--picture", type=ending(PICTURES), metavar="PICTURE", help=f"draw the result as well: {either(PICTURES)}"
    )
    parser.add_argument("--size", type=size, metavar="WxH", help="of the picture (default: 1000x600)")
    parser.add_argument("--theme", choices=names("themes"), default="light", help="of the picture (default: light)")
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    if asked.window:
        return _shown(parser, asked)
    if asked.out is None:
        parser.error("the following arguments are required: --out")
    refuse_same_file(parser, spec=asked.spec, out=asked.out, picture=asked.picture)
    if asked.picture is not None:
        from explorer.workspace.disk.writing import check_writable

        check_writable(asked.picture)
    return _swept(asked)


def _shown(parser: Any, asked: Any) -> int:
    """Open the window on a file that tells a sweep, or holds what came of one."""
    from explorer.workspace.disk.kinds import is_sweep

    if asked.out or asked.workers or asked.scheduler or asked.picture:
        parser.error("--window stands alone: the window asks for the rest")
    if not is_sweep(asked.spec):
        raise BadFile("“{name}” holds no sweep that can be read.", name=asked.spec.name)
    if display_is_missing():
        raise BadFile("There is no display for a window: leave --window out, and say --out OUT.npz.")
    return int(load_app().run(None, asked.spec))


def _swept(asked: Any) -> int:
    from explorer.workspace.sweeps.reading import read_sweep
    from explorer.workspace.sweeps.running import sweep_into
    from explorer.workspace.sweeps.workers import workers

    told, last, reasons = read_sweep(asked.spec), None, Counter[str]()
    with tidy(), interruptible() as signals, workers(asked.workers, asked.scheduler) as measuring:
        mutter(tr("{size} points, measured by: {workers}.").format(size=told.size, workers=measuring.name.said(tr)))
        for last in sweep_into(asked.out, told, measuring, partial(bool, signals)):
            failed = tr("{count} failed").format(count=last.failed) if last.failed else ""
            show_progress(last.done, last.size, failed, last.left)
            if last.outcome is not None and last.outcome.reason:
                reasons[last.outcome.reason] += 1
    end_progress()
    assert last is not None
    for reason, times in reasons.most_common(_REASONS):
        mutter(tr("{times} ×: {reason}").format(times=times, reason=reason))
    if last.done < last.size:
        say(tr("{done} of {size} points are kept; the same command goes on.").format(done=last.done, size=last.size))
        return BY_SIGNAL + signals[0] if signals else DONE
    say(asked.out, tr("{size} points, {failed} of them without a value.").format(size=last.size, failed=last.failed))
    if asked.picture is not None:
        from explorer.workspace.sweeps.opening import opened

        draw_sweep(asked.picture, opened(asked.out), size=asked.size or _SIZE, theme=asked.theme, language=asked.lang)
        say(asked.picture)
    return DONE


def _help() -> str:
    from explorer.workspace.sweeps.measuring import NAMES

    return f"""SPEC is a text in TOML; docs/sweeps.md says all that it may hold:

  preset = "toggle"                  # or file = "mine.gflow"
  quantities = ["rate", "lyapunov"]  # left out: the rate
  [axes]
  gain = {{ from = 0.5, to = 4.0, count = 36 }}
  seed = {{ from = 0, to = 31 }}
  cell = ["rnn", "lstm"]

quantities:
{indented(", ".join(NAMES))}

OUT.npz holds each axis by its name, each quantity by its name, shaped by the axes in their order, with quartiles
over seeds ("rate.median"), and "reasons", why a value is missing. Logarithms are natural. Ctrl-C, SIGTERM or
any other end loses no point that was measured: the same command goes on.

examples:
  {PROGRAM} sweep edge.toml --out edge.npz
  {PROGRAM} sweep edge.toml --out edge.npz --picture edge.svg
  {PROGRAM} sweep --window edge.toml                 also: edge.npz
  {PROGRAM} sweep edge.toml --out edge.npz --scheduler tcp://10.0.0.5:8786

{STATUSES}"""
