"""Targets as they are given: read, and refused where they fit neither the sequence nor the network."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from explorer.engine.errors import BadTargets
from explorer.engine.floats import Floats


def array_of(targets: ArrayLike, dtype: DTypeLike | None = None) -> NDArray[Any]:
    """Return targets as a new array.

    Raises
    ------
    BadTargets
        If they are none.
    """
    try:
        return np.array(targets, dtype=dtype)
    # PyTorch has a RuntimeError for a tensor that is still to be derived by.
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadTargets("The targets are not an array of numbers: {reason}.", reason=error) from error


def real_targets(targets: ArrayLike, lead: tuple[int, ...], outputs: int) -> Floats:
    """Return real targets (*lead, p) for p ``outputs``, a row of NaN where a step has none.

    Raises
    ------
    BadTargets
        If they are no numbers, have another shape, or are not finite.
    """
    a = array_of(targets, np.float64)
    # A network with one output may be given one number a step.
    if outputs == 1 and a.shape == lead:
        a = a[..., None]
    expect_shape(a, lead, (outputs,))
    # A whole row of NaN is no target; a part of one is a mistake.
    without = np.isnan(a).all(axis=-1, keepdims=True) & bool(lead)
    for where in np.argwhere(~(np.isfinite(a) | without)):
        raise BadTargets(
            "The target at step {t}, output {j} is not finite.", t=step_of(where[:-1]), j=int(where[-1]) + 1
        )
    return a


def expect_shape(targets: NDArray[Any], lead: tuple[int, ...], each: tuple[int, ...] = ()) -> None:
    """Refuse targets that have not the shape of ``each`` target for a loss at every step (T,), or for one taken once ().

    Raises
    ------
    BadTargets
        Where they are those of the other kind of loss, with how to ask for that.
    """
    if targets.shape == (*lead, *each):
        return
    single = each == (1,) and targets.ndim == (not lead)
    if lead and (targets.shape == each or single):
        raise BadTargets(
            "There is one target for a loss at every step, which needs {expected}: for a loss taken once say at='last' or "
            "at='mean'.",
            expected=(*lead, *each),
        )  # fmt: skip
    if not lead and (targets.shape[1:] == each or single):
        raise BadTargets(
            "There are targets of the shape {shape} for a loss taken once: for a loss at every step say at='every'.",
            shape=targets.shape,
        )  # fmt: skip
    raise BadTargets(
        "The targets have the shape {shape}; {expected} is expected.", shape=targets.shape, expected=(*lead, *each)
    )


def step_of(where: NDArray[np.intp]) -> int:
    """Return the step, counted from 1, of a place in the targets; a loss taken once has one step."""
    return int(where[0]) + 1 if len(where) else 1
