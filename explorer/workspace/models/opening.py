"""Opening a file: its bytes, what a reader makes of them, and what the frameworks' conventions make of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from struct import error as unpacking
from zlib import error as inflating

import numpy as np

from explorer.engine.errors import BadFile, BadNetwork, Damage, Refusal
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.found import Found
from explorer.workspace.models.frameworks import flax, jax_and_mlx, keras, mapping, pytorch, structure
from explorer.workspace.models.frameworks.mapping_told import Told, read_mapping
from explorer.workspace.models.left_out import rest_of, with_embedding
from explorer.workspace.models.onnx import finding as onnx
from explorer.workspace.models.onnx import reading as onnx_files
from explorer.workspace.models.readers import (
    equinox_files,
    keras_files,
    messages,
    numpy_files,
    records,
    safetensors,
    tensorflow_js,
)
from explorer.workspace.models.readers import pytorch as pytorch_files
from explorer.workspace.models.readers.bounds import most_of_a_file
from explorer.workspace.models.readers.zipped import Zipped
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stored import Stored
from explorer.workspace.models.vocabulary import words_in
from explorer.workspace.words.reading import read_bounded

Conventions = Callable[[Stored, Asked], Recognised]

FRAMEWORKS: tuple[Conventions, ...] = (
    onnx.find,
    keras.find,
    flax.find,
    jax_and_mlx.find_haiku,
    jax_and_mlx.find_equinox,
    jax_and_mlx.find_mlx,
    pytorch.find,
    structure.find,
)
"""In the order in which they are asked; each is given the arrays that those before it did not know."""


def open_model(
    path: Path, chose: Mapping[str, str] | None = None, map_file: Path | None = None, step: int | None = None
) -> Found:
    """Return the recurrent networks in a file; ``chose`` says what the file leaves open, by the keys of assumptions.

    ``map_file`` is a person's own file that says which array is what; then only what it tells is a layer. Of a watched run
    they are the networks after ``step`` updates, the newest for None.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big, damaged, or nothing that a reader knows.
    BadNetwork
        Nothing recurrent is in it, or what is does not fit together, or what was chosen is no choice.
    """
    told = None if map_file is None else read_mapping(map_file)
    # What is not finite is refused by its name when a network is made of it.
    with np.errstate(all="ignore"):
        found = found_in(read(path, step), chose, told)
    return replace(found, path=path.absolute(), map_file=map_file, chose=dict(chose or {}))


def read(path: Path, step: int | None = None) -> Stored:
    """Return what a file holds, a watched run after ``step`` updates.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big, damaged, or nothing that a reader knows.
    """
    try:
        if path.suffix.lower() == ".onnx":
            # Its weights are looked at where they stand, so that it may be larger than others.
            return onnx_files.read(path)
        return _moment(path, step) if records.is_run(path) else _read_whole(path)
    except Damage as reason:
        raise _damaged(path, reason) from reason
    except Refusal:
        raise
    except _BROKEN as error:
        raise _damaged(path, Damage("what is in it does not fit together")) from error


_BROKEN = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RecursionError, MemoryError,
    unpacking, inflating,
)  # fmt: skip
"""What Python says of bytes that are none of what they should be."""


def _damaged(path: Path, reason: Damage) -> BadFile:
    return BadFile("“{name}” is damaged and can't be opened ({reason}).", name=path.name, reason=reason)


def _moment(path: Path, step: int | None) -> Stored:
    found = records.at_step(path, step)
    if found is None and step is None:
        raise BadFile("“{name}” has no moment yet; open it again once the training has begun.", name=path.name)
    if found is None:
        raise BadFile("“{name}” has no moment after {step} updates.", name=path.name, step=step)
    return found


def _read_whole(path: Path) -> Stored:
    data = read_bounded(path, most_of_a_file())
    if not data:
        raise BadFile("“{name}” is empty.", name=path.name)
    return _read(data, path)


def _read(data: bytes, path: Path) -> Stored:
    if data.startswith(b"PK"):
        return _read_archive(Zipped(data), path)
    for is_one, reader in _BY_BEGINNING:
        if is_one(data):
            return reader(data, path.name)
    if tensorflow_js.is_one(data):
        return tensorflow_js.read(data, path)
    if onnx_files.is_one(data):
        return onnx_files.read(path)
    raise BadFile("“{name}” is no file of weights that can be read.", name=path.name)


def _read_archive(parts: Zipped, path: Path) -> Stored:
    if pytorch_files.is_zip(parts):
        return pytorch_files.read_zip(parts, path.name)
    if keras_files.is_archive(parts):
        return keras_files.read_archive(parts, path.name)
    if numpy_files.is_archive(parts):
        return numpy_files.read_archive(parts, path.name)
    raise BadFile("“{name}” is no file of weights that can be read.", name=path.name)


_BY_BEGINNING: tuple[tuple[Callable[[bytes], bool], Callable[[bytes, str], Stored]], ...] = (
    (equinox_files.is_one, equinox_files.read),
    (numpy_files.is_one, numpy_files.read),
    (keras_files.is_one, keras_files.read),
    (safetensors.is_one, safetensors.read),
    (pytorch_files.is_pickle, pytorch_files.read_legacy),
    (messages.is_one, messages.read),
)


def found_in(stored: Stored, chose: Mapping[str, str] | None = None, told: Told | None = None) -> Found:
    """Return the recurrent networks in what a file holds.

    Raises
    ------
    BadNetwork
        Nothing recurrent is in it, or what is does not fit together, or what was chosen is no choice.
    """
    asked = Asked({**stored.known, **(chose or {})})
    parts, rest = [], stored
    for conventions in FRAMEWORKS if told is None else (_mapped(told),):
        part = conventions(rest, asked)
        if part.stacks or part.left_out:
            parts.append(part)
        rest = _without(rest, part.used | {name for one in part.left_out for name in one.shapes})
    if not any(part.stacks for part in parts):
        raise _nothing(stored)
    asked.check()
    left_out = (*(one for part in parts for one in part.left_out), *rest_of(rest.arrays, _called(stored)))
    return Found(
        stored.name,
        ", ".join(dict.fromkeys(part.source for part in parts if part.stacks)),
        tuple(with_embedding(stack, left_out) for part in parts for stack in part.stacks),
        tuple(one for one in asked.assumptions if f"{one.about}:{one.key}" not in stored.known),
        left_out,
        stored.words or words_in(stored.config, (len(one.table) for one in left_out if one.table is not None)),
        stored.reads,
    )


def _called(stored: Stored) -> Mapping[str, str]:
    """Return what a person called Keras's layers, by their paths: in its older files these repeat the name."""
    old = {}
    for name in stored.arrays if stored.format == keras_files.FORMAT else ():
        first, *rest = name.removeprefix("model_weights/").split("/")
        if rest[:1] == [first]:
            old[name.rpartition("/")[0]] = first
    return old | dict(stored.config.get("names") or {})


def _mapped(told: Told) -> Conventions:
    return lambda stored, asked: mapping.find(stored, told)  # noqa: ARG005 - nothing is left open


def _without(stored: Stored, names: frozenset[str] | set[str]) -> Stored:
    arrays = {name: array for name, array in stored.arrays.items() if name not in names}
    return replace(stored, arrays=arrays)


def _nothing(stored: Stored) -> Refusal:
    if packed := stored.config.get(pytorch_files.QUANTISED):
        return BadNetwork(
            "“{name}” holds quantised layers, {layer}, which only PyTorch can read: save the state_dict of the network "
            "before it is quantised.",
            name=stored.name, layer=packed[0],
        )  # fmt: skip
    return BadNetwork(
        "No recurrent layer was found in “{name}” (arrays in it: {count}); a mapping can say what they are.",
        name=stored.name, count=len(stored.arrays),
    )  # fmt: skip
