"""A watched run as an exploration: its moments are the record of a training, so that every view and the time line show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.engine.errors import BadFile, Refusal
from explorer.engine.floats import Floats
from explorer.workspace.exploration.curves import COLUMNS, parted
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.glance import glanced
from explorer.workspace.looks.measures import Seen
from explorer.workspace.models.exploring import exploration_of, recipe_of
from explorer.workspace.models.feeding import numbers, sample_of
from explorer.workspace.models.found import Found
from explorer.workspace.models.readers.records import Moment
from explorer.workspace.watched.run import WatchedRun

MOST_MEASURED = 100
"""Moments that are measured when a run is opened: a person waits for it."""


@dataclass(frozen=True, slots=True)
class Following:
    """Follows one recurrent network or layer of a ``run``, called ``layer``, from moment to moment.

    ``chose`` is what a person chose of what its arrays leave open, by the keys of assumptions.
    """

    run: WatchedRun
    layer: str
    chose: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, run: WatchedRun, name: str = "", chose: Mapping[str, str] | None = None) -> Following:
        """Return what follows the network or layer ``name``; else the first that can be shown, as it is connected if it can.

        Raises
        ------
        BadFile
            If it has no moment yet.
        BadNetwork
            If there is none of this name.
        Refusal
            As an opened file does.
        """
        if not run.moments:
            raise BadFile("“{name}” has no moment yet; open it again once the training has begun.", name=run.path.name)
        chosen = dict(chose or {})
        found = run.found(run.moments[0], chosen)
        if name:
            found.stack(name)
            return cls(run, name, chosen)
        shown = next((one for one in found.networks if _is_shown(found, one)), next(iter(found.layers)))
        return cls(run, shown, chosen)

    def seen_in(self, exploration: Exploration) -> Following | None:
        """Return what follows the layer that an exploration shows of the same run, such as one that was gone back to."""
        imported = exploration.recipe.imported
        if imported is None or exploration.record is None or imported.path != str(self.run.path.absolute()):
            return None
        return dataclasses.replace(self, layer=imported.network, chose=dict(imported.chosen))

    def begun(self) -> Exploration:
        """Return the exploration of all moments that were read, at the newest.

        Raises
        ------
        Refusal
            As an opened file does.
        """
        first, *later = self.run.moments
        found = self.run.found(first, self.chose)
        sample = sample_of(found, self.layer)
        fed = None if sample is None else numbers(sample, self.run.path.name)
        begun = exploration_of(found, self.layer, fed)
        start = begun.recipe.trained
        assert start is not None
        start = Snapshot(step=first.step, tensors=start.tensors)
        record = Record(snapshots=(start,), **parted(self._points(begun, first, -1)))
        begun = replace(begun, networks=(replace(begun.recipe, trained=start, record=record),))
        begun = _at_the_end(begun, len(feed(begun.sequence).x))
        return self.grown(begun, later)

    def grown(self, exploration: Exploration, moments: Sequence[Moment]) -> Exploration:
        """Return ``exploration`` with what the ``moments`` add to its record; who looks at the newest goes along.

        Weights that are no finite numbers end it: the moment before is marked as the one that was thrown. Of a run that has
        many moments already only some are measured, the newest among them.
        """
        apart = -(-len(moments) // MOST_MEASURED)
        for left, moment in zip(range(len(moments) - 1, -1, -1), moments, strict=True):
            exploration = self._with(exploration, moment, measured=left % max(1, apart) == 0)
        return exploration

    def _with(self, exploration: Exploration, moment: Moment, measured: bool) -> Exploration:
        recipe, record = exploration.recipe, exploration.record
        assert record is not None
        newest = record.snapshots[-1]
        if moment.step <= newest.step or newest.event:
            return exploration
        try:
            made = recipe_of(self.run.found(moment, self.chose), self.layer).trained
        except Refusal:
            thrown = Snapshot(step=newest.step, tensors=newest.tensors, event="nan")
            return _with_record(exploration, replace(record, snapshots=(*record.snapshots[:-1], thrown)), thrown)
        assert made is not None
        now = Snapshot(step=moment.step, tensors=made.tensors)
        looked = replace(exploration, networks=(replace(recipe, trained=now),))
        points = self._points(looked, moment, record.end, measured)
        grown = record.grown(points, now, passed=(newest,)) if len(points) else record
        return _with_record(exploration, grown, now)

    def _points(self, exploration: Exploration, moment: Moment, after: int, measured: bool = True) -> Floats:
        """Return the points of the curves up to ``moment``, later than ``after``: losses, and what the weights come to."""
        losses = dict(_noted(moment, ("loss",)))
        norms = dict(_noted(moment, ("norm", "gradient_norm")))
        steps = sorted(step for step in {*losses, *norms, moment.step} if after < step <= moment.step)
        points = np.full((len(steps), len(COLUMNS)), np.nan)
        for point, step in zip(points, steps, strict=True):
            known = {"step": float(step), "loss": losses.get(step), "norm": norms.get(step)}
            if measured and step == moment.step:
                known |= _measured(glanced(exploration))
            for name, value in known.items():
                point[COLUMNS.index(name)] = np.nan if value is None else value
        return points


def _is_shown(found: Found, name: str) -> bool:
    """Return whether a network is one that can be shown, such as one that is not too large."""
    try:
        recipe_of(found, name)
    except Refusal:
        return False
    return True


def _noted(moment: Moment, names: Sequence[str]) -> Iterator[tuple[int, float]]:
    for name in names:
        yield from moment.values.get(name, ())


def _measured(seen: Seen) -> dict[str, float | None]:
    """Return ρ, σ₁ and how far back the last state's gradient reaches."""
    steps = len(seen.scene.feed.x)
    scene = dataclasses.replace(seen.scene, exploration=_at_the_end(seen.scene.exploration, steps))
    verdict = Seen(scene, 0, seen.run).verdict
    return {
        "sigma": seen.run.sigma, "radius": seen.run.radius, "horizon": float(verdict.horizon),
        "beyond": float(verdict.reaches_start),
    }  # fmt: skip


def _at_the_end(exploration: Exploration, steps: int) -> Exploration:
    return replace(exploration, selection=replace(exploration.selection, t=steps))


def _with_record(exploration: Exploration, record: Record, now: Snapshot) -> Exploration:
    """Return ``exploration`` with a longer ``record``, at ``now`` if it was at the newest moment before."""
    recipe = exploration.recipe
    before = exploration.record
    at_newest = before is None or recipe.trained is None or recipe.trained.step == before.last
    own: Recipe = replace(recipe, record=record, trained=now if at_newest else recipe.trained)
    return replace(exploration, networks=(own,))
