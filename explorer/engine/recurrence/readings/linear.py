"""A step's derivative as a sum of products of labelled factors.

Rows of a node are labelled i (and j, of a matrix), columns, the entries of a part of the state, a (and b). The derivative of
a state by itself is a delta, δ_ia; a function scales rows, C_i δ_ia; a weight's product with it, Σ_k W_ik C_k δ_ka, only
renames the index of the delta, W_ia C_a, and sums where there is none. So nothing is ever multiplied by an identity
matrix; what multiplies no two matrices stays ``coefficient · delta`` or ``coefficient · weight``; and the structure of J is
read off the deltas that are left.

The factors may be plain numbers, logarithms with signs, or marks that stand for them, as `Arithmetic` has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from explorer.engine.recurrence.expressions.expression import Contraction

Number = Any
"""What an `Arithmetic` computes with."""

ROWS = ("", "i", "ij")
COLUMNS = ("", "a", "ab")


class Arithmetic(Protocol):
    """How the factors are multiplied, summed over and added."""

    def contract(self, rule: Contraction, *numbers: Number) -> Number:
        """Return a product by its labels."""

    def add(self, labels: Sequence[str], numbers: Sequence[Number]) -> Number:
        """Return the sum of numbers with these labels, in the order of the first and longest."""

    def one(self, sign: float) -> Number:
        """Return 1 or another plain number."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A number whose last axes carry ``labels``; ``lasting`` says that it is a weight, the same at all steps."""

    labels: str
    number: Number
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: deltas of a row's and a column's label, times a coefficient of the row, times a base of the column.

    ``direct`` says that no product of a weight matrix and a state lies on its way.
    """

    deltas: frozenset[tuple[str, str]]
    coefficient: Factor | None = None
    base: Factor | None = None
    direct: bool = True

    @property
    def kind(self) -> tuple[object, ...]:
        """Return what terms have in common of which the coefficients alone are added."""
        base = None if self.base is None else (self.base.labels, id(self.base.number) if self.base.lasting else None)
        return self.deltas, base, self.direct


@dataclass(frozen=True, slots=True)
class Linear:
    """The rules of derivatives over one arithmetic."""

    arithmetic: Arithmetic

    def seed(self, rank: int, mask: Factor | None = None) -> tuple[Term, ...]:
        """Return the derivative of a part of the state by itself; ``mask`` is zero where it can't be moved."""
        return (Term(frozenset(zip(ROWS[rank], COLUMNS[rank], strict=True)), mask),)

    def scaled(self, terms: Iterable[Term], by: Factor) -> tuple[Term, ...]:
        """Return the terms with each row multiplied."""
        return tuple(replace(term, coefficient=self.times(term.coefficient, by)) for term in terms)

    def negated(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """Return the terms with the other sign."""
        return self.scaled(terms, Factor("", self.arithmetic.one(-1.0)))

    def through(
        self, terms: Iterable[Term], rule: Contraction, which: int, fixed: Factor | None, sizes: Mapping[str, int]
    ) -> tuple[Term, ...]:
        """Return the derivative of a product from that of its argument ``which``; the other, ``fixed``, stays."""
        renamed = dict(zip(ROWS[len(rule.labels[which])], rule.labels[which], strict=True))
        return tuple(self._through(self._renamed(term, renamed), rule, fixed, sizes) for term in terms)

    def sum(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """Return the terms with those of one kind made one."""
        kinds: dict[tuple[object, ...], list[Term]] = {}
        for term in terms:
            kinds.setdefault(term.kind, []).append(term)
        return tuple(self._merged(some) for some in kinds.values())

    def gathered(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """Return the terms with those that no delta has made one, coefficients and bases and all."""
        dense: dict[bool, list[Term]] = {}
        kept = []
        for term in terms:
            if term.deltas:
                kept.append(term)
            else:
                dense.setdefault(term.direct, []).append(term)
        return *kept, *(self._one(some) for some in dense.values())

    def composed(
        self, outer: Iterable[Term], inner: Sequence[Term], whole: Sequence[Term], size: int
    ) -> Iterator[Term]:
        """Yield the derivative of what follows from a vector of this size: ``outer`` by the vector, ``inner`` of the vector.

        ``outer`` is gathered, and ``whole`` is ``inner`` gathered: what no delta keeps small is a product of two matrices.
        """
        for term in outer:
            if term.deltas:
                yield from (self._at_rows(term, one) for one in inner)
                continue
            by = relabelled(self._whole(term), {"a": "k"})
            rows = "".join(label for label in by.labels if label != "k")
            for one in self.through(whole, Contraction((rows + "k", "k"), rows), 1, by, {"k": size}):
                yield replace(one, direct=term.direct and one.direct)

    def _at_rows(self, outer: Term, inner: Term) -> Term:
        """Return the product with a term that scales the vector's entries or places them among a matrix's."""
        ((row, column),) = outer.deltas
        term = self._renamed(inner, {"i": row})
        for factor in self.factors(outer):
            term = replace(term, coefficient=self.times(term.coefficient, relabelled(factor, {column: row})))
        return replace(term, direct=outer.direct and inner.direct)

    def factors(self, term: Term) -> list[Factor]:
        """Return the coefficient and the base of a term, as far as there are any."""
        return [factor for factor in (term.coefficient, term.base) if factor is not None]

    def _merged(self, terms: Sequence[Term]) -> Term:
        first = terms[0]
        if len(terms) == 1:
            return first
        if first.base is None or first.base.lasting:
            return replace(first, coefficient=self._added([self._coefficient(term) for term in terms]))
        return self._one(terms)

    def _one(self, terms: Sequence[Term]) -> Term:
        return replace(terms[0], coefficient=None, base=self._whole_of(terms))

    def _whole_of(self, terms: Sequence[Term]) -> Factor:
        """Return the sum of terms, coefficients and all."""
        return self._added([self._whole(term) for term in terms])

    def _whole(self, term: Term) -> Factor:
        factors = self.factors(term)
        return factors[0] if len(factors) == 1 else self.times(*factors)

    def _coefficient(self, term: Term) -> Factor:
        return term.coefficient or Factor("", self.arithmetic.one(1.0))

    def _added(self, factors: Sequence[Factor]) -> Factor:
        labels = "".join(sorted({label for factor in factors for label in factor.labels}))
        number = self.arithmetic.add([factor.labels for factor in factors], [factor.number for factor in factors])
        return Factor(labels, number)

    def times(self, a: Factor | None, b: Factor) -> Factor:
        """Return the product; what stands for nothing is one."""
        if a is None:
            return b
        labels = "".join(sorted({*a.labels, *b.labels}))
        return Factor(labels, self.arithmetic.contract(Contraction((a.labels, b.labels), labels), a.number, b.number))

    def _renamed(self, term: Term, names: Mapping[str, str]) -> Term:
        """Return a term with other labels."""
        return replace(
            term,
            deltas=frozenset((names.get(row, row), column) for row, column in term.deltas),
            coefficient=None if term.coefficient is None else relabelled(term.coefficient, names),
            base=None if term.base is None else relabelled(term.base, names),
        )

    def _through(self, term: Term, rule: Contraction, fixed: Factor | None, sizes: Mapping[str, int]) -> Term:
        factors = self.factors(term)
        for label in rule.summed:
            column = dict(term.deltas).get(label)
            if column is None:
                factors, fixed = self._summed(label, factors, fixed, sizes)
                continue
            # The sum over a delta gives its index another name.
            factors = [relabelled(factor, {label: column}) for factor in factors]
            fixed = None if fixed is None else relabelled(fixed, {label: column})
            term = replace(term, deltas=term.deltas - {(label, column)})
        return self._sorted(term, factors, fixed)

    def _summed(
        self, label: str, factors: Sequence[Factor], fixed: Factor | None, sizes: Mapping[str, int]
    ) -> tuple[list[Factor], Factor | None]:
        """Return the factors after the sum over a label that no delta has."""
        inside: Factor | None = None
        for factor in factors:
            if label in factor.labels:
                inside = self.times(inside, factor)
        outside = [factor for factor in factors if label not in factor.labels]
        if fixed is not None and label in fixed.labels and inside is not None:
            labels = "".join(sorted({*fixed.labels, *inside.labels} - {label}))
            rule = Contraction((fixed.labels, inside.labels), labels)
            return [*outside, Factor(labels, self.arithmetic.contract(rule, fixed.number, inside.number))], None
        one = inside if inside is not None else fixed
        if one is None or label not in one.labels:
            return [*outside, Factor("", self.arithmetic.one(float(sizes[label])))], fixed
        labels = one.labels.replace(label, "")
        left = Factor(labels, self.arithmetic.contract(Contraction((one.labels,), labels), one.number))
        return [*outside, left], fixed if inside is not None else None

    def _sorted(self, term: Term, factors: Sequence[Factor], fixed: Factor | None) -> Term:
        """Return the term with its factors as coefficient (rows only) and base (columns too)."""
        coefficient: Factor | None = None
        base: Factor | None = None
        for factor in (*factors, *([fixed] if fixed is not None else [])):
            if set(factor.labels) & set("ab"):
                base = self.times(base, factor)
            else:
                coefficient = self.times(coefficient, replace(factor, lasting=False))
        return replace(term, coefficient=coefficient, base=base)


def relabelled(factor: Factor, names: Mapping[str, str]) -> Factor:
    """Return a factor with other labels."""
    labels = "".join(names.get(label, label) for label in factor.labels)
    return factor if labels == factor.labels else replace(factor, labels=labels)
