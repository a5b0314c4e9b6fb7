"""`Stretch`: the steps of a run that claims are told of, and `Part`, what is one layer's of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.layer import ARROWS
from explorer.engine.network.piece import DECODER
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.motion import Path

# Of a longer run, or a wider state, the first steps are looked at, or nothing is told.
MOST_STEPS, _MOST_WIDTH, _MOST_ENTRIES = 64, 600, 600_000


@dataclass(frozen=True)
class Stretch:
    """The first steps of a run along a chain: those of the encoder, or ``after_seam`` the decoder's."""

    trace: Trace
    course: Course
    after_seam: bool = False

    @property
    def first(self) -> int:
        """Return the state before the first step."""
        return (self.course.seam or 0) if self.after_seam else 0

    @property
    def last(self) -> int:
        """Return the last step of this half of the run."""
        seam = self.course.seam
        return self.course.steps if self.after_seam or seam is None else seam

    @cached_property
    def J(self) -> Floats | None:
        """Return the Jacobians (T, N, N), None where there is no room for them, or where older states are read as well."""
        return self._jacobians(self.course, "whole")

    @cached_property
    def direct(self) -> Floats | None:
        """Return what of the Jacobians lies on the direct path."""
        return self._jacobians(self.course, "direct")

    def elsewhere(self, places: NDArray[np.intp]) -> Floats | None:
        """Return the Jacobians of the same steps where these entries of the state began elsewhere, None as for them.

        All others begin as they did: what a layer reads is not to change.
        """
        trace, name = self.trace, self.course.name
        starts = {chain: one.s[0] for chain, one in trace.chains.items()}
        start = starts[name].copy()
        start[places] += np.where(np.isfinite(start[places]), 0.5, 0.0)
        starts[name] = start
        s0 = start if len(starts) == 1 else starts
        try:
            again = trace.network.forward(trace.given, s0=s0, seam=self.course.seam, features=trace.features)
        except Refusal:
            return None
        return self._jacobians(again.chains[name], "whole")

    def _jacobians(self, course: Course, path: Path) -> Floats | None:
        N, steps = course.width, self.last - self.first
        if N > _MOST_WIDTH or course.motion.delays != (1,) or not steps:
            return None
        until = self.first + max(min(steps, MOST_STEPS, _MOST_ENTRIES // N**2), 1)
        with np.errstate(all="ignore"):
            J = course.motion.jacobians(self.first, until, path)
        return J if np.isfinite(J).all() else None


@dataclass(frozen=True)
class Part:
    """What is one layer's of a stretch, by the names that its equations have.

    ``names`` says what each of its states is called in the run; ``weights`` are the layer's.
    """

    stretch: Stretch
    names: Mapping[str, str]
    weights: Mapping[str, Floats]

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """Return where the layer's state stands in that of the run."""
        parts = [self.stretch.course.parts[name] for name in self.names.values()]
        return np.concatenate([np.arange(part.start, part.stop) for part in parts])

    @cached_property
    def J(self) -> Floats | None:
        """Return the layer's own block of the Jacobians, None where there are none."""
        return self._block(self.stretch.J)

    @cached_property
    def direct(self) -> Floats | None:
        """Return what of it lies on the direct path."""
        return self._block(self.stretch.direct)

    @cached_property
    def elsewhere(self) -> Floats | None:
        """Return the same block where the layer's own state began elsewhere."""
        return self._block(self.stretch.elsewhere(self.places))

    def state(self, name: str) -> Floats:
        """Return a state (T, n) by its name in the layer's equations, without its start."""
        stretch = self.stretch
        return stretch.course.s[stretch.first + 1 : stretch.last + 1, stretch.course.parts[self.names[name]]]

    def inside(self, name: str) -> slice:
        """Return where a state stands in the layer's own block."""
        start = 0
        for own, called in self.names.items():
            part = self.stretch.course.parts[called]
            if own == name:
                return slice(start, start + part.stop - part.start)
            start += part.stop - part.start
        raise KeyError(name)

    def _block(self, J: Floats | None) -> Floats | None:
        if J is None or len(self.places) == J.shape[1]:
            return J
        return J[:, self.places[:, None], self.places]


def part_of(stretch: Stretch, number: int, states: tuple[str, ...]) -> Part:
    """Return the part of the layer with this ``number`` in the whole network and these ``states`` in its equations."""
    course = stretch.course
    names = {state: state if state in course.parts else f"{number}/{state}" for state in states}
    whole = course.chain.whole
    half = whole.then if stretch.after_seam and whole.then is not None else whole
    found = {}
    for full in half.weights.values():
        layer, _, own = full.removeprefix(DECODER).rpartition("/")
        if layer.rstrip("".join(ARROWS.values())) == str(number):
            found[own] = course.network.weights[full]
    return Part(stretch, names, found)
