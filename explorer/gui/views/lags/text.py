"""What is said about the lags of a gradient, and about how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from explorer.engine.gradient.check import Deviation
from explorer.gui.core.quantities import multiplied_with, symbol, weights_called
from explorer.gui.words.i18n import listed, mark, tr
from explorer.gui.words.joining import gradient_share, per_cent
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.judging import Judged, mean_over
from explorer.workspace.looks.lags import LagPair, Lags
from explorer.workspace.looks.trust import Examined, Trust
from explorer.workspace.looks.weight_names import shown_name
from explorer.workspace.words.numbers import angle, factor, scientific

_LN10 = math.log(10.0)

SIGNS = {"agrees": "✓", "doubtful": "?", "differs": "✗", "no number": "–"}
"""The verdicts' signs: no verdict is told by its colour alone."""

VERDICTS = {
    "agrees": mark("agrees"), "doubtful": mark("doubtful"), "differs": mark("differs"),
    "no number": mark("nothing to compare"),
}  # fmt: skip

HOW = mark(
    "A bar for each lag t − k: the norm of the sum of its terms. The line is the norm of the whole gradient. "
    "Left and Right choose a pair with another lag."
)
"""What the chart is, and what can be done with it."""

MEAN = mark(
    "This is the gradient of the shown sequence alone; with a task, that of the mean over its losses, as in training. "
    "An update follows the mean over a whole batch, in which sequences partly cancel, and clips the norm of all weights "
    "together: the curve ‖∂L/∂θ‖ shows that one."
)
"""How what is shown differs from what makes an update."""


def sentence(pair: LagPair) -> str:
    """Return from which lags the gradient comes, the untruncated one: from which a truncated one comes is no news."""
    name, whole = symbol(pair.name), pair.full
    if pair.cut.log_whole == -math.inf:
        return tr("{name} = 0 exactly: the optimiser sees nothing.").format(name=name)
    if whole.reach is None:
        return tr("{name} is no number: the network overflowed on the way.").format(name=name)
    text = _carried(whole, whole.reach, pair.count, name)
    return text if whole is pair.cut else tr("Not truncated: {what}").format(what=text)


def _carried(whole: Lags, reach: int, count: int, name: str) -> str:
    """Return which of ``count`` lags carry the gradient; more than all of it where longer ones point against it."""
    if count == 1:
        return tr("{name} comes from lag 0, the only one").format(name=name)
    if reach >= count - 1:
        return tr("{name} comes from all {count} lags").format(name=name, count=count)
    share = round(100.0 * whole.share_up_to(reach))
    values = {
        "share": per_cent(str(share)), "name": name, "first": reach + 1, "count": count, "lag": reach,
        "back": per_cent(str(share - 100)),
    }  # fmt: skip
    if share > 100 and reach == 0:
        return tr("lag 0 of {count} lags carries {name}: {share}, longer ones pull back {back}").format(**values)
    if share > 100:
        return tr("{first} of {count} lags, 0–{lag}, carry {name}: {share}, longer ones pull back {back}").format(
            **values
        )
    if reach == 0:
        return tr("{share} of {name} comes from lag 0 alone, of {count} lags").format(**values)
    return tr("{share} of {name} comes from {first} of {count} lags, 0–{lag}").format(**values)


def mean_line(exploration: Exploration, judged: Judged) -> str:
    """Return over how many losses the shown gradient is a mean, or that they are summed up."""
    losses, summed = mean_over(exploration, judged), exploration.task is None and judged.at == "every"
    if losses > 1:
        return tr("this sequence: mean of {losses} losses").format(losses=losses)
    return tr("this sequence: sum of its losses") if summed else tr("this sequence alone")


def explanation() -> str:
    """Return what a share is."""
    return tr(
        "The share of a lag: how much of the sum of its terms lies along the whole gradient G, ⟨G_lag, G⟩ / ‖G‖².\n"
        "All shares add up to 1; a negative one works against the sum."
    )


def kept(judged: Judged, name: str) -> str:
    """Return what truncation leaves of the gradient."""
    turned, ratio = judged.kept(name)
    if math.isnan(turned):
        return tr("truncated: nothing to compare")
    return tr("truncated: norm ×{ratio}, turned by {angle}").format(ratio=factor(math.log(ratio)), angle=angle(turned))


def told(found: Examined, lag: int, losses: int, trust: Trust | None) -> str:
    """Return all that the card says: from which lags the gradient comes, what ``lag`` brings, how far it is trusted."""
    lines, pair = [sentence(found.lags)], found.lags.over(losses)
    if found.judged.truncated:
        lines.append(kept(found.judged, found.lags.name))
    if 0 <= lag < len(pair.cut.log_norm):
        lines.append(lag_text(found.judged, pair, lag, losses))
    return "\n".join(lines + (trust_lines(trust, found.judged) if trust is not None else []))


def about_lag(judged: Judged, pair: LagPair, lag: int, losses: int) -> str:
    """Return what one lag brings, and what a click on it does."""
    return lag_text(judged, pair, lag, losses) + "\n" + tr("Click to choose a pair with this lag.")


def lag_text(judged: Judged, pair: LagPair, lag: int, losses: int) -> str:
    """Return the norm and the share of one lag, and what is cut off of it; ``pair`` is on the scale of the mean."""
    over, name = f" / {losses}" if losses > 1 else "", weights_called(pair.name)
    said = tr("lag {lag}: ‖Σ terms‖{over} = {norm}, {share} of ∂L/∂{name}").format(
        lag=lag,
        over=over,
        norm=_norm(pair.cut, lag),
        share=gradient_share(float(pair.cut.share[lag])),
        name=name,
    )
    if pair.cut.log_norm[lag] == -math.inf:
        said = tr("lag {lag}: exactly zero: {reason}").format(lag=lag, reason=_why_zero(judged, pair, lag))
    if pair.full is not pair.cut and pair.full.log_norm[lag] != pair.cut.log_norm[lag]:
        said += "\n" + tr("Cut off: whole it is {norm}, {share} of the whole gradient.").format(
            norm=_norm(pair.full, lag), share=gradient_share(float(pair.full.share[lag]))
        )
    return said


def _why_zero(judged: Judged, pair: LagPair, lag: int) -> str:
    """Return why a lag brings nothing: the first reason that holds for all of its terms."""
    if pair.full.log_norm[lag] > -math.inf:
        return tr("truncation cuts it off")
    if not judged.full.entering[lag:].any():
        return tr("no loss enters so late")
    factor = multiplied_with(judged.trace.network.architecture, pair.name)
    starts = [course.s[0] for course in judged.trace.chains.values()]
    first = np.concatenate(starts) if factor == "s" else judged.trace.x[0]
    if not judged.full.entering[lag + 1 :].any() and judged.log_map("delta")[lag + 1, 1] > -math.inf:
        # What is left is the term of k = 1.
        if first.any() or not factor:
            return tr("what it is multiplied with is zero")
        return tr("its one term is multiplied with {factor} = 0").format(factor="s₀" if factor == "s" else "x₁")
    return tr("nothing of the gradient arrives")


def _norm(lags: Lags, lag: int) -> str:
    return scientific(float(lags.log_norm[lag]) / _LN10)


def _caller(judged: Judged | None) -> Callable[[str], str]:
    """Return how parameters, the inputs and the initial state are written on the screen: "W_f", of several layers "W²_f"."""
    architecture = None if judged is None else judged.trace.network.architecture
    return lambda name: "s₀" if name == "s0" or architecture is None else shown_name(architecture, name)


def trust_lines(trust: Trust, judged: Judged) -> list[str]:
    """Return the deviations in short lines: from what is exact, and from differences, and why of some there are none."""
    if trust.made == "overflow":
        return [tr("The loss or its gradient is no number: nothing to compare.")]
    found = trust.differences
    exact = f"{SIGNS[trust.verdict]} " + tr("forward mode {deviation}").format(deviation=_number(trust.tangents))
    if trust.made in ("pending", "done"):
        exact += " · RTRL " + ("…" if trust.made == "pending" else _number(trust.forward))
    measured = [tr("differences {deviation}").format(deviation=_number(found))] if found.tried else []
    return [exact, *measured, *_left_out(found, _caller(judged))]


def _left_out(found: Deviation, called: Callable[[str], str]) -> list[str]:
    """Return of which parameters there are no differences, and why."""
    rest = tuple(name for name in found.unmeasured if name not in found.stepped)
    reasons = {
        tr(
            "no differences of {names}: a number is rounded on the way, and the gradient goes straight through the jump"
        ): found.stepped,
        tr("no differences of {names}: the loss bends too sharply there, or its rounding hides them"): rest,
    }
    return [reason.format(names=listed(tuple(map(called, names)))) for reason, names in reasons.items() if names]


def trust_words(trust: Trust | None, judged: Judged | None) -> str:
    """Return what was compared with what, and what came out."""
    called = _caller(judged)
    if trust is None:
        return tr(
            "Compare this gradient with derivatives worked out forward in time, with central differences of the loss, "
            "with the sum of its own terms, and with real-time recurrent learning."
        )
    if trust.made == "overflow":
        return tr("The loss or its gradient is no number: nothing to compare.")
    lines = [tr("Backpropagation through time, along the whole sequence; largest relative deviations:")]
    lines += [*_tangents(trust.tangents, called), *_differences(trust.differences, called)]
    lines += [tr("from the sum of its own terms: {value}").format(value=_number(trust.items)), _forward(trust, called)]
    if trust.cut is not None:
        lines.append(
            tr(
                "The truncated gradient is the derivative of no loss, so only the whole one can be compared with "
                "derivatives. From the sum of the terms that it keeps: {value}"
            ).format(value=_number(trust.cut))
        )
    return "\n".join(lines)


def _tangents(found: Deviation, called: Callable[[str], str]) -> list[str]:
    from_ = tr(
        "from derivatives along {count} directions, worked out forward in time (forward mode): {value}, in {where};"
    )
    return [
        from_.format(count=found.tried, value=_number(found), where=called(found.parameter or "W")),
        tr("along half of these directions small entries count like large ones"),
    ]


def _differences(found: Deviation, called: Callable[[str], str]) -> list[str]:
    """Return what differences say, and where they can say nothing."""
    lines = []
    if found.tried:
        where = called(found.parameter or "W") + (f"[{', '.join(map(str, found.where))}]" if found.where else "")
        lines.append(
            tr("from central differences of the loss: {value}, in {where}; {count} derivatives were tried").format(
                value=_number(found), where=where, count=found.tried
            )
        )
    missed = _left_out(found, called)
    return [*lines, *missed, *([tr("there forward mode decides")] if missed else [])]


def _forward(trust: Trust, called: Callable[[str], str]) -> str:
    if trust.made == "done":
        text = tr("from real-time recurrent learning: {value}, in {where}")
        return text.format(value=_number(trust.forward), where=called(trust.parameter or "W"))
    return {
        "pending": tr("real-time recurrent learning is under way"),
        "costly": tr("real-time recurrent learning costs n⁴ a step: too much for this network and sequence"),
    }[trust.made]


def _number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "NaN"
    return scientific(math.log10(value), 1) if value > 0 else "0"
