"""Numbers that the papers and the released code give of their cells, from the files that ship."""

import numpy as np
import pytest

from explorer.engine.network.drawn import Beginning, drawn
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.run.roll import roll

from .cells import made


def at_start(name, width=40, still=(), t=2.0, x=None, s=0.0):
    """The Jacobian of one step at the weights that a cell starts from, those named ``still`` being zero."""
    step = sized(cell(name).recurrence, 3, width)
    weights = drawn(step, Beginning(seed=1))
    weights |= {one: np.zeros(shape) for one, shape in step.weight_shapes().items() if one in still}
    earlier = {delay: np.zeros(3) for delay in step.recurrence.input_delays}
    at = Given(np.full(step.N, s), np.zeros(3) if x is None else x, t, earlier=earlier)
    return step, weights, dense(step, values(step, weights, at))


def factors(name, **how):
    return np.abs(np.diag(at_start(name, **how)[2]))


@pytest.mark.parametrize(
    ("name", "low", "high", "still"),
    [
        ("mamba", 0.2018, 0.999, ("b_c",)),
        ("rwkv4", 1.892e-9, 0.9933, ()),
        ("rwkv6", 0.692, 0.99753, ()),
        ("gla", 0.9576, 0.9577, ()),
        ("mlstm", 0.9525, 0.9526, ()),
        ("minlstm", 0.5, 0.5, ("b_f", "b_i")),
        # At r = ½ a decays as the fourth power of its ring.
        ("rglru", 0.9**4, 0.999**4, ()),
        ("retnet", 0.675, 0.98, ()),
    ],
)
def test_factors_of_a_step_without_input_lie_where_the_start_puts_them(name, low, high, still):
    found = factors(name, still=still)
    assert low * (1 - 1e-3) <= found.min()
    assert found.max() <= high * (1 + 1e-3)


def test_modes_of_diagonal_state_spaces_begin_within_the_circle():
    """|e^{Δa}| for Re a = −½ and Δ between 0.001 and 0.1; of the S5 likewise."""
    for name in ("s4d", "s5"):
        moduli = np.abs(np.linalg.eigvals(at_start(name, width=12)[2]))
        assert np.exp(-0.05) - 1e-9 <= moduli.min()
        assert moduli.max() <= np.exp(-0.0005) + 1e-9


def test_retention_is_normalised_so_that_its_first_head_keeps_0_2370_over_ten_steps():
    """And not γ¹⁰ = 0.7280."""
    step, weights = made("retnet")
    run = roll(step, weights, np.zeros((11, 3)), np.ones(step.N))
    J = [dense(step, values(step, weights, Given(run.s[t - 1], np.zeros(3), float(t)))) for t in range(2, 12)]
    assert np.prod([one[0, 0] for one in J]) == pytest.approx(0.2370, abs=5e-5)


def test_gated_delta_rule_shortens_all_by_alpha_and_the_key_by_alpha_times_one_less_beta():
    step, weights = made("gated_deltanet")
    x = np.random.default_rng(2).standard_normal(3)
    J = dense(step, values(step, weights, Given(np.ones(step.N), x)))
    beta = 1 / (1 + np.exp(-(weights["u_b"] @ x + weights["b_b"])))
    alpha = np.exp(-np.exp(weights["a"]) * np.log1p(np.exp(weights["u_a"] @ x + weights["b_a"])))
    found = np.sort(np.linalg.svd(J, compute_uv=False))
    np.testing.assert_allclose(found, np.repeat([alpha * abs(1 - beta), alpha], [4, 28]), rtol=1e-10)


def test_step_of_the_seventh_rwkv_can_lengthen_a_gradient():
    """It is not normal: decays lie above e^{−e^{−½}} = 0.5452, and the norm passes 1 for some keys."""
    step = sized(cell("rwkv7").recurrence, 3, 1)
    rng, largest = np.random.default_rng(0), 0.0
    for _ in range(60):
        weights = {name: 2 * rng.standard_normal(shape) for name, shape in step.weight_shapes().items()}
        J = dense(step, values(step, weights, Given(np.zeros(step.N), rng.standard_normal(3))))
        largest = max(largest, np.linalg.norm(J, 2))
    assert 1.0 < largest < 1.2


def test_eulers_step_of_an_antisymmetric_matrix_lengthens_every_mode():
    """√((1 − εγ)² + ε²ω²) at rest, ω the frequencies of W − Wᵀ."""
    _, weights, J = at_start("antisymmetric", width=20, still=("b",))
    omega = np.abs(np.linalg.eigvals(weights["W"] - weights["W"].T))
    expected = np.sqrt((1 - 0.1 * 0.01) ** 2 + (0.1 * omega) ** 2)
    np.testing.assert_allclose(np.sort(np.abs(np.linalg.eigvals(J))), np.sort(expected), rtol=1e-10)


def test_gate_that_sees_its_state_can_give_a_factor_above_one_or_below_zero():
    step, weights = made("sru", scale=0.0)
    weights |= {"v_f": np.array([4.0, -4.0, 0.0, 0.0])}
    J = np.diag(dense(step, values(step, weights, Given(np.array([0.5, 1.0, 1.0, 1.0]), np.zeros(3)))))
    assert J[0] > 1.0
    assert J[1] < 0.0
    np.testing.assert_allclose(J[2:], 0.5, rtol=1e-12)


def test_unit_that_is_always_on_has_the_gradient_of_a_power():
    step, weights = made("indrnn", scale=0.0)
    weights |= {"w": np.array([0.9, 1.1, 0.5, 1.0]), "b": np.ones(4)}
    run = roll(step, weights, np.zeros((12, 3)))
    P = np.eye(4)
    for s in run.s[:-1]:
        P = dense(step, values(step, weights, Given(s, np.zeros(3)))) @ P
    np.testing.assert_allclose(np.diag(P), weights["w"] ** 12, rtol=1e-12)


def test_matrix_of_the_unitary_network_keeps_lengths():
    """With no bias only the 1e-5 of modReLU is between J and a unitary matrix."""
    _, _, J = at_start("urnn", width=9, still=("beta",), s=3.0)
    np.testing.assert_allclose(np.linalg.svd(J, compute_uv=False), 1.0, atol=1e-4)


def test_modules_that_are_not_due_stand_still():
    for t, due in ((1, 2), (2, 4), (4, 6), (8, 8)):
        _, _, J = at_start("clockwork", width=8, t=float(t))
        np.testing.assert_array_equal(J[due:], np.eye(8)[due:])
        assert (J[:due] != np.eye(8)[:due]).any(axis=1).all()
        # Slow ones are not moved by fast ones.
        np.testing.assert_array_equal(J[2:, :2], 0.0)


def test_state_passes_unchanged_over_a_step_that_is_skipped():
    step, weights = made("skip_lstm")
    s = np.random.default_rng(0).standard_normal(step.N)
    s[step.parts["p"]], s[step.parts["d"]] = 0.1, 0.2
    at = Given(s, np.ones(3))
    J = dense(step, values(step, weights, at))
    state = np.r_[step.parts["h"], step.parts["c"]]
    np.testing.assert_array_equal(J[np.ix_(state, state)], np.eye(len(state)))


def test_leak_moves_the_jacobian_of_a_reservoir_and_not_the_radius_of_its_matrix():
    _, weights, J = at_start("esn", width=12, still=("b", "U"))
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(weights["W"])).max(), 1.0, rtol=1e-10)
    np.testing.assert_allclose(J, 0.7 * np.eye(12) + 0.3 * 0.9 * weights["W"], rtol=1e-12)
