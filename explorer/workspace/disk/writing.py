"""Writing a file whole or not at all, and clearing away what a program that was killed meanwhile has left."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from explorer.engine.errors import BadFile
from explorer.workspace.disk.places import target_of

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DRAFT = ".gradient-flow-draft"
_OURS = re.compile(rf"\..+\.[0-9a-f]{{8}}{re.escape(_DRAFT)}", re.DOTALL)
_EARLY = re.compile(r"\..+\.gflow\.[0-9a-f]{8}", re.DOTALL)
_BEGINNING = b'{"format":"gradient-flow-explorer",'
"""What earlier versions left has a name that others might give, too: it must begin as our files do."""
_FORGOTTEN = 24 * 3600.0
"""Seconds: no writing takes a day."""
_MOST_NAME = 100
"""Bytes of a draft's name that are its file's: a system takes 255."""


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
        refuse_write(path, error)


def check_writable(path: Path) -> None:
    """Refuse a ``path`` into which `write_bytes` could write nothing: before the work, not after it.

    Raises
    ------
    BadFile
        As `write_bytes` does.
    """
    try:
        target = target_of(path)
        _check_replaceable(target)
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        refuse_write(path, error)


def _check_replaceable(path: Path) -> None:
    """Refuse what is there and may not be put out of its place: a pipe or a device would be gone."""
    if not path.exists():
        return
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder has this name")
    if not path.is_file():
        raise BadFile("“{name}” is a folder or a device, not a file.", name=path.name)
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")


def _replace(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of the file at ``path``, which keeps its permissions."""
    _check_replaceable(path)
    stem = os.fsdecode(os.fsencode(path.name)[:_MOST_NAME]).encode("utf-8", "ignore").decode()
    draft = path.with_name(f".{stem}.{os.urandom(4).hex()}{_DRAFT}")
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
    with contextlib.suppress(OSError):
        _clear_drafts(path.parent)


def _clear_drafts(folder: Path) -> None:
    """Remove the drafts in ``folder`` that a program left which was killed a day ago or longer, and nothing else."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_ours(entry) and _is_forgotten(entry.stat(follow_symlinks=False)):
                Path(entry.path).unlink()


def _is_ours(entry: os.DirEntry[str]) -> bool:
    """Return whether a draft is surely one of this program's."""
    if _OURS.fullmatch(entry.name):
        return True
    return _EARLY.fullmatch(entry.name) is not None and entry.is_file(follow_symlinks=False) and _begins_as_ours(entry)


def _begins_as_ours(entry: os.DirEntry[str]) -> bool:
    """Return whether a file begins as our files do."""
    try:
        with Path(entry.path).open("rb") as file:
            return file.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return False


def _is_forgotten(status: os.stat_result) -> bool:
    """Return whether this is a plain file of this person's that nobody has written to for a day."""
    mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return mine and stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and time.time() - status.st_mtime > _FORGOTTEN


def refuse_write(path: Path, error: OSError) -> NoReturn:
    """Say why ``path`` could not be written.

    Raises
    ------
    BadFile
        One sentence, in words of ours where the reason is a usual one.
    """
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
