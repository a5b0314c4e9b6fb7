"""A training that another process records, in the window: its moments come in as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.engine.errors import Refusal
from explorer.gui.core.controller import Controller
from explorer.gui.words.i18n import mark, tr

if TYPE_CHECKING:
    from explorer.workspace.exploration.exploration import Exploration
    from explorer.workspace.watched.following import Following

_EVERY = 500
"""Milliseconds between two looks at the file."""
_LABEL = mark("Follow a training")
_MERGE = "following"


class Follower(QObject):
    """Follows the run in a file until it ends, or something else is opened. ``noted(text)``: what became of it."""

    noted = Signal(str)

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._following: Following | None = None
        self._look = QTimer(self)
        self._look.setInterval(_EVERY)
        self._look.timeout.connect(self._grow)

    @property
    def follows(self) -> bool:
        """Return whether a run is being followed."""
        return self._following is not None

    def open(self, path: Path, name: str = "", chose: Mapping[str, str] | None = None) -> bool:
        """Show the network or layer ``name`` of the run in the file at ``path``, and follow it.

        Return whether it could be read. ``chose`` is what was chosen of what its arrays leave open.
        """
        # Few people follow a run: what reads one is loaded when one is there.
        from explorer.workspace.watched.following import Following
        from explorer.workspace.watched.run import WatchedRun

        try:
            following = Following.of(WatchedRun(path), name, chose)
            begun = following.begun()
        except Refusal as refusal:
            self._controller.refuse(refusal)
            return False
        self._following = following
        self._controller.replace(_LABEL, begun)
        self._tell()
        return True

    def close(self) -> None:
        """Follow nothing any more."""
        self._following = None
        self._look.stop()

    def _grow(self) -> None:
        """Take in what has come, unless the person has gone on to something else."""
        present = self._controller.store.exploration
        following = self._following = self._following and self._following.seen_in(present)
        if following is None:
            self.close()
            return
        try:
            moments = following.run.grow()
            # Who went back to another layer of the run has not seen what came since.
            after = following.grown(present, following.run.moments if moments else [])
        except Refusal as refusal:
            self.close()
            self._controller.refuse(refusal)
            return
        if after is not present:
            self._take(after)
        if moments or following.run.ended:
            self._tell()

    def _take(self, after: Exploration) -> None:
        """Show what came; it stands in the run's file, so that nothing of it is unsaved."""
        store = self._controller.store
        clean = store.clean
        self._controller.follow(_LABEL, after, _MERGE)
        if clean:
            store.saved_to(store.document.path)

    def _tell(self) -> None:
        """Say how far the run has come, and look again if more may come."""
        assert self._following is not None
        run = self._following.run
        said = tr("“{name}” has ended at update {step}.") if run.ended else tr("“{name}” is followed: update {step}.")
        self.noted.emit(said.format(name=run.path.name, step=run.moments[-1].step))
        if run.ended:
            self.close()
        else:
            self._look.start()
