"""How much each lag t − k brings to the gradient: what the optimiser sees is the sum, and the sum hides its terms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.gradient.bptt import ItemisedGradient
from explorer.engine.norms import log_norms
from explorer.engine.work import Stop, never
from explorer.workspace.looks.judging import Judged

REST = 0.1
"""What the lags beyond the `Lags.reach` may bring together, as a share of the gradient."""


@dataclass(frozen=True, slots=True)
class Lags:
    """One gradient G and its sums G_ℓ over all terms with t − k = ℓ, for the lags ℓ = 0..T−1.

    log_norm (T,) is ln ‖G_ℓ‖, −inf for a true zero, and log_whole ln ‖G‖. share (T,) is ⟨G_ℓ, G⟩ / ‖G‖²: how much of G
    lies in G_ℓ, negative where that lag works against the sum. The shares add up to 1; they are NaN where G is zero or
    no number.
    """

    log_norm: Floats
    share: Floats
    log_whole: float

    @property
    def reach(self) -> int | None:
        """Return the least lag beyond which no run of further ones brings more than `REST`; None without shares."""
        if not np.isfinite(self.share).all():
            return None
        beyond = np.abs(1.0 - np.cumsum(self.share)) > REST
        last = len(beyond) - 1
        return min(last + 1 - int(np.argmax(beyond[::-1])), last) if beyond.any() else 0

    def share_up_to(self, lag: int) -> float:
        """Return the share of the lags 0..``lag`` together."""
        return float(self.share[: lag + 1].sum())


@dataclass(frozen=True, slots=True)
class LagPair:
    """The lags of ∂L/∂``name``, "W" or "U": of the ``full`` gradient, and of that which truncation leaves.

    ``count`` of them can bring something: none reaches further than from the last step with a loss back to the first.
    """

    name: str
    full: Lags
    cut: Lags
    count: int

    def over(self, losses: int) -> LagPair:
        """Return the lags of ∂L/∂``name`` divided by a number of ``losses``; the shares stay."""
        full = _over(self.full, losses)
        return replace(self, full=full, cut=full if self.cut is self.full else _over(self.cut, losses))


def lags(gradient: ItemisedGradient, name: str, stop: Stop = never) -> Lags:
    """Return the sums by lag of ∂L/∂``name``.

    Raises
    ------
    TooBig
        If the sums would not fit in memory.
    Stopped
        When ``stop()`` said so.
    """
    sums, log = gradient.items.totals(name, "lag", stop)
    flat = sums.reshape(len(sums), -1)
    whole = gradient.whole(name).ravel()
    log_whole = float(log_norms(whole))
    # A group without terms has the scale −inf.
    log_norm = np.where(np.isneginf(log), -np.inf, log + log_norms(flat))
    return Lags(_frozen(log_norm), _frozen(_shares(flat, log, whole, log_whole)), log_whole)


def _shares(sums: Floats, log: Floats, whole: Floats, log_whole: float) -> Floats:
    """Return ⟨G_ℓ, G⟩ / ‖G‖² (T,)."""
    if not np.isfinite(log_whole):
        return np.full(len(sums), np.nan)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        # G by its largest entry first: e^−log ‖G‖ may lie outside float64.
        unit = whole / np.abs(whole).max()
        unit /= np.linalg.norm(unit)
        along = sums @ unit
        return np.where(along == 0.0, 0.0, along * np.exp(log - log_whole))


def pair(judged: Judged, name: str, stop: Stop = never) -> LagPair:
    """Return the lags of ∂L/∂``name``, whole and truncated.

    Raises
    ------
    TooBig
        If the sums would not fit in memory.
    Stopped
        When ``stop()`` said so.
    """
    full = lags(judged.full, name, stop)
    with_loss = np.flatnonzero(judged.full.entering.any(axis=1))
    count = int(with_loss[-1]) + 1 if len(with_loss) else 0
    return LagPair(name, full, lags(judged.cut, name, stop) if judged.truncated else full, count)


def _over(lags: Lags, losses: int) -> Lags:
    less = float(np.log(losses))
    return replace(lags, log_norm=_frozen(lags.log_norm - less), log_whole=lags.log_whole - less)


def _frozen(array: Floats) -> Floats:
    array.setflags(write=False)
    return array
