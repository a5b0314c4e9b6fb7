"""What sets networks apart, said: "gain 1.6 → 1.2", "LSTM instead of tanh", and short names that tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from explorer.engine.learning.settings import Settings
from explorer.engine.network.drawn import heeded
from explorer.engine.recurrence import library
from explorer.engine.recurrence.activation_words import activation_words
from explorer.workspace.exploration.cells import SIMPLE, told
from explorer.workspace.exploration.exploration import LayerRecipe, Recipe
from explorer.workspace.exploration.given_words import given_in_words
from explorer.workspace.exploration.layers_apart import layers_changed, layers_said
from explorer.workspace.exploration.taught import setting_said, settings_apart, settings_changed
from explorer.workspace.words.initialisations import INITIALISATION_WORDS
from explorer.workspace.words.readouts import READOUT_WORDS
from explorer.workspace.words.sentence import Sentence

Called = Callable[[Recipe], str]
"""What the cell of a recipe is called, or its activation where that is its own choice, in the language that is spoken."""

_NUMBERS: Mapping[str, tuple[Sentence, Sentence]] = MappingProxyType(
    {
        "gain": (Sentence("gain {before} → {after}"), Sentence("gain {value}")),
        "bias": (Sentence("bias {before} → {after}"), Sentence("bias {value}")),
        "forget_bias": (Sentence("forget bias {before} → {after}"), Sentence("forget bias {value}")),
        "input_scale": (Sentence("input scale {before} → {after}"), Sentence("input scale {value}")),
        "hidden": (Sentence("units {before} → {after}"), Sentence("units: {value}")),
        "seed": (Sentence("seed {before} → {after}"), Sentence("seed {value}")),
    }
)
"""How a number of a recipe is said that became another one, and how one is said beside others."""
_STRUCTURE = ("above", "decoder", "direction", "skip", "own_steps")
_DRAWN_WITH = frozenset({"gain", "bias", "forget_bias", "chrono", "input_scale", "init", "seed"})
_BEGUN_WITH = _DRAWN_WITH - {"seed"}
_OF_LAYERS = tuple(name for name in _NUMBERS if name != "seed")
_fields = attrgetter(*Recipe.__struct_fields__)


def called_in(code: str) -> Called:
    """Return what names a network by its cell, its activation if it is the simple one, or both, in the language ``code``."""

    def called_one(layer: LayerRecipe) -> str:
        cell = library.words(layer.cell) if isinstance(layer.cell, str) else told(layer.cell)
        if layer.recurrence.activation is None:
            return cell.labels[code]
        activation = activation_words()[layer.activation].labels[code]
        return activation if layer.cell == SIMPLE else f"{cell.labels[code]} {activation}"

    def called(recipe: Recipe) -> str:
        # Layers alike are counted.
        runs = [(name, len(list(some))) for name, some in groupby(map(called_one, recipe.layers))]
        return " + ".join(name if count == 1 else f"{count} × {name}" for name, count in runs)

    return called


def differences(before: Recipe, after: Recipe, called: Called) -> tuple[Sentence, ...]:
    """Return what ``after`` has otherwise than ``before``, the cell first; nothing where the two are alike."""
    return tuple(_changes(before, after, called))


def names(recipes: Sequence[Recipe], called: Called) -> tuple[Sentence, ...]:
    """Return what each of ``recipes`` is called beside the others: by its cell, and by what it does not share with all.

    What a person called one it is called. A cell that all have goes without saying where anything else sets them apart;
    those that are alike are numbered.
    """
    kinds = [called(recipe) for recipe in recipes]
    said = []
    for recipe, kind in zip(recipes, kinds, strict=True):
        if recipe.title:
            said.append(Sentence("{name}", {"name": recipe.title}))
            continue
        parts = list(_own(recipe, recipes))
        by_kind = not parts or len(set(kinds)) > 1
        said.append(_joined(([Sentence("{kind}", {"kind": kind})] if by_kind else []) + parts))
    texts = list(map(str, said))
    return tuple(
        Sentence("{name} ({number})", {"name": one, "number": texts[: i + 1].count(text)})
        if texts.count(text) > 1
        else one
        for i, (one, text) in enumerate(zip(said, texts, strict=True))
    )


def varying(recipe: Recipe, others: Sequence[Recipe]) -> list[str]:
    """Return the fields in which one of the ``others`` differs from ``recipe``, where one of both heeds them."""
    mine = _fields(recipe)
    # Two recipes are alike in most fields: only where they are not is it asked who heeds them.
    apart = {
        name
        for one in others if one is not recipe
        for name, own, its in zip(Recipe.__struct_fields__, mine, _fields(one), strict=True)
        if own != its and _is_heeded(name, recipe, one)
    }  # fmt: skip
    return [name for name in Recipe.__struct_fields__ if name in apart]


def _changes(before: Recipe, after: Recipe, called: Called) -> Iterator[Sentence]:
    yield from _made_otherwise(before, after, called)
    yield from _set_otherwise(before, after)


def _made_otherwise(before: Recipe, after: Recipe, called: Called) -> Iterator[Sentence]:
    """Yield what sets cells and layers apart."""
    if called(before) != called(after):
        yield Sentence("{after} instead of {before}", {"before": called(before), "after": called(after)})
    elif before.cell != after.cell:
        yield Sentence("other equations")
    if any(getattr(before, name) != getattr(after, name) for name in _STRUCTURE):
        apart = list(layers_changed(before, after, _OF_LAYERS, _became))
        yield from apart
        if not apart and called(before) == called(after):
            yield Sentence("other layers")


def _set_otherwise(before: Recipe, after: Recipe) -> Iterator[Sentence]:
    """Yield what sets apart how such layers begin, are read and were trained."""
    varied = varying(before, [after])
    for one, other in zip(given_in_words(before, varied), given_in_words(after, varied), strict=True):
        yield Sentence("{before} → {after}", {"before": one, "after": other})
    if "readout" in varied:
        after_it = Sentence("{name} readout", {"name": READOUT_WORDS[after.readout]})
        yield Sentence("{after} instead of {before}", {"before": READOUT_WORDS[before.readout], "after": after_it})
    if "chrono" in varied:
        yield Sentence("{after} instead of {before}", {"before": opened(before), "after": opened(after)})
    for name in (name for name in _NUMBERS if name in varied):
        yield _became(name, before, after)
    if "init" in varied:
        began = {"before": INITIALISATION_WORDS[before.init], "after": INITIALISATION_WORDS[after.init]}
        yield Sentence("{after} instead of {before}", began)
    for name in _varied_constants(before, [after]):
        values = {"before": _constant(before, name), "after": _constant(after, name)}
        yield Sentence("{name}: {before} → {after}", {"name": name, **values})
    taught = tuple(settings_changed(_taught(before), _taught(after)))
    if "trained" in varied and not taught:
        yield Sentence("{before} → {after}", {"before": _training(before), "after": _training(after)})
    yield from taught
    yield from _by_hand(after, varied)


def _own(recipe: Recipe, recipes: Sequence[Recipe]) -> Iterator[Sentence]:
    """Yield what ``recipe`` has besides its cell and not all of ``recipes`` have."""
    varied = varying(recipe, recipes)
    if "chrono" in varied and _heeds(recipe, "chrono"):
        yield opened(recipe)
    for name in (name for name in _NUMBERS if name in varied and _heeds(recipe, name)):
        yield _has(name, recipe)
    if "init" in varied and _heeds(recipe, "init"):
        yield INITIALISATION_WORDS[recipe.init]
    if any(name in varied for name in _STRUCTURE):
        yield from layers_said(recipe, recipes, _OF_LAYERS, _written)
    yield from given_in_words(recipe, varied)
    if "readout" in varied:
        yield Sentence("{name} readout", {"name": READOUT_WORDS[recipe.readout]})
    for name in _varied_constants(recipe, recipes):
        yield Sentence("{name}: {value}", {"name": name, "value": _constant(recipe, name)})
    taught = _taught(recipe)
    apart = {name for one in recipes for name in settings_apart(taught, _taught(one))}
    if "trained" in varied and not apart:
        yield _training(recipe)
    if taught is not None:
        yield from (setting_said(taught, name) for name in sorted(apart))
    yield from _by_hand(recipe, varied)


def opened(recipe: Recipe) -> Sentence:
    """Return how the gates of ``recipe`` begin."""
    if recipe.chrono:
        return Sentence("chrono start up to {steps} steps", {"steps": recipe.chrono})
    return replace(_NUMBERS["forget_bias"][1], values={"value": _number(recipe.forget_bias)})


def _became(name: str, before: LayerRecipe, after: LayerRecipe) -> Sentence:
    values = {"before": _number(getattr(before, name)), "after": _number(getattr(after, name))}
    return replace(_NUMBERS[name][0], values=values)


def _has(name: str, layer: LayerRecipe) -> Sentence:
    return replace(_NUMBERS[name][1], values={"value": _number(getattr(layer, name))})


def _written(name: str, layer: LayerRecipe) -> Sentence | None:
    heeds = name not in _BEGUN_WITH or name in heeded(layer.recurrence)
    return _has(name, layer) if heeds else None


def _by_hand(recipe: Recipe, varied: Sequence[str]) -> Iterator[Sentence]:
    if "edits" in varied:
        yield Sentence("weights set by hand: {count}", {"count": len(recipe.edits)})
    if "initial_state" in varied:
        yield Sentence("s₀ set by hand") if recipe.initial_state else Sentence("s₀ as it begins by itself")


def _taught(recipe: Recipe) -> Settings | None:
    """Return how ``recipe`` was trained, None where it was not or nothing is known of that."""
    return None if recipe.trained is None or recipe.record is None else recipe.record.settings


def _training(recipe: Recipe) -> Sentence:
    if recipe.trained is None:
        return Sentence("untrained")
    if recipe.imported is not None and not recipe.trained.step:
        return Sentence("weights of “{file}”", {"file": recipe.imported.file_name})
    return Sentence("trained, update {step}", {"step": recipe.trained.step})


def _is_heeded(name: str, one: Recipe, other: Recipe) -> bool:
    """Return whether one of two recipes heeds a field."""
    if name == "forget_bias" and (one.chrono or other.chrono):
        return False
    if name in _DRAWN_WITH and (one.imported or other.imported):
        # Weights of somebody's file were not drawn.
        return False
    return _heeds(one, name) or _heeds(other, name)


def _heeds(recipe: Recipe, name: str) -> bool:
    if name == "activation":
        return recipe.recurrence.activation is not None
    return name != "title" and (name not in _BEGUN_WITH or name in heeded(recipe.recurrence))


def _varied_constants(recipe: Recipe, others: Sequence[Recipe]) -> list[str]:
    """Return the constants of ``recipe`` that one of the ``others`` has with another value."""
    own = {constant.name for constant in recipe.recurrence.constants}
    return sorted(
        name
        for name in own
        for other in others
        if any(constant.name == name for constant in other.recurrence.constants)
        and _constant(other, name) != _constant(recipe, name)
    )


def _constant(recipe: Recipe, name: str) -> str:
    return next(_number(constant.value) for constant in recipe.recurrence.constants if constant.name == name)


def _number(value: float) -> str:
    """Return a number so that no other one is written the same."""
    short = f"{value:g}"
    return (short if float(short) == value else repr(value)).replace("-", "−")


def _joined(parts: Sequence[Sentence]) -> Sentence:
    if len(parts) == 1:
        return parts[0]
    places = {f"part{i}": part for i, part in enumerate(parts)}
    return Sentence(" · ".join(f"{{{name}}}" for name in places), places)
