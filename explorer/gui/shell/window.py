"""The window: where everything stands. It holds no state of its own but its shape."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.controls.bare import leave_keyboard, tab_on
from explorer.gui.controls.stillness import Stillness, when_still
from explorer.gui.controls.tips import Beside
from explorer.gui.core.controller import Controller
from explorer.gui.core.player import Player
from explorer.gui.core.view import View, behind
from explorer.gui.panels.build.build import BuildPanel
from explorer.gui.panels.top_bar.top_bar import TopBar
from explorer.gui.plot import theme as themes
from explorer.gui.plot.theme import Theme
from explorer.gui.shell import shape
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.division import Need
from explorer.gui.shell.documents import Documents
from explorer.gui.shell.folding import Folds
from explorer.gui.shell.fronts import Fronts
from explorer.gui.shell.guide import Guide
from explorer.gui.shell.hint import Hint
from explorer.gui.shell.inspect_panel import InspectPanel
from explorer.gui.shell.keys import KeyGuard
from explorer.gui.shell.menus import Menus
from explorer.gui.shell.preferences import Preferences
from explorer.gui.shell.side import Side
from explorer.gui.shell.verdict_bar import VerdictBar
from explorer.gui.views.decay import DecayView
from explorer.gui.views.flow import FlowMap
from explorer.gui.views.states import StatesView
from explorer.gui.views.strip import NetworkStrip
from explorer.gui.words import i18n
from explorer.gui.words.i18n import mark, tr
from explorer.version import __version__
from explorer.workspace.disk.presets import Preset, preset, presets
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.store import Store
from explorer.workspace.looks.analysis import Analyst, Completed, Inspection, needs_analysis
from explorer.workspace.words.catalogues import SOURCE

if TYPE_CHECKING:
    from explorer.gui.shell.learning import Learning

_SIZE = (1500, 940)
_NARROWEST = 400
"""Pixels: a panel is folded before the views are narrower; with both panels they fit a projector of 1024 × 768."""
_SIDE = 330
_LOW = 620
"""Pixels: a lower window has no room for advice of several lines."""
_FOLDING = ("strip", "decay")
_SHARES = {"states": (0.12, 96, 1), "flow": (0.45, 0, 4), "decay": (0.0, 0, 3), "strip": (0.0, 0, 1)}
"""The least share of each view in the height of the middle, its usual height in pixels, and its part of what is left."""
_PRESENTATION_SCALE = 1.5
_LINES_ON_A_SCREEN, _LINES_WITH_CONTROLS = 60, 62
_LEAST_TYPE = 10.0
_FIRST_PAINTED = 50
"""Milliseconds after the first answer: what nobody sees at first is made when nobody waits for a picture."""


class Window(QMainWindow):
    """Shows one exploration."""

    def __init__(self, exploration: Exploration, preferences: Preferences | None = None) -> None:
        preferences = preferences or Preferences()
        name, language = preferences.text("theme", "light"), preferences.text("language", i18n.language())
        theme = themes.themes().get(name, themes.themes()["light"])
        language = language if language in i18n.languages() else SOURCE
        # The window itself, too, begins with the type that is there when it is made, and its children inherit it.
        themes.prepare(self._application(), theme, language)
        super().__init__()
        self.preferences, self._theme_name, self.theme, self.language = preferences, name, theme, language
        i18n.set_language(language)
        self.actions_ = Actions(self)
        self.map = FlowMap(self.theme)
        self.time_views = [NetworkStrip(self.theme), StatesView(self.theme), self.map, DecayView(self.theme)]
        self.inspect_panel, self.build_panel = InspectPanel(self.theme), BuildPanel(self.theme)
        self.views: list[View] = [*self.time_views, *self.inspect_panel.views]
        self._fronts = Fronts(self.build_panel, self.inspect_panel, lambda: self.learning)
        self.left, self.right = self._fronts.left, self._fronts.right
        self.top_bar = TopBar(self.theme, self.actions_, presets())
        self.verdict_bar = VerdictBar(self.theme)
        self.hint = Hint()
        self._guide: Guide | None = None
        self.store = Store(exploration)
        self.controller = Controller(self.store, self.views, [self.build_panel, self.top_bar])
        self._picture_height = 0
        self._learning: Learning | None = None
        self._idle = QTimer(self)
        self.documents = Documents(self, self.controller, self.preferences)
        self.player = Player()
        self._lay_out()
        self._menus = Menus(self, self, self.actions_, self.controller, self.documents, self.preferences, self.views)
        self._connect()
        self.setObjectName("window")
        self._stillness = Stillness(self)
        self.setAcceptDrops(True)
        # A click on whatever takes no keys itself ends typing.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.resize(QSize(*_SIZE))
        shape.restore(self.preferences, self, self._columns, self._rows)
        self._dress()
        self._show_preset()
        self._begun_with = next((p for p in presets() if p.exploration == exploration), None)
        self.hint.advise(self._begun_with)
        # No control has the keyboard at first: Space plays, arrows step.
        self.setFocus()

    @property
    def learning(self) -> Learning:
        """Return what training adds to the window; it is made when it is first asked for."""
        if self._learning is None:
            self._learning = self._add_learning()
        return self._learning

    def start(self) -> None:
        """Show the window, work the exploration out and show it; then offer what a crash left."""
        shape.show_within(self)
        if self.theme.font_size != self._type_size(self._own_theme().font_size):
            self._dress()
        self._begin()
        self.controller.start()
        self.documents.offer_rescue()

    def show_now(self) -> Inspection:
        """Work the exploration out and show it before returning: for pictures."""
        self.learning  # noqa: B018 - it has views, too
        self._begin()
        *_, last = Analyst().look(self.store.exploration, lambda: False, lambda _: None)
        inspection = last.inspection if isinstance(last, Completed) else last
        self.controller.show_now(inspection)
        for view in self.views:
            if not behind(view):
                view.settle()
        return inspection

    def open(self, path: Path) -> bool:
        """Open a file; return whether it was opened."""
        return self.documents.open(path)

    def picture(self) -> QWidget:
        """Return what an exported picture of the window shows, but for its controls: all but the menu bar."""
        return self._whole.content

    def become_picture(self, size: tuple[int, int]) -> None:
        """Be ``size`` pixels for good, with type as on a screen of that height, and say nothing that changes by itself."""
        self._picture_height = size[1]
        self.setFixedSize(*size)
        self.verdict_bar.leave_out_time()
        self._dress()

    def take_out(self, name: str, size: tuple[int, int]) -> View:
        """Return the view ``name`` on its own, ``size`` pixels large: for pictures, the window is of no more use."""
        view = next(view for view in self.views if view.objectName() == name)
        self.bring_forward(view)
        view.setParent(None)
        view.setFixedSize(*size)
        view.show()
        return view

    def bring_forward(self, view: View) -> None:
        """Bring the panel of ``view`` to the front of its side, or open ``view`` where it is folded."""
        self._fronts.bring_forward(view)
        if view.objectName() in self._rows.folding:
            self._rows.wish(view.objectName(), True)

    def set_theme(self, name: str) -> None:
        """Change the theme."""
        self._theme_name = name
        self.preferences.set_text("theme", name)
        when_still(self, self._dress)

    def set_language(self, code: str) -> None:
        """Change the language of everything."""
        self.language = code
        self.preferences.set_text("language", code)
        i18n.set_language(code)
        when_still(self, self._dress)

    def set_presentation(self, on: bool) -> None:
        """Put the controls away and enlarge everything, or bring them back."""
        self.actions_["presentation"].setChecked(on)
        when_still(self.menuBar(), self._present)

    def _present(self) -> None:
        on = self.actions_["presentation"].isChecked()
        held = self.focusWidget()
        self.menuBar().setVisible(not on)
        for side in self._columns.folding:
            self._columns.fold(side).setVisible(not on)
        self._columns.arrange_anew()
        self.hint.setVisible(not on and bool(self.hint.text))
        self.verdict_bar.set_presentation(on)
        self.top_bar.set_presentation(on)
        if held is not None and not held.isVisibleTo(self):
            # Space is to play, not to press the next button that is left.
            self.setFocus()
        if not self._picture_height:
            self.setWindowState(
                self.windowState() | Qt.WindowState.WindowFullScreen
                if on
                else self.windowState() & ~Qt.WindowState.WindowFullScreen
            )
        self._dress()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, stop the worker, remember the window's shape."""
        if not self.documents.may_close():
            event.ignore()
            return
        self.player.rest()
        self._idle.stop()
        if self._learning is not None:
            self._learning.close()
        self.controller.close()
        self.documents.close()
        if not self.actions_["presentation"].isChecked():
            shape.keep(self.preferences, self, self._columns, self._rows)
        self._keys.close()
        self._tips.close()
        self._stillness.close()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the advice be short in a low window."""
        super().resizeEvent(event)
        self.hint.set_low(event.size().height() < _LOW)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on from the text that was left last."""
        self._keys.go_back()
        return super().focusNextPrevChild(forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dropped on the window."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        urls = event.mimeData().urls()
        if not urls or not urls[0].isLocalFile():
            return
        path = Path(urls[0].toLocalFile())
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            self.build_panel.read_numbers(path)
        else:
            # A question must not keep the program waiting from which the file was dragged.
            QTimer.singleShot(0, self, partial(self.open, path))

    def _lay_out(self) -> None:
        self._rows, self._columns = Folds(Qt.Orientation.Vertical), Folds(Qt.Orientation.Horizontal)
        self._rows.setMinimumWidth(_NARROWEST)
        for view in self.time_views:
            need = partial(_height_of, view)
            if view.objectName() in _FOLDING:
                self._rows.add_folding(view.objectName(), view, need, partial(_subject_of, view))
            else:
                self._rows.add(view.objectName(), view, need)
        # The one that is never folded leads.
        for view in self.time_views:
            if view is not self.map:
                view.link_time(self.map)
        middle = QWidget()
        self._middle = QVBoxLayout(middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(4)
        self._middle.addWidget(self._rows, 1)
        self._columns.add_folding("build", self.left, partial(_width_of, self.left, 0), lambda: self.left.subject)
        self._columns.add("middle", middle, lambda: Need(_NARROWEST, weight=1))
        self._columns.add_folding(
            "inspect", self.right, partial(_width_of, self.right, _SIDE), lambda: self.right.subject
        )
        for controls in (self.top_bar, self.hint, self._columns.fold("build")):
            controls.setProperty("pictured", False)
        self.left.setProperty("controls", True)
        central = QWidget()
        column = shape.Column(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.hint)
        column.addWidget(self._columns, 1)
        column.addWidget(self.verdict_bar)
        self._whole = shape.Whole(central)
        self.setCentralWidget(self._whole)

    def _connect_actions(self) -> None:
        act, controller = self.actions_, self.controller
        slots = {
            "open": self.documents.open_by_dialog, "save": self.documents.save, "save_as": self.documents.save_as,
            "quit": self.close, "undo": controller.undo, "redo": controller.redo, "first": self.player.first,
            "back": self.player.back, "play": self.player.toggle, "forward": self.player.forward,
            "last": self.player.rest, "seed": self._new_seed, "whole": self.map.show_all,
            "theme": self._next_theme, "language": self._next_language, "guide": self._show_guide,
            "about": self._about,
        }  # fmt: skip
        for name, slot in slots.items():
            act[name].triggered.connect(lambda _=False, slot=slot: slot())
        for name in ("tanh", "sigmoid", "relu", "identity"):
            act[name].triggered.connect(lambda _=False, name=name: self._use_activation(name))
        for name in ("rnn", "lstm", "gru"):
            act[name].triggered.connect(lambda _=False, name=name: self._use_cell(name))
        for folds in (self._rows, self._columns):
            for name in folds.folding:
                act[name].setChecked(True)
                act[name].toggled.connect(partial(self._open_or_fold, folds, name))
            folds.folded.connect(lambda name, folded: act[name].setChecked(not folded))
        self.left.wanted.connect(partial(self._columns.wish, "build", True))
        self.right.wanted.connect(partial(self._columns.wish, "inspect", True))
        act["presentation"].toggled.connect(self.set_presentation)

    def _connect(self) -> None:
        controller = self.controller
        self._connect_actions()
        self.top_bar.preset_chosen.connect(self._use_preset)
        controller.answered.connect(self.verdict_bar.present)
        controller.answered.connect(self._follow)
        controller.answered.connect(lambda *_: self.verdict_bar.rest())
        controller.refused.connect(self.verdict_bar.refuse)
        controller.asked.connect(self.verdict_bar.wait)
        controller.busy.connect(self.verdict_bar.report)
        controller.idle.connect(self.verdict_bar.rest)
        controller.changed.connect(self._show_undo)
        controller.changed.connect(self._show_preset)
        self.store.subscribe(self._fronts.follow)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_FIRST_PAINTED)
        self._idle.timeout.connect(lambda: self.learning)
        controller.answered.connect(self._idle.start)
        self.verdict_bar.cancelled.connect(controller.cancel)
        self.verdict_bar.dismissed.connect(lambda: controller.refuse(None))
        self.documents.written.connect(self.verdict_bar.notify)
        self.documents.renamed.connect(self._show_title)
        self.documents.opened.connect(self._opened)
        self.player.moved.connect(controller.play)
        self.player.playing.connect(lambda playing: self.actions_.show_playing(playing, self.theme))
        self._keys, self._tips = KeyGuard(self), Beside()
        leave_keyboard(self)

    def _add_learning(self) -> Learning:
        """Make what training adds to the window, and put it where it belongs."""
        # What the first picture doesn't need is not loaded for it either.
        from explorer.gui.shell.learning import Learning

        self._idle.stop()
        self.controller.answered.disconnect(self._idle.start)
        learning = Learning(self.theme, self.controller, self.actions_)
        learning.noted.connect(self.verdict_bar.notify)
        learning.task_wanted.connect(self._fronts.ask_for_task)
        self.left.fill(1, learning.panel)
        self.right.fill(1, learning.cards)
        self._middle.addWidget(learning.timeline)
        tab_on(list(self._rows.parts.values())[-1], learning.timeline)
        self.views += learning.cards.views
        self.controller.add(learning.cards.views, [learning.panel], self.theme)
        learning.dress(self.theme)
        leave_keyboard(self)
        return learning

    @staticmethod
    def _open_or_fold(folds: Folds, name: str, open_: bool) -> None:
        """Do what a person asked for; an action that only follows what happened asks for nothing."""
        if folds.fold(name).folded == open_:
            folds.wish(name, open_)

    def _use_activation(self, name: str) -> None:
        change = Gesture.of(mark("Change the activation"), Exploration.with_recipe, activation=name, cell="rnn")
        self.controller.commit(change)

    def _use_cell(self, name: str) -> None:
        self.controller.commit(Gesture.of(mark("Change the cell"), Exploration.with_recipe, cell=name))

    def _new_seed(self) -> None:
        self.controller.commit(Gesture(mark("New seed"), Exploration.with_new_seed))

    def _use_preset(self, name: str) -> None:
        self.player.rest()
        chosen = preset(name)
        self.controller.replace(mark("Load a preset"), chosen.exploration)
        self.hint.advise(chosen)
        self._prepare_for(chosen)

    def _begin(self) -> None:
        """Bring to the front what the first exploration is about, and take on what its preset says."""
        if self.store.exploration.task is not None:
            self._fronts.show_training()
        if self._begun_with is not None:
            self._prepare_for(self._begun_with)

    def _opened(self) -> None:
        self.hint.advise(None)
        self._fronts.begin(self.store.exploration)

    def _prepare_for(self, chosen: Preset) -> None:
        """Let Start train as long as ``chosen`` says, and show what it is about."""
        if chosen.outcome is not None:
            self.learning.panel.set_goal(chosen.outcome.updates)
        self._fronts.begin(chosen.exploration, chosen.shows)

    def _next_theme(self) -> None:
        names = list(themes.themes())
        self.set_theme(names[(names.index(self.theme.name) + 1) % len(names)])

    def _next_language(self) -> None:
        codes = list(i18n.languages())
        self.set_language(codes[(codes.index(self.language) + 1) % len(codes)])

    def _follow(self, inspection: Inspection) -> None:
        self.player.follow(inspection.selection, inspection.analysis.steps)

    def _show_undo(self) -> None:
        for name, can, label, template in (
            ("undo", self.store.can_undo, self.store.undo_label, tr("Undo: {label}")),
            ("redo", self.store.can_redo, self.store.redo_label, tr("Redo: {label}")),
        ):
            action = self.actions_[name]
            action.setEnabled(can)
            if can:
                action.setText(template.format(label=tr(label)))
                self.actions_.say_tip(name, action.text())
            else:
                self.actions_.say(name)

    def _show_preset(self) -> None:
        # A preset that was trained on is still that preset.
        untrained = self.store.exploration.with_recipe(trained=None, record=None)
        known = (p for p in presets() if not needs_analysis(p.exploration, untrained))
        self.top_bar.show_preset(next((p.name for p in known), ""))
        self.hint.outlive(self.store.exploration)

    def _show_title(self) -> None:
        self.setWindowTitle(self.documents.title())
        self.setWindowModified(self.documents.unsaved)

    def _dress(self) -> None:
        theme = self._own_theme()
        self.theme = theme = themes.sized(theme, self._type_size(theme.font_size))
        self._dress_application()
        self.actions_.dress(theme)
        self.actions_.show_playing(self.player.running, theme)
        self.hint.dress()
        if self._guide is not None:
            self._guide.dress()
        self._menus.phrases.retranslate()
        self.controller.dress(theme)
        self.verdict_bar.dress(theme)
        self.inspect_panel.dress(theme)
        self._fronts.dress()
        for folds in (self._rows, self._columns):
            for name in folds.folding:
                folds.fold(name).dress(self.actions_.key(name))
            folds.arrange_anew()
        if self._learning is not None:
            self._learning.dress(theme)
        self.setWindowIcon(themes.icon("app", theme))
        self._show_undo()
        self._show_title()

    def _own_theme(self) -> Theme:
        """Return the chosen theme with its type as it comes."""
        return themes.themes().get(self._theme_name, self.theme)

    def _type_size(self, size: float) -> float:
        """Return the size of type for this screen: larger for a presentation, smaller where four views would have no room."""
        height = self._picture_height or self.screen().size().height()
        if self.actions_["presentation"].isChecked():
            return max(size, min(size * _PRESENTATION_SCALE, height / _LINES_ON_A_SCREEN))
        return min(size, max(_LEAST_TYPE, max(height, self.height()) / _LINES_WITH_CONTROLS))

    def _dress_application(self) -> None:
        themes.apply(self._application(), self.theme, self.language)

    @staticmethod
    def _application() -> QApplication:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        return application

    def _show_guide(self) -> None:
        if self._guide is None:
            self._guide = Guide(self)
        self._guide.come_forward()

    def _about(self) -> None:
        QMessageBox.about(
            self,
            tr("Gradient Flow Explorer"),
            tr("Gradient Flow Explorer {version}. Free software under the MIT licence.").format(version=__version__),
        )


def _height_of(view: View) -> Need:
    """Return what a view of the middle asks for."""
    share, usual, weight = _SHARES[view.objectName()]
    return Need(view.minimumHeight() or view.minimumSizeHint().height(), usual, share, weight)


def _subject_of(view: View) -> str:
    return view.subject


def _width_of(side: Side, usual: int) -> Need:
    """Return what a side asks for."""
    return Need(side.minimumSizeHint().width(), usual)
