"""Where the weights of a chain's legs stand among those of the network, as gradients are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.network.course import Course
from explorer.engine.network.given import EMBEDDING, FEATURES
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.credit.placed import ALL, Leg, Place, Placed
from explorer.engine.recurrence.run.legsmotion import MotionOfLegs
from explorer.engine.recurrence.run.motion import MotionOfEquations


def is_plain(course: Course) -> bool:
    """Return whether each weight of a chain is one of its equations, at all steps alike."""
    first = course.chain in course.network.architecture.levels[0]
    return not (
        isinstance(course.motion, MotionOfLegs)
        or (first and (course.network.architecture.rows or course.words is not None))
    )


def placed(course: Course) -> Placed:
    """Return the credit of a course by the weights of the network.

    Raises
    ------
    BadNetwork
        If an encoder and its decoder don't read the same older states, or don't give out the same part of the state.
    """
    ran = course.motion
    legs: Sequence[MotionOfEquations] = ran.legs if isinstance(ran, MotionOfLegs) else [ran]  # type: ignore[list-item]
    layouts = [_laid(leg.credit.layout) for leg in legs]
    if any(layout != layouts[0] for layout in layouts):
        raise BadNetwork(
            "The encoder and the decoder keep their states differently; the terms of a gradient are told where both read as"
            " many older ones, and give out the same part."
        )
    firsts = accumulate((leg.steps for leg in legs), initial=0)
    inputs = {name: delay for leg in legs for name, delay in leg.credit.shares.inputs.items()}
    shapes = course.network.architecture.weight_shapes() | dict.fromkeys(inputs, (course.network.inputs,))
    return Placed(tuple(_leg(course, leg, first) for leg, first in zip(legs, firsts, strict=False)), shapes, inputs)


def _laid(layout: Layout) -> tuple[object, ...]:
    """Return what two layouts must have alike, whatever their parts are called."""
    return layout.width, list(layout.parts.values()), list(layout.older.values()), layout.entry, layout.apart


def _leg(course: Course, leg: MotionOfEquations, first: int) -> Leg:
    whole, seam = course.chain.whole, course.seam
    after = whole.then is not None and seam is not None and first >= seam
    half, t = (whole.halves[-1], first - (seam or 0)) if after else (whole, first)
    places = _of_weights(course, half, t)
    if course.chain in course.network.architecture.levels[0]:
        for name, places_ in _of_inputs(course, half, leg, first).items():
            places[name] = [*places.get(name, []), *places_]
    return Leg(leg.credit, first, {name: tuple(some) for name, some in places.items()})


def _of_weights(course: Course, half: Piece, t: int) -> dict[str, list[Place]]:
    """Return the places of the weights of a half at its step t; with features, those of A stand before those of x."""
    architecture = course.network.architecture
    places: dict[str, list[Place]] = {}
    for own, name in half.weights.items():
        slot = (t,) if own in half.steps else ()
        if name not in architecture.rows:
            places[name] = [Place(own, ALL, slot)]
            continue
        places[name] = [Place(own, slice(architecture.features, None), slot)]
        places.setdefault(FEATURES, []).append(Place(own, slice(architecture.features), (architecture.rows[name],)))
    return places


def _of_inputs(course: Course, half: Piece, leg: MotionOfEquations, first: int) -> dict[str, list[Place]]:
    """Return the places of x_t, x_{t−1} …, and those in the table that they are read from."""
    skipped = course.network.architecture.features
    columns, width = slice(skipped, None), half.step.inputs - skipped
    places: dict[str, list[Place]] = {}
    words = course.words
    for name, delay in leg.credit.shares.inputs.items():
        places[name] = [Place(name, columns, (slice(width),))]
        if words is not None:
            read = np.concatenate([np.full(delay, -1), words])[first : first + leg.steps]
            places.setdefault(EMBEDDING, []).append(Place(name, columns, (), read))
    return places
