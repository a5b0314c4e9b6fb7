"""docs/lessons.md says what a lesson's file may hold, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.exploration import Text, replace
from explorer.workspace.exploration.fields import names
from explorer.workspace.lessons import reading
from explorer.workspace.lessons.checking import faults
from explorer.workspace.lessons.condition import condition
from explorer.workspace.lessons.reading import lesson_of
from explorer.workspace.looks.measures import QUANTITIES

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "lessons.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """Return the names in the first column of the table under a heading."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    first = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return [name for cell in first for name in re.findall(r"`([^`]+)`", cell)]


def test_every_quantity_is_told() -> None:
    assert rows("Conditions") == list(QUANTITIES)


def test_every_key_is_told() -> None:
    keys = {*reading._File.__struct_encode_fields__, *reading._Step.__struct_encode_fields__} - {"step"}
    assert set(rows("A step")) == keys


def test_every_kind_of_prediction_is_told() -> None:
    assert rows("Predictions") == ["choice", "verdict", "horizon", "curve", "rank"]
    assert set(rows("Predictions")) == set(reading.Asked.__args__)  # type: ignore[attr-defined]


def test_the_example_is_a_lesson_and_all_that_it_says_is_so() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert list(faults(lesson_of(example, "mine", Path("mine.toml")))) == []


def test_every_condition_that_is_shown_is_one() -> None:
    shown = TEXT.split("## Conditions\n")[1].split(". On the left")[0]
    assert [condition(text).text for text in re.findall(r"`([^`]+)`", shown)]


def test_every_setting_that_is_named_is_there() -> None:
    told = re.findall(r"`([a-z_.]+)`", TEXT.split("## Settings\n")[1])
    known = {*names(default().exploration), *names(replace(default().exploration, sequence=Text(text="a b")))}
    assert set(told) <= known
