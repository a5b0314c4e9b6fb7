"""`SweepSheet`: a window beside the window: what is swept at the left, the picture that grows of it at the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSizeF, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.bare import Aside, ProgressBar, leave_keyboard
from explorer.gui.controls.plain import Label, set_tone, teach
from explorer.gui.controls.plate import Plate
from explorer.gui.plot.theme import Theme
from explorer.gui.sweeps.canvas import SweepCanvas
from explorer.gui.sweeps.downward import Downward
from explorer.gui.sweeps.export import ExportButton
from explorer.gui.sweeps.form import SweepForm, finer
from explorer.gui.sweeps.picture import Picture
from explorer.gui.sweeps.shown import ShownRow
from explorer.gui.sweeps.words import progress_text
from explorer.gui.sweeps.work import SweepWork, known
from explorer.gui.words.i18n import Phrases, mark, say_failure, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.sweeps.exploring import canonical
from explorer.workspace.sweeps.slices import typical
from explorer.workspace.sweeps.sweep import Sweep
from explorer.workspace.sweeps.table import Table

_WIDE, _HIGH = 108, 66
"""Times the size of the type."""
_SHARE = 0.92
"""Of the window's room at most."""
_FAILED = mark("The sweep could not go on: {error}.")


class SweepSheet(Aside):
    """Sweeps over the fields of an exploration, into files of the ``folder``.

    ``chosen(exploration)``: a point is to be explored; ``saved(path)``: a file was written.
    """

    chosen = Signal(object)
    saved = Signal(object)

    def __init__(self, folder: Path, present: Callable[[], Exploration], theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.phrases = Phrases()
        self._folder, self._present, self._theme = folder, present, theme
        self._past: list[tuple[Table, Path]] = []
        self._wrong: Exception | None = None
        self._failure: Exception | None = None
        self.work = SweepWork()
        self.form, self.canvas, self.shown = SweepForm(), SweepCanvas(theme), ShownRow()
        self.start, self.fresh, self.back = QPushButton(), QPushButton(), QPushButton()
        self.bar, self.state, self.message, self.point, self.hint = ProgressBar(), Label(), Label(), Label(), Label()
        self.export = ExportButton(self.canvas)
        self._build()
        self._say()
        self._connect()
        self.form.begin_with(present())
        self.dress(theme)
        self._changed()

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._theme = theme
        self.phrases.retranslate()
        for part in (self.form, self.shown, self.export):
            part.retranslate()
        self.canvas.dress(theme)
        self._tell()
        self._show_state()

    def show_sweep(self, sweep: Sweep) -> None:
        """Offer ``sweep``, with what is known of it already."""
        sweep = canonical(sweep)
        out = self._folder / f"{sweep.mark}.npz"
        self.show_table(known(sweep, out), out)

    def show_table(self, table: Table, out: Path) -> None:
        """Show what is known of a sweep, whose result is, or is to be, the file ``out``."""
        self._past.clear()
        self.form.show_sweep(table.sweep)
        self._take_on(table, out)

    def close_for_good(self) -> None:
        """Stop all work; every point that was measured is kept."""
        self.work.close()
        self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        """Pause what nobody sees; it goes on where it was."""
        super().hideEvent(event)
        self.work.pause()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as large as there is room over the window."""
        super().showEvent(event)
        parent, size = self.parentWidget(), self._theme.font_size
        room = self.screen().availableSize() if parent is None else parent.size()
        self.resize((QSizeF(_WIDE, _HIGH) * size).toSize().boundedTo((QSizeF(room) * _SHARE).toSize()))
        if parent is not None:
            self.move(parent.mapToGlobal(parent.rect().center()) - self.rect().center())

    def _build(self) -> None:
        self.setObjectName("sweep")
        # A long sentence has more lines, and makes no column wider.
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self.state, self.message, self.point, self.hint):
            label.setWordWrap(True)
        for label in (self.state, self.hint):
            set_tone(label, "muted")
        self.start.setProperty("primary", True)
        for button in (self.start, self.fresh, self.back):
            button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._left())
        row.addWidget(self._right(), 1)
        leave_keyboard(self)

    def _left(self) -> QWidget:
        scroll = Downward(self.form)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (scroll, self.fresh, self.message, self.start, self.bar, self.state):
            column.addWidget(part, 1 if part is scroll else 0)
        return left

    def _right(self) -> QWidget:
        right = Plate()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.shown, 1)
        head.addWidget(self.back)
        head.addWidget(self.export)
        column = QVBoxLayout(right)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.point)
        column.addWidget(self.hint)
        return right

    def _say(self) -> None:
        add = self.phrases.add
        add(self.setWindowTitle, mark("Sweep"))
        add(self.fresh.setText, mark("Begin with the present network"))
        add(
            partial(teach, self.fresh),
            mark("Every point begins with the network that is explored now; what is swept takes other values in it."),
        )
        add(self.back.setText, mark("Wider again"))
        add(partial(teach, self.back), mark("Back to the sweep before the rectangle was drawn out."))
        add(self.bar.setAccessibleName, mark("Points that are measured"))
        add(self.hint.setText, mark("Click a point to explore its network; draw out a rectangle to sweep it finer."))

    def _connect(self) -> None:
        self.start.clicked.connect(self._press)
        self.fresh.clicked.connect(self._begin_anew)
        self.back.clicked.connect(self._go_back)
        self.form.changed.connect(self._changed)
        self.form.refused.connect(self.refuse)
        self.shown.changed.connect(self._look_otherwise)
        self.canvas.looked.connect(self.point.setText)
        self.canvas.chosen.connect(self._choose)
        self.canvas.refined.connect(self._refine)
        self.export.refused.connect(self.fail)
        self.export.saved.connect(self.saved)
        work = self.work
        work.grew.connect(self._show)
        work.foretold.connect(self._show)
        work.turned.connect(self._show_state)
        work.found.connect(self.chosen)
        work.failed.connect(self.fail)

    @Slot()
    def _press(self) -> None:
        """Start, or pause."""
        if self.work.running:
            self.work.pause()
            return
        self.fail(None)
        sweep = self._asked()
        if sweep is None:
            return
        if not self.work.shows(sweep):
            self._past.clear()
            self._take_on(Table(sweep), self._folder / f"{sweep.mark}.npz")
        self.work.run(self.form.address.text().strip())

    @Slot()
    def _begin_anew(self) -> None:
        self.work.pause()
        self.form.begin_with(self._present())
        self._changed()

    @Slot()
    def _changed(self) -> None:
        """Say at once what could not be swept, and how many points there would be."""
        if not self.work.running:
            self.fail(None)
            self._show_state()

    @Slot(int, int)
    def _choose(self, row: int, column: int) -> None:
        picture = self.canvas.picture
        if picture is not None:
            self.work.find(picture.sweep, typical(picture.table, picture.showing, row, column))

    @Slot(int, int, int, int)
    def _refine(self, low: int, left: int, high: int, right: int) -> None:
        """Sweep what lies in the rectangle, with as many values as there were."""
        picture, table, out = self.canvas.picture, self.work.table, self.work.out
        if picture is None or table is None or out is None:
            return
        try:
            sweep = finer(table.sweep, picture.between((low, left), (high, right)))
        except Refusal as refusal:
            self.fail(refusal)
            return
        past = [*self._past, (table, out)]
        self.show_sweep(sweep)
        self._past = past
        self.work.run(self.form.address.text().strip())

    @Slot()
    def _go_back(self) -> None:
        *past, (table, out) = self._past
        self.show_table(table, out)
        self._past = past
        self._show_state()

    def _asked(self) -> Sweep | None:
        """Return the sweep that is chosen; None where there is none, and that is said."""
        try:
            sweep = self.form.sweep()
        except Refusal as refusal:
            self.refuse(refusal)
            return None
        self.refuse(None)
        return sweep

    def _take_on(self, table: Table, out: Path) -> None:
        """Show another sweep."""
        self.work.take_on(table, out)
        self.fail(None)
        self.refuse(None)
        self.shown.offer(table.sweep)
        self._look_otherwise()

    @Slot()
    def _look_otherwise(self) -> None:
        """Show another quantity, or other axes; ask theory about it."""
        self._show()
        if self.shown.showing is not None:
            self.work.wonder(self.shown.showing, self.shown.maps)

    @Slot()
    def _show(self) -> None:
        table, showing = self.work.table, self.shown.showing
        if table is not None and showing is not None:
            self.canvas.present(Picture.of(table, showing, self.shown.maps, self.work.theory))
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        work = self.work
        asked = work.table.sweep if work.running and work.table is not None else self._asked()
        mine = asked is not None and self.work.shows(asked)
        done, size = (work.done, work.size) if mine else (0, 0 if asked is None else asked.size)
        self.start.setText(tr("Pause") if work.running else tr("Go on") if 0 < done < size else tr("Start"))
        self.start.setEnabled(asked is not None and (not mine or done < size))
        teach(
            self.start,
            tr("Stop here; every point that was measured is kept.") if work.running
            else tr("Measure the points, from coarse to fine; what was measured before is not measured again."),
        )  # fmt: skip
        self.bar.setVisible(work.running or 0 < done < size)
        self.bar.set_share(done / size if size else 0.0)
        self.state.setText(progress_text(done, size, work.failures if mine else 0, work.left))
        self.back.setVisible(bool(self._past))
        self.export.setEnabled(work.done > 0)

    @Slot(object)
    def refuse(self, why: Exception | None) -> None:
        """Say why what is chosen can't be swept; None if it can."""
        self._wrong = why
        self._tell()

    @Slot(object)
    def fail(self, why: Exception | None) -> None:
        """Say why what was asked for could not be done, until something else is asked for; None takes it back."""
        self._failure = why
        self._tell()

    def _tell(self) -> None:
        """Say what is wrong in the language that is now spoken."""
        error = self._wrong or self._failure
        text = "" if error is None else say_failure(error, _FAILED)
        if text != self.message.text():
            self.message.setText(text)
        colours = QPalette(self.message.palette())
        colours.setColor(QPalette.ColorRole.WindowText, QColor(self._theme.bound))
        self.message.setPalette(colours)
        self.message.setVisible(bool(text))
