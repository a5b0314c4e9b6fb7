"""What people type or copy in the place of NumPy's notation: a paper's signs, LaTeX, two values with nothing between them.

Each is named as it stands there, with what to write. Columns are counted from 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from keyword import kwlist
from types import MappingProxyType

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.equations.marks import BEGIN, NAME, marked_names, spelt_out

_PRODUCTS = "×·⋅∙•⨯"
_OUTER = "⊗"
_PRIMES = "′″‴’‘ʹ"
_OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys("−–—‒‐‑－﹣", "-"), **dict.fromkeys("∘⊙∗⋆＊◦○", "*"), **dict.fromkeys("÷∕／⁄", "/"), "⊕": "+",
        **dict.fromkeys("≤⩽", "<="), **dict.fromkeys("≥⩾", ">="), "≠": "!=", "＋": "+", "＠": "@", "％": "%", "＜": "<",
        "＞": ">", **dict.fromkeys("∑Σ", "sum(…)"), "√": "sqrt(…)", **dict.fromkeys("‖∥", "norm(…)"),
    }
)  # fmt: skip
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "（": "(", "）": ")", "［": "[", "］": "]", "，": ",", "．": ".", **dict.fromkeys("←≔＝", "="),
        **dict.fromkeys("ᵀ⊤⟙", ".T"), "²": "**2", "³": "**3", **{chr(0x2080 + digit): f"_{digit}" for digit in range(10)},
    }
)  # fmt: skip
_COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "sigma": "sigmoid", "odot": "*", "circ": "*", "cdot": "@", "times": "@", "otimes": "outer(…)", "top": ".T",
        "sum": "sum(…)", "sqrt": "sqrt(…)", "max": "maximum(…)", "min": "minimum(…)", "frac": "/",
        **{name: name for name in ("tanh", "exp", "log", "sin", "cos")},
    }
)  # fmt: skip
# Python takes these for parts of a name, where a paper means something else by them.
_IN_NAMES = "·ᵀΣʹ"
# They choose how the character before them is drawn, are not seen themselves, and make another name.
_CHOOSER = re.compile(r"[\ufe00-\ufe0f]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_BRACED = re.compile(rf"{BEGIN}(?P<name>{NAME})(?P<raised>\^)?\{{(?P<inner>[^{{}}\n]*)\}}?")
_EARLIER = re.compile(r"t(?:\s*[-−–]\s*(\d+))?")
_TOKEN = re.compile(
    r"(?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][-+]?\d+)?)"
    rf"|(?P<name>{NAME})|(?P<end>\n)|(?P<sign>\S)"
)


def slip(row: str) -> tuple[int, Refusal] | None:
    """Return the first thing in a line that is no sign of equations, its column and what to write; None for none."""
    found = [one for one in (_foreign(row), _latex(row), _marked(row)) if one is not None]
    return min(found, key=lambda one: one[0], default=None)


def missing_operator(text: str) -> tuple[int, int, Refusal] | None:
    """Return where two values stand side by side: line, the column after the first, and why; None for nowhere."""
    before, after, opened, number, begin = "", (1, 1), 0, 1, 0
    for token in _TOKEN.finditer("\n".join(row.partition("#")[0] for row in text.split("\n"))):
        found = token[0]
        if token.lastgroup == "end":
            number, begin = number + 1, token.end()
            before = before if opened > 0 else ""
            continue
        value = token.lastgroup in ("number", "name") and found not in kwlist
        if before and (value or (found == "(" and before[0].isdigit())):
            return *after, missing(before, found)
        opened += (found in "([") - (found in ")]")
        before = found if value or found in ")]" else ""
        after = number, token.end() - begin + 1
    return None


def missing(one: str, other: str) -> Refusal:
    """Return the refusal of two values with nothing between them."""
    return Refusal(
        "an operator is missing between `{one}` and `{other}`: `@` multiplies by a matrix, `*` entry by entry.",
        one=one, other=other,
    )  # fmt: skip


def _foreign(row: str) -> tuple[int, Refusal] | None:
    for found in _FOREIGN.finditer(row):
        character = found[0]
        if character in _IN_NAMES or _CHOOSER.match(character) or not f"a{character}".isidentifier():
            return found.start() + 1, _instead(character)
    return None


def _instead(character: str) -> Refusal:
    """Return what to write for a character."""
    if character in _PRODUCTS:
        return Refusal(
            "“{character}” is no operator here; write `@` for a product with a matrix, `*` for one entry by entry.",
            character=character,
        )
    if character in _OUTER:
        return Refusal(
            "“{character}” is no operator here; write `outer(a, b)` for an outer product, `*` for one entry by entry.",
            character=character,
        )
    if character in _PRIMES:
        return Refusal(
            "“{character}” can't be part of a name; it has letters, digits and _, as `h_new`.", character=character
        )
    if character in _OPERATORS:
        return Refusal(
            "“{character}” is no operator here; write `{right}`.", character=character, right=_OPERATORS[character]
        )
    if character in _INSTEAD:
        return Refusal(
            "“{character}” is not read here; write `{right}`.", character=character, right=_INSTEAD[character]
        )
    if character.isspace():
        return Refusal("this is no plain space, though it looks like one; write a plain one.")
    return Refusal("equations have no “{character}”.", character=visible(character))


def _marked(row: str) -> tuple[int, Refusal] | None:
    """Return the first name with a mark over a letter that is no letter of its own."""
    for start, name in marked_names(row):
        right = spelt_out(name)
        if not right:
            return start + 1, Refusal("equations have no “{character}”.", character=visible(name[0]))
        return start + 1, Refusal(
            "`{name}`: a mark over a letter can't be part of a name; write `{right}`.", name=name, right=right
        )
    return None


def _latex(row: str) -> tuple[int, Refusal] | None:
    found = [one for one in (_command(row), _braced(row)) if one is not None]
    return min(found, key=lambda one: one[0], default=None)


def _command(row: str) -> tuple[int, Refusal] | None:
    found = _COMMAND.search(row)
    if found is None:
        return None
    right = _COMMANDS.get(found[1])
    if right is None:
        return found.start() + 1, Refusal("`{text}`: LaTeX is not read; write it as in NumPy.", text=found[0])
    return found.start() + 1, Refusal("`{text}`: LaTeX is not read; write `{right}`.", text=found[0], right=right)


def _braced(row: str) -> tuple[int, Refusal] | None:
    """Return what to write for a name with braces: `h_{t-1}`, `W_{hh}`, `W^{T}`."""
    found = _BRACED.search(row)
    if found is None:
        return None
    begin = found.start("name")
    text, name, inner = row[begin : found.end()], found["name"].rstrip("_"), found["inner"].strip()
    earlier = _EARLIER.fullmatch(inner)
    if earlier is not None and earlier[1] == "1" and name != "x":
        return begin + 1, Refusal(
            "`{text}`: write `{name}`; before its own line it means the last step's.", text=text, name=name
        )
    if earlier is not None:
        right = f"{name}[{earlier[1]}]" if earlier[1] else name
    elif found["raised"] and (inner in ("T", "\\top") or inner.isdigit()):
        right = f"{name}**{inner}" if inner.isdigit() else f"{name}.T"
    else:
        right = re.sub(r"\W+", "_", spelt_out(f"{name}_{inner}")).rstrip("_")
    return begin + 1, Refusal("`{text}`: write `{right}`.", text=text, right=right)


def visible(character: str) -> str:
    """Return a character, over a circle where it needs a letter below it, or its number where it prints nothing."""
    if _CHOOSER.match(character) or not character.isprintable():
        return ascii(character)[1:-1]
    return f"◌{character}" if unicodedata.category(character).startswith("M") else character
