"""Networks too wide for all pairs at once: what is estimated of them first, and what of a close look waits, or is left out.

Efforts are counted in operations of float64; a core does some ten thousand million of them a second.
"""

from __future__ import annotations

from explorer.engine import Course, Estimate, Flow, estimated_flow, gradient_flow
from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.flow.fitting import effort, effort_of_a_probe, fits, goes_by_estimate
from explorer.engine.work import Report, Stop, never, silent

AT_ONCE, _NEXT = 1e10, 4e11
"""All pairs that take more are estimated first, where a person waits for them; those that take no more come right after."""
_LIGHT, _SOON = 2e10, 1e8
"""What is made of a close look while a person waits, and of it before the first picture."""
_WHOLE, _FIRST = 5e8, 8e9
"""What probes from all states may take before the first picture, and those from some, many a step at once."""
_FEWEST, _MOST = 2, 8
"""Probes from some states, and from all."""
_STARTS = 8, 16
"""States that the first probes start from, at least and at most."""
_FINER, _WORTH = 4, 8.0
"""How many times as many states the next probes start from, and how many times that all pairs themselves may take instead."""
_NARROW = 512
_MOST_DECOMPOSED = 768
# Of wider weights the eigenvalues and σ₁ are not worked out: it could not be stopped.


def first_estimate(course: Course, patient: bool, stop: Stop = never, report: Report = silent) -> Estimate:
    """Return the flow along ``course`` by a few probes; by fewer, from some states, where nobody is ``patient``."""
    one = effort_of_a_probe(course.steps, course.chain.step)
    if patient or _MOST * one <= _WHOLE:
        return estimated_flow(course, _MOST, stop=stop, report=report)
    starts = max(_STARTS[0], min(_STARTS[1], int(_FIRST * course.steps / (_FEWEST * one))))
    return estimated_flow(course, _FEWEST, stop=stop, report=report, starts=starts)


def flow_at_once(course: Course) -> Flow | Estimate:
    """Return the flow along ``course``; an estimate where all pairs would keep waiting who only looks."""
    wide = goes_by_estimate(course.steps, course.chain.step, _LIGHT)
    return first_estimate(course, patient=False) if wide else gradient_flow(course)


def better(estimate: Estimate, course: Course, stop: Stop = never, report: Report = silent) -> Flow | Estimate:
    """Return the flow by probes from more states, or by more of them; all pairs where these fit and are worth the wait."""
    step, T = course.chain.step, course.steps
    starts = min(T + 1, _FINER * len(estimate.starts))
    share = (starts - len(estimate.starts)) / T if estimate.every > 1 else 1.0
    worth = effort(T, step) <= max(_NEXT, _WORTH * share * estimate.probes * effort_of_a_probe(T, step))
    if worth and fits(T, step):
        return gradient_flow(course, stop, report)
    if estimate.every > 1:
        return estimate.finer(starts, stop, report)
    return estimate.grown(estimate.probes, stop, report)


def is_soon(width: int, factors: int, wide: bool) -> bool:
    """Return whether a product of so many J of this width keeps no first picture of a ``wide`` network waiting."""
    return not wide or 2.0 * width**3 * factors <= _SOON


def postponed() -> TooBig:
    """Return why a product is not there yet."""
    return TooBig("The product follows the first picture.")


def is_light(width: int, factors: int, wide: bool) -> bool:
    """Return whether a product of so many J of this width is made while a person waits; a narrow one always, unless ``wide``.

    Where the flow is ``wide`` the first answer is to come soon.
    """
    return (width <= _NARROW and not wide) or 2.0 * width**3 * factors <= _LIGHT


def too_heavy(width: int, factors: int) -> TooBig | None:
    """Return why a product of so many J of this width is not looked at closely, and what would be; None if it is."""
    if is_light(width, factors, True):
        return None
    most = int(_LIGHT / (2.0 * width**3))
    told = {"N": width, "factors": factors, "wide": int((_LIGHT / (2.0 * factors)) ** (1 / 3))}
    if most < 1:
        return TooBig(
            "A product of {factors} Jacobians of {N}×{N} takes too long to be looked at; a width of {wide} is fine.",
            **told,
        )
    return TooBig(
        "A product of {factors} Jacobians of {N}×{N} takes too long to be looked at; up to {most} are fine, or a width of "
        "{wide}.",
        most=most, **told,
    )  # fmt: skip


def undecomposed(W: Floats) -> TooBig | None:
    """Return why the eigenvalues and σ₁ of a matrix are not worked out; None where they are."""
    if len(W) <= _MOST_DECOMPOSED:
        return None
    return TooBig(
        "The eigenvalues of a matrix of {n}×{n} take too long to be worked out; those of up to {most}×{most} are shown.",
        n=len(W), most=_MOST_DECOMPOSED,
    )  # fmt: skip
