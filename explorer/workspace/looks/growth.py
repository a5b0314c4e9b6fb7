"""By how much the states grow beyond what enters them, beside theory: of units that keep the same share at every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine import Course, Growth, Network, Refusal, Stopped, ring_growth, state_growth
from explorer.engine.looks.growth import not_growing
from explorer.engine.work import Report, Stop
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.looks.analysis import Inspection

_DRAWS = 8
_RING = "ring_decay"
"""By this start the |λ| are spread over a ring, and so its closed form is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """The growth of a ``course`` as it is ``shown``, and fed with ``noise``, inputs without memory, over as many steps.

    ``radii`` are those between which the |λ| began, None where they are not known.
    """

    course: Course
    shown: Growth
    noise: Growth
    radii: tuple[float, float] | None

    @property
    def ring(self) -> float | None:
        """Return E‖s‖²/E‖B x‖² without γ over the ring from which λ was drawn."""
        return None if self.radii is None else ring_growth(*self.radii)


def asked(inspection: Inspection) -> tuple[Course, Exploration]:
    """Return what `grown` needs."""
    return inspection.analysis.run.course, inspection.analysis.exploration


def ungrown(inspection: Inspection) -> Refusal | None:
    """Return why the growth of the units is not told; None where it is."""
    return not_growing(inspection.analysis.run.course)


def grown(course: Course, exploration: Exploration, stop: Stop, report: Report) -> Iterator[Grown]:  # noqa: ARG001
    """Yield the growth of the units of a ``course``: a job of one result.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    yield Grown(course, state_growth(course), _fed_with_noise(course, stop), _radii(exploration.recipe))


def _fed_with_noise(course: Course, stop: Stop) -> Growth:
    """Return the growth in the mean over a few sequences of independent Gaussian numbers, from s_0 = 0."""
    # What turns words into vectors, adds features or reads out is no part of what grows.
    own = {name: W for name, W in course.network.weights.items() if "/" in name}
    net, found = Network.from_weights(layers=course.network.layers, weights=own), []
    for seed in range(_DRAWS):
        if stop():
            raise Stopped
        noise = np.random.default_rng(seed).standard_normal((course.steps, net.architecture.inputs))
        found.append(state_growth(net.forward(noise)))
    entered, given, state = (
        np.mean([getattr(one, name) for one in found], axis=0) for name in ("entered", "given", "state")
    )
    return replace(found[0], entered=entered, given=given, state=state)


def _radii(recipe: Recipe) -> tuple[float, float] | None:
    """Return the radii between which λ began, where it is what it began as."""
    if recipe.trained or recipe.edits:
        return None
    starts = [weight.start for weight in recipe.recurrence.weights if weight.start is not None]
    return next(
        ((one.numbers[0], one.numbers[1]) for one in starts if one.name == _RING and len(one.numbers) == 2), None
    )
