"""What a hand-written kernel says about credit is what its equations say, and more where these lose digits."""

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.recurrence.credit.fronts import fronts
from explorer.engine.recurrence.credit.sensitivity import sensitivities
from explorer.engine.recurrence.kernels.credit import CreditOfKernel
from explorer.engine.recurrence.readings.layout import layout
from explorer.engine.signed import Signed

from .cells import credit_along

STEPS = 6


def both(cell, bias=0.3, activation="tanh"):
    """The kernel's credit, that of its equations, and the weights."""
    net = Network.random(cell=cell, inputs=3, hidden=4, outputs=2, gain=1.3, bias=bias, seed=5, activation=activation)
    course = net.forward(np.random.default_rng(51).standard_normal((STEPS, 3))).only
    chain = course.chain
    kernel = CreditOfKernel(course.motion, course.x, net.U, chain.choice.places, layout(chain.step))
    return kernel, credit_along(chain.step, net.of(chain), course.x, course.s), net.of(chain)


@pytest.mark.parametrize(
    ("cell", "bias", "activation"),
    [("rnn", 0.3, "tanh"), ("rnn", 0.3, "relu"), ("lstm", 0.3, "tanh"), ("lstm", -300.0, "tanh"), ("gru", 0.3, "tanh")],
)
def test_kernel_and_equations_give_the_same_rows_and_shares(cell, bias, activation):
    kernel, equations, weights = both(cell, bias, activation)
    rows = np.random.default_rng(52).standard_normal((3, kernel.layout.width))
    for k in (0, STEPS - 1):
        (past, delta), (expected, other) = kernel.pull(k, rows), equations.pull(k, rows)
        np.testing.assert_allclose(past, expected, rtol=1e-11, atol=1e-13)
        logs, others = kernel.log_pull(k, Signed.of(rows)), equations.log_pull(k, Signed.of(rows))
        assert_logs(logs[0], others[0])
        for key in [*weights, "x"]:
            part = equations.shares.part(key, k, other)
            np.testing.assert_allclose(kernel.shares.part(key, k, delta), part, rtol=1e-11, atol=1e-13, err_msg=key)
            assert_logs(kernel.log_shares.part(key, k, logs[1]), equations.log_shares.part(key, k, others[1]))
        found = kernel.shares.log_norms(list(weights), k, delta)
        np.testing.assert_allclose(found, equations.shares.log_norms(list(weights), k, other), rtol=1e-11)


def assert_logs(found, expected):
    np.testing.assert_array_equal(found.sign, expected.sign)
    some = expected.sign != 0
    np.testing.assert_allclose(found.log[some], expected.log[some], rtol=1e-11, atol=1e-9)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_learning_forward_in_time_is_the_same_by_kernel_and_by_equations(cell):
    kernel, equations, weights = both(cell)
    shapes = {key: weight.shape for key, weight in weights.items()}
    for one, other in zip(sensitivities(kernel, shapes, 3), sensitivities(equations, shapes, 3), strict=True):
        for key, derivative in other.s.items():
            np.testing.assert_allclose(one.s[key], derivative, rtol=1e-10, atol=1e-12, err_msg=key)


def test_state_that_has_become_the_candidate_has_the_terms_that_equations_subtract_away():
    """From rest h' − n is −σ(−400)^k n at step k + 1: zero in float64, and not in truth."""
    net = Network.from_arrays(
        cell="gru",
        U=np.zeros((12, 3)),
        W=np.zeros((12, 4)),
        b=np.concatenate([np.zeros(4), np.full(4, -400.0), np.ones(4)]),
    )
    course = net.forward(np.zeros((STEPS, 3))).only
    kernel = CreditOfKernel(course.motion, course.x, net.U, course.chain.choice.places, layout(course.chain.step))
    found = np.full((STEPS, STEPS), -np.inf)
    for front in fronts(kernel, np.ones((STEPS, 4)), lambda _: STEPS, ["b_z"]):
        found[front.t, front.k] = front.log_norms(kernel, ["b_z"])
    exact = -400.0 * np.arange(1, STEPS + 1) + np.log(2.0 * np.tanh(1.0))
    np.testing.assert_allclose(np.diagonal(found), exact, rtol=1e-13)
