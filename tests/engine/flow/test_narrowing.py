"""Of a long product few directions are left; all pairs go on with these alone, and stay exact."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.flow.allpairs import all_pairs
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.factors import Scratch, Side, factors
from explorer.engine.flow.narrow import CUT, halved
from explorer.engine.flow.scaled import ScaledSteps
from explorer.engine.flow.seen import EVERYTHING, Seen
from explorer.engine.flow.triangle import Triangle
from explorer.engine.signed import Signed

from .chains import Plain


def jacobians(init, N=32, steps=300):
    net = Network.random(inputs=1, hidden=N, outputs=1, init=init, gain=1.5 if init == "gaussian" else 1.0, seed=0)
    return net.forward(np.cos(np.arange(steps))[:, None] * (init == "gaussian")).jacobians()


def walked(J):
    """Walk a side over all steps; return its factors and where they became narrower."""
    side = Side(ScaledSteps.of(J), 1, upward=True, narrow=True)
    with Scratch.borrowed() as scratch:
        return factors(side, [slice(j, j + 1) for j in range(len(J))], EVERYTHING, scratch, lambda: False), side.cuts


def test_a_side_that_forgets_goes_on_with_half_of_its_columns():
    found, cuts = walked(jacobians("gaussian"))
    assert cuts
    assert [len(some.gram) for some in found][: len(cuts)] == np.diff([0, *cuts]).tolist()
    assert found[1].basis.shape == (1, 32, 16)


def test_a_side_that_forgets_nothing_stays_as_wide_as_it_is():
    found, cuts = walked(
        np.broadcast_to(np.linalg.qr(np.random.default_rng(0).normal(size=(32, 32)))[0], (200, 32, 32))
    )
    assert not cuts
    assert len(found) == 1


def test_half_of_the_directions_hold_the_whole_up_to_what_may_be_left_out():
    rng = np.random.default_rng(1)
    left, right = (np.linalg.qr(rng.normal(size=(3, 40, 40)))[0] for _ in range(2))
    X = left @ (np.exp(-2.5 * np.arange(40))[:, None] * right)
    Y, V = halved(X)
    np.testing.assert_allclose(V.swapaxes(1, 2) @ V, np.broadcast_to(np.eye(20), (3, 20, 20)), atol=1e-14)
    np.testing.assert_allclose(Y @ V.swapaxes(1, 2), X, atol=CUT)


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.5])
def test_what_has_no_half_to_spare_is_left_whole(rate):
    assert halved(np.diag(np.exp(-rate * np.arange(32)))[None]) is None


def test_pairs_of_products_that_forget_are_those_multiplied_out():
    J = jacobians("gaussian", steps=260)
    L = all_pairs(J).log_norm
    for k, count in ((0, 260), (101, 159), (129, 131)):
        P, logs = np.eye(32), 0.0
        for t in range(k + 1, k + count + 1):
            P = J[t - 1] @ P
            norm = np.linalg.norm(P)
            P, logs = P / norm, logs + np.log(norm)
            assert L[t, k] == pytest.approx(logs, abs=1e-11)


def test_what_one_side_forgets_and_the_other_needs_is_made_again():
    """Half of the units fade before the middle, the others after it: the product is all that both sides leave out."""
    T, N = 200, 16
    first, late = np.arange(N) < N // 2, np.arange(T)[:, None] >= T // 2
    slopes = np.where(first == late, 1.0, 0.5)
    J = np.array([np.diag(row) for row in slopes])
    way = np.concatenate([np.zeros((1, N)), np.cumsum(np.log(slopes), axis=0)])
    apart = way[:, None] - way
    expected = 0.5 * np.log(np.exp(2.0 * apart).sum(axis=-1))
    found = Dense(Plain(Signed.of(J))).pairs()
    lower = np.tri(T + 1, dtype=bool)
    np.testing.assert_allclose(found.log_norm[lower], expected[lower], rtol=0, atol=1e-9)
    assert found.recomputed
    assert not found.unsure


@pytest.mark.parametrize("N", [5, 24, 49, 100])
@pytest.mark.parametrize("doubled", [False, True])
def test_packed_grams_in_other_coordinates_are_those_of_what_is_turned(N, doubled):
    rng = np.random.default_rng(N)
    X, C = rng.normal(size=(2, 3, N, N)), rng.normal(size=(3, N // 2, N))
    triangle, smaller = Triangle.of(N), Triangle.of(N // 2)
    packed, expected = np.empty((2, 3, triangle.size)), np.empty((2, 3, smaller.size))
    triangle.grams(X, packed, doubled)
    smaller.grams(X @ C.swapaxes(1, 2), expected, doubled)
    np.testing.assert_allclose(triangle.within(packed, C, doubled), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("N", [5, 49])
def test_what_is_packed_of_two_grams_has_their_inner_product(N):
    X, Y = np.random.default_rng(N).normal(size=(2, N, N))
    left, right = np.empty((2, Triangle.of(N).size))
    Triangle.of(N).grams(X, left, doubled=False)
    Triangle.of(N).grams(Y, right, doubled=True)
    assert left @ right == pytest.approx(np.linalg.norm(X @ Y.T) ** 2, rel=1e-12)


def test_parts_of_products_that_forget_are_those_of_the_whole():
    J = jacobians("gaussian", steps=200)
    whole = all_pairs(J).log_norm
    halves = [tuple(range(16)), tuple(range(16, 32))]
    parts = [all_pairs(J, seen=Seen(rows, columns), whole=whole).log_norm for rows in halves for columns in halves]
    below = np.tri(201, k=-1, dtype=bool)
    np.testing.assert_allclose(np.logaddexp.reduce([2 * part[below] for part in parts]), 2 * whole[below], atol=1e-11)
