"""All pairs ‖∂s_t/∂s_k‖ by the explorer and by others, in turns on one machine, the forward pass included::

    python -m benchmarks.peers                            # a markdown table, some minutes
    python -m benchmarks.peers --rounds 5 --picture scaling.svg

* naive: all products of one t by one wide matrix product a step, on all cores;
* autograd: PyTorch, for each t one ``torch.autograd.grad(…, is_grads_batched=True)`` over the n unit vectors;
* torch.func: ``vmap(jacrev(step))`` for the Jacobians, then the products, in PyTorch;
* JAX: the same under ``jit``, its compilation not counted.

All others have one thread each, the explorer its two. A ratio says how many times longer a peer takes by the clock: a median
over the rounds, with least and largest. What is not installed is left out. All must find the same norm.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.scaling import drawn
from benchmarks.turns import ONE_THREAD, Contender, Contest, in_turns

TREE = Path(__file__).resolve().parent.parent
_WORK = Path(__file__).with_name("peers_work.py")
_OURS = "explorer"
NEEDS = {"naive": "numpy", "autograd": "torch", "torch.func": "torch", "JAX": "jax"}
"""What each way is made with."""
_ALIKE = 1e-9


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="a Python that has the others' packages")
    parser.add_argument("--picture", type=Path, metavar="OUT.svg", help="draw the times over T and n")
    arguments = parser.parse_args()
    names = [name for name, package in NEEDS.items() if _has(arguments.python, package)]
    contenders = [_contender(_OURS, sys.executable)]
    contenders += [_contender(name, arguments.python) for name in names]
    contest = in_turns(contenders, "", arguments.rounds)
    tell(contest, names)
    if arguments.picture is not None:
        arguments.picture.write_text(drawn(contest, [_OURS, *names]), encoding="utf-8")


def tell(contest: Contest, names: list[str]) -> None:
    """Print a row for each size."""
    print(f"| size | {_OURS} | {' | '.join(names)} | largest difference |\n|:--|--:|{'--:|' * len(names)}--:|")
    for piece in contest.pieces:
        ratios = " | ".join(contest.ratio(name, _OURS, piece, "clock").told() for name in names)
        ours = contest.least(_OURS, piece)
        away = max((abs(contest.least(name, piece).found - ours.found) for name in names), default=math.nan)
        print(f"| {piece} | {ours.clock:.1f} ms | {ratios} | {away:.0e} nats{'' if away < _ALIKE else ' (!)'} |")
    if contest.busy:
        print("\nThe machine had other work to do: these ratios can't be judged.")


def _contender(name: str, python: str) -> Contender:
    threads = dict.fromkeys(ONE_THREAD, str(os.cpu_count())) if name == "naive" else ONE_THREAD
    return Contender(name, (python, str(_WORK), name), TREE, threads)


def _has(python: str, package: str) -> bool:
    return subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
