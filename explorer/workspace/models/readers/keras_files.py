"""Keras's ``.keras`` and HDF5 files, by h5py: arrays by their paths, the layers' settings from its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.engine.errors import BadFile, Damage
from explorer.workspace.models.readers.bounds import DEEPEST, MOST_ARRAYS, count_of
from explorer.workspace.models.readers.zipped import Zipped
from explorer.workspace.models.stored import Array, Stored

FORMAT = "Keras"
_MAGIC = b"\x89HDF\r\n\x1a\n"
_WEIGHTS, _CONFIG, _METADATA = "model.weights.h5", "config.json", "metadata.json"
_MOST_RATIO = 60
_MOST_TEXT = 20_000_000


def is_one(data: bytes) -> bool:
    """Return whether bytes begin as HDF5 does."""
    return data.startswith(_MAGIC)


def is_archive(parts: Mapping[str, object]) -> bool:
    """Return whether an archive with such parts is Keras's."""
    return _WEIGHTS in parts and _CONFIG in parts


def read_archive(parts: Zipped, name: str) -> Stored:
    """Return what a ``.keras`` holds.

    Raises
    ------
    Damage, BadFile
        If it is none, or h5py is not there.
    """
    config = {"model": _json(bytes(parts[_CONFIG]))}
    if _METADATA in parts:
        told = _json(bytes(parts[_METADATA]))
        config["version"] = told.get("keras_version") if isinstance(told, dict) else None
    arrays, attributes = _read(bytes(parts[_WEIGHTS]), name)
    return Stored(FORMAT, name, arrays, config | {"names": _names(attributes)})


def read(data: bytes, name: str) -> Stored:
    """Return what an HDF5 file of Keras holds.

    Raises
    ------
    Damage, BadFile
        If it is none, or h5py is not there.
    """
    arrays, attributes = _read(data, name)
    config: dict[str, Any] = {"names": _names(attributes)}
    for path, told in attributes.items():
        if isinstance(version := told.get("keras_version"), str):
            config.setdefault("version", version)
        if isinstance(model := told.get("model_config"), str) and not path:
            config["model"] = _json(model.encode())
    return Stored(FORMAT, name, arrays, config)


def _names(attributes: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Return what a person called the layers, by the paths that Keras 3 gives them."""
    return {
        path.removesuffix("/vars"): str(told["name"])
        for path, told in attributes.items()
        if path.endswith("/vars") and isinstance(told.get("name"), str)
    }


def _json(data: bytes) -> Any:
    if len(data) > _MOST_TEXT:
        raise Damage("there is too much in it, or it is nested too deep")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damage("the settings in it are no JSON") from error


def _read(data: bytes, name: str) -> tuple[dict[str, Array], dict[str, dict[str, object]]]:
    """Return the arrays, and the texts among the attributes, by path."""
    try:
        import h5py
    except ImportError as error:
        raise BadFile("To read “{name}” h5py is needed: install gradient-flow-explorer[keras].", name=name) from error
    try:
        with h5py.File(h5py.h5f.open_file_image(data), "r") as file:
            return _walk(h5py, file, _MOST_RATIO * len(data))
    except Damage:
        raise
    except (
        OSError,
        RuntimeError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        MemoryError,
        OverflowError,
    ) as error:
        raise Damage("its HDF5 can't be read") from error


def _walk(h5py: Any, file: Any, most: int) -> tuple[dict[str, Array], dict[str, dict[str, object]]]:
    arrays: dict[str, Array] = {}
    attributes: dict[str, dict[str, object]] = {}
    seen = set()
    rest = [("", file)]
    while rest:
        path, group = rest.pop()
        attributes[path] = _texts(h5py, group)
        for key in reversed(list(group)):
            # A link to elsewhere, in this file or another, is followed nowhere.
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                continue
            one, own = group[key], f"{path}/{key}" if path else key
            place = h5py.h5o.get_info(one.id).addr
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > MOST_ARRAYS or own.count("/") > DEEPEST:
                raise Damage("there is too much in it, or it is nested too deep")
            if isinstance(one, h5py.Group):
                rest.append((own, one))
            elif isinstance(one, h5py.Dataset) and (found := _array(one, most)) is not None:
                arrays[own] = found
                most -= found.nbytes
    return arrays, attributes


def _array(data: Any, most: int) -> Array | None:
    """Return the numbers of a dataset, None where it holds none."""
    if data.dtype.kind not in "fiu" or data.shape is None:
        return None
    if data.is_virtual or data.external or data.compression not in (None, "gzip", "lzf"):
        raise Damage("an array in it stands elsewhere, or is packed in a way that no framework writes")
    if data.chunks is not None and count_of(data.chunks, most) * data.dtype.itemsize > most:
        raise Damage("an array would have more numbers than the file")
    if count_of(data.shape, most) * data.dtype.itemsize > most:
        raise Damage("an array would have more numbers than the file")
    found = np.asarray(data[()])
    found.flags.writeable = False
    return found


def _texts(h5py: Any, group: Any) -> dict[str, object]:
    """Return the attributes of a group that are one text."""
    found: dict[str, object] = {}
    for key in group.attrs:
        kind = group.attrs.get_id(key)
        if (
            kind.shape not in ((), (1,))
            or h5py.check_string_dtype(kind.dtype) is None
            or kind.dtype.itemsize > _MOST_TEXT
        ):
            continue
        value = group.attrs[key]
        value = value[0] if isinstance(value, np.ndarray) else value
        found[key] = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return found
