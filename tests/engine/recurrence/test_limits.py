"""What every function of one argument is at its ends: values, slopes, bounds and changes where the argument is infinite."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import mpmath as mp
import numpy as np
import pytest

from explorer.engine import Layer, Network
from explorer.engine.recurrence.equations.operators import ENTRY_BY_ENTRY
from explorer.engine.recurrence.expressions.functions import FUNCTIONS, UNARY
from explorer.engine.recurrence.readings.curves import curve
from explorer.engine.signed import Signed

INF = np.inf
NAN = np.nan
LIMITS: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "tanh": ((-1, 1), (0, 0), (-1, 1)), "sigmoid": ((0, 1), (0, 0), (0, 1)), "relu": ((0, INF), (0, 1), (0, INF)),
    "logsigmoid": ((-INF, 0), (1, 0), (-INF, 0)), "softsign": ((-1, 1), (0, 0), (-1, 1)),
    "exp": ((0, INF), (0, INF), (0, INF)),
    "expm1": ((-1, INF), (0, INF), (-1, INF)), "log": ((NAN, INF), (NAN, 0), (-INF, INF)),
    "log1p": ((NAN, INF), (NAN, 0), (-INF, INF)), "sqrt": ((NAN, INF), (NAN, 0), (0, INF)),
    "sin": ((NAN, NAN), (NAN, NAN), (-1, 1)), "cos": ((NAN, NAN), (NAN, NAN), (-1, 1)),
    "abs": ((INF, INF), (-1, 1), (0, INF)),
    "round": ((-INF, INF), (1, 1), (-INF, INF)), "identity": ((-INF, INF), (1, 1), (-INF, INF)),
    "silu": ((0, INF), (0, 1), (float(-mp.lambertw(mp.exp(-1)).real), INF)), "softplus": ((0, INF), (0, 1), (0, INF)),
    "hardsigmoid": ((0, 1), (0, 0), (0, 1)),
}  # fmt: skip
"""By function: the values at −∞ and ∞, the slopes there, and the bounds; NaN is where there is none."""
ENDS = np.array([-INF, INF])
HAVE_NO_NAN = {"round", "identity"}
"""What these are the slope of, it is one."""


def test_every_function_of_one_argument_has_its_limits_here() -> None:
    assert set(LIMITS) == {name for name, (arity, _) in ENTRY_BY_ENTRY.items() if arity == 1} | {"identity"}


@pytest.mark.parametrize("name", LIMITS)
class TestAtItsEnds:
    def test_value_slope_and_bounds_are_the_limits(self, name: str) -> None:
        values, slopes, (low, high) = LIMITS[name]
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(curve(name).value(ENDS), values)
            np.testing.assert_array_equal(curve(name).slope(ENDS), slopes)
        assert (curve(name).bounds.low, curve(name).bounds.high) == (low, high)

    def test_logarithm_of_the_slope_agrees_with_it(self, name: str) -> None:
        with np.errstate(all="ignore"):
            z = np.array([-INF, -1e308, -800.0, -2.0, -1.0, 0.0, 1.0, 800.0, 1e308, INF])
            np.testing.assert_allclose(np.exp(curve(name).log_slope(z)), np.abs(curve(name).slope(z)), rtol=1e-12)

    def test_nan_stays_nan(self, name: str) -> None:
        found = curve(name)
        for read in (found.value, found.slope, found.log_slope)[: 1 if name in HAVE_NO_NAN else 3]:
            assert np.isnan(read(np.array([NAN]))).all()

    def test_no_value_leaves_the_bounds(self, name: str) -> None:
        with np.errstate(all="ignore"):
            values = curve(name).value(np.concatenate([ENDS, np.linspace(-20.0, 20.0, 4001), [-1e308, 1e308]]))
        assert np.nanmin(values) >= curve(name).bounds.low
        assert np.nanmax(values) <= curve(name).bounds.high


@pytest.mark.parametrize("name", sorted(set(UNARY) - {"sin", "cos"}))
def test_what_is_infinite_is_changed_by_a_step_as_its_logarithm_says(name: str) -> None:
    for z, d in product(ENDS, [1.0, -1.0, 0.0]):
        with np.errstate(all="ignore"):
            plain = UNARY[name].change(np.array([z]), np.array([d]))
            log_change = UNARY[name].log_change
            found = plain if log_change is None else log_change(np.array([z]), Signed.of(np.array([d]))).value()
        assert not np.isnan(plain) or z < 0
        np.testing.assert_array_equal(found, plain)


SMALL: dict[str, Callable[[mp.mpf], mp.mpf]] = {
    "expm1": mp.expm1, "silu": lambda z: z / (1 + mp.exp(-z)), "logsigmoid": lambda z: -mp.log1p(mp.exp(-z)),
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("far", [30.0, 800.0, 5000.0])
@pytest.mark.parametrize("d", [1.0, -1.0, 0.25, 29.0, -30.0])
def test_change_behind_what_float64_can_not_hold_has_all_its_digits(name: str, far: float, d: float) -> None:
    z = far if name == "logsigmoid" else -far
    with mp.workdps(5000):
        exact = SMALL[name](mp.mpf(z) + mp.mpf(d)) - SMALL[name](mp.mpf(z))
        expected = float(mp.log(abs(exact)))
    change = UNARY[name].log_change
    assert change is not None
    with np.errstate(all="ignore"):
        found = change(np.array([z]), Signed.of(np.array([d])))
    assert found.sign[0] == np.sign(float(mp.sign(exact)))
    assert found.log[0] == pytest.approx(expected, rel=1e-12, abs=1e-10)


@pytest.mark.parametrize("gap", [0.0, 30.0, 800.0, 5000.0])
@pytest.mark.parametrize(("da", "db"), [(0.0, 1.0), (0.0, -2.0), (1.0, 0.0), (1e-3, 0.25), (0.0, 900.0)])
def test_change_of_the_smaller_of_two_exponents_has_all_its_digits(gap: float, da: float, db: float) -> None:
    with mp.workdps(5000):
        exact = mp.log(mp.exp(da) + mp.exp(db - gap)) - mp.log(1 + mp.exp(-gap))
        expected, sign = float(mp.log(abs(exact))), float(mp.sign(exact))
    change = FUNCTIONS["logaddexp"].log_change
    assert change is not None
    with np.errstate(all="ignore"):
        found = change(*map(np.array, ([0.0], [-gap])), *(Signed.of(np.array([d])) for d in (da, db)))
        plain = FUNCTIONS["logaddexp"].change(*(np.array([one]) for one in (0.0, -gap, da, db)))
    assert found.sign[0] == sign
    assert found.log[0] == pytest.approx(expected, rel=1e-11, abs=1e-10)
    assert plain[0] == pytest.approx(sign * np.exp(expected), rel=1e-10, abs=1e-300)


def test_state_that_starts_from_nothing_is_changed_by_no_step_nor_lets_one_through() -> None:
    course = Network.random(layers=[Layer("slstm", 2)], inputs=2, outputs=1).forward(np.ones((4, 2))).only
    step = np.zeros(course.width)
    step[course.parts["l"]] = 1.0
    assert (course.motion.change(0, step) == 0.0).all()
    found = course.motion.log_change(0, Signed.of(step))
    assert np.isneginf(found.log).all()
    assert (found.sign == 0.0).all()
