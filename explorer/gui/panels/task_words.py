"""What tasks are called, and which classes one can aim at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from explorer.engine.errors import Refusal
from explorer.gui.i18n import SOURCE, language
from explorer.workspace.exploration import Exploration
from explorer.workspace.sequences import feed
from explorer.workspace.task import Aim, Task
from explorer.workspace.tasks import lesson

Classes = Mapping[float, str]
"""Names of classes by the target that means them, as `Aim` counts: from 1."""


def in_this_language(words: Mapping[str, str]) -> str:
    """Return ``words`` in the language that is now spoken, or else in English."""
    return words.get(language(), words[SOURCE])


def aimed_classes(exploration: Exploration) -> Classes:
    """Return the classes that a person can aim at; none where the target is a number, or follows from the sequence."""
    if exploration.task is not None:
        return _classes_of(exploration.task)
    if exploration.recipe.readout != "softmax":
        return {}
    return {float(i): str(i) for i in range(1, exploration.recipe.outputs + 1)}


@lru_cache(maxsize=8)
def _classes_of(task: Task) -> Classes:
    """Return the classes of a task whose answer follows the aim alone."""
    try:
        learnt = lesson(task)
        fed = feed(learnt.shown)
        answers = {learnt.targets(learnt.shown, fed, Aim(target=float(i))).tobytes() for i in (1, 2)}
    except Refusal:
        return {}
    return {float(i): name for i, name in enumerate(learnt.classes, start=1)} if len(answers) > 1 else {}
