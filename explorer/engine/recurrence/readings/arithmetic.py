"""Two arithmetics over which a derivative is put into numbers: plain ones, and logarithms with signs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import contract, contract_logs, spread, spread_logs
from explorer.engine.recurrence.expressions.expression import Contraction
from explorer.engine.signed import Signed


def _together(labels: Sequence[str]) -> str:
    return "".join(sorted({label for one in labels for label in one}))


class Plain:
    """float64."""

    def contract(self, rule: Contraction, *numbers: Floats) -> Floats:
        """Return a product."""
        return contract(rule, *numbers)

    def add(self, labels: Sequence[str], numbers: Sequence[Floats]) -> Floats:
        """Return a sum."""
        every = _together(labels)
        return np.asarray(sum(spread(number, one, every) for number, one in zip(numbers, labels, strict=True)))

    def one(self, sign: float) -> Floats:
        """Return a plain number."""
        return np.float64(sign)  # type: ignore[return-value]


class Logarithmic:
    """Logarithms with signs."""

    def contract(self, rule: Contraction, *numbers: Signed) -> Signed:
        """Return a product."""
        return contract_logs(rule, *numbers)

    def add(self, labels: Sequence[str], numbers: Sequence[Signed]) -> Signed:
        """Return a sum."""
        every = _together(labels)
        return logs.total([spread_logs(number, one, every) for number, one in zip(numbers, labels, strict=True)])

    def one(self, sign: float) -> Signed:
        """Return a plain number."""
        return Signed.of(np.float64(sign))  # type: ignore[arg-type]
