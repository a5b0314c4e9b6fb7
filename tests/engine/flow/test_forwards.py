"""Errors carried forwards by inverted Jacobians: exact, and failing as the condition number of the product grows."""

import numpy as np
import pytest

from explorer.engine import BadSequence, Layer, Network, carried_forwards

EPS = np.finfo(np.float64).eps


def linear(gains, seed=0):
    """W with these singular values, which are its eigenvalues, in turned directions."""
    Q = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(gains),) * 2))[0]
    return Network.from_arrays(activation="identity", U=np.ones((len(gains), 1)), W=Q @ np.diag(gains) @ Q.T)


def test_a_network_that_forgets_nothing_loses_nothing_on_the_way_forward():
    found = carried_forwards(linear([0.7] * 6).forward(np.ones((60, 1))), 60)
    assert np.exp(found.log_deviation).max() < 100 * EPS
    assert found.stuck is None
    np.testing.assert_allclose(found.log_condition, 0.0, atol=1e-12)
    np.testing.assert_allclose(found.log_gradient, np.arange(60, -1, -1) * np.log(0.7), rtol=1e-12)


def test_deviation_of_a_linear_network_grows_as_the_condition_number_of_its_products():
    found = carried_forwards(linear([0.9, 0.8, 0.7, 0.5, 0.4, 0.3]).forward(np.ones((60, 1))), 60)
    np.testing.assert_allclose(found.log_condition, np.array(found.steps) * np.log(3.0), rtol=1e-9)
    assert found.condition_rate == pytest.approx(np.log(3.0))
    assert found.rate == pytest.approx(np.log(3.0), rel=0.03)
    at = list(found.steps)
    assert np.all(found.log_deviation[at] < np.log(100 * EPS) + found.log_condition)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "mgu"])
def test_the_gradient_that_is_recovered_is_that_of_dense_products_while_they_are_well_conditioned(cell):
    trace = Network.random(cell=cell, inputs=2, hidden=5, outputs=2, seed=1).forward(np.ones((8, 2)))
    found = carried_forwards(trace, 8, seed=4)
    g = np.random.default_rng(4).normal(size=trace.width)
    J, sizes = trace.jacobians(), []
    for k in range(8, 0, -1):
        sizes.append(np.linalg.norm(J[k - 1].T @ g))
        g = J[k - 1].T @ g
    begun = np.linalg.norm(np.random.default_rng(4).normal(size=trace.width))
    np.testing.assert_allclose(found.log_gradient[:8], np.log(sizes[::-1]) - np.log(begun), rtol=1e-10)
    # One step forward, by hand.
    ahead = np.linalg.solve(J[0].T, g)
    true = np.linalg.multi_dot([*J[:0:-1]]).T @ np.random.default_rng(4).normal(size=trace.width)
    share = np.linalg.norm(ahead - true) / np.linalg.norm(true)
    assert np.exp(found.log_deviation[1]) < 30 * max(share, EPS)


def test_the_way_forward_ends_where_a_direction_is_lost():
    network = Network.from_arrays(activation="relu", U=[[1.0], [1.0]], W=np.eye(2), b=[0.0, 0.5])
    # At step 4 the first unit is off, the second is not.
    found = carried_forwards(network.forward([[1.0], [1.0], [1.0], [-3.2], [1.0]]), 5)
    assert found.stuck == 4
    assert np.isfinite(found.log_deviation[1:4]).all()
    assert np.isnan(found.log_deviation[4:]).all()
    assert found.log_condition[-1] == np.inf


def test_a_gradient_far_below_the_range_of_float64_is_carried_all_the_same():
    found = carried_forwards(linear([1e-6] * 3).forward(np.ones((400, 1))), 400)
    assert found.log_gradient[0] == pytest.approx(400 * np.log(1e-6))
    assert np.exp(found.log_deviation).max() < 1e-12


def test_what_cannot_be_inverted_step_by_step_is_refused():
    trace = Network.random(layers=[Layer("mist", 4)], inputs=1, outputs=1).forward(np.ones((5, 1)))
    with pytest.raises(BadSequence, match="several steps ago"):
        carried_forwards(trace, 5)
    with pytest.raises(BadSequence, match="no way back"):
        carried_forwards(linear([0.5]).forward(np.ones((5, 1))), 0)
