"""The schemes by which W begins: what each promises, exactly or in the mean, and that seeds are kept."""

import gc
import weakref

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.network.initialisation import INITIALISATIONS, normal


def recurrent(init, n=32, gain=1.0, seed=0, **kind):
    return Network.random(
        cell="rnn",
        activation="tanh",
        inputs=3,
        hidden=n,
        outputs=4,
        init=init,
        gain=gain,
        bias=0.0,
        seed=seed,
        **kind,
    )


def weights(network):
    return [getattr(network, name) for name in ("U", "W", "b", "V", "c")]


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_same_seed_gives_the_same_weights(init):
    for ours, theirs in zip(weights(recurrent(init, seed=7)), weights(recurrent(init, seed=7)), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("init", ["gaussian", "glorot", "orthogonal", "spectral", "nonnormal"])
def test_another_seed_gives_another_W(init):
    assert not np.allclose(recurrent(init, seed=7).W, recurrent(init, seed=8).W)


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_gain_scales_W_and_nothing_else(init):
    one, three = recurrent(init, gain=1.0), recurrent(init, gain=3.0)
    np.testing.assert_allclose(three.W, 3.0 * one.W, rtol=1e-13)
    np.testing.assert_array_equal(three.U, one.U)
    np.testing.assert_array_equal(three.V, one.V)


def test_U_and_V_and_W_are_drawn_independently():
    network = Network.random(
        cell="rnn",
        activation="tanh",
        inputs=40,
        hidden=40,
        outputs=40,
        init="gaussian",
        gain=1.0,
        bias=0.0,
        seed=0,
    )
    for left, right in (("U", "W"), ("U", "V"), ("V", "W")):
        a, b = getattr(network, left).ravel(), getattr(network, right).ravel()
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.1


def test_a_larger_gaussian_network_keeps_the_smaller_ones_weights_up_to_the_scale():
    small, large = recurrent("gaussian", n=8, seed=3), recurrent("gaussian", n=20, seed=3)
    np.testing.assert_allclose(np.sqrt(20) * large.W[:8, :8], np.sqrt(8) * small.W, rtol=1e-13)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_larger_gated_network_keeps_the_smaller_ones_weights_gate_by_gate(cell):
    def build(n):
        return Network.random(
            cell=cell,
            activation="tanh",
            inputs=3,
            hidden=n,
            outputs=4,
            init="gaussian",
            gain=1.0,
            bias=0.0,
            seed=3,
        )

    small, large = build(5), build(9)
    gates = len(small.W) // 5
    for gate in range(gates):
        block = large.W[9 * gate : 9 * gate + 5, :5]
        np.testing.assert_allclose(3.0 * block, np.sqrt(5) * small.W[5 * gate : 5 * gate + 5], rtol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 7, 64])
def test_orthogonal_W_has_every_singular_value_at_the_gain(n):
    singular = np.linalg.svd(recurrent("orthogonal", n=n, gain=1.3).W, compute_uv=False)
    np.testing.assert_allclose(singular, 1.3, rtol=1e-12)


def test_identity_W_is_the_gain_times_the_identity():
    np.testing.assert_array_equal(recurrent("identity", n=5, gain=0.7).W, 0.7 * np.eye(5))


@pytest.mark.parametrize("n", [1, 2, 5, 48])
def test_spectral_rescaling_gives_the_spectral_radius(n):
    network = recurrent("spectral", n=n, gain=0.95)
    assert np.abs(np.linalg.eigvals(network.W)).max() == pytest.approx(0.95, rel=1e-12)
    assert network.spectral_radius() == pytest.approx(0.95, rel=1e-12)


def test_glorot_entries_are_uniform_within_the_root_of_six_over_the_fan():
    W = recurrent("glorot", n=64).W
    limit = np.sqrt(6.0 / 128)
    assert np.abs(W).max() <= limit
    assert W.std() == pytest.approx(limit / np.sqrt(3), rel=0.03)


def test_shift_register_is_nilpotent():
    W = recurrent("shift", n=6).W
    assert np.any(np.linalg.matrix_power(W, 5))
    assert not np.any(np.linalg.matrix_power(W, 6))


def test_rotation_preserves_every_length():
    W = recurrent("rotation", n=7).W
    np.testing.assert_allclose(W @ W.T, np.eye(7), atol=1e-14)


def test_nonnormal_W_grows_first_although_its_spectral_radius_is_below_one():
    network = recurrent("nonnormal", n=24, gain=1.0)
    lengths = [np.linalg.norm(np.linalg.matrix_power(network.W, t), 2) for t in range(400)]
    assert network.spectral_radius() < 1.0
    assert max(lengths[:60]) > 10.0
    assert lengths[-1] < 1e-3


@pytest.mark.parametrize(("g", "seed"), [(0.5, 0), (2.0, 1)])
def test_gaussian_W_has_spectral_radius_g_and_largest_singular_value_2g(g, seed):
    """n = 400: ρ within 8 %, σ₁ within 4 %."""
    network = recurrent("gaussian", n=400, gain=g, seed=seed)
    assert network.spectral_radius() == pytest.approx(g, rel=0.08)
    assert np.linalg.norm(network.W, 2) == pytest.approx(2 * g, rel=0.04)


def test_gaussian_powers_have_mean_square_g_to_the_2t():
    """Seeds 0–7, n = 300, g = 1.2: the mean of ‖W^t‖_F²/n is within 15 % of g^{2t}, t = 1..6."""
    sizes = np.zeros(6)
    for seed in range(8):
        W = recurrent("gaussian", n=300, gain=1.2, seed=seed).W
        power = np.eye(300)
        for t in range(6):
            power = W @ power
            sizes[t] += np.sum(power**2) / 300 / 8
    np.testing.assert_allclose(sizes, 1.2 ** (2 * np.arange(1, 7)), rtol=0.15)


def test_forget_bias_is_added_to_the_forget_gate_alone():
    def build(forget_bias):
        return Network.random(
            cell="lstm", activation="tanh", inputs=3, hidden=4, outputs=2,
            init="gaussian", gain=1.0, bias=0.0, forget_bias=forget_bias, seed=0,
        )  # fmt: skip

    difference = build(1.0).b - build(0.0).b
    np.testing.assert_array_equal(difference, np.repeat([0.0, 1.0, 0.0, 0.0], 4))


def test_matrices_drawn_one_after_the_other_are_given_up_again_when_they_are_large():
    drawn = [weakref.ref(normal(257, 256, seed, 0)) for seed in range(12)]
    gc.collect()
    assert sum(one() is not None for one in drawn) <= 8
    assert normal(256, 256, 11, 0) is normal(256, 256, 11, 0)
