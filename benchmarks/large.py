"""From a gesture to the first picture of a large network, and to the exact one, in the analyst's own thread::

    python -m benchmarks.large                       # a markdown table, some minutes
    python -m benchmarks.large --only rnn-256-2000   # one row
    python -m benchmarks.large --first               # the first pictures alone, some seconds

Processor time of the one process, all its threads together, beside the clock's: on a busy machine only the former tells.
The network and its sequence are made anew for each row, as they are after a gesture; the painting is not counted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass

from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Signal
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.analyst import Analyst, Completed

SIZES: dict[str, tuple[str, int, int, int]] = {
    "rnn-64-2000": ("rnn", 1, 64, 2000),
    "rnn-256-2000": ("rnn", 1, 256, 2000),
    "lstm-256-2000": ("lstm", 1, 256, 2000),
    "16-rnn-24-128": ("rnn", 16, 24, 128),
    "16-rnn-24-2000": ("rnn", 16, 24, 2000),
    "8-lstm-32-500": ("lstm", 8, 32, 500),
    "4-gru-24-200": ("gru", 4, 24, 200),
    "8-rnn-24-300": ("rnn", 8, 24, 300),
}
"""Cell, layers, units a layer and steps of each row."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: seconds of the processor and of the clock since the gesture, and from how much it was estimated."""

    processor: float
    clock: float
    by: str


def exploration(cell: str, layers: int, hidden: int, steps: int) -> Exploration:
    """Return the network of a row, as the Build panel makes it."""
    above = tuple(LayerRecipe(cell=cell, hidden=hidden) for _ in range(layers - 1))
    return Exploration(networks=(Recipe(cell=cell, hidden=hidden, above=above),), sequence=Signal(steps=steps))


def answers(of: Exploration) -> Iterator[Told]:
    """Yield what is told of an exploration, up to the exact map."""
    clock, processor = time.perf_counter(), time.process_time()
    for found in Analyst().look(of, lambda: False, lambda _: None):
        one = found.inspection if isinstance(found, Completed) else found
        yield Told(time.process_time() - processor, time.perf_counter() - clock, _by(one))
        if not one.analysis.estimated:
            return


def _by(inspection: Inspection) -> str:
    estimate = inspection.analysis.run.estimate
    return "exact" if estimate is None else f"{estimate.probes} of {estimate.width}, every {estimate.every}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("::")[0])
    parser.add_argument("--only", choices=SIZES)
    parser.add_argument("--first", action="store_true")
    asked = parser.parse_args()
    # What is loaded at a start is no part of a gesture.
    list(answers(exploration("rnn", 2, 4, 12)))
    print("| network | first picture: processor, clock | from directions | exact: processor, clock |")
    print("|---|---|---|---|")
    for name in [asked.only] if asked.only else SIZES:
        told = answers(exploration(*SIZES[name]))
        first = next(told)
        last = first if asked.first else [first, *told][-1]
        end = f"{last.processor:.2f} s, {last.clock:.2f} s" if last.by == "exact" else "—"
        print(f"| {name} | {first.processor:.2f} s, {first.clock:.2f} s | {first.by} | {end} |", flush=True)


if __name__ == "__main__":
    main()
