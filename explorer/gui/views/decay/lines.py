"""The lines of the decay view, as they follow from an inspection."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Qt

from explorer.engine import Verdict
from explorer.engine.floats import Floats
from explorer.gui.core.quantities import fills_square, log_map, quantity, symbol
from explorer.gui.plot.theme import Theme
from explorer.gui.words.cell_words import activation_label, called, cell_label
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.cells import SIMPLE
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.counted import counts_layers
from explorer.workspace.looks.seeds import SeedBand
from explorer.workspace.looks.sentences import estimate_sentence
from explorer.workspace.scales.decades import decade_range

_LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its log10 gains (t+1,) over k, −inf for a true zero, and its looks.

    ``main`` is the row's own line; a ``minor`` one goes without its name where there is no room. ``about`` says what it is
    where the name does not, ``term`` the key of what explains it. ``first_zero`` is the latest k at which the gain is exactly
    zero.
    """

    name: str
    colour: str
    gains: Floats
    width: float
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    main: bool = False
    minor: bool = False
    about: str = ""
    term: str = ""
    first_zero: int | None = field(init=False)

    @property
    def said(self) -> str:
        """Return the name with what it is."""
        return tr("{name}, {about}").format(name=self.name, about=self.about) if self.about else self.name

    @property
    def straight(self) -> bool:
        """Return whether the gains are a constant power of the lag."""
        return self.style != Qt.PenStyle.SolidLine

    def __post_init__(self) -> None:
        zeros = np.flatnonzero(self.gains == -np.inf)
        object.__setattr__(self, "first_zero", int(zeros[-1]) if len(zeros) else None)


@dataclass(frozen=True, slots=True)
class Picture:
    """What the decay view draws of row t. ``lines`` from the back to the front, the row's own last.

    t and k are in the order in which the chain runs; where it runs ``backward``, the k of the sequence is T − k of all
    ``steps``, which may be ``layers``. Of what the loss sends back the row is that of the sequence, and of all k where a
    chain runs backward.

    Gains have a ``verdict``, what the loss sends back has none; that begins with step ``first``, too. ``band`` are the log10
    ends (t+1,) between which the row's gains likely are, where they are an estimate, and ``estimate`` says of what. ``seeds``
    are the log10 of the least, the quartiles and the greatest (t+1,) of many seeds. ``across`` are log10 of the row's gains
    (T+1,) along the chain that runs the other way, at the k of the sequence, where the layer has one.
    """

    t: int
    lines: tuple[Line, ...]
    verdict: Verdict | None
    first: int = 0
    band: tuple[Floats, Floats] | None = None
    estimate: str = ""
    seeds: tuple[Floats, Floats, Floats, Floats] | None = None
    steps: int = 0
    backward: bool = False
    layers: bool = False
    across: Floats | None = None

    @property
    def last(self) -> int:
        """Return the greatest k at which there is a gain."""
        return len(self.row.gains) - 1

    def time(self, k: int) -> int:
        """Return which k of the sequence one of the row is, or which of the row one of the sequence."""
        return self.steps - k if self.backward else k

    @property
    def row(self) -> Line:
        """Return the row's own line."""
        return self.lines[-1]

    @property
    def others(self) -> list[Floats]:
        """Return the gains of all lines beside the row's own, and the ends of its band."""
        quartiles = self.seeds[1:3] if self.seeds is not None else ()
        across = () if self.across is None else (self.across,)
        return [*(line.gains for line in self.lines[:-1]), *(self.band or ()), *quartiles, *across]


def picture(
    inspection: Inspection, theme: Theme, predicted: Floats | None = None, ghosts: bool = True
) -> Picture | None:
    """Return the lines of ``inspection`` in the colours of ``theme``; None where there is no loss to ask about.

    ``predicted`` is a row (t+1,) in log10 that a person drew before; ``ghosts`` says whether those of other activations lie
    beside it.
    """
    shown = quantity(inspection)
    if shown != "flow":
        logs = log_map(inspection)
        if logs is None:
            return None
        t = inspection.selection.t
        width = len(logs) if fills_square(inspection) else t + 1
        line = Line(symbol(shown), theme.curve, logs[t, :width] / _LN10, 1.4 * theme.line_width, main=True)
        return Picture(t, (line,), None, first=1, steps=inspection.analysis.steps)
    about = estimate_sentence(inspection.analysis.run)
    ends = inspection.low, inspection.high
    return Picture(
        inspection.t, (*_predicted(inspection, theme, predicted), *_lines(inspection, theme, ghosts)), inspection.verdict,
        band=None if ends[0] is None or ends[1] is None else (ends[0] / _LN10, ends[1] / _LN10),
        estimate="" if about is None else about.said(tr), seeds=_ends_of_seeds(band_of_seeds(inspection)),
        steps=inspection.analysis.steps, backward=inspection.analysis.run.backward,
        layers=counts_layers(inspection.analysis.run), across=_across(inspection),
    )  # fmt: skip


def _across(inspection: Inspection) -> Floats | None:
    """Return log10 (T+1,) of the chosen row's gains along the chain that runs the other way; NaN along its own."""
    run, t = inspection.analysis.run, inspection.selection.t
    if run.opposite is None:
        return None
    k = np.arange(run.course.steps + 1)
    return np.where(k <= t if run.backward else k >= t, run.square[t] / _LN10, np.nan)


def ends(drawn: Picture, threshold: float) -> tuple[float, float]:
    """Return the lowest and the highest log10 to show; a threshold is one of gains."""
    floor = any(line.first_zero is not None for line in drawn.lines)
    return decade_range(drawn.row.gains, drawn.others, 0.0 if drawn.verdict is None else threshold, floor)


def band_of_seeds(inspection: Inspection) -> SeedBand | None:
    """Return the band of many seeds if it is of the row that is shown."""
    band = inspection.seeds
    return band if isinstance(band, SeedBand) and band.rows.shape[1] == inspection.t + 1 else None


def _ends_of_seeds(band: SeedBand | None) -> tuple[Floats, Floats, Floats, Floats] | None:
    if band is None:
        return None
    least, quarter, _, most, greatest = (level / _LN10 for level in band.levels)
    return least, quarter, most, greatest


def cell_name(recipe: Recipe) -> str:
    """Return what the network of ``recipe`` is called: its cell, or the activation of the simple one, as those beside it."""
    if recipe.above:
        return called(recipe)
    return activation_label(recipe.activation) if recipe.cell == SIMPLE else cell_label(recipe.cell)


def _lines(inspection: Inspection, theme: Theme, ghosts: bool) -> Iterator[Line]:
    width = theme.line_width
    band = band_of_seeds(inspection)
    if band is not None:
        name = tr("median of {count} seeds").format(count=band.count)
        yield Line(name, theme.muted, band.levels[2] / _LN10, width, term="seeds")
    # A band and the other activations at once are too much to be read.
    for activation, row in inspection.ghosts.items() if ghosts and band is None else ():
        yield Line(activation_label(activation), theme.ghosts[activation], row / _LN10, 0.7 * width)
    yield from _powers(inspection, theme)
    verdict, lags = inspection.verdict, np.arange(inspection.t, -1.0, -1.0)
    if inspection.t > 1 and verdict.rate is not None and verdict.offset is not None:
        fit = (verdict.offset + verdict.rate * lags) / _LN10
        yield Line(tr("fit"), theme.fit, fit, 0.5 * width, Qt.PenStyle.DashDotLine, minor=True, term="fit")
    name = cell_name(inspection.analysis.run.recipe)
    yield Line(name, theme.curve, inspection.row / _LN10, 1.4 * width, main=True)


def _predicted(inspection: Inspection, theme: Theme, predicted: Floats | None) -> Iterator[Line]:
    """Yield what was predicted of a row of this length."""
    if predicted is not None and len(predicted) == inspection.t + 1:
        yield Line(tr("your prediction"), theme.accent, predicted, theme.line_width)


def _powers(inspection: Inspection, theme: Theme) -> Iterator[Line]:
    """Yield the trend and the bound, where J_t = diag(f') W."""
    steepest = inspection.analysis.run.steepest
    if steepest is None or inspection.trend is None or inspection.bound is None:
        return
    width = 0.75 * theme.line_width
    name = tr("ρ trend") if steepest == 1.0 else tr("γρ trend")
    about = tr("if it were linear with every f′ = γ = {steepest}").format(steepest=f"{steepest:g}")
    yield Line(name, theme.trend, inspection.trend / _LN10, width, Qt.PenStyle.DotLine, about=about, term="trend")
    about = tr("(γσ₁)ᵗ⁻ᵏ with γ = {steepest}").format(steepest=f"{steepest:g}")
    yield Line(
        tr("bound"), theme.bound, inspection.bound / _LN10, width, Qt.PenStyle.DashLine, about=about, term="bound"
    )
