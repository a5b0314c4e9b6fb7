"""All pairs ‖∂s_t/∂s_k‖ by the explorer and by others, in turns on one machine, the forward pass included::

    python -m benchmarks.peers                            # a markdown table, some minutes; each row as soon as it is known
    python -m benchmarks.peers --rounds 5 --picture docs/pictures/scaling.svg
    python -m benchmarks.peers --seconds 60               # more time for those that need much

* naive: all products of one t by one wide matrix product a step;
* autograd: PyTorch, for each t one ``torch.autograd.grad(…, is_grads_batched=True)`` over the n unit vectors;
* torch.func: ``vmap(jacrev(step))`` for the Jacobians, then the products, in PyTorch;
* JAX: the same under ``jit``, its compilation not counted.

All have the same number of threads, in processes of their own that work one at a time: A B A B. A ratio says how many times
longer a peer takes of the processor, a median over the rounds with least and largest, and then by the clock. Who would take
longer for a size than it is allowed has fewer rounds, or fewer steps, beside the explorer's of as many, and that is said; so
is what is not installed, and when the machine was too busy for the clock. All must find the same norm.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.players import NoAnswer, Player, Size
from benchmarks.scaling import drawn
from benchmarks.turns import Taken, is_busy, pinned, ratio, waiting

TREE = Path(__file__).resolve().parent.parent
_WORK = Path(__file__).with_name("peers_work.py")
_OURS = "explorer"
NEEDS = {"naive": "numpy", "autograd": "torch", "torch.func": "torch", "JAX": "jax"}
"""What each way is made with."""
SIZES = tuple(
    Size(*size)
    for size in ((16, 128), (64, 32), (32, 128), (64, 64), (64, 128), (64, 256), (128, 128), (64, 512), (64, 1024))
)
"""From the least to the most work."""
_ALIKE, _FEWEST_STEPS = 1e-9, 16
# By the clock a busy machine takes so many times longer before a peer is given up.
_PATIENCE = 10.0


@dataclass(slots=True)
class Cell:
    """What a peer takes for a size in so many ``rounds``, and the explorer in the same; ``why`` says what is short of it."""

    size: Size
    rounds: int
    why: str
    ours: list[Taken] = field(default_factory=list)
    theirs: list[Taken] = field(default_factory=list)

    def told(self, busy: bool) -> str:
        """Return it as it stands in the table."""
        if not self.theirs:
            return self.why
        clock = "" if busy else f", clock {ratio(self.theirs, self.ours, 'clock').median:.2f}"
        return f"{ratio(self.theirs, self.ours).told()}{clock}{f'; {self.why}' if self.why else ''}"

    @property
    def away(self) -> float:
        """Return by how many nats both differ."""
        return abs(self.theirs[-1].found - self.ours[-1].found) if self.theirs else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """What all took for a size; ``waits`` says how long the machine let us wait."""

    size: Size
    ours: Sequence[Taken]
    cells: Mapping[str, Cell]
    waits: Sequence[float]

    def told(self) -> str:
        """Return its line of the table."""
        busy, away = is_busy(self.waits), max((cell.away for cell in self.cells.values()), default=0.0)
        cells = "".join(f" {cell.told(busy)} |" for cell in self.cells.values())
        least, sure = min(one.processor for one in self.ours), "" if away < _ALIKE else " (!)"
        return f"| {self.size} | {least:.1f} ms |{cells} {away:.0e} nats{sure} | {'busy' if busy else 'free'} |"


def main() -> None:
    """Print the table, and draw the picture that is asked for."""
    arguments = _arguments()
    installed = {name: _has(arguments.python, package) for name, package in NEEDS.items()}
    names = [name for name, there in installed.items() if there]
    print(f"| size | {_OURS} |{''.join(f' {name} |' for name in names)} largest difference | machine |", flush=True)
    print(f"|:--|--:|{'--:|' * len(names)}--:|:--|", flush=True)
    rows = []
    for row in measured(names, arguments):
        print(row.told(), flush=True)
        rows.append(row)
    for line in _closing(rows, installed, arguments.threads):
        print(f"\n{line}", flush=True)
    if arguments.picture is not None:
        arguments.picture.write_text(drawn(times(rows)), encoding="utf-8")


def measured(names: Sequence[str], arguments: argparse.Namespace) -> Iterator[Row]:
    """Yield the row of each size, from the least work to the most, made by processes that last."""
    pythons = {_OURS: sys.executable, **dict.fromkeys(names, arguments.python)}
    with ExitStack() as stack:
        players = {
            name: stack.enter_context(Player((python, str(_WORK), name), TREE, pinned(arguments.threads)))
            for name, python in pythons.items()
        }
        ours = players.pop(_OURS)
        for size in SIZES:
            yield row_of(ours, players, size, arguments.rounds, arguments.seconds)


def row_of(ours: Player, peers: Mapping[str, Player], size: Size, rounds: int, seconds: float) -> Row:
    """Let all take turns at a size, each peer for about so many seconds of the processor at most, once it is warm."""
    cells = {name: _begun(peer, size, rounds, seconds) for name, peer in peers.items()}
    for one in {size, *(cell.size for cell in cells.values())}:
        ours.turn(one)
    taken, waits = [], []
    for number in range(rounds):
        waits.append(waiting())
        taken.append(ours.turn(size))
        for name, cell in cells.items():
            if number < cell.rounds:
                cell.ours.append(taken[-1] if cell.size == size else ours.turn(cell.size))
                cell.theirs.append(peers[name].turn(cell.size))
    return Row(size, taken, cells, waits)


def _begun(peer: Player, size: Size, rounds: int, seconds: float) -> Cell:
    """Return a cell with as many steps and rounds as its peer, which is warm then, has time for."""
    T = size.T
    while peer.expected(Size(size.n, T)) > seconds and T > _FEWEST_STEPS:
        T //= 2
    short = [] if size.T == T else [f"at T = {T:,}"]
    try:
        took = peer.turn(Size(size.n, T), _PATIENCE * seconds).processor / 1e3
    except NoAnswer as why:
        return Cell(Size(size.n, T), 0, f"{why} at T = {T:,}")
    fitting = min(rounds, max(1, int(seconds / took)))
    short += [] if fitting == rounds else ["once" if fitting == 1 else f"{fitting} rounds"]
    return Cell(Size(size.n, T), fitting, ", ".join(short))


def times(rows: Sequence[Row]) -> dict[str, dict[Size, float]]:
    """Return the least milliseconds of the processor that each took for the sizes at which it was measured."""
    found = {_OURS: {row.size: min(one.processor for one in row.ours) for row in rows}}
    for row in rows:
        for name, cell in row.cells.items():
            if cell.theirs:
                found.setdefault(name, {})[cell.size] = min(one.processor for one in cell.theirs)
    return found


def _closing(rows: Sequence[Row], installed: Mapping[str, bool], threads: int) -> Iterator[str]:
    yield f"Threads of each: {threads}. Ratios are of processor time, and of the clock where the machine was free."
    if any(is_busy(row.waits) for row in rows):
        yield "The machine had other work to do: what the clock says can't be judged where it was busy."
    for name, there in installed.items():
        if not there:
            yield f"{name} is left out: {NEEDS[name]} is not installed."


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="what a peer may take of the processor for one size"
    )
    parser.add_argument("--threads", type=int, default=1, help="of every library alike")
    parser.add_argument("--python", default=sys.executable, help="a Python that has the others' packages")
    parser.add_argument("--picture", type=Path, metavar="OUT.svg", help="draw the times over T and n")
    return parser.parse_args()


def _has(python: str, package: str) -> bool:
    return subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
