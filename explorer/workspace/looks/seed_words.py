"""A band of many seeds in words."""

from __future__ import annotations

import numpy as np

from explorer.engine.looks.verdict import Kind
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.looks.seeds import SeedBand
from explorer.workspace.looks.sentences import KIND_NAMES, told_apart
from explorer.workspace.words.sentence import Sentence

_ORDER: tuple[Kind, ...] = ("exploding", "growing", "preserved", "fading", "gone", "dead", "undefined")


def seeds_sentence(band: SeedBand, own: Recipe) -> Sentence:
    """Return what becomes of the gradient over the whole row, seed by seed, of networks that begin as ``own`` does."""
    _, quarter, median, most, _ = (float(level[0]) for level in band.levels)
    values: dict[str, object] = {"count": band.count}
    if np.isnan(median):
        return Sentence("{count} seeds: in none is the gain a number", values)
    values |= {"median": _gain(median), "low": _gain(quarter), "high": _gain(most)}
    said = Sentence("{count} seeds: median {median}, half of them between {low} and {high}", values)
    if own.trained is not None or own.edits:
        said = Sentence("as it begins, {said}", {"said": said})
    return Sentence("{said}; {more}", {"said": said, "more": words_sentence(band)})


def words_sentence(band: SeedBand) -> Sentence:
    """Return how many of the seeds have which word."""
    parts = [
        Sentence("{count} {kind}", {"count": band.kinds[kind], "kind": KIND_NAMES[kind]})
        for kind in _ORDER
        if band.kinds.get(kind)
    ]
    found = parts[0]
    for more in parts[1:]:
        found = Sentence("{said}, {more}", {"said": found, "more": more})
    return found


def _gain(log: float) -> Sentence:
    if log == -np.inf:
        return Sentence("exactly 0")
    return Sentence("×{gain}", {"gain": told_apart(log)})
