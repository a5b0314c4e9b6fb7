"""`Dataset`: a task made ready: examples to learn from, examples held out, and what inputs and outputs are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.engine.errors import BadTargets
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples, Source
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration.exploration import Exploration, Sequence, replace
from explorer.workspace.exploration.scaling import ColumnScale
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import Feed
from explorer.workspace.tasks.covered import Coverage
from explorer.workspace.tasks.symbols import Indices
from explorer.workspace.words.sentence import Sentence, Words

Answer = Callable[[Sequence, Feed, Aim], Targets]
"""Says what the targets of a sequence are; the feed is known to have the task's inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of task, as it is offered.

    titles and explanation (what it asks, what to watch in the gradient) in every language, and the explanation of the ``own``
    data of a person, where they are not what it is about anyhow; ``uses`` names the fields of
    `Task` that it understands ("at", "lag", "text", "rows"), ``owned`` says that it has no data but the person's.
    ``form`` says in every language what a person's own file must be like, and ``sample`` is the beginning of one.
    ``make`` makes a data set of a task. ``recipe`` (fields of a recipe) and ``settings`` are known to learn it.
    """

    titles: Words
    explanation: Words
    make: Callable[[Task], Dataset]
    uses: tuple[str, ...] = ()
    owned: bool = False
    form: Words = field(default_factory=dict)
    sample: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    own: Words = field(default_factory=dict)

    def explained(self, task: Task) -> Words:
        """Return what ``task``, which is of this kind, asks: of the shipped data no word if it is learnt from others."""
        return self.own if self.own and (task.text or task.rows) else self.explanation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """A task ready to be learnt.

    inputs (m) and classes (p) name the columns of x and of o; a squared error has the names of what is predicted. ``seen``
    are examples that are trained on, for comparison with ``held_out``; of generated ones, both are drawn once and for all.
    ``shown`` is one example as a sequence of the window, ``aim`` its class where the sequence alone doesn't tell it; then
    ``aims`` holds that of every example by its words, else nothing. ``answer`` says what the targets of a sequence are.
    ``features`` name the numbers that every example has beside its sequence, one of which is 1: the aim's class of the shown
    one, where no network says otherwise.
    ``covered`` says of a text what its vocabulary knows, ``apart`` how many examples there were to be held out.
    ``unit`` is the scale of what is predicted, where it has units of its own, and ``baseline`` the mean loss over those held
    out of one who says that the last value comes again. ``spoken`` are the rows of symbols that a language model learns from.
    After ``seam`` steps every example goes over from what is read to what is said, 0 where none does. ``ahead`` says that
    what is asked for at a step is read at the next.
    """

    task: Task
    source: Source
    seen: Examples
    held_out: Examples
    inputs: tuple[str, ...]
    classes: tuple[str, ...]
    shown: Sequence
    answer: Answer
    aim: Aim = field(default_factory=Aim)
    aims: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    covered: Coverage | None = None
    apart: Sentence | None = None
    unit: ColumnScale | None = None
    baseline: float | None = None
    spoken: tuple[Indices, ...] = ()
    seam: int = 0
    ahead: bool = False

    def aimed(self, exploration: Exploration) -> Aim:
        """Return what the loss of the shown sequence aims at.

        Of a task with features that is the largest one's class, as the active network has them, or the first that has some.
        """
        read = (recipe.features for recipe in (exploration.recipe, *exploration.networks))
        told = next((features for features in read if self.features and len(features) == len(self.features)), ())
        return replace(exploration.aim, target=1.0 + told.index(max(told))) if told else exploration.aim

    def targets(self, sequence: Sequence, fed: Feed, aim: Aim) -> Targets:
        """Return the targets of a sequence in the window, as `bptt` takes them; masked where nothing is to be said.

        A mask is the class −1, or a row of NaN.

        Raises
        ------
        BadTargets
            If the sequence is none for this task.
        """
        if fed.columns != self.inputs if fed.symbolic else len(fed.columns) != len(self.inputs):
            raise BadTargets(
                "The sequence is none of the task: it has {got} inputs, and the task reads {expected} of its own; "
                "choose the task again to get its example back.",
                got=len(fed.columns), expected=len(self.inputs),
            )  # fmt: skip
        return self.answer(sequence, fed, aim)


def class_of(aim: Aim, classes: tuple[str, ...]) -> int:
    """Return the class, counted from 0, that a person aims at.

    Raises
    ------
    BadTargets
        If there is no such class.
    """
    if not 1 <= round(aim.target) <= len(classes):
        raise BadTargets(
            "The target is the class {value}; the task has the classes 1 to {last}.",
            value=f"{aim.target:g}", last=len(classes),
        )  # fmt: skip
    return round(aim.target) - 1
