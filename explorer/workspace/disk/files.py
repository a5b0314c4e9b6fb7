"""`.gflow` files: one exploration as JSON in an envelope that names the format and its version.

Every file holds every field, so a default that changes later changes no old file. A change of what an
exploration holds needs a new version: a row in `_READERS`, and the old row then reads the old form and turns
it into the new one.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec
import numpy as np
from msgspec import Raw, Struct
from msgspec.structs import asdict

from explorer.engine.errors import BadExploration, BadFile, Refusal
from explorer.version import __version__
from explorer.workspace.disk.kinds import FORMAT, not_an_exploration
from explorer.workspace.disk.parts import Most, decoded, parts_of, read_exploration
from explorer.workspace.disk.referring import by_reference, resolved
from explorer.workspace.disk.showing import check_showable
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.exploration.cells import with_text
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Numbers, Recipe, Text, replace
from explorer.workspace.feed.sequences import feed
from explorer.workspace.words.reading import read_bounded

VERSION = 8
SUFFIX = ".gflow"
MOST_BYTES = 96_000_000
"""Room for the trained weights, and for a record of which the snapshots that must stay are those of the largest network."""

_SHORT = Most(bytes=200)
_LONGEST_REASON = 200


class _Header(Struct, frozen=True):
    """What is read of any version: enough to say whether the rest can be."""

    format: Raw
    version: Raw


def load(path: Path) -> Exploration:
    """Return the exploration in a file.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big, empty, foreign, damaged or from a newer version of the
        program; or what it holds could not be shown, or not be gone on with.
    """
    return read(read_bounded(path, MOST_BYTES), path)


def read(data: bytes, path: Path) -> Exploration:
    """Return the exploration that ``data`` holds, of the file at ``path`` or of a part of it.

    Raises
    ------
    BadFile
        As `load` does.
    """
    # Editors and shells put the mark of UTF-8 in front; JSON has none.
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data or data.isspace():
        raise BadFile("“{name}” is empty.", name=path.name)
    version = _version(data, path)
    if version > VERSION:
        raise BadFile(
            "“{name}” was saved by a newer version of this program: update the program to open it.",
            name=path.name,
        )
    if version not in _READERS:
        _refuse_damage(path.name, f"there is no version {version}")
    try:
        exploration = _READERS[version](data)
    except (ValueError, RecursionError, OverflowError, MemoryError) as error:
        _refuse_damage(path.name, error)
    try:
        exploration = resolved(exploration, path.parent)
        check_showable(exploration)
    except BadExploration as error:
        _refuse_damage(path.name, error)
    except Refusal as reason:
        raise BadFile("“{name}” can't be shown: {reason}", name=path.name, reason=reason) from reason
    return exploration


def save(path: Path, exploration: Exploration) -> None:
    """Write an exploration to a file, whole or not at all: what was there stays until that is done.

    Raises
    ------
    BadFile
        The folder is missing or may not be written, the disk is full, or the exploration could not be read
        back or shown again.
    """
    write_bytes(path, _encoded(exploration, path.name))


def written(exploration: Exploration) -> bytes:
    """Return the bytes of a file, unchecked: all that an exploration's numbers follow from, and the program's version."""
    return msgspec.json.encode(
        {
            "format": FORMAT,
            "version": VERSION,
            "program": __version__,
            "exploration": _with_texts(by_reference(exploration)),
        }
    )


def _version(data: bytes, path: Path) -> int:
    try:
        header = msgspec.json.decode(data, type=_Header)
        found, version = decoded(header.format, str, _SHORT, "format"), decoded(header.version, int, _SHORT, "version")
    except (ValueError, RecursionError) as error:
        if FORMAT.encode() in data[:200]:
            _refuse_damage(path.name, error)
        raise not_an_exploration(path) from None
    if found != FORMAT:
        raise not_an_exploration(path)
    return int(version)


def _read_whole(data: bytes) -> Exploration:
    envelope = parts_of(data, ("format", "version", "program", "exploration"), "the file")
    if len(envelope) < 4:
        raise ValueError("a part is missing")
    # The version of the program that wrote it.
    decoded(envelope["program"], str, _SHORT, "program")
    return read_exploration(envelope["exploration"])


def _read_version_3(data: bytes) -> Exploration:
    """Return an exploration whose task keeps the vocabulary that its network has learnt, and whose series has its units.

    Version 2 told other words apart, and version 3 held out copies of what it learnt from.
    """
    exploration = _with_units(_read_whole(data))
    task, fed = exploration.task, exploration.sequence
    if task is None or not task.text or not isinstance(fed, Text) or not fed.vocabulary:
        return exploration
    return replace(exploration, task=replace(task, vocabulary=fed.vocabulary))


def _with_units(exploration: Exploration) -> Exploration:
    """Return an exploration whose series for a task is in its units; before version 4 it was written as it is fed."""
    task, fed = exploration.task, exploration.sequence
    if task is None or not task.rows or not isinstance(fed, Numbers):
        return exploration
    # All tasks with their data: a file without one is not to wait for them.
    from explorer.workspace.tasks import dataset

    try:
        shown = dataset(task).shown
    except Refusal:
        return exploration
    if not isinstance(shown, Numbers) or len(shown.scaling) != len(fed.rows[0]):
        return exploration
    x = np.array(fed.rows)
    known = feed(shown).x
    if x.shape == known.shape and np.allclose(x, known, rtol=1e-12, atol=1e-12):
        return replace(exploration, sequence=shown)
    units = np.column_stack([scale.back(column) for scale, column in zip(shown.scaling, x.T, strict=True)])
    rows = tuple(map(tuple, units.tolist()))
    return replace(exploration, sequence=replace(fed, rows=rows, scaling=shown.scaling))


# Version 8 added from which penalty weight decay comes, and flossing: an earlier file, and an earlier program, knows ℓ₂ alone
# and no flossing.
# Version 7 added how the gates of a network begin, names of networks, runs that are over, notes and snapshots with a name;
# layers above the first, directions, skips, a decoder, embedding and features, and which chain is looked at: an earlier file
# has none of them, but one layer that runs forward.
# Version 6 added how several networks are seen and changed: an earlier file has them one at a time.
# Version 5 added the texts of cells: a name in an earlier file is that of a cell that still ships.
# Version 2 added what is learnt and what was trained: a file of version 1 has none of it, which is what the defaults say.
_READERS: dict[int, Callable[[bytes], Exploration]] = {
    1: _read_whole,
    2: _read_version_3,
    3: _read_version_3,
    4: _read_whole,
    5: _read_whole,
    6: _read_whole,
    7: _read_whole,
    8: _read_whole,
}


def _encoded(exploration: Exploration, name: str) -> bytes:
    """Return the bytes of a file that has been read back and found equal, and that can be opened again."""
    try:
        data = written(exploration)
        # NaN, for one, would become null.
        same = len(data) > MOST_BYTES or _READERS[VERSION](data) == by_reference(exploration)
    except (ValueError, TypeError, OverflowError, RecursionError):
        same = False
    if not same:
        raise BadFile(
            "“{name}” can't be saved: it holds a number that is not finite or an invalid character.",
            name=name,
        )
    if len(data) > MOST_BYTES:
        raise BadFile(
            "“{name}” can't be saved: it would have {got} MB, where at most {most} MB are read.",
            name=name, got=-(-len(data) // 1_000_000), most=MOST_BYTES // 1_000_000,
        )  # fmt: skip
    try:
        check_showable(exploration)
    except Refusal as reason:
        raise BadFile(
            "“{name}” can't be saved, for it could not be opened again: {reason}", name=name, reason=reason
        ) from reason
    return data


def _with_texts(exploration: Exploration) -> dict[str, object]:
    """Return the fields of an exploration with the texts of its cells: a file opens the same if one that ships changes."""
    networks = [_with_text(recipe) for recipe in exploration.networks]
    runs = [asdict(run) | {"recipe": _with_text(run.recipe)} for run in exploration.runs]
    kept = [asdict(one) | {"exploration": _with_texts(one.exploration)} for one in exploration.bookmarks]
    lens = asdict(exploration.lens)
    if lens["split"] == "paths":
        # Programs from before it read what does not ask for it.
        del lens["split"]
    return asdict(exploration) | {"networks": networks, "runs": runs, "bookmarks": kept, "lens": lens}


def _with_text(recipe: Recipe) -> dict[str, object]:
    return _layer_with_text(recipe) | _others_with_texts(recipe)


def _layer_with_text(layer: LayerRecipe) -> dict[str, object]:
    return asdict(layer) | {"cell": with_text(layer.cell)}


def _others_with_texts(recipe: Recipe) -> dict[str, object]:
    above, decoder = ([_layer_with_text(layer) for layer in layers] for layers in (recipe.above, recipe.decoder))
    return {"above": above, "decoder": decoder}


def _refuse_damage(name: str, reason: object) -> NoReturn:
    if not isinstance(reason, Refusal):
        # Some quote what they found, however long it is.
        said = str(reason)
        reason = said if len(said) <= _LONGEST_REASON else f"{said[:_LONGEST_REASON]}…"
    raise BadFile("“{name}” is damaged and can't be opened ({reason}).", name=name, reason=reason)
