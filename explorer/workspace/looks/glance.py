"""`Glance`: one network run over its sequence, of which only what is asked for is worked out: a row, not all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.engine import Network, Trace
from explorer.engine.floats import Floats
from explorer.engine.flow.flow import row_log_norms
from explorer.workspace.exploration.building import build, initial_state
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.measures import Scene, Seen
from explorer.workspace.looks.weight_names import matrices
from explorer.workspace.looks.wide import undecomposed


@dataclass(frozen=True)
class Glance:
    """The ``network`` of a ``recipe`` and its ``trace``; the numbers are those of the `Run`, in the ``norm`` of the lens."""

    recipe: Recipe
    network: Network
    trace: Trace
    norm: str

    @property
    def steepest(self) -> float | None:
        """Return γ = max f'; None where J is not diag(f') W."""
        return self.trace.only.chain.steepest

    @cached_property
    def radius(self) -> float | None:
        """Return ρ of W, or of what stands for it; None where there is none."""
        return float(np.abs(self.network.eigenvalues()[0])) if self._decomposed else None

    @cached_property
    def sigma(self) -> float | None:
        """Return σ₁ of the same."""
        return self.network.largest_singular_value() if self._decomposed else None

    def row(self, t: int) -> Floats:
        """Return ln of the gains of row t (t+1,), k = 0..t, each right to 1e-9 nats, at the price of t products."""
        norms = row_log_norms(self.trace, t, self.norm == "spectral")
        return norms if self.norm == "spectral" else norms - 0.5 * np.log(self.trace.width)

    @cached_property
    def _decomposed(self) -> bool:
        found = matrices(self.network)
        return bool(found) and undecomposed(next(iter(found.values()))) is None


def glanced(exploration: Exploration) -> Seen:
    """Return the active network of ``exploration``, as its quantities are asked for.

    Raises
    ------
    Refusal
        If the sequence can't be read, a weight does not fit, or the work would not fit in memory.
    """
    fed = feed(exploration.sequence)
    network = build(exploration.recipe, fed.x.shape[1])
    trace = network.forward(fed.x, initial_state(exploration.recipe, network))
    found = Glance(exploration.recipe, network, trace, exploration.lens.norm)
    return Seen(Scene(exploration, fed, ()), exploration.active, found)
