"""The error surface of an exploration: its directions, the loss over them, and what walked on it.

The loss is what training sees: the mean over a fixed batch of the task's examples; without a task, over the shown sequence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Literal

import numpy as np

from explorer.engine import Network
from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import Batch
from explorer.engine.learning.settings import Settings
from explorer.engine.looks.plane import Plane, WeightPlace
from explorer.engine.looks.surface import Grid, mean_loss, refined
from explorer.engine.network.families import families, still
from explorer.engine.network.making import READOUT
from explorer.engine.recurrence.expressions.expression import Pointwise
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.building import build, given, initial_state
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, Text
from explorer.workspace.exploration.exploration import replace as changed
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.descents import clipped_and_free, descent
from explorer.workspace.looks.judging import judge
from explorer.workspace.looks.weight_names import weight_name
from explorer.workspace.tasks import Dataset, dataset
from explorer.workspace.tasks.giving import given_to

EXAMPLES = 20
"""Of a task's examples, so many are looked at."""
UPDATES = 200
"""The length of a descent."""

_SHOWN_EVERY = 20
_FINEST = (257, 129, 65)
# Multiply–adds: some seconds, and half a second.
_MOST_EFFORT, _SMALL_EFFORT = 2e10, 1e9
_HALF_WIDTH, _HALF_SHARE = 1.25, 0.25
_MARGIN = 0.2

Rectangle = tuple[float, float, float, float]
"""The part of a plane that is looked at: left, right, bottom, top."""


@dataclass(frozen=True, slots=True)
class Directions:
    """What spans the plane: two ``weights``, two "random" directions drawn from ``seed``, or the "path" of the training."""

    kind: Literal["weights", "random", "path"] = "random"
    weights: tuple[WeightPlace, WeightPlace] = (WeightPlace("W", 0, 0), WeightPlace("b", 0, 0))
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Points (K,) of the plane, the numbers of updates that led there, and how far off the plane they lie."""

    steps: tuple[int, ...]
    a: Floats
    b: Floats
    away: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The loss around an exploration's network.

    ``names`` are those of the two weights, empty for other directions. ``present`` is (a, b) of the network, ``away`` how
    far off the plane it lies, ``loss`` its mean loss. ``path`` holds the snapshots of the training, if there are any;
    ``clipped`` and ``free`` are two descents from the present point, None while nothing is known of them; ``settings`` are
    theirs.
    """

    directions: Directions
    plane: Plane
    batch: Batch
    names: tuple[str, ...]
    rectangle: Rectangle
    grid: Grid
    present: tuple[float, float]
    away: float
    loss: float
    path: Path | None
    finest: int
    settings: Settings
    clipped: Path | None = None
    free: Path | None = None

    @property
    def finished(self) -> bool:
        """Return whether the grid is as fine as it will be."""
        return len(self.grid.alphas) >= self.finest


def default_directions(exploration: Exploration) -> Directions:
    """Return the directions that show most: both weights of one unit, the plane of a training, or random directions."""
    weights = _first_weights(exploration.recipe)
    if exploration.record is not None and len(exploration.record.snapshots) > 2:
        return Directions("path", weights)
    return Directions("weights" if exploration.recipe.hidden == 1 else "random", weights)


def _first_weights(recipe: Recipe) -> tuple[WeightPlace, WeightPlace]:
    """Return a weight that carries the state and one that is added, as far as the cell has such, and others where not."""
    architecture = recipe.architecture(1)
    family = families(architecture)
    names = [name for name in family if name not in still(architecture)]
    carrying = [*architecture.matrices, *(name for name in names if family[name] == "W")]
    first = next((name for name in carrying if name in names), names[0])
    second = next((name for name in names if family[name] == "b"), next(name for name in names if name != first))
    return WeightPlace(first, 0, 0), WeightPlace(second, 0, 0)


def is_small(exploration: Exploration, network: Network, steps: int) -> bool:
    """Return whether the surface over ``steps`` steps takes so little work that nobody need ask for it."""
    examples = EXAMPLES if exploration.task is not None else 1
    return _effort(network, examples * steps) * _FINEST[-1] ** 2 <= _SMALL_EFFORT


def moved_to(exploration: Exploration, directions: Directions, a: float, b: float) -> Exploration:
    """Return ``exploration`` with the two weights of ``directions`` set to a and b, to six digits."""
    edits = [edit for edit in exploration.recipe.edits if WeightPlace(*edit[:3]) not in directions.weights]
    for weight, value in zip(directions.weights, (a, b), strict=True):
        edits.append(Edit(*weight, float(f"{value:.6g}")))
    return exploration.with_recipe(edits=tuple(edits))


def surface_job(
    exploration: Exploration,
    directions: Directions,
    rectangle: Rectangle | None,
    descents: bool,
    known: Surface | None,
    stop: Stop,
    report: Report,
) -> Iterator[Surface]:
    """Yield the error surface of the active network, from coarse to fine, then two ``descents`` as they go on.

    ``rectangle`` None shows all that matters. What ``known`` has worked out of the same plane is not worked out again: moving
    the weights that span it moves the network on the plane, and leaves the surface as it is.

    Raises
    ------
    Refusal
        If there is no such plane or the sequence has no targets.
    Stopped
        When ``stop()`` said so.
    """
    network = build(exploration.recipe, feed(exploration.sequence).x.shape[1])
    batch = _batch(exploration, network)
    plane = _plane(exploration, directions, network)
    kept = known if known is not None and known.plane == plane and known.batch == batch else None
    a, b, away = plane.coordinates(network)
    path = _record_path(exploration, plane)
    if rectangle is None:
        rectangle = (
            kept.rectangle if kept is not None and _within((a, b), kept.rectangle) else _view(directions, (a, b), path)
        )
    finest = _finest(network, batch)
    names = tuple(weight_name(network, weight) for weight in directions.weights) if directions.kind == "weights" else ()
    make = partial(
        Surface, directions=directions, plane=plane, batch=batch, names=names, rectangle=rectangle, present=(a, b), away=away,
        loss=mean_loss(network, batch), path=path, finest=finest, settings=exploration.settings,
    )  # fmt: skip
    if kept is not None and kept.rectangle == rectangle and kept.finished:
        surface = make(grid=kept.grid)
        yield surface
    else:
        for grid in refined(plane, batch, rectangle[:2], rectangle[2:], finest, stop, report):
            surface = make(grid=grid)
            yield surface
    if descents:
        yield from _with_descents(surface, network, kept, stop)


def _with_descents(surface: Surface, network: Network, kept: Surface | None, stop: Stop) -> Iterator[Surface]:
    """Yield ``surface`` with its two descents as far as they have come."""
    if kept is not None and _same_descents(kept, surface):
        yield replace(surface, clipped=kept.clipped, free=kept.free)
        return
    # Each is drawn only in the plane: the rest of the network is held.
    both = [descent(surface.plane, surface.batch, network, s, stop) for s in clipped_and_free(surface.settings)]
    done = 0
    paths: list[list[tuple[float, float]]] = [[surface.present], [surface.present]]
    while done < UPDATES:
        for path, walk in zip(paths, both, strict=True):
            path.extend(islice(walk, _SHOWN_EVERY))
        done += _SHOWN_EVERY
        clipped, free = (_walked(path) for path in paths)
        yield replace(surface, clipped=clipped, free=free)


def _batch(exploration: Exploration, network: Network) -> Batch:
    """Return the batch whose mean loss is shown."""
    if exploration.task is not None:
        return next(_learnt(exploration, exploration.task).seen.batches(network, EXAMPLES))
    fed = feed(exploration.sequence)
    s0 = initial_state(exploration.recipe, network)
    asked = given(exploration.recipe, fed.x, fed.symbolic)
    judged = judge(exploration, fed, network.forward(asked.x, s0, asked.seam, asked.features))
    return replace(Batch.of(network, [asked], [judged.targets], judged.loss, judged.at), s0=s0)


def _learnt(exploration: Exploration, task: Task) -> Dataset:
    learnt = dataset(task)
    return given_to(exploration.recipe, learnt, isinstance(learnt.shown, Text))


def _plane(exploration: Exploration, directions: Directions, network: Network) -> Plane:
    if directions.kind == "weights":
        return Plane.of_weights(network, *directions.weights)
    if directions.kind == "random":
        return Plane.random(network, directions.seed)
    snapshots = [kept for _, kept in _snapshots(exploration)] or [network]
    # Through its end, wherever one is now: to go back in time moves the point, and leaves the surface as it is.
    return Plane.through(snapshots[-1], snapshots)


def _snapshots(exploration: Exploration) -> list[tuple[int, Network]]:
    """Return the networks of the training's snapshots with their steps."""
    recipe, record = exploration.recipe, exploration.record
    if record is None:
        return []
    inputs = feed(exploration.sequence).x.shape[1]
    return [(kept.step, build(changed(recipe, trained=kept, edits=()), inputs)) for kept in record.snapshots]


def _record_path(exploration: Exploration, plane: Plane) -> Path | None:
    snapshots = _snapshots(exploration)
    if len(snapshots) < 2:
        return None
    points = np.array([plane.coordinates(network) for _, network in snapshots])
    return Path(tuple(step for step, _ in snapshots), *points.T)


def _walked(points: list[tuple[float, float]]) -> Path:
    a, b = np.array(points).T
    return Path(tuple(range(len(points))), a, b, np.zeros(len(points)))


def _same_descents(kept: Surface, surface: Surface) -> bool:
    """Return whether the descents of ``kept`` are whole and begin where those of ``surface`` would."""
    return (
        kept.free is not None
        and kept.clipped is not None
        and max(len(kept.free.steps), len(kept.clipped.steps)) > UPDATES
        and (kept.present, kept.settings) == (surface.present, surface.settings)
    )


def _view(directions: Directions, present: tuple[float, float], path: Path | None) -> Rectangle:
    """Return the rectangle that shows the present point, its surroundings, and the path."""
    edges = []
    for i, value in enumerate(present):
        walked = (path.a, path.b)[i] if path is not None else np.array([value])
        low, high = min(value, float(walked.min())), max(value, float(walked.max()))
        if directions.kind == "path":
            margin = _MARGIN * (high - low) or 1.0
        else:
            margin = max(_HALF_WIDTH, _HALF_SHARE * abs(value)) if directions.kind == "weights" else 1.0
        edges += [low - margin, high + margin]
    return edges[0], edges[1], edges[2], edges[3]


def _within(point: tuple[float, float], rectangle: Rectangle) -> bool:
    left, right, bottom, top = rectangle
    return left <= point[0] <= right and bottom <= point[1] <= top


def _finest(network: Network, batch: Batch) -> int:
    """Return how fine the surface is to be."""
    effort = _effort(network, int(batch.lengths.sum()))
    return next((size for size in _FINEST if effort * size**2 <= _MOST_EFFORT), _FINEST[-1])


def _effort(network: Network, steps: int) -> float:
    """Return about how many multiply–adds a point of the surface takes; an activation counts for twenty."""
    weights = sum(array.size for name, array in network.parameters.items() if name not in READOUT)
    functions = sum(
        math.prod(shape)
        for chain in network.architecture.chains
        for node, shape in zip(chain.step.recurrence.graph, chain.step.shapes, strict=True)
        if isinstance(node.operator, Pointwise)
    )
    return float(steps) * (weights + 20 * functions)
