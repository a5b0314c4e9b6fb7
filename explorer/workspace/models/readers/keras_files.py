"""Keras's ``.keras`` and HDF5 files: arrays by their paths, the layers' settings from its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.hdf5.walk import MAGIC, walk
from explorer.workspace.models.readers.zipped import Zipped
from explorer.workspace.models.stored import Stored

FORMAT = "Keras"
_WEIGHTS, _CONFIG, _METADATA = "model.weights.h5", "config.json", "metadata.json"
_MOST_TEXT = 20_000_000


def is_one(data: bytes) -> bool:
    """Return whether bytes begin as HDF5 does."""
    return data.startswith(MAGIC)


def is_archive(parts: Mapping[str, object]) -> bool:
    """Return whether an archive with such parts is Keras's."""
    return _WEIGHTS in parts and _CONFIG in parts


def read_archive(parts: Zipped, name: str) -> Stored:
    """Return what a ``.keras`` holds.

    Raises
    ------
    Damage
        If it is none.
    """
    config = {"model": _json(bytes(parts[_CONFIG]))}
    if _METADATA in parts:
        told = _json(bytes(parts[_METADATA]))
        config["version"] = told.get("keras_version") if isinstance(told, dict) else None
    arrays, attributes = walk(parts[_WEIGHTS])
    return Stored(FORMAT, name, arrays, config | {"names": _names(attributes)})


def read(data: bytes, name: str) -> Stored:
    """Return what an HDF5 file of Keras holds.

    Raises
    ------
    Damage
        If it is none.
    """
    arrays, attributes = walk(data)
    config: dict[str, Any] = {"names": _names(attributes)}
    for path, told in attributes.items():
        if isinstance(version := told.get("keras_version"), str):
            config.setdefault("version", version)
        if isinstance(model := told.get("model_config"), str) and not path:
            config["model"] = _json(model.encode())
    return Stored(FORMAT, name, arrays, config)


def _names(attributes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
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
