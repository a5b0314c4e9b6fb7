"""`Store`: the present exploration, the ones before it, the document that each belongs to, and who wants to know."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from explorer.workspace.exploration.exploration import Exploration

MOST_UNDO_STEPS = 500

Subscriber = Callable[[Exploration, Exploration], None]


@dataclass(frozen=True, slots=True)
class Document:
    """Where an exploration belongs: the file ``path``, if any, and what can be had again from there without saving.

    That is the content of the file, or a preset as it was chosen; None where it is nowhere but here.
    """

    path: Path | None = None
    saved: Exploration | None = None


class _Step(NamedTuple):
    """A named gesture, and what is on its other side; ``document`` where that is another one, too."""

    label: str
    exploration: Exploration
    document: Document | None = None


class Store:
    """Holds the present exploration and its history.

    A gesture is committed and can be undone; a cursor move only adjusts the present. Undo restores exactly
    what was there just before the gesture, the cursor included, and redo exactly what was there when it was
    undone. An exploration of another document takes the place of the present one together with its document, back
    and forth. Whoever subscribes is told of every change, in order, also of changes that another subscriber
    makes meanwhile.
    """

    def __init__(self, exploration: Exploration) -> None:
        self._present = exploration
        self._document = Document(saved=exploration)
        self._past: deque[_Step] = deque(maxlen=MOST_UNDO_STEPS)
        self._future: list[_Step] = []
        self._merge: str | None = None
        self._subscribers: dict[object, Subscriber] = {}
        self._untold: deque[tuple[Exploration, Exploration]] = deque()
        self._telling = False
        self._failed: Callable[[Exception], None] | None = None

    @property
    def exploration(self) -> Exploration:
        """Return the present exploration."""
        return self._present

    @property
    def document(self) -> Document:
        """Return the document that the present exploration belongs to."""
        return self._document

    def commit(self, label: str, exploration: Exploration, merge: str | None = None) -> None:
        """Make ``exploration`` the present, as one undo step called ``label``; an equal one changes nothing.

        Commits that follow one another with the same ``merge`` key are one step, until `seal`, undo or redo.
        """
        if exploration == self._present:
            return
        if merge is None or merge != self._merge:
            self.seal()
            self._past.append(_Step(label, self._present))
        self._merge = merge
        self._future.clear()
        self._become(exploration)

    def replace(self, label: str, exploration: Exploration, document: Document) -> None:
        """Make ``exploration`` of another ``document`` the present, both as one undo step called ``label``."""
        if (exploration, document) == (self._present, self._document):
            return
        self.seal()
        self._past.append(_Step(label, self._present, self._document))
        self._future.clear()
        self._document = document
        self._become(exploration)

    def adjust(self, exploration: Exploration) -> None:
        """Make ``exploration`` the present without an undo step; what was saved stays saved."""
        if exploration == self._present:
            return
        if self.clean:
            self._document = replace(self._document, saved=exploration)
        self._become(exploration)

    def seal(self) -> None:
        """End a run of merged commits, as the mouse's release does; one that led nowhere leaves no step."""
        if self._merge is not None and self._past and self._past[-1].exploration == self._present:
            self._past.pop()
        self._merge = None

    def undo(self) -> None:
        """Go back to just before the last gesture; without one, nothing happens."""
        self.seal()
        if self._past:
            step = self._past.pop()
            self._future.append(self._other_side(step))
            self._become(step.exploration)

    def redo(self) -> None:
        """Do the last undone gesture again; without one, nothing happens."""
        self.seal()
        if self._future:
            step = self._future.pop()
            self._past.append(self._other_side(step))
            self._become(step.exploration)

    def _other_side(self, step: _Step) -> _Step:
        """Return the way back of ``step``, and take on the document to which it leads."""
        left = self._document if step.document is not None else None
        self._document = step.document or self._document
        return _Step(step.label, self._present, left)

    @property
    def can_undo(self) -> bool:
        """Return whether there is a gesture to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Return whether there is a gesture to redo."""
        return bool(self._future)

    @property
    def undo_label(self) -> str:
        """Return the name of the gesture that `undo` takes back; empty without one."""
        return self._past[-1].label if self._past else ""

    @property
    def redo_label(self) -> str:
        """Return the name of the gesture that `redo` does again; empty without one."""
        return self._future[-1].label if self._future else ""

    @property
    def clean(self) -> bool:
        """Return whether the present is what was last saved, cursor moves aside."""
        return self._present == self._document.saved

    @property
    def left_unsaved(self) -> list[tuple[Exploration, Document]]:
        """Return what was not saved when another document took its place, and is there for undo or redo alone, in order."""
        steps = [*self._past, *reversed(self._future)]
        left = [(step.exploration, step.document) for step in steps if step.document is not None]
        return [(exploration, document) for exploration, document in left if exploration != document.saved]

    def saved_to(self, path: Path | None) -> None:
        """Take the present as what is in the file ``path``, to which it now belongs."""
        self._document = Document(path, self._present)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call ``callback(before, after)`` after every change; return what ends that.

        A subscriber that raises keeps neither the change nor the others from being told: see `report_to`.
        """
        key = object()
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def report_to(self, failed: Callable[[Exception], None]) -> None:
        """Call ``failed`` with what a subscriber raises; as long as nobody wants it, it comes out of the call that made the
        change.
        """
        self._failed = failed

    def _become(self, exploration: Exploration) -> None:
        self._untold.append((self._present, exploration))
        self._present = exploration
        if not self._telling:
            self._tell()

    def _tell(self) -> None:
        errors: list[Exception] = []
        self._telling = True
        try:
            while self._untold:
                errors += self._tell_all(*self._untold.popleft())
        finally:
            self._telling = False
        if self._failed is not None:
            for error in errors:
                self._failed(error)
        elif len(errors) == 1:
            raise errors[0]
        elif errors:
            raise ExceptionGroup("several subscribers failed", errors)

    def _tell_all(self, before: Exploration, after: Exploration) -> list[Exception]:
        errors = []
        for key in list(self._subscribers):
            try:
                if key in self._subscribers:
                    self._subscribers[key](before, after)
            except Exception as error:
                errors.append(error)
        return errors
