"""Sums of matrices with their rows scaled, against the sum written out."""

import numpy as np
import pytest

from explorer.engine.recurrence.scaled import sum_of_scaled


@pytest.mark.parametrize("terms", [1, 2, 4])
@pytest.mark.parametrize("lead", [(), (7,), (2, 7)], ids=str)
def test_sum_fills_its_block_and_nothing_else(terms, lead):
    rng = np.random.default_rng(0)
    c, W = rng.standard_normal((terms, *lead, 5)), rng.standard_normal((terms, 5, 3))
    J = np.full((*lead, 8, 9), 7.0)
    sum_of_scaled(J[..., 1:6, 4:7], c, W)
    expected = np.full_like(J, 7.0)
    expected[..., 1:6, 4:7] = sum(one[..., None] * matrix for one, matrix in zip(c, W, strict=True))
    np.testing.assert_allclose(J, expected, rtol=1e-13, atol=1e-14)


def test_single_term_is_the_product_to_the_last_digit():
    rng = np.random.default_rng(1)
    c, W, J = rng.standard_normal((6, 5)), rng.standard_normal((5, 5)), np.empty((6, 5, 5))
    sum_of_scaled(J, [c], [W])
    np.testing.assert_array_equal(J, c[:, :, None] * W)


def test_coefficient_without_steps_or_rows_counts_for_all():
    W, J = np.arange(6.0).reshape(2, 3), np.empty((4, 2, 3))
    sum_of_scaled(J, [np.array([2.0, 3.0]), np.ones(1)], [W, W])
    np.testing.assert_array_equal(J, np.broadcast_to(W * [[3.0], [4.0]], J.shape))
