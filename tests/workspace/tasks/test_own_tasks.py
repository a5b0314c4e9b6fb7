"""The person's own data: what is learnt from, and what is refused, with the number of the line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadFile, BadSequence, Refusal
from explorer.workspace.exploration.exploration import Exploration, Numbers
from explorer.workspace.exploration.recipe import weights_of
from explorer.workspace.exploration.task import USUAL_SYMBOLS, Aim, Task
from explorer.workspace.feed.sequences import feed
from explorer.workspace.tasks import advised, dataset, kinds, own_text
from explorer.workspace.tasks.labelled import Labelled, read_labelled
from explorer.workspace.tasks.own import series_task

from ..spreadsheets import own_series

REVIEWS = [f"{label}\tthis is {label} number {i}" for i in range(5) for label in ("warm", "cold")]


def written(folder: Path, text: str | bytes, name: str = "own.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class TestLabelledLines:
    @pytest.mark.parametrize("mark", ["\t", ", ", ": ", ",", ";", "; ", "：", "，", "；"])
    def test_a_tab_or_else_the_first_comma_colon_or_semicolon_ends_the_label(self, mark: str):
        lines = [line.replace("\t", mark) + ": so, yes" for line in REVIEWS]
        assert read_labelled("\n".join(lines))[1] == Labelled("cold", "this is cold number 0: so, yes")

    @pytest.mark.parametrize("mark", ["\t", ", ", ": ", ",", ";", "；"])
    def test_labels_may_stand_behind_the_sentences(self, mark: str):
        lines = [f"{text}: so, yes{mark}{label}" for label, text in (line.split("\t") for line in REVIEWS)]
        assert read_labelled("\n".join(lines))[1] == Labelled("cold", "this is cold number 0: so, yes")

    def test_quoted_sentences_before_their_labels_are_read_as_a_spreadsheet_writes_them(self):
        lines = [f'"It is {label}, they say ""{i}""",{label.upper()}' for i in range(5) for label in ("warm", "cold")]
        assert read_labelled("\n".join(lines))[0] == Labelled("warm", 'It is warm, they say "0"')

    def test_labels_that_stand_on_both_sides_are_those_before(self):
        lines = [f"{label}, sentence {i}, {mood}" for i in range(5) for label, mood in (("a", "yes"), ("b", "no"))]
        assert {one.label for one in read_labelled("\n".join(lines))} == {"a", "b"}

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("no label here", "Line 11 has no label: write the sentence, a tab, and the label"),
            (": warm", "Line 11 has a label but no sentence"),
            ("it is tepid\ttepid", "The label “tepid” has 1 sentences; at least 5"),
        ],
    )
    def test_what_is_wrong_is_told_for_the_side_on_which_fewer_labels_stand(self, line: str, sentence: str):
        behind = ["\t".join(reversed(one.split("\t"))) for one in REVIEWS]
        with pytest.raises(BadSequence, match=sentence):
            read_labelled("\n".join([*behind, line]))

    def test_the_labels_of_a_task_are_looked_for_on_both_sides(self):
        lines = [f"{end} it was, {i};{end}" for i in range(5) for end in ("positive", "negative")]
        assert dataset(Task(kind="sentiment2", text="\n".join(lines))).classes == ("positive",)
        with pytest.raises(BadSequence, match="Line 11 has the label “warm”; the task has positive, negative"):
            dataset(Task(kind="sentiment2", text="\n".join([*lines, "so it was;warm"])))

    def test_where_there_is_a_tab_a_comma_before_it_is_part_of_the_label(self):
        lines = [line.replace("\t", ", really\t") for line in REVIEWS]
        assert {one.label for one in read_labelled("\n".join(lines))} == {"warm, really", "cold, really"}

    def test_labels_are_one_whatever_their_case_and_quotation_marks_are_taken_off(self):
        lines = [*REVIEWS, 'Warm,"He said ""yes"", twice"', '"COLD",no']
        found = read_labelled("\r\n".join(lines))
        assert found[-2:] == [Labelled("warm", 'He said "yes", twice'), Labelled("cold", "no")]

    def test_labels_that_look_alike_are_one(self):
        lines = [*REVIEWS, "café\tone", "cafe\u0301\ttwo", *(f"café\t{i}" for i in range(3))]
        assert {one.label for one in read_labelled("\n".join(lines))} == {"warm", "cold", "café"}

    def test_empty_lines_are_passed_over_but_counted(self):
        assert len(read_labelled("\n\n".join(REVIEWS))) == len(REVIEWS)
        with pytest.raises(BadSequence, match="Line 21 has no label"):
            read_labelled("\n\n".join([*REVIEWS, "no label here"]))

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("just a sentence", "Line 11 has no label"),
            ("\tno label", "Line 11 has no label"),
            (": no label", "Line 11 has no label"),
            ("x" * 50 + ", too long for a label", "Line 11 has no label"),
            ("warm:", "Line 11 has a label but no sentence"),
            ("warm\t  ", "Line 11 has no label|Line 11 has a label but no sentence"),
            ("warm\t" + "word " * 201, "Line 11 has 201 words; at most 200"),
        ],
    )
    def test_a_line_that_cannot_be_read_is_named_by_its_number(self, line: str, sentence: str):
        with pytest.raises(BadSequence, match=sentence):
            read_labelled("\n".join([*REVIEWS, line]))

    def test_a_label_that_the_task_does_not_have_is_named_with_its_line(self):
        text = "\n".join([*(f"positive: good {i}" for i in range(5)), "\nwarm: good"])
        with pytest.raises(BadSequence, match="Line 7 has the label “warm”; the task has positive, negative"):
            dataset(Task(kind="sentiment2", text=text))

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (" \n\n", "no labelled sentences"),
            ("\n".join(REVIEWS[::2]), "All sentences have the label “warm”"),
            ("\n".join(REVIEWS[:-1]), "“cold” has 4 sentences; at least 5"),
            ("\n".join(f"label {i}: text" for i in range(21) for _ in range(5)), "21 labels; at most 20"),
            ("warm: " + "x" * 200_000, "characters; at most 200000"),
        ],
    )
    def test_too_little_and_too_much_are_refused(self, text: str, sentence: str):
        with pytest.raises(BadSequence, match=sentence):
            read_labelled(text)

    def test_every_label_is_learnt_and_held_out_even_where_the_file_is_sorted(self):
        learnt = dataset(Task(kind="classify", text="\n".join(sorted(REVIEWS * 3))))
        assert learnt.classes == ("cold", "warm")
        for part in (learnt.source, learnt.held_out):
            assert set(part.targets) == {0, 1}

    def test_three_classes_of_sentiment_may_be_the_persons_own(self):
        lines = [f"{label}, so {i}" for i in range(5) for label in ("Neutral", "Positive", "Negative")]
        learnt = dataset(Task(kind="sentiment3", text="\n".join(lines), at="mean"))
        assert learnt.classes == ("positive", "neutral", "negative")
        assert learnt.source.at == "mean"
        assert learnt.classes[round(learnt.aim.target) - 1] == "neutral"


class TestCorpus:
    def test_sentences_are_examples_and_the_rarest_words_are_unknown(self):
        text = " ".join(f"word{i} follows word{i}." for i in range(1400))
        learnt = dataset(Task(kind="next_word", text=text))
        assert len(learnt.inputs) == USUAL_SYMBOLS
        assert learnt.inputs[-1] == "<unk>"
        assert len(learnt.source) + len(learnt.held_out) == 1400

    def test_a_dictionary_is_as_large_as_is_asked_for(self):
        text = " ".join(f"word{i} follows." for i in range(1300))
        large = dataset(Task(kind="next_word", text=text, dictionary=10_000))
        assert USUAL_SYMBOLS < len(large.inputs) < 1300
        assert large.source.inputs[0].symbols

    def test_over_a_large_dictionary_a_network_is_advised_whose_weights_can_be_kept(self, monkeypatch):
        usual = advised(Exploration(), Task(kind="next_word")).recipe
        monkeypatch.setattr(kinds, "MOST_WEIGHTS", weights_of(usual, usual.outputs) - 1)
        assert advised(Exploration(), Task(kind="next_word")).recipe.hidden == usual.hidden // 2

    def test_a_sentence_without_end_is_cut(self):
        learnt = dataset(Task(kind="next_word", text="on and " * 1000))
        assert max(len(x) for x in learnt.source.inputs) < 100

    def test_chinese_text_has_characters_for_words(self):
        learnt = dataset(Task(kind="next_word", text="梯度消失了。" * 10))
        assert {"梯", "度", "。"} <= set(learnt.inputs)
        assert feed(learnt.shown).columns == learnt.inputs

    def test_the_end_of_a_running_text_is_held_out(self):
        learnt = dataset(Task(kind="next_character", text="ab " * 200 + "ba " * 50))
        first = learnt.held_out.inputs[0]
        assert "".join(learnt.inputs[i] for i in first.argmax(axis=1)).startswith("ba␣ba␣")

    @pytest.mark.parametrize(
        ("kind", "text", "sentence"),
        [
            ("next_word", "One. Two. Three.", "3 sentences; at least 10"),
            ("next_character", "Too short.", "10 characters; at least 250"),
            ("next_word", "long " * 50_000, "250000 characters; at most 200000"),
            ("next_character", "long " * 50_000, "250000 characters; at most 200000"),
        ],
    )
    def test_too_little_and_too_much_are_refused(self, kind: str, text: str, sentence: str):
        with pytest.raises(BadSequence, match=sentence):
            dataset(Task(kind=kind, text=text))


class TestSeries:
    ROWS = tuple((float(i), float(i % 3), np.sin(i / 3)) for i in range(100))
    COLUMNS = ("day", "shift", "height")

    def test_a_number_is_predicted_one_step_ahead_from_all_columns(self):
        learnt = dataset(Task(kind="series", rows=self.ROWS, columns=self.COLUMNS, target="height"))
        assert (learnt.source.loss, learnt.source.at) == ("squared_error", "every")
        assert (learnt.inputs, learnt.classes) == (self.COLUMNS, ("height",))
        for x, targets in zip(learnt.source.inputs, learnt.source.targets, strict=True):
            np.testing.assert_array_equal(x[1:, 2], targets[:-1, 0])

    def test_a_few_whole_numbers_are_classes_told_from_the_other_columns(self):
        learnt = dataset(Task(kind="series", rows=self.ROWS, columns=self.COLUMNS, target="shift"))
        assert (learnt.source.loss, learnt.source.at) == ("cross_entropy", "every")
        assert (learnt.inputs, learnt.classes) == (("day", "height"), ("0", "1", "2"))
        first = next(iter(learnt.source.targets))
        assert list(first[:6]) == [0, 1, 2, 0, 1, 2]

    def test_classes_of_the_shown_part_are_known_and_of_other_numbers_those_aimed_at(self):
        learnt = dataset(Task(kind="series", rows=self.ROWS, columns=self.COLUMNS, target="shift"))
        targets = learnt.targets(learnt.shown, feed(learnt.shown), learnt.aim)
        assert targets.tolist() == [i % 3 for i in range(80, 100)]
        other = Numbers(rows=((0.0, 0.0), (1.0, 1.0)))
        assert learnt.targets(other, feed(other), Aim(target=3.0)).tolist() == [-1, 2]

    def test_columns_are_scaled_over_the_part_that_is_learnt_from(self):
        learnt = dataset(Task(kind="series", rows=self.ROWS, columns=self.COLUMNS, target="height"))
        shown = feed(learnt.shown).x[:, 0]
        np.testing.assert_allclose(shown, (np.arange(80, 100) - np.mean(range(80))) / np.std(range(80)))

    def test_a_whole_number_column_alone_is_a_number_and_a_constant_beside_it_is_harmless(self):
        alone = dataset(Task(kind="series", rows=tuple((float(i % 3),) for i in range(50)), columns=("a",), target="a"))
        assert alone.source.loss == "squared_error"
        beside = tuple((7.0, np.sin(i)) for i in range(50))
        learnt = dataset(Task(kind="series", rows=beside, columns=("a", "b"), target="b"))
        assert all(np.isfinite(x).all() for x in learnt.source.inputs)

    @pytest.mark.parametrize("size", [1.0, 2.0**1020, 2.0**-1020, 1e200, 1e-300, 1e305])
    def test_numbers_of_any_size_are_learnt_alike(self, size: float):
        column = np.sin(np.arange(100) / 3) + 2
        plain, sized = (
            feed(
                dataset(Task(kind="series", rows=tuple((float(v),) for v in values), columns=("a",), target="a")).shown
            ).x
            for values in (column, column * size)
        )
        np.testing.assert_allclose(sized, plain, rtol=0, atol=1e-13)

    @pytest.mark.parametrize("constant", [0.1, 1e308, 5e-324, -0.0])
    @pytest.mark.parametrize("later", [0.2, 1e200, -1e308])
    def test_a_column_that_changes_only_after_the_part_learnt_from_is_not_scaled_by_rounding(
        self, constant: float, later: float
    ):
        rows = tuple((np.sin(i / 3), constant if i < 80 else later) for i in range(100))
        learnt = dataset(Task(kind="series", rows=rows, columns=("a", "b"), target="a"))
        assert all((x[:, 1] == 0).all() for x in learnt.source.inputs)
        assert 1 < max(np.abs(x[:, 1]).max() for x in learnt.held_out.inputs) < 10

    def test_usual_numbers_are_scaled_to_the_last_digit_as_in_files_of_earlier_versions(self):
        rows = np.column_stack([np.sin(np.arange(100)) * 7 + 300, np.arange(100) / 3, np.arange(100) % 3])
        learnt = dataset(
            Task(kind="series", rows=tuple(map(tuple, rows.tolist())), columns=("a", "b", "c"), target="c")
        )
        first = rows[:80, :2]
        expected = (rows[80:, :2] - first.mean(axis=0)) / first.std(axis=0)
        np.testing.assert_array_equal(feed(learnt.shown).x, expected)
        assert learnt.shown.rows == tuple(map(tuple, rows[80:, :2].tolist()))

    def test_rounding_is_no_change(self):
        rows = tuple((np.sin(i / 3), 0.3 if i % 2 else 0.1 + 0.2) for i in range(100))
        learnt = dataset(Task(kind="series", rows=rows, columns=("a", "b"), target="a"))
        assert all((x[:, 1] == 0).all() for x in (*learnt.source.inputs, *learnt.held_out.inputs))
        with pytest.raises(BadSequence, match="“b” never changes in the 80 rows that are learnt from"):
            dataset(Task(kind="series", rows=rows, columns=("a", "b"), target="b"))

    def test_large_numbers_that_differ_little_are_scaled_by_what_they_differ(self):
        rows = tuple((1.7e18 + 1e9 * i,) for i in range(100))
        learnt = dataset(Task(kind="series", rows=rows, columns=("stamp",), target="stamp"))
        shown = feed(learnt.shown).x[:, 0]
        np.testing.assert_allclose(shown, (np.arange(80, 100) - 39.5) / np.std(range(80)), rtol=1e-6)

    def test_a_column_without_a_common_scale_is_refused_by_its_name(self):
        rows = tuple((np.sin(i / 3), i % 7 * (1e-9 if i < 80 else 1.0)) for i in range(100))
        with pytest.raises(BadSequence, match="“b” can't be scaled: its number 81 lies more than a million"):
            dataset(Task(kind="series", rows=rows, columns=("a", "b"), target="a"))

    def test_a_number_that_is_not_finite_is_refused_where_it_stands(self):
        with pytest.raises(BadSequence, match="Row 101, column shift: “nan” is not a finite number"):
            dataset(Task(kind="series", rows=(*self.ROWS, (1.0, np.nan, 1.0)), columns=self.COLUMNS, target="height"))

    def test_classes_are_named_by_all_their_digits(self):
        ids = (1234567.0, 1234568.0, -1e16, -0.0)
        rows = tuple((np.sin(i), ids[i % 4]) for i in range(100))
        learnt = dataset(Task(kind="series", rows=rows, columns=("a", "id"), target="id"))
        assert learnt.classes == ("-1e+16", "0", "1234567", "1234568")

    def test_columns_of_one_name_are_two(self):
        numbers = Numbers(rows=tuple((np.sin(i), np.cos(i)) for i in range(100)), columns=("y", "y"))
        task = series_task(numbers)
        learnt = dataset(task)
        assert (task.target, learnt.inputs, learnt.classes) == ("y (2)", ("y (1)", "y (2)"), ("y (2)",))
        for x, targets in zip(learnt.source.inputs, learnt.source.targets, strict=True):
            np.testing.assert_array_equal(x[1:, 1], targets[:-1, 0])
        assert feed(numbers).columns == ("y (1)", "y (2)")

    def test_of_an_older_file_with_columns_of_one_name_the_first_is_still_predicted(self):
        rows = tuple((np.sin(i), np.cos(i)) for i in range(100))
        learnt = dataset(Task(kind="series", rows=rows, columns=("y", "y"), target="y"))
        assert (learnt.inputs, learnt.classes) == (("y (1)", "y (2)"), ("y (1)",))

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"rows": ()}, "no numbers yet"),
            ({"rows": ROWS[:24]}, "24 rows; between 25 and 2000"),
            ({"rows": ROWS * 21}, "2100 rows; between 25 and 2000"),
            ({"rows": (*ROWS, (1.0,))}, "Row 101 has 1 cells, but the first row has 3"),
            ({"target": "width"}, "no column “width”; there are day, shift, height"),
            ({"rows": ((1.0, 2.0, 3.0),) * 50}, "“height” never changes"),
        ],
    )
    def test_what_cannot_be_learnt_is_refused(self, changes: dict, sentence: str):
        fields = {"rows": self.ROWS, "columns": self.COLUMNS, "target": "height", **changes}
        with pytest.raises(BadSequence, match=sentence):
            dataset(Task(kind="series", **fields))


class TestFiles:
    def test_a_text_file_becomes_a_task_that_names_its_source(self, tmp_path: Path):
        task = own_text(written(tmp_path, "\ufeff" + "\n".join(REVIEWS)), "classify")
        assert (task.kind, task.source) == ("classify", "own.txt")
        assert dataset(task).classes == ("warm", "cold")

    def test_a_csv_file_predicts_the_chosen_column_or_its_last(self, tmp_path: Path):
        path = written(tmp_path, "t;h\n" + "\n".join(f"{i};{i * i / 7:.3f}" for i in range(40)), "own.csv")
        assert own_series(path).target == "h"
        assert own_series(path, "t").target == "t"
        assert dataset(own_series(path)).shown.source == "own.csv"

    def test_of_two_columns_of_one_name_the_last_is_predicted_as_said(self, tmp_path: Path):
        path = written(
            tmp_path, "t,y,y\n" + "\n".join(f"{i},{i * i / 7:.3f},{-i / 3:.3f}" for i in range(40)), "own.csv"
        )
        task = own_series(path)
        assert task.columns.index(task.target) == 2
        assert own_series(path, "y (1)").target == "y (1)"
        with pytest.raises(BadSequence, match="no column “y”"):
            own_series(path, "y")

    def test_columns_without_names_have_the_windows(self, tmp_path: Path):
        path = written(tmp_path, "\n".join(f"{i},{i * i / 7:.3f}" for i in range(40)), "own.csv")
        assert (own_series(path).columns, own_series(path).target) == (("x1", "x2"), "x2")

    def test_bytes_that_are_no_text_are_named_by_their_line(self, tmp_path: Path):
        with pytest.raises(BadFile, match=r"“own.txt” is not UTF-8 text, from line 3 on"):
            own_text(written(tmp_path, b"one\ntwo\nt\xe9l\xe9\n"), "next_word")

    @pytest.mark.parametrize(
        ("text", "sentence"), [("", "is empty"), (" \n\n", "is empty"), ("x" * 2_000_001, "too big")]
    )
    def test_empty_and_huge_files_are_refused(self, tmp_path: Path, text: str, sentence: str):
        with pytest.raises(Refusal, match=sentence):
            own_text(written(tmp_path, text), "next_character")

    def test_a_missing_file_is_refused(self, tmp_path: Path):
        with pytest.raises(BadFile, match="no file"):
            own_text(tmp_path / "none.txt", "next_word")

    def test_a_cell_that_is_no_number_is_named_by_row_and_column(self, tmp_path: Path):
        path = written(tmp_path, "t,h\n" + "\n".join(f"{i},{i}" for i in range(40)) + "\n41,high\n", "own.csv")
        with pytest.raises(BadSequence, match="Row 42, column h: “high” is not a number"):
            own_series(path)

    def test_a_column_that_is_not_there_is_named_with_those_that_are(self, tmp_path: Path):
        path = written(tmp_path, "t,h\n" + "\n".join(f"{i},{i}" for i in range(40)), "own.csv")
        with pytest.raises(BadSequence, match="no column “w”; there are t, h"):
            own_series(path, "w")
