"""TensorFlow.js's model.json, with the files of weights that it names in its own folder, and other programs' JSON by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from explorer.engine.errors import BadFile, Damage
from explorer.workspace.models.readers.bounds import MOST_ARRAYS, count_of, most_of_a_file
from explorer.workspace.models.stored import Array, Stored
from explorer.workspace.words.reading import read_bounded

FORMAT = "TensorFlow.js"
_PLAIN = re.compile(r"\w[\w.-]{0,200}")
_KINDS = {"float32": "<f4", "int32": "<i4", "uint8": "|u1", "uint16": "<u2", "bool": "|b1", "float16": "<f2"}
_VERSION = "2.0 (TensorFlow.js)"
"""Its layers do what those of Keras 2 did."""
_OTHERS = {"brain.js": ("hiddenLayers", "type"), "synaptic": ("neurons", "connections")}
_DYNET = (b"#Parameter#", b"#LookupParameter#")


def is_one(data: bytes) -> bool:
    """Return whether bytes may be JSON, or the text of DyNet."""
    return data.lstrip()[:1] == b"{" or data.startswith(_DYNET)


def read(data: bytes, path: Path) -> Stored:
    """Return what a model.json tells, with the numbers of the files beside it.

    Raises
    ------
    BadFile
        If it is another program's, or a file that it names is not there.
    Damage
        If it is none.
    """
    told = _told(data, path)
    manifest = told.get("weightsManifest")
    if not isinstance(manifest, list):
        raise BadFile("“{name}” is no file of weights that can be read.", name=path.name)
    arrays: dict[str, Array] = {}
    for group in manifest:
        arrays.update(_group(group, path))
        if len(arrays) > MOST_ARRAYS:
            raise Damage("there is too much in it, or it is nested too deep")
    topology = told.get("modelTopology")
    model = topology.get("model_config", topology) if isinstance(topology, Mapping) else None
    return Stored(FORMAT, path.name, arrays, {"model": model, "version": _VERSION, "names": {}})


def _told(data: bytes, path: Path) -> Mapping[str, Any]:
    """Return the JSON; what another program writes is told by its name."""
    source = "DyNet" if data.startswith(_DYNET) else None
    told: object = None
    if source is None:
        try:
            told = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Damage("the settings in it are no JSON") from error
        if isinstance(told, Mapping):
            source = next((name for name, keys in _OTHERS.items() if set(keys) <= set(told)), None)
    if source is not None:
        raise BadFile(
            "“{name}” is a network of {source}, which is not read as it is: save its arrays as .npz, and say with a mapping "
            "what they are.",
            name=path.name, source=source,
        )  # fmt: skip
    return told if isinstance(told, Mapping) else {}


def _group(group: object, path: Path) -> Iterator[tuple[str, Array]]:
    """Yield the arrays of one group of weights, which stand one behind the other in its files."""
    if not isinstance(group, Mapping):
        raise Damage("an array is not described as one")
    data, at = memoryview(b"".join(_shards(group.get("paths"), path))), 0
    for told in group.get("weights") or ():
        if not isinstance(told, Mapping) or not isinstance(told.get("name"), str):
            raise Damage("an array is not described as one")
        array, size = _array(told, data[at:])
        at += size
        yield told["name"], array


def _shards(paths: object, model: Path) -> Iterator[bytes]:
    left = most_of_a_file()
    for one in paths if isinstance(paths, list) else ():
        # Only what lies beside the model is its own.
        if not isinstance(one, str) or not _PLAIN.fullmatch(one):
            raise Damage("it names a file in another folder")
        data = read_bounded(model.parent / one, left)
        left -= len(data)
        yield data


def _array(told: Mapping[str, Any], data: memoryview) -> tuple[Array, int]:
    """Return an array and how many bytes it takes; one that was made small is widened again."""
    small = told.get("quantization")
    kind = small.get("dtype") if isinstance(small, Mapping) else told.get("dtype")
    shape = told.get("shape")
    if kind not in _KINDS or not isinstance(shape, list):
        raise Damage("an array in it is of no known sort")
    dtype = np.dtype(_KINDS[kind])
    count = count_of(shape, len(data) // dtype.itemsize)
    numbers = np.frombuffer(data, dtype, count).reshape(shape)
    if isinstance(small, Mapping) and kind != "float16":
        scale, least = small.get("scale"), small.get("min")
        if not (isinstance(scale, (int, float)) and isinstance(least, (int, float))):
            raise Damage("an array is not described as one")
        return numbers * float(scale) + float(least), numbers.nbytes
    return numbers, numbers.nbytes
