"""What is kept of a training: its curves, and snapshots of the weights that one can go back to.

Weights travel as safetensors bytes: exact, compact, and compared at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from explorer.engine.activations import Floats
from explorer.engine.errors import BadExploration
from explorer.engine.gradient import WEIGHTS

COLUMNS = (
    "step", "loss", "held_loss", "accuracy", "held_accuracy", "norm", "clipped", "omega", "sigma", "radius", "horizon",
)  # fmt: skip
"""What a point of the curves holds; NaN where it was not measured at that step."""

MOST_SNAPSHOT_BYTES = 12_000_000
"""All snapshots together; when they grow beyond, every other one is given up."""
MOST_SNAPSHOTS = 1000
MOST_POINTS = 4000

_LOSS = COLUMNS.index("loss")
_MEASURED = slice(COLUMNS.index("held_loss"), COLUMNS.index("norm"))
_ABOUT_W = slice(COLUMNS.index("sigma"), len(COLUMNS))
_POINT_BYTES = 8 * len(COLUMNS)


class Snapshot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights, and the optimiser's memory, after ``step`` updates.

    ``tensors`` is a safetensors file: "U", "W", ... are the weights, names with a dot ("m.W") the optimiser's. ``event`` says
    why this one is kept whatever the limit: the loss "jump"ed in the update after it, or stopped being a number ("nan").
    """

    step: Annotated[int, Meta(ge=0)]
    tensors: bytes
    event: Literal["", "jump", "nan"] = ""

    @property
    def arrays(self) -> Mapping[str, Floats]:
        """Return the arrays by name, read-only.

        Raises
        ------
        BadExploration
            If the bytes are not what they should be.
        """
        return _unpacked(self.tensors)

    @property
    def weights(self) -> dict[str, Floats]:
        """Return the weights alone."""
        return {name: self.arrays[name] for name in WEIGHTS}

    @property
    def slots(self) -> dict[str, Floats]:
        """Return the optimiser's memory alone."""
        return {name: array for name, array in self.arrays.items() if name not in WEIGHTS}


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training from its first step: ``curves`` is `table` as bytes, ``stride`` the steps between two snapshots.

    The first snapshot holds the initial weights.
    """

    snapshots: tuple[Snapshot, ...]
    curves: bytes = b""
    stride: Annotated[int, Meta(ge=1)] = 1

    def __post_init__(self) -> None:
        steps = [snapshot.step for snapshot in self.snapshots]
        if not steps or steps != sorted(set(steps)):
            raise BadExploration("The snapshots of the training are not in the order of their steps.")
        if len(self.curves) % _POINT_BYTES:
            raise BadExploration("The curves of the training are damaged.")

    @property
    def table(self) -> Floats:
        """Return the curves (K, len(COLUMNS)), read-only, one row a point in the order of the steps."""
        return np.frombuffer(self.curves, dtype="<f8").reshape(-1, len(COLUMNS))

    @property
    def last(self) -> int:
        """Return the last step."""
        return self.snapshots[-1].step

    def column(self, name: str) -> Floats:
        """Return one column of the table."""
        return self.table[:, COLUMNS.index(name)]

    def nearest(self, step: int) -> Snapshot:
        """Return the snapshot nearest to ``step``."""
        return min(self.snapshots, key=lambda snapshot: abs(snapshot.step - step))

    def begun_at(self, now: Snapshot) -> Record:
        """Return the record of what led to ``now``, its newest moment; whatever came later is given up."""
        earlier = tuple(snapshot for snapshot in self.snapshots if snapshot.step < now.step)
        points = self.table[self.table[:, 0] <= now.step]
        return Record(snapshots=(*earlier, now), curves=points.tobytes(), stride=self.stride)

    def grown(self, points: Floats, now: Snapshot, jumps: Iterable[Snapshot] = ()) -> Record:
        """Return this record with later ``points`` (K, len(COLUMNS)), the moment ``now`` that they lead to, and what jumped.

        The moment that was the newest stays if ``stride`` steps had passed before it.
        """
        kept = list(self.snapshots)
        if len(kept) > 1 and not kept[-1].event and kept[-1].step - kept[-2].step < self.stride:
            kept.pop()
        # A moment that is there already is the same one; what is new about it is its event.
        by_step = {snapshot.step: snapshot for snapshot in (*kept, *jumps, now)}
        snapshots, stride = _bounded(tuple(by_step[step] for step in sorted(by_step)), self.stride)
        curves = self.curves + np.ascontiguousarray(points, dtype="<f8").tobytes()
        if len(curves) > MOST_POINTS * _POINT_BYTES:
            curves = thinned(np.frombuffer(curves, dtype="<f8").reshape(-1, len(COLUMNS))).tobytes()
        return Record(snapshots=snapshots, curves=curves, stride=stride)


def thinned(points: Floats) -> Floats:
    """Return the curves (K, len(COLUMNS)) with at most half of `MOST_POINTS` rows.

    The steps are cut into stretches of equal length, a power of two. Of each, the rows of the least and of the greatest loss
    stay, so that no spike is lost; a loss that is not a number counts as the greatest. What was last measured in a stretch
    goes to the last row that stays of it, less than a stretch from where it belongs.
    """
    steps = points[:, 0].astype(np.int64)
    length = 1
    while 2 * len(np.unique(steps // length)) > MOST_POINTS // 2:
        length *= 2
    stretch = steps // length
    order = np.lexsort((np.nan_to_num(points[:, _LOSS], nan=np.inf), stretch))
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    last = np.append(first[1:], len(points)) - 1
    pairs = np.sort(np.column_stack((order[first], order[last])), axis=1)
    kept, known = np.unique(pairs), np.isfinite(points[:, _ABOUT_W.start])
    lost = np.setdiff1d(np.flatnonzero(known), kept)
    heirs = pairs[np.searchsorted(first, lost, side="right") - 1, 1]
    lost, heirs = lost[~known[heirs]], heirs[~known[heirs]]
    thin = points.copy()
    # Of several that go to one row NumPy writes the last one last.
    thin[heirs, _MEASURED], thin[heirs, _ABOUT_W] = points[lost, _MEASURED], points[lost, _ABOUT_W]
    return thin[kept]


def _bounded(snapshots: tuple[Snapshot, ...], stride: int) -> tuple[tuple[Snapshot, ...], int]:
    """Return as many snapshots as may be kept, and the stride between them.

    The stride doubles until they fit. The first, the newest and those with an event stay; should these alone be too many,
    the oldest events go.
    """
    while _too_much(snapshots) and stride <= snapshots[-1].step - snapshots[0].step:
        stride *= 2
        snapshots = _apart(snapshots, stride)
    while _too_much(snapshots) and len(snapshots) > 3:
        snapshots = (snapshots[0], *snapshots[2:])
    return snapshots, stride


def _too_much(snapshots: tuple[Snapshot, ...]) -> bool:
    return len(snapshots) > MOST_SNAPSHOTS or sum(len(one.tensors) for one in snapshots) > MOST_SNAPSHOT_BYTES


def _apart(snapshots: tuple[Snapshot, ...], stride: int) -> tuple[Snapshot, ...]:
    """Return the snapshots that are ``stride`` steps apart or must stay."""
    kept = [snapshots[0]]
    for snapshot in snapshots[1:-1]:
        if snapshot.event or snapshot.step - kept[-1].step >= stride:
            kept.append(snapshot)
    return (*kept, snapshots[-1])


def packed(arrays: Mapping[str, Floats]) -> bytes:
    """Return float64 arrays as the bytes of a safetensors file."""
    from safetensors.numpy import save

    return save({name: np.ascontiguousarray(array, dtype=np.float64) for name, array in arrays.items()})


@lru_cache(maxsize=16)
def _unpacked(data: bytes) -> Mapping[str, Floats]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise BadExploration("The trained weights are damaged: {reason}.", reason=error) from error
    if not set(WEIGHTS) <= set(arrays) or any(array.dtype != np.float64 for array in arrays.values()):
        raise BadExploration("The trained weights are damaged: {reason}.", reason="a weight is missing")
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)
