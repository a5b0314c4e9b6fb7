"""What the map, the decay and the states show, said in words: for the window, for pages and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from explorer.engine import Verdict
from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.engine.recurrence.typeset.names import plain_name
from explorer.workspace.exploration.exploration import Note
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.counted import counted, counts_layers
from explorer.workspace.looks.from_file import matrices_sentence, source_sentence
from explorer.workspace.looks.seed_words import seeds_sentence
from explorer.workspace.looks.seeds import SeedBand
from explorer.workspace.looks.sentences import rate_sentence
from explorer.workspace.words.numbers import derivative, scientific, signed, subscript
from explorer.workspace.words.sentence import Sentence

_LN10 = math.log(10.0)


def in_words(inspection: Inspection) -> tuple[Sentence, ...]:
    """Return what all pairs and the chosen row show, the row of many seeds if known, the states of its step, and notes.

    Of a network from somebody's file it is first said which it is, and what its last state still hears.
    """
    gains = inspection.analysis.run.log_gain
    flow = [*pairs_sentences(gains[np.tril_indices(len(gains))])]
    if inspection.verdict.kind != "undefined":
        flow.append(counted(horizon_sentence(inspection.verdict), counts_layers(inspection.analysis.run)))
    seeds = (
        [seeds_sentence(inspection.seeds, inspection.analysis.run.recipe)]
        if isinstance(inspection.seeds, SeedBand)
        else []
    )
    source = [one for one in (source_sentence(inspection), matrices_sentence(inspection)) if one is not None]
    notes = list(notes_sentences(inspection.analysis.exploration.notes_of(), inspection.analysis.steps))
    seen = (flow, seeds, list(states_sentences(inspection)), notes)
    return (*source, *(_joined(parts) for parts in seen if parts))


def notes_sentences(notes: Sequence[Note], steps: int, networks: Sequence[Sentence | str] = ()) -> Iterator[Sentence]:
    """Yield each of the ``notes`` whose step the sequence has, with its place, and of which of several ``networks`` it is."""
    for note in notes:
        if not note.is_within(steps):
            continue
        if note.k is None:
            yield Sentence("note on step {t}: {text}", {"t": note.t, "text": note.text})
        elif note.network is not None and note.network < len(networks):
            values = {"pair": derivative(note.t, note.k), "network": networks[note.network], "text": note.text}
            yield Sentence("note on {pair} of {network}: {text}", values)
        else:
            yield Sentence("note on {pair}: {text}", {"pair": derivative(note.t, note.k), "text": note.text})


def pairs_sentences(logs: Floats) -> Iterator[Sentence]:
    """Yield between which ends natural ``logs`` of pairs lie, and how many of these are zero or no number."""
    finite = logs[np.isfinite(logs)]
    if len(finite):
        low, high = (scientific(float(end) / _LN10) for end in (finite.min(), finite.max()))
        yield Sentence("all pairs: from ×{low} to ×{high}", {"low": low, "high": high})
    zeros, lost = int(np.isneginf(logs).sum()), int(np.isnan(logs).sum() + np.isposinf(logs).sum())
    if zeros:
        yield Sentence("pairs that are exactly zero: {count}", {"count": zeros})
    if lost:
        yield Sentence("pairs that are NaN: {count}", {"count": lost})


def horizon_sentence(verdict: Verdict) -> Sentence:
    """Return how many steps back the gain stays above the threshold."""
    if verdict.reaches_start:
        return Sentence("horizon: beyond the start")
    if verdict.horizon == 1:
        return Sentence("horizon: 1 step")
    return Sentence("horizon: {steps} steps", {"steps": verdict.horizon})


def pace_sentence(verdict: Verdict, lags: int) -> Sentence | None:
    """Return the rate of a row of ``lags`` steps, “×0.96 a step, halving every 18 steps”, or else what is left at its end."""
    if verdict.kind == "undefined":
        return Sentence("overflow (NaN)")
    if verdict.dead_lag is not None:
        return Sentence("exactly zero from lag {lag} on", {"lag": verdict.dead_lag})
    rate = rate_sentence(verdict, lags)
    if rate is not None or lags == 0:
        return rate
    values = {"gain": scientific(verdict.end / _LN10), "steps": lags}
    return Sentence("×{gain} over 1 step" if lags == 1 else "×{gain} over {steps} steps", values)


def as_estimate(said: Sentence, estimated: bool) -> Sentence:
    """Return what is ``said`` of a row, marked where the row is an estimate."""
    return Sentence("estimate: {said}", {"said": said}) if estimated else said


def states_sentences(inspection: Inspection) -> Iterator[Sentence]:
    """Yield between which ends each part of the state at step t is."""
    course, t = inspection.analysis.run.course, inspection.t
    plain = is_plain(course.chain.step.recurrence)
    for part, place in course.parts.items():
        values = course.s[t, place]
        name, low, high = (
            f"{'s' if plain else plain_name(part)}{subscript(inspection.selection.t)}",
            float(values.min()),
            float(values.max()),
        )
        yield Sentence("{name}: from {low} to {high}", {"name": name, "low": signed(low), "high": signed(high)})


def _joined(parts: list[Sentence]) -> Sentence:
    return reduce(lambda said, more: Sentence("{said}; {more}", {"said": said, "more": more}), parts)
