"""`.gflow` files: one exploration as JSON in an envelope that names the format and its version.

Every file holds every field, so a default that changes later changes no old file. A change of what an
exploration holds needs a new version: a row in `_READERS`, and the old row then reads the old form and turns
it into the new one.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec
from msgspec import Struct

import explorer
from explorer.engine.errors import BadFile
from explorer.workspace.exploration import Exploration, Text, replace
from explorer.workspace.places import target_of
from explorer.workspace.reading import read_bounded

FORMAT = "gradient-flow-explorer"
VERSION = 3
SUFFIX = ".gflow"
MOST_BYTES = 96_000_000
"""Room for the trained weights, and for a record of which the snapshots that must stay are those of the largest network."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _Header(Struct, frozen=True):
    """What is read of any version: enough to say whether the rest can be."""

    format: str
    version: int


class _Envelope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole file; ``program`` is the version of the program that wrote it."""

    format: str
    version: int
    program: str
    exploration: Exploration


def load(path: Path) -> Exploration:
    """Return the exploration in a file.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big, empty, foreign, damaged or from a newer version of the
        program.
    """
    # Editors and shells put the mark of UTF-8 in front; JSON has none.
    data = read_bounded(path, MOST_BYTES).removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise BadFile("“{name}” is empty.", name=path.name)
    version = _version(data, path.name)
    if version > VERSION:
        raise BadFile(
            "“{name}” was saved by a newer version of this program: update the program to open it.",
            name=path.name,
        )
    if version not in _READERS:
        _refuse_damage(path.name, f"there is no version {version}")
    try:
        return _checked(_READERS[version](data))
    except (ValueError, RecursionError, OverflowError, MemoryError) as error:
        _refuse_damage(path.name, str(error))


def save(path: Path, exploration: Exploration) -> None:
    """Write an exploration to a file, whole or not at all: what was there stays until that is done.

    Raises
    ------
    BadFile
        The folder is missing or may not be written, the disk is full, or the exploration could not be read
        back.
    """
    write_bytes(path, _encoded(exploration, path.name))


def _version(data: bytes, name: str) -> int:
    try:
        header = msgspec.json.decode(data, type=_Header)
    except (ValueError, RecursionError) as error:
        if FORMAT.encode() in data[:200]:
            _refuse_damage(name, str(error))
        _refuse_foreign(name)
    if header.format != FORMAT:
        _refuse_foreign(name)
    return header.version


def _read_whole(data: bytes) -> Exploration:
    return msgspec.json.decode(data, type=_Envelope).exploration


def _read_version_2(data: bytes) -> Exploration:
    """Return an exploration whose task keeps the vocabulary that its network has learnt: other words were told apart."""
    exploration = _read_whole(data)
    task, fed = exploration.task, exploration.sequence
    if task is None or not task.text or not isinstance(fed, Text) or not fed.vocabulary:
        return exploration
    return replace(exploration, task=replace(task, vocabulary=fed.vocabulary))


def _checked(exploration: Exploration) -> Exploration:
    """Return ``exploration`` after a look into all trained weights: the first look must not wait until they are needed."""
    snapshots = [recipe.trained for recipe in exploration.networks if recipe.trained is not None]
    for snapshot in (*snapshots, *(exploration.record.snapshots if exploration.record is not None else ())):
        _ = snapshot.arrays
    return exploration


# Version 2 added what is learnt and what was trained: a file of version 1 has none of it, which is what the defaults say.
_READERS: dict[int, Callable[[bytes], Exploration]] = {1: _read_whole, 2: _read_version_2, 3: _read_whole}


def _encoded(exploration: Exploration, name: str) -> bytes:
    """Return the bytes of a file that has been read back and found equal: NaN, for one, would become null."""
    envelope = _Envelope(format=FORMAT, version=VERSION, program=explorer.__version__, exploration=exploration)
    try:
        data = msgspec.json.encode(envelope)
        same = len(data) > MOST_BYTES or _READERS[VERSION](data) == exploration
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
    return data


def write_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` into the file at ``path``, which is there whole or as it was.

    Raises
    ------
    BadFile
        If it can't be written: one sentence that says why.
    """
    try:
        _replace(target_of(path), data)
    except OSError as error:
        _refuse_write(path, error)


def check_writable(path: Path) -> None:
    """Refuse a ``path`` into which `write_bytes` could write nothing: before the work, not after it.

    Raises
    ------
    BadFile
        As `write_bytes` does.
    """
    try:
        target = target_of(path)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder has this name")
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        _refuse_write(path, error)


def _replace(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of the file at ``path``, which keeps its permissions."""
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _refuse_foreign(name: str) -> NoReturn:
    raise BadFile("“{name}” is not a file of the Gradient Flow Explorer.", name=name)


def _refuse_damage(name: str, reason: str) -> NoReturn:
    raise BadFile("“{name}” is damaged and can't be opened ({reason}).", name=name, reason=reason)


def _refuse_write(path: Path, error: OSError) -> NoReturn:
    # Of a link, the folder to which it leads; `Path.is_symlink` raises where the name is too long.
    linked = os.path.islink(path)  # noqa: PTH114
    name, folder = path.name, str(Path(os.path.realpath(path)).parent if linked else path.parent)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if Path(folder).is_dir():
            raise BadFile(
                "“{name}” can't be saved: the folder “{folder}” takes no files.", name=name, folder=folder
            ) from error
        raise BadFile("“{name}” can't be saved: there is no folder “{folder}”.", name=name, folder=folder) from error
    if isinstance(error, IsADirectoryError):
        raise BadFile("“{name}” can't be saved: a folder has this name.", name=name) from error
    if error.errno in _FULL:
        raise BadFile("“{name}” can't be saved: the disk is full.", name=name) from error
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        raise BadFile("“{name}” can't be saved: the file or its folder may not be written.", name=name) from error
    raise BadFile("“{name}” can't be saved: {reason}.", name=name, reason=error.strerror) from error
