"""What a sweep came to, drawn by Matplotlib: curves with their quartiles, or a map."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.engine.work import never
from explorer.workspace.plots.asked import matplotlib
from explorer.workspace.scales.gains import FIRST, LAST
from explorer.workspace.scales.themes import themes
from explorer.workspace.sweeps.scale import Scale, line_colours
from explorer.workspace.sweeps.slices import Showing, Slice, sliced
from explorer.workspace.sweeps.sweep import Axis
from explorer.workspace.sweeps.swept import Swept, quantity_of
from explorer.workspace.sweeps.theory import Prediction, prediction
from explorer.workspace.sweeps.words import TITLES, setting_name, value_sentence
from explorer.workspace.words.catalogues import Translate

_LIGHT = 0.2
_MOST_TICKS = 7
_TICKS = 6


def draw_sweep(swept: Swept, ax: Any, tr: Translate, quantity: str | None) -> Any:
    """Return axes with a quantity over the first axis and the second: a curve for each value of it, or a map of many."""
    ax = matplotlib().subplots(layout="constrained")[1] if ax is None else ax
    sweep = swept.table.sweep
    showing = Showing.first(sweep, quantity_of(swept, quantity))
    across = sweep.axes[showing.across]
    up = None if showing.up is None else sweep.axes[showing.up]
    cut, maps = sliced(swept.table, showing), showing.is_map_of(sweep)
    scale, title = Scale.of(showing.quantity, cut.median), tr(TITLES[showing.quantity])
    if up is not None and maps:
        _map(ax, cut, scale, across, up, title, tr)
    else:
        _curves(ax, cut, scale, across, up, prediction(sweep, showing, maps, never), tr)
        ax.set_ylabel(title)
    ax.set_xlabel(setting_name(across.name).said(tr))
    return ax


def _curves(
    ax: Any, cut: Slice, scale: Scale, across: Axis, up: Axis | None, theory: Prediction | None, tr: Translate
) -> None:
    theme, x = themes()["light"], np.array(across.numbers or np.arange(len(across.values)), float)
    for row, colour in enumerate(line_colours(theme, len(cut.median))):
        name = None if up is None else f"{setting_name(up.name).said(tr)} {value_sentence(up.values[row]).said(tr)}"
        ax.plot(x, cut.median[row], color=colour, label=name, marker="" if across.numbers else "o")
        if cut.seeds > 1:
            ax.fill_between(x, cut.lower[row], cut.upper[row], color=colour, alpha=_LIGHT, linewidth=0)
    if theory is not None:
        lines = ax.plot(theory.across, theory.values.T, color=theme.text, linestyle="--")
        lines[0].set_label(tr("mean field"))
    if scale.diverging:
        ax.axhline(0.0, color=theme.muted, linewidth=0.8)
    if up is not None or theory is not None:
        ax.legend()
    if across.geometric:
        ax.set_xscale("log")
    elif not across.numbers:
        ax.set_xticks(x, labels=[value_sentence(value).said(tr) for value in across.values])


def _map(ax: Any, cut: Slice, scale: Scale, across: Axis, up: Axis, title: str, tr: Translate) -> None:
    table = scale.table(themes()["light"])
    ax.imshow(table[scale.codes(cut.median)], origin="lower", interpolation="nearest", aspect="auto")
    for axis, put in ((across, ax.set_xticks), (up, ax.set_yticks)):
        places = range(0, len(axis.values), -(-len(axis.values) // _MOST_TICKS))
        put(list(places), labels=[value_sentence(axis.values[i], 4).said(tr) for i in places])
    ax.set_ylabel(setting_name(up.name).said(tr))
    colors, cm = matplotlib("colors"), matplotlib("cm")
    shades = colors.ListedColormap(table[FIRST : LAST + 1] / 255.0)
    bar = ax.figure.colorbar(cm.ScalarMappable(colors.Normalize(0.0, 1.0), shades), ax=ax, label=title)
    ticks = scale.ticks(_TICKS)
    bar.set_ticks(
        scale.shares(np.array([value for value, _ in ticks])).tolist(), labels=[text.said(tr) for _, text in ticks]
    )
