"""J taken apart: what the factors by their names multiply and add up to is the Jacobian, entry by entry, for every cell."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.engine import Layer, Network, Recurrence
from explorer.engine.network.course import Course
from explorer.engine.recurrence import library
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import along
from explorer.engine.recurrence.typeset.notation import Plain
from explorer.engine.recurrence.typeset.setting import Setting
from explorer.engine.recurrence.typeset.summands import Blocks, summands, ways

OWN = "a = sigmoid(V_a @ x + W_a @ q)\nq = a * q + (1 - a) * tanh(W_q @ (a * q) + V_q @ x)"
T = 5


def run(cell: str | Recurrence, forget_bias: float = 0.0) -> tuple[Course, Blocks]:
    net = Network.random(layers=[Layer(cell, 4, forget_bias=forget_bias)], inputs=3, outputs=2, seed=1)
    course = net.forward(np.random.default_rng(0).normal(size=(T, 3))).only
    step = course.chain.step
    weights = net.of(course.chain.whole)
    given = along(step, course.x, course.s)
    last = type(given)(
        given.s[-1], given.x[-1], float(T), {d: s[-1] for d, s in given.older.items()},
        {d: x[-1] for d, x in given.earlier.items()},
    )  # fmt: skip
    return course, summands(step, log_values(step, weights, last))


@pytest.mark.parametrize("cell", [*library.names(), OWN])
def test_the_factors_of_every_summand_multiply_and_the_summands_add_up_to_J(cell: str) -> None:
    course, found = run(cell if cell in library.names() else Recurrence.parse(cell))
    step, J = course.chain.step, np.zeros((course.width, course.width))
    for (row, column), some in found.items():
        rows, columns = step.state_shape(row), step.state_shape(column)
        for one in some:
            block = np.zeros((math.prod(rows), math.prod(columns)))
            for i, at in enumerate(np.ndindex(*rows)):
                for j, other in enumerate(np.ndindex(*columns)):
                    if one.has((at, other)):
                        numbers = [float(factor.at((at, other)).value()) for factor in one.factors]
                        block[i, j] = one.sign * math.prod(numbers)
            np.testing.assert_allclose(one.entries.value(), block, rtol=1e-9, atol=1e-300)
            J[step.parts[row], step.parts[column]] += block
    exact = course.log_jacobian(T).value()
    np.testing.assert_allclose(J, exact, rtol=1e-9, atol=1e-13 * np.abs(exact).max())
    assert not exact[~ways(step)].any()


def test_the_forget_gate_alone_stands_on_the_diagonal_of_the_cell_path() -> None:
    _, found = run("lstm")
    (path,) = found["c", "c"]
    assert Setting(Plain(), T).of(path.written) == "diag(f₅)"
    assert path.on_diagonal
    assert path.has(((2,), (2,)))
    assert not path.has(((2,), (1,)))


def test_a_factor_that_float64_can_not_hold_is_a_number_all_the_same() -> None:
    course, found = run("lstm", forget_bias=-2000.0)
    (path,) = found["c", "c"]
    log = float(path.factors[0].at(((1,), (1,))).log)
    assert -2050.0 < log < -1950.0
    assert log == pytest.approx(float(course.log_jacobian(T).log[5, 5]), rel=1e-12)
