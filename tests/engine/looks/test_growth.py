"""How much larger states grow than what enters them: closed forms, measured on networks that are fed with noise."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import BadNetwork, BadSequence, Layer, Network, Recurrence, Trace, ring_growth, state_growth
from explorer.engine.theory.memory import forward_growth

NOISE = np.random.default_rng(0).standard_normal((4000, 1))


def run(cell: str | Recurrence, units: int, x: np.ndarray = NOISE) -> Trace:
    return Network.random(layers=[Layer(cell, units)], inputs=x.shape[1], outputs=1, seed=0).forward(x)


def test_units_typed_as_equations_grow_as_theory_says_of_noise() -> None:
    cell = Recurrence.parse("h = a * h + U @ x", start={"a": {"linspace": [-0.95, 0.9]}})
    found = state_growth(run(cell, 30))
    np.testing.assert_allclose(found.size, np.abs(np.linspace(-0.95, 0.9, 30)))
    np.testing.assert_allclose(found.growth, found.expected, rtol=0.2)
    np.testing.assert_allclose(found.normalisation, 1.0)


def test_an_lru_grows_without_its_normalisation_and_with_it_does_not() -> None:
    found = state_growth(run("lru", 60))
    assert found.without_normalisation == pytest.approx(found.expected_without_normalisation, rel=0.05)
    assert found.with_normalisation == pytest.approx(found.expected_with_normalisation, rel=0.05)
    assert found.with_normalisation == pytest.approx(1.0, abs=0.15)
    np.testing.assert_allclose(found.normalisation, 1.0 - found.size**2)
    # Of 60 units whose |λ| were drawn from the ring.
    assert found.without_normalisation == pytest.approx(ring_growth(0.9, 0.999), rel=0.3)


@pytest.mark.parametrize("cell", ["s4d", "s5"])
def test_other_cells_of_such_units_are_found_by_their_equations(cell: str) -> None:
    found = state_growth(run(cell, 8, NOISE[:2000]))
    entered = found.entered > 0.0
    assert np.median((found.growth / found.expected)[entered]) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("cell", ["mingru", "retnet", "lstm", "rnn", "indrnn", "rglru", "mist"])
def test_where_the_share_that_is_kept_depends_on_anything_nothing_is_told(cell: str) -> None:
    with pytest.raises(BadSequence, match="whose units stand alone"):
        state_growth(run(cell, 4, np.ones((9, 1))))


def test_of_units_that_a_matrix_mixes_nothing_is_told() -> None:
    net = Network.random(activation="identity", inputs=1, hidden=4, outputs=1)
    with pytest.raises(BadSequence, match="whose units stand alone"):
        state_growth(net.forward(NOISE[:9]))


def test_of_several_layers_nothing_is_told() -> None:
    net = Network.random(layers=[Layer("lru", 4), Layer("lru", 4)], inputs=1, outputs=1)
    with pytest.raises(BadSequence, match="only in one layer"):
        state_growth(net.forward(NOISE[:9]))


def test_growth_nears_its_limit_with_the_steps_and_has_none_on_the_unit_circle() -> None:
    np.testing.assert_allclose(forward_growth([0.0, 0.5, 0.9], 100_000), [1.0, 4.0 / 3.0, 1.0 / 0.19], rtol=1e-3)
    assert forward_growth(1.0, 9) == pytest.approx(5.0)
    near = forward_growth(1.0 - 1e-12, 9)
    assert near == pytest.approx(5.0, rel=1e-9)


@pytest.mark.parametrize(
    ("ring", "growth"), [((0.0, 0.99), 3.997), ((0.9, 0.99), 13.26), ((0.9, 0.999), 24.23), ((0.999, 0.9999), 1279.7)]
)
def test_rings_have_the_growth_of_proposition_3(ring: tuple[float, float], growth: float) -> None:
    assert ring_growth(*ring) == pytest.approx(growth, rel=4e-4)
    r = np.sqrt(np.linspace(ring[0] ** 2, ring[1] ** 2, 200_001))
    assert np.mean(1.0 / (1.0 - r**2)) == pytest.approx(growth, rel=2e-3)


def test_a_ring_beyond_the_unit_circle_is_refused() -> None:
    with pytest.raises(BadNetwork, match=r"no ring from 0\.9 to 1\.0"):
        ring_growth(0.9, 1.0)


def test_a_state_into_which_nothing_enters_has_no_growth() -> None:
    found = state_growth(run("lru", 4, np.zeros((9, 1))))
    assert np.isnan(found.growth).all()
    assert np.isnan(found.with_normalisation)
