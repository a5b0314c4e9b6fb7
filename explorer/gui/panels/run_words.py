"""Where a training stands, in words: what the Run card says."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.gui.i18n import mark, tr
from explorer.workspace.exploration import Exploration

_STATES = {"ready": mark("ready"), "running": mark("running"), "paused": mark("paused")}


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known at the present step of a training; NaN where nothing was measured yet.

    ``graded`` says whether its answers can be right or wrong at all.
    """

    step: int = 0
    loss: float = math.nan
    held_loss: float = math.nan
    accuracy: float = math.nan
    held_accuracy: float = math.nan
    graded: bool = False


def scores_of(exploration: Exploration) -> Scores:
    """Return the scores at the present moment of the training, each as it was measured last."""
    record, trained = exploration.record, exploration.recipe.trained
    if record is None or not len(record.table):
        return Scores()
    step = trained.step if trained is not None else record.last
    count = int(np.searchsorted(record.column("step"), step, side="right"))
    held, accuracy, held_accuracy = (
        _last(record.column(name)[:count]) for name in ("held_loss", "accuracy", "held_accuracy")
    )
    graded = not (math.isnan(accuracy) and math.isnan(held_accuracy))
    loss = float(record.column("loss")[count - 1]) if count else math.nan
    return Scores(step, loss, held, accuracy, held_accuracy, graded)


def state_in_words(state: str, exploration: Exploration) -> str:
    """Return what the training does: "ready", "running", "paused" or "diverged"."""
    if state != "diverged":
        return tr(_STATES[state])
    trained = exploration.recipe.trained
    # What is kept are the last good weights: the update after them is the one that failed.
    return tr("diverged at step {step}").format(step=1 if trained is None else trained.step + 1)


def advice_on(state: str, exploration: Exploration) -> str:
    """Return what to do next where it isn't plain; "" elsewhere."""
    if exploration.task is None:
        return tr("Choose a task below: it says what is to be learnt.")
    if state != "diverged":
        return ""
    if exploration.settings.clip == "none":
        return tr(
            "The loss stopped being a number; the last good weights stay. Clip the gradient or lower η, and go on."
        )
    return tr("The loss stopped being a number; the last good weights stay. Lower η or the threshold, and go on.")


def pace_in_words(step: int, rate: float | None, seconds_left: float | None) -> str:
    """Return the step, the time left and the updates a second, as far as they are known."""
    parts = [tr("step {step}").format(step=step)]
    if seconds_left is not None and math.isfinite(seconds_left):
        parts.append(tr("{time} left").format(time=duration(seconds_left)))
    if rate is not None and math.isfinite(rate):
        parts.append(tr("{rate}/s").format(rate=f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"))
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Return a time in the largest unit of which there are at least two, rounded up."""
    for unit, size in ((mark("{count} h"), 3600.0), (mark("{count} min"), 60.0)):
        if seconds >= 2 * size:
            return tr(unit).format(count=math.ceil(seconds / size))
    return tr("{count} s").format(count=math.ceil(seconds))


def loss_in_words(loss: float, measured: bool) -> str:
    """Return a loss; one that is no number is either not ``measured`` yet or what divergence looks like."""
    if math.isnan(loss):
        return tr("not a number") if measured else "–"
    return tr("infinite") if math.isinf(loss) else f"{loss:.4g}"


def accuracy_in_words(share: float) -> str:
    """Return a share of right answers in per cent."""
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _last(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the last number of ``column`` that is one, NaN if none is."""
    known = column[~np.isnan(column)]
    return float(known[-1]) if len(known) else math.nan
