"""`Meter`: what is measured of a network now and then while it learns."""

from __future__ import annotations

import time

import numpy as np

from explorer.engine.allpairs import one_blas_thread
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
"""Multiplications for the horizon on the task's example; beyond, it is left out."""


class Meter:
    """Measures the active network of an exploration: scores, σ₁ and ρ of W, and the memory horizon."""

    def __init__(self, exploration: Exploration, learnt: Lesson) -> None:
        self._learnt, self._recipe, self._lens = learnt, exploration.recipe, exploration.lens
        # The example of the task, not what is typed in the window: all of one curve is measured on the same.
        self._x = feed(learnt.shown).x
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
            } | self._horizon(network)
        self._ended = time.perf_counter()
        self._spent = self._ended - begun
        return measured

    def _horizon(self, network: Network) -> dict[str, float]:
        """Return how many steps back the root-mean-square gain from the last step stays above the lens's threshold.

        It is measured on the task's example, and may lie "beyond" its beginning. Nothing where the work would be too much.
        """
        T, N = len(self._x), network.width
        if T * N**3 + (T * N) ** 2 > MOST_WORK:
            return {}
        trace = network.forward(self._x, initial_state(self._recipe, N))
        row = row_log_norms(trace, T) - 0.5 * np.log(N)
        found = verdict(row, self._lens.threshold)
        return {"horizon": float(found.horizon), "beyond": float(found.reaches_start)}
