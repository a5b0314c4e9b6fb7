"""The verdict in words: what becomes of the gradient of s_t, and who did it.

Like a `Refusal`, a `Sentence` carries its template and values: the window says it in its own language.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from explorer.engine import Attribution, PathSplit, Verdict
from explorer.engine.looks.verdict import Kind, grade
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.counted import counted, counts_layers
from explorer.workspace.looks.running import Run
from explorer.workspace.words.equations import rounded
from explorer.workspace.words.numbers import duration, factor, scientific, state, threshold
from explorer.workspace.words.sentence import Sentence

_LN10 = math.log(10.0)
# A doubling time beyond so many rows says nothing about this row.
_LONGEST_IN_ROWS = 2.0
# The last of so many digits tells any gain from the border of its word.
_MOST_DIGITS = 9


_WORDS: Mapping[Kind, Sentence] = MappingProxyType(
    {
        "gone": Sentence("Gone: {rest}."),
        "fading": Sentence("Fading: {rest}."),
        "preserved": Sentence("Preserved: {rest}."),
        "growing": Sentence("Growing: {rest}."),
        "exploding": Sentence("Exploding: {rest}."),
        "dead": Sentence("Dead: {rest}."),
        "undefined": Sentence("Overflow: {rest}."),
    }
)


KIND_NAMES: Mapping[Kind, Sentence] = MappingProxyType(
    {
        "gone": Sentence("gone"),
        "fading": Sentence("fading"),
        "preserved": Sentence("preserved"),
        "growing": Sentence("growing"),
        "exploding": Sentence("exploding"),
        "dead": Sentence("dead"),
        "undefined": Sentence("overflow"),
    }
)
"""The words for the gain over a whole row, as they stand within a sentence."""


def verdict_sentence(inspection: Inspection) -> Sentence:
    """Return the verdict on row t: its word and the gain over the whole row, then how the gradient came by it."""
    certain = inspection.t == 0 or inspection.verdict.kind in ("dead", "undefined")
    if not certain and inspection.low is not None and inspection.high is not None:
        return _estimated(inspection, float(inspection.low[0]), float(inspection.high[0]))
    if inspection.t == 0:
        if inspection.analysis.run.backward:
            return Sentence("Start: here a chain that runs backward begins; choose an earlier step.")
        return Sentence("Start: s₀ is where time begins, there is nothing before it; choose a later step.")
    said = _whole(inspection)
    for more in _course(inspection):
        said = Sentence("{said}; {more}", {"said": said, "more": more})
    return replace(
        _WORDS[inspection.verdict.kind], values={"rest": counted(said, counts_layers(inspection.analysis.run))}
    )


def estimate_sentence(run: Run) -> Sentence | None:
    """Return by how many directions the flow of ``run`` is estimated, from which steps; None where it is exact."""
    if run.estimate is None:
        return None
    values = {"probes": f"{run.estimate.probes:,}", "width": f"{run.estimate.width:,}"}
    if run.estimate.every == 1:
        return Sentence("estimate from {probes} of {width} directions", values)
    return Sentence(
        "estimate from {probes} of {width} directions, every {every} steps",
        values | {"every": run.estimate.every},
    )


def _estimated(inspection: Inspection, low: float, high: float) -> Sentence:
    """Return what is likely of the gain over the whole row: never one of the words that an exact gain has alone."""
    end = inspection.verdict.end
    about = estimate_sentence(inspection.analysis.run)
    values = {
        "gain": _gain(end), "low": _gain(low), "high": _gain(high), "way": way(inspection, 0), "steps": inspection.t,
    }  # fmt: skip
    said = Sentence("about ×{gain} (×{low} to ×{high}) {way}, steps: {steps}", values)
    one, other = grade(low), grade(high)
    if one == other:
        return Sentence(
            "Estimate: likely {kind}, {said}; {about}.", {"kind": KIND_NAMES[one], "said": said, "about": about}
        )
    return Sentence(
        "Estimate: {one} to {other}, {said}; {about}.",
        {"one": KIND_NAMES[one], "other": KIND_NAMES[other], "said": said, "about": about},
    )


def gain_sentence(inspection: Inspection) -> Sentence | None:
    """Return what is left of the gradient of s_t at s₀ in the fewest words; None where no number says it."""
    verdict, steps = inspection.verdict, inspection.t
    if steps == 0 or verdict.kind == "undefined":
        return None
    if verdict.kind == "dead":
        return Sentence("exactly zero")
    values = {"gain": told_apart(verdict.end), "steps": steps}
    said = Sentence("×{gain} over 1 step" if steps == 1 else "×{gain} over {steps} steps", values)
    return counted(said, counts_layers(inspection.analysis.run))


def rate_sentence(verdict: Verdict, steps: int) -> Sentence | None:
    """Return by how much the gain of a row of ``steps`` changes in a step, None where no one number says it."""
    if steps < 2 or verdict.rate is None or verdict.double is None or factor(verdict.rate) == "1":
        return None
    values = {"factor": factor(verdict.rate), "steps": duration(verdict.double)}
    if not 1.0 <= verdict.double <= _LONGEST_IN_ROWS * steps or values["steps"] == "1":
        return Sentence("×{factor} a step", values)
    if verdict.rate < 0:
        return Sentence("×{factor} a step, halving every {steps} steps", values)
    return Sentence("×{factor} a step, doubling every {steps} steps", values)


def cause_sentence(inspection: Inspection) -> Sentence | None:
    """Return who did it from s_t to s_k: weights and activation, or direct path and the rest; None for t = k."""
    if inspection.t == inspection.k:
        return None
    if inspection.attribution is not None:
        return counted(_weights_and_slopes(inspection, inspection.attribution), counts_layers(inspection.analysis.run))
    return None if inspection.paths is None else _paths(inspection, inspection.paths)


def _whole(inspection: Inspection) -> Sentence:
    """Return what is left of the gradient of s_t at s₀, always in the same unit."""
    verdict, values = inspection.verdict, {"way": way(inspection, 0), "steps": inspection.t}
    if verdict.kind == "undefined":
        return _undefined(inspection)
    if verdict.kind == "dead":
        if inspection.t == 1:
            return Sentence("exactly zero over 1 step {way}", values)
        return Sentence("exactly zero over {steps} steps {way}", values)
    values["gain"] = told_apart(verdict.end)
    if inspection.t == 1:
        return Sentence("×{gain} over 1 step {way}", values)
    return Sentence("×{gain} over {steps} steps {way}", values)


def _course(inspection: Inspection) -> Iterator[Sentence]:
    """Yield what is to be said of the way: humps and dips in the order they come, the rate, the fall, the death."""
    verdict = inspection.verdict
    if verdict.kind == "undefined":
        return
    for turn in sorted(filter(None, (verdict.hump, verdict.dip)), key=lambda turn: turn.lag):
        values = {"gain": _gain(turn.gain), "state": _state(inspection, inspection.t - turn.lag)}
        if turn is verdict.hump:
            yield Sentence("on the way it rises to ×{gain} at {state}", values)
        else:
            yield Sentence("on the way it falls to ×{gain} at {state}", values)
    pace = _pace(inspection)
    if pace is not None:
        yield pace
    if verdict.dead_lag is not None:
        yield _death(inspection, verdict.dead_lag)
    elif not verdict.reaches_start:
        yield _fall(inspection)


def _pace(inspection: Inspection) -> Sentence | None:
    """Return how the gain changes from step to step, or that it has no one way of doing so."""
    verdict = inspection.verdict
    rate = rate_sentence(verdict, inspection.t)
    if rate is not None or verdict.rate is not None:
        return rate
    if verdict.jump is not None:
        values = {"step": inspection.step(inspection.t - verdict.jump.lag + 1), "gain": _gain(verdict.jump.gain)}
        return Sentence("most of it at step {step}: ×{gain}", values)
    if verdict.kind in {"preserved", "dead"} or verdict.hump or verdict.dip:
        return None
    return Sentence("at no steady rate")


def _fall(inspection: Inspection) -> Sentence:
    """Return at which lag the gain is below the threshold for the first time."""
    values = {"threshold": threshold(_threshold(inspection)), "steps": inspection.verdict.horizon + 1}
    if values["steps"] == 1:
        return Sentence("falls below {threshold} after 1 step", values)
    return Sentence("falls below {threshold} after {steps} steps", values)


def _death(inspection: Inspection, lag: int) -> Sentence:
    """Return which step leaves nothing of the gradient on its way back, and after how many."""
    values = {"step": inspection.step(inspection.t - lag + 1), "steps": lag}
    if lag == 1:
        return Sentence("it dies at step {step}, after 1 step", values)
    return Sentence("it dies at step {step}, after {steps} steps", values)


def _undefined(inspection: Inspection) -> Sentence:
    finite = [bool(np.isfinite(state).all()) for state in inspection.analysis.run.course.s[: inspection.t + 1]]
    values: dict[str, object] = dict(_ends(inspection))
    if all(finite):
        odd = np.flatnonzero(~(inspection.row < np.inf))
        values["step"] = inspection.step(int(odd[-1]) + 1)
        return Sentence(
            "the Jacobian of step {step} is beyond float64, so the gradient of {state} at {start} is not defined",
            values,
        )
    values["first"] = _state(inspection, finite.index(False))
    return Sentence("from {first} on the state is beyond float64, so the gradient of {state} is not defined", values)


def _weights_and_slopes(inspection: Inspection, split: Attribution) -> Sentence | None:
    t, k = inspection.t, inspection.k
    values: dict[str, object] = {"state": _state(inspection, t), "earlier": _state(inspection, k)}
    steps = split.weights + split.slopes
    if np.isfinite(steps).all():
        values["weights"] = factor(float(split.weights.mean()))
        values["slopes"] = factor(float(split.slopes.mean()))
        if _is_spectral(inspection):
            return Sentence(
                "RMS gain from {state} to {earlier}: weights ×{weights}, derivative ×{slopes} a step", values
            )
        return Sentence("from {state} to {earlier}: weights ×{weights}, derivative ×{slopes} a step", values)
    for part, by_weights in ((split.weights, True), (split.slopes, False)):
        if (part == -np.inf).any():
            values["killed"] = inspection.step(k + 1 + int(np.flatnonzero(part == -np.inf)[-1]))
            if by_weights:
                return Sentence("from {state} to {earlier}: the weights take all of it at step {killed}", values)
            return Sentence("from {state} to {earlier}: the derivative takes all of it at step {killed}", values)
    return None


def _paths(inspection: Inspection, split: PathSplit) -> Sentence | None:
    direct, weights, whole = (float(part[0] - split.total[-1]) for part in (split.direct, split.gates, split.total))
    if any(math.isnan(part) or part == math.inf for part in (direct, weights, whole)):
        return None
    values: dict[str, object] = {
        "state": _state(inspection, inspection.t),
        "earlier": _state(inspection, inspection.k),
        "direct": _gain(direct),
        "weights": _gain(weights),
    }
    if _is_spectral(inspection):
        return Sentence(
            "RMS gain from {state} to {earlier}: the direct path carries ×{direct}, the weights ×{weights}", values
        )
    return Sentence("from {state} to {earlier}: the direct path carries ×{direct}, the weights ×{weights}", values)


def _state(inspection: Inspection, step: int) -> str:
    """Return what a state of the chain is called in the sequence."""
    return state(inspection.time(step))


def way(inspection: Inspection, step: int) -> Sentence:
    """Return from which state the gradient goes to which: along a chain that runs backward that is to a later one."""
    values = {"state": _state(inspection, inspection.t), "start": _state(inspection, step)}
    if inspection.analysis.run.backward:
        return Sentence("from {state} on to {start}", values)
    return Sentence("from {state} back to {start}", values)


def _ends(inspection: Inspection) -> dict[str, object]:
    """Return what the chosen state is called, and the one with which the chain starts."""
    return {"state": _state(inspection, inspection.t), "start": _state(inspection, 0)}


def _is_spectral(inspection: Inspection) -> bool:
    """Return whether the verdict is on the spectral norm; it is the other one that can be split."""
    return inspection.analysis.exploration.lens.norm == "spectral"


def told_apart(log: float) -> str:
    """Return the gain e^``log`` with so many digits that what is read has the gain's own word."""
    log10 = log / _LN10
    digits = (digits for digits in range(2, _MOST_DIGITS) if grade(_LN10 * rounded(log10, digits)) == grade(log))
    return scientific(log10, next(digits, _MOST_DIGITS))


def _threshold(inspection: Inspection) -> float:
    return inspection.analysis.exploration.lens.threshold


def _gain(log: float) -> str:
    return scientific(log / _LN10)
