"""Ω, which asks that gradients keep their length as they are carried back (Pascanu, Mikolov and Bengio 2013, section 3.3).

``Ω_k = (‖∂E/∂s_k · J_k‖ / ‖∂E/∂s_k‖ − 1)²`` (equation 9) is zero where a step neither shortens nor lengthens the gradient in
the direction that matters. Only the immediate derivative is taken (equation 10): ∂E/∂s_k, the states and the slopes are held
fixed, and W is moved where it carries the gradient back; so nothing but W gets a gradient. For gated cells the
same is meant: J_k is that of the whole state, and W stands in it behind coefficients that are held fixed.

Two forms go by this name. "paper" is equation 9. "squared" is what the authors' code computes, with the squared norms:
``(‖∂E/∂s_k · J_k‖² / ‖∂E/∂s_k‖² − 1)²``; near one it is four times as steep. Equation 9 sums over the steps; the code, and
here both forms, take the mean over all steps, chains and sequences whose ∂E/∂s_k is not zero (the code: above 1e-10), so
that the weight of Ω means the same at every length. To follow equation 9 to the letter, multiply that weight by T.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.batched import BatchGradient
from explorer.engine.gradient.passage import EquationPassage
from explorer.engine.learning.frozen import Frozen, frozen
from explorer.engine.network.apart import Apart
from explorer.engine.norms import norms

ALL = slice(None)
Form = Callable[[Floats], tuple[Floats, Floats]]


def omega(gradient: BatchGradient, form: str) -> tuple[float, Mapping[str, Floats]]:
    """Return Ω, and its immediate derivatives by parameters, those that have any, in their shapes.

    ``gradient`` is to be the whole one, not truncated; ``form`` is "paper" or "squared". Where no gradient enters at all
    it is zero, and so are they.
    """
    ran = gradient.trace.passage
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        if isinstance(ran, EquationPassage):
            return _by_equations(ran, gradient.entering, _FORMS[form])
        return _by_kernel(gradient, _FORMS[form])


def _by_kernel(gradient: BatchGradient, form: Form) -> tuple[float, dict[str, Floats]]:
    net = gradient.trace.network
    arriving, leaving, through = _carried(gradient)
    value, slope, count = _valued(arriving, leaving, form)
    # d(‖q‖/‖g‖) = δᵀ dW q̂ / ‖g‖, with q̂ of norm one.
    direction = _unit(leaving)[..., : net.hidden].reshape(-1, net.hidden)
    by_W = (slope[..., None] / max(1, count) * through).reshape(-1, len(net.W)).T @ direction
    return value / max(1, count), {"W": by_W}


def _by_equations(ran: EquationPassage, entering: Floats, form: Form) -> tuple[float, dict[str, Floats]]:
    total, count, found = 0.0, 0, dict[str, Floats]()
    for steps in _steps(ran, entering):
        value, slope, some = _valued(steps.arriving, steps.leaving, form)
        total, count = total + value, count + some
        for own, g in steps.by_weights(slope, _unit(steps.leaving)).items():
            name = steps.piece.weights[own]
            if own in steps.piece.steps:
                found.setdefault(name, np.zeros((steps.piece.steps[own], *g.shape), g.dtype))[steps.at] += g
            else:
                found[name] = found[name] + g if name in found else g
    return total / max(1, count), {name: g / max(1, count) for name, g in found.items()}


def _steps(ran: EquationPassage, entering: Floats) -> Iterator[Frozen]:
    """Yield all steps of all chains with ∂E/∂s_t."""
    parts = list(zip(ran.ran.rows, ran.ran.passages, strict=True)) if isinstance(ran.ran, Apart) else [(ALL, ran.ran)]
    for rows, passage in parts:
        # J_t of a stack is that of all layers at once.
        along = {name: one.whole() if len(one.journeys) > 1 else one for name, one in passage.along.items()}
        back = replace(passage, along=along).back(entering[: len(passage.out), rows])
        for name, one in along.items():
            yield from frozen(one, back.s[name])


def _valued(arriving: Floats, leaving: Floats, form: Form) -> tuple[float, Floats, int]:
    """Return the sum of all Ω_k, their derivatives (…,) by ‖∂E/∂s_k · J_k‖, and how many there are."""
    before, after = norms(arriving), norms(leaving)
    some = before >= np.finfo(before.dtype).tiny
    before = np.where(some, before, 1.0)
    value, slope = form(after / before)
    return float(np.where(some, value, 0.0).sum()), np.where(some, slope, 0.0) / before, int(some.sum())


def _unit(leaving: Floats) -> Floats:
    after = norms(leaving)[..., None]
    return np.asarray(leaving / np.where(after > 0.0, after, 1.0))


def _carried(gradient: BatchGradient) -> tuple[Floats, Floats, Floats]:
    """Return ∂E/∂s_t (T, B, N), the same times J_t, and what is multiplied with W on the way (T, B, G·n)."""
    net, trace = gradient.trace.network, gradient.trace
    arriving, through = np.empty_like(trace.s[1:]), np.empty_like(trace.z)
    leaving = np.empty_like(arriving)
    slopes = net.kernel.slopes(net, trace.s[:-1], trace.z, trace.s[1:])
    g = np.zeros_like(arriving[0])
    for t in reversed(range(len(trace.z))):
        np.copyto(arriving[t], g)
        arriving[t, :, : net.hidden] += gradient.entering[t]
        leaving[t] = g = net.kernel.pull(net, slopes[t], arriving[t], through[t])
    through = net.kernel.recurrent(slopes, through)
    return arriving, leaving, through


def _paper(ratio: Floats) -> tuple[Floats, Floats]:
    """Return (r − 1)² and its derivative by r."""
    return np.square(ratio - 1.0), 2.0 * (ratio - 1.0)


def _squared(ratio: Floats) -> tuple[Floats, Floats]:
    """Return (r² − 1)² and its derivative by r."""
    return np.square(np.square(ratio) - 1.0), 4.0 * ratio * (np.square(ratio) - 1.0)


_FORMS = {"paper": _paper, "squared": _squared}
