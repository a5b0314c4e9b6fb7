"""The tests beside those of an earlier commit, each run as its own tree runs them, one run after another::

    python -m benchmarks.suite                 # a quarter of an hour on two idle cores
    python -m benchmarks.suite tests/engine    # of each tree what lies there

The earlier commit had its tests run in one process. Of this tree first those are run whose function has a name that one had
there, then all of them. Nothing takes turns here: on a busy machine the ratios say little.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from benchmarks.beside import COMMIT, TREE, earlier_tree
from benchmarks.turns import tell_if_busy, waiting

_ONE_PROCESS = ("-p", "no:xdist")
# It says how long a test may take to a plugin that is no longer installed.
_AS_THEN = ("-o", "addopts=-ra --strict-markers --import-mode=importlib", "-W", "ignore::pytest.PytestConfigWarning")
_A_PROCESS_A_CORE = ("-n", "auto", "--dist", "worksteal")


def main() -> None:
    """Print a row for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", default=["tests"])
    places = parser.parse_args().places
    waits = [waiting()]
    print("| tests | by the clock | ratio | outcome |\n|:--|--:|--:|:--|")
    with earlier_tree(COMMIT) as earlier:
        then = _run(f"of {COMMIT}", earlier, (*_ONE_PROCESS, *_AS_THEN, *places))
        known = ("-p", "benchmarks.suite", f"--named-in={earlier / 'tests'}")
        _run(f"those of {COMMIT} that are still there", TREE, (*_A_PROCESS_A_CORE, *known, *places), then)
    _run("all of this tree", TREE, (*_A_PROCESS_A_CORE, *places), then)
    tell_if_busy([*waits, waiting()])


def _run(what: str, tree: Path, arguments: Sequence[str], then: float | None = None) -> float:
    """Run tests in ``tree``, print their row, and return the seconds; the ratio is that to ``then``."""
    command, begun = [sys.executable, "-m", "pytest", "-q", *arguments], time.perf_counter()
    run = subprocess.run(
        command,
        cwd=tree,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begun
    outcome = (run.stdout.strip() or run.stderr.strip()).splitlines()[-1].strip("= ")
    print(f"| {what} | {seconds:.0f} s | {seconds / (then or seconds):.2f} | {outcome} |", flush=True)
    return seconds


def pytest_addoption(parser: pytest.Parser) -> None:
    """As a plugin: leave out every test whose function has no name of one that stands in a folder of tests."""
    # In one word: what stands alone would be taken for a place of tests, and its settings for ours.
    parser.addoption("--named-in", type=Path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what is named there."""
    names = _names(config.getoption("--named-in"))
    left_out = [item for item in items if getattr(item, "originalname", "") not in names]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@cache
def _names(folder: Path) -> frozenset[str]:
    return frozenset(
        name for file in folder.rglob("*.py") for name in re.findall(r"def (test_\w+)", file.read_text("utf-8"))
    )


if __name__ == "__main__":
    main()
