"""Who learns temporal order at which length: plain SGD, clipping, and clipping with Ω::

    python -m benchmarks.temporal_order --lengths 10 20 30 50 --seeds 3 --updates 20000

The settings are those of Pascanu, Mikolov and Bengio 2013 (section 4.1): 50 tanh units, minibatches of 20, learning rate
0.01, the gradient's norm clipped to 1, Ω with the weight 4; W begins with spectral radius 0.95, dense where theirs was
sparse. A run has learnt the task when it errs on less than 1 % of 1,000 sequences that it was not trained on, asked every
500 updates, as there; theirs had up to five million updates.
"""

from __future__ import annotations

import argparse
import statistics
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
from threadpoolctl import threadpool_limits

from explorer.engine import Examples, Generated, Moment, Network, Settings, evaluate, train
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import dataset

METHODS = {
    "SGD": Settings(optimiser="sgd", rate=0.01, batch=20, clip="none"),
    "SGD + clipping": Settings(optimiser="sgd", rate=0.01, batch=20, clip="norm", threshold=1.0),
    "SGD + clipping + Ω": Settings(optimiser="sgd", rate=0.01, batch=20, clip="norm", threshold=1.0, omega=4.0),
    "Adam + clipping": Settings(optimiser="adam", rate=0.001, batch=20, clip="norm", threshold=1.0),
}
ASKED_EVERY = 500
HELD_OUT = 1000
ENOUGH = 0.99
UNITS = 50
Run = tuple[str, int, int, int]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lengths", type=int, nargs="+", default=[10, 20, 30])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    runs = [
        (method, length, seed, asked.updates)
        for length, method, seed in product(asked.lengths, asked.methods, range(asked.seeds))
    ]
    print(
        "| T | method | learnt | updates (median) | best accuracy | diverged |\n|--:|:--|--:|--:|--:|--:|", flush=True
    )
    with ProcessPoolExecutor(asked.processes) as pool:
        found = pool.map(run, runs)
        for length, method in product(asked.lengths, asked.methods):
            print(row(length, method, [next(found) for _ in range(asked.seeds)]), flush=True)


def row(length: int, method: str, outcomes: list[tuple[int | None, float, bool]]) -> str:
    """Return one row of the table."""
    learnt = [updates for updates, _, _ in outcomes if updates is not None]
    median = f"{statistics.median(learnt):,.0f}" if learnt else "–"
    best = max(accuracy for _, accuracy, _ in outcomes)
    diverged = sum(lost for _, _, lost in outcomes)
    return f"| {length} | {method} | {len(learnt)} of {len(outcomes)} | {median} | {best:.1%} | {diverged} |"


def run(asked: Run) -> tuple[int | None, float, bool]:
    """Return after how many updates the task was learnt (None: it was not), the best accuracy, and whether it diverged."""
    method, length, seed, updates = asked
    with threadpool_limits(1):
        source, held_out = task(length)
        first, best = Moment.first(network(seed)), 0.0
        settings = METHODS[method]
        for moment in train(first, source, seeded(settings, seed)):
            if moment.diverged:
                return None, best, True
            if moment.step % ASKED_EVERY == 0:
                best = max(best, evaluate(moment.network, held_out).accuracy)
                if best > ENOUGH:
                    return moment.step, best, False
            if moment.step >= updates:
                break
    return None, best, False


def seeded(settings: Settings, seed: int) -> Settings:
    """Return the settings with the order of the examples of ``seed``."""
    return replace(settings, seed=seed)


def network(seed: int) -> Network:
    """Return the untrained network of a seed."""
    return Network.random(
        activation="tanh", inputs=7, hidden=UNITS, outputs=4, init="spectral", gain=0.95, input_scale=0.1, seed=seed
    )


def task(length: int) -> tuple[Generated, Examples]:
    """Return endless examples of ``length`` steps, and those that are asked about."""
    source = dataset(Task(kind="temporal_order", lag=length)).source
    assert isinstance(source, Generated)
    inputs, targets = source.draw(np.random.default_rng(10**6), HELD_OUT)
    return source, Examples(inputs, targets, source.loss, source.at)


if __name__ == "__main__":
    main()
