"""What has no room is folded: parts of the window give way to its middle, each to a button that opens it again.

A person's wish comes first: what was opened last stays open, and others give way to it. Without a wish the parts named
first stay longest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from unicodedata import east_asian_width

from PySide6.QtCore import QByteArray, QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QSizePolicy,
    QSplitter,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from explorer.gui.controls.plain import set_tip
from explorer.gui.controls.stillness import when_still
from explorer.gui.shell.frame.division import Need, divided, opened
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import with_key

_HANDLE = 6
_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine
_UNLIMITED = 16_777_215
"""Pixels: what Qt takes for no limit."""


class Opener(QToolButton):
    """What is left of a folded part: its name, upright in a row and turned in a column."""

    def __init__(self, upright: bool) -> None:
        super().__init__()
        self._upright = upright
        self.setProperty("opener", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policies = (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(*policies if upright else reversed(policies))

    def sizeHint(self) -> QSize:
        """Return room for the name and some air."""
        thick = round(1.6 * self.fontMetrics().height())
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2 * thick
        return QSize(wide, thick) if self._upright else QSize(thick, wide)

    def minimumSizeHint(self) -> QSize:
        """Return room for the name's height."""
        thick = self.sizeHint().height() if self._upright else self.sizeHint().width()
        return QSize(thick, thick)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint a card with the name and an arrow to where the part will be."""
        option, painter = QStyleOptionToolButton(), QStylePainter(self)
        self.initStyleOption(option)
        option.text = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = QRect(self.rect())
        if not self._upright:
            painter.rotate(90)
            place = QRect(0, -self.width(), self.height(), self.width())
        if self._upright or not _in_columns(self.text()):
            taken = painter.drawText(place, _CENTRE, self.text())
        else:
            taken = self._write_down(painter, place)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(self._arrow(QPointF(taken.left() - place.height() / 2, place.center().y() + 1)))
        painter.end()

    def _write_down(self, painter: QPainter, place: QRect) -> QRect:
        """Write sign under sign, as Chinese is written in a column; return where, in the turned ``place``."""
        line = self.fontMetrics().height()
        length = line * len(self.text())
        taken = QRect(place.center().x() - length // 2, place.top(), length, place.height())
        painter.save()
        painter.resetTransform()
        for i, sign in enumerate(self.text()):
            painter.drawText(QRect(0, taken.left() + i * line, self.width(), line), _CENTRE, sign)
        painter.restore()
        return taken

    def _arrow(self, at: QPointF) -> QPolygonF:
        """Return an arrow to where the part will be: down, or from its edge of the window inwards."""
        inwards = self._upright or 2 * self.mapTo(self.window(), QPoint(0, 0)).x() > self.window().width()
        side, tip = 0.3 * self.fontMetrics().height(), 0.25 * self.fontMetrics().height() * (1 if inwards else -1)
        return QPolygonF([at + QPointF(-side, -tip), at + QPointF(side, -tip), at + QPointF(0, tip)])


def _in_columns(text: str) -> bool:
    """Return whether ``text`` is in a script that is also written in columns: wide signs, as Chinese has."""
    return any(east_asian_width(sign) in "WF" for sign in text)


class Fold(QWidget):
    """Holds ``part`` of the window, or folded the button that opens it; ``asked()``: a person wants it open."""

    asked = Signal()

    def __init__(self, part: QWidget, need: Callable[[], Need], name: Callable[[], str], way: Qt.Orientation) -> None:
        """Begin open; ``name()`` is what the button says, and ``way`` how the window is divided here."""
        super().__init__()
        self.part, self._need, self._name, self._way = part, need, name, way
        rows = way == Qt.Orientation.Vertical
        self.opener = Opener(upright=rows)
        self.opener.hide()
        # A picture leaves out what is folded as a whole.
        self.opener.setProperty("pictured", True)
        self.opener.clicked.connect(self.asked)
        layout = QBoxLayout(QBoxLayout.Direction.TopToBottom if rows else QBoxLayout.Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(part)
        layout.addWidget(self.opener)

    @property
    def folded(self) -> bool:
        """Return whether only the button is shown."""
        return not self.opener.isHidden()

    def need(self) -> Need:
        """Return what it asks for."""
        return replace(self._need(), folded=self.thickness())

    def thickness(self) -> int:
        """Return what it takes folded."""
        hint = self.opener.sizeHint()
        return hint.height() if self._way == Qt.Orientation.Vertical else hint.width()

    def set_folded(self, folded: bool) -> None:
        """Fold or open; the keyboard goes along."""
        if folded == self.folded:
            return
        held = self.window().focusWidget()
        inside = held is not None and (held is self.opener or self.part is held or self.part.isAncestorOf(held))
        self.opener.setVisible(folded)
        self.part.setVisible(not folded)
        self._leave_out(folded)
        self.limit()
        if inside:
            entry = self.opener if folded else _entry(self.part)
            entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_out(self, folded: bool) -> None:
        """Leave it out of pictures while it is folded; what is all controls is left out anyway."""
        if self.part.property("controls") is None:
            self.setProperty("pictured", False if folded else None)

    def limit(self) -> None:
        """Take no more than the button needs, or as much as there is."""
        most = self.thickness() if self.folded else _UNLIMITED
        set_most = self.setMaximumHeight if self._way == Qt.Orientation.Vertical else self.setMaximumWidth
        set_most(most)

    def dress(self, key: str) -> None:
        """Say the name in the language that is now spoken; ``key`` opens it, too."""
        self.opener.setText(self._name())
        said = tr("Open: {name}").format(name=self._name())
        self.opener.setAccessibleName(said)
        set_tip(self.opener, with_key(said, key))
        self.limit()


def _entry(part: QWidget) -> QWidget:
    """Return what of ``part`` Tab comes to first."""
    one = part
    while not (one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus):
        after = one.nextInFocusChain()
        if after is None or after is part:
            return part
        one = after
    return one


class Folds(QSplitter):
    """A splitter whose parts fold where there is no room; ``folded(name, folded)`` when one does or is opened.

    It divides itself anew at every size until a person moves a handle.
    """

    folded = Signal(str, bool)

    def __init__(self, way: Qt.Orientation) -> None:
        super().__init__(way)
        self.parts: dict[str, QWidget] = {}
        self._needs: list[Callable[[], Need]] = []
        self._order: list[int] = []
        self._shut: set[int] = set()
        self._forced: int | None = None
        self._moved = False
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

    @property
    def folding(self) -> tuple[str, ...]:
        """Return the names of the parts that fold."""
        return tuple(name for name, part in self.parts.items() if isinstance(part, Fold))

    def fold(self, name: str) -> Fold:
        """Return a part that folds."""
        part = self.parts[name]
        assert isinstance(part, Fold)
        return part

    def wish(self, name: str, open_: bool) -> None:
        """Open or fold a part because a person wants it so."""
        number = list(self.parts).index(name)
        self._forced = number if open_ else None if self._forced == number else self._forced
        (self._shut.discard if open_ else self._shut.add)(number)
        if open_:
            self._order.remove(number)
            self._order.insert(0, number)
        when_still(self, self._arrange)

    def arrange_anew(self) -> None:
        """Divide again: what the parts need is another."""
        when_still(self, self._arrange)

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
            self._arrange()
        return done

    def setSizes(self, sizes: Sequence[int]) -> None:
        """Divide as somebody wants it, and leave it so."""
        self._moved = True
        super().setSizes(sizes)

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview[int]) -> bool:
        """Divide as it was kept, and leave it so."""
        self._moved = True
        return super().restoreState(state)

    def saveState(self) -> QByteArray:
        """Return the division to keep; an empty one where nobody chose it."""
        return super().saveState() if self._moved else QByteArray()

    @property
    def _upright(self) -> bool:
        return self.orientation() == Qt.Orientation.Vertical

    def _keep_division(self) -> None:
        self._moved = True

    def _there(self, number: int) -> bool:
        return not list(self.parts.values())[number].isHidden()

    def _handles(self) -> int:
        return self.handleWidth() * (sum(map(self._there, range(self.count()))) - 1)

    def _arrange(self) -> None:
        """Fold and open what the present size asks for, and divide it."""
        there = [i for i in range(self.count()) if self._there(i)]
        room = (self.height() if self._upright else self.width()) - self._handles()
        if not there or room <= 0:
            return
        # A share is one of the whole, its handles included.
        whole = room + self._handles()
        needs = [replace(need, share=need.share * whole / room) for need in (self._needs[i]() for i in there)]
        wished = [there.index(i) for i in self._order if i in there and i not in self._shut]
        forced = there.index(self._forced) if self._forced in there else None
        open_ = {there[i] for i in opened(room, needs, wished, forced)}
        changed = self._fold_all_but(open_)
        if changed or not self._moved:
            self._moved = self._moved and not changed
            found = dict(zip(there, divided(room, needs, [there.index(i) for i in open_]), strict=True))
            super().setSizes([found.get(i, 0) for i in range(self.count())])

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
