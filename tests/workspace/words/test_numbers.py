"""Numbers are written as mathematics writes them, and read as people do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.errors import BadExploration
from explorer.workspace.words.numbers import (
    angle,
    factor,
    percent,
    power_of_ten,
    read_number,
    readings,
    scientific,
    signed,
    subscript,
)


def test_indices_and_powers_are_small_digits():
    assert subscript(36) == "₃₆"
    assert power_of_ten(-12) == "10⁻¹²"
    assert power_of_ten(0) == "1"


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (math.log10(2.13e-3), "2.1·10⁻³"),
        (math.log10(0.604), "0.60"), (math.log10(1.54), "1.5"), (math.log10(0.0274), "0.027"),
        (-5000.0, "10^−5000.0"), (2171.47, "10^2171.5"), (-323.3, "5.0·10⁻³²⁴"), (308.1, "1.3·10³⁰⁸"),
        (-4.3e307, "10^(−4.3·10³⁰⁷)"), (1e6, "10^(1.0·10⁶)"),
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


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0"),
        (1.0, "100"),
        (1.034, "103"),
        (0.0995, "10"),
        (0.034, "3.4"),
        (-0.12, "−12"),
        (2e-9, "2.0·10⁻⁷"),
        (math.nan, "NaN"),
    ],
)
def test_share_is_written_without_exponents_where_it_is_large(share: float, text: str):
    assert percent(share) == text


@pytest.mark.parametrize(("value", "text"), [(0.9, "0.90"), (1.1, "1.10"), (0.9624, "0.962"), (1.5, "1.50")])
def test_factor_near_one_keeps_two_decimals(value: float, text: str):
    assert factor(math.log(value)) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(f"{minus}0.75", -0.75) for minus in "-−‐‑‒–—﹣－"],
        *[("1" + space + "234" + space + "567.5", 1234567.5) for space in " \u00a0\u2009\u202f\u2007'’"],
        ("１２．５", 12.5),
        ("－３，５", -3.5),
        ("1。5", 1.5),
        ("0,435", 0.435),
        ("12,5", 12.5),
        ("1,2345", 1.2345),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("1.234", 1.234),
        ("2.1·10⁻³", 2.1e-3),
        ("−3 × 10^5", -3e5),
        ("10⁻⁶", 1e-6),
        ("１ｅ－３", 1e-3),
        ("\ufeff\u200b5\u202c", 5.0),
    ],
)
def test_a_number_is_read_as_keyboards_and_typesetters_write_it(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,004", "“1,004” can be 1.004 or 1004: write it without a comma"),
        ("−998,000", "“−998,000” can be -998 or -998000"),
        ("12,34,567", "“12,34,567” is not a number"),
        ("0,500,000", "“0,500,000” is not a number"),
        ("1,234 567", "is not a number"),
        ("1 23", "is not a number"),
        ("5–3", "is not a number"),
        ("٣", "is not a number"),
        ("1e999", "“1e999” is not a finite number"),
        ("1e-400", "“1e-400” is too small: it must be 0, or at least 5·10⁻³²⁴ in size"),
        ("−2·10⁻³²⁴", "“−2·10⁻³²⁴” is too small"),
        ("0,0000001e-320", "is too small"),
        ("−∞", "“−∞” is not a finite number"),
        ("NaN", "“NaN” is not a finite number"),
        (" \u200b", "Nothing is typed"),
        ("x" * 1000, "x…” is not a number"),
    ],
)
def test_what_is_no_number_or_two_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadExploration, match=sentence):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0.0), ("−0,00", 0.0), ("0e-999", 0.0), ("0·10^−400", 0.0), ("3e-324", 5e-324)]
)
def test_the_smallest_numbers_and_zero_itself_are_read(text: str, value: float) -> None:
    assert read_number(text) == value


def test_where_only_whole_numbers_are_meant_a_comma_stands_between_thousands() -> None:
    assert read_number("1,000", whole=True) == 1000.0
    assert read_number("12,345,678", whole=True) == 12345678.0
    with pytest.raises(BadExploration, match="“1,5” is not a whole number"):
        read_number("1,5", whole=True)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_is_written_out_is_read_back(value: float) -> None:
    assert read_number(repr(value)) == value
    assert readings(f"{value:,.2f}").point == float(f"{value:.2f}")


@given(st.floats(min_value=-1e300, max_value=1e300).filter(lambda value: value == 0 or abs(value) > 1e-300))
def test_a_number_copied_from_the_window_is_read_to_its_digits(value: float) -> None:
    assert read_number(signed(value, 6)) == pytest.approx(value, rel=1e-5)
