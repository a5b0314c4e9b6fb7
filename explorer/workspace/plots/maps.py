"""The map of all pairs, drawn by Matplotlib in the window's colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.engine.floats import Floats
from explorer.workspace.exploration.exploration import Lens
from explorer.workspace.looks.spans import span_over
from explorer.workspace.plots.asked import matplotlib
from explorer.workspace.scales.contours import Contour, contours
from explorer.workspace.scales.gains import FIRST, LAST, UNDEFINED, codes, palette
from explorer.workspace.scales.themes import Theme, themes
from explorer.workspace.words.catalogues import Translate
from explorer.workspace.words.numbers import power_of_ten

_LN10 = math.log(10.0)
_LINE = 0.7
_NAMED = 8
"""Points of a line that its name needs."""
_HATCH = "////"


def draw_map(log_gain: Floats, ax: Any, tr: Translate, decades: int | None = None) -> Any:
    """Return axes with the map of natural log gains (T+1, T+1) as [t, k], what is not defined hatched."""
    plt, theme = matplotlib(), themes()["light"]
    ax = plt.subplots(layout="constrained")[1] if ax is None else ax
    span = decades or span_over(Lens(), [log_gain])
    drawn = codes(log_gain, span)
    drawn[_undefined(log_gain)] = UNDEFINED
    _hatch(ax, theme)
    ax.imshow(palette(theme)[drawn], origin="lower", interpolation="nearest", aspect="auto")
    _draw_lines(ax, contours(log_gain, span), span, theme)
    last = len(log_gain) - 0.5
    ax.set(xlim=(-0.5, last), ylim=(-0.5, last), xlabel=tr("earlier step k"), ylabel=tr("later step t"))
    ax.locator_params(integer=True)
    bar = ax.figure.colorbar(
        _scale(theme, span), ax=ax, label=tr("gain from {k} to {t}, root mean square").format(k="$s_k$", t="$s_t$")
    )
    ends = sorted({-span, -(span // 2), 0, span // 2, span})
    bar.set_ticks([float(end) for end in ends], labels=[power_of_ten(end) for end in ends])
    return ax


def _draw_lines(ax: Any, lines: Sequence[Contour], span: int, theme: Theme) -> None:
    """Draw lines of equal gain; the longest of each power of ten, which comes first, has its name in its middle."""
    named: set[int] = set()
    for line in lines:
        ink = _readable(line.level, span, theme)
        ax.plot(*line.points.T, color=ink, linewidth=_LINE)
        if line.level not in named and len(line.points) > _NAMED:
            named.add(line.level)
            _name(ax, line, ink)


def _name(ax: Any, line: Contour, ink: str) -> None:
    middle = len(line.points) // 2
    (left, low), (right, high) = line.points[middle - _NAMED // 2], line.points[middle + _NAMED // 2]
    angle = math.degrees(math.atan2(high - low, right - left))
    ax.text(
        *line.points[middle], power_of_ten(line.level), color=ink, size="small", ha="center", va="bottom",
        rotation=(angle + 90.0) % 180.0 - 90.0, rotation_mode="anchor", transform_rotates_text=True,
    )  # fmt: skip


def _undefined(log_gain: Floats) -> Any:
    """Return which pairs are not defined: beyond the diagonal, on the side where there is not one number."""
    size = len(log_gain)
    above, below = np.triu(np.ones((size, size), bool), 1), np.tril(np.ones((size, size), bool), -1)
    return above if np.isnan(log_gain[above]).all() else below


def _scale(theme: Theme, span: int) -> Any:
    colors, cm = matplotlib("colors"), matplotlib("cm")
    table = colors.ListedColormap(palette(theme)[FIRST : LAST + 1] / 255.0)
    return cm.ScalarMappable(colors.Normalize(-span, span), table)


def _readable(level: int, span: int, theme: Theme) -> str:
    """Return black or white, whichever is seen on the shade of a power of ten."""
    shade = palette(theme)[int(codes(np.array([level * _LN10]), span)[0]), :3] / 255.0
    return "black" if float(shade @ (0.2126, 0.7152, 0.0722)) > 0.45 else "white"


def _hatch(ax: Any, theme: Theme) -> None:
    ax.set_facecolor(theme.card)
    ax.patch.set(hatch=_HATCH, edgecolor=theme.undefined_hatch)
