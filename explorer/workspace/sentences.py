"""The verdict in words: what becomes of the gradient of s_t, and who did it.

Like a `Refusal`, a `Sentence` carries its template and values: the window says it in its own language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.engine import Attribution, PathSplit
from explorer.workspace.analysis import Inspection
from explorer.workspace.numbers import duration, factor, scientific, subscript, threshold

_LN10 = math.log(10.0)
# A doubling time beyond so many rows says nothing about this row: its two ends do.
_LONGEST_IN_ROWS = 2.0
# Below that, halving times are no help: a step's factor says it.
_SHORTEST = 0.1
# Gains that differ from 1 by no more than a percent are "unchanged".
_UNCHANGED = 0.01


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English template with ``{named}`` places, and what stands there: text, numbers, other sentences."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the sentence with every template in it put through ``translate`` first."""
        values = {
            name: value.said(translate) if isinstance(value, Sentence) else value for name, value in self.values.items()
        }
        return translate(self.template).format(**values)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.said(lambda text: text)


def verdict_sentence(inspection: Inspection) -> Sentence:
    """Return one sentence on row t: what becomes of the gradient of s_t on its way back, and how fast."""
    if inspection.t == 0:
        return Sentence("Start: s₀ is where time begins, there is nothing before it; choose a later step.")
    kind = inspection.verdict.kind
    if kind in {"vanishing", "exploding"}:
        if inspection.t == 1:
            return _one_step(inspection)
        if inspection.verdict.rate * inspection.verdict.end <= 0:
            return _uneven(inspection)
    return {
        "vanishing": _vanishing,
        "exploding": _exploding,
        "preserved": _preserved,
        "mixed": _mixed,
        "dead": _dead,
        "undefined": _undefined,
    }[kind](inspection)


def short_verdict(inspection: Inspection) -> Sentence:
    """Return the verdict on row t in two or three words."""
    verdict = inspection.verdict
    values = {"factor": factor(verdict.rate) if math.isfinite(verdict.rate) else "NaN"}
    if inspection.t == 0:
        return Sentence("nothing before s₀")
    if verdict.kind == "dead":
        return Sentence("exactly zero")
    if verdict.kind == "undefined":
        return Sentence("overflow")
    if verdict.kind == "preserved":
        return Sentence("preserved")
    if verdict.kind == "mixed":
        return Sentence("grows, then shrinks") if verdict.extreme > 0 else Sentence("shrinks, then grows")
    if not _has_rate(inspection):
        return Sentence("vanishing") if verdict.kind == "vanishing" else Sentence("exploding")
    if verdict.kind == "vanishing":
        return Sentence("vanishing, ×{factor} a step", values)
    return Sentence("exploding, ×{factor} a step", values)


def cause_sentence(inspection: Inspection) -> Sentence | None:
    """Return who did it from s_t to s_k: weights and activation, or cell path and gates; None for t = k."""
    if inspection.t == inspection.k:
        return None
    if inspection.attribution is not None:
        return _weights_and_slopes(inspection, inspection.attribution)
    return None if inspection.paths is None else _paths(inspection, inspection.paths)


def _vanishing(inspection: Inspection) -> Sentence:
    return Sentence("Vanishing: {course}; {reach}.", {"course": _course(inspection), "reach": _reach(inspection)})


def _exploding(inspection: Inspection) -> Sentence:
    if not _has_rate(inspection):
        return Sentence("Exploding: {course}.", {"course": _course(inspection)})
    return Sentence(
        "Exploding: {course}; at s₀ it is ×{end}.",
        {"course": _course(inspection), "end": _gain(inspection.verdict.end)},
    )


def _course(inspection: Inspection) -> Sentence:
    """Return how fast the gradient of s_t grows or shrinks."""
    rate, double = inspection.verdict.rate, inspection.verdict.double
    values: dict[str, object] = {
        "state": _state(inspection.t),
        "factor": factor(rate),
        "steps": duration(double),
    }
    if not _has_rate(inspection):
        values["end"] = _gain(inspection.verdict.end)
        return Sentence("the gradient of {state} arrives at s₀ ×{end}, but not at a steady rate", values)
    growing = rate > 0
    if double < _SHORTEST:
        if growing:
            return Sentence("the gradient of {state} grows ×{factor} a step", values)
        return Sentence("the gradient of {state} shrinks ×{factor} a step", values)
    if values["steps"] == "1":
        if growing:
            return Sentence("the gradient of {state} grows ×{factor} and so doubles at every step", values)
        return Sentence("the gradient of {state} shrinks ×{factor} and so halves at every step", values)
    if growing:
        return Sentence("the gradient of {state} grows ×{factor} a step and doubles every {steps} steps", values)
    return Sentence("the gradient of {state} shrinks ×{factor} a step and halves every {steps} steps", values)


def _reach(inspection: Inspection) -> Sentence:
    """Return how far back the gradient stays above the threshold."""
    verdict = inspection.verdict
    values = {"threshold": threshold(_threshold(inspection)), "steps": verdict.horizon}
    if verdict.reaches_start:
        return Sentence("it stays above {threshold} all the way back to s₀", values)
    if verdict.horizon == 0:
        return Sentence("after a single step it is below {threshold}", values)
    if verdict.horizon == 1:
        return Sentence("after 1 step it falls below {threshold}", values)
    return Sentence("after {steps} steps it falls below {threshold}", values)


def _one_step(inspection: Inspection) -> Sentence:
    values = {"factor": factor(inspection.verdict.end)}
    if inspection.verdict.kind == "vanishing":
        return Sentence("Vanishing: the gradient of s₁ shrinks ×{factor} in the one step back to s₀.", values)
    return Sentence("Exploding: the gradient of s₁ grows ×{factor} in the one step back to s₀.", values)


def _preserved(inspection: Inspection) -> Sentence:
    low, high = float(inspection.row.min()), float(inspection.row.max())
    values = {
        "state": _state(inspection.t),
        "low": _gain(low),
        "high": _gain(high),
        "end": _gain(inspection.verdict.end),
    }
    if max(-low, high) <= _UNCHANGED:
        return Sentence("Preserved: the gradient of {state} keeps its size all the way back to s₀.", values)
    if values["low"] == values["high"]:
        return Sentence("Preserved: the gradient of {state} arrives at s₀ ×{end}.", values)
    return Sentence(
        "Preserved: the gradient of {state} stays between ×{low} and ×{high} and arrives at s₀ ×{end}.",
        values,
    )


def _uneven(inspection: Inspection) -> Sentence:
    """Return what is said where most steps go one way and the whole row the other."""
    low, high = float(inspection.row.min()), float(inspection.row.max())
    return Sentence(
        "Uneven: the gradient of {state} wanders between ×{low} and ×{high} and arrives at s₀ ×{end}.",
        {
            "state": _state(inspection.t),
            "low": _gain(low),
            "high": _gain(high),
            "end": _gain(inspection.verdict.end),
        },
    )


def _mixed(inspection: Inspection) -> Sentence:
    verdict = inspection.verdict
    values = {
        "state": _state(inspection.t),
        "turn": _state(inspection.t - verdict.extreme_lag),
        "extreme": _gain(verdict.extreme),
        "end": _gain(verdict.end),
    }
    if verdict.extreme > 0:
        return Sentence(
            "Mixed: the gradient of {state} grows to ×{extreme} at {turn}, then shrinks to ×{end} at s₀.",
            values,
        )
    return Sentence(
        "Mixed: the gradient of {state} shrinks to ×{extreme} at {turn}, then grows to ×{end} at s₀.",
        values,
    )


def _dead(inspection: Inspection) -> Sentence:
    lag = inspection.verdict.dead_lag or 1
    values = {"state": _state(inspection.t), "steps": lag, "last": _state(inspection.t - lag)}
    if lag == 1:
        return Sentence(
            "Dead: the gradient of {state} is exactly zero after 1 step; nothing up to {last} counts.",
            values,
        )
    return Sentence(
        "Dead: the gradient of {state} is exactly zero after {steps} steps; nothing up to {last} counts.",
        values,
    )


def _undefined(inspection: Inspection) -> Sentence:
    finite = [bool(np.isfinite(state).all()) for state in inspection.analysis.run.trace.s]
    values = {"state": _state(inspection.t), "first": _state(finite.index(False) if False in finite else 0)}
    if all(finite[: inspection.t + 1]):
        return Sentence(
            "Overflow: a step's Jacobian is beyond float64, so the gradient of {state} is not defined.",
            values,
        )
    return Sentence(
        "Overflow: from {first} on the state is beyond float64, so the gradient of {state} is not defined.",
        values,
    )


def _weights_and_slopes(inspection: Inspection, split: Attribution) -> Sentence | None:
    t, k = inspection.t, inspection.k
    values: dict[str, object] = {"state": _state(t), "earlier": _state(k)}
    steps = split.weights + split.slopes
    if np.isfinite(steps).all():
        values["weights"] = factor(float(split.weights.mean()))
        values["slopes"] = factor(float(split.slopes.mean()))
        return Sentence("from {state} to {earlier}: weights ×{weights}, activation ×{slopes} a step", values)
    for part, by_weights in ((split.weights, True), (split.slopes, False)):
        if (part == -np.inf).any():
            values["killed"] = k + 1 + int(np.argmax(part == -np.inf))
            if by_weights:
                return Sentence("from {state} to {earlier}: the weights take all of it at step {killed}", values)
            return Sentence("from {state} to {earlier}: the activation takes all of it at step {killed}", values)
    return None


def _paths(inspection: Inspection, split: PathSplit) -> Sentence | None:
    direct, gates, whole = (float(part[-1] - split.total[0]) for part in (split.direct, split.gates, split.total))
    if any(math.isnan(part) or part == math.inf for part in (direct, gates, whole)):
        return None
    values = {
        "state": _state(inspection.t),
        "earlier": _state(inspection.k),
        "direct": _gain(direct),
        "gates": _gain(gates),
    }
    return Sentence("from {state} to {earlier}: the cell path carries ×{direct}, the gates ×{gates}", values)


def _has_rate(inspection: Inspection) -> bool:
    """Return whether one rate describes the row, and not just where most of it stands still."""
    return inspection.verdict.double <= _LONGEST_IN_ROWS * inspection.t


def _threshold(inspection: Inspection) -> float:
    return inspection.analysis.exploration.lens.threshold


def _gain(log: float) -> str:
    return scientific(log / _LN10)


def _state(step: int) -> str:
    return "s" + subscript(step)
