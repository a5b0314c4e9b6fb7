"""One row alone is that of all pairs, also where float64 does not hold a product, and takes no more than its own products."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Network, gradient_flow
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.network.trace import Trace

T = 24
BEYOND = {
    "saturated": {"activation": "tanh", "bias": 400.0},
    "overflowed": {"activation": "relu", "gain": 1e40},
    "dead": {"activation": "relu", "bias": -50.0},
    "gates shut": {"cell": "lstm", "bias": -500.0},
    "faint": {"cell": "gru", "bias": 500.0},
}


def run(beyond: str) -> Trace:
    net = Network.random(**{"inputs": 3, "hidden": 9, "outputs": 2, "seed": 1, **BEYOND[beyond]})
    return net.forward(np.random.default_rng(2).standard_normal((T, 3)))


def cancelling() -> Trace:
    """Two units of which each forgets what the other remembers: two steps cancel but for the last digits."""
    W = np.array([[1.0, 1.0], [-1.0, -1.0]]) + 1e-14 * np.array([[0.0, 1.0], [2.0, 0.0]])
    net = Network.from_arrays(activation="identity", U=np.zeros((2, 1)), W=1e-170 * W)
    return net.forward(np.zeros((T, 1)))


@pytest.mark.parametrize("spectral", [False, True])
@pytest.mark.parametrize("beyond", BEYOND)
def test_a_row_beyond_float64_is_that_of_all_pairs(beyond: str, spectral: bool) -> None:
    trace = run(beyond)
    flow = gradient_flow(trace)
    whole = flow.log_spectral_norm() if spectral else flow.log_norm
    for t in (T, T - 5):
        np.testing.assert_allclose(row_log_norms(trace, t, spectral), whole[t, : t + 1], rtol=1e-12, atol=1e-9)


def test_a_row_that_cancels_beyond_float64_is_that_of_all_pairs() -> None:
    trace = cancelling()
    np.testing.assert_allclose(row_log_norms(trace, T), gradient_flow(trace).log_norm[T], rtol=0, atol=1e-9)


@pytest.mark.parametrize("beyond", BEYOND)
def test_a_row_beyond_float64_needs_no_other_row(beyond: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = run(beyond)
    monkeypatch.setattr(Dense, "pairs", lambda *_: pytest.fail("all pairs were made"))
    assert len(row_log_norms(trace, T)) == T + 1
