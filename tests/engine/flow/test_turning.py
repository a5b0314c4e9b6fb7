"""The pairs of a backward chain are in the sequence's time."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import BadSequence, Course, Layer, Network, estimated_flow, gradient_flow

T = 7


@pytest.fixture(scope="module")
def course() -> Course:
    net = Network.random(layers=[Layer("rnn", 4, direction="both")], inputs=3, outputs=2, seed=2)
    return net.forward(np.random.default_rng(1).standard_normal((T, 3))).chains["1←"]


def _product(course: Course, t: int, k: int) -> np.ndarray:
    """Return ∂s_t/∂s_k, where s_i is what was reached after T − i steps."""
    P = np.eye(course.width)
    for J in course.jacobians()[T - k : T - t]:
        P = J @ P
    return P


def test_backward_pairs_are_those_of_t_before_k(course: Course) -> None:
    flow, late = gradient_flow(course), np.tri(T + 1, k=-1, dtype=bool)
    assert np.isnan(flow.log_norm[late]).all()
    for t, k in ((0, 7), (2, 5), (3, 3), (5, 6)):
        P = _product(course, t, k)
        assert flow.log_norm[t, k] == pytest.approx(np.log(np.linalg.norm(P)), abs=1e-9)
        assert flow.log_spectral_norm()[t, k] == pytest.approx(np.log(np.linalg.norm(P, 2)), abs=1e-9)
        matrix, log = flow.product(t, k)
        np.testing.assert_allclose(np.exp(log) * matrix, P, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            np.exp(flow.log_singular_values(t, k)), np.linalg.svd(P, compute_uv=False), rtol=1e-7
        )


def test_backward_steps_bounds_and_blocks_are_those_of_the_sequence(course: Course) -> None:
    flow = gradient_flow(course)
    norms = np.log(np.linalg.norm(course.jacobians(), axis=(1, 2)))[::-1]
    np.testing.assert_allclose(flow.log_step_norms(), norms, rtol=1e-9)
    assert flow.log_bound[2, 5] == pytest.approx(3 * flow.log_bound_rate)
    assert np.isnan(flow.log_bound[5, 2])
    name = next(iter(course.parts))
    np.testing.assert_allclose(flow.block(name, name).log_norm, flow.log_norm, atol=1e-9)


def test_backward_estimates_grow_into_the_flow(course: Course) -> None:
    every = estimated_flow(course, probes=1).grown(3)
    np.testing.assert_allclose(every.log_norm, gradient_flow(course).log_norm, atol=1e-9)
    np.testing.assert_allclose(every.product(1, 4)[1], gradient_flow(course).product(1, 4)[1], atol=1e-9)


def test_a_pair_the_other_way_is_refused_in_the_sequences_time(course: Course) -> None:
    with pytest.raises(BadSequence, match="0 ≤ t ≤ k ≤ 7"):
        gradient_flow(course).product(5, 2)
    with pytest.raises(BadSequence, match="0 ≤ t ≤ k ≤ 7"):
        estimated_flow(course).product(5, 2)
