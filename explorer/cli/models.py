"""``models``: which recurrent layers are in a file of weights, how they connect, and what the file does not say."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from explorer.cli.cells import columns
from explorer.cli.options import DONE, add_language, parser_of
from explorer.cli.saying import PROGRAM, refused, say, speak, tr
from explorer.engine.errors import Names
from explorer.workspace.words.catalogues import listed
from explorer.workspace.words.sentence import Sentence

_INDENT = "    "


def models(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of(
        "models",
        "List the recurrent layers in a file of weights of PyTorch, Keras, ONNX, Flax and others: how wide they are, how "
        "they connect, what else is in the file, and what the file does not say. Nothing of the file is run.",
        _HELP,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the file: .pt .safetensors .npz .keras .h5 .onnx …")
    parser.add_argument("--map", metavar="MAPPING.toml", type=Path, help="what the arrays are; see docs/models.md")
    parser.add_argument(
        "--choose", metavar="KEY=VALUE", type=_choice, action="append", default=[],
        help="what the file does not say; KEY is one of those that are listed, “activation” or “encoder:activation”",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="for other programs: an object instead of words")
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    from explorer.models import load

    found = load(asked.file, dict(asked.choose), asked.map)
    if asked.json:
        say(json.dumps(_object(found), ensure_ascii=False, indent=1))
    else:
        say(*_lines(found, asked.lang))
    return DONE


def _choice(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key and sign and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


# ---- in words


def _lines(found: Any, language: str) -> Iterator[str]:
    yield tr("“{name}”: {source}").format(name=found.name, source=found.source)
    for stack in found.stacks:
        yield ""
        yield _headline(stack)
        yield from columns([_row(strand, language) for strand in stack.strands])
    if found.left_out:
        yield from ("", tr("Not recurrent, and left out:"))
        yield from columns([(_INDENT + one.name, _KINDS[one.kind].said(tr), _why(one)) for one in found.left_out])
    if found.assumptions:
        yield from ("", tr("Not in the file, and assumed (choose with --choose KEY=VALUE):"))
        for one in found.assumptions:
            others = listed(Names(choice for choice in one.choices if choice != one.taken), tr)
            yield f"{_INDENT}{one.about}:{one.key}={one.taken}  " + tr("({others} can be chosen)").format(others=others)
            yield 2 * _INDENT + one.said.said(tr)


def _headline(stack: Any) -> str:
    levels = [" ".join(_arrow(strand) for strand in level) + f"{level[0].width}" for level in stack.levels]
    path = " ⇒ ".join([str(stack.levels[0][0].inputs), *levels])
    fed = "" if stack.embedding is None else tr(" · reads words through {name}").format(name=stack.embedding)
    return f"{stack.name}   {path}{fed}"


def _arrow(strand: Any) -> str:
    return "←" if strand.backward else "→"


def _row(strand: Any, language: str) -> tuple[str, ...]:
    from explorer.workspace.exploration.cells import told

    title = told(strand.cell, strand.activation).titles[language]
    arrays = dict.fromkeys(name for names in strand.origins.values() for name in names)
    sizes = tr("{inputs} inputs, {width} units").format(inputs=strand.inputs, width=strand.width)
    return _INDENT + strand.name, _arrow(strand), title, sizes, " ".join(arrays)


def _why(one: Any) -> str:
    return " ".join(f"{name} {shape}" for name, shape in one.shapes.items()) if one.why is None else refused(one.why)


_KINDS = {
    "embedding": Sentence("embedding"),
    "convolution": Sentence("convolution"),
    "attention": Sentence("attention"),
    "normalisation": Sentence("normalisation"),
    "linear": Sentence("linear layer"),
    "recurrent": Sentence("recurrent, not understood"),
    "other": Sentence("other"),
}


# ---- as an object


def _object(found: Any) -> dict[str, Any]:
    return {
        "file": found.name,
        "source": found.source,
        "networks": [
            {"name": stack.name, "embedding": stack.embedding,
             "levels": [[_strand(one) for one in level] for level in stack.levels]}
            for stack in found.stacks
        ],
        "left_out": [
            {"name": one.name, "kind": one.kind, "shapes": {name: list(shape) for name, shape in one.shapes.items()},
             "why": None if one.why is None else str(one.why)}
            for one in found.left_out
        ],
        "assumptions": [
            {"about": one.about, "key": one.key, "taken": one.taken, "choices": list(one.choices), "why": str(one.said)}
            for one in found.assumptions
        ],
        "words": len(found.words),
    }  # fmt: skip


def _strand(strand: Any) -> dict[str, Any]:
    from explorer.workspace.exploration.cells import name_of, told

    file = told(strand.cell, strand.activation)
    return {
        "name": strand.name,
        "cell": name_of(strand.cell),
        "equations": file.recurrence.text,
        "activation": file.recurrence.activation,
        "direction": "backward" if strand.backward else "forward",
        "inputs": strand.inputs,
        "width": strand.width,
        "weights": {name: list(names) for name, names in strand.origins.items()},
        "starts_from": sorted(strand.start),
    }


_HELP = f"""docs/models.md says which files are read, and how a mapping is written.

examples:
  {PROGRAM} models model.pt
  {PROGRAM} models model.pt --choose encoder:activation=relu --json
  {PROGRAM} models weights.npz --map mapping.toml"""
