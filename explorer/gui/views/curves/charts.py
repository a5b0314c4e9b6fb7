"""What is drawn of a training: five small charts over its steps, made of the record's columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.learning.settings import Settings
from explorer.engine.network.network import Network
from explorer.gui.plot.theme import Theme
from explorer.gui.views.curves.scale import Scale
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import follow, per_cent
from explorer.workspace.exploration.record import Record
from explorer.workspace.looks.weight_names import matrices
from explorer.workspace.scales.ticks import number
from explorer.workspace.words.numbers import duration, signed

_DASHED = frozenset({"held_loss", "held_accuracy", "norm", "radius"})
"""Columns whose line is dashed: colour alone would not tell it from the other in its chart."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve: the values ``y`` (K,) at ``steps`` (K,); a ``noisy`` one is smoothed, too, and broken by NaN.

    ``beyond`` (K,) says where the true value is greater than what could be measured. Of two lines one is ``dashed``.
    """

    name: str
    colour: str
    steps: Floats
    y: Floats
    noisy: bool = False
    beyond: NDArray[np.bool_] | None = None
    dashed: bool = False

    def at(self, step: float) -> float:
        """Return the last value up to ``step``; NaN before the first."""
        index = int(np.searchsorted(self.steps, step, side="right")) - 1
        return float(self.y[index]) if index >= 0 else math.nan

    def prefix(self, step: float) -> str:
        """Return "≥ " where the value at ``step`` is only known to be no less."""
        index = int(np.searchsorted(self.steps, step, side="right")) - 1
        return "≥ " if self.beyond is not None and index >= 0 and self.beyond[index] else ""


@dataclass(frozen=True, slots=True)
class Level:
    """A value to compare with, drawn as a horizontal line."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Past:
    """A curve of another training, drawn so faint: ``alpha`` of 255."""

    line: Line
    alpha: int


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One of the charts; ``about`` explains it, ``form`` writes one of its values; ``short`` is its title without room.

    ``column`` is the one of the record that other trainings are compared by, "" for none; ``past`` are their curves.
    """

    title: str
    short: str
    about: str
    lines: tuple[Line, ...]
    levels: tuple[Level, ...]
    scale: Scale
    form: Callable[[float], str]
    column: str = ""
    past: tuple[Past, ...] = ()


def charts(
    record: Record, network: Network, settings: Settings, theme: Theme, baseline: float | None = None
) -> tuple[Chart, ...]:
    """Return the charts of ``record``, in the language that is now spoken; what was never measured is left out.

    ``baseline`` is the loss of one who repeats the last value, where that is an answer.
    """
    made = (
        _loss(record, network, theme, baseline),
        _accuracy(record, network, theme),
        _norms(record, settings, theme),
        _floss(record, theme),
        _spectrum(record, network, theme),
        _horizon(record, theme),
    )
    return tuple(chart for chart in made if chart.lines)


def extras(record: Record) -> Line:
    """Return Ω, which is named but has no chart."""
    return next(_lines(record, ("omega", "Ω", "", True)), Line("Ω", "", np.empty(0), np.empty(0)))


def _loss(record: Record, network: Network, theme: Theme, baseline: float | None) -> Chart:
    lines = tuple(
        _lines(
            record,
            ("loss", tr("train"), theme.accent, True),
            ("held_loss", tr("held out"), theme.ghosts["sigmoid"], False),
        )
    )
    chance = _chance_loss(network)
    levels = (Level(tr("guessing: {value}").format(value=signed(chance)), chance),) if chance > 0 else ()
    about = tr(
        "The mean loss of each batch (thin), smoothed (thick), and of examples that are never trained on. "
        "Guessing gives every answer the same probability."
    )
    if baseline:
        levels = (Level(tr("repeating the last value: {value}").format(value=signed(baseline)), baseline),)
        about = tr(
            "The mean loss of each batch (thin), smoothed (thick), and of examples that are never trained on: half the "
            "squared error, for own series of the scaled numbers. The dotted line is that of repeating the last value."
        )
    return replace(_logarithmic(tr("loss"), tr("loss"), about, lines, levels), column="loss")


def _accuracy(record: Record, network: Network, theme: Theme) -> Chart:
    lines = tuple(
        _lines(
            record,
            ("accuracy", tr("train"), theme.accent, False),
            ("held_accuracy", tr("held out"), theme.ghosts["sigmoid"], False),
            factor=100.0,
        )
    )
    chance = _chance_accuracy(network)
    levels = (Level(tr("guessing: {value}").format(value=_percent(chance)), chance),) if chance > 0 else ()
    about = tr("The share of right answers to examples that are trained on, and to examples that never are.")
    return Chart(tr("accuracy"), tr("acc."), about, lines, levels, Scale.percent(), _percent)


def _norms(record: Record, settings: Settings, theme: Theme) -> Chart:
    lines = tuple(
        _lines(
            record,
            ("norm", tr("before"), theme.ghosts["sigmoid"], True),
            ("clipped", tr("after"), theme.accent, True),
        )
    )
    if len(lines) == 2 and np.array_equal(lines[0].y, lines[1].y, equal_nan=True):
        lines = (Line(tr("not clipped"), theme.accent, lines[1].steps, lines[1].y, True),)
    threshold = settings.threshold
    levels = (Level(tr("clip: {value}").format(value=number(threshold)), threshold),) if settings.clip == "norm" else ()
    about = tr(
        "The norm ‖∂L/∂θ‖ of the gradient of each batch over all weights, before and after clipping. Where "
        "the two part, clipping shortened the update; it keeps its direction."
    )
    return replace(_logarithmic(tr("gradient norm"), "‖∂L/∂θ‖", about, lines, levels), column="norm")


def _floss(record: Record, theme: Theme) -> Chart:
    lines = tuple(_lines(record, ("floss", "", theme.accent, True)))
    about = tr(
        "The mean λᵢ² of the leading Lyapunov exponents along each batch, which flossing pulls to zero (Engelken 2023)."
    )
    return replace(_logarithmic(tr("mean λ²"), "λ²", about, lines, ()), column="floss")


def _spectrum(record: Record, network: Network, theme: Theme) -> Chart:
    lines = tuple(_lines(record, ("sigma", "σ₁", theme.bound, False), ("radius", "ρ", theme.trend, False)))
    matrix, chains = next(iter(matrices(network)), "W"), network.architecture.chains
    steepest = chains[0].steepest if len(chains) == 1 else None
    levels = (Level(f"1/γ = {number(1.0 / steepest)}", 1.0 / steepest),) if steepest else ()
    about = tr("The largest singular value σ₁ of {matrix} and its spectral radius ρ.").format(matrix=matrix)
    if steepest:
        about = follow(about, tr("While σ₁ is below 1/γ, every gradient vanishes; above it, one may explode."))
    return _logarithmic(tr("σ₁ and ρ of {matrix}").format(matrix=matrix), matrix, about, lines, levels)


def _horizon(record: Record, theme: Theme) -> Chart:
    lines = tuple(
        replace(line, beyond=np.isin(line.steps, record.column("step")[record.column("beyond") == 1.0]))
        for line in _lines(record, ("horizon", "", theme.curve, False))
    )
    top = max((float(np.max(line.y, where=np.isfinite(line.y), initial=0.0)) for line in lines), default=0.0)
    about = tr(
        "How many steps back the RMS gain stays above the threshold all the way, on the task’s own example. A hollow "
        "point, ≥: beyond the start of the example."
    )
    return Chart(tr("memory horizon in steps"), tr("horizon"), about, lines, (), Scale.counts(top), _steps, "horizon")


def _lines(record: Record, *columns: tuple[str, str, str, bool], factor: float = 1.0) -> Iterator[Line]:
    """Yield the columns that were measured at all: (column, name, colour, noisy)."""
    steps = record.column("step")
    for column, name, colour, noisy in columns:
        values = record.column(column)
        measured = ~np.isnan(values)
        # What each batch tells is known at every step, and a gap is one; what is measured now and then is joined.
        kept = np.ones_like(measured) if noisy else measured
        if measured.any():
            yield Line(name, colour, steps[kept], factor * values[kept], noisy, dashed=column in _DASHED)


def _logarithmic(title: str, short: str, about: str, lines: tuple[Line, ...], levels: tuple[Level, ...]) -> Chart:
    scale = Scale.decades([line.y for line in lines], [level.value for level in levels])
    return Chart(title, short, about, lines, levels, scale, signed)


def _chance_loss(network: Network) -> float:
    """Return the loss of one who gives every class the same probability, whatever the data; NaN where there is none."""
    p = len(network.c)
    if network.readout == "softmax":
        return math.log(p)
    return p * math.log(2.0) if network.readout == "sigmoid" else math.nan


def _chance_accuracy(network: Network) -> float:
    """Return the share of right answers of one who draws from all classes alike, in percent; NaN where there is none."""
    p = len(network.c)
    if network.readout == "softmax":
        return 100.0 / p
    return 50.0 if network.readout in ("sigmoid", "threshold") and p == 1 else math.nan


def _percent(value: float) -> str:
    return per_cent(f"{value:.3g}")


def _steps(value: float) -> str:
    """Return a number of steps, 0 and ∞ included."""
    return duration(value) if 0.0 < value < math.inf else signed(value)
