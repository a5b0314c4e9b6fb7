"""Probes estimate all pairs, say how far off they may be, and all N of them are exact."""

from functools import cache

import numpy as np
import pytest

from explorer.engine import BadNetwork, BadSequence, Layer, Network, Recurrence, Stopped, TooBig, gradient_flow, limits
from explorer.engine.flow.carried import more_orthonormal
from explorer.engine.flow.probes import estimated_flow
from explorer.engine.signed import Signed

from ...shipped import VARIETY
from .chains import Plain


def steps(T, N, seed=0, rank=None, gain=1.0):
    rng = np.random.default_rng(seed)
    J = gain * rng.standard_normal((T, N, N)) / np.sqrt(N)
    if rank:
        J = J[:, :, :rank] @ rng.standard_normal((T, rank, N))
    return Plain(Signed.of(J))


def estimates(chain, at_a_time=8, seed=0):
    """Estimates that grow into the exact answer."""
    found = estimated_flow(chain, at_a_time, seed)
    yield found
    while found.estimated:
        found = found.grown(at_a_time)
        yield found


def lower(T):
    return np.tri(T + 1, dtype=bool)


@pytest.mark.parametrize("gain", [1.0, 1e-30, 1e40])
def test_all_probes_are_the_exact_norms(gain):
    chain = steps(40, 7, gain=gain)
    *some, last = estimates(chain, at_a_time=3)
    assert [one.probes for one in (*some, last)] == [3, 6, 7]
    assert [one.estimated for one in (*some, last)] == [True, True, False]
    exact = gradient_flow(chain).log_norm
    for found in (last.log_norm, last.low, last.high):
        np.testing.assert_allclose(found[lower(40)], exact[lower(40)], atol=1e-9)
        assert np.isnan(found[~lower(40)]).all()


@cache
def short_chains(rank):
    """Independent chains of three steps, with ln of the norms of their products."""
    chains = [steps(3, 32, seed, rank) for seed in range(150)]
    return [(chain, gradient_flow(chain).log_norm) for chain in chains]


@pytest.mark.parametrize("rank", [1, 3, None])
@pytest.mark.parametrize("probes", [2, 8, 24])
def test_nineteen_of_twenty_bands_hold_the_norm_whatever_the_rank(rank, probes):
    """Over independent chains and probes; a chain's own pairs share their probes."""
    held = []
    for seed, (chain, exact) in enumerate(short_chains(rank)):
        found = next(estimates(chain, probes, seed))
        held.append((found.low[3, 0] <= exact[3, 0]) & (exact[3, 0] <= found.high[3, 0]))
    assert np.mean(held) >= 0.93


def test_estimate_is_right_in_the_mean():
    chain = steps(5, 12, rank=1)
    exact = gradient_flow(chain).log_norm[5, 0]
    squares = [np.exp(2 * (next(estimates(chain, 3, seed)).log_norm[5, 0] - exact)) for seed in range(400)]
    assert np.mean(squares) == pytest.approx(1.0, abs=4 * np.std(squares) / 20)


def test_bands_grow_narrower_with_more_probes():
    widths = [(one.high - one.low)[20, 0] for one in estimates(steps(20, 32), at_a_time=8)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0.0


def test_identity_is_known_from_the_first_probes_on():
    found = next(estimates(Plain(Signed.of(np.tile(np.eye(16), (6, 1, 1)))), at_a_time=4))
    np.testing.assert_allclose(found.log_norm[lower(6)], 0.5 * np.log(16), atol=1e-12)
    np.testing.assert_allclose((found.high - found.low)[lower(6)], 0.0, atol=1e-5)


def test_true_zeros_are_true_and_what_is_below_float64_is_a_number():
    J = np.tile(Signed.of(np.eye(4)).log, (6, 1, 1))
    J[1] -= 5000.0
    J[4] = -np.inf
    found = next(estimates(Plain(Signed(J, (-np.inf < J).astype(float))), at_a_time=2))
    assert found.log_norm[4, 0] == pytest.approx(-5000.0 + 0.5 * np.log(4), abs=1e-9)
    for table in (found.log_norm, found.low, found.high):
        assert np.isneginf(table[5:, :5]).all()
        assert np.isfinite(table[5:, 5][0])


def test_shift_register_forgets_exactly():
    found = list(estimates(Plain(Signed.of(np.tile(np.eye(5, k=-1), (9, 1, 1)))), at_a_time=2))[-1]
    lag = np.subtract.outer(np.arange(10), np.arange(10))
    np.testing.assert_array_equal(np.isneginf(found.log_norm), lag >= 5)


def test_what_float64_loses_is_not_called_a_zero():
    """The only way leads through an entry of e^−5000 beside one that leads nowhere."""
    J = Signed(
        np.array([[[0.0, -np.inf], [-np.inf, -5000.0]], [[-np.inf, -np.inf], [-np.inf, 0.0]]]), np.ones((2, 2, 2))
    )
    J.sign[J.log == -np.inf] = 0.0
    found = next(estimates(Plain(J), at_a_time=2))
    assert np.isnan(found.log_norm[2, 0])


def test_directions_are_carried_without_J_where_a_chain_can():
    chain = steps(12, 6)

    class Carrying(Plain):
        def forward_product(self, t, V):
            return chain.jacobians()[t - 1] @ V

        def walk(self, *_):
            raise AssertionError

    found, expected = (next(estimates(one, at_a_time=2)).log_norm for one in (Carrying(chain.J), chain))
    np.testing.assert_allclose(found[lower(12)], expected[lower(12)], atol=1e-12)


def test_more_directions_are_orthonormal_to_all():
    rng = np.random.default_rng(0)
    first = more_orthonormal(np.empty((9, 0)), 4, rng)
    every = np.concatenate([first, more_orthonormal(first, 5, rng)], axis=1)
    np.testing.assert_allclose(every.T @ every, np.eye(9), atol=1e-14)


def test_probes_stop_when_told_to_and_are_refused_where_they_do_not_fit(monkeypatch):
    with pytest.raises(Stopped):
        estimated_flow(steps(5, 3), stop=lambda: True)
    monkeypatch.setattr(limits, "most_bytes", lambda: 10_000)
    with pytest.raises(TooBig):
        next(estimates(steps(50, 30)))


def test_probes_go_along_a_network_and_not_along_one_that_reads_older_states():
    run, far = (
        Network.random(layers=[Layer(cell, 6)], inputs=2, outputs=1, seed=0).forward(np.ones((9, 2)))
        for cell in ("gru", "mist")
    )
    *_, last = estimates(run.only)
    np.testing.assert_allclose(last.log_norm[lower(9)], gradient_flow(run).log_norm[lower(9)], atol=1e-9)
    with pytest.raises(BadNetwork, match="read the last state alone"):
        next(estimates(far.only))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_kernels_carry_directions_as_their_jacobians_do(cell):
    run = Network.random(cell=cell, inputs=2, hidden=5, outputs=1, seed=1).forward(np.ones((6, 2)))
    V = np.random.default_rng(0).standard_normal((run.width, 3))
    J = run.jacobians()
    for t in range(1, 7):
        np.testing.assert_allclose(run.only.motion.forward_product(t, V), J[t - 1] @ V, atol=1e-13)


@pytest.mark.parametrize("cell", VARIETY)
def test_equations_carry_directions_as_their_jacobians_do(cell):
    run = Network.random(layers=[Layer(cell, 4)], inputs=2, outputs=1, seed=1).forward(np.ones((3, 2)))
    motion = run.only.motion
    if motion.delays != (1,):
        pytest.skip("it reads older states")
    V = np.random.default_rng(0).standard_normal((run.width, 3))
    # A first step may start where only logarithms know what a slope is.
    for t in (2, 3):
        np.testing.assert_allclose(motion.forward_product(t, V), run.jacobians()[t - 1] @ V, atol=1e-12)


def test_probes_along_a_stack_make_no_jacobian(monkeypatch):
    run = Network.random(layers=[Layer("gru", 5), Layer("lstm", 4)], inputs=2, outputs=1, seed=0).forward(
        np.ones((6, 2))
    )
    exact = gradient_flow(run).log_norm
    monkeypatch.setattr(type(run.only.motion), "jacobians", None)
    every = estimated_flow(run, probes=run.width)
    np.testing.assert_allclose(every.log_norm[lower(6)], exact[lower(6)], atol=1e-9)


def test_gates_that_float64_has_lost_are_left_to_the_jacobian():
    cell = Recurrence.parse("z = sigmoid(b)\nh = z * h + (1 - z) * tanh(U @ x)", name="held")
    net = Network.random(layers=[Layer(cell, 1)], inputs=1, outputs=1, seed=0)
    weights = {**net.weights, "1/b": np.array([-800.0])}
    run = Network.from_weights(layers=net.layers, weights=weights, readout=net.readout).forward(np.ones((3, 1)))
    assert run.only.motion.forward_product(2, np.ones((1, 1))) is None
    assert estimated_flow(run).log_norm[3, 0] == pytest.approx(-2400.0, abs=1e-6)


def test_slopes_beyond_float64_are_left_to_the_jacobian():
    net = Network.from_arrays(U=[[800.0]], W=[[0.5]], b=[0.0])
    run = net.forward(np.ones((3, 1)))
    assert run.only.motion.forward_product(2, np.ones((1, 1))) is None
    assert estimated_flow(run).log_norm[3, 0] == pytest.approx(gradient_flow(run).log_norm[3, 0], abs=1e-9)


def test_probes_from_some_states_hold_nineteen_of_twenty_of_all_pairs():
    """Between the states that they start from as well."""
    held = []
    for seed in range(12):
        chain = steps(70, 16, seed, rank=(None, 3)[seed % 2], gain=0.9)
        found, exact = estimated_flow(chain, 2, seed, starts=10), gradient_flow(chain).log_norm
        assert (found.every, len(found.starts)) == (8, 9)
        below = np.tri(71, k=-1, dtype=bool)
        held.append(((found.low <= exact) & (exact <= found.high))[below])
        assert found.estimated
        assert found.log_norm[40, 40] == found.low[40, 40] == pytest.approx(exact[40, 40])
        assert np.isnan(found.log_norm[~lower(70)]).all()
    assert np.mean(held) >= 0.95


def test_probes_from_ever_more_states_are_those_from_all():
    chain = steps(40, 7)
    coarse = estimated_flow(chain, 3, starts=3)
    finer = coarse.finer(12)
    assert [coarse.every, finer.every, finer.finer(41).every] == [16, 4, 1]
    np.testing.assert_array_equal(finer.log_norm[:, 32], coarse.log_norm[:, 32])
    np.testing.assert_allclose(finer.finer(41).log_norm, estimated_flow(chain, 3).log_norm, atol=1e-12)
    assert finer.grown(4).estimated, "every direction, but not from every state"
    assert not finer.grown(4).finer(41).estimated


def test_between_two_zeros_is_a_zero_and_nothing_is_taken_for_one():
    """Step 20 lets nothing through; what stands above it is none of that."""
    J = steps(40, 5).jacobians().copy()
    J[19] = 0.0
    found = estimated_flow(Plain(Signed.of(J)), 2, starts=6)
    t, k = np.ogrid[:41, :41]
    zero = np.isneginf(found.log_norm)
    assert found.every == 8
    assert zero[(t >= 24) & (k <= 16)].all()
    assert not zero[(k >= 24) & (k <= t)].any()
    assert not zero[(t < 20) & (k <= t)].any()
    assert not np.isnan(found.log_norm[lower(40)]).any()


def test_two_states_at_least_are_started_from():
    with pytest.raises(BadSequence, match="two at least"):
        estimated_flow(steps(4, 3), starts=1)
