"""The text of equations before it is understood: bounded, taken apart by Python's own parser, and never evaluated.

What a parser takes time or stack for is counted first: characters, lines, brackets within brackets, digits of a number and
operators of an equation. Columns are counted in characters from 1, as an editor shows them.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from explorer.engine.errors import BadEquations, Refusal
from explorer.engine.recurrence.equations.slips import missing_operator, slip, visible

MOST_CHARACTERS = 10_000
MOST_LINES = 200
DEEPEST = 24
MOST_DIGITS = 24
MOST_OPERATORS = 200
LONGEST_DELAY = 1_000
_PAIRS = {")": "(", "]": "["}
# Also of a number in base sixteen, or with underscores.
_DIGITS = re.compile(rf"(?<!\w)\d\w{{{MOST_DIGITS},}}")
_STRANGE = re.compile(r"[\"'`\\{}:;$?\x00-\x08\x0b-\x1f\x7f]")
_BRACKET = re.compile(r"[()\[\]]")
_OPERATORS = re.compile(r"[-+*/%@<>=~&|^.]|\b(?:not|and|or|if|is|in|await|lambda)\b")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text something stands, counted from 1 in lines and characters."""

    line: int
    column: int


def refusal(place: Place, reason: Refusal) -> BadEquations:
    """Return the refusal of what stands at a place."""
    return BadEquations(
        "Line {line}, column {column}: {reason}", line=place.line, column=place.column, reason=reason
    )  # fmt: skip


def parsed(text: str) -> list[ast.stmt]:
    """Return the statements of a text that keeps within bounds.

    Raises
    ------
    BadEquations
        If the text is too long or too deep, or no Python.
    """
    _bound(text)
    try:
        return ast.parse(text).body
    except SyntaxError as error:
        missing = missing_operator(text)
        if missing is not None:
            raise refusal(Place(*missing[:2]), missing[2]) from None
        place = Place(max(error.lineno or 1, 1), max(error.offset or 1, 1))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        place = Place(1, 1)
    raise refusal(
        place, Refusal("this can't be read; an equation is written as `name = expression`, as in NumPy.")
    ) from None


def place_of(node: ast.AST, text: str) -> Place:
    """Return where a part of the tree begins; Python counts its columns in bytes."""
    line = getattr(node, "lineno", 1)
    before = lines(text)[line - 1].encode()[: getattr(node, "col_offset", 0)]
    return Place(line, len(before.decode(errors="ignore")) + 1)


def place_after(node: ast.expr, text: str) -> Place:
    """Return where a part of the tree has ended."""
    line = node.end_lineno or 1
    before = lines(text)[line - 1].encode()[: node.end_col_offset]
    return Place(line, len(before.decode(errors="ignore")) + 1)


def lines(text: str) -> list[str]:
    """Return the lines as Python counts them."""
    return text.split("\n")


def _bound(text: str) -> None:
    """Refuse a text that the parser could take long or crash over."""
    if len(text) > MOST_CHARACTERS:
        raise BadEquations(
            "The equations have {count} characters; at most {most} are read.", count=len(text), most=MOST_CHARACTERS
        )
    rows = lines(text)
    if len(rows) > MOST_LINES:
        raise BadEquations(
            "The equations have {count} lines; at most {most} are read.", count=len(rows), most=MOST_LINES
        )
    _bound_brackets(rows)
    for number, row in enumerate(rows, start=1):
        _bound_line(number, row.partition("#")[0])


def _bound_line(number: int, row: str) -> None:
    slipped = slip(row)
    if slipped is not None:
        raise refusal(Place(number, slipped[0]), slipped[1])
    strange = _STRANGE.search(row)
    if strange:
        raise refusal(
            Place(number, strange.start() + 1),
            Refusal(
                "equations have no “{character}”.",
                character=visible(strange[0]),
            ),
        )
    digits = _DIGITS.search(row)
    if digits:
        raise refusal(
            Place(number, digits.start() + 1),
            Refusal("a number has at most {most} digits in a row.", most=MOST_DIGITS),
        )


def _bound_brackets(rows: list[str]) -> None:
    """Refuse brackets that don't match or stand too deep, and an equation of too many operators."""
    opened: list[tuple[str, Place]] = []
    operators = 0
    for number, row in enumerate(rows, start=1):
        code = row.partition("#")[0]
        # An equation ends with its line unless a bracket is open.
        operators = (operators if opened else 0) + len(_OPERATORS.findall(code))
        if operators > MOST_OPERATORS:
            raise refusal(
                Place(number, 1),
                Refusal("an equation has at most {most} operators; name its parts.", most=MOST_OPERATORS),
            )
        for found in _BRACKET.finditer(code):
            _bracket(found[0], Place(number, found.start() + 1), opened)
    if opened:
        character, place = opened[-1]
        raise refusal(place, Refusal("this “{bracket}” is never closed.", bracket=character))


def _bracket(character: str, place: Place, opened: list[tuple[str, Place]]) -> None:
    if character in "([":
        opened.append((character, place))
        if len(opened) > DEEPEST:
            raise refusal(place, Refusal("brackets stand {most} deep at most; name the parts.", most=DEEPEST))
        return
    if not opened or opened[-1][0] != _PAIRS[character]:
        raise refusal(place, Refusal("this “{bracket}” closes nothing.", bracket=character))
    opened.pop()
