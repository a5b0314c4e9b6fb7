"""Where an exploration comes from, a preset or a file, and whether something was made otherwise since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from explorer.workspace.disk.presets import Preset, first_preset
from explorer.workspace.disk.referring import is_watched
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.store import Document


@dataclass(frozen=True, slots=True)
class Origin:
    """The ``preset`` that an exploration was, or the name of the ``file`` that it is in, or that its network was in.

    Neither where it is from nowhere.
    """

    preset: Preset | None = None
    file: str = ""
    changed: bool = False


def origin_of(exploration: Exploration, document: Document) -> Origin:
    """Return what ``exploration``, which belongs to ``document``, is called after, and whether it is something else by now.

    A preset is its networks, what they are fed and what they are to learn: where one looks changes nothing, nor does what
    was learnt since, but for the norm, which makes all numbers others.
    """
    if document.path is not None:
        return Origin(file=document.path.name, changed=exploration != document.saved)
    imported = exploration.recipe.imported
    if imported is not None:
        # What another process has learnt stands in its run's file.
        learnt = exploration.updates and not is_watched(exploration.recipe)
        return Origin(file=imported.file_name, changed=bool(exploration.recipe.edits or learnt))
    made = _made(exploration)
    # What was chosen names it; what was restored, or set up by hand, is what it is equal to.
    chosen = None if document.saved is None else _equal(_made(document.saved))
    preset = chosen or _equal(made)
    return Origin(preset) if preset is None else Origin(preset, changed=made != _made(preset.exploration))


def otherwise(exploration: Exploration, told: Exploration) -> Literal["made", "learnt"] | None:
    """Return why what is told of the exploration ``told`` need not hold of ``exploration``; None where it does.

    Something that makes its numbers was "made" another, or a network has "learnt" something since. Where one looks changes
    none of them.
    """
    if _made(exploration) != _made(told):
        return "made"
    pairs = zip(exploration.networks, told.networks, strict=True)
    return "learnt" if any(one.trained != other.trained for one, other in pairs) else None


def _equal(made: tuple[object, ...]) -> Preset | None:
    # Asked at every gesture: most presets are told apart by what they are fed.
    _, fed, *_ = made
    return first_preset(lambda one: fed == one.exploration.sequence and made == _made(one.exploration))


def _made(exploration: Exploration) -> tuple[object, ...]:
    """Return what makes an exploration what it is."""
    one = exploration
    return tuple(map(_unlearnt, one.networks)), one.sequence, one.task, one.aim, one.settings, one.lens.norm


def _unlearnt(recipe: Recipe) -> Recipe:
    learnt = recipe.trained is not None or recipe.record is not None
    return replace(recipe, trained=None, record=None) if learnt else recipe
