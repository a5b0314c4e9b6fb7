"""Benchmarks judge as they say: who is slow is measured at less and that is said, who is worse twice fails."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import pytest

from benchmarks.beside import checked
from benchmarks.budget import README, Row, rows, table
from benchmarks.peers import row_of
from benchmarks.players import NoAnswer, Player, Size
from benchmarks.scaling import drawn
from benchmarks.turns import pinned

# Answers at once with what it would have taken: so many milliseconds a unit and a step.
_TOLD = """
import sys
for line in sys.stdin:
    n, T = map(int, line.split())
    print([{0} * n * T, {0} * n * T, 0.0], flush=True)
"""


def player(program, tmp_path):
    return Player((sys.executable, "-c", program), tmp_path, pinned(1))


def test_a_peer_that_would_take_too_long_is_measured_at_fewer_steps_and_says_so(tmp_path):
    with player(_TOLD.format(1), tmp_path) as ours, player(_TOLD.format(50), tmp_path) as peer:
        first = row_of(ours, {"peer": peer}, Size(10, 32), rounds=3, seconds=100.0)
        # 16 s a run: what is known of it says that 128 steps would take 256 s.
        row = row_of(ours, {"peer": peer}, Size(10, 128), rounds=3, seconds=100.0)
    assert (first.cells["peer"].size, first.cells["peer"].why) == (Size(10, 32), "")
    assert (row.cells["peer"].size, row.cells["peer"].why) == (Size(10, 64), "at T = 64")
    assert row.told().split("|")[3].startswith(" 50.00 (50.00–50.00)")
    assert row.told().split("|")[3].endswith("; at T = 64 ")


def test_a_peer_that_gives_up_or_takes_too_long_is_told_and_not_left_out(tmp_path):
    with (
        player(_TOLD.format(1), tmp_path) as ours,
        player("input(); print([1, 1, 0], flush=True); input()", tmp_path) as peer,
    ):
        assert row_of(ours, {"peer": peer}, Size(10, 32), 1, 1.0).cells["peer"].why == "given up at T = 32"
    slow = "import time; print([1, 1, 0], flush=True); time.sleep(9)"
    with player(slow, tmp_path) as peer, pytest.raises(NoAnswer, match="more than 0 s"):
        peer.turn(Size(2, 2), 0.05)


def test_the_scaling_shows_everyone_over_both_sizes():
    times = {name: {Size(8, 16): 1.0, Size(8, 32): 3.0, Size(16, 16): 5.0} for name in ("explorer", "naive")}
    picture = drawn(times)
    assert picture.count("<polyline") == 4
    assert picture.count(">naive</text>") == 2


@pytest.mark.parametrize(("second", "worse"), [(1.2, ["slow"]), (1.1, [])])
def test_what_is_worse_by_more_than_fifteen_percent_twice_is_a_regression(second, worse, capsys):
    found, stored = {"engine": {"slow": 1.2, "as it was": 1.1, "new": 9.0}}, {"slow": 1.0, "as it was": 1.0}
    assert checked(found, stored, lambda subject: found[subject] | {"slow": second}) == worse
    assert f"{len(worse)} of 3 ratios are worse" in capsys.readouterr().out


class TestBudget:
    def test_table_of_the_readme_is_that_of_the_benchmarks(self):
        # Where a figure was changed: python -m benchmarks.budget --write
        assert table() in README.read_text("utf-8")

    @pytest.mark.parametrize("row", rows(), ids=lambda row: row.what)
    def test_what_is_short_has_its_reason_and_what_is_met_has_none(self, row: Row):
        assert bool(row.short) != row.met

    def test_every_row_is_measured_by_a_benchmark_that_is_there(self):
        modules = {word for row in rows() for word in row.command.split() if word.startswith("benchmarks.")}
        assert modules
        assert all(find_spec(module) for module in modules)
