"""What a sweep came to, alive within something else: each of its points is told where one points."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.engine.errors import TooBig
from explorer.engine.floats import Floats
from explorer.engine.work import never
from explorer.workspace.pages.sheet import LOOKS, framed, put_together
from explorer.workspace.pages.words import WORDS, said, translated
from explorer.workspace.scales.themes import themes
from explorer.workspace.scales.ticks import number, ticks
from explorer.workspace.sweeps.scale import Scale, line_colours, places_of
from explorer.workspace.sweeps.slices import Showing, Slice, sliced
from explorer.workspace.sweeps.sweep import Axis
from explorer.workspace.sweeps.swept import Swept
from explorer.workspace.sweeps.theory import Prediction, prediction
from explorer.workspace.sweeps.words import TITLES, plain, point_sentence, setting_name, value_sentence
from explorer.workspace.words.catalogues import LANGUAGES, spoken
from explorer.workspace.words.sentence import Sentence, Words

_CELLS, _MOST = 6000, 12_000
"""Of a quantity, and of all together. Each is told in every language: some two megabytes, and four."""
_HEIGHT = 460
_ROOM = 0.06
_TICKS = 9


def swept_in_frame(swept: Swept) -> str:
    """Return a frame for HTML with the quantities of a sweep, of which one is chosen; of many points the first ones.

    Raises
    ------
    TooBig
        If it has too many points to be told one by one.
    """
    sweep = swept.table.sweep
    pictures = [Showing.first(sweep, name) for name in sweep.quantities]
    size = sliced(swept.table, pictures[0]).median.size
    if size > _CELLS:
        raise TooBig(
            "A sweep of {count} points is too large to be kept in a notebook; plot() draws a picture of it.",
            count=size,
        )  # fmt: skip
    fitting = pictures[: max(_MOST // max(size, 1), 1)]
    page = put_together("sweep.html", ("sweep",), _data(swept, fitting, pictures[len(fitting) :]))
    return framed(page, translated(TITLES[pictures[0].quantity])[spoken()], _HEIGHT)


def _data(swept: Swept, pictures: Sequence[Showing], left_out: Sequence[Showing]) -> dict[str, Any]:
    sweep, first = swept.table.sweep, pictures[0]
    across = sweep.axes[first.across]
    xs = np.arange(float(len(across.values))) if first.is_map_of(sweep) else places_of(across)
    return {
        "title": translated(TITLES[first.quantity]),
        "language": spoken(),
        "themes": {look: translated(WORDS[look]) for look in LOOKS},
        "quantity": translated(WORDS["quantity"]),
        "leftOut": _left_out(left_out),
        "maps": first.is_map_of(sweep),
        "xs": xs.tolist(),
        "across": _side(xs, across),
        "pictures": [_picture(swept, showing) for showing in pictures],
    }


def _picture(swept: Swept, showing: Showing) -> dict[str, Any]:
    """Return what belongs to one quantity."""
    sweep, cut = swept.table.sweep, sliced(swept.table, showing)
    maps, across = showing.is_map_of(sweep), sweep.axes[showing.across]
    up = None if showing.up is None else sweep.axes[showing.up]
    scale = Scale.of(showing.quantity, cut.median)
    theory = None if maps else prediction(sweep, showing, maps, never)
    return {
        "title": translated(TITLES[showing.quantity]),
        "up": _side(np.arange(float(len(cut.median))), up) if maps and up is not None else _values(cut, scale, theory),
        "rows": [_row(swept, showing, cut, row, up) for row in range(len(cut.median))],
        "theory": [] if theory is None else [_points(theory, row, across) for row in theory.values],
        "looks": {look: _colours(look, cut, scale) for look in LOOKS},
    }


def _left_out(pictures: Sequence[Showing]) -> Words:
    """Return how the quantities are seen for which there was no room."""
    if not pictures:
        return dict.fromkeys(LANGUAGES, "")
    names = ", ".join(showing.quantity for showing in pictures)
    return said(
        Sentence("Not kept here, as the points are many: {names}; plot(quantity=…) draws them.", {"names": names})
    )


def _side(at: Floats, axis: Axis) -> dict[str, Any]:
    room = 0.5 * float(at[-1] - at[0]) / max(len(at) - 1, 1) or 0.5
    every = -(-len(at) // _TICKS)
    labels = [(float(at[i]), said(value_sentence(axis.values[i], 4))) for i in range(0, len(at), every)]
    return {
        "title": said(setting_name(axis.name)), "low": float(at[0]) - room, "high": float(at[-1]) + room, "ticks": labels,
    }  # fmt: skip


def _values(cut: Slice, scale: Scale, theory: Prediction | None) -> dict[str, Any]:
    """Return the side of a quantity's values, from the least that is drawn to the largest."""
    drawn = [cut.lower, cut.upper, *([] if theory is None else [theory.values])]
    known = np.concatenate([one.ravel() for one in drawn])
    known = known[np.isfinite(known)]
    zero = 0.0 if scale.diverging or not len(known) else float(known[0])
    low, high = float(known.min(initial=zero)), float(known.max(initial=zero))
    room = _ROOM * (high - low) or 0.5
    if scale.quantity == "verdict":
        labels = [(value, said(text)) for value, text in scale.ticks(_TICKS)]
    else:
        labels = [(value, said(plain(number(value, 4)))) for value in ticks(low, high, _TICKS)]
    return {"low": low - room, "high": high + room, "ticks": labels}


def _row(swept: Swept, showing: Showing, cut: Slice, row: int, up: Axis | None) -> dict[str, Any]:
    name: Words | None = None
    if up is not None:
        name = {code: f"{said(setting_name(up.name))[code]} {text}"
                for code, text in said(value_sentence(up.values[row])).items()}  # fmt: skip
    told = [said(point_sentence(swept.table, showing, cut, row, column)) for column in range(cut.median.shape[1])]
    parts = {part: _numbers(getattr(cut, part)[row]) for part in ("median", "lower", "upper")}
    return {"name": name, "said": told, **parts}


def _points(theory: Prediction, row: Floats, across: Axis) -> list[tuple[float, float | None]]:
    at = np.log10(theory.across) if across.geometric else theory.across
    return list(zip(at.tolist(), _numbers(row), strict=True))


def _numbers(values: Floats) -> list[float | None]:
    """Return values for JSON, which knows no infinity: what is none is told, not drawn."""
    return [float(value) if np.isfinite(value) else None for value in values]


def _colours(look: str, cut: Slice, scale: Scale) -> dict[str, Any]:
    theme = themes()[look]
    shades = np.ascontiguousarray(scale.table(theme)[scale.codes(cut.median)][..., :3])
    return {"cells": base64.b64encode(shades.tobytes()).decode(), "lines": line_colours(theme, len(cut.median))}
