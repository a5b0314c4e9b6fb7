"""``watch``: a training that another process records, a line for each of its moments."""

from __future__ import annotations

import signal
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.display import display_is_missing, load_app
from explorer.cli.options import BY_SIGNAL, DONE, STATUSES, add_language, interruptible, parser_of
from explorer.cli.saying import PROGRAM, say, speak, tr
from explorer.engine.errors import Refusal

if TYPE_CHECKING:
    from explorer.workspace.watched.run import WatchedRun

_DOES = "Follow a training that another process records with explorer.watch or explorer.Recorder."
_PATIENCE = 0.5
"""Seconds between two looks at the file."""


def watch(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of("watch", _DOES, _help())
    parser.add_argument("run", metavar="RUN.gflow", type=Path, help="the file that it is recorded in")
    parser.add_argument(
        "--words", action="store_true", help="a line for each moment, as it comes, instead of the window"
    )
    parser.add_argument(
        "--layer", metavar="NAME", default="", help="the network or layer to follow, as “gradient-flow models” names it"
    )
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    if not asked.words:
        return _show(asked.run, asked.layer)
    with interruptible() as signals:
        _follow(asked.run, asked.layer, partial(bool, signals))
    return BY_SIGNAL + signals[0] if signals else DONE


def _show(path: Path, layer: str) -> int:
    """Open the window on the run; return the exit code."""
    _run(path, layer)
    if display_is_missing():
        raise Refusal("No display was found; --words says a line for each moment.")
    # Qt's event loop lets no Python handler run: Ctrl-C must end the program by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return int(load_app().run(None, path, layer=layer))


def _run(path: Path, layer: str) -> WatchedRun:
    """Return the run in a file; what is no run, or no ``layer`` of it, is refused where it was asked for."""
    from explorer.workspace.watched.run import WatchedRun

    run = WatchedRun(path)
    if layer and run.moments:
        run.found(run.moments[0]).stack(layer)
    return run


def _follow(path: Path, layer: str, stop: Any) -> None:
    """Say every moment until the training is over, of one ``layer`` or of every network for ""."""
    from explorer.workspace.watched.words import moment_in_words

    run = _run(path, layer)
    new = run.moments
    while True:
        for moment in new:
            said = tr(", ").join(sentence.said(tr) for sentence in moment_in_words(run, moment, layer))
            say(tr("Update {step}: {said}").format(step=moment.step, said=said))
        if run.ended or stop():
            return
        time.sleep(_PATIENCE)
        new = run.grow()


def _help() -> str:
    return f"""In the training, with PyTorch:

  from explorer import watch
  with watch(model, "run.gflow", every=50, sample=x) as run:
      ...                     # the training as it is; run.note(loss=loss) keeps a number

or, with any framework, explorer.Recorder("run.gflow").add(weights, loss=loss), weights by the framework's names.

It ends when the training does, or by Ctrl-C.

examples:
  {PROGRAM} watch run.gflow               in the window; also: {PROGRAM} run.gflow
  {PROGRAM} watch run.gflow --words       on a terminal
  {PROGRAM} watch run.gflow --layer encoder.l1      one layer alone

{STATUSES}"""
