"""What the loss sees of the shown sequence: the gradient and its terms, whole and truncated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.engine import Trace
from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats
from explorer.engine.norms import log_norms, norm, unit
from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.feed.sequences import Feed

if TYPE_CHECKING:
    from explorer.engine.gradient.bptt import ItemisedGradient
    from explorer.engine.gradient.losses import Targets

BoolArray = NDArray[np.bool_]

# Below this a number of float64 has lost digits, or all of itself.
_SMALLEST = np.log(1e-290)


@dataclass(frozen=True)
class Judged:
    """The gradient of the loss of the shown sequence: ``full``, and ``cut`` as the settings truncate it.

    Without truncation they are one. ``loss`` and ``at`` are as in `bptt`.
    """

    trace: Trace
    targets: Targets
    loss: str
    at: str
    full: ItemisedGradient
    cut: ItemisedGradient

    @property
    def truncated(self) -> bool:
        """Return whether something is cut off."""
        return self.cut is not self.full

    def log_map(self, quantity: str, stop: Stop = never, report: Report = silent) -> Floats:
        """Return ln of the norms of "delta", "W" or "U" (T+1, T+1) at [t, k], as cut; NaN where t or k is 0.

        Each is made once.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        if quantity not in self._maps:
            # Truncation leaves the terms that it keeps as they are: no need to sweep again.
            terms = self._terms(quantity, stop, report)
            steps = np.arange(1, len(terms) + 1)
            last = np.array([self.cut.reach.last(int(k)) for k in steps])
            whole = np.full((len(terms) + 1, len(terms) + 1), np.nan)
            whole[1:, 1:] = np.where(steps[:, None] <= last, terms, -np.inf)
            whole.setflags(write=False)
            self._maps[quantity] = whole
        return self._maps[quantity]

    def unsure(self, quantity: str, stop: Stop = never, report: Report = silent) -> BoolArray:
        """Return which numbers of `log_map` (T+1, T+1), what is cut off aside, may be rounding and nothing else.

        Each is made once; none of a δ to which nothing is added is told of.

        Raises
        ------
        Stopped
            When ``stop()`` said so.
        """
        if quantity not in self._unsure:
            items, T = self.full.items, self.trace.steps
            name = "b" if quantity == "delta" else quantity
            found = np.zeros((T + 1, T + 1), dtype=bool)
            if name != "b" or "b" in items.families:
                found[1:, 1:] = items.unsure(name, stop, report)
            steps = np.arange(T + 1)
            found &= steps[:, None] <= np.array([self.cut.reach.last(int(k)) for k in steps])
            found.setflags(write=False)
            self._unsure[quantity] = found
        return self._unsure[quantity]

    def known_unsure(self, quantity: str) -> BoolArray:
        """Return `unsure` where that has been worked out, else that nothing is."""
        return self._unsure.get(quantity, np.zeros((self.trace.steps + 1,) * 2, dtype=bool))

    def _terms(self, quantity: str, stop: Stop, report: Report) -> Floats:
        items = self.full.items
        if quantity != "delta":
            return items.log_terms(quantity, stop, report)
        # Where nothing is added, δ is that on all that weights act on.
        return items.log_terms("b", stop, report) if "b" in items.families else items.log_delta

    @cached_property
    def _unsure(self) -> dict[str, BoolArray]:
        return {}

    @cached_property
    def log_inputs(self) -> Floats:
        """Return ln ‖∂L/∂x_k‖ (T,), as cut: how much each input mattered to the loss."""
        return log_inputs(self.cut)

    @cached_property
    def _maps(self) -> dict[str, Floats]:
        return {}

    def kept(self, name: str) -> tuple[float, float]:
        """Return what truncation leaves of the gradient of a family of weights, or of one by its name.

        That is the angle to the full one in radians, and the ratio of norms. Of a family that the cell has none of nothing
        is known. Each is worked out once.
        """
        if name not in self._kept:
            there = "/" in name or name in self.full.items.families
            self._kept[name] = _kept(self.full.whole(name), self.cut.whole(name)) if there else (math.nan, math.nan)
        return self._kept[name]

    @cached_property
    def _kept(self) -> dict[str, tuple[float, float]]:
        return {}


def _kept(full: Floats, cut: Floats) -> tuple[float, float]:
    (u, log_full), (v, log_cut) = unit(full), unit(cut)
    if not (np.isfinite(log_full) and log_cut < np.inf):
        return float("nan"), float("nan")
    ratio = math.exp(log_cut - log_full)
    if log_cut == -np.inf:
        return float("nan"), ratio
    # Kahan's form: exact for small angles, where the arc cosine loses half its digits.
    return 2.0 * math.atan2(norm(u - v), norm(u + v)), ratio


def is_judged(exploration: Exploration) -> bool:
    """Return whether a loss is asked about."""
    return exploration.task is not None or exploration.lens.quantity != "flow"


def judge(exploration: Exploration, fed: Feed, trace: Trace, known: Judged | None = None) -> Judged:
    """Return what the loss sees of ``trace``, that of the active network; what ``known`` has worked out of it is kept.

    Raises
    ------
    Refusal
        If the sequence has no targets, or they don't fit the network.
    """
    # A window that asks about no loss does not wait for what gradients need.
    from explorer.engine import bptt

    targets, loss, at = _targets(exploration, fed, trace)
    settings = exploration.settings
    if known and known.trace is trace and (known.loss, known.at) == (loss, at) and _same(known.targets, targets):
        full = known.full
    else:
        full = bptt(trace, targets, loss, at)
    window, chunk = (size if 0 < size < trace.steps else None for size in (settings.window, settings.chunk))
    cut = bptt(trace, targets, loss, at, window, chunk) if window or chunk else full
    return Judged(trace, targets, loss, at, full, cut)


def _same(one: Targets, other: Targets) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=True))


def _targets(exploration: Exploration, fed: Feed, trace: Trace) -> tuple[Targets, str, str]:
    if exploration.task is not None:
        # All tasks with their data: a window that has none to show is not to wait for them.
        from explorer.workspace.tasks import dataset

        learnt = dataset(exploration.task)
        return (
            learnt.targets(exploration.sequence, fed, learnt.aimed(exploration)),
            learnt.source.loss,
            learnt.source.at,
        )
    from explorer.engine.gradient.losses import LOSSES

    aim, p = exploration.aim, len(trace.network.c)
    loss = next(loss for loss in LOSSES.values() if loss.readout == trace.network.readout)
    lead = (trace.steps,) if aim.at == "every" else ()
    if loss.name == "cross_entropy":
        return np.full(lead, _class(aim.target, p) - 1), loss.name, aim.at
    return np.full((*lead, p), aim.target), loss.name, aim.at


def _class(target: float, classes: int) -> int:
    """Return the class, counted from 1 as an `Aim` counts."""
    if not 1 <= round(target) <= classes:
        raise BadTargets(
            "The target is class {target}; the network has the classes 1 to {last}.", target=round(target), last=classes
        )
    return round(target)


def log_inputs(gradient: ItemisedGradient) -> Floats:
    """Return ln ‖∂L/∂x_k‖ (T,) for k = 1..T; −inf for a true zero, NaN for no number.

    What underflowed on its way back is made again from δ on scales of its own: e^−5000 is a number.
    """
    log = log_norms(gradient.x)
    small = log < _SMALLEST
    if small.any() and gradient.entering.any():
        from explorer.engine.gradient.inputs import log_inputs as made_again

        log[small] = made_again(gradient.items)[small]
    log.setflags(write=False)
    return log


def mean_over(exploration: Exploration, judged: Judged) -> int:
    """Return by how many losses of the shown sequence a gradient is divided to be on the scale of training.

    Without a task nothing is trained, and it is 1: the loss is the sum L = Σ_t L_t.
    """
    if exploration.task is None:
        return 1
    from explorer.engine.gradient.losses import find_loss

    return int(find_loss(judged.loss).counted(judged.targets).sum())
