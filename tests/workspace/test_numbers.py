"""Numbers are written as mathematics writes them."""

from __future__ import annotations

import math

import pytest

from explorer.workspace.numbers import angle, factor, power_of_ten, scientific, signed, subscript


def test_indices_and_powers_are_small_digits():
    assert subscript(36) == "₃₆"
    assert power_of_ten(-12) == "10⁻¹²"
    assert power_of_ten(0) == "1"


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (math.log10(2.13e-3), "2.1·10⁻³"),
        (math.log10(0.604), "0.60"), (math.log10(1.54), "1.5"), (math.log10(0.0274), "0.027"),
        (-5000.0, "1.0·10⁻⁵⁰⁰⁰"),
        (math.log10(9.96), "10"), (math.log10(154), "150"), (math.log10(1540), "1.5·10³"), (0.0, "1.0"),
        (-math.inf, "0"), (math.inf, "∞"), (math.nan, "NaN"),
    ],
)  # fmt: skip
def test_number_is_written_from_its_logarithm_also_beyond_float64(log10: float, text: str):
    assert scientific(log10) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.4213, "−0.421"), (-160000.0, "−1.60·10⁵"), (math.nan, "NaN"), (-math.inf, "−∞")],
)
def test_signed_number_has_a_true_minus(value: float, text: str):
    assert signed(value) == text


@pytest.mark.parametrize(
    ("degrees", "text"),
    [
        (0.0, "0°"),
        (1.4e-8, "< 0.01°"),
        (0.25, "0.25°"),
        (3.42, "3.4°"),
        (9.97, "10°"),
        (61.3, "61°"),
        (math.nan, "NaN"),
    ],
)
def test_angle_can_be_read_however_small(degrees: float, text: str):
    assert angle(math.radians(degrees)) == text


@pytest.mark.parametrize(("value", "text"), [(0.9, "0.90"), (1.1, "1.10"), (0.9624, "0.962"), (1.5, "1.50")])
def test_factor_near_one_keeps_two_decimals(value: float, text: str):
    assert factor(math.log(value)) == text
