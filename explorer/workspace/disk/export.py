"""The numbers behind the pictures, as NPZ, CSV or JSON: for the window and the command line alike.

docs/numbers.md is their reference.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from explorer.engine.errors import BadFile, Names
from explorer.engine.floats import Floats
from explorer.engine.network.making import STACKED
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.meta import COLUMNS, meta
from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence

Translate = Callable[[str], str]
"""Puts an English template into another language."""


def save_numbers(path: Path, inspection: Inspection, translate: Translate = str) -> None:
    """Write the numbers of the active network into a file, whole or not at all; its ending chooses the format.

    NPZ holds arrays as `meta.HOLDS` says them, the weights among them, and ``meta`` as a JSON text. JSON holds the same, the
    weights by themselves, and the verdict, whose sentences are put through ``translate``; null stands for NaN, "-inf" and
    "inf" for the infinities. CSV has one row for each pair k ≤ t, and ``meta`` in comments below the names of its columns.

    Raises
    ------
    BadFile
        If the ending is unknown or the file can't be written.
    """
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise BadFile(
            "“{name}” has no ending that is known for numbers; use one of {endings}.",
            name=path.name, endings=Names(FORMATS),
        )  # fmt: skip
    write_bytes(path, write(inspection, translate))


def _arrays(inspection: Inspection) -> dict[str, Floats]:
    trace, run = inspection.analysis.run.trace, inspection.analysis.run
    course = run.course
    # Only a kernel stacks its net inputs.
    z = {"z": course.z} if course.z.size else {}
    states = course.s[::-1] if run.backward else course.s
    return {"x": trace.x, "s": states, **z, "o": trace.o} | _logs(inspection)


def _logs(inspection: Inspection) -> dict[str, Floats]:
    """Return the norms of all pairs, each under its own name; the spectral one where it is what was looked at."""
    run, spectral = inspection.analysis.run, inspection.analysis.exploration.lens.norm == "spectral"
    logs = {"log_norm": run.flow.log_norm, "log_rms_gain": run.flow.log_gain}
    if run.estimate is not None:
        return logs | {"log_norm_low": run.estimate.low, "log_norm_high": run.estimate.high}
    return logs | {"log_spectral_norm": run.square} if spectral else logs


def _weights(inspection: Inspection) -> dict[str, Floats]:
    """Return the parameters by name, but for a stacked array that holds none of the cell's weights."""
    net = inspection.analysis.run.network
    choice = net.architecture.alone
    unused = set() if choice is None else set(STACKED) - {array for array, _ in choice.places.values()}
    return {name: array for name, array in net.parameters.items() if name not in unused}


def _npz(inspection: Inspection, translate: Translate) -> bytes:  # noqa: ARG001 - no sentence stands in it
    arrays = _arrays(inspection) | _weights(inspection)
    about = np.array(_text(meta(inspection, arrays)))
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, meta=about, **arrays)
    return file.getvalue()


def _csv(inspection: Inspection, translate: Translate) -> bytes:  # noqa: ARG001 - no sentence stands in it
    logs = _logs(inspection)
    names = ("t", "k", *logs)
    # `numpy.genfromtxt` takes the first line for the names, be it a comment.
    lines = [",".join(names), *_comments(meta(inspection, names, COLUMNS))]
    for t, rows in enumerate(zip(*(array.tolist() for array in logs.values()), strict=True)):
        pairs = zip(*(row[: t + 1] for row in rows), strict=True)
        lines += [f"{t},{k},{','.join(map(repr, values))}" for k, values in enumerate(pairs)]
    return ("\n".join(lines) + "\n").encode()


def _comments(about: Mapping[str, object]) -> Iterator[str]:
    for key, value in about.items():
        # Some readers part a comment into cells before they pass over it: none may begin with a quotation mark.
        yield f"# {key}: {_text(value)}".replace(',"', '\\u002c"')


def _json(inspection: Inspection, translate: Translate) -> bytes:
    arrays, weights = _arrays(inspection), _weights(inspection)
    document = {
        "meta": meta(inspection, arrays | weights),
        "verdict": _verdict(inspection, translate),
        "weights": {name: array.tolist() for name, array in weights.items()},
        **{name: _nested(array) for name, array in arrays.items()},
    }
    return msgspec.json.encode(document)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _verdict(inspection: Inspection, translate: Translate) -> dict[str, Any]:
    """Return the verdict on row t: its fields as the engine gives them, its norm and threshold, and it in words."""
    cause = cause_sentence(inspection)
    fields = {name: _plain(value) for name, value in dataclasses.asdict(inspection.verdict).items()}
    return {
        "t": inspection.selection.t,
        "k": inspection.selection.k,
        "norm": inspection.analysis.exploration.lens.norm,
        "threshold": inspection.analysis.exploration.lens.threshold,
        "estimated": inspection.low is not None,
        **fields,
        "sentence": verdict_sentence(inspection).said(translate),
        "cause": None if cause is None else cause.said(translate),
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


FORMATS: Mapping[str, Callable[[Inspection, Translate], bytes]] = MappingProxyType(
    {".npz": _npz, ".csv": _csv, ".json": _json}
)
"""The formats by their endings."""
