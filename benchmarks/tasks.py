"""Is each shipped task learnt from its preset? Trains every preset as the window does, and judges it by what is held out::

    python -m benchmarks.tasks                      all of them, with three seeds each
    python -m benchmarks.tasks task-ball --seeds 1

The preset's own seed comes first; the others are those after it, for the weights and for the examples. A preset promises
what the worst of the seeds keeps; of a network that can't learn its task, what not even the best of them reaches; or what
the best keeps and the worst does not. The baseline is what can be had without a memory; see `benchmarks.without_memory`.
What is carried is the gain from s_0 to the end of the shown example, before and after the training with the first seed.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from benchmarks.without_memory import baseline
from explorer.engine.learning.train import Score
from explorer.workspace.disk.presets import Outcome, Preset, presets
from explorer.workspace.exploration.curves import COLUMNS
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.learning.chronicle import Progress
from explorer.workspace.learning.training import learnt_by, recorded, training
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.tasks import taught

TRIAL_HEADER = (
    "\n| preset | changed | seed | updates | jumps before update | held-out loss | accuracy |\n"
    "|:--|:--|--:|--:|:--|--:|--:|"
)
TRIALS: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "task-temporal-order": ({"activation": "sigmoid"}, {}),
    "task-adding": ({"forget_bias": 1.0}, {}),
    "task-recall": ({"activation": "sigmoid"}, {}),
    "task-exploding": ({}, {"clip": "norm", "threshold": 1.0}),
}
"""What the presets' sentences propose to try before training: other fields of the recipe, and of the settings."""
USUAL = 500
"""Updates where a preset promises nothing."""
HEADER = (
    "| preset | network | n | updates | seconds | updates/s | held-out loss | accuracy | loss of all seeds | accuracy of all "
    "| baseline | its loss | its accuracy | carried | promised | kept |\n"
    "|:--|:--|--:|--:|--:|--:|--:|--:|--:|--:|:--|--:|--:|:--|:--|:--|"
)


class Run(NamedTuple):
    """What one training came to."""

    score: Score
    seconds: float
    exploration: Exploration


def main() -> None:
    """Print the tables; exit with 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="presets; all of those with a task where none is named")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--updates", type=int, help="train for so many updates instead of those that the preset names")
    asked = parser.parse_args()
    known = {one.name: one for one in presets() if one.exploration.task}
    if wrong := [name for name in asked.names if name not in known]:
        parser.error(f"there is no preset {wrong[0]} with a task; choose one of {', '.join(known)}")
    chosen = [one for name, one in known.items() if not asked.names or name in asked.names]
    kept = tell_promises(chosen, asked.seeds, asked.updates)
    tell_trials([one for one in chosen if one.name in TRIALS], asked.seeds, asked.updates)
    sys.exit(not kept)


def tell_promises(chosen: list[Preset], seeds: int, updates: int | None) -> bool:
    """Print the table of what is promised; return whether it is kept."""
    promises = [(one, outcome) for one in chosen for outcome in one.outcomes]
    if promises:
        print(HEADER, flush=True)
    kept = [tell(one, outcome, seeds, updates) for one, outcome in promises]
    return all(kept)


def tell_trials(chosen: list[Preset], seeds: int, updates: int | None) -> None:
    """Print the table of what is proposed to try."""
    if chosen:
        print(TRIAL_HEADER, flush=True)
    for one in chosen:
        tell_trial(one, seeds, updates)


def tell(one: Preset, outcome: Outcome, seeds: int, updates: int | None) -> bool:
    """Print a row of the first table; return whether all seeds keep what the preset promises."""
    alone, steps = with_lag(only(one.exploration, outcome.network), outcome.lag), updates or outcome.updates
    runs = [trained(exploration, steps) for exploration in seeded(alone, seeds)]
    # No number is worse than any.
    losses, accuracies = (np.array([getattr(run.score, name) for run in runs]) for name in ("loss", "accuracy"))
    least = Score(float(losses.max()), float(accuracies.min()))
    most = Score(float(losses.min()), float(accuracies.max()))
    kept = {"all": (True, True), "some": (True, False), "none": (False, False)}[outcome.seeds] == (
        keeps(most, outcome), keeps(least, outcome),
    )  # fmt: skip
    what, guess = baseline(learnt_by(alone))
    first, seconds, after = runs[0]
    cells = (
        one.name if outcome.lag is None else f"{one.name}, lag {outcome.lag}", told(alone.recipe), alone.recipe.hidden,
        f"{steps:,}", f"{seconds:.1f}", f"{steps / seconds:.0f}",
        *said(first), *map(" … ".join, zip(said(most), said(least), strict=True)), what, *said(guess),
        f"{carried(alone)} … {carried(after)}", promised(outcome), "yes" if kept else "no",
    )  # fmt: skip
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
    return kept


def only(exploration: Exploration, number: int) -> Exploration:
    """Return the exploration with one of its networks alone."""
    recipe = exploration.networks[number]
    return replace(exploration, networks=(recipe,), active=0, stage="alone", together=False, against=None)


def with_lag(exploration: Exploration, lag: int | None) -> Exploration:
    """Return the exploration with another lag of its task, if one is told."""
    if lag is None or exploration.task is None:
        return exploration
    return taught(exploration, replace(exploration.task, lag=lag))


def carried(exploration: Exploration) -> str:
    """Return in words how much of the gradient comes from the end of the shown example to its beginning."""
    return f"×{math.exp(inspect(analyse(exploration)).verdict.end):.2g}"


def told(recipe: Recipe) -> str:
    """Return a network in words: the cell of each layer, and which way it reads where that is not forward."""
    ways = [
        layer.cell_name + (f" {layer.direction}" if layer.direction != "forward" else "") for layer in recipe.layers
    ]
    return ", ".join(ways) + (" + decoder" if recipe.decoder else "")


def tell_trial(one: Preset, seeds: int, updates: int | None) -> None:
    """Print rows of the second table: what becomes of a preset as it is, and as its sentences propose to change it."""
    recipe, settings = TRIALS[one.name]
    steps = updates or (one.outcome.updates if one.outcome else USUAL)
    changed = one.exploration.with_recipe(**recipe).with_settings(**settings)
    words = ", ".join(f"{name} {value}" for name, value in (recipe | settings).items())
    trials = [("–", one.exploration)] if one.outcome is None else []
    for what, exploration in (*trials, (words, changed)):
        for run in seeded(exploration, seeds):
            progress = list(training(run, updates=steps))
            jumps = ", ".join(f"{event.event_step}" for part in progress for event in part.events)
            cells = (one.name, what, run.recipe.seed, steps, jumps or "–", *said(score(progress[-1])))
            print(f"| {' | '.join(map(str, cells))} |", flush=True)


def seeded(exploration: Exploration, count: int) -> Iterator[Exploration]:
    """Yield the exploration with its own seeds and with those after them."""
    for more in range(count):
        changed = exploration.with_recipe(seed=exploration.recipe.seed + more)
        yield changed.with_settings(seed=exploration.settings.seed + more)


def trained(exploration: Exploration, updates: int) -> Run:
    """Return what training comes to after so many updates."""
    *_, last = training(exploration, updates=updates)
    return Run(score(last), last.seconds, recorded(exploration, last))


def score(progress: Progress) -> Score:
    """Return the held-out score of the last moment of ``progress``."""
    last = progress.points[-1]
    return Score(*(float(last[COLUMNS.index(name)]) for name in ("held_loss", "held_accuracy")))


def keeps(found: Score, outcome: Outcome) -> bool:
    """Return whether a score is as good as is told."""
    enough = outcome.accuracy is None or found.accuracy >= outcome.accuracy
    return enough and (outcome.loss is None or found.loss <= outcome.loss)


def said(one: Score) -> tuple[str, str]:
    """Return a score in words."""
    return f"{one.loss:.4g}", "–" if math.isnan(one.accuracy) else f"{one.accuracy:.1%}"


def promised(outcome: Outcome) -> str:
    """Return what is promised in words."""
    accuracy = [] if outcome.accuracy is None else [f"≥ {outcome.accuracy:.0%}"]
    said = ", ".join(accuracy + ([] if outcome.loss is None else [f"≤ {outcome.loss:g}"]))
    return f"{said}, {outcome.seeds} of the seeds"


if __name__ == "__main__":
    main()
