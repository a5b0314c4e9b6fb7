"""What has no room is folded: parts of the window give way to its middle.

A person's wish comes first: what was opened last stays open, and others give way to it. Without a wish the parts named
first stay longest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from explorer.gui.controls.stillness import when_still
from explorer.gui.shell.frame.division import Need, divided, opened
from explorer.gui.shell.frame.fold import Fold
from explorer.gui.shell.frame.handle import Handle

_HANDLE = 4
_CALM, _OFTEN = 250, 4
"""Milliseconds after which what asked for more and less has come to rest, and how often it may come and go until then."""


class Folds(QSplitter):
    """A splitter whose parts fold where there is no room; ``folded(name, folded)`` when one does or is opened.

    ``opening()``: a person wants some opened, which are not yet. It divides itself anew at every size until a person moves
    a handle.
    """

    folded = Signal(str, bool)
    opening = Signal()

    def __init__(self, way: Qt.Orientation) -> None:
        super().__init__(way)
        self.parts: dict[str, QWidget] = {}
        self._needs: list[Callable[[], Need]] = []
        self._order: list[int] = []
        self._shut: set[int] = set()
        self._forced: int | None = None
        self._before: tuple[frozenset[int], int | None] = frozenset(), None
        # How often a part was folded lately because others asked for more: what it leaves may make them ask for less.
        self._crowded: Counter[int] = Counter()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._crowded.clear)
        self._moved = False
        self._kept: QByteArray | bytes | bytearray | memoryview[int] | None = None
        self.setChildrenCollapsible(False)
        self.setHandleWidth(_HANDLE)
        self.splitterMoved.connect(self._keep_division)

    def add(self, name: str, part: QWidget, need: Callable[[], Need]) -> None:
        """Add a part that is never folded."""
        self.parts[name] = part
        self._needs.append(need)
        self.addWidget(part)

    def add_folding(self, name: str, part: QWidget, need: Callable[[], Need], title: Callable[[], str]) -> None:
        """Add a part that is folded where there is no room, called ``title()``; the first ones stay longest."""
        fold = Fold(part, need, title, self.orientation())
        self._order.append(len(self._needs))
        self.add(name, fold, fold.need)
        fold.asked.connect(partial(self.wish, name, True))

    def keep_longest(self, name: str) -> None:
        """Fold ``name`` after all others, whichever was added first."""
        number = list(self.parts).index(name)
        self._order.remove(number)
        self._order.insert(0, number)

    def createHandle(self) -> Handle:
        """Return a border that has keys."""
        return Handle(self.orientation(), self)

    def name_handles(self, names: Sequence[str]) -> None:
        """Say of each border which two of the parts, called ``names``, it divides."""
        for i, pair in enumerate(pairwise(names), start=1):
            handle = self.handle(i)
            assert isinstance(handle, Handle)
            handle.say(*pair)

    @property
    def folding(self) -> tuple[str, ...]:
        """Return the names of the parts that fold."""
        return tuple(name for name, part in self.parts.items() if isinstance(part, Fold))

    def fold(self, name: str) -> Fold:
        """Return a part that folds."""
        part = self.parts[name]
        assert isinstance(part, Fold)
        return part

    @property
    def opened_by_hand(self) -> str:
        """Return which part a person opened, that has its room before all others; "" for none."""
        return "" if self._forced is None else list(self.parts)[self._forced]

    def wish(self, name: str, open_: bool) -> None:
        """Open or fold a part because a person wants it so."""
        number = list(self.parts).index(name)
        self._forced = number if open_ else None if self._forced == number else self._forced
        (self._shut.discard if open_ else self._shut.add)(number)
        if open_:
            self.opening.emit()
            self.keep_longest(name)
        when_still(self, self._arrange)

    def put_aside(self, on: bool) -> None:
        """Fold all that folds, or wish again what was wished before; what was opened meanwhile stays open."""
        if on:
            self._before, self._forced = (frozenset(self._shut), self._forced), None
            self._shut |= set(self._order)
        else:
            self.opening.emit()
            shut, forced = self._before
            self._shut &= shut
            self._forced = forced if self._forced is None else self._forced
        when_still(self, self._arrange)

    def arrange_anew(self) -> None:
        """Divide again: what the parts need is another."""
        when_still(self, self._arrange)

    def divide_anew(self) -> list[int]:
        """Divide by what the parts need; return the sizes that a person had chosen, none where nobody had."""
        chosen, self._moved = self.sizes() if self._moved else [], False
        self.arrange_anew()
        return chosen

    def minimumSizeHint(self) -> QSize:
        """Return what it needs when all that can be is folded."""
        needs = [need() for need in self._needs]
        least = sum(
            need.least if i == self._forced else need.closed() for i, need in enumerate(needs) if self._there(i)
        )
        least += self._handles()
        across = super().minimumSizeHint()
        return QSize(across.width(), least) if self._upright else QSize(least, across.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold first what has no room in the new size."""
        self._arrange()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Fold what has no room when a part asks for more."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange(asked=True)
        return done

    def showEvent(self, event: QShowEvent) -> None:
        """Keep to what was kept until all is in its place."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._forget)

    def setSizes(self, sizes: Sequence[int]) -> None:
        """Divide as somebody wants it, and leave it so."""
        self._moved = True
        super().setSizes(sizes)

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview[int]) -> bool:
        """Divide as it was kept, and leave it so; what folds only when it is shown takes nothing of that."""
        self._moved, self._kept = True, state
        return super().restoreState(state)

    def saveState(self) -> QByteArray:
        """Return the division to keep; an empty one where nobody chose it."""
        return super().saveState() if self._moved else QByteArray()

    def _forget(self) -> None:
        self._kept = None

    @property
    def _upright(self) -> bool:
        return self.orientation() == Qt.Orientation.Vertical

    def _keep_division(self) -> None:
        self._moved = True

    def _there(self, number: int) -> bool:
        return not list(self.parts.values())[number].isHidden()

    def _handles(self) -> int:
        return self.handleWidth() * (sum(map(self._there, range(self.count()))) - 1)

    def _arrange(self, asked: bool = False) -> None:
        """Fold and open what the present size asks for, and divide it.

        What is folded again and again because a part ``asked`` for more is not opened because it asks for less.
        """
        there = [i for i in range(self.count()) if self._there(i)]
        room = (self.height() if self._upright else self.width()) - self._handles()
        if not there or room <= 0:
            return
        # A share is one of the whole, its handles included.
        whole = room + self._handles()
        grown = whole / room
        all_needs = (self._needs[i]() for i in there)
        needs = [replace(need, share=need.share * grown, even=need.even * grown) for need in all_needs]
        wished = [there.index(i) for i in self._order if i in there and i not in self._shut]
        forced = there.index(self._forced) if self._forced in there else None
        open_ = {there[i] for i in opened(room, needs, wished, forced)}
        if asked:
            open_ -= {number for number, times in self._crowded.items() if times >= _OFTEN and number != self._forced}
            self._crowded.update(self._folding_but(open_))
            self._calm.start()
        else:
            self._crowded.clear()
        changed = self._fold_all_but(open_)
        if changed and self._kept is not None:
            super().restoreState(self._kept)
        elif changed or not self._moved:
            self._moved = self._moved and not changed
            found = dict(zip(there, divided(room, needs, [there.index(i) for i in open_]), strict=True))
            super().setSizes([found.get(i, 0) for i in range(self.count())])

    def _folding_but(self, open_: Collection[int]) -> list[int]:
        """Return which parts are open and are to be folded."""
        parts = enumerate(self.parts.values())
        return [i for i, part in parts if i not in open_ and isinstance(part, Fold) and not part.folded]

    def _fold_all_but(self, open_: Collection[int]) -> bool:
        """Fold and open; return whether anything changed."""
        changed = False
        for number, (name, part) in enumerate(self.parts.items()):
            folds = number not in open_
            if isinstance(part, Fold) and not part.isHidden() and part.folded != folds:
                part.set_folded(folds)
                self.folded.emit(name, folds)
                changed = True
        return changed
