"""Steps of a stack are zero on one side of its layers: their products are those of whole matrices, made without the zeros."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine.flow.allpairs import all_pairs
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.strips import Strips
from explorer.engine.flow.triangle import Triangle


def steps(T: int, widths: tuple[int, ...], seed: int = 0):
    """Random steps (T, N, N) of layers of these widths, each of which reads those below."""
    N, first = sum(widths), np.repeat(np.cumsum((0, *widths))[:-1], widths)
    J = np.random.default_rng(seed).normal(size=(T, N, N)) / np.sqrt(N)
    return np.where(first[:, None] >= first, J, 0.0)


@pytest.mark.parametrize(
    ("widths", "edges"),
    [
        ((24,) * 16, (0, 96, 192, 288, 384)),
        ((30, 50, 40), (0, 80, 120)),
        ((100, 10, 90), (0, 100, 200)),
        ((120,), (0, 120)),
        ((2, 118), (0, 120)),
        ((24, 24), (0, 48)),
    ],
)
def test_strips_end_between_layers_and_are_about_alike(widths: tuple[int, ...], edges: tuple[int, ...]):
    assert Strips.of(steps(2, widths)).edges == edges


@pytest.mark.parametrize("lower", [True, False])
def test_products_and_grams_by_strips_are_those_of_whole_matrices(lower: bool):
    A, B = (one if lower else one.swapaxes(1, 2) for one in (steps(2, (30, 45, 45), seed) for seed in (1, 2)))
    strips = Strips.of(steps(2, (30, 45, 45)))
    strips = strips if lower else strips.T
    out, triangle = np.full(A.shape, np.nan), Triangle.of(120)
    strips.multiply(A, B, out)
    np.testing.assert_allclose(out, A @ B, rtol=0, atol=1e-14)
    assert (out[(A @ B) == 0] == 0).all()
    grams = np.full((2, triangle.size), np.nan)
    triangle.grams(out, grams, doubled=lower, strips=strips)
    np.testing.assert_allclose(triangle.unpacked(grams, doubled=lower), out.swapaxes(1, 2) @ out, rtol=0, atol=1e-13)


def test_all_pairs_of_a_stack_are_those_of_plain_products():
    J = steps(40, (40, 40, 40))
    L = all_pairs(J, narrow=False).log_norm
    for k in (0, 7, 20):
        P = np.eye(120)
        for t in range(k + 1, 41):
            P = J[t - 1] @ P
            assert abs(L[t, k] - np.log(np.linalg.norm(P))) < 1e-10


def test_a_step_that_is_not_finite_has_no_strips():
    """What it makes of a zero is no number, also beside the layers."""
    J = steps(6, (60, 60))
    assert len(ScaledSteps.of(J).strips.edges) == 3
    J[3, 100, 5] = np.nan
    assert len(ScaledSteps.of(J).strips.edges) == 2
    assert np.isnan(all_pairs(J, narrow=False).log_norm[4:, :4]).all()
