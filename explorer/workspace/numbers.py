"""Numbers and indices as mathematics writes them: s₃₆, 0.33, 2.1·10⁻³, far outside float64 too."""

from __future__ import annotations

import math

_SUBSCRIPTS = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LN10 = math.log(10.0)


def subscript(number: int) -> str:
    """Return ``number`` as an index below the line: 36 gives ₃₆."""
    return str(number).translate(_SUBSCRIPTS)


def superscript(number: int) -> str:
    """Return ``number`` as an exponent: −3 gives ⁻³."""
    return str(number).translate(_SUPERSCRIPTS)


def power_of_ten(exponent: int) -> str:
    """Return 10 to the whole ``exponent``: −3 gives 10⁻³, 0 gives 1."""
    return "1" if exponent == 0 else "10" + superscript(exponent)


def scientific(log10: float, digits: int = 2) -> str:
    """Return the number 10^``log10`` with ``digits`` digits, far outside float64 too: 2.1·10⁻³, 0.60, 150, 0.

    −inf is the true zero.
    """
    if math.isnan(log10):
        return "NaN"
    if math.isinf(log10):
        return "0" if log10 < 0 else "∞"
    number, exponent = parts(log10, digits)
    return f"{number}·{power_of_ten(exponent)}" if exponent else number


def parts(log10: float, digits: int) -> tuple[str, int]:
    """Return the finite number 10^``log10`` as (digits, power of ten); numbers near one have the power 0."""
    exponent = math.floor(log10)
    mantissa = f"{10.0 ** (log10 - exponent):.{digits - 1}f}"
    if float(mantissa) >= 10.0:
        exponent, mantissa = exponent + 1, f"{1.0:.{digits - 1}f}"
    if -3 < exponent < max(digits, 3):
        return f"{float(mantissa) * 10.0**exponent:.{max(digits - 1 - exponent, 0)}f}", 0
    return mantissa, exponent


def signed(value: float, digits: int = 3) -> str:
    """Return ``value`` with ``digits`` digits and a true minus sign: −0.42, 1.6·10⁵, NaN, ∞."""
    if math.isnan(value):
        return "NaN"
    minus = "−" if value < 0 else ""
    if value == 0.0 or math.isinf(value):
        return "0" if value == 0.0 else minus + "∞"
    return minus + scientific(math.log10(abs(value)), digits)


def derivative(t: int, k: int) -> str:
    """Return the pair's name, ∂s₃₆/∂s₁₂."""
    return f"∂s{subscript(t)}/∂s{subscript(k)}"


def factor(log: float) -> str:
    """Return e^``log`` with two digits, and with as many more as tell it from 1: 0.33, 1.0023, 2.1·10⁻³.

    What differs from 1 by less than 10⁻⁵ is 1.
    """
    distance = abs(math.expm1(log)) if log < 1.0 else math.inf
    if distance < 1e-5:
        return "1"
    if distance < 0.1:
        text = f"{math.exp(log):.{1 - math.floor(math.log10(distance))}f}".rstrip("0")
        return text.ljust(4, "0")
    if 0.0 < log < _LN10:
        return f"{math.exp(log):.2f}"
    return scientific(log / _LN10)


def angle(radians: float) -> str:
    """Return an angle in degrees: 61°, 3.4°, 0.25°, and below a hundredth of one < 0.01°; 0° is the true zero."""
    degrees = math.degrees(radians)
    if math.isnan(degrees):
        return "NaN"
    if 0.0 < degrees < 0.01:
        return "< 0.01°"
    return f"{degrees:.0f}°" if degrees >= 9.95 or degrees == 0.0 else f"{degrees:.2g}°"


def threshold(value: float) -> str:
    """Return a positive number so that a power of ten is one: 10⁻⁶, 2.5·10⁻⁴, 0.5, 1."""
    log10 = math.log10(value)
    if abs(log10 - round(log10)) < 1e-9:
        return power_of_ten(round(log10))
    return f"{value:g}" if value >= 0.01 else scientific(log10)


def duration(steps: float) -> str:
    """Return a positive number of steps, with one decimal below ten: 0.6, 2, 34; two digits below 0.5."""
    if steps < 0.5:
        return f"{steps:.2g}"
    return f"{steps:.1f}".removesuffix(".0") if steps < 9.95 else f"{steps:.0f}"
