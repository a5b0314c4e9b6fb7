"""The pieces of work that `benchmarks.beside` times, in whichever tree is on the path: ``python beside_work.py SUBJECT``.

What has moved since is looked for in both its places.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

CELLS = ("rnn", "lstm", "gru")
SIZES = ((24, 40), (32, 64))
MOVES = {(24, 40): 40, (32, 64): 40, (64, 128): 14}
"""Units and steps of the window's networks, and how often their gain is moved; the first few warm it."""
_WARMING = 6
PAIRS = (
    ("rnn", 24, 40, 20),
    ("rnn", 32, 64, 20),
    ("lstm", 32, 64, 10),
    ("rnn", 64, 128, 10),
    ("rnn", 128, 256, 3),
    ("rnn", 64, 1024, 3),
)
"""Cells, units, steps, and how often."""
Times = dict[str, tuple[float, float]]
"""Milliseconds by the clock and of the processor."""


def either(*names: str) -> Any:
    """Return the first of these modules that there is."""
    for name in names[:-1]:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    return import_module(names[-1])


engine = import_module("explorer.engine")


def least(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the least milliseconds of so many by the clock, and of the processor, once warm."""
    work()
    clocks, processors = [], []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - clock)
        processors.append(time.process_time() - processor)
    return 1e3 * min(clocks), 1e3 * min(processors)


def of_engine() -> Times:
    """A network, its run, all pairs, one product, its spectrum, a nudge and the split into factors."""
    nudge = either("explorer.engine.looks.nudge", "explorer.engine.nudge").nudge
    x, found = np.random.default_rng(0).standard_normal((64, 3)), Times()
    for cell in CELLS:
        make = partial(engine.Network.random, cell=cell, inputs=3, hidden=32, outputs=4, gain=1.2, seed=0)
        net = make()
        trace, split = net.forward(x), engine.attribute if cell == "rnn" else engine.split_paths
        flow = engine.gradient_flow(trace)
        found |= {
            f"{cell}: network": least(make, 60),
            f"{cell}: run": least(partial(net.forward, x), 40),
            f"{cell}: run and all pairs": least(partial(_flow_of, net, x), 12),
            f"{cell}: product": least(partial(flow.product, 60, 21), 20),
            f"{cell}: singular values": least(partial(flow.log_singular_values, 60, 21), 6),
            f"{cell}: nudge": least(partial(nudge, trace, 21, 0, 1e-3), 30),
            f"{cell}: factors": least(partial(split, trace, 60, 21), 20),
        }
    return found


def of_pairs() -> Times:
    """All pairs along a run, Jacobians and certificate included."""
    found = Times()
    for cell, n, steps, times in PAIRS:
        net = engine.Network.random(cell=cell, inputs=1, hidden=n, outputs=1, gain=1.6, seed=0)
        trace = net.forward(np.cos(2 * np.pi * np.arange(steps) / 20)[:, None])
        found[f"{cell} {n}/{steps}: all pairs"] = least(partial(engine.gradient_flow, trace), times)
    return found


def _flow_of(net: Any, x: np.ndarray) -> Any:
    return engine.gradient_flow(net.forward(x))


def of_terms() -> Times:
    """A gradient, its terms, and their sums by lag."""
    rng, found = np.random.default_rng(0), Times()
    x, y = rng.standard_normal((64, 3)), rng.integers(0, 4, 64)
    for cell in CELLS:
        trace = engine.Network.random(cell=cell, inputs=3, hidden=32, outputs=4, gain=1.2, seed=0).forward(x)
        gradient = partial(engine.bptt, trace, y)
        found |= {
            f"{cell}: gradient": least(gradient, 10),
            f"{cell}: terms of W": least(partial(_log_terms, gradient), 8),
            f"{cell}: terms of W by lag": least(partial(_by_lag, gradient), 6),
        }
    return found


def _log_terms(gradient: Callable[[], Any]) -> Any:
    return gradient().items.log_terms("W")


def _by_lag(gradient: Callable[[], Any]) -> Any:
    return gradient().items.totals("W", "lag")


def of_training() -> Times:
    """The gradient of twenty sequences at once."""
    rng, found = np.random.default_rng(0), Times()
    x, y = list(rng.standard_normal((20, 100, 8))), list(rng.integers(0, 6, (20, 100)))
    for cell in CELLS:
        net = engine.Network.random(cell=cell, inputs=8, hidden=50, outputs=6, gain=1.0, seed=0)
        for dtype in (np.float64, np.float32):
            batch = engine.Batch.of(net, x, y, dtype=dtype)
            step = partial(lambda net, batch: engine.bptt_batch(engine.forward_batch(net, batch)), net, batch)
            found[f"{cell}: training step, {dtype.__name__}"] = least(step, 10)
    return found


def exploration(cell: str, n: int, steps: int) -> Any:
    """The exploration of a network of one cell, a pair far apart chosen."""
    room = either("explorer.workspace.exploration.exploration", "explorer.workspace.exploration")
    return room.Exploration(
        networks=(room.Recipe(cell=cell, hidden=n),),
        sequence=room.Signal(steps=steps),
        selection=room.Selection(t=steps - 4, k=steps // 3),
    )


def gains(count: int) -> list[float]:
    """Return gains as a slider passes through them."""
    return (1.2 + 0.4 * np.sin(np.arange(count) / 10.0)).tolist()


def of_analysis() -> Times:
    """What the worker does for one move of the gain."""
    looks, found = either("explorer.workspace.looks.analysis", "explorer.workspace.analysis"), Times()
    for cell in ("rnn", "lstm"):
        for n, steps in SIZES:
            first = exploration(cell, n, steps)
            moves = iter(gains(200))

            def both(first: Any = first, moves: Any = moves) -> None:
                looks.inspect(looks.analyse(first.with_recipe(gain=next(moves))))

            found[f"{cell} {n}/{steps}: analysis and look"] = least(both, 30)
    return found


def of_gesture() -> Times:
    """One move of the gain in the real window until all is painted: the window's thread, and all of the process."""
    window = import_module("benchmarks.window")
    # What is worked out after the answer is not the gesture's.
    either("explorer.gui.core.worker", "explorer.gui.worker")._PAUSE = 60.0
    found = Times()
    for cell in ("rnn", "lstm"):
        for (n, steps), moves in MOVES.items():
            shown = window.picture_window(exploration(cell, n, steps), (1600, 1000), "light", "en")
            taken = []
            for gain in gains(moves):
                begun = time.perf_counter(), time.thread_time(), time.process_time()
                window.gesture(shown, gain)
                taken.append(np.subtract((time.perf_counter(), time.thread_time(), time.process_time()), begun))
            window.discard(shown)
            clock, inside, whole = (1e3 * np.min(taken[_WARMING:], axis=0)).tolist()
            name = f"{cell} {n}/{steps}: gesture"
            found |= {f"{name}, window's thread": (clock, inside), f"{name}, all": (clock, whole)}
    return found


WORK = {
    "engine": of_engine,
    "pairs": of_pairs,
    "terms": of_terms,
    "training": of_training,
    "analysis": of_analysis,
    "gesture": of_gesture,
}

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]]()))
