"""`Meter`: what is measured of a network now and then while it learns."""

from __future__ import annotations

import time

import numpy as np

from explorer.engine.activations import Floats
from explorer.engine.allpairs import one_blas_thread
from explorer.engine.errors import Refusal
from explorer.engine.flow import row_log_norms
from explorer.engine.network import Network
from explorer.engine.training import evaluate
from explorer.engine.verdict import verdict
from explorer.workspace.analysis import initial_state
from explorer.workspace.exploration import Exploration
from explorer.workspace.sequences import feed
from explorer.workspace.tasks.lesson import Lesson

SHARE = 0.2
"""Of the time, at most so much goes into measuring."""
QUICK = 0.1
"""Seconds: what takes no longer is measured even when one waits for the end."""
MOST_WORK = 2e9
"""Multiplications for the horizon of the shown sequence; beyond, it is left out."""


class Meter:
    """Measures the active network of an exploration: scores, σ₁ and ρ of W, and the memory horizon."""

    def __init__(self, exploration: Exploration, learnt: Lesson) -> None:
        self._learnt, self._recipe, self._lens = learnt, exploration.recipe, exploration.lens
        self._x = _shown(exploration)
        self._spent, self._ended = 0.0, time.perf_counter()

    def when_due(self, network: Network) -> dict[str, float]:
        """Return what `measure` does if enough time was spent on learning since, else nothing."""
        learning = time.perf_counter() - self._ended
        return self.measure(network) if self._spent <= SHARE * (self._spent + learning) else {}

    def when_quick(self, network: Network) -> dict[str, float]:
        """Return what `measure` does if it took little time the last time, else nothing."""
        return self.measure(network) if self._spent <= QUICK else {}

    def measure(self, network: Network) -> dict[str, float]:
        """Return the columns of the curves that don't come with an update, by name."""
        begun = time.perf_counter()
        with one_blas_thread(), np.errstate(all="ignore"):
            held, seen = evaluate(network, self._learnt.held_out), evaluate(network, self._learnt.seen)
            measured = {
                "held_loss": held.loss,
                "held_accuracy": held.accuracy,
                "accuracy": seen.accuracy,
                "sigma": network.largest_singular_value(),
                "radius": float(np.abs(network.eigenvalues()[0])),
                "horizon": self._horizon(network),
            }
        self._ended = time.perf_counter()
        self._spent = self._ended - begun
        return measured

    def _horizon(self, network: Network) -> float:
        """Return how many steps back the root-mean-square gain from the last step stays above the lens's threshold.

        NaN where the shown sequence is none of the task, or the work would be too much.
        """
        (T, m), N = self._x.shape, network.width
        if m != network.inputs or T * N**3 + (T * N) ** 2 > MOST_WORK:
            return float("nan")
        trace = network.forward(self._x, initial_state(self._recipe, N))
        row = row_log_norms(trace, T) - 0.5 * np.log(N)
        return float(verdict(row, self._lens.threshold).horizon)


def _shown(exploration: Exploration) -> Floats:
    """Return what the network is fed in the window; nothing where that can't be read, which is no matter of the training."""
    try:
        return feed(exploration.sequence).x
    except Refusal:
        return np.empty((0, 0))
