"""The wiring between the store, the worker and what is on the screen; it computes and draws nothing itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.gui.core.errands import Errands
from explorer.gui.core.turns import Turns
from explorer.gui.core.view import Controls, Playhead, View
from explorer.gui.core.worker import LatestWins
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, say, say_failure
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.store import Document, Store
from explorer.workspace.looks.analysis import Inspection, needs_analysis
from explorer.workspace.looks.analyst import Analyst, Completed
from explorer.workspace.looks.levels import paired


class Controller(QObject):
    """Turns edits into commits, changes into requests, and answers into pictures.

    ``refused(text)`` is a sentence for the person; ``answered(inspection, seconds)`` tells what is now on the screen and how
    long after the gesture, ``completed(inspection)`` that more of it is; ``changed()`` that the store holds something else;
    ``busy(fraction)`` and ``idle()`` long work; ``cancelled()`` that the person has had enough of it. While ``held``, no
    drag's end ends the undo step of what goes on.
    """

    refused = Signal(str)
    answered = Signal(object, float)
    completed = Signal(object)
    changed = Signal()
    asked = Signal()
    busy = Signal(float)
    idle = Signal()
    cancelled = Signal()

    def __init__(self, store: Store, views: Iterable[View], panels: Iterable[Controls]) -> None:
        super().__init__()
        self.store = store
        self.inspection: Inspection | None = None
        self._views: list[View] = []
        self._panels: list[Controls] = []
        self._asked = time.perf_counter()
        self._told: Exception | None = None
        self._refused: dict[Controls, Refusal] = {}
        self._failed = False
        self.held = self._following = self._urgent = False
        self._turns = Turns()
        self._take_back: Callable[[], None] = store.undo
        # What follows the gesture is painted first: it and who works on the answer would hold each other up.
        self._submission = QTimer(self, singleShot=True, interval=0)
        self._submission.timeout.connect(self._submit)
        self._worker = LatestWins(Analyst().look, paced=True)
        self._worker.answered.connect(self._show)
        self._worker.failed.connect(self._fail)
        self._worker.progressed.connect(self.busy)
        self._worker.idled.connect(self.idle)
        self._turns.painted.connect(self._go_on)
        self._errands = Errands()
        self._unsubscribe = store.subscribe(self._store_changed)
        store.report_to(self._report)
        self._wire(views, panels)

    def add(self, views: Sequence[View], panels: Sequence[Controls], theme: Theme) -> None:
        """Let ``views`` and ``panels`` that were made later show what the others show, dressed like them."""
        self._wire(views, panels)
        for panel in panels:
            panel.dress(theme)
            panel.present(self.store.exploration, self.inspection.analysis if self.inspection else None)
        for view in views:
            view.dress(theme)
            if self.inspection is not None:
                view.present(self.inspection)

    def start(self) -> None:
        """Show the store's exploration."""
        self._present_panels()
        self._ask()

    def show_now(self, inspection: Inspection) -> None:
        """Show an inspection that was made elsewhere."""
        self._present_panels()
        self._take(inspection)
        self.catch_up()
        self.answered.emit(inspection, inspection.analysis.seconds)

    @property
    def caught_up(self) -> bool:
        """Return whether every view shows the last answer."""
        return self._turns.over

    def catch_up(self) -> None:
        """Let every view show the last answer before returning: for pictures."""
        self._turns.catch_up()

    def close(self) -> None:
        """Stop working and listening."""
        self._unsubscribe()
        self._turns.close()
        self._submission.stop()
        self._worker.close()
        self._errands.close()

    def replace(self, label: str, exploration: Exploration, document: Document | None = None) -> None:
        """Make ``exploration`` the present together with its ``document``, as one undo step: a file, what a crash left.

        Without a document it can be had again from where it comes, as a preset can.
        """
        self._begin_step()
        self.store.replace(label, exploration, document or Document(saved=exploration))

    def follow(self, label: str, exploration: Exploration, merge: str) -> None:
        """Make ``exploration``, which work that goes on has reached, the present; `cancel` does not take it back."""
        self._take_back = lambda: None
        self._following = True
        try:
            self.store.commit(label, exploration, merge)
        finally:
            self._following = False

    @Slot(Gesture)
    def commit(self, gesture: Gesture) -> bool:
        """Do ``gesture`` to the present exploration; return whether it was accepted."""
        try:
            after = gesture(self.store.exploration)
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        self._accept(gesture, after)
        return True

    def attempt(self, work: Callable[[], object]) -> bool:
        """Do ``work`` outside of the exploration, and say why where it is refused; return whether it was done."""
        try:
            work()
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        self.refuse(None)
        return True

    def refuse(self, error: Exception | None) -> None:
        """Say why something could not be done; None takes the sentence back."""
        self._told = error
        words = mark("This could not be worked out: {error}.")
        self.refused.emit("" if error is None else say_failure(error, words))

    @Slot()
    def seal(self) -> None:
        """End a drag: what follows is another undo step."""
        if not self.held:
            self.store.seal()
        self.changed.emit()

    @Slot(int, int)
    def select(self, t: int, k: int) -> None:
        """Look at the pair (t, k): the cursor moves at once, the close look follows."""
        t, k = paired(self.store.exploration, t, k)
        self.store.adjust(self.store.exploration.with_selection(t=t, k=k))

    @Slot()
    def undo(self) -> None:
        """Take the last gesture back."""
        self._take_back = self.store.redo
        self.store.undo()

    @Slot()
    def redo(self) -> None:
        """Do the last undone gesture again."""
        self._take_back = self.store.undo
        self.store.redo()

    @Slot()
    def cancel(self) -> None:
        """Give up the work that is under way, and the change that asked for it."""
        self._submission.stop()
        self._worker.cancel()
        self.idle.emit()
        self.cancelled.emit()
        shown = self.inspection.analysis.exploration if self.inspection else None
        if shown is not None and needs_analysis(shown, self.store.exploration):
            take_back, self._take_back = self._take_back, self.store.undo
            take_back()
        elif shown is not None and shown != self.store.exploration:
            self._ask()

    @Slot(object)
    def play(self, playhead: Playhead) -> None:
        """Show a moment of the animation everywhere."""
        for view in self._views:
            view.play(playhead)

    def dress(self, theme: Theme) -> None:
        """Give everything another theme or language."""
        for view in self._views:
            view.dress(theme)
        for panel in self._panels:
            panel.dress(theme)
        self._present_panels()
        for panel, refusal in self._refused.items():
            panel.show_refusal(say(refusal))
        if self._told is not None:
            self.refuse(self._told)

    def _wire(self, views: Iterable[View], panels: Iterable[Controls]) -> None:
        for view in views:
            view.edited.connect(self.commit)
            view.released.connect(self.seal)
            view.selected.connect(self.select)
            view.asked.connect(partial(self._errands.run, view))
            self._views.append(view)
        for panel in panels:
            panel.edited.connect(self._panel_committer(panel))
            panel.released.connect(self.seal)
            self._panels.append(panel)

    def _panel_committer(self, panel: Controls) -> object:
        def commit(gesture: Gesture) -> None:
            try:
                after = gesture(self.store.exploration)
            except Refusal as refusal:
                # What was used shows what is in force, not what was refused.
                panel.present(self.store.exploration, self.inspection.analysis if self.inspection else None)
                self._refuse_in(panel, refusal)
                return
            self._refuse_in(panel, None)
            self._accept(gesture, after)

        return commit

    def _refuse_in(self, panel: Controls, refusal: Refusal | None) -> None:
        """Say in ``panel`` why what was asked for there is not done; None takes the sentence back."""
        self._refused.pop(panel, None)
        if refusal is not None:
            self._refused[panel] = refusal
        panel.show_refusal("" if refusal is None else say(refusal))

    def _accept(self, gesture: Gesture, after: Exploration) -> None:
        self._begin_step()
        self.store.commit(gesture.label, after, gesture.merge or None)

    def _begin_step(self) -> None:
        """Take back what was said; but why the present could not be worked out is said until something is."""
        if not self._failed:
            self.refuse(None)
        self._take_back = self.store.undo

    def _store_changed(self, before: Exploration, after: Exploration) -> None:
        if before.selection != after.selection:
            for view in self._views:
                view.point(after.selection)
            for panel in self._panels:
                panel.point(after.selection)
        if replace(before, selection=after.selection) != after:
            for panel in self._panels:
                self._refuse_in(panel, None)
            self._present_panels()
            for view in self._views:
                self._try(partial(view.expect, after))
        self._ask()
        self.changed.emit()

    def _present_panels(self) -> None:
        analysis = self.inspection.analysis if self.inspection else None
        for panel in self._panels:
            self._try(partial(panel.present, self.store.exploration, analysis))

    def _try(self, show: Callable[[], None]) -> None:
        """Let one of those that show the present fail alone."""
        try:
            show()
        except Exception as error:
            self._report(error)

    def _report(self, error: Exception) -> None:
        """Say that something that follows the store has failed: the change is made, and everything else follows it."""
        sys.excepthook(type(error), error, error.__traceback__)
        self.refuse(error)

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self.asked.emit()
        # What is worked out of a network that goes on changing is shown late rather than never.
        self._urgent |= not self._following
        self._submission.start()

    @Slot()
    def _go_on(self) -> None:
        """Let the worker go on with what was asked last."""
        if self._submission.isActive():
            self._submit()
        self._worker.go_on()

    @Slot()
    def _submit(self) -> None:
        self._submission.stop()
        self._worker.submit(self.store.exploration, urgent=self._urgent)
        self._urgent = False

    @Slot(object)
    def _show(self, told: Inspection | Completed) -> None:
        if isinstance(told, Completed):
            self.inspection = told.inspection
            self._turns.complete(told.inspection, self._views)
            self.completed.emit(told.inspection)
        else:
            self._take(told)
            self.answered.emit(told, time.perf_counter() - self._asked)

    def _take(self, inspection: Inspection) -> None:
        self.inspection = inspection
        if self._failed:
            self._failed = False
            self.refuse(None)
        # What comes of a training comes by itself, and all views together outlast a frame.
        self._turns.slow = self.held
        self._turns.present(inspection, self._views)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        """Say what is wrong until something is worked out again; what was on the screen stays."""
        self.idle.emit()
        self._failed = True
        self.refuse(error)
