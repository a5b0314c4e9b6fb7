"""How a network runs along a sequence: each chain by its kernel or by its equations, level by level.

What runs equations is imported when the first network needs it: the three cells that have kernels start without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.names import unknown
from explorer.engine.network.chain import Architecture, Chain
from explorer.engine.network.checks import check_state
from explorer.engine.network.course import Course
from explorer.engine.network.given import Input, Read, Words, check_features, check_words, check_x
from explorer.engine.network.piece import Piece
from explorer.engine.recurrence.kernels.kernel import AtHand
from explorer.engine.recurrence.kernels.motion import KernelMotion
from explorer.engine.recurrence.motion import Motion
from explorer.engine.recurrence.readings.structure import structure

if TYPE_CHECKING:
    from explorer.engine.network.network import Network
    from explorer.engine.recurrence.run.legs import Leg

Lengths = NDArray[np.intp]


def run(
    network: Network, x: Floats, starts: Mapping[str, Floats], seam: int | None, words: Words | None = None
) -> tuple[dict[str, Course], Floats]:
    """Return the courses of all chains over x (T, m), which may come from words, and what the last level gives out (T, n)."""
    courses: dict[str, Course] = {}
    for level in network.architecture.levels:
        made = [_along(network, chain, x, starts.get(chain.name), seam, words) for chain in level]
        courses |= {course.name: course for course in made}
        outs = [course.out[::-1] if course.chain.backward else course.out for course in made]
        x, words = outs[0] if len(outs) == 1 else np.concatenate(outs, axis=1), None
    return courses, x


def legs_of(network: Network, piece: Piece, lengths: Lengths | Sequence[int], seam: int | None = None) -> list[Leg]:
    """Return how a piece of a chain runs along sequences of these lengths, longest first: which weights serve which steps."""
    if piece.then is None or seam is None:
        return _half(network, piece, lengths)
    before, after = np.minimum(lengths, seam), np.maximum(np.subtract(lengths, seam), 0)
    return [*_half(network, piece, before), *_half(network, piece.then, after)]


def _half(network: Network, piece: Piece, lengths: Lengths | Sequence[int]) -> list[Leg]:
    from explorer.engine.recurrence.run.legs import Leg, uneven

    weights = network.of(piece)
    legs = [leg for leg in uneven(piece.step, weights, lengths) if leg.steps]
    if not piece.steps:
        return legs
    rows = [leg.rows for leg in legs for _ in range(leg.steps)]
    return [Leg(piece.step, _at(weights, piece, t), 1, some) for t, some in enumerate(rows)]


def _at(weights: Mapping[str, Floats], piece: Piece, t: int) -> dict[str, Floats]:
    """Return the weights of one step."""
    return {name: weight[t] if name in piece.steps else weight for name, weight in weights.items()}


def read(architecture: Architecture, given: Input) -> Read:
    """Return what a network is given of one sequence, checked.

    Raises
    ------
    BadSequence
        Saying what does not fit.
    """
    if given.symbols and architecture.embedding is None:
        x: Floats | Words = check_words(given.x, architecture.columns)
    else:
        x = check_x(given.x, architecture.columns, architecture.embedding)
    check_way(architecture, len(x), given.seam)
    return Read(x, given.seam, check_features(given.features, architecture.features))


def check_way(architecture: Architecture, steps: int, seam: int | None) -> None:
    """Refuse a sequence that the weights do not reach for, or a seam that does not lie in it.

    Raises
    ------
    BadSequence
        Saying which.
    """
    if architecture.decoder and seam is None:
        raise BadSequence("The network has a decoder; say after how many steps it takes over, as seam.")
    if seam is not None:
        if not architecture.decoder:
            raise BadSequence("The network has no decoder that could take over after step {seam}.", seam=seam)
        if not 0 <= seam <= steps:
            raise BadSequence(
                "The seam is at step {seam}; the sequence has the steps 1 to {steps}, and the seam is 0 to {steps}.",
                seam=seam,
                steps=steps,
            )
    for chain in architecture.chains:
        for half, taken in zip(
            chain.whole.halves, (steps if seam is None else seam, steps - (seam or 0)), strict=False
        ):
            if half.longest is not None and taken > half.longest:
                raise BadSequence(
                    "There are weights for {most} steps; the sequence has {steps}.", most=half.longest, steps=taken
                )


def starts_of(network: Network, s0: ArrayLike | Mapping[str, ArrayLike] | None) -> dict[str, Floats]:
    """Return the states that chains start from, as far as they are given.

    Raises
    ------
    BadSequence
        If one does not fit its chain.
    """
    chains = network.architecture.chains
    if s0 is None:
        return {}
    if isinstance(s0, Mapping):
        for name in s0:
            if name not in {chain.name for chain in chains}:
                raise unknown("chain", name, [chain.name for chain in chains], BadSequence)
        return {chain.name: check_state(s0[chain.name], chain.step) for chain in chains if chain.name in s0}
    if len(chains) > 1:
        raise BadSequence("The network has several chains; s0 must be given by name, {choices}.",
                          choices=", ".join(chain.name for chain in chains))  # fmt: skip
    return {chains[0].name: check_state(s0, chains[0].step)}


def _along(
    network: Network, chain: Chain, x: Floats, s0: Floats | None, seam: int | None, words: Words | None
) -> Course:
    x = x[::-1] if chain.backward else x
    words = words[::-1] if words is not None and chain.backward else words
    if network.architecture.alone is not None:
        return _by_kernel(network, chain, x, chain.step.start() if s0 is None else s0)
    return _by_equations(network, chain, x, s0, seam, words)


def _by_equations(
    network: Network, chain: Chain, x: Floats, s0: Floats | None, seam: int | None, words: Words | None
) -> Course:
    from explorer.engine.recurrence.run.legs import travel
    from explorer.engine.recurrence.run.legsmotion import motion_of

    journey = travel(legs_of(network, chain.whole, [len(x)], seam), x, s0)
    course = Course(network, chain.name, x, journey.s, journey.out, np.empty((len(x), 0)), seam, words)
    course.keep(motion_of(journey))
    return course


def _by_kernel(network: Network, chain: Chain, x: Floats, s0: Floats) -> Course:
    kernel, read, T = network.kernel, _at_hand(network), len(x)
    s, z = np.empty((T + 1, chain.step.N)), np.empty((T, len(network.b)))
    s[0] = s0
    with np.errstate(over="ignore", invalid="ignore"):
        drive = x @ network.U.T + network.b
        for t in range(T):
            z[t], s[t + 1] = kernel.step(read, drive[t], s[t])
    return Course(network, chain.name, x, s, s[1:, : chain.step.width], z)


def _at_hand(network: Network) -> AtHand:
    return AtHand(network.W, network.b_rec, network.activation, network.hidden)


def motion(course: Course) -> Motion:
    """Return what knows how the states of a course hang together."""
    network, chain = course.network, course.chain
    if network.architecture.alone is None:
        return _by_equations(network, chain, course.x, course.s[0], course.seam, course.words).motion
    return KernelMotion(network.kernel, _at_hand(network), course.s, course.z, structure(chain.step).whole)
