"""`Condition`: what a lesson says of the networks that are shown, such as ``end_gain[1] < 1e-6`` or ``verdict = gone``.

On the left stands a quantity of `explorer.workspace.looks.measures` or a setting, on the right a number, a word, or a
quantity again, perhaps times a number. ``[1]`` is a network, counted from 0; without it the active one. Gains are compared by
their logarithms, so that 1e-5000 is a number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from explorer.engine.errors import BadExploration
from explorer.workspace.looks.measures import QUANTITIES, Scene, measured

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,6})?"
_NAME = r"[a-z][\w.]*"
_FORM = re.compile(
    rf"\s*(?P<name>{_NAME})(?:\[(?P<index>\d)\])?\s*(?P<sign><=|>=|!=|<|>|=)\s*"
    rf"(?:(?:(?P<times>{_NUMBER})\s*\*\s*)?(?P<other>{_NAME})(?:\[(?P<at>\d)\])?|(?P<number>{_NUMBER}))\s*",
    re.ASCII,
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne}
)


@dataclass(frozen=True, slots=True)
class Term:
    """A quantity or setting ``name`` of network ``index`` (None: of the active one)."""

    name: str
    index: int | None = None

    @property
    def is_gain(self) -> bool:
        """Return whether its value is a logarithm."""
        return self.name in QUANTITIES and QUANTITIES[self.name].form in ("gain", "norm")

    def value(self, scene: Scene) -> float | str | None:
        """Return what it is in ``scene``, None where it is not known."""
        index = scene.exploration.active if self.index is None else self.index
        return measured(scene, self.name, index)


@dataclass(frozen=True, slots=True)
class Condition:
    """What is said of ``left``; right is a term, a word, or a plain number, multiplied by ``times``."""

    left: Term
    sign: str
    right: Term | str | Decimal
    times: Decimal
    text: str

    def holds(self, scene: Scene) -> bool:
        """Return whether it is so in ``scene``; of what is not known nothing holds.

        Raises
        ------
        Refusal
            If a quantity or a network is not there, or a value is of another kind than what it is compared with.
        """
        left = self.left.value(scene)
        right = self._right(scene)
        if left is None or right is None:
            return False
        if isinstance(left, str) != isinstance(right, str) or (isinstance(left, str) and self.sign not in ("=", "!=")):
            raise BadExploration("“{condition}” compares a number with a word.", condition=self.text)
        return _SIGNS[self.sign](left, right)

    def _right(self, scene: Scene) -> float | str | None:
        if isinstance(self.right, str):
            return self.right
        if isinstance(self.right, Decimal):
            return self._number(self.right)
        value = self.right.value(scene)
        if value is None or (isinstance(value, str) and self.times == 1):
            return value
        if isinstance(value, str) or self.right.is_gain != self.left.is_gain:
            raise BadExploration("“{condition}” compares a gain with something else.", condition=self.text)
        return value + self._number(self.times) if self.left.is_gain else value * float(self.times)

    def _number(self, number: Decimal) -> float:
        """Return a plain number as the left side is told: of a gain its logarithm."""
        if not self.left.is_gain:
            return float(number)
        return float(number.ln()) if number > 0 else float("-inf")


def condition(text: str) -> Condition:
    """Return the condition that ``text`` says.

    Raises
    ------
    BadExploration
        If it says none.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadExploration(
            "“{text}” is no condition; write it like “end_gain < 1e-6”, “verdict = gone” or “rate[0] > rate[1]”.",
            text=text,
        )
    left = Term(found["name"], _index(found["index"]))
    right: Term | str | Decimal = Decimal(found["number"]) if found["number"] else found["other"]
    if isinstance(right, str) and (found["at"] or found["times"] or right in QUANTITIES):
        right = Term(right, _index(found["at"]))
    return Condition(left, found["sign"], right, Decimal(found["times"] or 1), text.strip())


def _index(digit: str | None) -> int | None:
    return None if digit is None else int(digit)
