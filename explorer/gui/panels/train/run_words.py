"""Where a training stands, in words: what the Run card says."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.gui.core.plan import Course
from explorer.gui.words.i18n import mark, tr
from explorer.gui.words.joining import follow, per_cent
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.record import Record
from explorer.workspace.words.numbers import signed

_STATES = {
    "ready": mark("ready"), "starting": mark("starting …"), "running": mark("running"), "pausing": mark("pausing …"),
    "paused": mark("paused"), "done": mark("done"),
}  # fmt: skip
BUSY = frozenset({"starting", "running", "pausing"})
"""The states in which a training is under way."""


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


def state_in_words(state: str, exploration: Exploration, course: Course | None = None) -> str:
    """Return what the training does in its ``state``, one of those that the desk tells, and how far it has come."""
    if state == "diverged":
        return tr("diverged at update {step}").format(step=exploration.record.end if exploration.record else 0)
    if exploration.task is None:
        return tr("no task")
    if looks_back(state, exploration):
        return tr("looking back")
    if state == "paused" and course is not None:
        return tr("paused at {done} of {goal}").format(done=f"{course.done:,}", goal=f"{course.goal:,}")
    if state == "done" and course is not None:
        done = tr("done: 1 update") if course.goal == 1 else tr("done: {goal} updates")
        return done.format(goal=f"{course.goal:,}")
    return tr(_STATES[state])


def advice_on(state: str, exploration: Exploration) -> str:
    """Return what to do next where it isn't plain; "" elsewhere."""
    if exploration.task is None:
        return tr("Choose a task below: it says what is to be learnt.")
    record = exploration.record
    if record is None:
        return ""
    if state == "diverged":
        return _after_divergence(exploration, record)
    dead = next((one for one in reversed(record.snapshots) if one.event == "dead"), None)
    if dead is None or exploration.updates <= dead.step:
        return ""
    text = tr(
        "At update {step} all units died: none answers to any input, and no gradient comes to U and W. Go "
        "back to update {good} on the time line."
    ).format(step=dead.event_step, good=dead.step)
    return follow(text, _remedy(exploration))


def _after_divergence(exploration: Exploration, record: Record) -> str:
    """Return why the training ended, which moment is shown, and how to go on."""
    good, end = record.good, record.end
    if end <= record.snapshots[0].step + 1:
        return tr("The initial weights have no finite loss. Lower the gain, or the weights that were set by hand.")
    if exploration.updates == good.step:
        text = tr(
            "At update {end} the loss stopped being a number. This is update {good}, before it jumped; the later "
            "moments are on the time line."
        )
    else:
        text = tr("At update {end} the loss stopped being a number. Go back to update {good}, before it jumped.")
    return follow(text.format(end=end, good=good.step), _remedy(exploration))


def _remedy(exploration: Exploration) -> str:
    if exploration.settings.clip == "none":
        return tr("Clip the gradient or lower η, and train on.")
    return tr("Lower η or the clipping threshold, and train on.")


def given_up(exploration: Exploration) -> str:
    """Return how many steps would be lost by training on from the shown moment; "" for none."""
    later = exploration.record.end - exploration.updates if exploration.record is not None else 0
    if later <= 0:
        return ""
    lost = tr("This gives up the later update.") if later == 1 else tr("This gives up the {count} later updates.")
    return lost.format(count=f"{later:,}")


def looks_back(state: str, exploration: Exploration) -> bool:
    """Return whether an earlier moment of a training that rests is shown than the last."""
    return state not in BUSY and exploration.record is not None and exploration.updates < exploration.record.last


def pace_in_words(step: int, rate: float | None, seconds_left: float | None, last: int | None = None) -> str:
    """Return the step, the time left and the updates a second, as far as they are known; ``last`` where it is looked back."""
    parts = [tr("update {step}").format(step=step)]
    if last is not None:
        parts = [tr("update {step} of {last}").format(step=step, last=last)]
    if seconds_left is not None and math.isfinite(seconds_left):
        parts.append(tr("{time} left").format(time=time_in_words(seconds_left)))
    if rate is not None and math.isfinite(rate):
        parts.append(tr("{rate}/s").format(rate=f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"))
    return " · ".join(parts)


def time_in_words(seconds: float) -> str:
    """Return a time in the largest unit of which there are at least two, rounded up."""
    for unit, size in ((mark("{count} h"), 3600.0), (mark("{count} min"), 60.0)):
        if seconds >= 2 * size:
            return tr(unit).format(count=math.ceil(seconds / size))
    return tr("{count} s").format(count=math.ceil(seconds))


def loss_in_words(loss: float, measured: bool) -> str:
    """Return a loss; one that is no number is either not ``measured`` yet or what divergence looks like."""
    if math.isnan(loss):
        return tr("not a number") if measured else "–"
    return tr("infinite") if math.isinf(loss) else signed(loss, 4)


def accuracy_in_words(share: float) -> str:
    """Return a share of right answers in per cent."""
    return "–" if math.isnan(share) else per_cent(f"{100 * share:.1f}")


def _last(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the last number of ``column`` that is one, NaN if none is."""
    known = column[~np.isnan(column)]
    return float(known[-1]) if len(known) else math.nan
