"""TOML with the lines of its keys."""

from __future__ import annotations

import pytest

from explorer.engine.errors import BadFile
from explorer.workspace.words.toml import read_toml

TEXT = '''title = "one"
note.en = """
[step]
ask = "no key"
"""  # [[step]]
[[step]]
say = 'x = "]"'
[step.reveal]
say = "r"
[[step]]
say = "second"
'''


def test_each_key_is_found_at_its_line():
    toml = read_toml(TEXT, "a.toml")
    assert toml.table["step"][1]["say"] == "second"
    assert toml.line(("title",)) == 1
    assert toml.line(("note", "en")) == 2
    assert toml.line(("step", 0, "say")) == 7
    assert toml.line(("step", 0, "reveal", "say")) == 9
    assert toml.line(("step", 1, "say")) == 11


def test_what_has_no_line_of_its_own_is_at_that_of_what_holds_it():
    toml = read_toml("a = 1\n[[step]]\nopen = { b = 2 }\n", "a.toml")
    assert toml.line(("step", 0, "open", "b")) == 3
    assert toml.line(("step", 0, "missing")) == 2
    assert toml.line(("other",)) == 1


@pytest.mark.parametrize(("text", "line"), [("a = \n", 1), ("a = 1\nb = [", 2), ("a = 1\n\nc d\n", 3)])
def test_a_mistake_is_told_with_its_line(text: str, line: int):
    with pytest.raises(BadFile) as refusal:
        read_toml(text, "mine.toml")
    assert str(refusal.value) == f"“mine.toml”, line {line}: this is no TOML."


def test_deep_nesting_is_refused():
    with pytest.raises(BadFile, match=r"mine\.toml"):
        read_toml("a = " + "[" * 5000 + "]" * 5000, "mine.toml")
