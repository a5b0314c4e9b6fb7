"""Weights that a saved exploration holds by reference: those of somebody's file that are too large to stand inside."""

from __future__ import annotations

from functools import partial
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
    """Return whether a saved exploration holds a network's weights by reference: too large, and all in its file."""
    trained, imported = recipe.trained, recipe.imported
    if trained is None or imported is None or len(trained.tensors) <= MOST_TENSOR_BYTES:
        return False
    first = recipe.record.snapshots[0] if is_watched(recipe) and recipe.record is not None else trained
    return fingerprint(first.tensors) == imported.sha256


def is_watched(recipe: Recipe) -> bool:
    """Return whether a network is of a watched run: then each moment of its record stands in the run's file."""
    return recipe.imported is not None and recipe.record is not None and recipe.record.settings is None


def _without(recipe: Recipe) -> Recipe:
    assert recipe.trained is not None
    record = recipe.record
    if record is not None:
        record = replace(record, snapshots=tuple(replace(one, tensors=b"") for one in record.snapshots))
    return replace(recipe, trained=replace(recipe.trained, tensors=b""), record=record)


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
    read = partial(_read, recipe, imported, folder)
    try:
        if not is_watched(recipe) or recipe.record is None:
            return replace(recipe, trained=replace(trained, tensors=_checked(read(None), imported)))
        first, *later = recipe.record.snapshots
        found = [replace(first, tensors=_checked(read(first.step), imported))]
        found += [replace(one, tensors=read(one.step)) for one in later]
        now = replace(trained, tensors=read(trained.step))
    except Refusal as reason:
        raise _lost(imported, reason) from reason
    return replace(recipe, trained=now, record=replace(recipe.record, snapshots=tuple(found)))


def _read(recipe: Recipe, imported: Imported, folder: Path, step: int | None) -> bytes:
    """Return the weights as their file has them, a run's after ``step`` updates."""
    from explorer.workspace.models.exploring import recipe_of
    from explorer.workspace.models.opening import open_model

    path, mapping = place_of(imported.path, folder), place_of(imported.mapping, folder) if imported.mapping else None
    found = open_model(path, dict(imported.chosen), mapping, step)
    read = recipe_of(found, imported.network, bool(recipe.embedding)).trained
    assert read is not None
    return read.tensors


def _checked(tensors: bytes, imported: Imported) -> bytes:
    if fingerprint(tensors) != imported.sha256:
        raise Refusal("it holds other weights now")
    return tensors


def _lost(imported: Imported, reason: Refusal) -> BadFile:
    return BadFile(
        "The weights are kept in “{name}” alone, and can't be had from there ({reason}).",
        name=imported.file_name, reason=reason,
    )  # fmt: skip


def place_of(told: str, folder: Path) -> Path:
    """Return where a file is that was at a path: in the exploration's folder, or there still, but on no other machine."""
    beside = folder / told.replace("\\", "/").rpartition("/")[2]
    return beside if beside.is_file() or told.startswith(_ELSEWHERE) else Path(told)
