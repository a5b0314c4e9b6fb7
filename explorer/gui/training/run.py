"""A training that a person asked for: how far it has come, and what it goes on from."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.gui.core.plan import Ending, Plan, Why
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.learning.chronicle import Progress


@dataclass
class TrainingRun:
    """A training that the person asked for; ``updates`` is how many there are to be, or None, ``done`` how many there were.

    ``begun`` is what the trainer works from, or what was committed of it last: the desk knows its own commits by it. ``held``
    is progress not yet committed while the settings are ``changing``; ``piece`` is where the last stretch without a change
    began, ``rate`` its updates a second. ``wanted`` is False once the run is to end, ``pausing`` says that it was asked to,
    ``failed`` that its process could not go on.
    """

    updates: int | None
    begun: Exploration
    done: int = 0
    rate: float | None = None
    piece: int = 0
    changing: bool = False
    wanted: bool = True
    pausing: bool = False
    failed: bool = False
    held: Progress | None = None

    @property
    def rest(self) -> int | None:
        """Return how many updates are to come, None for without end."""
        return None if self.updates is None else max(0, self.updates - self.done)

    @property
    def state(self) -> str:
        """Return what the desk tells of it: the first update may be long in coming, and so may the last."""
        if self.pausing:
            return "pausing"
        return "running" if self.done else "starting"

    def pace(self) -> tuple[float | None, float | None]:
        """Return the seconds left and the updates a second, each None where it isn't known."""
        return self.rest / self.rate if self.rest is not None and self.rate else None, self.rate


def ending(run: TrainingRun, plan: Plan | None, after: Exploration) -> Ending:
    """Return why ``run`` came to rest where ``after`` is; what Start began for is what the ``plan`` says."""
    diverged = after.record is not None and after.record.diverged
    why: Why = "diverged" if diverged else "fault" if run.failed else "made" if run.rest == 0 else "hand"
    made, asked = run.done, run.updates
    if plan is not None and asked is not None and plan.holds(after) and plan.end - after.updates == run.rest:
        # Start takes up again what is left of the same updates.
        made, asked = plan.goal - (run.rest or 0), plan.goal
    return Ending.of(after, why, made, asked)


def goes_on(before: Exploration, after: Exploration) -> bool:
    """Return whether a training of ``before`` can go on from ``after``: the same task, from the same trained weights."""
    return (before.task, before.active, before.recipe.record, before.recipe.trained) == (
        after.task, after.active, after.recipe.record, after.recipe.trained,
    )  # fmt: skip


def gives_up(before: Exploration, after: Exploration) -> bool:
    """Return whether a training is lost because the network begins with other weights, not because that was asked for."""
    kept = before.task == after.task and before.active == after.active and len(before.networks) == len(after.networks)
    lost = before.recipe.trained is not None and after.recipe.trained is None
    return kept and lost and replace(before.recipe, trained=None, record=None) != after.recipe
