"""This tree beside an earlier commit: what the engine, the analysis, training and a gesture take, in turns on one machine::

    python -m benchmarks.beside                    # a markdown table, some minutes
    python -m benchmarks.beside --only gesture --rounds 5

The commit is checked out into a temporary worktree, and both trees run `benchmarks.beside_work`, which knows the places of
both. Processor time of one thread of BLAS, the least of many: other work on the machine only ever adds to it. A ratio below
one says that this tree is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
COMMIT = "245f4df"
SUBJECTS = ("engine", "terms", "training", "analysis", "gesture")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Else it is the luck of the heap whether large arrays are given back to the system and faulted in again, page by page, at
# every step: that made the same training step take 2.9 ms in one script and 5.8 ms in another.
_KEPT_HEAP = {"MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_TOP_PAD_": str(2**26)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commit", default=COMMIT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=SUBJECTS)
    arguments = parser.parse_args()
    print(f"| what | {arguments.commit} | this tree | ratio |\n|:--|--:|--:|--:|")
    with earlier_tree(arguments.commit) as earlier:
        for subject in arguments.only:
            for what, (before, now) in measured(earlier, subject, arguments.rounds).items():
                print(f"| {what} | {before:.3f} ms | {now:.3f} ms | {now / before:.2f} |", flush=True)


@contextmanager
def earlier_tree(commit: str) -> Iterator[Path]:
    """Yield a temporary worktree in which ``commit`` is checked out."""
    with tempfile.TemporaryDirectory() as place:
        earlier = Path(place) / "earlier"
        _git("worktree", "add", "--detach", str(earlier), commit)
        try:
            yield earlier
        finally:
            _git("worktree", "remove", "--force", str(earlier))


def measured(earlier: Path, subject: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Return the least milliseconds of each piece of work, at the earlier commit and now, of so many rounds in turns."""
    found: list[dict[str, float]] = [{}, {}]
    for _ in range(rounds):
        for best, tree in zip(found, (earlier, TREE), strict=True):
            for what, taken in _run(tree, subject).items():
                best[what] = min(taken, best.get(what, taken))
    return {what: (found[0][what], found[1][what]) for what in found[0]}


def _run(tree: Path, subject: str) -> dict[str, float]:
    """Return what the pieces of work of a subject take in a tree, each in a process that knows no other tree."""
    environment = {**os.environ, **_ONE_THREAD, **_KEPT_HEAP, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(tree)}
    work = Path(__file__).with_name("beside_work.py")
    done = subprocess.run(
        [sys.executable, str(work), subject], cwd=tree, env=environment, check=True, capture_output=True, text=True
    )
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(TREE), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
