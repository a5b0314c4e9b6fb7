"""Hidden states, drawn by Matplotlib in the window's colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.engine import Course
from explorer.engine.floats import Floats
from explorer.workspace.plots.asked import matplotlib
from explorer.workspace.scales.states import LARGEST, StateScale, blocks, encode, state_colours
from explorer.workspace.scales.themes import themes
from explorer.workspace.words.catalogues import Translate


def draw_states(courses: list[Course], ax: Any, tr: Translate) -> Any:
    """Return axes with the states s_0 … s_T of chains, a row for each unit, each part on the scale that holds it."""
    plt, table = matplotlib(), state_colours(themes()["light"])
    ax = plt.subplots(layout="constrained")[1] if ax is None else ax
    rows, names, places, scales, foot = [], [], [], [], 0
    for course in courses:
        s = in_time(course)
        for part in blocks(course.chain):
            values = s[:, part.start : part.stop].T
            scales.append(StateScale.of(values, part.bounded))
            rows.append(table[encode(scales[-1].position(values))])
            names.append(part.name if len(courses) == 1 else f"{course.name} {part.name}")
            places.append(foot + (len(values) - 1) / 2)
            foot += len(values)
            ax.axhline(foot - 0.5, color=themes()["light"].border, linewidth=0.8)
    ax.imshow(np.concatenate(rows), origin="lower", interpolation="nearest", aspect="auto")
    ax.set(xlabel=tr("step t"), ylim=(-0.5, foot - 0.5))
    ax.set_yticks(places, labels=names)
    ax.xaxis.get_major_locator().set_params(integer=True)
    _bar(ax, max(scales, key=lambda scale: scale.decade), table, tr("state"))
    return ax


def in_time(course: Course) -> Floats:
    """Return the states (T+1, N) of a chain in the sequence's time."""
    return course.s[:: -1 if course.chain.backward else 1]


def _bar(ax: Any, scale: StateScale, table: Any, name: str) -> None:
    colors, cm = matplotlib("colors"), matplotlib("cm")
    shades = colors.ListedColormap(table[: LARGEST + 1] / 255.0)
    bar = ax.figure.colorbar(cm.ScalarMappable(colors.Normalize(-1.0, 1.0), shades), ax=ax, label=name)
    ticks = scale.ticks()
    bar.set_ticks([place for place, _ in ticks], labels=[text for _, text in ticks])
