"""Classes of the shipped tasks are said in the language; words of a text that look like them are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from explorer.gui.words import i18n
from explorer.gui.words.class_names import spoken
from explorer.workspace.feed.tokens import SENTENCE_END
from explorer.workspace.tasks.ball import DIRECTIONS
from explorer.workspace.tasks.reviews import THREE, TWO
from explorer.workspace.tasks.tagging import TAGS


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    i18n.set_language("zh_CN")
    yield
    i18n.set_language("en")


@pytest.mark.parametrize("classes", [THREE, TWO[:1], TAGS, DIRECTIONS])
def test_every_class_of_a_shipped_task_has_a_name_in_the_language(classes: tuple[str, ...]) -> None:
    for name in classes:
        assert spoken(name, classes) not in (name, "")


def test_a_word_of_a_text_stays_as_it_is() -> None:
    words = ("stop", "the", "noun", SENTENCE_END, "␣")
    assert [spoken(name, words) for name in words[:3]] == ["stop", "the", "noun"]


def test_a_symbol_that_is_no_word_is_explained() -> None:
    words = ("a", SENTENCE_END, "␣")
    assert [spoken(name, words) for name in words] == ["a", "句子结束", f"␣ {i18n.tr('space')}"]


def test_a_persons_own_labels_stay_as_they_are() -> None:
    assert spoken("positive", ("positive", "warm")) == "positive"
