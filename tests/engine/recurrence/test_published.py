"""Shipped cells against other people's implementations, and against the papers written out once more in plain NumPy."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.network.drawn import Beginning, drawn
from explorer.engine.recurrence.library import names
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import along, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll

from .cells import made, recurrence
from .papers import PAPERS, Past

STORED = json.loads((Path(__file__).parents[1] / "data" / "cells.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", STORED, ids=lambda case: case["cell"])
def test_run_and_gradient_are_those_of_other_implementations(case):
    """torchrecurrent, minGRU-pytorch, xlstm, ncps, reservoirpy, and PyTorch's derivatives; see benchmarks/make_cells.py."""
    x = np.array(case["x"])
    step = sized(recurrence(case["cell"]), x.shape[1], len(case["weighted"][0]))
    fixed = drawn(step, Beginning())
    weights = {
        weight.name: np.zeros(step.weight_shapes()[weight.name]) if weight.trained else fixed[weight.name]
        for weight in step.recurrence.weights
    }
    weights |= {name: np.array(weight) for name, weight in case["weights"].items()}
    run = roll(step, weights, x)
    np.testing.assert_allclose(run.s[1:], case["s"], rtol=1e-11, atol=1e-13)
    found = unroll(run, np.array(case["weighted"]))
    for name, gradient in case["gradients"].items():
        np.testing.assert_allclose(found.weights[name], gradient, rtol=1e-9, atol=1e-11, err_msg=name)


# ---- the papers


@cache
def as_published(name):
    """A run at random weights; by the paper what steps were given, what they gave out, and the last one from another state.

    Long enough that the longest delay is read.
    """
    step, weights = made(name, scale=0.5, seed=1)
    rng = np.random.default_rng(15)
    x = rng.standard_normal((140 if step.recurrence.longest_delay > 9 else 20, 3))
    s0 = step.start().copy()
    for state, part in step.parts.items():
        # A number alone is what counts steps, and begins as it begins.
        if step.state_shape(state) and np.isfinite(s0[part]).all():
            s0[part] = 0.3 * rng.standard_normal(s0[part].shape)
    past, out = [step.start()] * 130 + [s0], []
    with np.errstate(divide="ignore"):
        for t, now in enumerate(x):
            s, y = PAPERS[name](weights, now, Past(past, x[:t], t + 1))
            past.append(s)
            out.append(y)

    def again(s):
        return PAPERS[name](weights, x[-1], Past([*past[:-2], s], x[:-1], len(x)))[0]

    return roll(step, weights, x, s0), along(step, x, np.array(past[130:])), np.array(out), again


@pytest.mark.parametrize("name", names())
def test_cell_is_its_paper(name):
    run, at, out, _ = as_published(name)
    np.testing.assert_allclose(run.s[:-1], at.s, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(run.out, out, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", names())
def test_jacobian_is_that_of_the_paper_by_differences(name):
    """Also in logarithms, and in its small form; where a number is rounded the slope is the straight-through one."""
    run, at, _, again = as_published(name)
    step, s = run.step, at.s[-1]
    found = values(step, run.weights, at)
    J = dense(step, found)[-1]
    smooth = [place for state, place in step.parts.items() if not (step.state_shape(state) == () and "skip" in name)]
    for place in smooth:
        for column in range(*place.indices(step.N)):
            far, near, back, behind = (again(s + side * 1e-4 * np.eye(step.N)[column]) for side in (2, 1, -1, -2))
            slope = (8 * (near - back) - (far - behind)) / 1.2e-3
            np.testing.assert_allclose(J[:, column], slope, rtol=1e-8, atol=1e-10 * (1 + np.abs(s).max()))
    logs = log_values(step, run.weights, at)
    np.testing.assert_allclose(log_jacobian(step, logs).value()[-1], J, rtol=1e-11, atol=1e-14)
