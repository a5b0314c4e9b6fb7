"""What is kept of a training: its curves, and snapshots of the weights that one can go back to.

Weights travel as safetensors bytes: exact, compact, and compared at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct, structs

from explorer.engine.errors import BadExploration
from explorer.engine.floats import Floats
from explorer.engine.learning.settings import Settings
from explorer.engine.network.making import READOUT
from explorer.workspace.exploration.changes import MOST_CHANGES, MOST_UPDATES, Change, changes, taken_back
from explorer.workspace.exploration.checks import check_range
from explorer.workspace.exploration.curves import COLUMNS, FLOSS_BYTES, MEASURED, POINT_BYTES, joined, parted, thinned

MOST_SNAPSHOT_BYTES = 12_000_000
"""All snapshots together: three quarters for those a stride apart, the rest for events; but one of each kind always stays."""
MOST_SNAPSHOTS = 1000
MOST_TENSOR_BYTES = 20_000_000
"""One snapshot: the largest network, and Adam's memory of it, fit."""
MOST_HELD_BYTES = 600_000_000
"""One snapshot of a network from another framework's file, which a saved exploration holds by reference."""
USUAL = 2.0
"""A loss of up to so many times the first one is of usual size."""

_MEMORY = "."
"""In the names of what an optimiser remembers; no weight's has one."""

Event = Literal["", "jump", "dead", "nan"]


class Snapshot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights, and the optimiser's memory, after ``step`` updates.

    ``tensors`` is a safetensors file: "U", "W", "1/W_f" ... are the weights, as `Network.parameters` names them, names with a
    dot ("m.W") the optimiser's; a saved exploration has none of those that it keeps by reference. ``event`` says
    why this one is kept whatever the limit: after it the loss "jump"ed, or all units went "dead", or in the next update the
    loss stopped being a number ("nan").
    """

    step: Annotated[int, Meta(ge=0, le=MOST_UPDATES)]
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
        return {name: array for name, array in self.arrays.items() if _MEMORY not in name}

    @property
    def slots(self) -> dict[str, Floats]:
        """Return the optimiser's memory alone."""
        return {name: array for name, array in self.arrays.items() if _MEMORY in name}


class Watch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a training keeps in sight while it runs, so that one that is taken up again sees no less; steps of snapshots.

    ``good`` is the newest moment whose loss is known to be of usual size, ``alive`` the newest that a gradient reached,
    ``silent`` the number of updates since in which none did, ``thrown`` the good moment whose jump was told, -1 for none.
    """

    good: Annotated[int, Meta(ge=0)]
    alive: Annotated[int, Meta(ge=0)]
    silent: Annotated[int, Meta(ge=0)] = 0
    thrown: Annotated[int, Meta(ge=-1)] = -1


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training from its first step: ``curves`` and ``floss`` are `table` as bytes, ``stride`` the steps between snapshots.

    The first snapshot holds the initial weights. ``settings`` are those of the newest update, ``changes`` what they became
    other by on the way. ``watch`` belongs to the newest moment. A record depends on the updates alone: how often it was
    looked at, saved or taken up again leaves no trace in it.
    """

    snapshots: tuple[Snapshot, ...]
    curves: bytes = b""
    stride: Annotated[int, Meta(ge=1, le=MOST_UPDATES)] = 1
    settings: Settings | None = None
    changes: tuple[Change, ...] = ()
    watch: Watch | None = None
    floss: bytes = b""

    def __post_init__(self) -> None:
        steps = [snapshot.step for snapshot in self.snapshots]
        if not steps or steps != sorted(set(steps)):
            raise BadExploration("The snapshots of the training are not in the order of their updates.")
        check_range("snapshots", len(steps), 1, MOST_SNAPSHOTS)
        check_range("changes of the settings", len(self.changes), 0, MOST_CHANGES)
        count, left = divmod(len(self.curves), POINT_BYTES)
        if left or len(self.floss) not in (0, FLOSS_BYTES * count):
            raise BadExploration("The curves of the training are damaged.")
        _check_steps(self.table[:, 0])
        made = [change.step for change in self.changes]
        if made != sorted(made) or max(made, default=0) > self.end:
            raise BadExploration("The changes of the settings are not in the order of their updates.")
        if self.watch is not None and not {self.watch.good, self.watch.alive} <= set(steps):
            raise BadExploration("The snapshots of the training are not complete.")

    @property
    def table(self) -> Floats:
        """Return the curves (K, len(COLUMNS)), read-only, one row a point in the order of the steps."""
        return joined(self.curves, self.floss)

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
        return Record(
            snapshots=(*earlier, now),
            **parted(points),
            stride=self.stride,
            settings=settings and taken_back(settings, [one for one in self.changes if one.step > now.step]),
            changes=tuple(one for one in self.changes if one.step <= now.step),
        )

    def grown(
        self,
        points: Floats,
        now: Snapshot,
        events: Iterable[Snapshot] = (),
        settings: Settings | None = None,
        *,
        passed: Iterable[Snapshot] = (),
        watch: Watch | None = None,
        measured_every: int = 1,
    ) -> Record:
        """Return this record with later ``points`` (K, len(COLUMNS)), the moment ``now`` that they lead to, and ``events``.

        ``passed`` are moments on the way: of all that is there those stay that are a stride apart, and those that ``watch``
        names. The points were made with ``settings``. What was measured at other steps than the multiples of
        ``measured_every`` is known of the newest moment only, as long as it is the newest.
        """
        whole = np.concatenate((self.table, points))
        passing = np.arange(max(0, len(self.table) - 1), len(whole) - 1)
        passing = passing[whole[passing, 0] % measured_every != 0]
        whole[np.ix_(passing, MEASURED)] = np.nan
        stride = stride_over(self.snapshots[0].step, now, self.stride)
        made = (*self.changes, *changes(int(points[0, 0]), self.settings, settings))[-MOST_CHANGES:]
        return Record(
            snapshots=tuple(_chosen(_by_step((*self.snapshots, *passed, *events, now)), stride, watch)),
            **parted(thinned(whole)),
            stride=stride,
            settings=settings or self.settings,
            changes=made,
            watch=watch,
        )


def _check_steps(steps: Floats) -> None:
    """Refuse steps of the curves that are no numbers of updates, or don't rise."""
    whole = (steps >= 0) & (steps <= MOST_UPDATES) & (steps == np.floor(steps))
    if not whole.all() or (np.diff(steps) <= 0).any():
        raise BadExploration("The updates of the training's curves are not whole numbers that rise.")


def stride_over(first: int, now: Snapshot, stride: int) -> int:
    """Return the steps between two snapshots: ``stride`` doubled until those from the ``first`` to ``now`` fit."""
    most = max(1, 3 * _most_of(now) // 4)
    while now.step // stride - first // stride + 1 > most and stride <= now.step - first:
        stride *= 2
    return stride


def is_kept(step: int, stride: int) -> bool:
    """Return whether the moment after ``step`` updates is one of those that are a ``stride`` apart."""
    return step % stride == 0


def _most_of(now: Snapshot) -> int:
    # The first, the newest and the two that are watched come besides.
    return min(MOST_SNAPSHOTS - 4, MOST_SNAPSHOT_BYTES // max(1, len(now.tensors)))


def _by_step(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Return the snapshots in the order of their updates. A moment that is there twice is the same one: its event counts."""
    found: dict[int, Snapshot] = {}
    for one in snapshots:
        if one.event or one.step not in found:
            found[one.step] = one
    return [found[step] for step in sorted(found)]


def _chosen(snapshots: list[Snapshot], stride: int, watch: Watch | None) -> Iterator[Snapshot]:
    """Yield which of the ``snapshots`` stay: the first, the newest, those that are watched, a stride apart, or events.

    Should these be too many, the oldest events become ordinary moments.
    """
    first, rest, now = snapshots[:-1][:1], snapshots[1:-1], snapshots[-1]
    watched = {watch.good, watch.alive} if watch is not None else set()
    events = [one.step for one in rest if one.event][-max(1, _most_of(now) // 4) :]
    yield from first
    for one in rest:
        if one.step in events:
            yield one
        elif one.step in watched or is_kept(one.step, stride):
            yield structs.replace(one, event="") if one.event else one
    yield now


def packed(arrays: Mapping[str, Floats]) -> bytes:
    """Return float64 arrays as the bytes of a safetensors file."""
    from safetensors.numpy import save

    # `ascontiguousarray` would make a vector of a single number.
    return save({name: np.asarray(array, dtype=np.float64, order="C") for name, array in arrays.items()})


def _unpacked(data: bytes) -> Mapping[str, Floats]:
    return _small(data) if len(data) <= MOST_TENSOR_BYTES else _large(data)


@lru_cache(maxsize=16)
def _small(data: bytes) -> Mapping[str, Floats]:
    return _loaded(data)


@lru_cache(maxsize=2)
def _large(data: bytes) -> Mapping[str, Floats]:
    return _loaded(data)


def _loaded(data: bytes) -> Mapping[str, Floats]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if len(data) > MOST_HELD_BYTES:
        raise BadExploration("The trained weights are damaged: {reason}.", reason="there are too many")
    try:
        arrays = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise BadExploration("The trained weights are damaged: {reason}.", reason=error) from error
    if not set(READOUT) <= set(arrays) or any(array.dtype != np.float64 for array in arrays.values()):
        raise BadExploration("The trained weights are damaged: {reason}.", reason="a weight is missing")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise BadExploration("The trained weights are damaged: {reason}.", reason="a number is not finite")
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)
