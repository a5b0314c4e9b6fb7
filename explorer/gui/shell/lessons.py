"""Lessons as a window has them: chosen in a list or opened from a file, and led through over its views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QDir, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.engine.errors import Refusal
from explorer.gui.core.controller import Controller
from explorer.gui.core.file_dialog import file_to_open, of_kind
from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.shell.frame.frame import Frame
from explorer.gui.shell.preferences import Preferences
from explorer.gui.words.cell_words import called
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.differences import names

if TYPE_CHECKING:
    from explorer.gui.core.time_plot import TimePlot
    from explorer.gui.lessons.bar import LessonBar, Pad
    from explorer.gui.lessons.teacher import Teacher
    from explorer.gui.views.decay import DecayView
    from explorer.workspace.lessons.lesson import Lesson, Step


class Home(Protocol):
    """What lessons ask of their window: what it keeps for the person, and how it is dressed."""

    @property
    def preferences(self) -> Preferences:
        """Return what is kept."""

    @property
    def theme(self) -> Theme:
        """Return the theme."""


class Lessons(QObject):
    """Offers the lessons of a window; what leads through one is made when the first begins.

    ``begun()`` when one begins; ``passed_by(by)`` when a person goes on by 1 or back by −1 and no lesson goes on;
    ``asks(asking)`` when something is to be predicted that is not to be told, and when it may be told again.
    ``set_out(exploration)`` when a lesson begins with it, ``tries_in(panel)`` when a step begins whose try is set in that
    panel, and ``speaks_of(card)`` when one does that is about what the card of that name shows.
    """

    begun = Signal()
    passed_by = Signal(int)
    asks = Signal(bool)
    set_out = Signal(object)
    tries_in = Signal(str)
    speaks_of = Signal(str)

    def __init__(
        self,
        window: QWidget,
        home: Home,
        controller: Controller,
        actions: Actions,
        frame: Frame,
        decay: Callable[[], DecayView],
        views: Callable[[], Sequence[View]],
    ) -> None:
        super().__init__(window)
        self._window, self._home, self._controller, self._frame = window, home, controller, frame
        self._decay, self._views = decay, views
        self._bar: LessonBar | None = None
        self._covered = False
        self._lesson: Lesson | None = None
        self._step: Step | None = None
        self._above: TimePlot | None = None
        actions.let(lessons=self.choose, next_step=self._go_on, previous_step=self._go_back)

    @property
    def bar(self) -> LessonBar:
        """Return where lessons speak; it is made when it is first asked for."""
        if self._bar is None:
            self._bar = self._make()
        return self._bar

    @property
    def teacher(self) -> Teacher:
        """Return who leads through them."""
        return self.bar.teacher

    @property
    def going(self) -> bool:
        """Return whether a lesson goes on."""
        return self._bar is not None and self.teacher.step is not None

    @Slot()
    def leave(self) -> None:
        """Leave the lesson that goes on, for something else that was chosen; the list takes it up where it was."""
        if self.going:
            self.teacher.leave()

    def choose(self) -> None:
        """Show the lessons to choose from."""
        from explorer.gui.lessons.gallery import Gallery

        gallery = Gallery(self._window, self.teacher.progress)
        gallery.chosen.connect(self.begin)
        gallery.opened.connect(self.open_by_dialog)
        gallery.exec()
        gallery.deleteLater()

    @Slot(object, int)
    def begin(self, lesson: Lesson, index: int = 0, path: Path | None = None) -> None:
        """Begin ``lesson`` with a step; a file at ``path`` is read again whenever it changes."""
        self.begun.emit()
        # Lessons speak of it: where there is little room for all it is not what folds.
        self._frame.open(self._decay())
        self.teacher.begin(lesson, path, index)

    def open_by_dialog(self) -> None:
        """Ask for a lesson's file and begin it."""
        kinds = of_kind(tr("Lessons"), [".toml"])
        name = file_to_open(self._window, tr("Open a lesson"), Path(QDir.homePath()), kinds)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Begin the lesson in a file; one that tells none is refused, and nothing changes."""
        from explorer.workspace.lessons.reading import read_lesson

        try:
            lesson = read_lesson(path)
        except Refusal as refusal:
            self._controller.refuse(refusal)
            return
        self.begin(lesson, path=path)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        if self._bar is not None:
            self._bar.dress(theme)
            self._cover()

    def _make(self) -> LessonBar:
        # Nobody waits for a first picture until lessons are made.
        from explorer.gui.lessons.bar import LessonBar
        from explorer.gui.lessons.teacher import Teacher
        from explorer.workspace.lessons.progress import Progress

        preferences = self._home.preferences
        progress = Progress(partial(preferences.text, "lessons", ""), partial(preferences.set_text, "lessons"))
        teacher = Teacher(self._controller, progress)
        bar = LessonBar(self._home.theme, teacher, self._names)
        bar.asked.connect(self._show_pad)
        teacher.changed.connect(self._follow)
        self._frame.put_above(bar)
        bar.dress(self._home.theme)
        return bar

    def _follow(self) -> None:
        """Cover what would tell the answer, and remember what was drawn."""
        self._cover()
        self._lead()
        self._decay().remember(self.teacher.drawn)
        self._frame.let_draw(self.teacher.drawing)

    def _lead(self) -> None:
        """Bring into sight where a step is tried and the card it speaks of; in a presentation the next puts that away."""
        before, step = self._step, self.teacher.step
        if step is before:
            return
        begun, self._lesson, self._step = self.teacher.lesson is not self._lesson, self.teacher.lesson, step
        if step is not None and begun:
            self.set_out.emit(step.setting)
        if step is not None and step.tried_in is not None:
            self.tries_in.emit(step.tried_in)
        if step is not None and step.shows:
            self.speaks_of.emit(step.shows)
        elif before is not None and before.shows:
            self._frame.dismiss()

    def _names(self) -> list[str]:
        """Return what the networks of the present step are called beside each other."""
        step = self.teacher.step
        return [] if step is None else [one.said(tr) for one in names(step.revealed.networks, called)]

    def _cover(self) -> None:
        self._decay().show_ghosts(not self.teacher.asking)
        self.asks.emit(self.teacher.asking)
        if self.teacher.covered == self._covered and not self._covered:
            return
        self._covered = self.teacher.covered
        self._cover_these(self._views())
        if self._covered and self.bar.pad is not None:
            self._decay().cover(self.bar.pad)

    def meet(self, views: Iterable[View]) -> None:
        """Cover those of ``views`` that would tell the answer, too: they are made when a question is asked already."""
        if self._covered:
            self._cover_these(views)

    def _cover_these(self, views: Iterable[View]) -> None:
        from explorer.gui.lessons.bar import covering

        step, beside = self.teacher.step, list[str]()
        if step is not None and len(step.setting.networks) > 1:
            beside = self._names()
        for view in views:
            if view.shows_flow:
                view.cover(covering(" | ".join(beside) or view.subject) if self._covered else None)

    @Slot(object)
    def _show_pad(self, pad: Pad | None) -> None:
        """Let a person draw in the place of the decay, which is opened for it."""
        if pad is None and self._covered:
            return
        if pad is not None:
            self._frame.open(self._decay())
            self._stand_below(pad, self._states())
        self._decay().cover(pad)

    def _stand_below(self, pad: Pad, states: TimePlot) -> None:
        """Let the steps of ``pad`` stand where ``states`` has them, also once another sequence is shown there."""
        pad.place_of = states.place_of
        if self._above is not states:
            self._above = states
            for moved in (states.plot.box.sigXRangeChanged, states.plot.box.sigResized):
                moved.connect(self._move_steps)

    @Slot()
    def _move_steps(self) -> None:
        if self.bar.pad is not None:
            self.bar.pad.update()

    def _states(self) -> TimePlot:
        """Return what is never covered of the views on the time axis."""
        from explorer.gui.core.time_plot import TimePlot

        return next(view for view in self._views() if isinstance(view, TimePlot) and not view.shows_flow)

    def _go_on(self) -> None:
        if self.going:
            self.bar.go_on()
        else:
            self.passed_by.emit(1)

    def _go_back(self) -> None:
        if self.going:
            self.bar.go_back()
        else:
            self.passed_by.emit(-1)
