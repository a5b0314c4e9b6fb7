"""Weights that a saved exploration holds by reference: those of somebody's file that are too large to stand inside."""

from __future__ import annotations

from pathlib import Path

from explorer.engine.errors import BadFile, Refusal
from explorer.workspace.exploration.exploration import Exploration, Recipe, replace
from explorer.workspace.exploration.imported import Imported, fingerprint
from explorer.workspace.exploration.record import MOST_TENSOR_BYTES

_ELSEWHERE = ("//", "\\\\")
"""How paths begin that name another machine."""


def by_reference(exploration: Exploration) -> Exploration:
    """Return an exploration without the weights that are too large for it and stand unchanged in the file they are from."""
    networks = tuple(_without(recipe) if is_referred(recipe) else recipe for recipe in exploration.networks)
    return exploration if networks == exploration.networks else replace(exploration, networks=networks)


def is_referred(recipe: Recipe) -> bool:
    """Return whether a saved exploration holds a network's weights by reference."""
    trained, imported = recipe.trained, recipe.imported
    if trained is None or imported is None or len(trained.tensors) <= MOST_TENSOR_BYTES:
        return False
    return fingerprint(trained.tensors) == imported.sha256


def _without(recipe: Recipe) -> Recipe:
    assert recipe.trained is not None
    return replace(recipe, trained=replace(recipe.trained, tensors=b""))


def resolved(exploration: Exploration, folder: Path) -> Exploration:
    """Return an exploration with the weights that it refers to: of the file beside it, or where it was when it was saved.

    Raises
    ------
    BadFile
        If that file is not there, can't be read, or has other weights now.
    """
    networks = tuple(_resolved(recipe, folder) for recipe in exploration.networks)
    return exploration if networks == exploration.networks else replace(exploration, networks=networks)


def _resolved(recipe: Recipe, folder: Path) -> Recipe:
    trained, imported = recipe.trained, recipe.imported
    if trained is None or imported is None or trained.tensors:
        return recipe
    from explorer.workspace.models.exploring import recipe_of
    from explorer.workspace.models.opening import open_model

    path, mapping = _place(imported.path, folder), _place(imported.mapping, folder) if imported.mapping else None
    try:
        found = recipe_of(
            open_model(path, dict(imported.chosen), mapping), imported.network, bool(recipe.embedding)
        ).trained
    except Refusal as reason:
        raise _lost(imported, reason) from reason
    assert found is not None
    if fingerprint(found.tensors) != imported.sha256:
        raise _lost(imported, Refusal("it holds other weights now"))
    return replace(recipe, trained=replace(trained, tensors=found.tensors))


def _lost(imported: Imported, reason: Refusal) -> BadFile:
    return BadFile(
        "The weights are kept in “{name}” alone, and can't be had from there ({reason}).",
        name=imported.file_name, reason=reason,
    )  # fmt: skip


def _place(told: str, folder: Path) -> Path:
    """Return where a file is that was at a path: in the exploration's folder, or there still, but on no other machine."""
    beside = folder / told.replace("\\", "/").rpartition("/")[2]
    return beside if beside.is_file() or told.startswith(_ELSEWHERE) else Path(told)
