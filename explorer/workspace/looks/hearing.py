"""How far back a network still hears: which early step the last state still moves with, and by how much."""

from __future__ import annotations

import math

import numpy as np

from explorer.engine.floats import Floats
from explorer.workspace.looks.analysis import Analysis
from explorer.workspace.words.numbers import percent, scientific
from explorer.workspace.words.sentence import Sentence

HEARD = 0.01
"""A change is heard if a hundredth of its size arrives."""


def hearing(row: Floats, estimated: bool = False, backward: bool = False) -> Sentence:
    """Return what the last state still hears of what was before: ``row`` (T+1,) is ln of the gains from s_0..s_T.

    Of a chain that runs ``backward`` they are in the order in which it runs.
    """
    T = len(row) - 1
    if np.isnan(row).any() or (row == np.inf).any():
        return Sentence("What becomes of a change in this network is no number.")
    heard, least = np.flatnonzero(row[:T] >= math.log(HEARD)), f"{100 * HEARD:g}"
    if not len(heard):
        return Sentence("This network's last state hears not even the step before it at {least} %.", {"least": least})
    k = int(heard[0])
    values: dict[str, object] = {"share": _share(float(row[k]), estimated), "least": least}
    if k == 0:
        return Sentence(
            "This network's last state still hears its start, {steps} steps before, at {share}.", values | {"steps": T}
        )
    if backward:
        return Sentence(
            "Reading backward, this network's last state still hears step {step} at {share}, and what it read before at less"
            " than {least} %.", values | {"step": T - k + 1},
        )  # fmt: skip
    return Sentence(
        "This network's last state still hears step {step} at {share}, and what was before it at less than {least} %.",
        values | {"step": k},
    )


def heard_by(analysis: Analysis) -> Sentence:
    """Return what the last state of the network that was analysed still hears."""
    run = analysis.run
    return hearing(run.log_gain[-1], analysis.estimated, run.backward)


def _share(log: float, estimated: bool) -> Sentence:
    """Return a gain in words: a share of what was there, or how many times as much arrives."""
    if log <= 0.0:
        share = Sentence("{share} %", {"share": percent(math.exp(log))})
    else:
        share = Sentence("×{gain}", {"gain": scientific(log / math.log(10.0))})
    return Sentence("about {gain}", {"gain": share}) if estimated else share
