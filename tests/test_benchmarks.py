"""Benchmarks judge as they say: who is slow is measured at less and that is said, who is worse twice fails."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.beside import checked
from benchmarks.budget import README, Row, rows, table
from benchmarks.peers import row_of
from benchmarks.players import NoAnswer, Player, Size
from benchmarks.scaling import drawn
from benchmarks.turns import pinned

_TREE = Path(__file__).parents[1]

# Answers at once with what it would have taken: so many milliseconds a unit and a step.
_TOLD = """
import sys
for line in sys.stdin:
    n, T = map(int, line.split())
    print([{0} * n * T, {0} * n * T, 0.0], flush=True)
"""


def _from_outside() -> frozenset[str]:
    """What no checkout has to have, as the types are told."""
    with (_TREE / "pyproject.toml").open("rb") as file:
        overrides = tomllib.load(file)["tool"]["mypy"]["overrides"]
    (modules,) = (override["module"] for override in overrides if "torch.*" in override["module"])
    return frozenset(name.removesuffix(".*") for name in modules)


def _imported(statements: list[ast.stmt]) -> Iterator[str]:
    """Names of what is imported as a module begins; what is tried for may be missing."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield statement.module


def _self_contained() -> list[str]:
    """The modules of benchmarks that need nothing that is not here."""
    missing = {name for name in _from_outside() if find_spec(name) is None}
    needs = {
        f"benchmarks.{path.stem}": {
            name.partition(".")[0] for name in _imported(ast.parse(path.read_text("utf-8")).body)
        }
        for path in sorted((_TREE / "benchmarks").glob("[!_]*.py"))
    }
    return ["benchmarks.__main__", *(module for module, names in needs.items() if not names & missing)]


def test_most_benchmarks_need_nothing_from_outside():
    assert {f"benchmarks.{name}" for name in ("drag", "kernel", "large", "recurrences", "window")} < {
        *_self_contained()
    }


@pytest.mark.parametrize("name", _self_contained())
def test_a_benchmark_is_imported_and_says_what_it_can_be_told(name, monkeypatch, capsys):
    module = import_module(name)
    if not hasattr(module, "main"):
        # What others run, or take from it.
        return
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage:")


@pytest.mark.parametrize("name", ["tasks", "theory"])
def test_what_is_not_there_to_be_measured_is_refused_and_not_passed_over(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [name, "nothing"])
    with pytest.raises(SystemExit) as ended:
        import_module(f"benchmarks.{name}").main()
    assert ended.value.code == 2
    assert "nothing" in capsys.readouterr().err


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
