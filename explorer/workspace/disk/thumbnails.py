"""Small pictures of explorations as numbers, and where they are kept, so that they are worked out once.

What is kept knows no colours: any theme draws it. Its name follows from all that its numbers follow from, so that a preset, a
cell or a version of the program that is another one finds nothing that was kept for the old one.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from explorer.engine.errors import BadFile, Refusal
from explorer.engine.floats import Floats
from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.work import Stop, silent
from explorer.workspace.disk.files import written
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.running import run_of
from explorer.workspace.looks.spans import SPANS, span_of
from explorer.workspace.words.reading import read_bounded

_FILE = "thumbnails"
_MOST_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """ln gains (T+1, T+1), [t, k], of each network, and the span of their colours in decades; or why there are none."""

    maps: tuple[Floats, ...]
    decades: int
    refused: Refusal | None = None


class _Kept(Struct, frozen=True):
    """A thumbnail on disk: each map is float32, row by row."""

    maps: list[bytes]
    decades: int


def name_of(exploration: Exploration) -> str:
    """Return what the thumbnail of ``exploration`` is kept under."""
    return hashlib.sha256(written(exploration)).hexdigest()


def thumbnail_of(exploration: Exploration, stop: Stop) -> Thumbnail:
    """Return the thumbnail of ``exploration``, all of its networks run.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    lens = exploration.lens
    try:
        fed = feed(exploration.sequence)
        with one_blas_thread():
            runs = [run_of(one, fed, lens, stop, silent, math.inf) for one in exploration.networks]
    except Refusal as refusal:
        return Thumbnail((), SPANS[0], refusal)
    return Thumbnail(tuple(run.square.astype(np.float32).astype(float) for run in runs), span_of(lens, runs))


def read_thumbnails(folder: Path) -> dict[str, Thumbnail]:
    """Return what is kept in ``folder`` by name; nothing where there is no such file, or it is damaged."""
    try:
        kept = msgspec.msgpack.decode(read_bounded(folder / _FILE, _MOST_BYTES), type=dict[str, _Kept])
        return {name: _read(one) for name, one in kept.items()}
    except (BadFile, ValueError):
        return {}


def write_thumbnails(folder: Path, thumbnails: Mapping[str, Thumbnail]) -> None:
    """Keep ``thumbnails`` in ``folder``, and nothing else; where that can't be they are worked out again next time."""
    # What was refused today may have room tomorrow.
    kept = {name: _Kept([_bytes_of(m) for m in one.maps], one.decades) for name, one in thumbnails.items() if one.maps}
    with contextlib.suppress(OSError, BadFile):
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / _FILE, msgspec.msgpack.encode(kept))


def _bytes_of(log_gain: Floats) -> bytes:
    return log_gain.astype("<f4").tobytes()


def _read(kept: _Kept) -> Thumbnail:
    if kept.decades not in SPANS:
        raise ValueError("no span")
    return Thumbnail(tuple(_map_of(data) for data in kept.maps), kept.decades)


def _map_of(data: bytes) -> Floats:
    flat = np.frombuffer(data, "<f4").astype(float)
    return flat.reshape(math.isqrt(flat.size), -1)
