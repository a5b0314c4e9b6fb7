"""What is one character, one word and one marker of a text."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.errors import BadSequence
from explorer.workspace.exploration.exploration import Exploration, Recipe, Text
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.edits import with_step_added, with_step_removed, with_token
from explorer.workspace.feed.sequences import feed
from explorer.workspace.feed.tokens import SENTENCE_END, SENTENCE_START, tokens
from explorer.workspace.looks.tryout import with_typed
from explorer.workspace.tasks.sentences import make_next_word

CHARACTERS = [
    "🇩🇪",  # a flag
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
    "👨‍👩‍👧‍👦",  # a family put together by joiners
    "👍🏽",  # a thumb with the colour of its skin
    "1️⃣",
    "\u1100\u1161\u11a8",  # a syllable of Hangul in jamo
    "각",
    "e\u0301\u0323",
    "क्षि",  # a conjunct of Devanagari with its vowel
    "กำ",
    "\r\n",
]


@pytest.mark.parametrize("character", CHARACTERS)
def test_a_character_is_what_a_reader_takes_for_one(character: str):
    found = tokens(f"x{character}{character}y", "character")
    assert [token.end - token.start for token in found] == [1, len(character), len(character), 1]
    assert len({token.label for token in found}) == 3


@pytest.mark.parametrize("symbol", CHARACTERS[:4])
def test_between_words_a_flag_or_an_emoji_is_one_step(symbol: str):
    assert [token.label for token in tokens(f"a{symbol}{symbol} b", "word")] == ["a", symbol, symbol, "b"]


@pytest.mark.parametrize(
    "word",
    [
        "नमस्ते",
        "क्षत्रिय",
        "\u1112\u1161\u11ab\u1100\u1173\u11af",
        "မြန်မာ",
        "می‌خواهم",
        "don't",
        "co\u00adoperate",
        "ab\u200ec",
    ],
)
def test_a_word_of_any_script_is_one_step(word: str):
    assert len(tokens(f"{word} {word}", "word")) == 2


def test_a_word_is_one_whichever_apostrophe_or_hyphen_or_soft_hyphen_it_has():
    text = "Don't don’t DONʼT well-known well‐known well‑known co\u00adoperate cooperate cooperate\u200c"
    assert feed(Text(text=text)).columns == ("don't", "well-known", "cooperate")
    assert feed(Text(text="the dogs’ end")).labels == ("the", "dogs", "’", "end")


def test_a_vocabulary_of_an_earlier_version_keeps_its_columns():
    old = Text(text="don’t don't a\r", vocabulary=("a", "don't", "don’t"))
    assert feed(old).columns == ("a", "don't", "don’t", "<unk>")
    assert feed(old).labels == ("don't", "don't", "a")
    assert feed(Text(text="don't", vocabulary=("don’t",))).labels == ("don’t",)
    characters = Text(text="a\r\nb\r", unit="character", vocabulary=("\r", "a", "b", "⏎"))
    assert feed(characters).labels == ("a", "⏎", "b", "⏎")
    assert feed(Text(text="\n", unit="character", vocabulary=("\n",))).labels == ("\n",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<s> a b </s>", "<s> a b </s>"),
        ("a b </s> c.", "<s> a b </s> <s> c . </s>"),
        ("a. </s> b", "<s> a . </s> <s> b </s>"),
        ("<s>a.\n</s>\n<s>b</s>\n", "<s> a . </s> <s> b </s>"),
        ("a <s> b", "<s> a </s> <s> b </s>"),
        ("<s>\na", "<s> a </s>"),
        ("</s> a", "<s> </s> <s> a </s>"),
        ("<S> A </S>", "<s> a </s>"),
        ("<s>", "<s> </s>"),
    ],
)
def test_a_typed_marker_is_the_marker_and_none_is_put_beside_it(text: str, expected: str):
    assert " ".join(feed(Text(text=text, markers=True)).labels) == expected


MARKED = st.lists(st.sampled_from(["a", "b", ".", "\n", "<s>", "</s>"]), min_size=1, max_size=12).map(" ".join)


@given(MARKED)
def test_sentences_begin_with_one_start_and_end_with_one_end_whatever_is_typed(text: str):
    found = tokens(text, "word", markers=True)
    assert [token for token in found if not token.is_marker] == tokens(text, "word")
    for before, token in pairwise(found):
        if token.is_marker:
            assert before.label != token.label
        if before.label not in (SENTENCE_START, SENTENCE_END) and token.label == SENTENCE_START:
            raise AssertionError("a sentence without its end")
    assert not found or found[0].label == SENTENCE_START


def test_a_text_that_comes_with_its_markers_is_learnt_from_like_one_that_comes_without():
    plain = "\n".join(f"the {noun} sees the {other} ." for noun in "abcd" for other in "efgh")
    marked = "\n".join(f"<s> {line} </s>" for line in plain.splitlines())
    one, other = (make_next_word(Task(kind="next_word", text=text)) for text in (plain, marked))
    assert one.inputs == other.inputs
    assert [row.tolist() for row in one.source.inputs.rows] == [row.tolist() for row in other.source.inputs.rows]
    assert feed(one.shown).labels == feed(other.shown).labels


def test_a_typed_marker_can_be_edited_and_removed():
    text = Text(text="<s> a b </s>", markers=True)
    assert with_step_removed(text, 3).text == "<s> a </s>"
    assert with_step_removed(text, 1).text == "<s> b </s>", "the marker would come back by itself"
    assert with_step_added(text, 4).text == "<s> a b b </s>"
    with pytest.raises(BadSequence, match="only step"):
        with_step_removed(Text(text="<s> a </s>", markers=True), 2)
    assert with_token(text, 1, "x").text == "x a b </s>"
    with pytest.raises(BadSequence, match="sentence marker"):
        with_token(Text(text="a b </s>", markers=True), 1, "x")


def test_a_text_in_english_or_chinese_does_not_wait_for_the_table_of_characters():
    code = (
        "import sys; from explorer.workspace.feed.tokens import tokens;"
        "tokens('Don’t “stop”, naïve café … 我爱你。 안녕', 'character');"
        "sys.exit('regex' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_answer_behind_a_typed_end_is_that_behind_the_last_word():
    exploration = Exploration(
        networks=(Recipe(hidden=2),), sequence=Text(text="a", markers=True, vocabulary=("a", "b"))
    )
    assert with_typed(exploration, "<s> a b </s>").selection.t == with_typed(exploration, "a b").selection.t == 3
    assert with_typed(exploration, "<s>").selection.t == 2
