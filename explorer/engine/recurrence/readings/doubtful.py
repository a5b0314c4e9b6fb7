"""Numbers with errors: what a sum that keeps little of its summands may have lost, and what products make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.expressions.contract import contract_logs, contract_logs_and_sizes, spread_logs
from explorer.engine.recurrence.expressions.expression import Contraction
from explorer.engine.signed import Signed

LOG_EPSILON = float(np.log(np.finfo(np.float64).eps))
# A summand is rounded some times over.
LOG_FEW = float(np.log(4.0))
# What keeps more than this of its summands has lost four digits, and is good enough.
LOG_MUCH = float(np.log(2.0**-12))


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A number in logarithms with its error, positive where its sign is not known; None where there is none anywhere."""

    number: Signed
    error: Signed | None = None


class WithErrors:
    """The arithmetic of numbers with errors."""

    def contract(self, rule: Contraction, *numbers: Doubtful) -> Doubtful:
        """Return a product."""
        factors = [one.number for one in numbers]
        errors = carried_with_signs(rule, factors, [one.error for one in numbers])
        if not rule.summed:
            return Doubtful(contract_logs(rule, *factors), together(errors))
        total, summands = contract_logs_and_sizes(rule, *factors)
        return Doubtful(total, together([*errors, cancelled(total, summands)]))

    def add(self, labels: Sequence[str], numbers: Sequence[Doubtful]) -> Doubtful:
        """Return a sum."""
        every = "".join(sorted({label for one in labels for label in one}))
        if list(labels) == [every]:
            return numbers[0]
        values = [spread_logs(one.number, of, every) for one, of in zip(numbers, labels, strict=True)]
        errors = [one.error and spread_logs(one.error, of, every) for one, of in zip(numbers, labels, strict=True)]
        total, summands = logs.total_and_size(values)
        return Doubtful(total, together([*errors, cancelled(total, summands)]))

    def one(self, sign: float) -> Doubtful:
        """Return a plain number, which is exact."""
        return Doubtful(Signed.of(np.asarray(sign)))


def together(errors: Sequence[Signed | None]) -> Signed | None:
    """Return what errors come to at worst, with the sign of their sum, as far as there are any."""
    some = [one for one in errors if one is not None]
    if len(some) < 2:
        return some[0] if some else None
    total, sizes = logs.total_and_size(some)
    return Signed(sizes, _some_sign(total.sign, sizes))


def _some_sign(sign: Floats, log: Floats) -> Floats:
    """Return the signs of errors of these sizes: an error whose sign is not known counts as positive."""
    return np.where(np.isneginf(log), 0.0, np.where(sign == 0, 1.0, sign))


def cancelled(total: Signed, summands: Floats) -> Signed | None:
    """Return what rounding may have done to a sum that keeps little of its summands, whose sizes add up to e^``summands``."""
    little = total.log < summands + LOG_MUCH
    return logs.positive(np.where(little, summands + LOG_EPSILON + LOG_FEW, -np.inf)) if little.any() else None


def lost(rule: Contraction, total: Signed, factors: Sequence[Signed]) -> Signed | None:
    """Return what the sum in a product may have lost."""
    return cancelled(total, contract_logs(rule, *(logs.size(one) for one in factors)).log) if rule.summed else None


def carried(rule: Contraction, factors: Sequence[Signed], errors: Sequence[Signed | None]) -> list[Signed | None]:
    """Return the errors of a product from those of its factors."""
    if len(factors) == 1:
        return [errors[0] and contract_logs(rule, errors[0])]
    (a, b), (of_a, of_b) = factors, errors
    return [of_b and contract_logs(rule, logs.size(a), of_b), of_a and contract_logs(rule, of_a, logs.size(b))]


def carried_with_signs(
    rule: Contraction, factors: Sequence[Signed], errors: Sequence[Signed | None]
) -> list[Signed | None]:
    """Return the errors of a product from those of its factors, with their signs as far as these are known.

    In a product of two matrices roundings of different entries are independent, and add in squares; that of a single entry
    goes on through one product after the other as the matrices themselves do. Sizes alone would grow beside these with each
    layer of a stack, by half the root of its width.
    """
    of_matrices = len(factors) == 2 and len(rule.summed) == 1 and all(len(labels) == 2 for labels in rule.labels)
    if rule.summed and not of_matrices:
        return carried(rule, factors, [one and logs.size(one) for one in errors])
    if len(factors) == 1:
        return [errors[0] and contract_logs(rule, errors[0])]
    carry = _independent if of_matrices else contract_logs
    (a, b), (of_a, of_b) = factors, errors
    return [of_b and carry(rule, a, of_b), of_a and carry(rule, of_a, b)]


def _independent(rule: Contraction, a: Signed, b: Signed) -> Signed:
    """Return the product in which summands that are errors may add up as they are, or in squares, whichever is more."""
    as_they_are = contract_logs(rule, a, b)
    squares = contract_logs(rule, *(Signed(2.0 * one.log, np.abs(one.sign)) for one in (a, b)))
    log = np.maximum(as_they_are.log, 0.5 * squares.log)
    return Signed(log, _some_sign(as_they_are.sign, log))
