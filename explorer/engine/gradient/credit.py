"""Which step and which weight of a chain a loss has to credit, told by whatever ran it: a kernel, or the equations."""

from __future__ import annotations

import numpy as np

from explorer.engine.network.course import Course
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.recurrence.credit.renamed import Renamed
from explorer.engine.recurrence.kernels.credit import CreditOfKernel
from explorer.engine.recurrence.kernels.motion import KernelMotion
from explorer.engine.recurrence.readings.layout import layout


def credit(course: Course) -> Credit:
    """Return what carries gradients back along a course, and what each step contributes to each weight by its public name."""
    network, chain, ran = course.network, course.chain, course.motion
    if isinstance(ran, KernelMotion):
        places = {chain.weights[own]: place for own, place in network.choice.places.items()}
        return CreditOfKernel(ran, course.x, network.U, places, layout(chain.step))
    # A network that a kernel runs does not wait for what runs equations.
    from explorer.engine.gradient.placing import is_plain, placed
    from explorer.engine.recurrence.run.motion import MotionOfEquations

    if not is_plain(course):
        return placed(course)
    if isinstance(ran, MotionOfEquations):
        return Renamed(ran.credit, chain.weights)
    raise TypeError(ran)


def shaken_credit(course: Course, seed: int) -> Credit | None:
    """Return the credit of the same course with states off by their rounding, at random; None where equations don't answer.

    What equations subtract within a step cancels to whatever rounding left: the two credits then differ. A kernel has these
    digits.
    """
    from explorer.engine.gradient.placing import is_plain
    from explorer.engine.recurrence.run.motion import MotionOfEquations

    ran = course.motion
    if not isinstance(ran, MotionOfEquations) or not is_plain(course):
        return None
    return Renamed(ran.shaken(np.random.default_rng(seed)), course.chain.weights)
