"""Every sentence that a person may read is said in every language."""

from __future__ import annotations

import pickle
import re

import pytest
from PySide6.QtCore import QCoreApplication

from explorer.engine.errors import BadExploration, BadSequence, Names
from explorer.gui.words import catalogue, i18n

OTHERS = [code for code in i18n.languages() if code != i18n.SOURCE]

# Names and signs that are the same in every language.
SAME = {
    "tanh", "sigmoid", "ReLU", "relu", "identity", "softmax", "LSTM", "GRU", "PNG", "SVG", "PDF", "CSV",
    "NPZ", "RMS", "f", "f′", "f, f′", "t", "k", "n", "T", "W", "U", "V", "English", "简体中文", "中/EN",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english_again():
    yield
    i18n.set_language("en")


def test_no_sentence_is_built_before_it_is_translated():
    assert [sentence.where for sentence in catalogue.sentences() if sentence.text is None] == []


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_of_the_code_is_translated(code: str):
    assert catalogue.missing(code) == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(code: str):
    assert catalogue.orphans(code) == []


@pytest.mark.parametrize("code", OTHERS)
def test_translations_keep_the_places_of_their_values(code: str):
    for text, translated in i18n.catalogue(code).items():
        assert catalogue.places(translated) == catalogue.places(text), text


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_in_english(code: str):
    same = {text for text, translated in i18n.catalogue(code).items() if translated == text}
    # What stands in braces is put there, and has words of its own.
    assert {text for text in same - SAME if re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", text))} == set()


def test_text_without_translation_stays_english():
    i18n.set_language("zh_CN")
    assert i18n.tr("no such sentence") == "no such sentence"


def test_unknown_language_is_refused():
    with pytest.raises(KeyError):
        i18n.set_language("tlh")


def test_refusal_is_said_in_the_current_language_with_its_words_translated():
    refusal = BadExploration(
        "{what} is {value}; it must lie between {low} and {high}.",
        what="gain",
        value=60.0,
        low=0.0,
        high=50.0,
    )
    assert i18n.say(refusal) == "gain is 60.0; it must lie between 0.0 and 50.0."
    i18n.set_language("zh_CN")
    assert i18n.say(refusal) == "增益为 60.0；应在 0.0 与 50.0 之间。"


def test_names_in_a_refusal_are_listed_as_the_language_does_it():
    sentence = "There is no {what} “{name}”; choose one of {choices}."
    refusal = BadExploration(sentence, what="cell", name="x", choices=Names("ab"))
    assert str(refusal) == i18n.say(refusal) == "There is no cell “x”; choose one of a, b."
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)
    i18n.set_language("zh_CN")
    assert i18n.say(refusal) == "没有名为“x”的循环单元；可选：a、b。"


def test_phrases_are_said_at_once_and_again_after_a_change_of_language():
    said: list[str] = []
    phrases = i18n.Phrases()
    phrases.add(said.append, "gain")
    i18n.set_language("zh_CN")
    phrases.retranslate()
    assert said == ["gain", "增益"]


@pytest.mark.usefixtures("qapp")
def test_qt_speaks_the_language_too():
    i18n.set_language("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    i18n.set_language("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_sentences_are_found_by_their_forms(tmp_path):
    (tmp_path / "code.py").write_text(
        """
class A:
    def __init__(self):
        self.phrases.add(self.setText, "phrase {n}", n=3)
        other.add(self.setText, "not a phrase")
        tr("said" if x else "unsaid"); tr(variable); tr(f"built {x}"); mark("marked")
        raise BadSequence("refused {what}", what="thing")
def _within(what, value): ...
_within("named", 3)
""",
        encoding="utf-8",
    )
    texts = {sentence.text for sentence in catalogue.sentences(tmp_path)}
    assert texts == {"phrase {n}", "said", "unsaid", None, "marked", "refused {what}", "thing", "named"}


def test_values_of_the_user_are_never_translated():
    i18n.set_language("zh_CN")
    assert i18n.say(BadSequence("Row {row}: “{cell}”", row=3, cell="gain")) == "Row 3: “gain”"
