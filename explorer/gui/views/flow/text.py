"""What the flow map says in words: the number of a pair, as a formula with its numbers put in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from explorer.engine.network.layer import BACKWARD, FORWARD
from explorer.gui.core.quantities import (
    block_name,
    doubted,
    item_name,
    log_map,
    multiplied_with,
    place_text,
    quantity,
    symbol,
    ways_shown,
    weights_asked,
    weights_called,
)
from explorer.gui.core.written import notes_at
from explorer.gui.words.i18n import mark, say, tr
from explorer.gui.words.joining import told
from explorer.workspace.looks.aloud import pairs_sentences
from explorer.workspace.looks.analysis import Inspection, ways_of
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.words.numbers import angle, logarithm, rough, scientific, subscript

_LN10 = math.log(10.0)

HOW = mark(
    "Every pair of steps, coloured by how much of the gradient of s at step t reaches step k. "
    "Arrow keys choose a pair, Enter looks inside it, plus and minus set the span of the colours, brackets move the "
    "truncation of the gradient where that is shown. The wheel zooms both ways; with Shift it moves k, with Ctrl t; a "
    "double click looks inside a cell, and one in the hatched half shows all pairs."
)
"""What the map is, and what can be done with it."""


def norm_name(norm: str) -> str:
    """Return what a number of the map is called."""
    return tr("spectral norm") if norm == "spectral" else tr("RMS gain")


def subtitles(inspection: Inspection) -> tuple[str, ...]:
    """Return what the map shows, in which unit and along which axes, at length and in short."""
    lens, judged = inspection.analysis.exploration.lens, inspection.judged
    run, axes = inspection.analysis.run, tr("k →, t ↑")
    if lens.quantity == "flow" and run.block is not None:
        return tr("RMS gain of {block} · k →, t ↑").format(block=block_name(*run.block)), norm_name(lens.norm)
    if lens.quantity == "flow" and run.course.chain.whole.steps:
        if lens.norm == "spectral":
            return tr("spectral norm ‖∂sₜ/∂sₖ‖₂ from layer t back to layer k"), norm_name(lens.norm)
        return tr("RMS gain ‖∂sₜ/∂sₖ‖/√N from layer t back to layer k"), norm_name(lens.norm)
    if lens.quantity == "flow" and lens.norm == "spectral":
        return tr("spectral norm ‖∂sₜ/∂sₖ‖₂ · k →, t ↑"), norm_name(lens.norm)
    if lens.quantity == "flow":
        long, short = tr("RMS gain ‖∂sₜ/∂sₖ‖/√N · k →, t ↑"), norm_name(lens.norm)
        about = estimate_sentence(inspection.analysis.run)
        return (long, short) if about is None else (f"{about.said(tr)} · {long}", about.said(tr))
    if lens.quantity == "delta":
        what = tr("‖δₜ,ₖ‖, δₜ,ₖ = ∂Lₜ/∂zₖ")
    else:
        what = tr("‖terms of {gradient}‖").format(gradient=symbol(lens.quantity))
    place = [place_text(judged)] if judged else []
    return (" · ".join(filter(None, [what, _doubts(inspection), *place, axes])),)


def hover_text(inspection: Inspection, t: int, k: int) -> str:
    """Return the sentence on what is shown of the pair (t, k), and what is written there; "" for nothing."""
    said = [_hovered(inspection, t, k), *notes_at(inspection.analysis.exploration.notes_of(), t, k)]
    return "\n".join(filter(None, said))


def _hovered(inspection: Inspection, t: int, k: int) -> str:
    shown, lens = log_map(inspection), inspection.analysis.exploration.lens
    if shown is None:
        return ""
    if inspection.judged is None or lens.quantity == "flow":
        return _with_band(
            inspection,
            t,
            k,
            pair_text(
                t,
                k,
                float(shown[t, k]),
                lens.norm,
                inspection.analysis.run.estimate is not None,
                ways_of(inspection.analysis.run),
            ),
        )
    return item_text(inspection.judged, lens.quantity, t, k)


def _with_band(inspection: Inspection, t: int, k: int, said: str) -> str:
    """Return what is ``said`` of a pair, with the band of its gain where that is an estimate."""
    run = inspection.analysis.run
    about = estimate_sentence(run)
    if run.estimate is None or about is None or not math.isfinite(run.estimate.log_norm[t, k]):
        return said
    half = 0.5 * math.log(run.estimate.width)
    low, high = ((float(end[t, k]) - half) / _LN10 for end in (run.estimate.low, run.estimate.high))
    band = tr("{about}: ×{low} to ×{high}").format(about=about.said(tr), low=scientific(low), high=scientific(high))
    return f"{said}\n{band}"


def map_text(inspection: Inspection, t: int, k: int) -> str:
    """Return the sentence on the pair (t, k), then the least and the largest number of all pairs and what is none."""
    shown = log_map(inspection)
    if shown is None:
        return say(inspection.unjudged) if inspection.unjudged is not None else ""
    first = 0 if quantity(inspection) == "flow" else 1
    inner = shown[first:, first:]
    logs = inner[_on_a_way(inspection, len(inner))]
    lines = [hover_text(inspection, t, k), *(sentence.said(tr) for sentence in pairs_sentences(logs))]
    doubts = _doubts(inspection)
    return "\n".join([*lines, *([doubts] if doubts else [])])


def _doubts(inspection: Inspection) -> str:
    """Return how many of the items shown may be rounding and nothing else; "" for none."""
    shown, judged = quantity(inspection), inspection.judged
    count = 0 if judged is None or shown == "flow" else int(judged.known_unsure(shown).sum())
    return tr("? rounding alone may be: {count}").format(count=count) if count else ""


def item_text(judged: Judged, shown: str, t: int, k: int) -> str:
    """Return the sentence on δ_{t,k} or on the term (t, k) of a gradient."""
    backward = any(chain.backward for chain in judged.trace.network.architecture.chains)
    name, log = item_name(shown, t, k), float(judged.log_map(shown)[t, k])
    if min(t, k) < 1:
        return tr("{item} is not defined: net inputs and losses begin with step 1.").format(item=name)
    if k > t and not backward:
        return tr("{item} is not defined: the loss of step {t} knows nothing of the later step {k}.").format(
            item=name, t=t, k=k
        )
    if log == -math.inf and judged.known_unsure(shown)[t, k]:
        return doubted(judged, shown, t, k, tr("{item} comes out as 0.").format(item=name))
    if log == -math.inf:
        return tr("{item} is exactly 0: {reason}.").format(item=name, reason=_why_zero(judged, shown, t, k))
    if not math.isfinite(log):
        return tr("{item} is NaN: the network overflowed.").format(item=name)
    log10 = log / _LN10
    number = tr("‖{item}‖ = {number} ({decades} decades)").format(
        item=name, number=scientific(log10), decades=_signed(log10)
    )
    if shown == "delta":
        meaning = tr("how much the loss that enters at step {t} moves with z{k}").format(t=t, k=subscript(k))
    else:
        meaning = tr("what the loss that enters at step {t} asks of {weights} by way of step {k}")
        meaning = meaning.format(t=t, k=k, weights=weights_called(shown))
    return doubted(judged, shown, t, k, told(number, meaning))


def _why_zero(judged: Judged, shown: str, t: int, k: int) -> str:
    """Return why the item (t, k) is zero, as far as that can be told."""
    if judged.at == "last" and t < judged.trace.steps:
        return tr("the loss is taken at the last step only")
    if not judged.full.entering[t - 1].any():
        return tr("no loss enters at step {t}").format(t=t)
    if t > judged.cut.reach.last(k):
        return tr("truncation cuts it off")
    if judged.log_map("delta")[t, k] > -math.inf:
        factor = multiplied_with(judged.trace.network.architecture, shown)
        found, name = (judged.trace.x[k - 1], f"x{subscript(k)}")
        if factor == "s":
            found = np.concatenate([course.s[k - 1] for course in judged.trace.chains.values()])
            name = f"s{subscript(k - 1)}"
        if found.any() or not factor:
            return tr("what it is multiplied with is zero")
        return tr("what it is multiplied with is zero: {factor} = 0").format(factor=name)
    return tr("nothing of the gradient arrives")


def kept_text(inspection: Inspection) -> str:
    """Return how the gradient is truncated and what that leaves of it; "" where nothing is cut."""
    judged = inspection.judged
    if judged is None or not judged.truncated:
        return ""
    settings, name = inspection.analysis.exploration.settings, weights_asked(inspection)
    turned, share = judged.kept(name)
    cut = tr("chunks of {size}").format(size=settings.chunk) if settings.chunk else f"τ = {settings.window}"
    if share == 0.0:
        return tr("{cut}: nothing is left of {gradient}").format(cut=cut, gradient=symbol(name))
    if not math.isfinite(share):
        return cut
    return tr("{cut}: {gradient} ∠ {turned}, {share} % of the norm").format(
        cut=cut, gradient=symbol(name), turned=angle(turned), share=rough(100.0 * share)
    )


def _on_a_way(inspection: Inspection, size: int) -> NDArray[np.bool_]:
    """Return which pairs (size, size) lie on a way along which something is sent back."""
    ways, lower = ways_shown(inspection), np.tri(size, dtype=bool)
    return np.ones_like(lower) if len(ways) > 1 else lower if FORWARD in ways else lower.T


def pair_text(
    t: int, k: int, log_gain: float, norm: str, rough: bool = False, ways: tuple[str, ...] = (FORWARD,)
) -> str:
    """Return the sentence on the pair (t, k), whose natural log gain is ``log_gain``, ``rough`` for an estimate.

    ``ways`` are those in which what is looked at reads the sequence.
    """
    if k < t and FORWARD not in ways:
        said = tr("∂s{t}/∂s{k} is not defined: the chain runs backward, and s{t} does not depend on the earlier s{k}.")
        return said.format(t=subscript(t), k=subscript(k))
    if k > t and BACKWARD not in ways:
        return tr("∂s{t}/∂s{k} is not defined: s{t} does not depend on the later s{k}.").format(
            t=subscript(t), k=subscript(k)
        )
    pair = f"∂s{subscript(t)}/∂s{subscript(k)}"
    if log_gain == -math.inf:
        return tr("{pair} is exactly 0: nothing of the gradient arrives.").format(pair=pair)
    if not math.isfinite(log_gain):
        return tr("{pair} is NaN: the network overflowed.").format(pair=pair)
    log10 = log_gain / _LN10
    template = tr("{pair} = ×{gain} ({norm}, {decades} decades)")
    if rough:
        template = tr("{pair} ≈ ×{gain} ({norm}, {decades} decades)")
    return template.format(pair=pair, gain=scientific(log10), norm=norm_name(norm), decades=_signed(log10))


def _signed(log10: float) -> str:
    text = logarithm(log10)
    return text if text == "0.0" or log10 < 0 else f"+{text}"
