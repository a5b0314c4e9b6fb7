"""What a sweep comes to: an array for each axis and each quantity, in a file whose bytes are the same each time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadFile
from explorer.engine.floats import Floats
from explorer.version import __version__
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.sweeps.measuring import Outcome, is_word
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.sweeps.told import told

Arrays = Mapping[str, NDArray[Any]]
META, REASONS = "meta", "reasons"
"""What an archive holds besides the axes and the quantities."""
_QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def arrays_of(sweep: Sweep, found: Mapping[Place, Outcome]) -> dict[str, NDArray[Any]]:
    """Return the axes and the quantities by name, these (axis, axis, …), and ``reasons``, "" where nothing is missing.

    Where an axis is a seed each quantity has its quartiles, too, without that axis: ``rate.median``. What is not known yet is
    NaN, or "" of a word.
    """
    axes = {axis.name: np.array(axis.values) for axis in sweep.axes}
    values = {name: _filled(sweep, found, i) for i, name in enumerate(sweep.quantities)}
    reasons = np.full(sweep.shape, "", dtype=object)
    for place, outcome in found.items():
        reasons[place] = outcome.reason
    return axes | values | dict(_over_seeds(sweep, values)) | {REASONS: reasons.astype(str)}


def save_sweep(path: Path, sweep: Sweep, found: Mapping[Place, Outcome]) -> None:
    """Write the arrays and ``meta``, a text of JSON that says what they are of and tells the sweep, to ``path``.

    Raises
    ------
    BadFile
        If it can't be written.
    """
    meta = {
        "program": __version__, "sweep": sweep.mark, "axes": [axis.name for axis in sweep.axes],
        "quantities": sweep.quantities, "updates": sweep.updates, "skip": sweep.skip, "logarithms": "natural",
        "told": told(sweep),
    }  # fmt: skip
    file = io.BytesIO()
    np.savez_compressed(
        file, allow_pickle=False, **{META: np.array(msgspec.json.encode(meta).decode())}, **arrays_of(sweep, found)
    )
    write_bytes(path, file.getvalue())


def is_result_of(sweep: Sweep, path: Path) -> bool:
    """Return whether the file at ``path`` is the result of ``sweep`` already.

    Raises
    ------
    BadFile
        If it holds something else, which would be lost.
    """
    if not path.exists():
        return False
    try:
        with np.load(path, allow_pickle=False) as archive:
            meta = msgspec.json.decode(str(archive["meta"]))
        if meta["sweep"] == sweep.mark:
            return True
    except (OSError, ValueError, KeyError, TypeError, msgspec.DecodeError):
        pass
    raise BadFile(
        "“{name}” holds something else than this sweep; choose another name, or remove it first.", name=path.name
    )


def _filled(sweep: Sweep, found: Mapping[Place, Outcome], index: int) -> NDArray[Any]:
    word = is_word(sweep.quantities[index])
    values = np.full(sweep.shape, "" if word else np.nan, dtype=object if word else np.float64)
    for place, outcome in found.items():
        values[place] = outcome.values[index]
    return values.astype(str) if word else values


def _over_seeds(sweep: Sweep, values: Arrays) -> Iterator[tuple[str, Floats]]:
    seeds = tuple(i for i, axis in enumerate(sweep.axes) if is_seed(axis.name))
    for name in sweep.quantities if seeds else ():
        if not is_word(name):
            for title, part in _QUARTILES.items():
                yield f"{name}.{title}", quantile(values[name], part, seeds)


def is_seed(name: str) -> bool:
    """Return whether the setting ``name`` is a seed, over which there are statistics."""
    return name.rpartition(".")[2] == "seed"


def quantile(values: Floats, part: float, axes: tuple[int, ...]) -> Floats:
    """Return the quantile ``part`` over ``axes`` of the values that are known; NaN where none is.

    Between two values it is interpolated; between a finite and an infinite one it is the lower: a median of −inf says that
    half of them died.
    """
    known = np.moveaxis(values, axes, range(-len(axes), 0)).reshape(*_rest(values.shape, axes), -1)
    # Behind all that are known stand those that are not.
    known = np.sort(known, axis=-1)
    count = np.count_nonzero(~np.isnan(known), axis=-1)
    at = part * np.maximum(count - 1, 0)
    low, high = (np.take_along_axis(known, end(at).astype(int)[..., None], -1)[..., 0] for end in (np.floor, np.ceil))
    share = at - np.floor(at)
    with np.errstate(invalid="ignore"):
        # As NumPy does, from the nearer end: the largest share of 1 is the higher value itself.
        between = np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1.0 - share))
        return np.where(np.isfinite(low) & np.isfinite(high), between, low)


def _rest(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(count for i, count in enumerate(shape) if i not in axes)
