"""The time line of a training: go to any kept moment, see it as a film, go on from there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout

from explorer.gui.controls.plain import set_tone, teach
from explorer.gui.controls.plate import Plate
from explorer.gui.controls.quiet import Elastic
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.plan import Course, Ending
from explorer.gui.plot.theme import TICK_SCALE, Theme, font, icon, size_icon
from explorer.gui.training.film import Film
from explorer.gui.training.moment_words import told
from explorer.gui.training.track import Track
from explorer.gui.words.i18n import Phrases, language, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.record import Record


class TimeLine(Plate):
    """A bar over the snapshots of the record; hidden while there are fewer than two.

    ``moment_chosen(step)``: another snapshot is to be shown; ``released()``: a drag or the film is over; ``go_on()``:
    training is to go on from the shown moment.
    """

    moment_chosen = Signal(int)
    released = Signal()
    go_on = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.phrases = Phrases()
        self._record: Record | None = None
        self._shown = 0
        self._running = False
        self._course: Course | None = None
        self._ending: Ending | None = None
        self.film = Film()
        self.track = Track(theme)
        self.play, self.first, self.resume = QToolButton(), QToolButton(), QPushButton()
        self.words = Fitted()
        self._note = Elastic(self.words)
        self._build()
        self._connect()
        self._say()
        self.dress(theme)
        self.hide()

    def present(self, exploration: Exploration) -> None:
        """Show the record of ``exploration`` and the moment at which it is; emits nothing."""
        record = exploration.record
        if record != self._record:
            self.film.stop()
        self._record, self._shown = record, exploration.updates
        self._show_moment()
        # Outside a window it would become one of its own.
        housed = self.parentWidget() is not None
        set_shown(self, housed and record is not None and len(record.snapshots) > 1)

    def set_running(self, running: bool) -> None:
        """While training runs, follow its newest moment and let nobody choose another."""
        self._running = running
        if running:
            self.film.stop()
        self.track.lock(running)
        for button in (self.play, self.first, self.resume):
            button.setEnabled(not running)
        self._show_moment()

    def tell(self, course: Course | None, ending: Ending | None) -> None:
        """Say of how many updates those shown are while training runs (``course``), and why it rests (``ending``)."""
        if (course, ending) != (self._course, self._ending):
            self._course, self._ending = course, ending
            if self._record is not None:
                self._show_words()

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language that is now spoken."""
        self.theme = theme
        self.phrases.retranslate()
        self.words.setFont(font(theme, language(), TICK_SCALE))
        self._note.refit()
        self.track.dress(theme)
        for button in (self.play, self.first):
            size_icon(button, theme)
        self.first.setIcon(icon("first", theme))
        self._show_playing(self.film.running)
        self._show_moment()

    def _build(self) -> None:
        row, middle = QHBoxLayout(self), QVBoxLayout()
        self.setObjectName("timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_tone(self.words, "muted")
        self.resume.setProperty("flat", True)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(3)
        middle.setSpacing(0)
        # Without this the row would be no higher than its lowest button.
        centred = Qt.AlignmentFlag.AlignVCenter
        middle.addWidget(self.track)
        middle.addWidget(self._note)
        for button in (self.first, self.play):
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button, 0, centred)
        row.addLayout(middle, 1)
        row.addWidget(self.resume, 0, centred)

    def _connect(self) -> None:
        self.track.valueChanged.connect(self._choose)
        self.track.sliderPressed.connect(self.film.stop)
        self.track.sliderReleased.connect(self.released)
        self.track.filmed.connect(self._toggle)
        self.play.clicked.connect(self._toggle)
        self.first.clicked.connect(self._begin)
        self.resume.clicked.connect(self.go_on)
        self.film.moved.connect(self.track.setValue)
        self.film.playing.connect(self._film_changed)

    def _say(self) -> None:
        self.phrases.add(self.setAccessibleName, "Time line of training")
        self.phrases.add(self.track.setAccessibleName, "Shown moment of training")
        self.phrases.add(self.resume.setText, "Go on from here")
        self.phrases.add(
            partial(teach, self.resume),
            "Train on from the shown moment. What came after it is given up; undo brings it back.",
        )
        self.phrases.add(self.first.setAccessibleName, "To the start of training")
        self.phrases.add(partial(teach, self.first), "Show the network before all training. Nothing is given up.")
        self.phrases.add(
            partial(teach, self.words),
            "Snapshots of the weights are kept; beyond the limit every other one is given up. Looking back is no change: "
            "undo takes the training back.",
        )

    def _toggle(self) -> None:
        if self.film.running:
            self.film.stop()
        elif self._record is not None and not self._running:
            self.film.start(self.track.value(), len(self._record.snapshots))

    def _begin(self) -> None:
        self.film.stop()
        self.track.setValue(0)

    def _choose(self, index: int) -> None:
        """Tell of the snapshot that the handle has come to."""
        assert self._record is not None
        self._shown = self._record.snapshots[index].step
        self._show_words()
        self.moment_chosen.emit(self._shown)

    def _show_moment(self) -> None:
        if self._record is None:
            return
        snapshots = self._record.snapshots
        shown = self._record.last if self._running else self._record.nearest(self._shown).step
        self.track.present(self._record, next(i for i, snapshot in enumerate(snapshots) if snapshot.step == shown))
        self._show_words()

    def _show_words(self) -> None:
        assert self._record is not None
        shown = self._record.last if self._running else self._shown
        text = " · ".join(told(self._record, shown, self._running, self._course, self._ending))
        self._note.say(text)
        self.track.setAccessibleDescription(text)

    def _film_changed(self, playing: bool) -> None:
        self._show_playing(playing)
        if not playing:
            self.released.emit()

    def _show_playing(self, playing: bool) -> None:
        self.play.setIcon(icon("pause" if playing else "play", self.theme))
        self.play.setAccessibleName(tr("Pause the film") if playing else tr("Play the training as a film"))
        partial(teach, self.play)(
            tr("Let the whole window go through the kept moments in some eight seconds (Space on the time line).")
        )
