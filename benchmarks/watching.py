"""What it costs a training to be watched: the same updates of PyTorch with ``explorer.watch`` around them and without::

    python -m benchmarks.watching                      # a markdown table; ends with 1 where it is more than 2 %
    python -m benchmarks.watching --cells lstm --moments 40

Two modules that began alike take turns, update by update, A B A B; the second is watched, with a moment after each ``every``
of its updates. What is looked at is the ratio of all their processor time; wall time stands beside it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from explorer import watch

EVERY, WITHIN = 50, 0.02
STEPS, SEQUENCES, INPUTS, OUTPUTS = 100, 20, 10, 10
MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
Update = Callable[[], torch.Tensor]


class Model(nn.Module):
    """A recurrent layer that says a class at each step."""

    def __init__(self, cell: str, width: int) -> None:
        super().__init__()
        self.memory = MODULES[cell](INPUTS, width, batch_first=True)
        self.readout = nn.Linear(width, OUTPUTS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits (sequences, steps, classes)."""
        logits: torch.Tensor = self.readout(self.memory(x)[0])
        return logits


def updating(model: Model) -> Update:
    """Return what makes one update of a model by Adam and returns the loss."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(SEQUENCES, STEPS, INPUTS, generator=draw)
    classes = torch.randint(OUTPUTS, (SEQUENCES * STEPS,), generator=draw)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

    def update() -> torch.Tensor:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(x).reshape(-1, OUTPUTS), classes)
        loss.backward()
        optimiser.step()
        return loss

    return update


def timed(act: Callable[[], object], times: list[float]) -> None:
    """Do something and add its processor time and its wall time."""
    processor, wall = time.process_time(), time.perf_counter()
    act()
    times[0] += time.process_time() - processor
    times[1] += time.perf_counter() - wall


def turns(cell: str, width: int, moments: int, folder: Path) -> tuple[list[float], list[float]]:
    """Return what the updates of the module take that is not watched and what those of the watched one do."""
    models = []
    for _ in range(2):
        torch.manual_seed(0)
        models.append(Model(cell, width))
    plain, watched = map(updating, models)
    without, within = [0.0, 0.0], [0.0, 0.0]
    with watch(models[1], folder / f"{cell}{width}.gflow", every=EVERY, sample=torch.randn(1, STEPS, INPUTS)) as run:

        def noted() -> None:
            run.note(loss=watched())

        for number in range((moments + 1) * EVERY):
            # The first moment, and all that is made once, is before what is looked at.
            kept = (without, within) if number >= EVERY else ([0.0, 0.0], [0.0, 0.0])
            pair = [(plain, kept[0]), (noted, kept[1])]
            for act, times in pair if number % 2 else reversed(pair):
                timed(act, times)
    return without, within


def main() -> int:
    """Print the table; return 1 if being watched costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", nargs="+", default=list(MODULES), choices=list(MODULES))
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    print(f"{SEQUENCES} sequences of {STEPS} steps, {asked.width} units, a moment every {EVERY} updates\n")
    print("| cell | an update | processor time | wall time |\n|:--|--:|--:|--:|")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for cell in asked.cells:
            without, within = turns(cell, asked.width, asked.moments, Path(folder))
            costs = [there / here - 1.0 for here, there in zip(without, within, strict=True)]
            milliseconds = 1e3 * without[0] / (asked.moments * EVERY)
            print(
                f"| {cell} | {milliseconds:.1f} ms | " + " | ".join(f"{one:+.2%}" for one in costs) + " |", flush=True
            )
            missed += costs[0] > WITHIN
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
