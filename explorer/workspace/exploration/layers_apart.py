"""What sets the layers of networks apart, said: "both ways instead of forward", "layer 2: gain 1.6 → 0.5"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from explorer.workspace.exploration.exploration import LayerRecipe, Recipe
from explorer.workspace.words.initialisations import INITIALISATION_WORDS
from explorer.workspace.words.sentence import Sentence

_WAYS: Mapping[str, Sentence] = MappingProxyType(
    {"forward": Sentence("forward"), "backward": Sentence("backward"), "both": Sentence("both ways")}
)
_OWN = ("direction", "skip", "own_steps")
"""What the first layer has besides the numbers of the whole recipe."""

Written = Callable[[str, LayerRecipe], Sentence | None]
"""How the number that a layer has by a name is said, None where its cell does not heed it."""
Became = Callable[[str, LayerRecipe, LayerRecipe], Sentence]
"""How it is said that the number of one layer became that of the other."""


def layers_changed(before: Recipe, after: Recipe, numbers: Sequence[str], became: Became) -> Iterator[Sentence]:
    """Yield in what the layers of ``after`` are made otherwise; of more or fewer layers nothing, and of other cells."""
    if bool(before.decoder) != bool(after.decoder):
        yield Sentence("encoder and decoder") if after.decoder else Sentence("no decoder")
    if len(before.layers) != len(after.layers):
        return
    ways = [_way(recipe) for recipe in (before, after)]
    if ways[0] != ways[1] and None not in ways:
        yield Sentence("{after} instead of {before}", {"before": ways[0], "after": ways[1]})
    for i, (one, other) in enumerate(zip(before.layers, after.layers, strict=True)):
        for name in _fields(i, numbers):
            if getattr(one, name) == getattr(other, name) or (name == "direction" and None not in ways):
                continue
            said = became(name, one, other) if name in numbers else _setting(name, other)
            yield _at(i, len(after.layers), said)


def layers_said(
    recipe: Recipe, recipes: Sequence[Recipe], numbers: Sequence[str], written: Written
) -> Iterator[Sentence]:
    """Yield what the layers of ``recipe`` have besides their cells and not those of all ``recipes`` have."""
    if recipe.decoder and not all(one.decoder for one in recipes):
        yield Sentence("encoder and decoder")
    way = _way(recipe)
    if way is not None and any(_way(one) != way for one in recipes):
        yield way
    for i, layer in enumerate(recipe.layers):
        others = [one.layers[i] for one in recipes if i < len(one.layers)]
        for name in _fields(i, numbers):
            same = all(getattr(one, name) == getattr(layer, name) for one in others)
            if same or (name == "direction" and way is not None):
                continue
            said = written(name, layer) if name in numbers else _setting(name, layer)
            if said is not None:
                yield _at(i, len(recipe.layers), said)


def _way(recipe: Recipe) -> Sentence | None:
    """Return which way all layers of ``recipe`` read, None where they read different ones."""
    ways = {layer.direction for layer in recipe.layers}
    return _WAYS[ways.pop()] if len(ways) == 1 else None


def _fields(i: int, numbers: Sequence[str]) -> tuple[str, ...]:
    """Return in what layer ``i`` may differ: numbers and start of the first are the recipe's own."""
    return _OWN if i == 0 else (*_OWN, *numbers, "init")


def _setting(name: str, layer: LayerRecipe) -> Sentence:
    if name == "direction":
        return _WAYS[layer.direction]
    if name == "skip":
        return Sentence("with skip") if layer.skip else Sentence("without skip")
    if name == "own_steps":
        return Sentence("own weights at each step") if layer.own_steps else Sentence("the same weights at each step")
    return INITIALISATION_WORDS[layer.init]


def _at(i: int, count: int, said: Sentence) -> Sentence:
    """Return what is ``said`` of layer ``i``, and of which one where there are several."""
    return said if count == 1 else Sentence("layer {number}: {said}", {"number": i + 1, "said": said})
