"""What the flow map says in words: the gain of a pair, as a formula with its numbers put in."""

from __future__ import annotations

import math

from explorer.gui.i18n import tr
from explorer.workspace.numbers import scientific, subscript

_LN10 = math.log(10.0)
# Beyond these decades, float64's own, a mantissa says less than the exponent's first decimal.
_FAR = 300.0


def decimal(log10: float) -> str:
    """Return 10^``log10`` as it is read best: 0.60, 1.3·10⁻⁴, 10^−2171.5."""
    if _FAR < abs(log10) < math.inf:
        return "10^" + f"{log10:.1f}".replace("-", "−")
    return scientific(log10)


def norm_name(norm: str) -> str:
    """Return what a number of the map is called."""
    return tr("spectral norm") if norm == "spectral" else tr("RMS gain")


def pair_text(t: int, k: int, log_gain: float, norm: str) -> str:
    """Return the sentence on the pair (t, k), whose natural log gain is ``log_gain``."""
    if k > t:
        return tr("∂s{t}/∂s{k} is not defined: s{t} does not depend on the later s{k}.").format(
            t=subscript(t), k=subscript(k)
        )
    pair = f"∂s{subscript(t)}/∂s{subscript(k)}"
    if log_gain == -math.inf:
        return tr("{pair} is exactly 0: nothing of the gradient arrives.").format(pair=pair)
    if not math.isfinite(log_gain):
        return tr("{pair} is NaN: the network overflowed.").format(pair=pair)
    log10 = log_gain / _LN10
    return tr("{pair} = ×{gain} ({norm}, {decades} decades)").format(
        pair=pair, gain=decimal(log10), norm=norm_name(norm), decades=_signed(log10)
    )


def _signed(decades: float) -> str:
    text = f"{decades:+.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text
