"""The animation: the forward pass forward in time, then the gradient of the chosen row backward."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.gui.core.view import Playhead
from explorer.workspace.exploration.exploration import Selection

_SECONDS_A_PASS = 5.0
_FASTEST_FRAME = 16
_SLOWEST_STEP = 250
PACES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""How many times faster than usual it can play."""


class Player(QObject):
    """Moves a playhead over T steps; long sequences skip steps so that a pass lasts a few seconds.

    ``moved(Playhead)`` tells each moment, ``playing(bool)`` whether it runs.
    """

    moved = Signal(object)
    playing = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._playhead = Playhead()
        self._selection = Selection(t=0, k=0)
        self._stride, self._steps, self._pace = 1, 1, 1.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def playhead(self) -> Playhead:
        """Return the present moment."""
        return self._playhead

    @property
    def running(self) -> bool:
        """Return whether it plays."""
        return self._timer.isActive()

    def follow(self, selection: Selection, steps: int) -> None:
        """Play for the row of ``selection`` in a sequence of ``steps`` steps."""
        if selection.t != self._selection.t and self._playhead.phase == "backward":
            self.rest()
        elif self._playhead.phase == "forward" and self._playhead.step > max(selection.t, selection.k):
            self._go(Playhead("forward", selection.t))
        self._selection, self._steps = selection, max(1, steps)
        self._time()

    def set_pace(self, pace: float) -> None:
        """Play ``pace`` times faster than usual."""
        self._pace = pace
        self._time()

    @property
    def pace(self) -> float:
        """Return how many times faster than usual it plays."""
        return self._pace

    def _time(self) -> None:
        """Choose how long a frame is seen, and how many steps are taken with it where a step is too short for one."""
        step = min(_SLOWEST_STEP, 1000.0 * _SECONDS_A_PASS / self._steps) / self._pace
        self._stride = max(1, round(_FASTEST_FRAME / step))
        self._timer.setInterval(max(_FASTEST_FRAME, round(self._stride * step)))

    @Slot()
    def toggle(self) -> None:
        """Play or pause; from rest it begins at s_0."""
        if self.running:
            self._timer.stop()
        else:
            if self._playhead.phase == "rest":
                self._go(Playhead("forward", 0))
            self._timer.start()
        self.playing.emit(self.running)

    @Slot()
    def rest(self) -> None:
        """Stop and show everything."""
        was_running = self.running
        self._timer.stop()
        if self._playhead.phase != "rest":
            self._go(Playhead())
        if was_running:
            self.playing.emit(False)

    @Slot()
    def first(self) -> None:
        """Go to s_0, before anything has happened."""
        self._go(Playhead("forward", 0))

    @Slot()
    def forward(self) -> None:
        """Take one step of the animation."""
        self._advance(1)

    @Slot()
    def back(self) -> None:
        """Take one step of the animation back."""
        phase, step, t = self._playhead.phase, self._playhead.step, self._selection.t
        if phase == "forward":
            self._go(Playhead("forward", max(0, step - 1)))
        elif phase == "backward":
            self._go(Playhead("forward", self._last) if step == t else Playhead("backward", step - self._way))
        else:
            self._go(Playhead("backward", self._end))

    def _tick(self) -> None:
        self._advance(self._stride)

    def _advance(self, stride: int) -> None:
        phase, step, t = self._playhead.phase, self._playhead.step, self._selection.t
        if phase == "rest":
            self._go(Playhead("forward", 0))
        elif phase == "forward":
            last = self._last
            self._go(Playhead("forward", min(last, step + stride)) if step < last else Playhead("backward", t))
        elif step != self._end:
            step += self._way * stride
            self._go(Playhead("backward", min(step, self._end) if self._way > 0 else max(step, self._end)))
        else:
            self.rest()

    @property
    def _way(self) -> int:
        """Return which way the gradient goes: back to the beginning, or on to the end along a chain that runs backward."""
        return 1 if self._selection.k > self._selection.t else -1

    @property
    def _end(self) -> int:
        """Return where it has come all the way."""
        return self._steps if self._way > 0 else 0

    @property
    def _last(self) -> int:
        """Return up to where the network is run before: a chain that runs backward begins at the end."""
        return self._steps if self._way > 0 else self._selection.t

    def _go(self, playhead: Playhead) -> None:
        self._playhead = playhead
        self.moved.emit(playhead)
