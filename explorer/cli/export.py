"""``export``: the active network for other frameworks."""

from __future__ import annotations

from pathlib import Path

from explorer.cli.arguments import either, ending
from explorer.cli.options import (
    DONE,
    STATUSES,
    add_language,
    add_source,
    cell_file,
    exploration_told,
    parser_of,
    refuse_same_file,
    tidy,
)
from explorer.cli.saying import PROGRAM, say, speak

_DOES = "Write the active network, with its weights, as other frameworks know it."


def export(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    from explorer.workspace.disk.giving import ENDINGS, give

    parser = parser_of("export", _DOES, _help())
    parser.add_argument("out", metavar="OUT", type=ending(ENDINGS), help=f"the file: {either(ENDINGS)}")
    add_source(parser)
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    refuse_same_file(parser, file=asked.file, out=asked.out, cell=cell_file(asked))
    from explorer.workspace.exploration.building import build
    from explorer.workspace.feed.sequences import feed

    exploration = exploration_told(asked)
    network = build(exploration.recipe, feed(exploration.sequence).x.shape[1])
    with tidy():
        give(Path(asked.out), network)
    say(asked.out)
    return DONE


def _help() -> str:
    return f"""formats, by the ending of OUT:
  .safetensors   a PyTorch state dict; its metadata says into which modules it goes
  .onnx          RNN, LSTM and GRU nodes of ONNX, in float32
  .py            a short module of NumPy, from the equations, with its weights beside it: run(x)
  .torch.py      the same for PyTorch
  .npz           the weights by our own names, and the equations

What a framework has no layer for is refused; a module has every cell.

examples:
  {PROGRAM} export lstm.safetensors mine.gflow
  {PROGRAM} export unit.py --cell mine.txt

{STATUSES}"""
