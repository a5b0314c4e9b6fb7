"""The working state on disk, so that a crash loses nothing.

Each running program writes a file of its own and holds the system's lock on another beside it. The system
drops the lock when the program ends, however it ends: a file whose lock can be taken was left by a crash,
and no other can be mistaken for it. Whoever takes the lock owns the file, so that of two programs only one
is offered it.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import BinaryIO

from explorer.engine.errors import BadFile
from explorer.workspace.disk.files import SUFFIX, load, save
from explorer.workspace.disk.locks import hold
from explorer.workspace.exploration.exploration import Exploration


class Autosave:
    """The autosaved state of one running program in a folder that all of them share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"autosave-{secrets.token_hex(8)}{SUFFIX}"
        self._lock: BinaryIO | None = None
        self._taken: dict[Path, BinaryIO] = {}

    def write(self, exploration: Exploration) -> None:
        """Keep ``exploration``; what was offered is then given up, so let the person answer the offer first.

        Raises
        ------
        BadFile
            As `save` does.
        """
        if self._lock is None:
            self._lock = self._locked()
        save(self._path, exploration)
        self._drop_taken()

    def offer(self) -> Exploration | None:
        """Return the newest state that a crash left, or None; files that can't be read are passed over.

        What is offered stays on disk until `write` or `clear`, and no other program is offered it meanwhile.
        """
        for path in sorted(self._folder.glob(f"autosave-*{SUFFIX}"), key=_age):
            if path not in self._taken and (lock := _try_lock(path)) is not None:
                try:
                    exploration = load(path)
                except BadFile:
                    lock.close()
                    continue
                self._taken[path] = lock
                return exploration
        return None

    def clear(self) -> None:
        """Remove what this program wrote and what it was offered: it ends well, or starts anew."""
        self._drop_taken()
        if self._lock is not None:
            _remove(self._path, self._lock)
            self._lock = None

    def close(self) -> None:
        """Let go of everything and leave it on disk, as a crash does: the next program is offered it."""
        for lock in (*self._taken.values(), *([self._lock] if self._lock else [])):
            lock.close()
        self._taken.clear()
        self._lock = None

    def _locked(self) -> BinaryIO:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = _try_lock(self._path)
        except OSError:
            lock = None
        if lock is None:
            raise BadFile("The working state can't be kept: “{folder}” may not be written.", folder=self._folder)
        return lock

    def _drop_taken(self) -> None:
        while self._taken:
            _remove(*self._taken.popitem())


def _try_lock(path: Path) -> BinaryIO | None:
    """Return the locked lock file beside ``path``, or None if a running program holds it."""
    try:
        lock = path.with_suffix(".lock").open("ab")
    except OSError:
        return None
    if hold(lock):
        return lock
    lock.close()
    return None


def _remove(path: Path, lock: BinaryIO) -> None:
    """Remove a state before its lock is let go, so that it is never seen without an owner."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    lock.close()
    with contextlib.suppress(OSError):
        path.with_suffix(".lock").unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0
