"""What stands where in the window, and which of it folds: the sides beside the views, lines above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QStackedLayout, QVBoxLayout, QWidget

from explorer.gui.controls.bare import stop_before, tab_before, tab_into, tab_on
from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.frame.division import Need
from explorer.gui.shell.frame.enlarged import Enlarged
from explorer.gui.shell.frame.folds import Folds
from explorer.gui.shell.frame.shape import Column, Whole
from explorer.gui.shell.frame.side import Side
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words.i18n import language, tr

if TYPE_CHECKING:
    from explorer.gui.core.time_plot import TimePlot

_NARROWEST = 400
"""Pixels: a panel is folded before the views are narrower; with both panels they fit a projector of 1024 × 768."""
_SIDE = 330
_FOOT = 4
"""Pixels below the lowest card."""
_FOLDING = ("strip", "decay")
_LONGEST = "decay"
"""It tells of the row what the map can't, slopes; the network is drawn again as soon as it has room."""
_SHARES = {"states": (0.12, 0, 1), "flow": (0.45, 0, 4), "decay": (0.0, 130, 2), "strip": (0.0, 0, 1)}
"""The least share of each view's picture in the height of the middle, its usual height, and its part of what is left."""

_EVEN = {"states": 0.097, "flow": 0.45}
"""What is divided evenly where there is no room for all shares: in a presentation under a lesson's text, with a decay."""
_PRESENTED = _SHARES | {"flow": (0.6, 0, 4)}
"""The same in front of a room: of all of a screen of 1366 × 768 the map's picture has half."""
_DRAWN = _SHARES | {"states": (0.0, 0, 1), "flow": (0.3, 0, 2), "decay": (0.33, 130, 2)}
"""The same while a row is drawn by hand, or compared with what was."""


class Pages(QStackedLayout):
    """Pages of which the one in front alone asks for room."""

    def hasHeightForWidth(self) -> bool:
        """Return that the height follows from the room, whatever the width: Qt would ask every page."""
        return False

    def minimumSize(self) -> QSize:
        """Return the least that the page in front needs."""
        shown = self.currentWidget()
        return QSize() if shown is None else shown.minimumSizeHint().expandedTo(shown.minimumSize())

    def sizeHint(self) -> QSize:
        """Return what the page in front wants."""
        shown = self.currentWidget()
        return QSize() if shown is None else shown.sizeHint().expandedTo(self.minimumSize())


class Frame(Whole):
    """Holds all of the window but its menus: ``rows`` are the views of the middle, ``columns`` the middle and its sides.

    Each part that folds has an action of its name. ``enlargement(on)``: one view fills the middle, or none any more.
    ``unstaged()`` before the views of one network are shown, which are stacked when they are made.
    """

    enlargement = Signal(bool)
    unstaged = Signal()

    def __init__(self, left: Side, right: Side, actions: Actions) -> None:
        super().__init__(QWidget())
        self._actions, self._left, self._right = actions, left, right
        self._views: Sequence[TimePlot] = ()
        self.rows, self.columns = Folds(Qt.Orientation.Vertical), Folds(Qt.Orientation.Horizontal)
        self._middle, self._pages = QVBoxLayout(), Pages()
        self._enlarged, self._staged = Enlarged(self._pages), False
        self._stage: View | None = None
        self._above: QWidget | None = None
        self._kept_rows = QByteArray()
        self._inside: View | None = None
        self._before: View | None = None
        self._beside = False
        self._presenting = self._drawing = False
        self._division, self._measured = list[int](), (0.0, "")
        self.rows.setMinimumWidth(_NARROWEST)
        self._put_side_by_side()
        self._let_fold(self.columns)
        left.wanted.connect(partial(self._want, "build"))
        right.wanted.connect(partial(self._want, "inspect"))

    def enclose(self, controls: Sequence[QWidget]) -> None:
        """Put ``controls`` above everything; pictures show none of them."""
        column = Column(self.content)
        column.setContentsMargins(0, 0, 0, _FOOT)
        column.setSpacing(0)
        for part in controls:
            column.addWidget(part)
        column.addWidget(self.columns, 1)
        for part in (*controls, self.columns.fold("build")):
            part.setProperty("pictured", False)
        self._left.setProperty("controls", True)

    def put_above(self, part: QWidget) -> None:
        """Add ``part`` over the views and the sides."""
        column = self.content.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.columns), part)
        part.setProperty("pictured", False)

    def put_below_views(self, part: QWidget) -> None:
        """Add ``part`` to the middle; Tab goes on to it from the last view, folded or not."""
        self._middle.addWidget(part)
        tab_on(self.rows.handle(self.rows.count() - 1), part)

    def set_stage(self, stage: View, above: QWidget) -> None:
        """Let ``stage`` take the place of the views of one network when it is asked for, with ``above`` over those."""
        self._stage, self._above = stage, above
        self._pages.addWidget(stage)
        self._middle.insertWidget(0, above)

    def show_stage(self, on: bool) -> None:
        """Show the stage, which has the whole width at first, or the views of one network and what was open beside them."""
        if on == self._staged:
            return
        if not on:
            self.unstaged.emit()
        self.enlarge(None)
        self._staged = on
        self._turn_back()
        self.columns.put_aside(on)

    def set_inside(self, view: View) -> None:
        """Let ``view`` take the place of all others of the middle when it is asked to."""
        self._inside = view
        self._pages.addWidget(view)

    def show_inside(self, on: bool) -> None:
        """Show what is inside the chosen pair, with the room of the close look besides, or what was there before."""
        before = self.enlarged if on else self._before
        self.enlarge(None)
        if on and self._inside is not None:
            self._before, self._beside = before, not self.columns.fold("inspect").folded
            self._pages.setCurrentWidget(self._inside)
            self._pages.invalidate()
        else:
            self._turn_back()
        if self._beside:
            self.columns.wish("inspect", not on)
        if not on and before is not None:
            self.enlarge(before)

    def _turn_back(self) -> None:
        """Show the stage, or the views of one network, of which each has its place by what all of them need."""
        if self._stage is None or not self._staged:
            for view in self._views:
                view.catch_up()
        self._pages.setCurrentWidget(self._stage if self._staged and self._stage is not None else self.rows)
        self._pages.invalidate()

    @property
    def inside(self) -> bool:
        """Return whether what is inside a pair is in front."""
        return self._inside is not None and self._pages.currentWidget() is self._inside

    @property
    def front(self) -> QWidget:
        """Return what fills the middle, but for what lies over and below all that can."""
        return self._pages.currentWidget() or self.rows

    @property
    def enlarged(self) -> View | None:
        """Return the view that fills the middle, if one does."""
        return self._enlarged.view

    def enlarge(self, view: View | None) -> None:
        """Let ``view`` fill the middle, or None: bring back what does."""
        if view is not None:
            self._enlarged.begin(view)
        elif not self._enlarged.end():
            return
        self.enlargement.emit(view is not None)

    def open(self, view: View) -> None:
        """Open ``view`` where it is folded, and let nothing lie over it."""
        if view is not self.enlarged:
            self.enlarge(None)
        if (view is self._inside) != self.inside:
            self.show_inside(view is self._inside)
        if view.objectName() in self.rows.folding:
            self.rows.wish(view.objectName(), True)

    def set_presentation(self, on: bool) -> None:
        """Put both sides away, or bring them back; the map has more of the height meanwhile."""
        self._presenting = on
        for side in self.columns.folding:
            self.columns.fold(side).setVisible(not on)
            self._actions[side].setChecked(not on and not self.columns.fold(side).folded)
        self.columns.arrange_anew()
        self.rows.arrange_anew()

    def call(self, side: str, on: bool) -> None:
        """In a presentation show a ``side`` beside the views, in place of the other, or put it away again."""
        for other in self.columns.folding:
            shown = on and other == side
            self.columns.fold(other).setVisible(shown)
            self._actions[other].setChecked(shown)
        if on:
            self.columns.wish(side, True)
        self.columns.arrange_anew()

    def _want(self, side: str) -> None:
        """Show a side to which a person is led, also in a presentation, which has put both away."""
        if self._presenting:
            self.call(side, True)
        else:
            self.columns.wish(side, True)

    def dismiss(self) -> bool:
        """Put away a side that a presentation shows; return whether it showed one."""
        shown = [side for side in self.columns.folding if not self.columns.fold(side).isHidden()]
        if not self._presenting or not shown:
            return False
        self.call(shown[0], False)
        return True

    def let_draw(self, on: bool) -> None:
        """Give the decay as much room as the map, to draw a row on, or let all be divided as it was."""
        if on == self._drawing:
            return
        self._drawing, chosen = on, self._division
        self._division = self.rows.divide_anew()
        if not on and chosen:
            self.rows.setSizes(chosen)

    def _height_of(self, view: TimePlot) -> Need:
        """Return what a view of the middle asks for."""
        asked = self.rows.opened_by_hand
        # What a person opens by hand has its room first, also where the map would have more of it.
        shares = _DRAWN if self._drawing else _PRESENTED if self._presenting and not asked else _SHARES
        share, usual, weight = shares[view.objectName()]
        usual, more = max(usual, view.wanted), view.more_to_read() if asked == view.objectName() else 0
        if not self._presenting or not asked:
            view.keep_heading_from(0)
            return Need(view.least_height() + more, usual, share, view.edge(), weight)
        heading, even = view.heading_height(), 0.0 if self._drawing else _EVEN.get(view.objectName(), 0.0)
        edge, least = view.bare_edge() + heading, view.least_height(bare=True)
        need = Need(least, usual, share, edge, weight, more=more, even=even, heading=heading)
        view.keep_heading_from(need.evenly(self.rows.height()) + heading)
        return need

    def dress(self, theme: Theme) -> None:
        """Name what is folded in the language that is now spoken, and divide anew where the type is another."""
        if self._measured == (theme.font_size, language()):
            return
        self._measured = theme.font_size, language()
        for folds in (self.rows, self.columns):
            for name in folds.folding:
                folds.fold(name).dress(self._actions.key(name))
            folds.arrange_anew()
        self.rows.name_handles([view.subject for view in self._views])
        self.columns.name_handles([self._left.subject, tr("the views"), self._right.subject])

    def restore(self, preferences: Preferences, window: QMainWindow) -> None:
        """Give ``window`` and what divides it the shape that was kept."""
        for name, take in (
            ("window", window.restoreGeometry),
            ("columns", self.columns.restoreState),
            ("rows", self._restore_rows),
        ):
            kept = preferences.shape(name)
            if not kept.isEmpty():
                take(kept)

    def _restore_rows(self, kept: QByteArray) -> None:
        """Divide the views of one network as it was kept, as soon as there are any."""
        self._kept_rows = kept
        if self._views:
            self.rows.restoreState(kept)

    def keep(self, preferences: Preferences, window: QMainWindow) -> None:
        """Keep the shape of ``window`` and of what divides it."""
        self.let_draw(False)
        preferences.set_shape("window", window.saveGeometry())
        preferences.set_shape("columns", self.columns.saveState())
        if self._views:
            preferences.set_shape("rows", self.rows.saveState())

    def stack(self, views: Sequence[TimePlot], theme: Theme) -> None:
        """Put the views of one network under one another; one that never folds leads their time axis."""
        self._views, before = views, stop_before(self.rows)
        for view in views:
            view.stand_in(self.rows)
            need = partial(self._height_of, view)
            if view.objectName() in _FOLDING:
                self.rows.add_folding(view.objectName(), view, need, partial(_subject_of, view))
            else:
                self.rows.add(view.objectName(), _seat(view), need)
        self.rows.keep_longest(_LONGEST)
        leader = next(view for view in views if view.objectName() == "flow")
        for view in views:
            if view is not leader:
                view.link_time(leader)
        self._let_fold(self.rows)
        # Each comes before those that are put there first.
        for number in reversed(range(self.rows.count())):
            tab_on(before, self.rows.handle(number))
        for part in reversed(self.rows.parts.values()):
            tab_into(before, part)
        if self._above is not None:
            tab_before(self.rows.fold("strip"), self._above)
        self._measured = 0.0, ""
        self.dress(theme)
        if not self._kept_rows.isEmpty():
            self.rows.restoreState(self._kept_rows)

    def _put_side_by_side(self) -> None:
        middle = QWidget()
        middle.setLayout(self._middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(4)
        self._middle.addLayout(self._pages, 1)
        # Not before it has a parent: the first page is shown at once, as a window of its own.
        self._pages.addWidget(self.rows)
        self.columns.add_folding("build", self._left, partial(_width_of, self._left, 0), lambda: self._left.subject)
        self.columns.add("middle", middle, lambda: Need(_NARROWEST, weight=1))
        self.columns.add_folding(
            "inspect", self._right, partial(_width_of, self._right, _SIDE), lambda: self._right.subject
        )

    def _let_fold(self, folds: Folds) -> None:
        """Let the actions fold and open, and show what is open."""
        act = self._actions
        for name in folds.folding:
            act[name].setChecked(True)
            act[name].toggled.connect(partial(self._open_or_fold, folds, name))
        folds.folded.connect(lambda name, folded: act[name].setChecked(not folded))

    def _open_or_fold(self, folds: Folds, name: str, open_: bool) -> None:
        """Do what a person asked for; an action that only follows what happened asks for nothing."""
        if self._presenting and folds is self.columns:
            if folds.fold(name).isHidden() == open_:
                self.call(name, open_)
        elif folds.fold(name).folded == open_:
            folds.wish(name, open_)


def _seat(view: View) -> QWidget:
    """Return what keeps the place of ``view`` while that fills the middle."""
    seat = QWidget()
    layout = QVBoxLayout(seat)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(view)
    return seat


def _subject_of(view: View) -> str:
    return view.subject


def _width_of(side: Side, usual: int) -> Need:
    """Return what a side asks for."""
    return Need(side.minimumSizeHint().width(), usual)
