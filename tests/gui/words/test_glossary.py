"""One word for one thing: what the program says keeps to the glossary, and the window explains with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QRawFont
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import load_fonts
from explorer.gui.shell.guide import Guide
from explorer.gui.words import i18n
from explorer.gui.words.catalogue import sentences
from explorer.workspace.disk.presets import presets
from explorer.workspace.lessons.library import lesson, names
from explorer.workspace.tasks import TASKS
from explorer.workspace.words.glossary import Term, glossary

ROOT = Path(__file__).resolve().parents[3]
TERMS = tuple(glossary().values())


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def bare(text: str) -> str:
    """Return ``text`` without the places of values, without mark-up and without the marks of keys."""
    return re.sub(r"\{[^}]*\}|<[^>]*>|&", "", text)


@cache
def said() -> list[dict[str, str]]:
    """Return all that is shipped in every language."""
    texts = {sentence.text for sentence in sentences()} - {None}
    spoken = [{code: i18n.catalogue(code).get(text, text) for code in i18n.languages()} for text in texts if text]
    spoken += [words for one in presets() for words in (one.titles, one.look)]
    spoken += [
        words for kind in TASKS.values() for words in (kind.titles, kind.explanation, kind.own, kind.form) if words
    ]
    spoken += [words for name in names() for words in lesson(name).words]
    spoken += [words for term in TERMS for words in (term.titles, term.meaning)]
    return [{code: bare(text) for code, text in words.items()} for words in spoken]


NAMES = {"step function", "Step up", "Step down"}
"""Names of other things that hold a word of the glossary."""


def pattern(word: str) -> re.Pattern[str]:
    """Return what finds an English word, in the plural as well."""
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?:s|es)?(?!\w)", re.IGNORECASE)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_no_other_word_is_said_for_a_term(term: Term):
    found = [words["en"] for words in said() for word in term.never.get("en", ()) if pattern(word).search(words["en"])]
    found += [words["zh_CN"] for words in said() for word in term.never.get("zh_CN", ()) if word in words["zh_CN"]]
    assert found == []


def test_a_step_is_written_below_its_letter_wherever_it_is_said():
    after_a_stroke = re.compile(r"(?<![A-Za-z])[sδJzPx]_[tkj](?![A-Za-z0-9_])")
    texts = [text for words in said() for text in words.values() if after_a_stroke.search(text)]
    texts += [
        line for path in (ROOT / "resources").glob("*.toml") for line in _lines(path) if after_a_stroke.search(line)
    ]
    # The command line writes to terminals, whose letters are theirs.
    assert [text for text in texts if not text.startswith("Write the gradients of all pairs")] == []


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_term_is_the_same_word_in_every_translation(term: Term):
    english, longer = (
        pattern(term.titles["en"]),
        [one.titles["en"] for one in TERMS if term.titles["en"] in one.titles["en"]],
    )
    longer.remove(term.titles["en"])
    lacking = []
    for words in said():
        text = "" if words["en"] in NAMES else words["en"]
        for other in longer:
            text = pattern(other).sub("", text)
        if english.search(text) and term.titles["zh_CN"] not in words["zh_CN"]:
            lacking.append(words)
    assert lacking == []


@pytest.mark.parametrize("place", ["README.md", "explorer/cli"])
def test_readme_and_command_line_keep_to_it(place: str):
    path = ROOT / place
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    text = "\n".join(_prose(file) for file in files)
    assert [word for term in TERMS for word in term.never.get("en", ()) if pattern(word).search(text)] == []


def _prose(file: Path) -> str:
    if file.suffix != ".py":
        return file.read_text("utf-8")
    tree = ast.parse(file.read_text("utf-8"))
    return "\n".join(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize("code", i18n.languages())
def test_guide_explains_every_word(qtbot: QtBot, code: str):
    i18n.set_language(code)
    guide = Guide(None)  # type: ignore[arg-type]
    qtbot.addWidget(guide)
    shown = guide.text.toPlainText()
    assert [term.name for term in TERMS if term.titles[code] not in shown or term.meaning[code] not in shown] == []


def test_every_term_is_told_in_every_language_and_no_two_share_a_word():
    for code in i18n.languages():
        assert all(set(term.titles) == set(term.meaning) == set(i18n.languages()) for term in TERMS)
        titles = [term.titles[code] for term in TERMS]
        assert len(set(titles)) == len(titles)


@pytest.mark.usefixtures("qapp")
def test_every_sign_of_it_is_drawn_by_a_shipped_font():
    fonts = [QRawFont.fromFont(QFont(family, 10)) for family in load_fonts()]
    said = "".join(
        text for term in TERMS for words in (term.titles, term.meaning) for text in (*words.values(), term.symbol)
    )
    assert {sign for sign in said if not any(font.supportsCharacter(ord(sign)) for font in fonts)} == set()
