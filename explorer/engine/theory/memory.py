"""What a unit that keeps a share λ of itself at each step pays for its memory, in closed form.

Its state grows far beyond what enters it, by E|s|²/E|x|² = 1/(1 − |λ|²), unless the input is made smaller by √(1 − |λ|²)
(Orvieto et al. 2023, proposition 3).

``s_t = λ s_{t−1} + x_t`` remembers for ln ½/ln λ steps. The longer that is, the more the state hangs on λ itself: no
∂s_t/∂s_k explodes, and yet ∂s_t/∂λ grows as 1/(1 − λ) beside s_t. It is the curse of memory (Zucchet and Orvieto 2024).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.names import spelt


@spelt
def curse_of_memory(decay: float, correlation: float = 0.0) -> tuple[float, float]:
    """Return E s² and E (∂s/∂λ)² of a unit that keeps the share ``decay`` λ of itself, once it has settled.

    Its inputs have the variance 1 and the ``correlation`` ρ^|d| at a distance of d steps (Zucchet and Orvieto 2024, figures 1
    and 2).

    Raises
    ------
    BadNetwork
        If λ is not below 1 in size: such a unit never settles.

    Examples
    --------
    >>> from explorer.engine import curse_of_memory
    >>> state, slope = curse_of_memory(0.9)
    >>> round(state, 3), round(slope, 1)
    (5.263, 263.9)
    """
    if not abs(decay) < 1.0:
        raise BadNetwork("A unit that keeps {decay} times itself never settles; below 1 in size it does.", decay=decay)
    a, rho = decay, correlation
    state = (1 + rho * a) / ((1 - a * rho) * (1 - a**2))
    slope = ((1 + a**2) * (1 - a**2 * rho**2) + 2 * (1 - a**2) * a * rho) / ((1 - a**2) ** 3 * (1 - a * rho) ** 2)
    return state, slope


def slopes_over(decays: ArrayLike, steps: int) -> tuple[Floats, Floats]:
    """Return ‖∂s_t/∂λ‖/‖s_t‖ over t = 1..``steps`` from s_0 = 0, for inputs without correlation and for a constant one.

    ``decays`` (…) are λ. In the long run they are √(1 + λ²)/(1 − λ²) and 1/(1 − λ).
    """
    j = np.arange(steps, dtype=np.float64)
    power = np.asarray(decays, dtype=np.float64)[..., None] ** j
    # ∂s_t/∂λ = Σ_j (j + 1) λ^j x_{t−1−j}, one step behind s_t = Σ_j λ^j x_{t−j}.
    late = np.concatenate([np.zeros_like(power[..., :1]), ((j + 1) * power)[..., :-1]], axis=-1)
    free = [np.cumsum(np.square(one), axis=-1).sum(axis=-1) for one in (late, power)]
    constant = [np.square(np.cumsum(one, axis=-1)).sum(axis=-1) for one in (late, power)]
    return np.sqrt(free[0] / free[1]), np.sqrt(constant[0] / constant[1])


def chrono_shares(longest: float, edges: Floats) -> Floats:
    """Return which share of half-lives lies between ``edges`` (B+1,) in steps after a chrono initialisation, (B,).

    The forget bias is ln u, u uniform in 1..T−1, and the gate u/(1 + u) (Tallec and Ollivier 2018).
    """
    u = 1.0 / np.expm1(np.log(2.0) / edges)
    return np.asarray(np.diff(np.clip((u - 1.0) / (longest - 2.0), 0.0, 1.0)))


def forward_growth(sizes: ArrayLike, steps: int) -> Floats:
    """Return E|s_t|²/E|x_t|² in the mean over t = 1..``steps`` from s_0 = 0, for inputs without correlation.

    ``sizes`` (…) are |λ| of s_t = λ s_{t−1} + x_t. In the long run it is 1/(1 − |λ|²), and without end from |λ| = 1 on.
    """
    r = np.asarray(sizes, dtype=np.float64)[..., None]
    t = np.arange(1, steps + 1, dtype=np.float64)
    with np.errstate(all="ignore"):
        log = np.log(r)
        # Near |λ| = 1 both differences lose their digits if they are taken as such.
        grown = np.where(r == 1.0, t, np.expm1(2.0 * t * log) / np.expm1(2.0 * log))
    return np.asarray(np.where(r == 0.0, 1.0, grown).mean(axis=-1))


@spelt
def ring_growth(inner: float, outer: float) -> float:
    """Return E|s|²/E|x|² over units whose λ are spread evenly over the ring ``inner`` ≤ |λ| ≤ ``outer`` < 1.

    Orvieto et al. 2023, proposition 3, for inputs without correlation; with the normalisation √(1 − |λ|²) it is 1.

    Raises
    ------
    BadNetwork
        If they are no radii of a ring within the unit circle.

    Examples
    --------
    >>> from explorer.engine import ring_growth
    >>> [round(ring_growth(*ring), 2) for ring in ((0.0, 0.99), (0.9, 0.99), (0.9, 0.999), (0.999, 0.9999))]
    [4.0, 13.26, 24.23, 1279.67]
    """
    if not 0.0 <= inner < outer < 1.0:
        raise BadNetwork("There is no ring from {inner} to {outer} within the unit circle.", inner=inner, outer=outer)
    low, high = inner**2, outer**2
    return float((np.log1p(-low) - np.log1p(-high)) / (high - low))
