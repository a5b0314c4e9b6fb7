"""The window: what it is made of. It holds no state of its own but its shape."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from explorer.gui.controls.bare import leave_keyboard
from explorer.gui.controls.stillness import Stillness, when_still
from explorer.gui.controls.tips import Beside
from explorer.gui.core.controller import Controller
from explorer.gui.core.player import Player
from explorer.gui.core.view import Controls, View, behind
from explorer.gui.export.laid_out import lay_out
from explorer.gui.panels.top_bar.top_bar import TopBar
from explorer.gui.plot.theme import Theme, icon
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.appearance import Appearance, Dressed
from explorer.gui.shell.cells import Cells
from explorer.gui.shell.curtain import Curtain, let_bars_come
from explorer.gui.shell.documents import Documents
from explorer.gui.shell.drops import Drops
from explorer.gui.shell.frame.frame import Frame
from explorer.gui.shell.frame.shape import show_within
from explorer.gui.shell.fronts import Fronts
from explorer.gui.shell.help import Help
from explorer.gui.shell.hint import Hint
from explorer.gui.shell.history import History
from explorer.gui.shell.introduction import Introduction
from explorer.gui.shell.keepsakes import Keepsakes
from explorer.gui.shell.keys import KeyGuard
from explorer.gui.shell.lessons import Lessons
from explorer.gui.shell.menus import Menus
from explorer.gui.shell.models import Models
from explorer.gui.shell.podium import Podium
from explorer.gui.shell.preferences import Preferences
from explorer.gui.shell.presets import Presets
from explorer.gui.shell.stage import Stage
from explorer.gui.shell.status import Status
from explorer.gui.shell.sweeps import Sweeps
from explorer.gui.shell.transport import Transport
from explorer.gui.views.compare import CompareView
from explorer.gui.views.zoom import ZoomView
from explorer.workspace.disk.kinds import MODEL, SWEEP, kind_of
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.store import Store
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.analyst import Analyst, Completed

if TYPE_CHECKING:
    from explorer.gui.panels.build.build import BuildPanel
    from explorer.gui.shell.inspect_panel import InspectPanel
    from explorer.gui.shell.learning import Learning
    from explorer.gui.shell.time_views import TimeViews
    from explorer.gui.views.flow import FlowMap

_SIZE = (1500, 980)
_LOW = 620
"""Pixels: a lower window has no room for advice of several lines."""
_FIRST_PAINTED = 50
"""Milliseconds after the first answer: what nobody sees at first is made when nobody waits for a picture."""


class Window(QMainWindow):
    """Shows one exploration."""

    def __init__(self, exploration: Exploration, preferences: Preferences | None = None) -> None:
        preferences = preferences or Preferences()
        appearance = Appearance(preferences)
        super().__init__()
        self.preferences, self.appearance = preferences, appearance
        self.store, self.actions_ = Store(exploration), Actions(self)
        self._picture_height = 0
        self._time_views: TimeViews | None = None
        self._build: BuildPanel | None = None
        self._inspect: InspectPanel | None = None
        self._learning: Learning | None = None
        self._idle = QTimer(self)
        self._make_views(appearance.theme)
        self._make_parts(appearance.theme)
        self._connect()
        self._be_a_window()
        if exploration.stage == "alone":
            self._show_one()
        self._dress()
        # No control has the keyboard at first: Space plays, arrows step.
        self.setFocus()

    @property
    def theme(self) -> Theme:
        """Return the theme in the size of type that fits."""
        return self.appearance.theme

    @property
    def language(self) -> str:
        """Return the code of the language that is spoken."""
        return self.appearance.language

    @property
    def time_views(self) -> TimeViews:
        """Return the views of one network, made when they take the place of several, or when nobody waits for a picture."""
        if self._time_views is None:
            self._time_views = self._add_time_views()
        return self._time_views

    @property
    def map(self) -> FlowMap:
        """Return the map of one network."""
        return self.time_views.map

    @property
    def build_panel(self) -> BuildPanel:
        """Return what says how the network is made, itself made when a side is opened, or nobody waits for a picture."""
        if self._build is None:
            self._build = self._add_build()
        return self._build

    @property
    def inspect_panel(self) -> InspectPanel:
        """Return the close look at the chosen pair, made no sooner than the other side."""
        if self._inspect is None:
            self._inspect = self._add_inspect()
        return self._inspect

    @property
    def learning(self) -> Learning:
        """Return what training adds to the window; it and all that is not seen at first are made when it is asked for."""
        if self._learning is None:
            self._show_one()
            self._learning = self._add_learning()
        return self._learning

    def start(self) -> None:
        """Show the window, work the exploration out and show it; then offer what a crash left."""
        show_within(self)
        if not self.appearance.fits(*self._room()):
            self._dress()
        self._introduction.begin()
        self.controller.start()
        self.documents.offer_rescue()

    def show_now(self) -> Inspection:
        """Work the exploration out and show it before returning: for pictures."""
        self.learning  # noqa: B018 - it has views, too
        self._introduction.begin()
        *_, last = Analyst().look(self.store.exploration, lambda: False, lambda _: None)
        inspection = last.inspection if isinstance(last, Completed) else last
        self.controller.show_now(inspection)
        for view in self.views:
            if not behind(view):
                view.settle()
        return inspection

    def open(self, path: Path) -> bool:
        """Open a file as what it is; return whether it has taken the place of what was there."""
        own = {MODEL: self.models.open, SWEEP: self.sweeps.open}.get(kind_of(path) or "")
        if own is not None:
            own(path)
            return False
        return self.documents.open(path)

    def picture(self) -> QWidget:
        """Return what an exported picture of the window shows, but for its controls: all but the menu bar."""
        return self.frame.content

    def become_picture(self, size: tuple[int, int]) -> None:
        """Be ``size`` pixels for good, with type as on a screen of that height, and say nothing that changes by itself."""
        self._picture_height = size[1]
        self.setFixedSize(*size)
        self._dress()

    def bring_forward(self, view: View) -> None:
        """Bring the panel of ``view`` to the front of its side, or open ``view`` where it is folded."""
        self._fronts.bring_forward(view)
        self.frame.open(view)

    def offer_views(self, menu: QMenu) -> None:
        """Offer in ``menu`` every view that can fill the middle."""
        self.podium.enlarging.fill(menu)

    def set_theme(self, name: str) -> None:
        """Change the theme."""
        self.appearance.set_theme(name)

    def set_language(self, code: str) -> None:
        """Change the language of everything."""
        self.appearance.set_language(code)

    def set_presentation(self, on: bool) -> None:
        """Put the controls away and enlarge everything, or bring them back."""
        self.actions_["presentation"].setChecked(on)

    def _turn(self) -> None:
        resize = None if self._picture_height else self._fill_screen
        when_still(self.menuBar(), partial(self._curtain.change, self._present, resize))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, stop the worker, remember the window's shape."""
        if not self.documents.may_close():
            event.ignore()
            return
        self.player.rest()
        self._idle.stop()
        for made in (self._learning, self._build):
            if made is not None:
                made.close()
        self.controller.close()
        self.documents.close()
        if not self._presenting:
            self.frame.keep(self.preferences, self)
        for part in (
            self._keys, self._tips, self._stillness, self._curtain, self.presets, self.cells, self.models, self.sweeps,
        ):  # fmt: skip
            part.close()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the advice be short in a low window."""
        super().resizeEvent(event)
        self.hint.set_low(event.size().height() < _LOW)
        self._curtain.resized()
        # Qt paints at the end of this, before it lays out what the new size has led to.
        lay_out()
        if let_bars_come(self):
            lay_out()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on from the text that was left last."""
        self._keys.go_back()
        return super().focusNextPrevChild(forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dropped on the window, and nothing of the web, which could not be opened."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped, as what it is."""
        self._drops.open(event.mimeData())

    def _make_views(self, theme: Theme) -> None:
        """Make what shows the exploration, and what changes it."""
        self.compare, self.zoom = CompareView(theme), ZoomView(theme)
        self.top_bar = TopBar(theme, self.actions_)
        self.hint = Hint()
        self.views: list[View] = [self.compare, self.zoom]
        self._fronts = Fronts(lambda: self.build_panel, lambda: self.inspect_panel, lambda: self.learning)
        self.left, self.right = self._fronts.left, self._fronts.right
        self.frame = Frame(self.left, self.right, self.actions_)
        self.frame.enclose((self.top_bar, self.hint))
        self.status = Status(self, self.frame.content, self.preferences)
        self.setCentralWidget(self.frame)

    def _make_parts(self, theme: Theme) -> None:
        """Make what answers the person; each part wires itself to what it is about."""
        act = self.actions_
        self.controller = Controller(self.store, self.views, [self.top_bar])
        self.player = Player()
        self.documents = Documents(self, self.controller, self.preferences, act)
        self.help = Help(self, act)
        self.cells = Cells(self, self.controller, act, self.appearance, self.preferences)
        self.lessons = Lessons(
            self, self, self.controller, act, self.frame, lambda: self.time_views.decay, self._all_views
        )
        self.presets = Presets(self, self.appearance, self.preferences, act, self.top_bar)
        self.menus = Menus(
            self, self, act, self.appearance, self.controller, self.documents, self.cells,
            Keepsakes(self, self.controller, act, self.status.notify), self.preferences,
        )  # fmt: skip
        self.podium = Podium(self, self.frame, act, self._all_views, self.controller, self.zoom)
        self.models = Models(self, self.appearance, self.controller, act, self.documents.may_leave, self.preferences)
        self.sweeps = Sweeps(self, self.appearance, self.controller, act, self.preferences)
        self._drops = Drops(
            self.open,
            cell=self.cells.open,
            lesson=self.lessons.open,
            table=lambda path: self.build_panel.read_numbers(path),
            model=self.models.open,
            sweep=self.sweeps.open,
        )
        self.stage = Stage(self.frame, self.compare, self.hint, act, self.controller)
        transport, history = (
            Transport(self.player, self.controller, act, theme, self.preferences),
            History(self.controller, act),
        )
        transport.noted.connect(self.status.notify)
        self._introduction = Introduction(self.controller, self._fronts, self.hint, self.top_bar, lambda: self.learning)
        self._keys, self._tips, self._stillness = KeyGuard(self), Beside(), Stillness(self)
        self._curtain = Curtain(self, self._stillness)
        self._dressed: list[Dressed] = [
            act, transport, self.hint, self.help, self.menus, self.controller, self.status, self._fronts,
            self.frame, history, self.documents, self.lessons, self.stage, self.podium, self.sweeps,
        ]  # fmt: skip

    def _connect(self) -> None:
        """Tie together what knows nothing of each other."""
        self.actions_.commit_by(self.controller.commit)
        self.appearance.obey(self.actions_)
        self.actions_.let(quit=self.close, whole=lambda: self.map.show_all())
        self.podium.enlarging.add(self.views)
        self.podium.inside.add(self.compare)
        self.actions_["presentation"].toggled.connect(self._turn)
        self.actions_["speed"].setChecked(self.status.timed)
        self.actions_["speed"].toggled.connect(self.status.show_speed)
        self.appearance.changed.connect(partial(when_still, self, self._change))
        self.top_bar.preset_chosen.connect(self.player.rest)
        self.top_bar.preset_chosen.connect(lambda _: self.lessons.leave())
        self.top_bar.cells_wanted.connect(self.cells.fill)
        self.cells.copy_wanted.connect(self._fronts.edit_copy)
        self.top_bar.hand_wanted.connect(self.podium.fill)
        self.status.follow(self.controller, self.documents)
        self.lessons.begun.connect(partial(self.hint.advise, None))
        self.lessons.passed_by.connect(self._introduction.step)
        self.lessons.set_out.connect(self._fronts.begin)
        self.lessons.tries_in.connect(self._fronts.show_left)
        self.lessons.speaks_of.connect(self._fronts.show_card)
        self.lessons.asks.connect(self._introduction.keep_secret)
        for source in (self.documents, self.models):
            source.opened.connect(self._introduction.begin_anew)
            source.opened.connect(self.lessons.leave)
        self.models.noted.connect(self.status.notify)
        self.models.followed.connect(self.documents.follow)
        self.sweeps.noted.connect(self.status.notify)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_FIRST_PAINTED)
        self._idle.timeout.connect(self._make_next)
        self.frame.columns.opening.connect(self._fill_sides)
        self.frame.unstaged.connect(self._show_one)
        self.controller.answered.connect(self._idle.start)

    def _be_a_window(self) -> None:
        """Take the keyboard, files that are dropped, and the shape that was kept."""
        self.setObjectName("window")
        leave_keyboard(self)
        self.setAcceptDrops(True)
        # A click on whatever takes no keys itself ends typing.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.resize(QSize(*_SIZE))
        self.frame.restore(self.preferences, self)

    def _all_views(self) -> list[View]:
        self.time_views  # noqa: B018 - asked for, they are made
        return self.views

    def _show_one(self) -> None:
        """Make what shows one network: it is seen from the start, or when it takes the place of several."""
        self.time_views  # noqa: B018
        self._fill_sides()

    def _fill_sides(self) -> None:
        """Make what the sides show at first: of several networks they are seen when one is opened."""
        self.time_views  # noqa: B018 - they come first in every list
        self.build_panel, self.inspect_panel  # noqa: B018

    def _make_next(self) -> None:
        """Make one part of what is not seen at first, and the next when what a person has asked for meanwhile is done."""
        if self._time_views is None:
            self.time_views  # noqa: B018
        elif self._build is None:
            self.build_panel  # noqa: B018
        elif self._inspect is None:
            self.inspect_panel  # noqa: B018
        else:
            self.learning  # noqa: B018
            return
        self._idle.start()

    def _add_time_views(self) -> TimeViews:
        # What the first picture doesn't need is not loaded for it either: all of pyqtgraph.
        from explorer.gui.shell.time_views import time_views

        views = time_views(self.theme)
        self.frame.stack(views, self.theme)
        self.views[:0] = views
        self.podium.enlarging.add(views)
        self.podium.inside.add(views.map)
        self.controller.add(views, [], self.theme)
        leave_keyboard(self)
        return views

    def _add_build(self) -> BuildPanel:
        from explorer.gui.panels.build.build import BuildPanel

        panel = BuildPanel(self.theme)
        self.left.fill(0, panel, panel.show_top)
        panel.cells_wanted.connect(self.cells.choose)
        panel.choice_wanted.connect(self.models.choose_otherwise)
        self._add([], [panel])
        leave_keyboard(self)
        return panel

    def _add_inspect(self) -> InspectPanel:
        from explorer.gui.shell.inspect_panel import InspectPanel

        panel = InspectPanel(self.theme)
        self.right.fill(0, panel, panel.show_top)
        self._add(panel.views, [])
        panel.dress(self.theme)
        self._dressed.append(panel)
        leave_keyboard(self)
        return panel

    def _add_learning(self) -> Learning:
        """Make what training adds to the window, and put it where it belongs."""
        from explorer.gui.shell.learning import Learning

        self._idle.stop()
        self.controller.answered.disconnect(self._idle.start)
        self._add(self.inspect_panel.add_below(self.theme), [])
        learning = Learning(self.theme, self.controller, self.actions_)
        learning.noted.connect(self.status.notify)
        learning.task_wanted.connect(self._fronts.ask_for_task)
        learning.curves_wanted.connect(partial(self._fronts.bring_forward, learning.cards.curves))
        learning.check_wanted.connect(partial(self._fronts.lead_to, learning.cards.lags))
        self.left.fill(1, learning.panel, learning.panel.show_top)
        self.right.fill(1, learning.cards, learning.cards.show_top)
        self.frame.put_below_views(learning.timeline)
        self._add(learning.cards.views, [learning.panel])
        learning.dress(self.theme)
        self._dressed.append(learning)
        leave_keyboard(self)
        return learning

    def _add(self, views: Sequence[View], panels: Sequence[Controls]) -> None:
        self.views += views
        self.podium.enlarging.add(views)
        self.controller.add(views, panels, self.theme)
        self.lessons.meet(views)

    @property
    def _presenting(self) -> bool:
        return self.actions_["presentation"].isChecked()

    def _present(self) -> None:
        on, held = self._presenting, self.focusWidget()
        if not on:
            # What comes back is in the right type when it comes.
            self._dress()
        self.menuBar().setVisible(not on)
        self.frame.set_presentation(on)
        self.hint.set_presentation(on)
        self.top_bar.set_presentation(on)
        if held is not None and not held.isVisibleTo(self):
            # Space is to play, not to press the next button that is left.
            self.setFocus()
        if on:
            self._dress()

    def _change(self) -> None:
        """Take on another theme or language."""
        # Qt would tell all that is in the window, seen or not, twice over; its own words are in dialogs alone.
        for told in (self, self.windowHandle()):
            if told is not None:
                QCoreApplication.removePostedEvents(told, QEvent.Type.LanguageChange)
        self._curtain.change(self._dress, moves=not self.appearance.fits(*self._room()))

    def _fill_screen(self) -> bool:
        """Let a presentation have all of the screen; return whether the window had less or more."""
        full, before = Qt.WindowState.WindowFullScreen, self.windowState()
        self.setWindowState(before | full if self._presenting else before & ~full)
        return self.windowState() != before

    def _dress(self) -> None:
        self.appearance.fit(*self._room())
        for part in self._dressed:
            part.dress(self.theme)
        self.setWindowIcon(icon("app", self.theme))

    def _room(self) -> tuple[int, int, bool]:
        """Return what the size of type follows from: the heights of screen and window, and whether this is a presentation."""
        return self._picture_height or self.screen().size().height(), self.height(), self._presenting
