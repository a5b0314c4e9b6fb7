"""A task's examples as one network is given them: words where it has an embedding, a seam, features beside each step."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadExploration
from explorer.engine.gradient.losses import Targets
from explorer.engine.learning.examples import Examples, Generated, Source
from explorer.engine.network.given import Input, as_input
from explorer.workspace.exploration.building import given
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.tasks.dataset import Dataset


@dataclass(frozen=True, slots=True)
class _Given(Sequence[Input]):
    """Sequences as a network is given them, made anew each time: a corpus would be too much at once."""

    inputs: Sequence[ArrayLike | Input]
    recipe: Recipe
    symbolic: bool

    def __len__(self) -> int:
        return len(self.inputs)

    @overload
    def __getitem__(self, index: int) -> Input: ...
    @overload
    def __getitem__(self, index: slice) -> _Given: ...
    def __getitem__(self, index: int | slice) -> Input | _Given:
        if isinstance(index, slice):
            return replace(self, inputs=self.inputs[index])
        return _given_of(self.recipe, as_input(self.inputs[index]), self.symbolic)


def given_to(recipe: Recipe, learnt: Dataset, symbolic: bool) -> Dataset:
    """Return a data set as the network of ``recipe`` is given it; ``symbolic`` says that its inputs are one-hot.

    Raises
    ------
    BadExploration
        If it turns words into vectors, and there are none, or reads other features than the task has.
    """
    if not (recipe.decoder or recipe.embedding or recipe.features or learnt.features):
        return learnt
    features, vector = recipe.features, recipe.embedding
    if features and learnt.features and len(features) != len(learnt.features):
        raise BadExploration(
            "The network reads {got} features, and each example of the task has {expected}: {names}.",
            got=len(features), expected=len(learnt.features), names=", ".join(learnt.features),
        )  # fmt: skip
    plain = Recipe(decoder=recipe.decoder[:1], seam=recipe.seam, embedding=vector, features=features)
    return _given(plain, learnt, symbolic)


def _given_of(recipe: Recipe, one: Input, symbolic: bool) -> Input:
    """Return an example as it is given to a network, with features of its own where it has some and they are read."""
    found = given(recipe, np.asarray(one.x), symbolic)
    return found if one.features is None or not recipe.features else dataclasses.replace(found, features=one.features)


@lru_cache(maxsize=4)
def _given(recipe: Recipe, learnt: Dataset, symbolic: bool) -> Dataset:
    # Kept, as what was checked of the examples is.
    seen, held = (_examples(recipe, some, symbolic) for some in (learnt.seen, learnt.held_out))
    source = seen if learnt.source is learnt.seen else _source(recipe, learnt.source, symbolic)
    return replace(learnt, source=source, seen=seen, held_out=held)


def _examples(recipe: Recipe, some: Examples, symbolic: bool) -> Examples:
    inputs = _Given(some.inputs, recipe, symbolic)
    if len(inputs):
        # What can't be given is refused before anything is learnt.
        inputs[0]
    return Examples(inputs, some.targets, some.loss, some.at)


def _source(recipe: Recipe, source: Source, symbolic: bool) -> Source:
    if isinstance(source, Examples):
        return _examples(recipe, source, symbolic)
    assert isinstance(source, Generated)
    drawn = source.draw

    def draw(rng: np.random.Generator, count: int) -> tuple[Sequence[Input], Sequence[ArrayLike | Targets]]:
        inputs, targets = drawn(rng, count)
        return [_given_of(recipe, as_input(one), symbolic) for one in inputs], targets

    return Generated(draw, source.loss, source.at, source.per_epoch)
