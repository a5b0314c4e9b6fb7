"""What a text says in numbers, tied to what the program works out: the numbers as printed, and when they are right."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
Relation = Literal["rounded", "below", "above", "among"]

_FIGURES = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = re.compile(rf"10(?P<power>[⁻⁰¹²³⁴-⁹]+)|(?P<sign>[−-]?)(?P<digits>{_FIGURES})(?P<percent> ?%)?")
_ENGLISH = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "half": 0.5, "twice": 2,
}  # fmt: skip
_CHINESE = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "半": 0.5}
_SPELT = re.compile(rf"\b(?i:{'|'.join(_ENGLISH)})\b(?!-)|[{''.join(_CHINESE)}](?=[个步次倍种类分])|(?<=一)半")
_SPELT_VALUES = _ENGLISH | _CHINESE
"""Numbers in words; "one" and 一 are too often none."""


@dataclass(frozen=True)
class Printed:
    """A number as printed, and half a unit of its last digit."""

    value: float
    room: float

    def is_rounded(self, exact: float) -> bool:
        return abs(exact - self.value) <= self.room * (1 + 1e-9)


def printed(text: str) -> list[Printed]:
    """Return the numbers in ``text``; after × the zeros at a whole number's end are no digits that were measured."""
    figures = [(found.start(), _read(found, text[: found.start()].endswith("×"))) for found in _NUMBER.finditer(text)]
    spelt = [(found.start(), Printed(_SPELT_VALUES[found.group().lower()], 0.0)) for found in _SPELT.finditer(text)]
    return [number for _, number in sorted(figures + spelt, key=lambda pair: pair[0])]


def _read(found: re.Match[str], is_gain: bool) -> Printed:
    if found["power"]:
        power = 10.0 ** int(found["power"].translate(_SUPERSCRIPTS))
        return Printed(power, power / 20)
    digits = found["digits"].replace(",", "")
    _, _, decimals = digits.partition(".")
    zeros = len(digits) - len(digits.rstrip("0")) if is_gain and not decimals else 0
    scale = 0.01 if found["percent"] else 1.0
    sign = -1.0 if found["sign"] else 1.0
    return Printed(sign * float(digits) * scale, 0.5 * 10.0 ** (zeros - len(decimals)) * scale)


@dataclass(frozen=True)
class Claim:
    """One wording in each language, and the exact values of the numbers in it, in their order.

    They are the values rounded; or the values lie ``below`` or ``above`` them; or the numbers are ``among`` the values.
    """

    words: dict[str, str]
    values: Callable[[], float | Sequence[float]]
    relation: Relation

    def holds(self, code: str) -> bool:
        values = self.values()
        exact = list(values) if isinstance(values, Sequence) else [values]
        numbers = printed(self.words[code])
        if self.relation == "among":
            return all(any(number.value == one for one in exact) for number in numbers)
        if self.relation == "rounded":
            return all(number.is_rounded(one) for number, one in zip(numbers, exact, strict=True))
        sign = 1 if self.relation == "above" else -1
        return all(sign * (one - number.value) > 0 for number, one in zip(numbers, exact, strict=True))


def says(en: str, zh_CN: str, values: Callable[[], float | Sequence[float]], relation: Relation = "rounded") -> Claim:
    return Claim({"en": en, "zh_CN": zh_CN}, values, relation)


def undeclared(text: str, code: str, claims: Sequence[Claim]) -> list[str]:
    """Return the numbers of ``text``, in figures or in words, that no claim speaks of; longer wordings are taken first."""
    for claim in sorted(claims, key=lambda claim: -len(claim.words[code])):
        text = text.replace(claim.words[code], "⟨⟩")
    return [found.group() for pattern in (_NUMBER, _SPELT) for found in pattern.finditer(text)]
