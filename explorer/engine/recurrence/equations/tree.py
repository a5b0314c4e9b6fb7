"""What parts of Python's tree say: a chain of terms, a plain number."""

from __future__ import annotations

import ast


def terms(node: ast.expr, sign: int = 1) -> list[tuple[int, ast.expr]]:
    """Return the terms of a chain of + and −, with their signs, from left to right."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            return [*terms(left, sign), _signed(right, sign if isinstance(op, ast.Add) else -sign)]
    return [_signed(node, sign)]


def _signed(node: ast.expr, sign: int) -> tuple[int, ast.expr]:
    """Return a term without the signs before it."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand) if plain_number(operand) is None:
            return _signed(operand, -sign)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _signed(operand, sign)
    return sign, node


def plain_number(node: ast.expr) -> float | None:
    """Return the number that is written here, None for anything else."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as operand):
            size = plain_number(operand)
            return None if size is None else -size
    return None


def whole_number(node: ast.expr) -> int | None:
    """Return the whole number that is written here, None for anything else."""
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
    return None
