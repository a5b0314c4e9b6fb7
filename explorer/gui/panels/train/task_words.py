"""What tasks are called, and which classes one can aim at."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.engine.errors import Refusal
from explorer.gui.words.class_names import spoken
from explorer.gui.words.i18n import language, tr
from explorer.workspace.exploration.exploration import BY_HAND, EXAMPLES, Exploration
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.tasks import Dataset, dataset
from explorer.workspace.words.catalogues import SOURCE

_BREAK = "\u200b"
Classes = Mapping[float, str]
"""Names of classes by the target that means them, as `Aim` counts: from 1."""


def in_this_language(words: Mapping[str, str]) -> str:
    """Return ``words`` in the language that is now spoken, or else in English."""
    # Words quoted one after the other, as Chinese writes them, would be a line of any width.
    return words.get(language(), words[SOURCE]).replace("”“", f"”{_BREAK}“")


def came_from(task: Task) -> str:
    """Return in words where the data of a task come from."""
    if not (task.text or task.rows):
        return tr("From the data that come with the program.")
    if task.source not in ("", *BY_HAND, *EXAMPLES):
        said = tr("From “{source}”, predicting “{target}”.") if task.target else tr("From “{source}”.")
    else:
        said = tr("From what was fed, predicting “{target}”.") if task.target else tr("From what was fed.")
    return said.format(source=task.source, target=task.target)


def about_data(task: Task) -> str:
    """Return how much of a task's data is held out, and what its vocabulary has no room for or does not know."""
    try:
        learnt = dataset(task)
    except Refusal:
        return ""
    unknown = learnt.covered.told() if learnt.covered is not None else None
    return "\n".join(sentence.said(tr) for sentence in (learnt.apart, unknown) if sentence is not None)


def aimed_classes(exploration: Exploration) -> Classes:
    """Return the classes that a person can aim at; none where the target is a number, or follows from the sequence."""
    if exploration.task is not None:
        return _classes_of(dataset(exploration.task), exploration)
    if exploration.recipe.readout != "softmax":
        return {}
    return {float(i): str(i) for i in range(1, exploration.recipe.outputs + 1)}


def _classes_of(learnt: Dataset, exploration: Exploration) -> Classes:
    """Return the classes of a data set if its answer to the sequence follows the aim."""
    names = [spoken(name, learnt.classes) for name in learnt.classes]
    if len(names) == 1 and exploration.recipe.readout in ("sigmoid", "threshold"):
        classes = {1.0: names[0], 0.0: tr("not {name}").format(name=names[0])}
    else:
        classes = {float(i): name for i, name in enumerate(names, start=1)}
    fed = feed(exploration.sequence)
    answers = (learnt.targets(exploration.sequence, fed, Aim(target=target)) for target in list(classes)[:2])
    return classes if len({answer.tobytes() for answer in answers}) > 1 else {}
