"""`ScaledSteps`: the Jacobians of a chain brought to a usual size, ready to be multiplied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.flow.entrywise import Entrywise
from explorer.engine.flow.strips import Strips
from explorer.engine.norms import times_power_of_two

# Steps whose largest entry lies within this power of two of one are multiplied as they are.
_FAR_STEP = 12
_LN2 = float(np.log(2.0))
_LN_EPSILON = float(np.log(np.finfo(np.float64).eps))
# Below the normal numbers an entry is rounded as the least of these is, ε times which is the least number of all.
_LN_LEAST_NORMAL = float(np.log(np.finfo(np.float64).tiny))


@dataclass(frozen=True, slots=True)
class ScaledSteps:
    """The Jacobians, scaled: J_t = 2^exponent[t−1] · scaled[t−1]; reach[t−1] is ln r_t of `log_reach`.

    All are made of the same ``strips``, or carry the same parts `Entrywise`.
    """

    scaled: Floats
    exponent: Floats
    reach: Floats
    strips: Strips | Entrywise

    @classmethod
    def of(cls, J: Floats, log_errors: Floats | None = None, entrywise: Entrywise | None = None) -> ScaledSteps:
        """Return the steps of J (T, N, N); where all are of a usual size, J itself.

        ``log_errors`` (T,) is ln of what the rows of J are off by, beyond their rounding; ``entrywise`` says which columns
        are carried entry by entry.
        """
        # Not np.abs(J): that would be a second J.
        largest = np.maximum(J.max(axis=(1, 2)), -J.min(axis=(1, 2)))
        exponent = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1].astype(np.float64)
        exponent = np.where(np.abs(exponent) > _FAR_STEP, exponent, 0.0)
        scaled = times_power_of_two(J, -exponent[:, None, None]) if exponent.any() else J
        reach = np.maximum(log_reach(scaled) + exponent * _LN2, _LN_LEAST_NORMAL)
        if log_errors is not None:
            reach = np.maximum(reach, log_errors - _LN_EPSILON)
        # A zero times what is no number is none.
        finite = np.isfinite(largest).all()
        return cls(scaled, exponent, reach, (entrywise or Strips.of(J)) if finite else Strips.whole(J.shape[1]))


def log_reach(J: Floats) -> Floats:
    """Return ln r_j (T,) of steps of a usual size: a product with J_j is rounded by about ε r_j ‖the other factor‖.

    The error of J·P, the roundings of its terms independent, is ε²Σ_i ‖column i of J‖²‖row i of P‖², squared; so r is the
    largest norm of a column, or of a row for P·J.
    """
    columns = np.einsum("tij,tij->tj", J, J).max(axis=1)
    rows = np.vecdot(J, J).max(axis=1)
    return 0.5 * np.log(np.maximum(columns, rows))
