"""What the program is to keep to, beside what was measured: the table of the README, made of ``budget.toml``::

    python -m benchmarks.budget            # print it
    python -m benchmarks.budget --write    # put it into the README

Nothing is measured here: each row names the command that did.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

_PLACE = Path(__file__).with_name("budget.toml")
_RATIOS = Path(__file__).with_name("ratios.json")
README = Path(__file__).resolve().parents[1] / "README.md"
HEAD = "| what | asked | measured | | with |\n|:--|--:|--:|:--|:--|\n"
_TABLE = re.compile(re.escape(HEAD) + r"(\|.*\n)*")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the budget: ``measured`` is one number or the least and the most of several, else those ``stored``."""

    what: str
    command: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""
    measured: float | tuple[float, float] | None = None
    stored: tuple[str, ...] = ()
    short: str = ""

    @property
    def found(self) -> Sequence[float]:
        """Return what was measured."""
        if self.stored:
            ratios = json.loads(_RATIOS.read_text(encoding="utf-8"))
            return [ratios[name] for name in self.stored]
        return self.measured if isinstance(self.measured, tuple) else [self.measured or 0.0]

    @property
    def met(self) -> bool:
        """Return whether all that was measured keeps to what is asked, in the digits that are told."""
        found = [float(told(value)) for value in self.found]
        return (self.at_least is None or min(found) >= self.at_least) and (
            self.at_most is None or max(found) <= self.at_most
        )

    def line(self) -> str:
        """Return the row of the table."""
        sign, limit = ("≥", self.at_least) if self.at_most is None else ("≤", self.at_most)
        found = sorted({told(value): value for value in self.found}.items(), key=lambda one: one[1])
        measured = ("–" if self.measured is not None else ", ").join(text for text, _ in found)
        verdict = "met" if self.met else f"short: {self.short}"
        return f"| {self.what} | {sign} {limit:g}{self.unit} | {measured}{self.unit} | {verdict} | `{self.command}` |\n"


def told(value: float) -> str:
    """Return a number with so many digits as it deserves."""
    return f"{value:.0f}" if value >= 20 or value == round(value) else f"{value:.2f}".rstrip("0")


def rows() -> list[Row]:
    """Return the budget."""
    return [msgspec.convert(row, Row) for row in tomllib.loads(_PLACE.read_text(encoding="utf-8"))["row"]]


def table() -> str:
    """Return the table in Markdown."""
    return HEAD + "".join(row.line() for row in rows())


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    if not parser.parse_args().write:
        print(table(), end="")
        return
    text = README.read_text(encoding="utf-8")
    README.write_text(_TABLE.sub(lambda _: table(), text), encoding="utf-8")


if __name__ == "__main__":
    main()
