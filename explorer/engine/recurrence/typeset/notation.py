"""Two notations, TeX and plain text: how a name, a number, a function and what stands between them look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from explorer.engine.recurrence.typeset.names import plain_name, tex_name

INPUT_NAME = "x"
COMPARED, ADDED, DIVIDED, ENTRYWISE, SIDE_BY_SIDE, RAISED, WHOLE = range(7)
"""How tight something binds."""

_RAISED_DIGITS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Notation(Protocol):
    """How the parts of an equation look."""

    def name(self, name: str, time: str = "", above: str = "") -> str: ...
    def number(self, digits: str) -> str: ...
    def bracketed(self, text: str) -> str: ...
    def sign(self, operator: str) -> str: ...
    def function(self, name: str, args: list[str], prime: bool = False) -> tuple[str, int]: ...
    def special(self, name: str, args: list[str]) -> tuple[str, int] | None: ...
    def fraction(self, above: str, below: str) -> tuple[str, int]: ...
    def raised(self, base: str, power: str) -> str: ...
    def transposed(self, text: str) -> str: ...


_TEX_FUNCTIONS: Mapping[str, str] = {
    "sigmoid": r"\sigma", "tanh": r"\tanh", "log": r"\ln", "logsigmoid": r"\ln\sigma", "sin": r"\sin", "cos": r"\cos",
    "maximum": r"\max", "minimum": r"\min", "relu": r"\mathrm{ReLU}",
}  # fmt: skip
_PLAIN_FUNCTIONS: Mapping[str, str] = {
    "sigmoid": "σ", "log": "ln", "logsigmoid": "ln σ", "maximum": "max", "minimum": "min", "relu": "ReLU", "sqrt": "√",
}  # fmt: skip


_TALL = (r"\frac", r"\begin", r"\sqrt")


class Tex:
    """TeX, of what ziamath knows."""

    _SIGNS: Mapping[str, str] = {
        "=": " = ", "again": r" \leftarrow ", "+": " + ", "-": " - ", "first+": "", "first-": "-", "*": r" \circ ",
        "beside": r"\,", "number": r" \cdot ", "%": r"\ \mathrm{mod}\ ", "<": " < ", ">": " > ", "<=": r" \leq ",
        ">=": r" \geq ", "==": " = ", "!=": r" \neq ", "⊗": r" \otimes ", "I": "I",
        "ones": r"\mathbf{1}",
    }  # fmt: skip
    _SPECIAL: Mapping[str, tuple[str, int]] = {
        "exp": ("e^{{{0}}}", RAISED), "expm": ("e^{{{0}}}", RAISED), "sqrt": (r"\sqrt{{{0}}}", WHOLE),
        "abs": (r"\left|{0}\right|", WHOLE), "norm": (r"\left\|{0}\right\|", WHOLE),
        "logaddexp": (r"\ln(e^{{{0}}} + e^{{{1}}})", WHOLE),
        "where": (r"\begin{{cases}} {1} & \quad {0} \\ {2} & \quad {3} \end{{cases}}", WHOLE),
    }  # fmt: skip

    def name(self, name: str, time: str = "", above: str = "") -> str:
        return tex_name(name, time, above)

    def number(self, digits: str) -> str:
        mantissa, _, exponent = digits.partition("e")
        if not exponent:
            return digits
        power = f"10^{{{int(exponent)}}}"
        return power if mantissa == "1" else rf"{mantissa} \cdot {power}"

    def bracketed(self, text: str) -> str:
        # Brackets that grow are for what is tall; within each other they take ziamath twice as long at every level.
        return rf"\left({text}\right)" if any(tall in text for tall in _TALL) else f"({text})"

    def sign(self, operator: str) -> str:
        return self._SIGNS[operator]

    def function(self, name: str, args: list[str], prime: bool = False) -> tuple[str, int]:
        sign = _TEX_FUNCTIONS.get(name) or (name if len(name) == 1 else rf"\mathrm{{{name}}}")
        if prime:
            sign = r"(\ln\sigma)" if name == "logsigmoid" else sign
            sign += "'"
        return sign + self.bracketed(", ".join(args)), WHOLE

    def special(self, name: str, args: list[str]) -> tuple[str, int] | None:
        if name not in self._SPECIAL:
            return None
        template, level = self._SPECIAL[name]
        return template.format(*args), level

    def fraction(self, above: str, below: str) -> tuple[str, int]:
        return rf"\frac{{{above}}}{{{below}}}", WHOLE

    def raised(self, base: str, power: str) -> str:
        return f"{base}^{{{power}}}"

    def transposed(self, text: str) -> str:
        return rf"{{{text}}}^{{\top}}"


class Plain:
    """Plain text with signs of mathematics."""

    _SIGNS: Mapping[str, str] = {
        "=": " = ", "again": " ← ", "+": " + ", "-": " − ", "first+": "", "first-": "−", "*": " ∘ ", "beside": " ",
        "number": " · ", "%": " mod ", "<": " < ", ">": " > ", "<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " ≠ ", "⊗": " ⊗ ",
        "I": "I", "ones": "ones",
    }  # fmt: skip

    def name(self, name: str, time: str = "", above: str = "") -> str:
        return plain_name(name, time, above)

    def number(self, digits: str) -> str:
        mantissa, _, exponent = digits.partition("e")
        if not exponent:
            return digits.replace("-", "−")
        power = "10" + str(int(exponent)).translate(_RAISED_DIGITS)
        return power if mantissa == "1" else f"{mantissa.replace('-', '−')}·{power}"

    def bracketed(self, text: str) -> str:
        return f"({text})"

    def sign(self, operator: str) -> str:
        return self._SIGNS[operator]

    def function(self, name: str, args: list[str], prime: bool = False) -> tuple[str, int]:
        sign = self.called(name)
        if prime:
            sign = (f"({sign})" if " " in sign else sign) + "′"
        return f"{sign}({', '.join(args)})", WHOLE

    @staticmethod
    def called(name: str) -> str:
        """Return the sign of a function."""
        return _PLAIN_FUNCTIONS.get(name, name)

    def special(self, name: str, args: list[str]) -> tuple[str, int] | None:
        match name:
            case "abs":
                return f"|{args[0]}|", WHOLE
            case "norm":
                return f"‖{args[0]}‖", WHOLE
            case "where":
                return f"where({', '.join(args[:3])})", WHOLE
            case "logaddexp":
                return f"ln(exp({args[0]}) + exp({args[1]}))", WHOLE
        return None

    def fraction(self, above: str, below: str) -> tuple[str, int]:
        return f"{above} / {below}", DIVIDED

    def raised(self, base: str, power: str) -> str:
        return f"{base}^{self.bracketed(power) if len(power) > 1 else power}"

    def transposed(self, text: str) -> str:
        return f"{text}ᵀ"


@dataclass(frozen=True, slots=True)
class Layered(Plain):
    """Plain text in which names belong to a ``layer``, of which they say nothing themselves: h²→₃.

    What it reads does, too, x²→₃, where that is its ``own_input`` and not that of the network.
    """

    layer: str
    own_input: bool

    def name(self, name: str, time: str = "", above: str = "") -> str:
        # What is left out of a long expression belongs to nothing.
        own = bool(self.layer) and "/" not in name and name[:1].isalpha() and (name != INPUT_NAME or self.own_input)
        return plain_name(f"{self.layer}/{name}" if own else name, time, above)
