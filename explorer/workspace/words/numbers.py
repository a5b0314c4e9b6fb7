"""Numbers as people type and paste them, and numbers and indices as mathematics writes them: s₃₆, 0.33, 2.1·10⁻³.

There is one grammar for a typed number, `readings`. A number may have a decimal point or a decimal comma; the other mark, a
space or an apostrophe may stand between its thousands, and then every group has three digits and the first doesn't begin
with 0. So "1,004" can be two numbers, and who asks for one has to say which; "0,435", "1,234.5" and "1,234,567" can't.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from explorer.engine.errors import BadExploration
from explorer.workspace.words.reading import without_invisible

_SUBSCRIPTS = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LN10 = math.log(10.0)
# Beyond these decades, float64's own, a mantissa says less than the exponent's first decimal.
_FAR = 324.0
LONG = 1e6
"""Exponents beyond this are numbers to be read, too."""

GAPS = "\u00a0\u2007\u2009\u202f"
"""Spaces at which no line breaks, or thin ones: between digits they part thousands."""
_ALIKE = str.maketrans(
    {
        **{chr(ord("０") + i): str(i) for i in range(10)},
        **dict.fromkeys("−‐‑‒–—﹣－", "-"),
        **dict.fromkeys("＋﹢", "+"),
        **dict.fromkeys("．。｡﹒", "."),
        **dict.fromkeys("，﹐", ","),
        **dict.fromkeys("’ʼ＇", "'"),
        **dict.fromkeys(GAPS + "\u2008\u3000", " "),
        **dict.fromkeys("EｅＥ", "e"),
    }
)
"""Characters that stand for those of a plain number, as keyboards, spreadsheets and typesetters write them."""
_EXPONENTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(r"(?:(?<=[\d.]) ?[·×⋅*] ?|(?<![^+-]))10(?:\^([+-]?\d+)|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))$", re.ASCII)
_USUAL = re.compile(r"[+-]?\d+(\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
_POINT_AND_THREE_DIGITS = 4
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_DIGIT_NOT_0 = re.compile("[1-9]")
_MOST_QUOTED = 40


def _written(mark: str, other: str, fraction: str) -> re.Pattern[str]:
    """Return what a number looks like whose decimal mark is ``mark``; ``other`` may stand between its thousands."""
    whole = rf"(?:[1-9]\d{{0,2}}(?P<between>[{other} '])\d{{3}}(?:(?P=between)\d{{3}})*|\d+)"
    return re.compile(rf"[+-]?(?:{whole}(?:{mark}\d{fraction})?|{mark}\d+)(?:e[+-]?\d+)?", re.ASCII)


_WITH_POINT, _WITH_COMMA = _written(r"\.", ",", "*"), _written(",", r"\.", "+")


class Readings(NamedTuple):
    """What a text says if the decimal mark is a point, and if it is a comma; None where it is no number then."""

    point: float | None
    comma: float | None

    @property
    def is_number(self) -> bool:
        """Return whether the text is a number at all."""
        return self.point is not None or self.comma is not None

    @property
    def differ(self) -> bool:
        """Return whether the text can be two different numbers."""
        return None not in self and self.point != self.comma

    @property
    def doubtful(self) -> bool:
        """Return whether the text has a comma that can be a decimal comma or stand between thousands: "1,004".

        The point of "1.004" can be both too, but is a decimal point where nothing tells otherwise.
        """
        # What stands between thousands makes the number greater.
        return self.point is not None and self.comma is not None and abs(self.point) > abs(self.comma)


def readings(text: str) -> Readings:
    """Return what numbers a typed ``text`` can be; one too great for float64 is ±inf, one too small 0."""
    usual = _USUAL.fullmatch(text)
    if usual is not None and len(usual[1] or "") != _POINT_AND_THREE_DIGITS:
        # Most cells of most tables.
        value = float(text)
        return Readings(value, value if usual[1] is None else None)
    plain = _plain(text)
    point, comma = _WITH_POINT.fullmatch(plain), _WITH_COMMA.fullmatch(plain)
    return Readings(_value(point, "."), _value(comma, ","))


def read_number(text: str, whole: bool = False) -> float:
    """Return the number that a person typed into a field of its own; in a ``whole`` one a comma stands between thousands.

    Raises
    ------
    BadExploration
        It is no number, one beyond float64 or not a ``whole`` one, or can be two numbers.
    """
    found = readings(text)
    shown = quoted(text)
    if not shown:
        raise BadExploration("Nothing is typed: a number is missing.")
    if found.doubtful and not whole:
        raise BadExploration(
            "“{text}” can be {comma} or {point}: write it without a comma.",
            text=shown, comma=f"{found.comma:.15g}", point=f"{found.point:.15g}",
        )  # fmt: skip
    value = found.point if found.point is not None else found.comma
    if value is None:
        raise no_number(text)
    check_holds(value, text)
    if whole and value != round(value):
        raise BadExploration("“{text}” is not a whole number.", text=shown)
    return value


def check_holds(value: float, text: str) -> None:
    """Refuse a ``value`` that is not the number that ``text`` says, as float64 has none so large or so near to 0.

    Raises
    ------
    BadExploration
        Its size is beyond float64: too large, or below the smallest one and not 0.
    """
    if not math.isfinite(value) or (value == 0.0 and _DIGIT_NOT_0.search(_plain(text).partition("e")[0])):
        raise no_number(text)


def no_number(text: str) -> BadExploration:
    """Return the refusal of a ``text`` that is no number, or one beyond float64."""
    found = readings(text)
    if 0.0 in found:
        return BadExploration("“{text}” is too small: it must be 0, or at least 5·10⁻³²⁴ in size.", text=quoted(text))
    if means_not_finite(text) or found.is_number:
        return BadExploration("“{text}” is not a finite number.", text=quoted(text))
    return BadExploration("“{text}” is not a number.", text=quoted(text))


def means_not_finite(text: str) -> bool:
    """Return whether ``text`` is what programs write where there is no number: NaN, inf."""
    return bool(_NOT_FINITE.fullmatch(_plain(text)))


def quoted(text: str) -> str:
    """Return a typed ``text`` as a sentence quotes it: on one line, cut where it is long."""
    line = " ".join(without_invisible(text).split())
    return line if len(line) <= _MOST_QUOTED else line[: _MOST_QUOTED - 1] + "…"


def _plain(text: str) -> str:
    """Return ``text`` in the characters of a plain number: its digits and signs in ASCII, a power of ten as e-notation."""
    plain = without_invisible(text).strip().translate(_ALIKE)
    found = _POWER.search(plain)
    if found is None:
        return plain
    exponent = found[1] or found[2].translate(_EXPONENTS)
    before = plain[: found.start()]
    return f"{before if before.strip('+-') else before + '1'}e{exponent}"


def _value(found: re.Match[str] | None, mark: str) -> float | None:
    if found is None:
        return None
    whole = found[0].replace(found["between"], "") if found["between"] else found[0]
    return float(whole.replace(mark, "."))


def subscript(number: int) -> str:
    """Return ``number`` as an index below the line: 36 gives ₃₆."""
    return str(number).translate(_SUBSCRIPTS)


def state(step: int) -> str:
    """Return the name of a state: s₃₆."""
    return "s" + subscript(step)


def superscript(number: int) -> str:
    """Return ``number`` as an exponent: −3 gives ⁻³."""
    return str(number).translate(_SUPERSCRIPTS)


def power_of_ten(exponent: int) -> str:
    """Return 10 to the whole ``exponent``: −3 gives 10⁻³, 0 and 1 give 1 and 10, one of 300 digits 10^(4.3·10³⁰⁷)."""
    if abs(exponent) >= LONG:
        return f"10^({signed(float(exponent), 2)})"
    return "1" if exponent == 0 else "10" + (superscript(exponent) if exponent != 1 else "")


def logarithm(log10: float, decimals: int = 1) -> str:
    """Return a finite logarithm to base ten with its decimals: −2171.5, 0.0, and never in 300 digits: −4.3·10³⁰⁷."""
    if abs(log10) >= LONG:
        return signed(log10, 2)
    text = f"{log10:.{decimals}f}".replace("-", "−")
    return text if float(f"{log10:.{decimals}f}") else text.removeprefix("−")


def scientific(log10: float, digits: int = 2) -> str:
    """Return the number 10^``log10`` with ``digits`` digits: 2.1·10⁻³, 0.60, 150; outside float64 its power: 10^−2171.5.

    −inf is the true zero, 0.
    """
    if math.isnan(log10):
        return "NaN"
    if math.isinf(log10):
        return "0" if log10 < 0 else "∞"
    if is_far(log10):
        return f"10^{logarithm(log10)}" if abs(log10) < LONG else f"10^({logarithm(log10)})"
    number, exponent = parts(log10, digits)
    return f"{number}·{power_of_ten(exponent)}" if exponent else number


def is_far(log10: float) -> bool:
    """Return whether 10^``log10`` lies outside float64, where it is said by its power alone."""
    return abs(log10) >= _FAR


def parts(log10: float, digits: int) -> tuple[str, int]:
    """Return the number 10^``log10`` inside float64 as (digits, power of ten); numbers near one have the power 0."""
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
    return f"∂{state(t)}/∂{state(k)}"


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
    return f"{rough(degrees)}°"


def rough(value: float) -> str:
    """Return a number from 0 on as one reads it off: 61, 3.4, 0.25, and below a hundredth < 0.01; 0 is the true zero."""
    if 0.0 < value < 0.01:
        return "< 0.01"
    return f"{value:.0f}" if value >= 9.95 or value == 0.0 else f"{value:.2g}"


def percent(share: float) -> str:
    """Return a share in per cent, whole, or with two digits where it is small: 103, 61, 3.4, −0.25."""
    value = 100.0 * share
    if 9.95 <= abs(value) < LONG:
        return f"{value:.0f}".replace("-", "−")
    return "NaN" if math.isnan(share) else signed(value, 2)


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
