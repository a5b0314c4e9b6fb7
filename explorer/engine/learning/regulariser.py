"""Ω, which asks that gradients keep their length as they are carried back (Pascanu, Mikolov and Bengio 2013, section 3.3).

``Ω_k = (‖∂E/∂s_k · J_k‖ / ‖∂E/∂s_k‖ − 1)²`` (equation 9) is zero where a step neither shortens nor lengthens the gradient in
the direction that matters. Only the immediate derivative is taken (equation 10): ∂E/∂s_k, the states and the slopes are held
fixed, and W is moved where it carries the gradient back; so nothing but W gets a gradient. For gated cells the
same is meant: J_k is that of the whole state, and W stands in it behind coefficients that are held fixed.

Two forms go by this name. "paper" is equation 9. "squared" is what the authors' code computes, with the squared norms:
``(‖∂E/∂s_k · J_k‖² / ‖∂E/∂s_k‖² − 1)²``; near one it is four times as steep. Equation 9 sums over the steps; the code, and
here both forms, take the mean over all steps and sequences whose ∂E/∂s_k is not zero (the code: above 1e-10), so that the
weight of Ω means the same at every length. To follow equation 9 to the letter, multiply that weight by T.
"""

from __future__ import annotations

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import BatchGradient
from explorer.engine.norms import norms


def omega(gradient: BatchGradient, form: str) -> tuple[float, Floats]:
    """Return Ω, and its immediate derivative by W in the shape of W.

    ``gradient`` is to be the whole one, not truncated; ``form`` is "paper" or "squared". Where no gradient enters at all
    both are zero.
    """
    net = gradient.trace.network
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        arriving, leaving, through = _carried(gradient)
        before, after = norms(arriving), norms(leaving)
        some = before >= np.finfo(before.dtype).tiny
        before, count = np.where(some, before, 1.0), max(1, int(some.sum()))
        value, slope = _FORMS[form](after / before)
        # d(‖q‖/‖g‖) = δᵀ dW q̂ / ‖g‖, with q̂ of norm one.
        weight = np.where(some, slope, 0.0) / before / count
        unit = leaving[..., : net.hidden] / np.where(after > 0.0, after, 1.0)[..., None]
        by_W = (weight[..., None] * through).reshape(-1, len(net.W)).T @ unit.reshape(-1, net.hidden)
    return float(np.where(some, value, 0.0).sum()) / count, by_W


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
