"""What the decay view says in words: the rate per step, the horizon, the values at a step."""

from __future__ import annotations

import math

from explorer.engine import Verdict
from explorer.engine.errors import Refusal
from explorer.gui.core.quantities import doubted, item_name, place_text, symbol
from explorer.gui.words.i18n import say, tr
from explorer.gui.words.joining import told
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.looks.aloud import as_estimate, horizon_sentence, pace_sentence
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.counted import counted, counts_layers
from explorer.workspace.looks.judging import Judged
from explorer.workspace.looks.seed_words import seeds_sentence
from explorer.workspace.looks.seeds import SeedBand
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.words.numbers import scientific, subscript

_LN10 = math.log(10.0)


def gain_text(log10: float) -> str:
    """Return the gain 10^``log10`` as it is read best: ×0.60, ×1.3·10⁻⁴, ×10^−2171.5, exactly 0, NaN."""
    if log10 == -math.inf:
        return tr("exactly 0")
    if not math.isfinite(log10):
        return "NaN"
    return "×" + scientific(log10)


def size_text(log10: float) -> str:
    """Return the norm 10^``log10``: 0.60, 1.3·10⁻⁴, 10^−2171.5, exactly 0, NaN."""
    return gain_text(log10).removeprefix("×")


def item_subtitle(judged: Judged, shown: str, t: int) -> str:
    """Return what row t of δ_{t,k} or of the terms of a gradient is."""
    if judged.at == "last" and t < judged.trace.steps:
        return tr("exactly zero: the loss is taken at the last step, T = {steps}").format(steps=judged.trace.steps)
    if shown == "delta":
        return tr("‖δₜ,ₖ‖: what the loss at t sends back to every zₖ") + " · " + place_text(judged)
    row = tr("norms of the terms of {gradient} that come from the loss at t").format(gradient=symbol(shown))
    return row + " · " + place_text(judged)


def item_step_text(judged: Judged, shown: str, t: int, k: int, log10: float) -> str:
    """Return the norm of δ_{t,k} or of a term of a gradient, and whether it can be doubted."""
    return doubted(judged, shown, t, k, told(_back(item_name(shown, t, k), abs(t - k)), size_text(log10)))


def _back(item: str, lag: int) -> str:
    """Return what was read off with how far back that is."""
    return (tr("{item}, 1 step back") if lag == 1 else tr("{item}, {lag} steps back")).format(item=item, lag=lag)


def seeds_text(seeds: SeedBand | Refusal, own: Recipe) -> str:
    """Return what becomes of the gradient over many seeds, or why that is not known."""
    return say(seeds) if isinstance(seeds, Refusal) else seeds_sentence(seeds, own).said(tr)


def rate_text(verdict: Verdict, lags: int, estimated: bool = False, layers: bool = False) -> str:
    """Return the rate of a row of ``lags`` steps, “×0.96 a step, halving every 18 steps”, or else what is left at its end."""
    said = counted(pace_sentence(verdict, lags), layers)
    return "" if said is None else as_estimate(said, estimated).said(tr)


def horizon_text(verdict: Verdict, estimated: bool = False, layers: bool = False) -> str:
    """Return how many steps back the gain stays above the threshold."""
    return as_estimate(counted(horizon_sentence(verdict), layers), estimated).said(tr)


def band_text(low: float, high: float, about: str) -> str:
    """Return between which log10 a gain likely is, and what it is an estimate of."""
    return told(about, tr("{low} to {high}").format(low=gain_text(low), high=gain_text(high)))


def step_text(t: int, k: int, values: list[tuple[str, float]]) -> str:
    """Return the values of all lines at k, each with its name and its log10, one a line."""
    head = _back(f"∂s{subscript(t)}/∂s{subscript(k)}", abs(t - k))
    return "\n".join([head, *(told(name, gain_text(value)) for name, value in values)])


def beside_text(inspection: Inspection) -> str:
    """Return what the thin lines are that lie beside the row; "" where there are none."""
    if not inspection.ghosts or inspection.seeds is not None:
        return ""
    if inspection.analysis.run.recipe.recurrence.activation is not None:
        return tr("thin: the same W with another f")
    return tr("thin: a simple cell with that f")


def subtitle(inspection: Inspection) -> tuple[str, ...]:
    """Return what is drawn, at length and in short."""
    lens = inspection.analysis.exploration.lens
    if lens.quantity != "flow" and inspection.judged is not None:
        return (item_subtitle(inspection.judged, lens.quantity, inspection.selection.t),)
    if lens.quantity != "flow":
        return (say(inspection.unjudged) if inspection.unjudged is not None else "",)
    if inspection.seeds is not None:
        return (seeds_text(inspection.seeds, inspection.analysis.run.recipe),)
    if counts_layers(inspection.analysis.run):
        if lens.norm == "spectral":
            return tr("spectral norm of ∂sₜ/∂sₖ, back to every layer k"), tr("spectral norm")
        return tr("RMS gain of ∂sₜ/∂sₖ, back to every layer k"), tr("RMS gain")
    spectral, backward = lens.norm == "spectral", inspection.analysis.run.backward
    if spectral:
        on = tr("spectral norm of ∂sₜ/∂sₖ, on to every later sₖ")
        return on if backward else tr("spectral norm of ∂sₜ/∂sₖ, back to every sₖ"), tr("spectral norm")
    on = tr("RMS gain of ∂sₜ/∂sₖ, on to every later sₖ")
    long, short = on if backward else tr("RMS gain of ∂sₜ/∂sₖ, back to every sₖ"), tr("RMS gain")
    about = estimate_sentence(inspection.analysis.run)
    return (long, short) if about is None else (f"{about.said(tr)} · {long}", about.said(tr))
