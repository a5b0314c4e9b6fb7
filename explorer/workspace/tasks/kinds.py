"""All kinds of tasks, and how an exploration is set to learn one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadExploration, Refusal
from explorer.engine.gradient.losses import find_loss
from explorer.engine.names import unknown
from explorer.workspace.exploration.beside import single
from explorer.workspace.exploration.building import lasting_weights
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, replace
from explorer.workspace.exploration.recipe import MOST_WEIGHTS, weights_of
from explorer.workspace.exploration.scaling import ColumnScale
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.feed.tokens import SENTENCE_START
from explorer.workspace.tasks.adding import ADDING
from explorer.workspace.tasks.ball import BALL
from explorer.workspace.tasks.characters import NEXT_CHARACTER
from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.dictionary import DICTIONARY
from explorer.workspace.tasks.fitting import fitted
from explorer.workspace.tasks.intents import INTENT
from explorer.workspace.tasks.logic import AND, OR, XOR
from explorer.workspace.tasks.order import TEMPORAL_ORDER
from explorer.workspace.tasks.people import PEOPLE
from explorer.workspace.tasks.recall import RECALL
from explorer.workspace.tasks.reversal import REVERSAL
from explorer.workspace.tasks.reviews import CLASSIFY, SENTIMENT2, SENTIMENT3
from explorer.workspace.tasks.sentences import NEXT_WORD
from explorer.workspace.tasks.series import SERIES
from explorer.workspace.tasks.shapes import SHAPE
from explorer.workspace.tasks.sine import SINE
from explorer.workspace.tasks.tagging import LABELS

TASKS: Mapping[str, Kind] = MappingProxyType(
    {
        "next_word": NEXT_WORD,
        "next_character": NEXT_CHARACTER,
        "sentiment3": SENTIMENT3,
        "sentiment2": SENTIMENT2,
        "labels": LABELS,
        "people": PEOPLE,
        "intents": INTENT,
        "dictionary": DICTIONARY,
        "reversal": REVERSAL,
        "ball": BALL,
        "shape": SHAPE,
        "sine": SINE,
        "temporal_order": TEMPORAL_ORDER,
        "adding": ADDING,
        "recall": RECALL,
        "and": AND,
        "or": OR,
        "xor": XOR,
        "classify": CLASSIFY,
        "series": SERIES,
    }
)
"""The kinds of tasks by name, in the order in which they are offered."""


def find_kind(name: str) -> Kind:
    """Return the kind of task called ``name``.

    Raises
    ------
    BadExploration
        If there is none.
    """
    if name not in TASKS:
        raise unknown("task", name, TASKS, BadExploration)
    return TASKS[name]


# A person who looks at one kind after the other, twice, waits for each once.
@lru_cache(maxsize=16)
def dataset(task: Task) -> Dataset:
    """Return the data set of ``task``; the same task always gives the same one.

    Raises
    ------
    BadExploration
        If there is no such kind.
    BadSequence
        If the person's data can't be used: one sentence, with the number of the line.
    """
    return find_kind(task.kind).make(task)


def baseline_of(task: Task | None) -> float | None:
    """Return the loss of one who repeats the last value, over what is held out of ``task``; None where that is no answer."""
    try:
        return None if task is None else dataset(task).baseline
    except Refusal:
        return None


def seam_of(task: Task | None) -> int:
    """Return after how many steps the examples of ``task`` go over from what is read to what is said; 0 where none does."""
    try:
        return 0 if task is None else dataset(task).seam
    except Refusal:
        return 0


def unit_of(task: Task | None) -> tuple[str, ColumnScale] | None:
    """Return the name and the scale of the column that ``task`` predicts; None where nothing has a scale of its own."""
    try:
        learnt = None if task is None else dataset(task)
    except Refusal:
        return None
    return None if learnt is None or learnt.unit is None else (learnt.classes[0], learnt.unit)


def taught(exploration: Exploration, task: Task) -> Exploration:
    """Return ``exploration`` set to learn ``task``: fed with its example, with its outputs, untrained.

    Its networks keep their cells, sizes and initial recurrent weights, and are `fitted`. Of the settings, truncation and
    forcing do not go over to another kind of task, whose lags are others. Raises as `dataset` does.
    """
    learnt = dataset(task)
    if exploration.task is None or exploration.task.kind != task.kind:
        exploration = exploration.with_settings(window=0, chunk=0, force=0)
    readout = find_loss(learnt.source.loss).readout
    networks = tuple(
        _with_outputs(fitted(_over(recipe, learnt.inputs), learnt), len(learnt.classes), readout)
        for recipe in exploration.networks
    )
    return replace(
        exploration,
        networks=networks,
        sequence=learnt.shown,
        selection=_telling(learnt, exploration.selection.unit),
        task=task,
        aim=learnt.aim,
    )


def _telling(learnt: Dataset, unit: int) -> Selection:
    """Return the last step that has a target, and the first whose input tells something: a marker tells nothing."""
    fed = feed(learnt.shown)
    targets = learnt.targets(learnt.shown, fed, learnt.aim)
    t = len(fed.x)
    if learnt.source.at == "every":
        t = 1 + int(np.flatnonzero(find_loss(learnt.source.loss).counted(targets))[-1])
    first = next((i for i, label in enumerate(fed.labels, start=1) if label != SENTENCE_START), 1)
    return Selection(t=t, k=min(first, t), unit=unit)


def advised(exploration: Exploration, task: Task) -> Exploration:
    """Return `taught` with one network and the settings that are known to learn this kind of task.

    Over a dictionary that makes more weights than can be kept the network has so many fewer units that they can.
    """
    kind = find_kind(task.kind)
    recipe = _kept(Recipe(**{"seed": exploration.recipe.seed, **kind.recipe}), dataset(task))
    alone = replace(single(exploration), networks=(recipe,))
    return replace(taught(alone, task), settings=kind.settings)


def _kept(recipe: Recipe, learnt: Dataset) -> Recipe:
    symbols, fitting = len(learnt.inputs), replace(recipe, outputs=len(learnt.classes))
    while fitting.hidden > 1 and weights_of(fitting, symbols) > MOST_WEIGHTS:
        fitting = replace(fitting, hidden=fitting.hidden // 2)
    return replace(recipe, hidden=fitting.hidden)


def _over(recipe: Recipe, words: tuple[str, ...]) -> Recipe:
    """Return a recipe with those vectors that it has of other words, too; without any they are drawn."""
    if recipe.vectors is None or recipe.vectors.words == words:
        return recipe
    return replace(recipe, vectors=recipe.vectors.of(words), trained=None, record=None)


def _with_outputs(recipe: Recipe, outputs: int, readout: str) -> Recipe:
    """Return a recipe with other inputs and outputs; what was set by hand stays where it means the same."""
    lasting = lasting_weights(recipe) if recipe.edits else ()
    edits = tuple(edit for edit in recipe.edits if edit.matrix in lasting)
    return replace(recipe, outputs=outputs, readout=readout, edits=edits, trained=None, record=None)
