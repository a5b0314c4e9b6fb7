"""The numbers behind the pictures, as NPZ, CSV or JSON: for the window and the command line alike."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.errors import BadFile
from explorer.workspace.analysis import Inspection
from explorer.workspace.sentences import cause_sentence, verdict_sentence
from explorer.workspace.writing import write_bytes


def save_numbers(path: Path, inspection: Inspection) -> None:
    """Write the numbers of the active network into a file, whole or not at all; its ending chooses the format.

    NPZ holds x (T, m), s (T+1, N), z (T, ·), o (T, p) and log_norm (T+1, T+1) = ln ‖∂s_t/∂s_k‖_F at [t, k], NaN for
    k > t and −inf for a true zero. JSON holds the same and the verdict, with null for NaN and "-inf", "inf" for the
    infinities. CSV has one row t,k,log_norm for each pair k ≤ t.

    Raises
    ------
    BadFile
        If the ending is unknown or the file can't be written.
    """
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise BadFile(
            "“{name}” has no ending that is known for numbers; use one of {endings}.",
            name=path.name, endings=", ".join(FORMATS),
        )  # fmt: skip
    write_bytes(path, write(inspection))


def _arrays(inspection: Inspection) -> dict[str, Floats]:
    run = inspection.analysis.run
    return {"x": run.trace.x, "s": run.trace.s, "z": run.trace.z, "o": run.trace.o, "log_norm": run.flow.log_norm}


def _npz(inspection: Inspection) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **_arrays(inspection))
    return file.getvalue()


def _csv(inspection: Inspection) -> bytes:
    log_norm = inspection.analysis.run.flow.log_norm
    lines = ["t,k,log_norm"]
    for t, row in enumerate(log_norm.tolist()):
        lines += [f"{t},{k},{value!r}" for k, value in enumerate(row[: t + 1])]
    return ("\n".join(lines) + "\n").encode()


def _json(inspection: Inspection) -> bytes:
    numbers = {name: _nested(array) for name, array in _arrays(inspection).items()}
    return msgspec.json.encode(numbers | {"verdict": _verdict(inspection)})


def _verdict(inspection: Inspection) -> dict[str, Any]:
    """Return the verdict on row t: its fields as the engine gives them, its norm and threshold, and it in words."""
    cause = cause_sentence(inspection)
    fields = {name: _plain(value) for name, value in dataclasses.asdict(inspection.verdict).items()}
    return {
        "t": inspection.t,
        "k": inspection.k,
        "norm": inspection.analysis.exploration.lens.norm,
        "threshold": inspection.analysis.exploration.lens.threshold,
        **fields,
        "sentence": str(verdict_sentence(inspection)),
        "cause": None if cause is None else str(cause),
    }


def _nested(array: Floats) -> list[Any]:
    """Return the array as lists whose infinities are words; the encoder writes NaN as null."""
    if not np.isinf(array).any():
        return array.tolist()
    worded = array.astype(object)
    worded[array == -np.inf] = "-inf"
    worded[array == np.inf] = "inf"
    return worded.tolist()


def _plain(value: object) -> object:
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


FORMATS: Mapping[str, Callable[[Inspection], bytes]] = MappingProxyType({".npz": _npz, ".csv": _csv, ".json": _json})
"""The formats by their endings."""
