"""``flow``: the numbers behind the pictures, and the verdict."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from explorer.cli.arguments import either, ending, indented
from explorer.cli.options import (
    BY_SIGNAL,
    DONE,
    add_language,
    add_pair,
    add_source,
    cell_file,
    exploration_told,
    interruptible,
    paired,
    parser_of,
    refuse_same_file,
    tidy,
)
from explorer.cli.saying import PROGRAM, mutter, say, speak, spoken, tr
from explorer.cli.tabular import add_input, fed_with, misuse_of_input
from explorer.engine.errors import Stopped
from explorer.workspace.words.sentence import Sentence

_DOES = "Write the gradients of all pairs ∂s_t/∂s_k of the active network into a file, and say the verdict."
_PROGRESS_AFTER = 1.0


def flow(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    from explorer.workspace.disk.export import FORMATS, save_numbers

    parser = parser_of("flow", _DOES, _help())
    parser.add_argument("--out", type=ending(FORMATS), help=f"the file: {either(FORMATS)}")
    parser.add_argument(
        "--words", action="store_true", help="say what the pictures show; without --out nothing is written"
    )
    add_source(parser)
    add_input(parser)
    add_pair(parser)
    add_language(parser)
    asked = parser.parse_args(words)
    if asked.out is None and not asked.words:
        parser.error("one of --out and --words is needed")
    if wrong := misuse_of_input(asked):
        parser.error(wrong)
    speak(asked.lang)
    refuse_same_file(parser, file=asked.file, out=asked.out, input=asked.input, cell=cell_file(asked))
    from explorer.workspace.disk.writing import check_writable
    from explorer.workspace.looks.analysis import analyse, inspect
    from explorer.workspace.looks.seeding import seeded

    if asked.out is not None:
        check_writable(asked.out)
    with interruptible() as signals:
        stop = partial(bool, signals)
        try:
            exploration = paired(fed_with(exploration_told(asked), asked), asked)
            inspection = inspect(analyse(exploration, stop, _progress()), stop)
            *_, inspection = (inspection, *seeded(inspection, stop))
            said = list(_told(inspection, stop, asked.words))
        except Stopped:
            return BY_SIGNAL + signals[0]
    if asked.out is not None:
        with tidy():
            save_numbers(asked.out, inspection, tr)
        say(asked.out)
    say(*said)
    return DONE


def _told(inspection: Any, stop: Callable[[], bool], all_views: bool) -> Iterator[str]:
    """Yield what becomes of the gradient and why, and of ``all_views`` what they show.

    Of each network under its name where several stand side by side.
    """
    from explorer.workspace.exploration.beside import alone
    from explorer.workspace.exploration.differences import called_in, names
    from explorer.workspace.looks.analysis import analyse, inspect

    exploration = inspection.analysis.exploration
    if exploration.stage == "alone":
        yield from (said.said(tr) for said in _sentences(inspection, all_views))
        return
    for i, name in enumerate(names(exploration.networks, called_in(spoken()))):
        one = inspection if i == exploration.active else inspect(analyse(alone(exploration, i), stop), stop)
        for said in _sentences(one, all_views):
            yield Sentence("{name}: {value}", {"name": name, "value": said}).said(tr)


def _sentences(inspection: Any, all_views: bool) -> Iterator[Sentence]:
    from explorer.workspace.looks.aloud import in_words
    from explorer.workspace.looks.by_layers import layers_sentence
    from explorer.workspace.looks.claimed import claimed, claims_sentences
    from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence

    yield from filter(None, (verdict_sentence(inspection), cause_sentence(inspection)))
    if all_views:
        yield from in_words(inspection)
        yield from filter(None, (layers_sentence(inspection),))
        yield from claims_sentences(claimed(inspection.analysis.run))


def _progress() -> Callable[[float], None]:
    """Return what tells a person at a terminal how far work of more than a second has come."""
    begun, terminal = time.monotonic(), sys.stderr.isatty()

    def report(part: float) -> None:
        if terminal and time.monotonic() - begun > _PROGRESS_AFTER:
            mutter(f"\r{part:4.0%}", end="\r" if part < 1.0 else "\n")

    return report


def _help() -> str:
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
  {PROGRAM} flow mine.gflow --out flow.json --t 30 --k 3 --lang zh_CN
  {PROGRAM} flow --words --preset chaos
  {PROGRAM} flow --words --cell mgu"""
