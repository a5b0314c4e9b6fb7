"""What a sequence feeds to the network, and what an edit leaves as it was."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.errors import BadExploration, BadSequence
from explorer.workspace.exploration.exploration import MOST_STEPS, Numbers, Sequence, Signal, Text
from explorer.workspace.feed.edits import (
    drawn,
    with_length,
    with_step_added,
    with_step_removed,
    with_token,
    with_value,
)
from explorer.workspace.feed.sequences import MOST_CHARACTERS, MOST_VOCABULARY, feed

WORDS = st.text(alphabet=st.characters(codec="ascii", categories=["Ll", "Lu"]), min_size=1, max_size=6)
UNITS = st.sampled_from(["word", "character"])
TEXTS = st.builds(Text, text=st.text(max_size=60).filter(str.strip), unit=UNITS, markers=st.booleans())
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(lambda words: Text(text=" ".join(words)))
SIGNALS = st.builds(
    Signal,
    kind=st.sampled_from(["sine", "impulse", "step", "constant", "noise"]),
    steps=st.integers(1, 50),
    amplitude=st.floats(-10, 10),
    period=st.floats(1, 100),
    onset=st.integers(1, 60),
    seed=st.integers(0, 99),
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = st.integers(1, 4).flatmap(
    lambda width: st.builds(Numbers, rows=st.lists(st.tuples(*[FINITE] * width), min_size=1, max_size=20).map(tuple))
)


def labels(text: str, **settings: object) -> str:
    return " ".join(feed(Text(text=text, **settings)).labels)


def steps(sequence: Sequence) -> int:
    return len(feed(sequence).labels)


class TestText:
    def test_words_are_fed_in_lower_case_and_kept_as_typed(self) -> None:
        fed = feed(Text(text="That was phenomenal"))
        assert fed.labels == ("that", "was", "phenomenal")
        assert fed.tokens == ("That", "was", "phenomenal")

    def test_a_word_is_one_hot_over_the_vocabulary_in_order_of_first_appearance(self) -> None:
        fed = feed(Text(text="to be or not to be"))
        assert fed.columns == ("to", "be", "or", "not")
        assert fed.symbolic
        np.testing.assert_array_equal(fed.x, np.eye(4)[[0, 1, 2, 3, 0, 1]])

    def test_x_is_read_only_float64(self) -> None:
        for sequence in (Text(text="a"), Signal(), Numbers(rows=((1.0,),))):
            assert feed(sequence).x.dtype == np.float64
            assert not feed(sequence).x.flags.writeable

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("I don't know, well-known: 3.14!", "i don't know , well-known : 3.14 !"),
            ("“Ça va?” naïve Ω", "“ ça va ? ” naïve ω"),
            ("नमस्ते दुनिया", "नमस्ते दुनिया"),
            ("안녕 세상", "안녕 세상"),
            ("我爱RNN。", "我 爱 rnn 。"),
            ("👍🏽👩‍👩‍👧 ok", "👍🏽 👩‍👩‍👧 ok"),
            ("see <UNK> a<b", "see <unk> a < b"),
            ("wait... a--b", "wait . . . a - - b"),
        ],
    )
    def test_words_follow_unicode_and_punctuation_stands_alone(self, text: str, expected: str) -> None:
        assert labels(text) == expected

    def test_composed_and_decomposed_letters_are_the_same_word(self) -> None:
        assert len(feed(Text(text="caf\u00e9 cafe\u0301")).columns) == 1

    def test_characters_keep_their_case_and_spaces_become_visible(self) -> None:
        assert labels("Hi a\n", unit="character") == "H i ␣ a ⏎"

    def test_combining_marks_stay_with_their_character(self) -> None:
        assert feed(Text(text="e\u0301x", unit="character")).labels == ("é", "x")

    def test_markers_stand_around_each_sentence(self) -> None:
        assert labels("Hi. You at 3.5?! ok", markers=True) == ("<s> hi . </s> <s> you at 3.5 ? ! </s> <s> ok </s>")
        assert labels("我。你！\n好", markers=True) == "<s> 我 。 </s> <s> 你 ！ </s> <s> 好 </s>"

    def test_a_quotation_mark_after_the_full_stop_belongs_to_the_sentence(self) -> None:
        assert labels("“No.” Yes", markers=True) == "<s> “ no . ” </s> <s> yes </s>"

    def test_markers_come_first_so_that_typing_does_not_move_them(self) -> None:
        assert feed(Text(text="a. b", markers=True)).columns == ("<s>", "</s>", "a", ".", "b")

    def test_a_word_that_the_vocabulary_lacks_is_shown_as_unk(self) -> None:
        fed = feed(Text(text="the zebra", vocabulary=("The", "dog")))
        assert fed.labels == ("The", "<unk>")
        assert fed.tokens == ("the", "zebra")
        assert fed.columns == ("The", "dog", "<unk>")

    def test_columns_of_a_given_vocabulary_do_not_depend_on_the_text(self) -> None:
        vocabulary = ("a", "b")
        assert feed(Text(text="a", vocabulary=vocabulary)).columns == ("a", "b", "<unk>")
        assert feed(Text(text="zz", vocabulary=vocabulary)).columns == ("a", "b", "<unk>")

    def test_unk_and_markers_stay_where_the_vocabulary_puts_them(self) -> None:
        fed = feed(Text(text="q", vocabulary=("<unk>", "</s>", "a"), markers=True))
        assert fed.columns == ("<unk>", "</s>", "a", "<s>")
        assert fed.labels == ("<s>", "<unk>", "</s>")

    @pytest.mark.parametrize("text", ["", "  \n "])
    def test_an_empty_text_is_refused(self, text: str) -> None:
        with pytest.raises(BadSequence, match="empty"):
            feed(Text(text=text))

    def test_more_than_2000_steps_are_refused_with_their_number(self) -> None:
        assert steps(Text(text="a " * MOST_STEPS)) == MOST_STEPS
        with pytest.raises(BadSequence, match="2001 steps; at most 2000"):
            feed(Text(text="a " * (MOST_STEPS + 1)))

    def test_a_text_too_long_to_split_is_refused_unsplit(self) -> None:
        with pytest.raises(BadSequence, match="characters"):
            feed(Text(text="a" * (MOST_CHARACTERS + 1)))

    def test_a_text_over_a_large_vocabulary_is_shorter(self) -> None:
        many = tuple(f"w{i}" for i in range(9_999))
        assert feed(Text(text="w1 " * 400, vocabulary=many)).x.shape == (400, 10_000)
        with pytest.raises(BadSequence, match="401 steps; over a vocabulary of 10000 at most 400 fit"):
            feed(Text(text="w1 " * 401, vocabulary=many))

    def test_a_vocabulary_too_large_or_with_a_word_twice_is_refused(self) -> None:
        with pytest.raises(BadSequence, match="10001 entries"):
            feed(Text(text="a", vocabulary=tuple(map(str, range(MOST_VOCABULARY + 1)))))
        with pytest.raises(BadSequence, match="“A” twice"):
            feed(Text(text="a", vocabulary=("a", "A")))

    @given(TEXTS)
    def test_each_step_of_a_text_is_one_hot_at_its_label(self, sequence: Text) -> None:
        try:
            fed = feed(sequence)
        except BadSequence:
            return
        assert fed.x.shape == (len(fed.labels), len(fed.columns))
        assert len(set(fed.columns)) == len(fed.columns)
        assert fed.labels == tuple(fed.columns[i] for i in fed.x.argmax(axis=1))
        np.testing.assert_array_equal(fed.x.sum(axis=1), 1.0)

    @given(st.text(max_size=60))
    def test_words_together_are_the_text_without_its_spaces(self, text: str) -> None:
        try:
            found = "".join(feed(Text(text=text, unit="character")).tokens)
        except BadSequence:
            found = ""
        assert found == text

    def test_2000_words_take_a_few_milliseconds(self) -> None:
        long = Text(text=" ".join(f"word{i}" for i in range(MOST_STEPS)))
        feed(long)
        start = time.perf_counter()
        feed(long)
        assert time.perf_counter() - start < 0.25  # ten times what a busy machine needs


class TestSignal:
    def test_the_default_is_a_cosine_of_period_20(self) -> None:
        t = np.arange(1, 41)
        np.testing.assert_allclose(feed(Signal()).x[:, 0], np.cos(2 * np.pi * (t - 1) / 20), rtol=1e-15)

    def test_impulse_and_step_start_at_their_onset(self) -> None:
        settings = {"steps": 4, "onset": 3, "amplitude": 2.0}
        assert feed(Signal(kind="impulse", **settings)).x.ravel().tolist() == [0, 0, 2, 0]
        assert feed(Signal(kind="step", **settings)).x.ravel().tolist() == [0, 0, 2, 2]
        assert feed(Signal(kind="constant", **settings)).x.ravel().tolist() == [2, 2, 2, 2]

    def test_an_onset_behind_the_end_gives_zeros(self) -> None:
        assert not feed(Signal(kind="impulse", steps=3, onset=9)).x.any()

    def test_longer_noise_starts_with_the_shorter_one(self) -> None:
        short = feed(Signal(kind="noise", steps=7, seed=3)).x
        long = feed(Signal(kind="noise", steps=700, seed=3)).x
        np.testing.assert_array_equal(long[:7], short)
        assert abs(long.std() - 1) < 0.1  # 700 standard normal numbers: four standard errors

    def test_rounding_is_not_shown_as_a_number(self) -> None:
        assert feed(Signal()).labels[:6] == ("1", "0.951", "0.809", "0.588", "0.309", "0")

    @given(st.one_of(SIGNALS, NUMBERS, SENTENCES))
    def test_feeding_twice_gives_the_same(self, sequence: Sequence) -> None:
        once, again = feed(sequence), feed(sequence)
        np.testing.assert_array_equal(once.x, again.x)
        assert (once.labels, once.columns) == (again.labels, again.columns)
        assert len(once.labels) == len(once.tokens) == len(once.x)


class TestNumbers:
    def test_numbers_are_fed_as_they_are_under_their_names(self) -> None:
        fed = feed(Numbers(rows=((1.0, 2.0), (3.0, -4.5)), columns=("a", "b")))
        assert fed.x.tolist() == [[1, 2], [3, -4.5]]
        assert fed.columns == ("a", "b")
        assert fed.labels == ("1, 2", "3, -4.5")
        assert not fed.symbolic

    def test_columns_without_names_are_numbered(self) -> None:
        fed = feed(Numbers(rows=((1.0, 2.0, 3.0),)))
        assert fed.columns == ("x1", "x2", "x3")
        assert fed.labels == ("1, 2, …",)

    def test_long_numbers_have_short_labels(self) -> None:
        assert feed(Numbers(rows=((123456.0,), (1.0,)))).labels == ("1.23e5", "1")


class TestEdits:
    @given(st.one_of(SIGNALS, NUMBERS), st.data(), FINITE)
    def test_a_value_changed_changes_no_other(self, sequence: Sequence, data: st.DataObject, value: float) -> None:
        expected = feed(sequence).x.copy()
        t = data.draw(st.integers(1, len(expected)))
        column = data.draw(st.integers(0, expected.shape[1] - 1))
        expected[t - 1, column] = value
        np.testing.assert_array_equal(feed(with_value(sequence, t, column, value)).x, expected)

    def test_a_value_that_cannot_be_is_refused(self) -> None:
        with pytest.raises(BadExploration, match="finite"):
            with_value(Signal(), 1, 0, float("nan"))
        with pytest.raises(BadSequence, match="no step 41; the steps are 1 to 40"):
            with_value(Signal(), 41, 0, 1.0)
        with pytest.raises(BadSequence, match="no column 2; there are 1"):
            with_value(Signal(), 1, 1, 1.0)
        with pytest.raises(BadSequence, match="word"):
            with_value(Text(text="a"), 1, 0, 1.0)

    @given(SENTENCES, st.data(), WORDS)
    def test_a_word_replaced_is_fed_and_the_others_stay(self, sequence: Text, data: st.DataObject, word: str) -> None:
        before = list(feed(sequence).labels)
        t = data.draw(st.integers(1, len(before)))
        before[t - 1] = word.lower()
        assert list(feed(with_token(sequence, t, word)).labels) == before

    def test_replacing_keeps_the_rest_of_the_text(self) -> None:
        text = Text(text="That  was,\nphenomenal!", markers=True)
        assert with_token(text, 3, "is not").text == "That  is not,\nphenomenal!"

    @pytest.mark.parametrize("word", ["x", "well-", "5", "<", "."])
    def test_a_new_word_does_not_fuse_with_its_neighbours(self, word: str) -> None:
        before = feed(Text(text="a,b 1.x"))
        for t in range(1, len(before.labels) + 1):
            after = feed(with_token(Text(text="a,b 1.x"), t, word)).labels
            typed = feed(Text(text=word)).labels
            assert after == (*before.labels[: t - 1], *typed, *before.labels[t:])

    def test_a_character_is_replaced_by_what_is_typed(self) -> None:
        assert with_token(Text(text="abc", unit="character"), 2, "␣⏎").text == "a \nc"

    def test_nothing_typed_and_markers_are_refused(self) -> None:
        with pytest.raises(BadSequence, match="Step 1 can't be empty"):
            with_token(Text(text="a"), 1, "  ")
        with pytest.raises(BadSequence, match="Step 1 is a sentence marker"):
            with_token(Text(text="a", markers=True), 1, "b")

    def test_a_text_too_long_after_an_edit_is_refused(self) -> None:
        full = Text(text="a " * MOST_STEPS)
        with pytest.raises(BadSequence, match="2001"):
            with_token(full, 5, "b c")
        with pytest.raises(BadSequence, match="2001"):
            with_step_added(full, 5)

    def test_a_signal_stays_a_signal_when_its_end_moves(self) -> None:
        assert with_step_added(Signal(steps=5), 5) == Signal(steps=6)
        assert with_step_removed(Signal(steps=5), 5) == Signal(steps=4)

    def test_a_signal_changed_within_becomes_numbers(self) -> None:
        impulse = Signal(kind="impulse", steps=3, onset=2)
        assert feed(with_step_added(impulse, 2)).x.ravel().tolist() == [0, 1, 1, 0]
        assert feed(with_step_removed(impulse, 1)).x.ravel().tolist() == [1, 0]

    @given(st.one_of(NUMBERS, SENTENCES), st.data())
    def test_a_step_added_repeats_it_and_removing_it_takes_it_back(
        self, sequence: Sequence, data: st.DataObject
    ) -> None:
        before = feed(sequence)
        t = data.draw(st.integers(1, len(before.labels)))
        longer = with_step_added(sequence, t)
        np.testing.assert_array_equal(feed(longer).x, np.insert(before.x, t, before.x[t - 1], axis=0))
        np.testing.assert_array_equal(feed(with_step_removed(longer, t + 1)).x, before.x)

    def test_a_step_added_at_a_marker_repeats_the_word_beside_it(self) -> None:
        text = Text(text="so good", markers=True)
        assert with_step_added(text, 4).text == "so good good"
        assert with_step_added(text, 1).text == "so so good"
        assert with_step_removed(text, 4).text == "so"

    def test_removing_a_word_leaves_one_space(self) -> None:
        assert with_step_removed(Text(text="that was good"), 2).text == "that good"
        assert with_step_removed(Text(text="that was good"), 1).text == "was good"
        assert with_step_removed(Text(text="that was good"), 3).text == "that was"

    def test_removing_a_mark_does_not_fuse_the_words_around_it(self) -> None:
        assert with_step_removed(Text(text="a,b"), 2).text == "a b"

    @pytest.mark.parametrize(
        "sequence", [Signal(steps=1), Numbers(rows=((1.0,),)), Text(text="a"), Text(text="a", markers=True)]
    )
    def test_the_only_step_is_not_removed(self, sequence: Sequence) -> None:
        with pytest.raises(BadSequence, match="only step"):
            with_step_removed(sequence, 1)

    @given(st.one_of(SIGNALS, NUMBERS, SENTENCES), st.integers(1, 60))
    def test_a_length_is_reached_and_the_common_start_kept(self, sequence: Sequence, length: int) -> None:
        before, after = feed(sequence), feed(with_length(sequence, length))
        assert len(after.labels) == length
        common = min(length, len(before.labels))
        if before.symbolic:
            assert after.tokens[:common] == before.tokens[:common]
        else:
            np.testing.assert_array_equal(after.x[:common], before.x[:common])

    def test_numbers_are_extended_by_their_last_row_and_a_text_by_itself(self) -> None:
        assert with_length(Numbers(rows=((1.0,), (2.0,))), 4).rows == ((1.0,), (2.0,), (2.0,), (2.0,))
        assert with_length(Text(text="so good."), 5).text == "so good. so good"
        assert with_length(Text(text="你好"), 3).text == "你好你"

    def test_a_text_with_markers_never_exceeds_the_length_but_keeps_a_word(self) -> None:
        text = Text(text="That was good.", markers=True)
        assert [steps(with_length(text, n)) for n in (1, 3, 4, 6, 8, 9, 12)] == [3, 3, 4, 6, 6, 9, 12]

    @pytest.mark.parametrize("length", [0, MOST_STEPS + 1, 10**12])
    @pytest.mark.parametrize("sequence", [Signal(), Numbers(rows=((1.0,),)), Text(text="a")])
    def test_a_length_out_of_range_is_refused(self, sequence: Sequence, length: int) -> None:
        with pytest.raises(BadSequence, match="between 1 and 2000"):
            with_length(sequence, length)

    def test_a_drawn_curve_is_one_column(self) -> None:
        assert drawn(np.array([0.5, -1.0])) == Numbers(rows=((0.5,), (-1.0,)), source="drawn")


@pytest.mark.parametrize("made", [lambda: Text(text="to be or not"), lambda: Signal(kind="noise", steps=7, seed=3)])
def test_an_equal_sequence_is_fed_as_it_was_and_nobody_can_change_it(made):
    found = feed(made())
    assert feed(made()) is found
    assert not found.x.flags.writeable
    assert not found.values.flags.writeable
