"""How a network runs along a sequence: each chain by its kernel or by its equations, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadSequence
from explorer.engine.floats import Floats
from explorer.engine.names import unknown
from explorer.engine.network.chain import Chain
from explorer.engine.network.checks import check_state
from explorer.engine.network.course import Course
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.kernels.credit import CreditOfKernel
from explorer.engine.recurrence.kernels.motion import KernelMotion
from explorer.engine.recurrence.motion import Motion
from explorer.engine.recurrence.readings.layout import layout
from explorer.engine.recurrence.readings.structure import structure
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll

if TYPE_CHECKING:
    from explorer.engine.network.network import Network


def run(network: Network, x: Floats, starts: Mapping[str, Floats]) -> tuple[dict[str, Course], Floats]:
    """Return the courses of all chains over x (T, m), and what the last level gives out (T, n)."""
    courses: dict[str, Course] = {}
    for level in network.architecture.levels:
        made = [_along(network, chain, x, starts.get(chain.name)) for chain in level]
        courses |= {course.name: course for course in made}
        outs = [course.out[::-1] if course.chain.backward else course.out for course in made]
        x = outs[0] if len(outs) == 1 else np.concatenate(outs, axis=1)
    return courses, x


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


def _along(network: Network, chain: Chain, x: Floats, s0: Floats | None) -> Course:
    x = x[::-1] if chain.backward else x
    if network.architecture.alone is not None:
        return _by_kernel(network, chain, x, chain.step.start() if s0 is None else s0)
    rolled = roll(chain.step, network.of(chain), x, s0)
    course = Course(network, chain.name, x, rolled.s, rolled.out, np.empty((len(x), 0)))
    course.keep(MotionOfEquations(rolled))
    return course


def _by_kernel(network: Network, chain: Chain, x: Floats, s0: Floats) -> Course:
    kernel, T = network.kernel, len(x)
    s, z = np.empty((T + 1, chain.step.N)), np.empty((T, len(network.b)))
    s[0] = s0
    with np.errstate(over="ignore", invalid="ignore"):
        drive = x @ network.U.T + network.b
        for t in range(T):
            z[t], s[t + 1] = kernel.step(network, drive[t], s[t])
    return Course(network, chain.name, x, s, s[1:, : chain.step.width], z)


def credit(course: Course) -> Credit:
    """Return what carries gradients back along a course, and says what each step contributes to each weight of its chain."""
    network, chain, ran = course.network, course.chain, course.motion
    if isinstance(ran, MotionOfEquations):
        return ran.credit
    assert isinstance(ran, KernelMotion)
    return CreditOfKernel(ran, course.x, network.U, network.choice.places, layout(chain.step))


def motion(course: Course) -> Motion:
    """Return what knows how the states of a course hang together."""
    network, chain = course.network, course.chain
    if network.architecture.alone is None:
        return MotionOfEquations(roll(chain.step, network.of(chain), course.x, course.s[0]))
    return KernelMotion(network.kernel, network, course.s, course.z, structure(chain.step).whole)
