"""Expressions put together so that they read well: signs come out of products, sums and transposes are flat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.engine.recurrence.equations.written import CALL, NUMBER, SUM, TRANSPOSE, Written

IDENTITY, ONE_EACH, KRONECKER, HOLDS, OPEN = "I", "ones", "⊗", "[]", "open"
"""The identity matrix; a vector of ones; A ⊗ B; [condition], which is 1 or 0; what no vectors and matrices can tell."""

ONE, EYE, UNWRITTEN = Written(NUMBER, "1"), Written(IDENTITY, rank=2), Written(OPEN, rank=2)
ONES = Written(ONE_EACH, rank=1)


def number(value: float) -> Written:
    """Return a plain number, a negative one as minus one that is not."""
    positive = Written(NUMBER, f"{abs(value):.15g}")
    return negative(positive) if value < 0 else positive


def signed(a: Written) -> tuple[int, Written]:
    """Return an expression's own sign, and it without."""
    return (-1, a.parts[0]) if a.kind == SUM and a.text == "-" else (1, a)


def negative(a: Written) -> Written:
    """Return −a."""
    sign, size = signed(a)
    if sign < 0 or size.kind == OPEN:
        return size
    return Written(SUM, "-", (size,), size.rank)


def added(parts: Sequence[Written]) -> Written:
    """Return a sum, sums in it and signs before its terms made its own."""
    if any(part.kind == OPEN for part in parts):
        return UNWRITTEN
    signs, found = "", []
    for part in parts:
        for sign, one in _terms(part):
            signs += "+" if sign > 0 else "-"
            found.append(one)
    if len(found) == 1:
        return found[0] if signs == "+" else negative(found[0])
    return Written(SUM, signs, tuple(found), max(part.rank for part in found))


def less(a: Written, b: Written) -> Written:
    """Return a − b."""
    return added([a, negative(b)])


def times(a: Written, b: Written) -> Written:
    """Return a product entry by entry, or of a number and anything."""
    if OPEN in (a.kind, b.kind):
        return UNWRITTEN
    (sign_a, a), (sign_b, b) = signed(a), signed(b)
    rank = max(a.rank, b.rank)
    product = b if a == ONE else a if b == ONE else Written("*", parts=(a, b), rank=rank)
    return product if sign_a == sign_b else negative(product)


def matrices(a: Written, b: Written) -> Written:
    """Return a product of a matrix with a matrix or a vector, or of a column with a row."""
    if OPEN in (a.kind, b.kind):
        return UNWRITTEN
    (sign_a, a), (sign_b, b) = signed(a), signed(b)
    product = b if a == EYE else a if b == EYE else Written("@", parts=(a, b), rank=b.rank)
    return product if sign_a == sign_b else negative(product)


def inner(a: Written, b: Written) -> Written:
    """Return the number aᵀ b of two vectors."""
    (sign_a, a), (sign_b, b) = signed(a), signed(b)
    product = Written("@", parts=(a, b))
    return product if sign_a == sign_b else negative(product)


def outer(a: Written, b: Written) -> Written:
    """Return a bᵀ of two vectors."""
    return matrices(a, transposed(b))


def diagonal(v: Written) -> Written:
    """Return diag(v); of a number, that times the identity."""
    if v.kind == OPEN:
        return UNWRITTEN
    sign, size = signed(v)
    made = Written(CALL, "diag", (size,), 2) if size.rank else times(size, EYE)
    return made if sign > 0 else negative(made)


def transposed(a: Written) -> Written:
    """Return aᵀ, of a product that of its factors, of a sum of matrices that of its terms; a row has the rank 2."""
    if a.kind == TRANSPOSE:
        return a.parts[0]
    if not a.rank or a.kind in (IDENTITY, OPEN) or (a.kind == CALL and a.text == "diag"):
        return a
    if a.kind == "@":
        return matrices(*map(transposed, a.parts[::-1]))
    if a.kind == "*" and not min(part.rank for part in a.parts):
        return times(*map(transposed, a.parts))
    if a.rank == 2 and a.kind in (SUM, "*"):
        return replace(a, parts=tuple(map(transposed, a.parts)))
    return Written(TRANSPOSE, parts=(a,), rank=2)


def gathered(parts: Sequence[Written]) -> Written:
    """Return a sum; what all its terms are multiplied with is written once."""
    split = [signed(part) for part in parts]
    if len(parts) > 1 and all(one.kind == "*" and one.parts[1] == split[0][1].parts[-1] for _, one in split):
        firsts = [_with(sign, one.parts[0]) for sign, one in split]
        return times(added(sorted(firsts, key=lambda one: signed(one)[0] < 0)), split[0][1].parts[1])
    return added(parts)


def kronecker(parts: Sequence[Written]) -> Written:
    """Return a sum of Kronecker products with an identity, as one of them where all have it on one side."""
    split = [(sign, one.parts[0], one.parts[1]) for sign, one in map(signed, parts)]
    if all(left == EYE for _, left, _ in split):
        return Written(KRONECKER, parts=(EYE, added([_with(sign, right) for sign, _, right in split])), rank=2)
    if all(right == EYE for _, _, right in split):
        return Written(KRONECKER, parts=(added([_with(sign, left) for sign, left, _ in split]), EYE), rank=2)
    return added(parts)


def _with(sign: int, a: Written) -> Written:
    return a if sign > 0 else negative(a)


def _terms(part: Written) -> list[tuple[int, Written]]:
    if part.kind != SUM:
        return [(1, part)]
    found = []
    for sign, one in zip(part.text, part.parts, strict=True):
        found += [(own if sign == "+" else -own, inside) for own, inside in _terms(one)]
    return found
