"""How a network is given its words, and what it is given beside them, said."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from explorer.workspace.exploration.recipe import Recipe
from explorer.workspace.words.sentence import Sentence

_FEW = 4
"""So many features are named."""


def given_in_words(recipe: Recipe, varied: Collection[str]) -> Iterator[Sentence]:
    """Yield how words and features come to the network of ``recipe``, as far as others are ``varied`` in it."""
    if not {"embedding", "embedding_trained", "vectors"}.isdisjoint(varied):
        yield words_said(recipe)
    if "features" in varied:
        few = [f"{value:g}".replace("-", "−") for value in recipe.features[:_FEW]]
        numbers = " ".join([*few, *["…"] * (len(recipe.features) > _FEW)])
        yield Sentence("features {numbers}", {"numbers": numbers}) if recipe.features else Sentence("no features")


def words_said(recipe: Recipe) -> Sentence:
    """Return what the network of ``recipe`` reads for a word."""
    if not recipe.embedding:
        return Sentence("one-hot words")
    moved = recipe.embedding_trained
    if recipe.vectors is not None:
        values = {"file": recipe.vectors.file}
        return Sentence("vectors of “{file}”", values) if moved else Sentence("fixed vectors of “{file}”", values)
    size = {"size": recipe.embedding}
    return Sentence("learnt vectors of {size}", size) if moved else Sentence("fixed vectors of {size}", size)
