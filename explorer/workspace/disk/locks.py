"""Keeping two running programs apart: the system drops a lock when the program that holds it ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from explorer.engine.errors import BadFile

if sys.platform == "win32":
    import msvcrt

    _PLACE = 2**31 - 2
    """The byte that is locked: Windows keeps others from reading it, too, so it must be one that is not there."""
else:
    import fcntl

_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_LONGEST_NAME = 255


class BeingWritten(BadFile):
    """Another running program writes the file."""

    def __init__(self, name: str) -> None:
        super().__init__("“{name}” is being written by another training; choose another name, or wait.", name=name)


def hold(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed; return whether no other has it. Where there are no locks, nobody has."""
    try:
        if sys.platform == "win32":
            os.lseek(file.fileno(), _PLACE, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only one of the running programs that works on the file at ``path``, which itself need not be there.

    Where no lock file can be put beside it the file can't be written either, which is for its writer to tell.

    Raises
    ------
    BeingWritten
        If another one does.
    """
    try:
        place = _lock_of(path)
        lock = _locked(place)
    except OSError:
        yield
        return
    if lock is None:
        raise BeingWritten(path.name)
    try:
        yield
    finally:
        _release(place, lock)


def _lock_of(path: Path) -> Path:
    """Return the lock file of ``path``: one for all names that lead there."""
    target = Path(os.path.realpath(path))
    name = f".{target.name}.lock"
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()}.lock"
    return target.with_name(name)


def _locked(place: Path) -> IO[bytes] | None:
    """Return the locked file, None if another has it."""
    while True:
        lock = place.open("ab")
        if not hold(lock):
            lock.close()
            return None
        # Who had it may have removed it since it was opened: then the lock is one on nothing.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), place.stat()):
                return lock
        lock.close()


def _release(place: Path, lock: IO[bytes]) -> None:
    """Remove the lock file before it is let go, or else, where an open file can't be removed, behind it."""
    with contextlib.suppress(OSError):
        place.unlink()
    lock.close()
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            place.unlink()
