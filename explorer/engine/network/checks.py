"""What weights and sequences are checked by before a network takes them."""

from __future__ import annotations

import math
from numbers import Real
from operator import index

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork, BadSequence, Refusal
from explorer.engine.floats import Floats
from explorer.engine.recurrence.readings.step import Step


def finite(name: str, array: Floats) -> Floats:
    """Return a weight itself.

    Raises
    ------
    BadNetwork
        If it has an entry that is not finite.
    """
    if not np.isfinite(array).all():
        where = tuple(int(i) + 1 for i in np.argwhere(~np.isfinite(array))[0])
        raise BadNetwork("{name} has a value that is not finite at {where}.", name=name, where=where)
    return array


def numbers_of(name: str, value: ArrayLike, refusal: type[Refusal] = BadNetwork) -> Floats:
    """Return a value as a new array of float64.

    Raises
    ------
    Refusal
        If it is no array of numbers.
    """
    try:
        return np.array(value, dtype=np.float64)
    # PyTorch has a RuntimeError for a tensor that is still to be derived by.
    except (TypeError, ValueError, RuntimeError) as error:
        raise refusal("{name} is not an array of numbers: {reason}.", name=name, reason=error) from error


def whole_of(name: str, value: object, least: int) -> int:
    """Return a whole number of at least ``least``.

    Raises
    ------
    BadNetwork
        If it is none.
    """
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise BadNetwork("{name} is {value}; a whole number is expected.", name=name, value=repr(value)) from error
    if number < least:
        raise BadNetwork("{name} is {value}; it must be at least {least}.", name=name, value=number, least=least)
    return number


def number_of(name: str, value: ArrayLike) -> float:
    """Return a finite number.

    Raises
    ------
    BadNetwork
        If it is none.
    """
    if not isinstance(value, (float, Real)) or not math.isfinite(value):
        raise BadNetwork("{name} is {value}; a finite number is expected.", name=name, value=repr(value))
    return float(value)


def matrix_of(name: str, value: ArrayLike) -> Floats:
    """Return a weight as a new matrix.

    Raises
    ------
    BadNetwork
        If it is none, or has an entry that is not finite.
    """
    matrix = numbers_of(name, value)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise BadNetwork("{name} has the shape {shape}; it must be a matrix.", name=name, shape=matrix.shape)
    return finite(name, matrix)


def expect(name: str, array: Floats, shape: tuple[int, ...]) -> None:
    """Refuse a weight of another shape.

    Raises
    ------
    BadNetwork
        With both shapes.
    """
    if array.shape != shape:
        raise BadNetwork(
            "{name} has the shape {shape}; {expected} is expected.", name=name, shape=array.shape, expected=shape
        )


def vector_of(name: str, value: ArrayLike | None, size: int) -> Floats:
    """Return a bias as a new vector, zero if it is left out.

    Raises
    ------
    BadNetwork
        If it has another size, or an entry that is not finite.
    """
    vector = np.zeros(size) if value is None else numbers_of(name, value)
    expect(name, vector, (size,))
    return finite(name, vector)


def check_sequence(x: ArrayLike, inputs: int) -> Floats:
    """Return ``x`` as a new array (T, m).

    Raises
    ------
    BadSequence
        If it has a wrong shape, a non-finite entry or no steps.
    """
    x = numbers_of("x", x, BadSequence)
    if x.ndim != 2 or x.shape[1] != inputs or len(x) == 0:
        raise BadSequence(
            "x has the shape {shape}; (T, {inputs}) with at least one step is expected.",
            shape=x.shape, inputs=inputs,
        )  # fmt: skip
    if not np.isfinite(x).all():
        t, j = np.argwhere(~np.isfinite(x))[0]
        raise BadSequence("x has a value that is not finite at step {t}, column {j}.", t=t + 1, j=j + 1)
    return x


def array_of(name: str, value: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Return a weight as a new array of a shape.

    Raises
    ------
    BadNetwork
        If it has another shape, or an entry that is not finite.
    """
    array = numbers_of(name, value)
    expect(name, array, shape)
    return finite(name, array)


def check_state(s0: ArrayLike, step: Step) -> Floats:
    """Return ``s0`` as a new array (N,); a part that starts from an infinite number may be infinite.

    Raises
    ------
    BadSequence
        If it has a wrong shape or a non-finite entry.
    """
    state, start = numbers_of("s0", s0, BadSequence), step.start()
    if state.shape != start.shape:
        raise BadSequence("s0 has the shape {shape}; ({width},) is expected.", shape=state.shape, width=len(start))
    if not (np.isfinite(state) | (state == np.where(np.isinf(start), start, 0.0))).all():
        raise BadSequence("s0 has a value that is not finite.")
    return state
