"""Numbers typed, pasted and read from CSV: what is read, and what is refused where."""

import codecs
import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.errors import BadFile, BadSequence, DoubtfulNumbers, LongTable, Refusal
from explorer.workspace.exploration.exploration import MOST_STEPS, Numbers
from explorer.workspace.feed.sequences import feed
from explorer.workspace.feed.table import Excerpt
from explorer.workspace.feed.tables import MOST_BYTES, format_numbers, parse_numbers, read_table

from ..spreadsheets import read_csv

FINITE = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = st.integers(1, 5).flatmap(
    lambda width: st.builds(Numbers, rows=st.lists(st.tuples(*[FINITE] * width), min_size=1, max_size=30).map(tuple))
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class TestTyped:
    @pytest.mark.parametrize("text", ["1\n2\n3", "1 2 3", "1,2,3", "1;2;3", "1\t2\t3", " 1, 2,\t3,\n\n"])
    def test_a_line_or_a_column_of_numbers_is_a_series(self, text: str) -> None:
        assert parse_numbers(text) == Numbers(rows=((1.0,), (2.0,), (3.0,)))

    @pytest.mark.parametrize("text", ["1 2\n3 4", "1,2\n3,4", "1, 2,\n\n3; 4", "1\t2\r\n3\t4\r\n", "# a, b\n1 2\n3 4"])
    def test_lines_of_several_numbers_are_columns(self, text: str) -> None:
        assert parse_numbers(text).rows == ((1.0, 2.0), (3.0, 4.0))

    def test_a_semicolon_at_its_end_makes_a_single_line_one_step(self) -> None:
        assert parse_numbers("1, 2, 3;").rows == ((1.0, 2.0, 3.0),)

    @pytest.mark.parametrize("text", ["0,5; 1,5; -2", "0,5\t1,5\t-2"])
    def test_a_comma_is_decimal_where_semicolons_or_tabs_separate(self, text: str) -> None:
        assert parse_numbers(text).rows == ((0.5,), (1.5,), (-2.0,))

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("0,435;1,286", (0.435, 1.286)),
            ("1.234,5; 1,286", (1234.5, 1.286)),
            ("12; 1,004.5; 1,004", (12.0, 1004.5, 1004.0)),
            ("998\t1,004\t12.5", (998.0, 1004.0, 12.5)),
            ('998, "1,004", "1,011.5"', (998.0, 1004.0, 1011.5)),
            ("1\u202f004 998", (1004.0, 998.0)),
            ("1\u00a02\u00a03", (1.0, 2.0, 3.0)),
            ("１２ －３", (12.0, -3.0)),
        ],
    )
    def test_what_stands_between_thousands_or_before_decimals_is_told_by_the_other_numbers(self, text: str, values):
        assert parse_numbers(text).rows == tuple((value,) for value in values)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("998\t1,004\t1,011", "Row 1, column 2: “1,004” can be 1.004 or 1004: write it without a comma"),
            ("998; 1,004; 1,011", "Row 1, column 2: “1,004” can be 1.004 or 1004"),
            ('998, "1,004", "1,011"', "Row 1, column 2: “1,004” can be 1.004 or 1004"),
            ("998\n1,004\n1,011", "Row 2: “1,004” can be one number or several"),
            ("998, 1,004, 1,011", "Row 1: “1,004” can be one number or several"),
            ("1,234.5", "Row 1: “1,234.5” can be one number or several"),
            ("0,5 1,5 -2,25", "Row 1: “0,5” can be one number or several"),
            ("7 8\n1,5 2", "Row 2: “1,5” can be one number or several"),
        ],
    )
    def test_commas_that_can_all_be_either_are_refused(self, text: str, sentence: str) -> None:
        with pytest.raises(BadSequence, match=sentence):
            parse_numbers(text)

    def test_a_comma_that_could_separate_does(self) -> None:
        assert parse_numbers("0,5\n1,5").rows == ((0.0, 5.0), (1.0, 5.0))
        assert parse_numbers("1,2;3.5").rows == ((1.0,), (2.0,), (3.5,))
        assert parse_numbers("1, 2; 3, 4").rows == ((1.0,), (2.0,), (3.0,), (4.0,))
        assert parse_numbers("1, 2,3").rows == ((1.0,), (2.0,), (3.0,))
        assert parse_numbers("1,2 3.5").rows == ((1.0,), (2.0,), (3.5,))

    def test_every_usual_way_to_write_a_number_is_read(self) -> None:
        assert parse_numbers("+1 -2. .5 1e-3 2E+2 −7").rows == ((1,), (-2,), (0.5,), (0.001,), (200,), (-7,))

    def test_full_width_marks_separate(self) -> None:
        assert parse_numbers("1，2、3；4").rows == ((1,), (2,), (3,), (4,))

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "no numbers"),
            (" \n", "no numbers"),
            ("1 2\n\n3 x", "Row 3, column 2: “x” is not a number"),
            ("\n \n1 2\n3 x", "Row 4, column 2: “x” is not a number"),
            ("# t h\n1 2\n3 x", "Row 3, column 2: “x” is not a number"),
            ("1,,3", "Row 1, column 2 is empty"),
            ("1 2\n3", "Row 2 has 1 cells, but the first row has 2"),
            ("nan", "“nan” is not a finite number"),
            ("1 -inf", "column 2: “-inf” is not a finite number"),
            ("1e999", "“1e999” is not a finite number"),
            ("1 2\n0 1e-400", "Row 2, column 2: “1e-400” is too small: it must be 0, or at least"),
            ("1_000", "“1_000” is not a number"),
            ("0x1", "“0x1” is not a number"),
            ("1 " * (MOST_STEPS + 1), "2001 rows; at most 2000"),
            ("1\n" * (MOST_STEPS + 1), "2001 rows; at most 2000"),
            ("1 " * 300 + ";", "300 columns; at most 256"),
        ],
    )
    def test_what_is_not_numbers_is_refused_where_it_stands(self, text: str, sentence: str) -> None:
        with pytest.raises(BadSequence, match=sentence):
            parse_numbers(text)

    def test_a_long_wrong_cell_is_cut_in_the_message(self) -> None:
        with pytest.raises(BadSequence) as refusal:
            parse_numbers("x" * 10_000)
        assert len(str(refusal.value)) < 100

    @given(NUMBERS)
    def test_numbers_written_out_are_read_back(self, numbers: Numbers) -> None:
        assert parse_numbers(format_numbers(numbers)) == numbers

    @given(st.text(alphabet="0123456789.,;-+e \t\nx٣½\u2028\x00", max_size=40))
    def test_any_text_is_numbers_or_a_refusal(self, text: str) -> None:
        with contextlib.suppress(Refusal):
            assert feed(parse_numbers(text)).x.size


class TestCsv:
    def test_a_header_names_the_columns(self, tmp_path: Path) -> None:
        path = written(tmp_path, "time,height (m)\n0,1.5\n1,2.5\n\n\n")
        assert read_csv(path) == Numbers(
            rows=((0.0, 1.5), (1.0, 2.5)), columns=("time", "height (m)"), source="data.csv"
        )

    def test_without_a_header_the_first_row_is_numbers(self, tmp_path: Path) -> None:
        assert read_csv(written(tmp_path, "1,2\n3,4")) == Numbers(rows=((1, 2), (3, 4)), source="data.csv")

    def test_a_header_of_numbers_is_one_when_told_so(self, tmp_path: Path) -> None:
        path = written(tmp_path, "1990,1991\n3,4")
        assert read_csv(path, header=True).columns == ("1990", "1991")

    def test_a_first_row_of_nan_is_not_a_header(self, tmp_path: Path) -> None:
        with pytest.raises(BadSequence, match="Row 1, column 1: “nan” is not a finite number"):
            read_csv(written(tmp_path, "nan\n1"))

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_the_delimiter_is_found(self, tmp_path: Path, delimiter: str) -> None:
        text = "\r\n".join(delimiter.join(row) for row in (["a, b; c", "d"], ["1", "2"], ["3", "4"]))
        path = written(tmp_path, text.replace("a, b; c", '"a, b; c"'))
        assert read_csv(path).columns == ("a, b; c", "d")
        assert read_csv(path).rows == ((1.0, 2.0), (3.0, 4.0))

    def test_decimal_commas_are_read_where_semicolons_separate(self, tmp_path: Path) -> None:
        assert read_csv(written(tmp_path, "a;b\n0,5;1\n1,5;2")).rows == ((0.5, 1.0), (1.5, 2.0))

    @pytest.mark.parametrize(
        "text", ['n,m\n998,1\n"1,004",1\n"1,011",1', "n;m\n998;1\n1,004;1\n1,011;1", "n\tm\n1,004\t1"]
    )
    def test_a_comma_that_may_stand_between_thousands_is_no_decimal_comma_unasked(self, tmp_path: Path, text: str):
        with pytest.raises(DoubtfulNumbers, match=r"column n: “1,004” can be 1\.004 or 1004: choose the decimal mark"):
            read_csv(written(tmp_path, text))
        table = read_table(written(tmp_path, text))
        for decimal, value in (("point", 1004.0), ("comma", 1.004)):
            extract = table.read(Excerpt(decimal=decimal))
            assert value in [row[0] for row in extract.numbers.rows]
            assert extract.example == ("1,004", value)

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("0,435;1,286\n1,004;2,5", (0.435, 1.286, 1.004, 2.5)),
            ('0.5,"1,004"\n1.5,"1,011"', (0.5, 1004.0, 1.5, 1011.0)),
            ('1,"1,234,567"\n2,"1,011"', (1.0, 1234567.0, 2.0, 1011.0)),
            ("0,5;1.004\n1,5;2.000", (0.5, 1004.0, 1.5, 2000.0)),
            ("1.004;1.5", (1.004, 1.5)),
            ("１;２", (1.0, 2.0)),
            ("−1,–2", (-1.0, -2.0)),
            ("1\u00a0234;1’234", (1234.0, 1234.0)),
            ("998\n1 004\n12 011", (998.0, 1004.0, 12011.0)),
            ("100 200\n150 250", (100.0, 200.0, 150.0, 250.0)),
        ],
    )
    def test_one_number_that_is_told_tells_the_others(self, tmp_path: Path, text: str, values):
        assert sum(read_csv(written(tmp_path, text)).rows, ()) == values

    def test_a_column_that_leaves_its_commas_open_is_read_as_the_one_beside_it(self, tmp_path: Path) -> None:
        path = written(tmp_path, 'day,n,rate\nMon,"1,004",0.5\nTue,998,1.5')
        assert read_csv(path, columns=("n",)).rows == ((1004.0,), (998.0,))

    def test_of_two_decimal_marks_the_rarer_is_blamed_and_the_other_shown(self, tmp_path: Path) -> None:
        for marks, blamed, other in ((",,.", ("4", "1.5"), ("2", "1,5")), (".,.", ("3", "1,5"), ("2", "1.5"))):
            text = "a;b\n" + "".join(f"1{mark}5;1\n" for mark in marks)
            sentence = "Row {}, column a: “{}” has another decimal mark than “{}” in row {}"
            with pytest.raises(BadSequence, match=sentence.format(*blamed, other[1], other[0])):
                read_csv(written(tmp_path, text))

    def test_with_a_decimal_mark_chosen_what_is_written_with_the_other_is_named(self, tmp_path: Path) -> None:
        table = read_table(written(tmp_path, "a;b\n1;2\n3;0,5"))
        with pytest.raises(BadSequence, match="Row 3, column b: “0,5” is not a number if the decimal mark is a point"):
            table.read(Excerpt(decimal="point"))

    @pytest.mark.parametrize("end", ["", "\n"])
    def test_a_quotation_mark_that_is_not_closed_is_told_where_it_was_opened(self, tmp_path: Path, end: str) -> None:
        later = "".join(f'{i},"{i}"\n' for i in range(50))
        for rest in (later, "1,2\n" * 50, "1,2\n" * 50_000):
            with pytest.raises(
                BadSequence, match=r"Line 3 can't be read: look for a quotation mark that is not closed"
            ):
                read_csv(written(tmp_path, f'a,b\n1,2\n3,"4\n{rest}{end}'))

    def test_a_cell_beyond_all_bounds_is_not_called_a_quotation_mark(self, tmp_path: Path) -> None:
        with pytest.raises(BadSequence, match="Line 2 can't be read: one of its cells is too long"):
            read_csv(written(tmp_path, "1,2\n" + "1" * 200_000 + ",2\n"))

    @pytest.mark.parametrize(
        "text",
        [
            "sep=;\na;b\n1;2\n3;4\n",
            '"sep=;"\r\na;b\r\n1;2\r\n3;4',
            "sep=|\na|b\n1|2\n3|4",
            "a;b\n1;2;\n3;4;\n",
            "a;b;\n1;2;\n3;4;\n",
            "a,b,,\n1,2,,\n3,4,,\n,,,\n",
            "a,b\n1,2\n   \n\n3,4\n  ",
            "a b\n1 2\n3 4\n",
            "  a   b \n  1   2\n  3   4",
            "# a b\n1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n",
            "# made by hand, on Monday\n#a,b\n1,2\n# a remark\n3,4\n",
            "a, b\n1, 2\n3, 4",
            "a，b\n1，2\n3，4",
            "a；b\n１；２\n３；４",
            '"a" , "b"\n1,2\n3,4',
        ],
    )
    def test_what_is_no_row_and_no_column_is_passed_over(self, tmp_path: Path, text: str) -> None:
        assert read_csv(written(tmp_path, text)) == Numbers(
            rows=((1, 2), (3, 4)), columns=("a", "b"), source="data.csv"
        )

    def test_what_numpy_saves_as_text_is_read_to_the_last_digit(self, tmp_path: Path) -> None:
        values = np.random.default_rng(0).standard_normal((30, 3)) * [1, 1e-300, 1e300]
        for options in ({}, {"delimiter": ","}, {"header": "one two three"}):
            np.savetxt(tmp_path / "saved.txt", values, **options)
            numbers = read_csv(tmp_path / "saved.txt")
            assert numbers.rows == tuple(map(tuple, values.tolist()))
            assert numbers.columns == (("one", "two", "three") if "header" in options else ())

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("# note\n\n1 2\n3 x", "Row 4, column 2: “x” is not a number"),
            ("sep=;\n1;2\n3;x", "Row 3, column 2: “x”"),
            ('1,"a\nb"\n1,x', "Row 1, column 2: “a b” is not a number"),
            ("1,2\n,\n3,4", "Row 2, column 1 is empty"),
            ("a;b\n" + "0,5;1,5\n" * 5 + "0,5;1;2\n", "Row 7 has 3 cells, but the first row has 2"),
        ],
    )
    def test_rows_are_counted_as_the_lines_of_the_file(self, tmp_path: Path, text: str, sentence: str) -> None:
        with pytest.raises(BadSequence, match=sentence):
            read_csv(written(tmp_path, text))

    def test_a_part_of_a_larger_file_is_taken_by_the_numbers_of_its_rows(self, tmp_path: Path) -> None:
        table = read_table(written(tmp_path, "n\n" + "".join(f"{i}\n" for i in range(2, 9000))))
        assert table.read(Excerpt(first=5000, last=5001)).numbers.rows == ((5000.0,), (5001.0,))
        assert table.read(Excerpt(last=3)).numbers.rows == ((2.0,), (3.0,))
        with pytest.raises(LongTable, match="8998 rows; at most 2000 fit: take a part of them"):
            table.read(Excerpt())
        with pytest.raises(BadSequence, match="no numbers from row 9000 to row 8999: they stand in rows 2 to 8999"):
            table.read(Excerpt(first=9000))

    def test_what_is_wrong_outside_of_a_part_does_not_matter_to_it(self, tmp_path: Path) -> None:
        table = read_table(written(tmp_path, "a;b\n1;2\n3;x\n0,5;1.5"))
        assert table.read(Excerpt(last=2)).numbers.rows == ((1.0, 2.0),)

    def test_no_two_columns_have_one_name(self, tmp_path: Path) -> None:
        path = written(tmp_path, "y,t,y,,x4\n1,2,3,4,5\n")
        assert read_csv(path).columns == ("y (1)", "t", "y (2)", "x4 (1)", "x4 (2)")
        assert read_csv(path, columns=("y (2)",)).rows == ((3.0,),)
        with pytest.raises(BadSequence, match=r"no column “y”; there are y \(1\), t, y \(2\)"):
            read_csv(path, columns=("y",))

    def test_a_column_without_a_name_is_called_by_its_own_place(self, tmp_path: Path) -> None:
        assert read_csv(written(tmp_path, "1,2,3\n"), columns=(0, 2)).columns == ("x1", "x3")

    def test_of_many_columns_some_are_named_where_one_is_not_there(self, tmp_path: Path) -> None:
        path = written(tmp_path, ",".join(f"a{i}" for i in range(5000)) + "\n" + ",".join("1" * 5000))
        with pytest.raises(BadSequence, match=r"no column “b”; there are a0, a1, .*, a19, …\.$"):
            read_csv(path, columns=("b",))

    def test_a_column_is_faulty_just_where_it_can_not_be_read(self, tmp_path: Path) -> None:
        table = read_table(
            written(tmp_path, "day;stamp;n;late\n" + "Mon;1700000000000000000;1,5;2\n" * 9 + "Tue;1;1,5;x")
        )
        columns, faults, beyond = table.offer(Excerpt())
        assert (columns, list(faults), beyond) == ((1, 2), [0, 3], ())
        assert str(faults[3]) == "Row 11, column late: “x” is not a number."

    def test_columns_are_offered_that_are_numbers_as_many_as_fit_and_all_where_none_is(self, tmp_path: Path) -> None:
        wide = read_table(written(tmp_path, "day," + ",".join(f"a{i}" for i in range(258)) + "\nMon" + ",1" * 258))
        columns, faults, beyond = wide.offer(Excerpt())
        assert (columns, list(faults), beyond) == (tuple(range(1, 257)), [0], (257, 258))
        assert read_table(written(tmp_path, "day,hour\nMon,noon\n")).offer(Excerpt()).columns == (0, 1)

    def test_a_quoted_number_is_a_number(self, tmp_path: Path) -> None:
        assert read_csv(written(tmp_path, '"1","2"\n"3"," 4 "')).rows == ((1.0, 2.0), (3.0, 4.0))

    def test_a_byte_order_mark_is_accepted(self, tmp_path: Path) -> None:
        path = written(tmp_path, codecs.BOM_UTF8 + "größe\n1".encode())
        assert read_csv(path).columns == ("größe",)

    def test_columns_are_chosen_by_name_or_place_in_the_order_asked(self, tmp_path: Path) -> None:
        path = written(tmp_path, "day,a,b\nMon,1,2\nTue,3,4")
        assert read_csv(path, columns=("b", 1)).rows == ((2.0, 1.0), (4.0, 3.0))
        assert read_csv(path, columns=("b", 1)).columns == ("b", "a")

    def test_a_column_that_is_not_there_is_refused_with_those_that_are(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a,b\n1,2")
        with pytest.raises(BadSequence, match="no column “c”; there are a, b"):
            read_csv(path, columns=("c",))
        with pytest.raises(BadSequence, match="no column “3”; there are a, b"):
            read_csv(path, columns=(2,))

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("a,b\n1,2\n3,x\n", "Row 3, column b: “x” is not a number"),
            ("1,2\n3,\n", "Row 2, column 2 is empty"),
            ("a,b\n1,NaN", "Row 2, column b: “NaN” is not a finite number"),
            ("a\n1\n\n1e400", "Row 4, column a: “1e400” is not a finite number"),
            ("a;b\n0,5;0\n1,5;1,5e-400", "Row 3, column b: “1,5e-400” is too small"),
            ("a,b\n1,2\n3\n", "Row 3 has 1 cells, but the first row has 2"),
            ("a,b\n", "no numbers below"),
            ('a\n"1\n2', "quotation mark"),
            ("1\n" * (MOST_STEPS + 1), "2001 rows; at most 2000"),
            (",".join("1" * 257), "257 columns; at most 256"),
            ("1," * 10_000 + "1", "Row 1 has 10001 cells; at most 10000 are read"),
        ],
    )
    def test_what_is_not_numbers_is_refused_with_row_and_column(self, tmp_path: Path, text: str, sentence: str) -> None:
        with pytest.raises(BadSequence, match=sentence):
            read_csv(written(tmp_path, text))

    @pytest.mark.parametrize("text", ["", "\n,,\n"])
    def test_of_a_file_without_rows_the_file_is_blamed(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(BadFile, match=r"^“data.csv” holds no numbers\.$"):
            read_csv(written(tmp_path, text))

    @pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
    def test_another_encoding_is_refused_with_what_to_do(self, tmp_path: Path, encoding: str) -> None:
        with pytest.raises(BadFile, match=r"“data\.csv” is not UTF-8 text, from line 1 on: save it again as UTF-8"):
            read_csv(written(tmp_path, "größe\n1".encode(encoding)))

    def test_a_file_too_big_is_refused_before_it_is_read(self, tmp_path: Path) -> None:
        path = written(tmp_path, "")
        os.truncate(path, 10**12)
        with pytest.raises(BadFile, match=f"at most {MOST_BYTES // 10**6} MB"):
            read_csv(path)

    def test_a_missing_file_a_folder_and_a_pipe_are_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(BadFile, match=r"no file “none\.csv”"):
            read_csv(tmp_path / "none.csv")
        for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
            with pytest.raises(BadFile, match="not a file"):
                read_csv(path)

    def test_the_chooser_sees_names_header_and_rows(self, tmp_path: Path) -> None:
        table = read_table(written(tmp_path, ",a\n" + "x,1\n" * 9))
        assert table.names == ("x1", "a")
        assert table.header
        assert [row.cells for row in table.rows] == [["x", "1"]] * 9

    @given(data=st.binary(max_size=60) | st.text(alphabet='01,;\t\n\r".ax', max_size=40).map(str.encode))
    def test_any_file_is_numbers_or_a_refusal(self, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
        path = written(tmp_path_factory.getbasetemp(), data)
        with contextlib.suppress(Refusal):
            assert feed(read_csv(path)).x.size
