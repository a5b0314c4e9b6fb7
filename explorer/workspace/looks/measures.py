"""Quantities of a network by name, as lessons and scripts ask for them: its end-to-end gain, its rate, its horizon.

A gain is kept as its logarithm: e^−5000 is a number. What is not known is None: an estimate is never taken for the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

import numpy as np

from explorer.engine import Course, Network, PathSplit, Trace, Verdict, attribute, split_paths, verdict
from explorer.engine.errors import BadExploration
from explorer.engine.floats import Floats
from explorer.engine.names import unknown
from explorer.engine.recurrence.readings.curves import curve
from explorer.engine.recurrence.readings.gates import gates, net_inputs
from explorer.engine.work import never
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, replace
from explorer.workspace.exploration.fields import value_of
from explorer.workspace.exploration.looking import MANY_SEEDS
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.looks.analysis import Inspection, analyse, nearest_selection, ways_of
from explorer.workspace.looks.comparison import Side
from explorer.workspace.looks.judging import Judged, judge
from explorer.workspace.looks.lags import lags
from explorer.workspace.looks.running import Run
from explorer.workspace.looks.seeds import SeedBand, seed_bands
from explorer.workspace.looks.steps import SATURATED, step_at, values_at


@dataclass(frozen=True, slots=True)
class Scene:
    """The networks of an ``exploration`` and their ``runs``, in its order; None where one is not known, or not yet."""

    exploration: Exploration
    feed: Feed
    runs: tuple[Run | None, ...]

    @classmethod
    def of(cls, inspection: Inspection) -> Scene:
        """Return what is on the screen: the active network, and those that stand beside it."""
        analysis, comparison = inspection.analysis, inspection.comparison
        exploration = analysis.exploration
        runs: list[Run | None] = [None] * len(exploration.networks)
        for i, side in enumerate(comparison.sides if comparison else ()):
            runs[i] = side.run if isinstance(side, Side) and not side.late else None
        runs[exploration.active] = analysis.run
        return cls(exploration, analysis.feed, tuple(runs))

    @classmethod
    def worked_out(cls, exploration: Exploration) -> Scene:
        """Return every network of ``exploration``, run.

        Raises
        ------
        Refusal
            As `analyse` does.
        """
        analyses = [analyse(replace(exploration, active=i)) for i in range(len(exploration.networks))]
        return cls(exploration, analyses[0].feed, tuple(one.run for one in analyses))

    def looked_at(self, exploration: Exploration) -> Scene:
        """Return the same runs as ``exploration`` looks at them, which asks for no other analysis: another pair, a window."""
        runs = (run and run.facing(exploration.selection) for run in self.runs)
        return Scene(exploration, self.feed, tuple(runs))


class Ran(Protocol):
    """What quantities are asked of: a `Run` with all its pairs, or a `Glance`, which makes only what is asked for."""

    @property
    def recipe(self) -> Recipe:
        """Return what the network was made of."""

    @property
    def network(self) -> Network:
        """Return the network."""

    @property
    def trace(self) -> Trace:
        """Return what it went through."""

    @property
    def course(self) -> Course:
        """Return what happened along the chain that is looked at."""

    @property
    def backward(self) -> bool:
        """Return whether the chain runs from the sequence's end to its beginning."""

    @property
    def opposite(self) -> object | None:
        """Return the same along the chain that runs the other way, None where there is none."""

    def time(self, step: int) -> int:
        """Return which state of the sequence a state of the chain is, or which of the chain one of the sequence."""

    @property
    def radius(self) -> float | None:
        """Return ρ of W, or of what stands for it; None where there is none."""

    @property
    def sigma(self) -> float | None:
        """Return σ₁ of the same."""

    @property
    def steepest(self) -> float | None:
        """Return γ = max f'; None where J is not diag(f') W."""

    def row(self, t: int) -> Floats:
        """Return ln of the gains of row t (t+1,), k = 0..t."""


@dataclass(frozen=True)
class Seen:
    """One network of a ``scene``, as its quantities are asked for; ``index`` counts from 0."""

    scene: Scene
    index: int
    run: Ran

    @property
    def selection(self) -> Selection:
        """Return the pair that is looked at."""
        asked, hidden = self.scene.exploration.selection, self.run.course.out.shape[1]
        return nearest_selection(asked, len(self.scene.feed.x), hidden, ways_of(self.run))

    @property
    def pair(self) -> tuple[int, int]:
        """Return t and k of the pair, in the order in which the chain runs."""
        return self.run.time(self.selection.t), self.run.time(self.selection.k)

    @cached_property
    def row(self) -> Floats:
        """Return ln of the gains of the row that is looked at (t+1,), k = 0..t."""
        return self.run.row(self.pair[0])

    @cached_property
    def verdict(self) -> Verdict:
        """Return what becomes of the gradient of s_t."""
        return verdict(self.row, self.scene.exploration.lens.threshold)

    @cached_property
    def judged(self) -> Judged:
        """Return what the loss sees."""
        return judge(replace(self.scene.exploration, active=self.index), self.scene.feed, self.run.trace)

    @cached_property
    def seeds(self) -> SeedBand:
        """Return the row over many seeds."""
        exploration = replace(self.scene.exploration, active=self.index)
        asked = exploration.lens.seeds or MANY_SEEDS
        *_, band = seed_bands(exploration.with_lens(seeds=asked), self.scene.feed, self.pair[0], never)
        return band

    @cached_property
    def paths(self) -> PathSplit:
        """Return how the product of the pair went."""
        return split_paths(self.run.course, self.selection.t, self.selection.k)


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is measured: ``of`` gives the value of one network, None where there is none.

    A "gain" is the logarithm of a factor, in nats, a "norm" that of a norm; a "word" is one of few; a "count" is whole; a
    "share" is a part of one; a "number" any other.
    """

    form: str
    of: Callable[[Seen], float | str | None]


def _end(seen: Seen) -> float:
    return seen.verdict.end


def _pair(seen: Seen) -> float:
    return float(seen.row[seen.pair[1]])


def _largest(seen: Seen) -> float:
    return float(np.max(seen.row))


def _saturated(seen: Seen) -> float | None:
    """Return the share of units whose slope at step t is below `SATURATED`; of a cell of several gates there is none."""
    t, course = seen.pair[0], seen.run.course
    recurrence = step_at(course, t).recurrence
    found = gates(recurrence)
    if len(found) != 1 or t == 0:
        return None
    z = net_inputs(recurrence, values_at(course, t))[found[0].name]
    return float(np.mean(curve(found[0].function).slope(np.ravel(z)) < SATURATED))


def _by(part: str) -> Callable[[Seen], float | None]:
    """Return the gain that the weights, or the slopes, alone make a step between the pair."""

    def of(seen: Seen) -> float | None:
        t, k = seen.selection.t, seen.selection.k
        if t == k or seen.run.course.motion.slopes_and_weights() is None:
            return None
        return float(getattr(attribute(seen.run.course, t, k), part).mean())

    return of


def _far_share(seen: Seen) -> float | None:
    """Return the share of ∂L/∂W that comes from lags of at least t − k; None where it is zero or no number."""
    lag = abs(seen.selection.t - seen.selection.k)
    near = lags(seen.judged.full, "W").share_up_to(lag - 1)
    return None if math.isnan(near) else 1.0 - near


def _kept(seen: Seen) -> float | None:
    """Return what truncation leaves of the norm of ∂L/∂W, as a share."""
    ratio = seen.judged.kept("W")[1]
    return None if math.isnan(ratio) else ratio


def _of_training(column: str) -> Callable[[Seen], float | None]:
    def of(seen: Seen) -> float | None:
        record = seen.run.recipe.record
        values = np.empty(0) if record is None else record.column(column)
        known = values[~np.isnan(values)]
        return float(known[-1]) if len(known) else None

    return of


QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "verdict": Quantity("word", lambda seen: seen.verdict.kind),
        "end_gain": Quantity("gain", _end),
        "median_gain": Quantity("gain", lambda seen: float(seen.seeds.levels[2][0])),
        "preserved_seeds": Quantity("share", lambda seen: seen.seeds.kinds["preserved"] / seen.seeds.count),
        "pair_gain": Quantity("gain", _pair),
        "largest_gain": Quantity("gain", _largest),
        "rate": Quantity("gain", lambda seen: seen.verdict.rate),
        "horizon": Quantity("count", lambda seen: seen.verdict.horizon),
        "dead_lag": Quantity("count", lambda seen: seen.verdict.dead_lag),
        "weights_rate": Quantity("gain", _by("weights")),
        "derivative_rate": Quantity("gain", _by("slopes")),
        "direct_gain": Quantity("gain", lambda seen: float(seen.paths.direct[0] - seen.paths.total[-1])),
        "gates_gain": Quantity("gain", lambda seen: float(seen.paths.gates[0] - seen.paths.total[-1])),
        "saturated": Quantity("share", _saturated),
        "rho": Quantity("number", lambda seen: seen.run.radius),
        "sigma_1": Quantity("number", lambda seen: seen.run.sigma),
        "gamma": Quantity("number", lambda seen: seen.run.steepest),
        "term": Quantity("norm", lambda seen: float(seen.judged.log_map("W")[seen.selection.t, seen.selection.k])),
        "far_share": Quantity("share", _far_share),
        "kept": Quantity("share", _kept),
        "updates": Quantity(
            "count", lambda seen: 0 if seen.run.recipe.trained is None else seen.run.recipe.trained.step
        ),
        "loss": Quantity("number", _of_training("loss")),
        "held_loss": Quantity("number", _of_training("held_loss")),
        "held_accuracy": Quantity("share", _of_training("held_accuracy")),
        "gradient_norm": Quantity("number", _of_training("norm")),
    }
)
"""What can be asked of each network: of row t of the flow, of the pair (t, k), of its weights and of its training.

end_gain is the RMS gain from s_t back to s_0, median_gain its median over many seeds of the untrained network and
preserved_seeds the share of them that preserve it, pair_gain that of ∂s_t/∂s_k, largest_gain the greatest on the row; rate
is the factor a step, weights_rate and derivative_rate what the weights and the derivative make of it between the pair,
direct_gain and gates_gain what goes along the direct path and past it. Of ∂L/∂W term is the norm of the term of the pair,
as truncated, far_share the share that comes from lags of at least t − k, and kept what truncation leaves of the norm.
"""

OF_PAIR = frozenset({"pair_gain", "weights_rate", "derivative_rate", "direct_gain", "gates_gain", "term", "far_share"})
"""Those that are others at another k; all else is of row t, or of the network."""


def seen(scene: Scene, index: int) -> Seen | None:
    """Return one network of ``scene``; None where its run is not known, or its flow is an estimate still.

    Raises
    ------
    BadExploration
        If there is no such network.
    """
    if not 0 <= index < len(scene.runs):
        raise BadExploration(
            "There is no network {index}: {count} are shown, counted from 0.", index=index, count=len(scene.runs)
        )
    run = scene.runs[index]
    return None if run is None or run.estimate is not None else Seen(scene, index, run)


def measured(scene: Scene, name: str, index: int) -> float | str | None:
    """Return the quantity ``name`` of network ``index``, or the value of the setting of that name; None where there is none.

    Raises
    ------
    BadExploration
        If there is neither, or no such network.
    """
    found, quantity = seen(scene, index), QUANTITIES.get(name)
    if quantity is not None:
        return None if found is None else quantity.of(found)
    value = value_of(replace(scene.exploration, active=index), name)
    return value if isinstance(value, str | int | float) else str(value)


def check_quantity(name: str, settings: tuple[str, ...]) -> None:
    """Refuse a ``name`` that is neither a quantity nor one of the ``settings``.

    Raises
    ------
    BadExploration
        With the nearest one, and all that there are.
    """
    if name not in QUANTITIES and name not in settings:
        raise unknown("quantity", name, (*QUANTITIES, *settings), BadExploration)
