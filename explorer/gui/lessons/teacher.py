"""Who leads through a lesson: shows a step's setting, takes the prediction, reveals, and sees what is tried reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QFileSystemWatcher, QObject, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.core.controller import Controller
from explorer.gui.words.i18n import mark
from explorer.workspace.disk.origin import otherwise
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.lessons.lesson import Lesson, Step
from explorer.workspace.lessons.library import next_lesson
from explorer.workspace.lessons.marking import Given
from explorer.workspace.lessons.progress import Progress
from explorer.workspace.lessons.reading import read_lesson
from explorer.workspace.looks.analysis import Inspection, needs_analysis
from explorer.workspace.looks.measures import Scene


class Teacher(QObject):
    """Leads through one lesson at a time.

    ``changed()`` when something else is to be said or shown; what that is stands in its attributes. ``step`` is None where
    no lesson goes on. ``scene`` is what was revealed, once it is worked out; ``done``: what was to be tried is reached;
    ``refusal``: why the file, which is edited meanwhile, can't be read as it stands. ``elsewhere``: the person has made
    something else of what the step says its words of.
    """

    changed = Signal()

    def __init__(self, controller: Controller, progress: Progress) -> None:
        super().__init__()
        self.lesson: Lesson | None = None
        self.index = 0
        self.given: Given | None = None
        self.revealed = self.done = False
        self.scene: Scene | None = None
        self.refusal: Refusal | None = None
        self.elsewhere = False
        self.progress = progress
        self._controller = controller
        self._path: Path | None = None
        self._watch = QFileSystemWatcher(self)
        self._watch.fileChanged.connect(self._read_again)
        self._watch.directoryChanged.connect(self._read_again)
        controller.changed.connect(self._notice)
        controller.answered.connect(self._see)
        controller.completed.connect(self._see)

    @property
    def step(self) -> Step | None:
        """Return the present step."""
        return None if self.lesson is None else self.lesson.steps[self.index]

    @property
    def is_last(self) -> bool:
        """Return whether no step follows."""
        return self.lesson is None or self.index == len(self.lesson.steps) - 1

    @property
    def following(self) -> Lesson | None:
        """Return the lesson after the present one; after the last that ships, and after a person's own, there is none."""
        return None if self.lesson is None or self._path is not None else next_lesson(self.lesson.name)

    @property
    def covered(self) -> bool:
        """Return whether what is asked for is on the screen, and to be covered until it is predicted."""
        return self.step is not None and self.step.covered and not self.revealed

    @property
    def asking(self) -> bool:
        """Return whether a prediction is asked for that was not made yet."""
        return self.step is not None and self.step.predict is not None and not self.revealed

    @property
    def drawn(self) -> Floats | None:
        """Return the curve that was predicted, once it is revealed what comes."""
        return self.given if self.revealed and isinstance(self.given, np.ndarray) else None

    @property
    def drawing(self) -> bool:
        """Return whether a curve is to be drawn, or one that was is compared with what comes."""
        asked = self.step is not None and self.step.predict is not None and self.step.predict.kind == "curve"
        return asked and (not self.revealed or self.drawn is not None)

    def begin(self, lesson: Lesson, path: Path | None = None, index: int = 0) -> None:
        """Begin ``lesson`` with a step; a file at ``path`` is read again whenever it changes."""
        self.lesson, self.refusal, self.revealed = lesson, None, False
        self._follow(path)
        self.go_to(index)

    def begin_following(self) -> None:
        """Begin the lesson after the present one where it was left."""
        lesson = self.following
        assert lesson is not None
        self.begin(lesson, index=self.progress.place(lesson.name, len(lesson.steps)))

    def leave(self) -> None:
        """Leave the lesson; what is on the screen stays."""
        self.lesson, self.refusal, self.given = None, None, None
        self._follow(None)
        self.changed.emit()

    def go_to(self, index: int) -> None:
        """Go to the step ``index``, or to the nearest one that there is."""
        assert self.lesson is not None
        if self.revealed and index > self.index:
            # Who goes on has seen the answer: a lesson is taken up where it was left, tried or not.
            self._reach(self.index + 1)
        self.index = min(max(index, 0), len(self.lesson.steps) - 1)
        self._begin_step()
        assert self.step is not None
        self._show(self.step.setting)
        self._look()
        self.changed.emit()

    def predict(self, given: Given) -> None:
        """Take a prediction, and reveal what comes of it."""
        if self.step is not None and not self.revealed:
            self.given = given
            self.reveal()

    def reveal(self) -> None:
        """Show what comes of the step, predicted or not."""
        if self.step is None or self.revealed:
            return
        self.revealed = True
        self._show(self.step.revealed)
        self._look()
        self.changed.emit()

    def answer(self) -> None:
        """Show a way to what is to be tried."""
        trial = self.step.trial if self.step is not None else None
        if trial is not None and trial.answer is not None:
            self._show(trial.answer)

    def _begin_step(self) -> None:
        assert self.step is not None
        self.given, self.scene, self.done = None, None, False
        self.revealed = self.step.predict is None and self.step.setting == self.step.revealed

    def _show(self, exploration: Exploration) -> None:
        self._controller.replace(mark("A step of the lesson"), exploration)

    def _look(self) -> None:
        """Take what is on the screen already: the same exploration again is not worked out again."""
        inspection = self._controller.inspection
        if inspection is not None and not needs_analysis(
            inspection.analysis.exploration, self._controller.store.exploration
        ):
            self._see(inspection)

    @Slot()
    def _notice(self) -> None:
        """See whether the words of the step are still those of what is on the screen."""
        step, shown = self.step, self._controller.store.exploration
        told = None if step is None else step.revealed if self.revealed else step.setting
        elsewhere = step is not None and told is not None and _is_elsewhere(step, told, shown)
        if elsewhere != self.elsewhere:
            self.elsewhere = elsewhere
            self.changed.emit()

    @Slot(object)
    def _see(self, inspection: Inspection, _: float = 0.0) -> None:
        """Take what is worked out of what is on the screen."""
        step = self.step
        if step is None or not self.revealed:
            return
        scene, before = Scene.of(inspection), (self.scene, self.done)
        if self.scene is None and None not in scene.runs and not needs_analysis(scene.exploration, step.revealed):
            # What was worked out may be looked at otherwise yet: by another window, at another pair.
            self.scene = scene.looked_at(step.revealed)
            self._reach(self.index + (step.trial is None))
        if step.trial is not None and not self.done and self._is_reached(self._of_present(scene)):
            self.done = True
            self._reach(self.index + 1)
        if before != (self.scene, self.done):
            self.changed.emit()

    def _of_present(self, scene: Scene) -> Scene:
        """Return ``scene`` as the present looks at it, where that asks for no other: in a training it may be ahead."""
        present = self._controller.store.exploration
        return scene if needs_analysis(scene.exploration, present) else scene.looked_at(present)

    def _is_reached(self, scene: Scene) -> bool:
        assert self.step is not None
        assert self.step.trial is not None
        try:
            return all(condition.holds(scene) for condition in self.step.trial.goal)
        except Refusal:
            # It asks for a network or a setting that what the person made has not.
            return False

    def _reach(self, steps: int) -> None:
        assert self.lesson is not None
        self.progress.reach(self.lesson.name, steps, len(self.lesson.steps))

    def _follow(self, path: Path | None) -> None:
        """Watch the file of the lesson; editors that write another file in its place change its folder."""
        self._path = path
        if watched := [*self._watch.files(), *self._watch.directories()]:
            self._watch.removePaths(watched)
        if path is not None:
            self._watch.addPaths([str(path), str(path.parent)])

    @Slot(str)
    def _read_again(self, _: str) -> None:
        """Read the file as it stands now; what can't be read is said, and the lesson goes on as it was."""
        if self._path is None or self.lesson is None:
            return
        # Before it is read: what is saved while it is read is seen as another change.
        self._follow(self._path)
        try:
            lesson = read_lesson(self._path)
        except Refusal as refusal:
            self.refusal = refusal
            self.changed.emit()
            return
        if lesson != self.lesson or self.refusal is not None:
            shown, self.lesson, self.refusal = self.step, lesson, None
            self.index = min(self.index, len(lesson.steps) - 1)
            if self.step != shown:
                self.go_to(self.index)
            self.changed.emit()


def _is_elsewhere(step: Step, told: Exploration, shown: Exploration) -> bool:
    """Return whether the words of ``step``, which are of ``told``, need not hold of what is ``shown``."""
    there, here = told.selection, shown.selection
    moved = here.t != there.t or (step.of_pair and here.k != there.k)
    return moved or otherwise(shown, told) is not None
