"""What the flow makes of the structure of J is what it makes of J itself."""

import mpmath
import numpy as np
import pytest

from explorer.engine import TooBig, gradient_flow, limits, lyapunov_exponents
from explorer.engine.flow.allpairs import bytes_needed
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.unitpairs import unit_pairs
from explorer.engine.limits import check_size
from explorer.engine.signed import Signed

from .chains import Plain, chain

STILL = "h = h + tanh(U @ x)"
FORGETS = "h = tanh(A @ x + b)"
ROWS_MIXED = "S = A @ S + outer(U @ x, k)\nh = S @ k"
# Units of two parts that shrink, grow, turn and cancel.
TWO_PARTS = "p = a\na = a * sigmoid(U_a @ x) - b * tanh(U_b @ x)\nb = tanh(U_c @ x) * p - b\nh = a"
THREE_PARTS = "p = a\nq = b\na = b * (U_a @ x)\nb = c * (U_b @ x) + p\nc = q - p * (U_c @ x)\nh = c"
DEAD = "h = h * relu(U @ x)"
EVERY = {
    "identity": (STILL, {}),
    "zero": (FORGETS, {}),
    "diagonal": ("mingru", {}),
    "diagonal with dead units": (DEAD, {}),
    "units": ("lru", {}),
    "units that cancel": (TWO_PARTS, {}),
    "units of three parts": (THREE_PARTS, {}),
    "kronecker I⊗B": ("deltanet", {}),
    "kronecker A⊗I": (ROWS_MIXED, {"sizes": {"S": ["n", 3]}}),
    "half-steps": ("cornn", {}),
    "dense": ("residual", {}),
}


def assert_nats(found, expected, tolerance=1e-9):
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_array_equal(np.isneginf(found), np.isneginf(expected))
    some = np.isfinite(expected)
    np.testing.assert_allclose(found[some], expected[some], rtol=1e-14, atol=tolerance)


def both(name, **more):
    """A chain, and one of the same J whose structure is not known."""
    text, given = EVERY[name]
    known = chain(text, **given, **more)
    return known, Plain(known.J)


@pytest.mark.parametrize("name", EVERY)
def test_all_that_is_asked_of_a_flow_is_that_of_the_dense_jacobians(name):
    known, plain = both(name, steps=37)
    flow, expected = gradient_flow(known), gradient_flow(plain)
    assert flow.unsure == 0
    assert_nats(flow.log_norm, expected.log_norm)
    assert_nats(flow.log_spectral_norm(), expected.log_spectral_norm())
    for t, k in ((37, 0), (20, 19), (9, 9), (30, 7)):
        matrix, log = flow.product(t, k)
        whole, size = expected.product(t, k)
        assert_nats(np.array(log), np.array(size))
        np.testing.assert_allclose(matrix, whole, rtol=0, atol=1e-10)
        np.testing.assert_allclose(
            np.maximum(flow.log_singular_values(t, k), -60),
            np.maximum(expected.log_singular_values(t, k), -60),
            atol=1e-9,
        )
    several = np.stack([flow.log_singular_values(t, 7) for t in (7, 8, 30, 37)])
    assert_nats(form_of(known).log_singular_values((7, 8, 30, 37), 7), several)
    for spectral in (False, True):
        assert_nats(row_log_norms(known, 37, spectral), row_log_norms(plain, 37, spectral))
    np.testing.assert_allclose(lyapunov_exponents(known, skip=5), lyapunov_exponents(plain, skip=5), atol=1e-10)


@pytest.mark.parametrize(("width", "steps"), [(1, 1), (1, 70), (3, 33), (5, 64), (2, 200)])
@pytest.mark.parametrize("name", ["diagonal", "units that cancel"])
def test_every_size_is_that_of_the_dense_jacobians(name, width, steps):
    known, plain = both(name, width=width, steps=steps, seed=width)
    assert_nats(gradient_flow(known).log_norm, gradient_flow(plain).log_norm)


def exact(log):
    """ln of the norms of all products of diagonal steps (T, N) given by logarithms, term by term in 50 digits."""
    with mpmath.workdps(50):
        T = len(log)
        L = np.full((T + 1, T + 1), np.nan)
        for k in range(T + 1):
            total = [mpmath.mpf(0)] * log.shape[1]
            L[k, k] = mpmath.log(log.shape[1]) / 2
            for t in range(k + 1, T + 1):
                total = [have + mpmath.mpf(float(one)) for have, one in zip(total, log[t - 1], strict=True)]
                whole = mpmath.fsum(mpmath.exp(2 * one) for one in total)
                L[t, k] = mpmath.log(whole) / 2 if whole else -np.inf
        return L


@pytest.mark.parametrize("spread", [1.0, 60.0, 5000.0])
def test_numbers_far_beyond_float64_are_exact(spread):
    """Units that lead in turn: at a midpoint the one that leads the product lies e^−5000 below another."""
    rng = np.random.default_rng(int(spread))
    log = spread * rng.standard_normal((70, 4))
    log[rng.random((70, 4)) < 0.03] = -np.inf
    found = unit_pairs(Signed(log[:, :, None, None], np.ones((70, 4, 1, 1))))
    assert_nats(found.log_norm, exact(log))
    assert not found.doubtful.any()


def test_halves_led_by_different_units_do_not_underflow():
    T = 600
    log = np.full((T, 2), -3.0)
    log[: T // 2, 0] = log[T // 2 :, 1] = 0.0
    L = unit_pairs(Signed(log[:, :, None, None], np.ones((T, 2, 1, 1)))).log_norm
    assert L[T, 0] == pytest.approx(-1.5 * T + 0.5 * np.log(2), abs=1e-9)
    assert L[T, T // 2] == pytest.approx(0.0, abs=1e-9)


def test_a_step_that_is_no_number_spoils_the_products_over_it_alone():
    log = np.full((9, 2), -1.0)
    log[4, 1], log[6, 0] = np.nan, np.inf
    L = unit_pairs(Signed(log[:, :, None, None], np.ones((9, 2, 1, 1)))).log_norm
    t, k = np.tril_indices(10)
    np.testing.assert_array_equal(np.isnan(L[t, k]), ((k < 5) & (t >= 5)) | ((k < 7) & (t >= 7)))


def test_a_dead_unit_is_a_true_zero_and_the_others_go_on():
    log = np.zeros((50, 3))
    log[10, 0] = log[20, 1] = log[30, 2] = -np.inf
    flow = unit_pairs(Signed(log[:, :, None, None], np.ones((50, 3, 1, 1))))
    L = flow.log_norm
    assert L[11, 10] == L[30, 12] + 0.0 == pytest.approx(0.5 * np.log(2), abs=1e-15)
    assert L[30, 10] == 0.0
    assert np.isneginf(L[31:, :11]).all()
    assert not flow.doubtful.any()


def test_rotations_of_units_keep_their_norm_over_a_thousand_steps():
    turn = np.random.default_rng(0).uniform(0, 7, (1000, 4))
    J = np.moveaxis(np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]), (0, 1), (2, 3))
    found = unit_pairs(Signed.of(J))
    assert not found.doubtful.any()
    np.testing.assert_allclose(found.log_norm[np.tri(1001, dtype=bool)], 0.5 * np.log(8), atol=1e-9)


@pytest.mark.parametrize("eps", [1e-3, 1e-7, 1e-12])
def test_units_whose_halves_cancel_are_exact(eps):
    """P = B A with B A of order ε where both are of order one."""
    A, B = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[1.0, -1.0 + eps], [0.5, -0.5]])
    J = Signed.of(np.array([[A], [B]]))
    chain_ = Plain(J[:, 0])
    chain_.structure, chain_.log_compact = "units", lambda: J
    flow = gradient_flow(chain_)
    assert flow.log_norm[2, 0] == pytest.approx(np.log(np.linalg.norm([[B[0].sum()] * 2, [0, 0]])), abs=1e-9)
    assert flow.recomputed == (eps < 1e-6)


def test_a_wide_diagonal_network_fits_where_a_dense_one_does_not(monkeypatch):
    known = chain("mingru", width=2048, steps=64)
    known.errors = None
    monkeypatch.setattr(limits, "most_bytes", lambda: 2**28)
    with pytest.raises(TooBig):
        check_size(64, 2048, bytes_needed)
    flow = gradient_flow(known)
    assert flow.log_norm.shape == (65, 65)
    assert flow.log_norm[64, 0] == pytest.approx(row_log_norms(known, 64)[0], abs=1e-9)


@pytest.mark.parametrize("damp", [1.0, 0.3])
def test_spectra_of_turning_units_are_exact_to_the_last_digits(damp):
    """σ₁ and σ₂ of a damped rotation are equal, and stay so; of what is nearly one they stay apart."""
    turn = np.random.default_rng(1).uniform(0, 7, (200, 3))
    J = damp * np.moveaxis(np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]), (0, 1), (2, 3))
    J[:, 2, 1] *= 0.5
    known = Plain(Signed.of(np.array([np.kron(np.zeros((2, 2)), np.eye(3))] * 200)))
    known.J.log[...] = -np.inf
    for a in range(2):
        for b in range(2):
            with np.errstate(divide="ignore"):
                known.J.log[:, a * 3 + np.arange(3), b * 3 + np.arange(3)] = np.log(np.abs(J[:, :, a, b]))
            known.J.sign[:, a * 3 + np.arange(3), b * 3 + np.arange(3)] = np.sign(J[:, :, a, b])
    plain = Plain(known.J)
    known.structure, known.log_compact = "units", lambda: Signed.of(J)
    flow, expected = gradient_flow(known), gradient_flow(plain)
    np.testing.assert_allclose(flow.log_singular_values(200, 0), expected.log_singular_values(200, 0), atol=1e-9)
    values = flow.log_singular_values(200, 0)
    assert np.count_nonzero(np.abs(values - 200 * np.log(damp)) < 1e-9) >= 4
    assert_nats(flow.log_spectral_norm(), expected.log_spectral_norm())
