"""A watched run as an exploration: its moments are the record of a training, so that every view and the time line show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import BadFile, Refusal
from explorer.engine.floats import Floats
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.record import Record, Snapshot
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.glance import glanced
from explorer.workspace.looks.measures import Seen
from explorer.workspace.models.exploring import exploration_of, recipe_of
from explorer.workspace.models.feeding import numbers
from explorer.workspace.watched.records import Moment
from explorer.workspace.watched.run import WatchedRun, input_of


@dataclass(frozen=True, slots=True)
class Following:
    """Follows one recurrent layer of a ``run``, called ``layer``, from moment to moment."""

    run: WatchedRun
    layer: str

    @classmethod
    def of(cls, run: WatchedRun) -> Following:
        """Return what follows the first layer that ``run`` has.

        Raises
        ------
        BadFile
            If it has no moment yet.
        Refusal
            As an opened file does.
        """
        if not run.moments:
            raise BadFile("“{name}” has no moment yet; open it again once the training has begun.", name=run.path.name)
        return cls(run, next(iter(run.found(run.moments[0]).layers)))

    def begun(self) -> Exploration:
        """Return the exploration of all moments that were read, at the newest.

        Raises
        ------
        Refusal
            As an opened file does.
        """
        first, *later = self.run.moments
        found = self.run.found(first)
        sample = input_of(first, self.layer, found)
        fed = None if sample is None else numbers(sample, self.run.path.name)
        begun = exploration_of(found, self.layer, fed)
        start = begun.recipe.trained
        assert start is not None
        start = Snapshot(step=first.step, tensors=start.tensors)
        record = Record(snapshots=(start,), curves=self._points(begun, first, -1).tobytes())
        begun = replace(begun, networks=(replace(begun.recipe, trained=start, record=record),))
        begun = _at_the_end(begun, len(feed(begun.sequence).x))
        return self.grown(begun, later)

    def grown(self, exploration: Exploration, moments: Sequence[Moment]) -> Exploration:
        """Return ``exploration`` with what the ``moments`` add to its record; who looks at the newest goes along.

        Weights that are no finite numbers end it: the moment before is marked as the one that was thrown.
        """
        for moment in moments:
            exploration = self._with(exploration, moment)
        return exploration

    def _with(self, exploration: Exploration, moment: Moment) -> Exploration:
        recipe, record = exploration.recipe, exploration.record
        assert record is not None
        newest = record.snapshots[-1]
        if moment.step <= newest.step or newest.event:
            return exploration
        try:
            made = recipe_of(self.run.found(moment), self.layer).trained
        except Refusal:
            thrown = Snapshot(step=newest.step, tensors=newest.tensors, event="nan")
            return _with_record(exploration, replace(record, snapshots=(*record.snapshots[:-1], thrown)), thrown)
        assert made is not None
        now = Snapshot(step=moment.step, tensors=made.tensors)
        looked = replace(exploration, networks=(replace(recipe, trained=now),))
        points = self._points(looked, moment, record.end)
        grown = record.grown(points, now, passed=(newest,)) if len(points) else record
        return _with_record(exploration, grown, now)

    def _points(self, exploration: Exploration, moment: Moment, after: int) -> Floats:
        """Return the points of the curves up to ``moment``, later than ``after``: losses, and what the weights come to."""
        losses = dict(_noted(moment, ("loss",)))
        norms = dict(_noted(moment, ("norm", "gradient_norm")))
        steps = sorted(step for step in {*losses, *norms, moment.step} if after < step <= moment.step)
        points = np.full((len(steps), len(COLUMNS)), np.nan)
        for point, step in zip(points, steps, strict=True):
            known = {"step": float(step), "loss": losses.get(step), "norm": norms.get(step)}
            if step == moment.step:
                known |= _measured(glanced(exploration))
            for name, value in known.items():
                point[COLUMNS.index(name)] = np.nan if value is None else value
        return points


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
