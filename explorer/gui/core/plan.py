"""`Plan`: for how many steps a training was begun, and how much of that is done; `Ending`: why one came to rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.task import Task


@dataclass(frozen=True, slots=True)
class Course:
    """How far a training has come: ``done`` of ``goal`` steps; from the shown moment there are ``rest`` to go."""

    done: int
    goal: int
    rest: int


@dataclass(frozen=True, slots=True)
class Plan:
    """``goal`` steps from the step ``begun``, for a training on ``task``; ``first`` are the weights it began with."""

    begun: int
    goal: int
    task: Task | None
    first: bytes | None = None

    @classmethod
    def of(cls, exploration: Exploration, goal: int) -> Plan:
        """Return the plan to train for ``goal`` steps from the shown moment."""
        return cls(exploration.updates, goal, exploration.task, _first(exploration))

    @property
    def end(self) -> int:
        """Return the step at which it is done."""
        return self.begun + self.goal

    def begins(self, exploration: Exploration) -> Plan:
        """Return this plan, bound to the training that it has begun."""
        return self if self.first is not None else Plan(self.begun, self.goal, self.task, _first(exploration))

    def holds(self, exploration: Exploration) -> bool:
        """Return whether it is about the training of ``exploration``."""
        return self.task == exploration.task and self.first in (None, _first(exploration))

    def rest(self, exploration: Exploration) -> int:
        """Return how many steps are to come after the shown moment; none where it lies before or behind the plan."""
        here = exploration.updates
        return self.end - here if self.begun <= here else 0

    def course(self, exploration: Exploration, running: bool) -> Course:
        """Return how far it has come: what one looks at meanwhile takes nothing away."""
        record = exploration.record
        reached = exploration.updates if running or record is None else record.last
        return Course(min(max(reached - self.begun, 0), self.goal), self.goal, max(self.rest(exploration), 0))


Why = Literal["made", "hand", "fault", "diverged"]


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a stretch of training came to rest at the step ``end`` after ``made`` updates.

    All that were asked for were "made", a person stopped it by "hand", a "fault" of the process did, or it "diverged".
    ``asked`` is how many updates there were to be, None for without end; ``first`` are the weights the training began with.
    """

    why: Why
    end: int
    made: int
    asked: int | None
    first: bytes | None

    @classmethod
    def of(cls, exploration: Exploration, why: Why, made: int, asked: int | None) -> Ending:
        """Return why the training of ``exploration`` rests now."""
        end = exploration.record.end if exploration.record is not None else 0
        return cls(why, end, made, asked, _first(exploration))

    def holds(self, exploration: Exploration) -> bool:
        """Return whether it is about the training of ``exploration``, as far as that has come."""
        record = exploration.record
        return record is not None and record.end == self.end and _first(exploration) == self.first


def _first(exploration: Exploration) -> bytes | None:
    return exploration.record.snapshots[0].tensors if exploration.record is not None else None
