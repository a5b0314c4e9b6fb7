"""The lags of a gradient: their shares add up, truncation cuts exactly what it says, and nothing underflows into zero."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Network, bptt
from explorer.engine.gradient.bptt import ItemisedGradient
from explorer.workspace.exploration.exploration import Exploration, Signal
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.judging import Judged, log_inputs
from explorer.workspace.looks.lags import REST, lags, pair


def gradient(steps: int = 12, at: str = "every", window: int | None = None, **recipe: object) -> ItemisedGradient:
    rng = np.random.default_rng(4)
    arguments = {
        "activation": "tanh",
        "inputs": 2,
        "hidden": 4,
        "outputs": 3,
        "init": "gaussian",
        "gain": 1.2,
        "bias": 0.1,
    }
    net = Network.random(**(arguments | {"cell": "rnn", "seed": 1} | recipe))  # type: ignore[arg-type]
    targets = rng.integers(0, 3, size=steps) if at == "every" else 1
    return bptt(net.forward(rng.normal(size=(steps, 2))), targets, at=at, window=window)


def judged(**settings: int) -> Judged:
    exploration = Exploration(sequence=Signal(steps=12)).with_recipe(hidden=5).with_lens(quantity="W")
    found = inspect(analyse(exploration.with_settings(**settings).with_selection(t=9, k=3))).judged
    assert found is not None
    return found


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("at", ["every", "last", "mean"])
@pytest.mark.parametrize("name", ["W", "U"])
def test_shares_are_the_projections_of_the_lags_sums_and_add_up_to_one(cell: str, at: str, name: str):
    found = gradient(at=at, cell=cell)
    whole, got = getattr(found, name), lags(found, name)
    sums = [sum(found.term(name, k + lag, k) for k in range(1, 13 - lag)) for lag in range(12)]
    assert got.share == pytest.approx([np.vdot(s, whole) / np.vdot(whole, whole) for s in sums], rel=1e-9, abs=1e-13)
    assert got.share.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(np.exp(got.log_norm), [np.linalg.norm(s) for s in sums], rtol=1e-11, atol=1e-300)
    assert np.exp(got.log_whole) == pytest.approx(np.linalg.norm(whole), rel=1e-12)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning:explorer.engine")
def test_lags_beyond_the_window_are_exactly_zero_and_the_kept_ones_are_as_they_were():
    found = pair(judged(window=4), "W")
    assert np.isneginf(found.cut.log_norm[4:]).all()
    assert np.isfinite(found.full.log_norm[4:11]).all()
    assert found.cut.log_norm[:4] == pytest.approx(found.full.log_norm[:4], abs=1e-12)
    assert found.cut.share.sum() == pytest.approx(1.0, abs=1e-12)


def test_chunks_take_something_from_every_lag_but_the_shortest():
    found = pair(judged(chunk=4), "U")
    assert found.cut.log_norm[0] == found.full.log_norm[0]
    assert np.isneginf(found.cut.log_norm[4:]).all()


def test_without_truncation_the_pair_is_one():
    found = pair(judged(), "W")
    assert found.cut is found.full


@pytest.mark.parametrize("gain", [0.3, 1.0, 3.0])
def test_beyond_the_reach_no_run_of_lags_brings_more_than_the_rest(gain: float):
    found = lags(gradient(steps=30, gain=gain), "W")
    assert found.reach is not None
    left = [abs(1.0 - found.share_up_to(lag)) for lag in range(30)]
    assert max(left[found.reach :]) <= REST
    assert found.reach == 0 or left[found.reach - 1] > REST


def test_sum_looks_healthy_while_its_long_lags_are_gone():
    found = lags(gradient(steps=40, activation="sigmoid", gain=1.0), "W")
    assert found.log_whole > np.log(1e-2)
    assert found.log_norm[30] < found.log_whole - 15 * np.log(10)
    assert found.reach is not None
    assert found.reach < 5


def test_terms_beyond_float64_keep_their_logarithm():
    found = lags(gradient(steps=900, activation="sigmoid", gain=0.5, at="last"), "U")
    assert -np.inf < found.log_norm[-1] < -745.0
    assert found.share.sum() == pytest.approx(1.0, abs=1e-12)


def test_dead_network_has_zeros_and_no_shares():
    found = lags(gradient(activation="relu", bias=-50.0), "W")
    assert found.log_whole == -np.inf
    assert np.isneginf(found.log_norm).all()
    assert np.isnan(found.share).all()
    assert found.reach is None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_overflow_is_no_number_at_every_lag_but_for_what_the_zero_at_the_start_multiplies():
    found = lags(gradient(steps=400, activation="relu", gain=50.0, bias=1.0), "W")
    assert np.isnan(found.log_norm[:-1]).all()
    # Its one term is δ_{T,1} s_0ᵀ, and s_0 is exactly zero.
    assert found.log_norm[-1] == -np.inf
    assert found.reach is None


def carried_back(found: ItemisedGradient) -> list[float]:
    """Return ln ‖∂L/∂x_k‖ of a loss at the last step, by the recurrence with the norm taken out at every step."""
    net, g, scale, logs = found.trace.network, found.entering[-1], 0.0, []
    for z in found.trace.z[::-1]:
        delta = g * np.exp(-np.abs(z) - 2.0 * np.log1p(np.exp(-np.abs(z))))
        logs.append(scale + float(np.log(np.linalg.norm(delta @ net.U))))
        g = delta @ net.W
        size = float(np.linalg.norm(g))
        g, scale = g / size, scale + float(np.log(size))
    return logs[::-1]


def test_inputs_too_weak_for_float64_are_told_from_those_that_do_not_matter():
    found = gradient(steps=900, activation="sigmoid", gain=0.5, at="last")
    got = log_inputs(found)
    assert (found.x[0] == 0.0).all()
    assert -np.inf < got[0] < -745.0
    assert got[-20:] == pytest.approx(np.log(np.linalg.norm(found.x[-20:], axis=1)), abs=1e-12)
    assert got == pytest.approx(carried_back(found), abs=1e-9)
    cut = log_inputs(gradient(steps=900, activation="sigmoid", gain=0.5, at="last", window=30))
    assert np.isneginf(cut[: 900 - 30]).all()
    assert np.isfinite(cut[900 - 30 :]).all()
