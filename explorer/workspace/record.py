"""What is kept of a training: its curves, and snapshots of the weights that one can go back to.

Weights travel as safetensors bytes: exact, compact, and compared at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta, Struct

from explorer.engine.activations import Floats
from explorer.engine.errors import BadExploration
from explorer.engine.gradient import WEIGHTS
from explorer.engine.settings import Settings

COLUMNS = (
    "step", "loss", "held_loss", "accuracy", "held_accuracy", "norm", "clipped", "omega", "sigma", "radius", "horizon",
    "beyond",
)  # fmt: skip
"""What a point of the curves holds; NaN where it was not measured at that step.

"beyond" is 1 where the memory horizon is longer than the example on which it is measured, else 0.
"""

MOST_SNAPSHOT_BYTES = 12_000_000
"""All snapshots together; when they grow beyond, every other one is given up."""
MOST_SNAPSHOTS = 1000
MOST_POINTS = 4000
MOST_CHANGES = 200
USUAL = 2.0
"""A loss of up to so many times the first one is of usual size."""

_LOSS = COLUMNS.index("loss")
_MEASURED = slice(COLUMNS.index("held_loss"), COLUMNS.index("norm"))
_ABOUT_W = slice(COLUMNS.index("sigma"), len(COLUMNS))
_POINT_BYTES = 8 * len(COLUMNS)


Event = Literal["", "jump", "dead", "nan"]


class Snapshot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights, and the optimiser's memory, after ``step`` updates.

    ``tensors`` is a safetensors file: "U", "W", ... are the weights, names with a dot ("m.W") the optimiser's. ``event`` says
    why this one is kept whatever the limit: after it the loss "jump"ed, or all units went "dead", or in the next update the
    loss stopped being a number ("nan").
    """

    step: Annotated[int, Meta(ge=0)]
    tensors: bytes
    event: Event = ""

    @property
    def event_step(self) -> int:
        """Return the step at which the curves show the event.

        The update after this moment throws the weights, and the one after that finds out. It is so for a jump and for dead
        units; where the loss is no number, these are the weights that have it.
        """
        return self.step + (1 if self.event == "nan" else 2)

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


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the settings that became another one; ``step`` is the first that was made with the new value."""

    step: Annotated[int, Meta(ge=0)]
    setting: str
    before: str | float | tuple[str, ...]
    after: str | float | tuple[str, ...]


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training from its first step: ``curves`` is `table` as bytes, ``stride`` the steps between two snapshots.

    The first snapshot holds the initial weights. ``settings`` are those of the newest update, ``changes`` what they became
    other by on the way.
    """

    snapshots: tuple[Snapshot, ...]
    curves: bytes = b""
    stride: Annotated[int, Meta(ge=1)] = 1
    settings: Settings | None = None
    changes: tuple[Change, ...] = ()

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
        """Return the step of the newest snapshot."""
        return self.snapshots[-1].step

    @property
    def end(self) -> int:
        """Return the last step that is known of: an update that failed is one, too."""
        return max(self.last, int(self.table[-1, 0]) if self.curves else 0)

    @property
    def diverged(self) -> bool:
        """Return whether the training ended with a loss that is no number."""
        return self.snapshots[-1].event == "nan"

    @property
    def good(self) -> Snapshot:
        """Return the moment to go on from: after a divergence the one before the loss jumped, else the newest."""
        newest, losses = self.snapshots[-1], self.column("loss")
        if not self.diverged or (len(losses) and losses[-1] <= USUAL * losses[0]):
            return newest
        return next((one for one in reversed(self.snapshots[:-1]) if one.event), self.snapshots[0])

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
        settings = self.settings if len(points) else None
        for change in reversed([one for one in self.changes if one.step > now.step]):
            before: dict[str, Any] = {change.setting: change.before}
            settings = settings and replace(settings, **before)
        return Record(
            snapshots=(*earlier, now),
            curves=points.tobytes(),
            stride=self.stride,
            settings=settings,
            changes=tuple(one for one in self.changes if one.step <= now.step),
        )

    def grown(
        self, points: Floats, now: Snapshot, events: Iterable[Snapshot] = (), settings: Settings | None = None
    ) -> Record:
        """Return this record with later ``points`` (K, len(COLUMNS)), the moment ``now`` that they lead to, and ``events``.

        The moment that was the newest stays if ``stride`` steps had passed before it. The points were made with ``settings``.
        """
        kept = list(self.snapshots)
        if len(kept) > 1 and not kept[-1].event and kept[-1].step - kept[-2].step < self.stride:
            kept.pop()
        # A moment that is there already is the same one; what is new about it is its event.
        by_step = {snapshot.step: snapshot for snapshot in (*kept, *events, now)}
        snapshots, stride = _bounded(tuple(by_step[step] for step in sorted(by_step)), self.stride)
        curves = self.curves + np.ascontiguousarray(points, dtype="<f8").tobytes()
        if len(curves) > MOST_POINTS * _POINT_BYTES:
            curves = thinned(np.frombuffer(curves, dtype="<f8").reshape(-1, len(COLUMNS))).tobytes()
        changes = (*self.changes, *_changes(int(points[0, 0]), self.settings, settings))[-MOST_CHANGES:]
        return Record(
            snapshots=snapshots, curves=curves, stride=stride, settings=settings or self.settings, changes=changes
        )


def _changes(step: int, before: Settings | None, after: Settings | None) -> Iterator[Change]:
    """Yield how the settings ``before`` became those of ``after`` at ``step``."""
    if before is None or after is None:
        return
    for field in fields(Settings):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield Change(step=step, setting=field.name, before=old, after=new)


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
