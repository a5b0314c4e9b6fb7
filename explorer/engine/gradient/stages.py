"""`Stage`: some steps of a chain's course with one set of weights, and what these are called in the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.network import Network
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.motion import Motion


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """The steps ``first`` + 1 to ``first`` + ``steps``; weights with an axis for steps are read at ``at``."""

    piece: Piece
    motion: Motion
    first: int
    steps: int
    at: int

    def of(self, network: Network) -> dict[str, Floats]:
        """Return a network's weights of the stage, by their names in its equations."""
        weights = network.of(self.piece)
        return {name: weight[self.at] if name in self.piece.steps else weight for name, weight in weights.items()}

    def directions(self, network: Network, name: str, directions: Floats) -> dict[str, Floats]:
        """Return directions (D, …) of a parameter as those (D, …) of the weights of the stage that are made of it."""
        if name not in network.parameters:
            return {}
        still = {one: np.zeros_like(array) for one, array in network.parameters.items()}
        moved = [self.of(network.with_parameters(still | {name: direction})) for direction in directions]
        together = {own: np.stack([one[own] for one in moved]) for own in moved[0]}
        return {own: by for own, by in together.items() if by.any()}


def stages(course: Course) -> list[Stage]:
    """Return the stages of a course: one, but where there is a seam or weights change at every step."""
    from explorer.engine.recurrence.run.legsmotion import MotionOfLegs

    whole, motion = course.chain.whole, course.motion
    if not isinstance(motion, MotionOfLegs):
        behind = whole.then is not None and course.seam == 0
        return [Stage(whole.halves[-1] if behind else whole, motion, 0, course.steps, 0)]
    seam, made = course.seam if course.seam is not None else course.steps, []
    for leg in motion.legs:
        first = leg.run.stretch.first
        behind = whole.then is not None and first >= seam
        piece, at = (whole.halves[-1], first - seam) if behind else (whole, first)
        made.append(Stage(piece, leg, first, leg.steps, at))
    return made
