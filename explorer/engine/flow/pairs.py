"""`Pairs`: the log norms of all products of a chain, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats


@dataclass(frozen=True, slots=True)
class Pairs:
    """ln ‖P_{t,k}‖_F at [t, k] (T+1, T+1), NaN for k > t, and what is known of its errors.

    ``doubtful`` pairs could not be certified by the fast kernel, ``lost`` ones needed more digits than float64 has; all
    were made again in order. ``recomputed`` counts every pair that did not come of the Grams, ``unsure`` those that may be
    wrong by more than `TOLERANCE` in spite of everything.
    """

    log_norm: Floats
    doubtful: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    recomputed: int = 0
    unsure: int = 0
