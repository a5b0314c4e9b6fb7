"""A result of a sweep, whole or as far as it has come, read from its file: no size that it says is believed."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadFile, Refusal
from explorer.workspace.sweeps.journal import journal_of, kept_points
from explorer.workspace.sweeps.measuring import is_word
from explorer.workspace.sweeps.result import META, REASONS
from explorer.workspace.sweeps.sweep import Sweep
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.told import Told, sweep_told

MOST_BYTES = 1_000_000_000
_LONGEST = 4000
"""Characters of a reason."""
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class _Meta(msgspec.Struct):
    told: Told | None = None


def opened(path: Path) -> Table:
    """Return what the result of a sweep at ``path`` holds, or the points that are kept beside it until it is there.

    Raises
    ------
    BadFile
        If it holds no result of a sweep, or one of an earlier version, which did not say what its points begin with.
    """
    if not path.exists() and journal_of(path).exists():
        return Table.of(*kept_points(path))
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise BadFile("“{name}” is larger than a result of a sweep can be.", name=path.name)
            return _table(archive, path)
    except Refusal:
        raise
    except (
        OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError,
    ) as error:  # fmt: skip
        raise BadFile("“{name}” holds no sweep that can be read.", name=path.name) from error


def known_of(sweep: Sweep, path: Path) -> Table:
    """Return what is known of ``sweep`` where its result is, or is to be.

    Raises
    ------
    BadFile
        If something else is there.
    """
    if not path.exists():
        return Table.of(*kept_points(path, sweep)) if journal_of(path).exists() else Table(sweep)
    table = opened(path)
    if table.sweep.mark != sweep.mark:
        raise BadFile(
            "“{name}” holds something else than this sweep; choose another name, or remove it first.", name=path.name
        )
    return table


def _table(archive: zipfile.ZipFile, path: Path) -> Table:
    meta = msgspec.json.decode(str(_array(archive, META, (), MOST_BYTES)), type=_Meta)
    if meta.told is None:
        raise BadFile(
            "“{name}” is of an earlier version, which did not keep what its points begin with: sweep again.",
            name=path.name,
        )
    sweep = sweep_told(meta.told, path)
    table = Table(sweep)
    table.known[...] = True
    for name in sweep.quantities:
        array = _array(archive, name, sweep.shape)
        if (array.dtype.kind == "U") != is_word(name):
            raise ValueError(name)
        table.values[name][...] = array
    reasons = _array(archive, REASONS, sweep.shape)
    table.reasons = {tuple(map(int, place)): str(reasons[tuple(place)]) for place in np.argwhere(reasons != "")}
    return table


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], longest: int = _LONGEST) -> NDArray[Any]:
    """Return the array ``name``, which has this shape and is of float64 or of texts."""
    with archive.open(f"{name}.npy") as file:
        found, _, kind = _HEADERS[np.lib.format.read_magic(file)](file)
    if found != shape or not (kind == np.float64 or (kind.kind == "U" and kind.itemsize <= 4 * longest)):
        raise ValueError(name)
    with archive.open(f"{name}.npy") as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
