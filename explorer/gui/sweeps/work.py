"""`SweepWork`: the sweep that is shown, what is known of it, and who works on it; it knows nothing of any screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from explorer.engine.errors import Refusal
from explorer.gui.core.worker import LatestWins
from explorer.gui.sweeps.running import Wanted, Wondered, foretold, found, swept
from explorer.workspace.sweeps.exploring import canonical
from explorer.workspace.sweeps.opening import known_of
from explorer.workspace.sweeps.running import Course
from explorer.workspace.sweeps.slices import Showing
from explorer.workspace.sweeps.streaming import Asked
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.theory import Prediction


class SweepWork(QObject):
    """Measures the points of one sweep after another.

    ``grew()``: more is known; ``turned()``: it goes on, or no longer; ``foretold()``: theory has spoken;
    ``found(exploration)``: the network of a point; ``failed(error)``.
    """

    grew = Signal()
    turned = Signal()
    foretold = Signal()
    found = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.table: Table | None = None
        self.out: Path | None = None
        self.theory: Prediction | None = None
        self.running = False
        self._course: Course | None = None
        self._sweeper, self._foreteller, self._finder = LatestWins(swept), LatestWins(foretold), LatestWins(found)
        self._sweeper.answered.connect(self._arrived)
        self._sweeper.idled.connect(self._ended)
        self._sweeper.failed.connect(self._fail)
        self._foreteller.answered.connect(self._hear)
        self._finder.answered.connect(self.found)
        self._finder.failed.connect(self.failed)

    @property
    def done(self) -> int:
        """Return how many points were measured."""
        return 0 if self.table is None else self.table.done

    @property
    def size(self) -> int:
        """Return how many points there are."""
        return 0 if self.table is None else self.table.sweep.size

    @property
    def failures(self) -> int:
        """Return how many points lack a value."""
        return 0 if self.table is None else len(self.table.reasons)

    @property
    def left(self) -> float | None:
        """Return the seconds that it takes still, None where nobody knows, or nothing goes on."""
        return self._course.left if self._course is not None and self.running else None

    def shows(self, sweep: Sweep) -> bool:
        """Return whether the points of ``sweep`` are those of the present one."""
        return self.table is not None and canonical(self.table.sweep) == canonical(sweep)

    def take_on(self, table: Table, out: Path) -> None:
        """Turn to another sweep, whose result is, or is to be, the file ``out``."""
        self.pause()
        self.table, self.out, self.theory, self._course = table, out, None, None

    def run(self, address: str) -> None:
        """Go on with the sweep, by the cluster at ``address``, or by processes of this machine for ""."""
        if self.table is not None and self.out is not None:
            self.running, self._course = True, None
            self._sweeper.submit(Asked(self.table.sweep, self.out, address))
            self.turned.emit()

    @Slot()
    def pause(self) -> None:
        """Stop; what was measured is kept."""
        if self.running:
            self._sweeper.cancel()
            self.running = False
            self.turned.emit()

    def wonder(self, showing: Showing, maps: bool) -> None:
        """Ask theory about what is shown."""
        if self.table is not None:
            self._foreteller.submit(Wondered(self.table.sweep, showing, maps))

    def find(self, sweep: Sweep, place: Place) -> None:
        """Ask for the network of a point."""
        self._finder.submit(Wanted(sweep, place))

    def close(self) -> None:
        """Stop all work."""
        self.running = False
        for worker in (self._sweeper, self._foreteller, self._finder):
            worker.close()

    @Slot(object)
    def _arrived(self, told: Table | tuple[Course, ...]) -> None:
        if isinstance(told, Table):
            self.table = told
        elif self.table is not None:
            for course in told:
                if course.place is not None and course.outcome is not None:
                    self.table.add(course.place, course.outcome)
            self._course = told[-1] if told else self._course
        self.grew.emit()

    @Slot()
    def _ended(self) -> None:
        self.running = False
        self.turned.emit()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._ended()
        self.failed.emit(error)

    @Slot(object)
    def _hear(self, told: Prediction | None) -> None:
        self.theory = told
        self.foretold.emit()


def known(sweep: Sweep, out: Path) -> Table:
    """Return what is known of ``sweep`` in the file ``out``; nothing where that is something else, which a start refuses."""
    try:
        return known_of(sweep, out)
    except Refusal:
        return Table(sweep)
