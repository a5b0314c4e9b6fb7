"""`Chronicle`: what of a training is told and kept while it runs, and what is kept in sight so that a jump is noticed."""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.learning.settings import Settings
from explorer.engine.learning.train import Moment
from explorer.engine.network.network import Network
from explorer.workspace.exploration.building import build, columns_of
from explorer.workspace.exploration.curves import COLUMNS, JUMP_MEMORY
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.record import USUAL, Event, Snapshot, Watch, is_kept, packed, stride_over

JUMP_OVER_GREATEST = 2.0
"""A jump is a loss of more than so many times the greatest of the `JUMP_MEMORY` ones before it,"""
JUMP_OVER_SPREAD = 3.0
"""above it by more than so many times what it is above their median, so that a hard batch among easy ones is none,"""
JUMP_OF_FIRST = 0.5
"""and by this share of the first loss besides: a jump gives up much of what was learnt, noise does not."""
JUMP_FEW = 10
JUMP_OVER_FEW = 5.0
"""While fewer are known than `JUMP_FEW`, nothing is known of their spread: so many times the greatest is a jump."""
DEAD_FOR = 10
"""Units that get no gradient in so many updates on end are dead, not merely unmoved by a batch."""


@dataclass(frozen=True)
class Progress:
    """How far a training has come: the newest moment, and the points of the curves since the last progress.

    points (K, len(COLUMNS)), one row an update, as in `Record.table`. The held-out scores and what is known about W are those
    of the steps that are multiples of ``measured_every``, and of the last row of a run, where they are quickly had.
    ``events`` are the moments before an update that made the loss jump, be it to no number at all, or that killed all units;
    ``passed`` are moments on the way that may be kept, and those that ``watch`` names. Where ``diverged``, the update after
    ``now`` had no finite loss; ``now`` says so too, and the last row is that update's. ``settings`` are those of all updates,
    ``seconds`` is the time since the training was begun or taken up again.
    """

    now: Snapshot
    points: Floats
    events: tuple[Snapshot, ...]
    passed: tuple[Snapshot, ...]
    watch: Watch
    measured_every: int
    diverged: bool
    settings: Settings
    seconds: float


class Chronicle:
    """Collects the moments of a training until they are told.

    ``_good`` is the newest moment whose loss is known to be of usual size, ``_alive`` the newest that a gradient reached,
    ``_thrown`` the step of the last good one that was noted: what jumps on from it is the same event.
    """

    def __init__(self, start: Moment, exploration: Exploration, measured_every: int) -> None:
        self.last, self.done = start, 0
        self._settings, self._measured_every = exploration.settings, measured_every
        self._watched(exploration)
        self._begun = self._told = time.perf_counter()
        self._points: list[list[float]] = []
        self._events: list[Snapshot] = []
        self._passed: list[Snapshot] = []
        record, self._beginning = exploration.record, start.step
        self._stride = record.stride if record is not None else 1
        table = record.table[record.table[:, 0] <= start.step] if record is not None else np.empty((0, len(COLUMNS)))
        losses = table[:, COLUMNS.index("loss")].tolist()
        self._first = losses[0] if losses else np.nan
        self._losses = deque(losses[-JUMP_MEMORY:], maxlen=JUMP_MEMORY)

    def _watched(self, exploration: Exploration) -> None:
        """Take up what was kept in sight until now, if the newest moment of the record is where it goes on."""
        self._good, self._alive, self._silent, self._thrown = self.last, self.last, 0, -1
        record = exploration.record
        if record is None or record.watch is None or not is_newest(exploration):
            return
        moments = {one.step: one for one in record.snapshots}
        recipe, inputs = exploration.recipe, columns_of(self.last.network)
        self._good, self._alive = (
            moment_of(replace(recipe, trained=moments[step]), inputs)
            for step in (record.watch.good, record.watch.alive)
        )
        self._silent, self._thrown = record.watch.silent, record.watch.thrown

    @property
    def idle(self) -> float:
        """Return the seconds since something was told."""
        return time.perf_counter() - self._told

    @property
    def waiting(self) -> bool:
        """Return whether there is something to tell."""
        return bool(self._points)

    def take(self, moment: Moment) -> None:
        """Take the moment after the last one."""
        if np.isnan(self._first):
            self._first = moment.loss
        self._watch_loss(moment)
        self._watch_units(moment)
        self._losses.append(moment.loss)
        self._points.append(_point(moment))
        self.last = moment
        self.done += 1
        self._keep(moment)

    def _keep(self, moment: Moment) -> None:
        """Keep what the record will keep; as it grows that becomes less."""
        if moment.diverged or not is_kept(moment.step, self._stride):
            return
        self._passed.append(snapshot_of(moment))
        stride = stride_over(self._beginning, self._passed[-1], self._stride)
        if stride > self._stride:
            self._passed = [one for one in self._passed if is_kept(one.step, stride)]
            self._stride = stride

    def measured(self, values: dict[str, float]) -> None:
        """Take what was measured of the newest moment."""
        for name, value in values.items():
            self._points[-1][COLUMNS.index(name)] = value

    def _watch_loss(self, moment: Moment) -> None:
        """Note a jump; the loss is that of the weights that the update began with."""
        jumped = not moment.diverged and is_jump(moment.loss, self._losses, self._first)
        if moment.loss <= USUAL * self._first and not jumped:
            self._good = self.last
        elif (jumped or moment.diverged) and self._thrown != self._good.step < self.last.step:
            self._thrown = self._good.step
            self._events.append(snapshot_of(self._good, "jump"))

    def _watch_units(self, moment: Moment) -> None:
        """Note that all units have died."""
        self._silent = self._silent + 1 if moment.dead else 0
        if not moment.dead:
            self._alive = self.last
        if self._silent == DEAD_FOR and self._alive.step + DEAD_FOR == self.last.step:
            self._events.append(snapshot_of(self._alive, "dead"))

    def progress(self) -> Progress:
        """Return what came since it was last asked for."""
        points = np.array(self._points)
        points.setflags(write=False)
        now = snapshot_of(self.last, "nan" if self.last.diverged else "")
        watch = Watch(good=self._good.step, alive=self._alive.step, silent=self._silent, thrown=self._thrown)
        watched = {one.step: one for one in (self._good, self._alive)}
        self._passed += [snapshot_of(one) for one in watched.values()]
        self._told = time.perf_counter()
        told = Progress(
            now=now,
            points=points,
            events=tuple(self._events),
            passed=tuple(self._passed),
            watch=watch,
            measured_every=self._measured_every,
            diverged=self.last.diverged,
            settings=self._settings,
            seconds=self._told - self._begun,
        )
        self._points, self._events, self._passed = [], [], []
        return told


def is_jump(loss: float, earlier: deque[float], first: float) -> bool:
    """Return whether ``loss`` stands out of the ``earlier`` ones: see `JUMP_OVER_GREATEST`. What is not finite is no jump."""
    if not earlier or not loss < np.inf:
        return False
    greatest = max(earlier)
    if len(earlier) < JUMP_FEW:
        return loss > JUMP_OVER_FEW * greatest and loss > JUMP_OF_FIRST * first
    spread = greatest - float(np.median(earlier))
    return loss > max(JUMP_OVER_GREATEST * greatest, greatest + JUMP_OVER_SPREAD * spread + JUMP_OF_FIRST * first)


def _point(moment: Moment) -> list[float]:
    """Return the row of a moment; an update that failed is the one after those that were made."""
    known = {name: getattr(moment, name) for name in ("loss", "norm", "clipped", "omega", "floss")}
    known["step"] = moment.step + moment.diverged
    return [float(known.get(name, np.nan)) for name in COLUMNS]


def moment_of(recipe: Recipe, inputs: int) -> Moment:
    """Return the moment at which the network of ``recipe`` is."""
    first = Moment.first(build(recipe, inputs))
    if recipe.trained is None:
        return first
    return dataclasses.replace(first, step=recipe.trained.step, slots=recipe.trained.slots)


def is_newest(exploration: Exploration) -> bool:
    """Return whether the network is as the newest moment of its record left it, and may go on from there."""
    recipe, record = exploration.recipe, exploration.record
    # What failed once after a divergence is not to stand beside what comes now.
    newest = record is not None and recipe.trained == record.snapshots[-1] and not record.diverged
    return newest and not recipe.edits


def snapshot_of(moment: Moment, event: Event = "") -> Snapshot:
    """Return ``moment`` as a record keeps it."""
    return Snapshot(step=moment.step, tensors=packed_of(moment.network, moment.slots), event=event)


def packed_of(network: Network, slots: Mapping[str, Floats] | None = None) -> bytes:
    """Return the weights, and what an optimiser remembers of them, as a record keeps them."""
    return packed({**network.parameters, **(slots or {})})
