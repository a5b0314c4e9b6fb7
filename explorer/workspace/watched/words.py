"""A moment of a watched run in words: what becomes of the gradient of the last state, and how far back it reaches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.engine import verdict
from explorer.engine.errors import Refusal
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.network.course import Course
from explorer.workspace.looks.sentences import KIND_NAMES, told_apart
from explorer.workspace.models.readers.records import Moment
from explorer.workspace.watched.run import Sight, WatchedRun
from explorer.workspace.words.sentence import Sentence


def moment_in_words(run: WatchedRun, moment: Moment, layer: str = "") -> Iterator[Sentence]:
    """Yield what a moment of a run comes to: what was noted, and what each chain of each network, or of one layer, does."""
    for name, values in moment.values.items():
        yield Sentence("{name} {value}", {"name": name, "value": f"{values[-1][1]:.4g}"})
    try:
        yield from _chains(run, moment, layer)
    except Refusal as refusal:
        yield Sentence(refusal.template, refusal.values)


def _chains(run: WatchedRun, moment: Moment, layer: str) -> Iterator[Sentence]:
    for sight in run.sights(moment, layer):
        trace = sight.network.forward(sight.x, dict(sight.start) or None)
        for name, course in trace.chains.items():
            yield _chain(sight, sight.name if len(trace.chains) == 1 else f"{sight.name} {name}", course)


def _chain(sight: Sight, name: str, course: Course) -> Sentence:
    """Return what becomes of the gradient of the last state that the chain comes to."""
    steps = len(sight.x)
    said = verdict(row_log_norms(course, steps) - 0.5 * np.log(course.width))
    if said.kind in ("dead", "undefined"):
        return Sentence("{name} {kind}", {"name": name, "kind": KIND_NAMES[said.kind]})
    return Sentence(
        "{name} {kind}, ×{gain} over {steps} steps, horizon {horizon}",
        {
            "name": name,
            "kind": KIND_NAMES[said.kind],
            "gain": told_apart(said.end),
            "steps": steps,
            "horizon": said.horizon,
        },
    )
