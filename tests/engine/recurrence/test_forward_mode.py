"""Derivatives carried forward, along directions and as a whole, against those carried credit, for every cell."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from explorer.engine.errors import Stopped, TooBig
from explorer.engine.recurrence.credit.sensitivity import numbers_carried, sensitivities
from explorer.engine.recurrence.expressions import functions
from explorer.engine.recurrence.expressions.exponential import expm
from explorer.engine.recurrence.readings import pull
from explorer.engine.recurrence.readings.partials import OF_MEASURES, PARTIALS, moved_exponential
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.readings.tangents import Directions
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.motion import MotionOfEquations
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll

from .cells import EVERY, made

STEPS, D = 7, 3
each_cell = pytest.mark.parametrize("name", EVERY)


def motion_of(step, weights, steps=STEPS):
    rng = np.random.default_rng(31)
    return MotionOfEquations(
        roll(step, weights, rng.standard_normal((steps, step.inputs)), rng.standard_normal(step.N))
    )


@each_cell
def test_tangents_are_the_gradient_along_their_directions(name):
    step, weights = made(name)
    motion, rng = motion_of(step, weights), np.random.default_rng(32)
    g_out, g_s = rng.standard_normal(motion.run.out.shape), rng.standard_normal((STEPS, step.N))
    gradient = unroll(motion.run, g_out, g_s, inputs=True)
    ways = {key: {"weights": {key: rng.standard_normal((D, *one.shape))}} for key, one in weights.items()}
    ways["x"], ways["s0"] = (
        {"x": rng.standard_normal((D, STEPS, step.inputs))},
        {"s0": rng.standard_normal((D, step.N))},
    )
    for key, way in ways.items():
        moved = motion.tangents(Directions(**way))
        found = (moved.out * g_out).sum(axis=(1, 2)) + (moved.s[:, 1:] * g_s).sum(axis=(1, 2))
        slope, by = (
            (gradient.weights[key], way["weights"][key]) if key in weights else (getattr(gradient, key), way[key])
        )
        np.testing.assert_allclose(found, (slope * by).reshape(D, -1).sum(axis=1), rtol=1e-10, atol=1e-10, err_msg=key)


@each_cell
def test_steps_that_move_with_signs_bring_their_parts_with_these_signs(name):
    step, weights = made(name)
    motion, rng = motion_of(step, weights), np.random.default_rng(33)
    signs, credit = np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0]), motion.credit
    by = {key: rng.standard_normal((1, *one.shape)) for key, one in weights.items()}
    found = motion.tangents(Directions(by, signs=signs)).out[0, -1]
    row = np.zeros((step.shapes[step.recurrence.out][0], credit.layout.width))
    row[:, credit.layout.entry] = np.eye(len(row))
    total = np.zeros(len(row))
    for k in reversed(range(STEPS)):
        row, delta = credit.pull(k, row)
        for key, direction in by.items():
            total += signs[k] * (credit.shares.part(key, k, delta) * direction).reshape(len(row), -1).sum(axis=1)
    np.testing.assert_allclose(found, total, rtol=1e-9, atol=1e-10)


@each_cell
def test_learning_forward_in_time_gives_the_gradient_of_going_back(name):
    step, weights = made(name)
    motion = motion_of(step, weights)
    g_out = np.random.default_rng(34).standard_normal(motion.run.out.shape)
    whole = unroll(motion.run, g_out, inputs=True)
    shapes = {key: weight.shape for key, weight in weights.items()}
    total = {**{key: np.zeros(shape) for key, shape in shapes.items()}, "s0": 0.0, "x": 0.0}
    for t, one in enumerate(sensitivities(motion.credit, shapes, step.inputs)):
        assert all(one.s[key].shape == (step.N, *shape) for key, shape in shapes.items())
        total = {key: total[key] + np.tensordot(g_out[t], one.out[key], 1) for key in total}
    for key, gradient in {**whole.weights, "s0": whole.s0, "x": whole.x}.items():
        np.testing.assert_allclose(total[key], gradient, rtol=1e-9, atol=1e-10, err_msg=key)


def test_every_function_and_measure_has_a_partial_of_its_own():
    assert set(PARTIALS) == set(functions.FUNCTIONS)
    assert set(OF_MEASURES) == set(functions.MEASURES)


def test_wrong_slope_of_a_function_is_seen(monkeypatch):
    """The slope that going back uses is off by a millionth; what is carried forward does not follow it."""
    step, weights = made("lstm")
    right = motion_of(step, weights).tangents(Directions({"W_g": np.ones((1, 4, 4))})).out
    tanh = functions.FUNCTIONS["tanh"]
    wrong = replace(tanh, slopes=lambda z: (tanh.slopes(z)[0] * (1 + 1e-6),))
    monkeypatch.setattr(pull, "FUNCTIONS", {**functions.FUNCTIONS, "tanh": wrong})
    motion = motion_of(step, weights)
    np.testing.assert_array_equal(motion.tangents(Directions({"W_g": np.ones((1, 4, 4))})).out, right)
    *_, last = sensitivities(motion.credit, {"W_g": (4, 4)})
    off = np.abs(last.out["W_g"].sum(axis=(1, 2)) / right[0, -1] - 1)
    assert 1e-7 < off.max() < 1e-5


@pytest.mark.parametrize("name", sorted(PARTIALS))
def test_partials_are_the_slopes_of_their_function(name):
    of, arity = PARTIALS[name], functions.FUNCTIONS[name].arity
    args = [np.array([0.3, 1.7, 2.6]), np.array([0.7, 0.4, 1.2]), np.array([0.2, 3.1, 0.9])][:arity]
    if name == "round":
        assert of(args[0]) == (1.0,)
        return
    for which, partial in enumerate(of(*args)):
        if partial is None:
            continue
        ahead, behind = (
            functions.FUNCTIONS[name].value(*[one + h * (which == i) for i, one in enumerate(args)])
            for h in (1e-6, -1e-6)
        )
        np.testing.assert_allclose(np.broadcast_to(partial, 3), (ahead - behind) / 2e-6, rtol=1e-8, atol=1e-8)


def test_exponential_of_a_matrix_moves_as_mpmath_says():
    rng = np.random.default_rng(35)
    A, by = 3.0 * rng.standard_normal((4, 4)), rng.standard_normal((1, 4, 4))
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -25
        ahead, behind = (mpmath.expm(mpmath.matrix(A) + sign * h * mpmath.matrix(by[0])) for sign in (1, -1))
        exact = np.array(((ahead - behind) / (2 * h)).tolist(), dtype=float)
    np.testing.assert_allclose(moved_exponential(A, by)[0], exact, rtol=1e-12, atol=1e-12 * np.abs(exact).max())
    assert np.isfinite(expm(A)).all()


def test_slopes_far_below_float64s_middle_keep_their_digits():
    step = sized(Recurrence.parse("h = tanh(W @ h + U @ x + b)"), 1, 2)
    weights = {"W": np.zeros((2, 2)), "U": np.zeros((2, 1)), "b": np.array([150.0, -340.0])}
    moved = motion_of(step, weights, 1).tangents(Directions({"b": np.ones((1, 2))}))
    np.testing.assert_allclose(np.log(moved.out[0, 0]), np.log(4) - 2 * np.abs(weights["b"]), rtol=1e-14)


def test_what_does_not_fit_in_memory_is_refused():
    credit = motion_of(*made("rnn")).credit
    with pytest.raises(TooBig):
        next(sensitivities(credit, {"W": (1 << 20, 64)}))
    assert numbers_carried(credit, {"W": (4, 4), "b": (4,)}) == 4 * (16 + 4 + 4)


def test_long_work_stops_when_it_is_told():
    motion = motion_of(*made("rnn"))
    with pytest.raises(Stopped):
        motion.tangents(Directions(s0=np.ones((1, 4))), stop=lambda: True)
    with pytest.raises(Stopped):
        next(sensitivities(motion.credit, {"W": (4, 4)}, stop=lambda: True))
