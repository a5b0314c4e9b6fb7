"""Chinese is written as ``resources/i18n/README.md`` says, and each sentence keeps what its English one has."""

from __future__ import annotations

import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator

import pytest

from explorer.gui.plot.theme import themes
from explorer.gui.words import i18n
from explorer.paths import resources
from explorer.workspace.disk.presets import presets
from explorer.workspace.lessons.library import lesson, names
from explorer.workspace.tasks import TASKS
from explorer.workspace.words.glossary import glossary

from ..chinese import RULES, faults

CATALOGUE = i18n.catalogue("zh_CN")


def pairs() -> Iterator[tuple[str, str]]:
    """Yield every shipped text that a person reads, in English and in Chinese."""
    yield from CATALOGUE.items()
    told = [words for one in presets() for words in (one.titles, one.short, one.look)]
    told += [
        words for kind in TASKS.values() for words in (kind.titles, kind.explanation, kind.own, kind.form) if words
    ]
    told += [words for term in glossary().values() for words in (term.titles, term.meaning)]
    cells = [tomllib.loads(path.read_text("utf-8")) for path in sorted((resources() / "cells").glob("*.toml"))]
    told += [cell[said] for cell in cells for said in ("title", "note")]
    told += [words for name in names() for words in lesson(name).words]
    told += [theme.titles for theme in themes().values()]
    yield from ((words["en"], words["zh_CN"]) for words in told)


PAIRS = tuple(pairs())


@pytest.mark.parametrize("rule", RULES)
def test_no_shipped_text_breaks_a_rule_of_writing(rule: str):
    assert [fault for _, text in PAIRS for fault in faults(text) if fault.startswith(rule)] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("a space beside full-width punctuation", "一句。 另一句。"),
        ("a space beside full-width punctuation", "之前的 “that”"),
        ("an ellipsis of another kind", "正在计算……"),
        ("an ellipsis of another kind", "打开 …"),
        ("half-width punctuation in prose", "目标: {name}"),
        ("half-width punctuation in prose", "谓词, {name}"),
        ("half-width brackets in prose", "简单 (Elman)"),
        ("half-width brackets in prose", "数值(输入)"),
        ("no space between Chinese and Latin", "第3步"),
        ("no space between Chinese and Latin", "W的幂"),
        ("a space between Chinese characters", "第 3 项 恰为零"),
        ("two spaces", "一  二"),
        ("a straight quotation mark", "名为'x'的"),
        ("a full-width sign for a half-width one", "１０％"),
        ("a space before %", "10 % 的步"),
        ("the name of a mouse's key for an arrow", "左右键选择 k"),
        ("another word for what has one", "显示 体积"),
    ],
)
def test_a_text_that_breaks_a_rule_is_found(rule: str, text: str):
    assert [fault for fault in faults(text) if fault.startswith(rule)]


@pytest.mark.parametrize(
    "text",
    [
        "文件(&F)",
        "表格 (*.csv *.tsv);;所有文件 (*)",
        "观测位置 ({x}, {y})",
        "权重 W[0,1] 与 b[3]",
        "送入 <s>、之后送入 </s>：各占一步。",
        "<b>梯度流。</b>第 k 列",
        "只有 1% 能到达 3 步之前的“that”。",
        "从 0 到 1 · 每 2.2 步减半",
        "10:30 的 3/4",
    ],
)
def test_a_text_that_keeps_to_the_rules_passes(text: str):
    assert faults(text) == []


_ENDS = {".": "。", ":": "：", "?": "？", ",": "，", ";": "；", "…": "…", "!": "！"}
_ABBREVIATED = {"acc."}


def test_every_text_ends_as_its_english_one():
    def differs(english: str, chinese: str) -> bool:
        last, own = english.rstrip()[-1], chinese.rstrip()[-1]
        return _ENDS.get(last, "") != (own if own in _ENDS.values() else "")

    assert [pair for pair in PAIRS if pair[0] not in _ABBREVIATED and differs(*pair)] == []


def places(text: str) -> Counter[tuple[str, str]]:
    return Counter((name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name and spec is not None)


def test_every_value_that_is_put_in_is_written_as_in_english():
    def differs(english: str, chinese: str) -> bool:
        return set(places(english)) != set(places(chinese))

    assert [pair for pair in CATALOGUE.items() if differs(*pair)] == []


_TYPED = re.compile(r"\b(?:type|types|typed|typing)\b", re.IGNORECASE)
_KINDS_OF_FILE = {"Files of &type:"}


def test_what_a_person_types_is_called_otherwise_than_what_the_network_is_fed():
    typed = [pair for pair in PAIRS if _TYPED.search(pair[0].replace("&", "")) and pair[0] not in _KINDS_OF_FILE]
    assert len(typed) > 10
    assert [pair for pair in typed if "键入" not in pair[1]] == []


_SIGNS = re.compile(r"\{[^}]*\}|<[^>]*>|\(&\w\)|\*\.\w+")


def test_no_english_word_is_left_that_the_english_text_does_not_have():
    def own(english: str, chinese: str) -> set[str]:
        words = set(re.findall(r"[A-Za-z]{3,}", _SIGNS.sub(" ", chinese)))
        return {word for word in words if word.lower() not in english.lower()}

    names = {"BPTT", "RTRL", "Elman", "tanh", "ReLU", "LRU", "MGU"}
    assert [(pair, left) for pair in PAIRS if (left := own(*pair) - names)] == []
