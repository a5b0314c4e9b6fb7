"""`Meter`: what is measured of a network now and then while it learns."""

from __future__ import annotations

import numpy as np

from explorer.engine.flow.allpairs import one_blas_thread
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.learning.examples import Examples
from explorer.engine.learning.train import evaluate
from explorer.engine.looks.verdict import verdict
from explorer.engine.network.network import Network
from explorer.workspace.exploration.building import given, initial_state
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.levels import shown_level
from explorer.workspace.tasks.dataset import Dataset

SHARE = 0.2
"""Of the work, about so much at most goes into measuring."""
QUICK = 3e8
"""Multiplications: what takes no more is measured even when one waits for the end."""
MOST_WORK = 2e9
"""Multiplications for the horizon on the task's example; beyond, it is left out."""
_PER_STEP = 1e5
"""Multiplications that take as long as all that a step of the sequence costs besides them."""
_TOGETHER = 100
"""Examples that are scored at a time."""


class Meter:
    """Measures the active network of an exploration: scores, σ₁ and ρ of W, and the memory horizon.

    ``every`` is the number of updates, a power of two, after which that is due; it follows from the sizes alone, as does
    ``is_quick``: a clock would make another record of every run.
    """

    def __init__(self, exploration: Exploration, learnt: Dataset, network: Network) -> None:
        self._learnt, self._recipe, self._lens = learnt, exploration.recipe, exploration.lens
        # The example of the task, not what is typed in the window: all of one curve is measured on the same.
        fed = feed(learnt.shown)
        self._x, self._given = fed.x, given(exploration.recipe, fed.x, fed.symbolic)
        self._chain = shown_level(network.architecture, exploration.lens.chain)[0]
        work = _work_of_scores(network, learnt.held_out) + _work_of_scores(network, learnt.seen)
        work += self._work_of_horizon()
        self.is_quick = work <= QUICK
        self.every = 1
        while self.every * SHARE * _work_of_update(network, learnt.seen, exploration.settings.batch) < work:
            self.every *= 2

    def measure(self, network: Network) -> dict[str, float]:
        """Return the columns of the curves that don't come with an update, by name."""
        with one_blas_thread(), np.errstate(all="ignore"):
            held, seen = evaluate(network, self._learnt.held_out), evaluate(network, self._learnt.seen)
            return (
                {
                    "held_loss": held.loss,
                    "held_accuracy": held.accuracy,
                    "accuracy": seen.accuracy,
                }
                | self._horizon(network)
                | _sizes(network)
            )

    def _horizon(self, network: Network) -> dict[str, float]:
        """Return how many steps back the root-mean-square gain from the last step stays above the lens's threshold.

        It is measured on the task's example, and may lie "beyond" its beginning. Nothing where the work would be too much.
        """
        if self._work_of_horizon() == 0.0:
            return {}
        asked = self._given
        trace = network.forward(asked.x, initial_state(self._recipe, network), asked.seam, asked.features)
        course = trace.chains[self._chain.name]
        row = row_log_norms(course, course.steps) - 0.5 * np.log(course.width)
        found = verdict(row, self._lens.threshold)
        return {"horizon": float(found.horizon), "beyond": float(found.reaches_start)}

    def _work_of_horizon(self) -> float:
        """Return how many multiplications the horizon takes; 0 where it is left out."""
        T, N = len(self._x), self._chain.step.N
        work = float(T * N**3 + (T * N) ** 2)
        return work if work <= MOST_WORK else 0.0


def _sizes(network: Network) -> dict[str, float]:
    """Return σ₁ and ρ of W, or of the weight that stands for it; nothing where the cell has none."""
    if not network.matrices:
        return {}
    return {"sigma": network.largest_singular_value(), "radius": float(np.abs(network.eigenvalues()[0]))}


def _work_of_scores(network: Network, examples: Examples) -> float:
    together = -(-len(examples.inputs) // _TOGETHER)
    return examples.longest * (together * _PER_STEP + len(examples.inputs) * _weights(network))


def _work_of_update(network: Network, examples: Examples, batch: int) -> float:
    """Return the multiplications of an update: forward, backward, and the gradients of the weights."""
    return 3.0 * examples.longest * (_PER_STEP + batch * _weights(network))


def _weights(network: Network) -> int:
    return sum(array.size for array in network.parameters.values() if array.ndim > 1)
