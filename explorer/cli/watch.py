"""``watch``: a training that another process records, a line for each of its moments."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from explorer.cli.options import BY_SIGNAL, DONE, STATUSES, add_language, interruptible, parser_of
from explorer.cli.saying import PROGRAM, say, speak, tr

_DOES = "Follow a training that another process records with explorer.watch or explorer.Recorder."
_PATIENCE = 0.5
"""Seconds between two looks at the file."""


def watch(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of("watch", _DOES, _help())
    parser.add_argument("run", metavar="RUN.gflow", type=Path, help="the file that it is recorded in")
    parser.add_argument("--words", action="store_true", required=True, help="a line for each moment, as it comes")
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    with interruptible() as signals:
        _follow(asked.run, partial(bool, signals))
    return BY_SIGNAL + signals[0] if signals else DONE


def _follow(path: Path, stop: Any) -> None:
    """Say every moment until the training is over."""
    from explorer.workspace.watched.run import WatchedRun
    from explorer.workspace.watched.words import moment_in_words

    run = WatchedRun(path)
    new = run.moments
    while True:
        for moment in new:
            said = tr(", ").join(sentence.said(tr) for sentence in moment_in_words(run, moment))
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

example:
  {PROGRAM} watch run.gflow --words

{STATUSES}"""
