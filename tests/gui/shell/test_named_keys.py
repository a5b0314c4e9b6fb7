"""Each key that a text tells a person to press does what the text says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.plot.theme import themes
from explorer.gui.shell.actions import Actions
from explorer.gui.words import i18n

from ..words.test_glossary import said

README = Path(__file__).resolve().parents[3] / "README.md"
_TOLD = {
    "en": re.compile(r"\b[Pp]ress [`*]*((?:[0-9][`*]*(?:, [`*]*)?)+|[A-Z]\b|Space\b)([^.]*)"),
    "zh_CN": re.compile(r"按 ?((?:[0-9]、?)+|[A-Z]\b|空格)([^。]*)"),
}
_LETTERS = {"T": "train", "C": "beside", "P": "pin", "E": "enlarge", "Z": "inside", "Space": "play", "空格": "play"}


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[Actions]:
    owner = QWidget()
    qtbot.addWidget(owner)
    yield Actions(owner)
    assert owner


def told(language: str) -> list[tuple[str, str]]:
    """Return the keys that the program tells a person to press, each with the rest of its sentence."""
    found = [match for words in said() for match in _TOLD[language].finditer(words.get(language, ""))]
    if language == "en":
        found += _TOLD["en"].finditer(README.read_text(encoding="utf-8"))
    return [(key, match[2]) for match in found for key in _keys(match[1])]


def _keys(text: str) -> list[str]:
    return re.findall(r"\d", text) or [text]


@pytest.mark.parametrize("language", i18n.languages())
def test_a_key_that_is_named_does_what_is_said_of_it(actions: Actions, language: str) -> None:
    i18n.set_language(language)
    try:
        actions.dress(themes()["light"])
        by_key = {key.toString(): name for name, action in actions.items() for key in action.shortcuts()}
        labels = {name: actions[name].text() for name in ACTIVATIONS}
        assert {key for key, _ in told(language)} >= {"1", "2", "3", "6", "T"}
        for key, sentence in told(language):
            name = by_key[QKeySequence(key).toString() if key != "空格" else "Space"]
            wanted = _LETTERS.get(key, name)
            assert name == wanted, sentence
            # The simple cell's and the gated ones' own names are the same in every language.
            assert key in _LETTERS or labels.get(name, name).lower() in sentence.lower(), (key, sentence)
        assert set(by_key.values()) >= {*ACTIVATIONS, *quick_choices()}
    finally:
        i18n.set_language("en")
