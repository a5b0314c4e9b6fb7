"""`Glance`: one network run over its sequence, of which only what is asked for is worked out: a row, not all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.engine import Course, Network, Trace
from explorer.engine.floats import Floats
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.network.matrices import eigenvalues, largest_singular_value
from explorer.workspace.exploration.building import build, given, initial_state
from explorer.workspace.exploration.exploration import Exploration, Recipe
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.levels import block_of, shown_level
from explorer.workspace.looks.measures import Scene, Seen
from explorer.workspace.looks.weight_names import matrices
from explorer.workspace.looks.wide import undecomposed


@dataclass(frozen=True)
class Glance:
    """The ``network`` of a ``recipe`` and its ``trace``; the numbers are those of the `Run`, in the ``norm`` of the lens."""

    recipe: Recipe
    network: Network
    trace: Trace
    course: Course
    norm: str
    opposite: None = None

    @property
    def backward(self) -> bool:
        """Return whether the chain runs from the sequence's end to its beginning."""
        return self.course.chain.backward

    def time(self, step: int) -> int:
        """Return which state of the sequence a state of the chain is, or which of the chain one of the sequence."""
        return self.course.steps - step if self.backward else step

    @property
    def steepest(self) -> float | None:
        """Return γ = max f'; None where J is not diag(f') W."""
        return self.course.chain.steepest

    @cached_property
    def radius(self) -> float | None:
        """Return ρ of W, or of what stands for it; None where there is none."""
        return None if self._matrix is None else float(np.abs(eigenvalues(self._matrix)[0]))

    @cached_property
    def sigma(self) -> float | None:
        """Return σ₁ of the same."""
        return None if self._matrix is None else largest_singular_value(self._matrix)

    def row(self, t: int) -> Floats:
        """Return ln of the gains of row t (t+1,), k = 0..t, each right to 1e-9 nats, at the price of t products."""
        norms = row_log_norms(self.course, t, self.norm == "spectral")
        return norms if self.norm == "spectral" else norms - 0.5 * np.log(self.course.width)

    @cached_property
    def _matrix(self) -> Floats | None:
        found = next(iter(matrices(self.network, self.course.chain).values()), None)
        return None if found is None or undecomposed(found) is not None else found


def glanced(exploration: Exploration) -> Seen:
    """Return the active network of ``exploration``, as its quantities are asked for.

    Raises
    ------
    Refusal
        If the sequence can't be read, a weight does not fit, or the work would not fit in memory.
    """
    fed = feed(exploration.sequence)
    network = build(exploration.recipe, fed.x.shape[1])
    level = shown_level(network.architecture, exploration.lens.chain)
    if len(level) > 1 or block_of(level[0], exploration.lens) is not None:
        # Which of two chains is meant follows from the pair; a block is a matter of all pairs.
        return Seen(Scene(exploration, fed, ()), exploration.active, analyse(exploration).run)
    asked = given(exploration.recipe, fed.x, fed.symbolic)
    trace = network.forward(asked.x, initial_state(exploration.recipe, network), asked.seam, asked.features)
    found = Glance(exploration.recipe, network, trace, trace.chains[level[0].name], exploration.lens.norm)
    return Seen(Scene(exploration, fed, ()), exploration.active, found)
