"""This tree beside an earlier commit: what the engine, the analysis, training and a gesture take, in turns on one machine::

    python -m benchmarks.beside                    # a markdown table, some minutes
    python -m benchmarks.beside --only gesture --rounds 5
    python -m benchmarks.beside --check            # fails where a ratio is worse than the stored one by more than 15 %, twice
    python -m benchmarks.beside --store            # takes the ratios that are found for those to be held

The commit is checked out into a temporary worktree, and both trees run `benchmarks.beside_work`, which knows the places of
both. One thread of BLAS; a ratio is the median over the rounds, with the least and the largest, and below one where this tree
is faster. That of the processor's time is the one to judge by: other work on the machine hardly touches it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.turns import Contender, Contest, in_turns, tell_if_busy

TREE = Path(__file__).resolve().parent.parent
COMMIT = "245f4df"
SUBJECTS = ("engine", "pairs", "terms", "training", "analysis", "gesture")
STORED = Path(__file__).with_name("ratios.json")
_WORSE = 1.15
_NOW = "this tree"


def main() -> None:
    """Print the table; exit with 1 where a ratio is checked and has grown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commit", default=COMMIT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=SUBJECTS)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--store", action="store_true")
    arguments = parser.parse_args()
    print(f"| what | {arguments.commit} | {_NOW} | ratio, processor | ratio, clock |\n|:--|--:|--:|--:|--:|")
    with earlier_tree(arguments.commit) as earlier:
        contenders = [_contender(arguments.commit, earlier), _contender(_NOW, TREE)]

        def measured(subject: str) -> dict[str, float]:
            return told(in_turns(contenders, subject, arguments.rounds), arguments.commit)

        found = {subject: measured(subject) for subject in arguments.only}
        if arguments.check:
            sys.exit(bool(checked(found, _stored(), measured)))
    if arguments.store:
        STORED.write_text(json.dumps(_stored() | _together(found), indent=1) + "\n", encoding="utf-8")


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


def told(contest: Contest, before: str) -> dict[str, float]:
    """Print the rows of a contest; return the ratios of the processor's time."""
    found = {}
    for piece in contest.pieces:
        old, now = (contest.least(name, piece).processor for name in (before, _NOW))
        ratio, clock = (contest.ratio(_NOW, before, piece, of) for of in ("processor", "clock"))
        print(f"| {piece} | {old:.3f} ms | {now:.3f} ms | {ratio.told()} | {clock.told()} |", flush=True)
        found[piece] = round(ratio.median, 3)
    tell_if_busy(contest.waits)
    return found


def _contender(name: str, tree: Path) -> Contender:
    return Contender(name, (sys.executable, str(Path(__file__).with_name("beside_work.py"))), tree)


def _stored() -> dict[str, float]:
    known: dict[str, float] = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    return known


def checked(
    found: Mapping[str, Mapping[str, float]], stored: Mapping[str, float], again: Callable[[str], Mapping[str, float]]
) -> list[str]:
    """Return what takes more of the earlier commit's time than is ``stored``, and say so; ``found`` are ratios by subject.

    Other work on the machine strikes a row now and then: what seems worse has to be so when its subject is measured
    ``again``, too.
    """
    pieces, worse = _together(found), dict[str, float]()
    for subject, ratios in found.items():
        if suspects := _worse(ratios, stored):
            second = again(subject)
            worse |= {piece: min(ratios[piece], second[piece]) for piece in suspects if piece in _worse(second, stored)}
    for piece, ratio in worse.items():
        print(f"{piece} takes {ratio:.2f} of the earlier commit's time; {stored[piece]:.2f} is stored.")
    for piece in pieces.keys() - stored.keys():
        print(f"{piece} can't be checked: no ratio is stored.")
    print(f"\n{len(worse)} of {len(pieces)} ratios are worse than the stored ones by more than {_WORSE - 1:.0%}.")
    return list(worse)


def _worse(ratios: Mapping[str, float], stored: Mapping[str, float]) -> list[str]:
    return [piece for piece, ratio in ratios.items() if ratio > _WORSE * stored.get(piece, float("inf"))]


def _together(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {piece: ratio for ratios in found.values() for piece, ratio in ratios.items()}


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(TREE), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
