"""`Lesson`: a task made ready: examples to learn from, examples held out, and what inputs and outputs are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from explorer.engine.losses import Targets
from explorer.engine.training import Examples, Source
from explorer.workspace.exploration import Exploration, Sequence
from explorer.workspace.sequences import Feed
from explorer.workspace.task import Aim, Task

Words = dict[str, str]
"""The same words in every language of the program, by the language's code."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task, as it is offered.

    titles and explanation (what it asks, why it is here) in every language; ``uses`` names the fields of `Task` that it
    understands ("lag", "text", "rows"); ``make`` makes a lesson of a task.
    """

    titles: Words
    explanation: Words
    uses: tuple[str, ...]
    make: Callable[[Task], Lesson]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A task ready to be learnt.

    inputs (m) and classes (p) name the columns of x and of o; a squared error has the names of what is predicted. ``seen``
    are examples that are trained on, for comparison with ``held_out``. ``shown`` is one example as a sequence of the window,
    ``aim`` its class where the sequence alone doesn't tell it.
    """

    task: Task
    source: Source
    seen: Examples
    held_out: Examples
    inputs: tuple[str, ...]
    classes: tuple[str, ...]
    shown: Sequence
    aim: Aim = field(default_factory=Aim)

    def targets(self, sequence: Sequence, fed: Feed, aim: Aim) -> Targets:
        """Return the targets of a sequence in the window, as `bptt` takes them; masked where nothing is to be said.

        Raises
        ------
        BadTargets
            If the sequence is none for this task.
        """
        raise NotImplementedError


TASKS: Mapping[str, Kind] = {}
"""The kinds of tasks by name, in the order in which they are offered."""


def lesson(task: Task) -> Lesson:
    """Return the lesson of ``task``; the same task always gives the same one.

    Raises
    ------
    BadExploration
        If there is no such kind.
    BadSequence
        If the person's data can't be used: one sentence, with the number of the line.
    """
    raise NotImplementedError


def taught(exploration: Exploration, task: Task) -> Exploration:
    """Return ``exploration`` set to learn ``task``: fed with its example, with its outputs, untrained."""
    raise NotImplementedError
