"""Opens mutated files of weights: each is opened or refused in a sentence; none crashes, hangs or takes too much memory.

    python -m benchmarks.fuzz_models [COUNT]         20,000 by default, over all files in tests/workspace/models/data

Files are opened in processes of their own, a batch each, so that a crash is seen, with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.opening import open_model

DATA = Path(__file__).parents[1] / "tests" / "workspace" / "models" / "data"
BATCH, SECONDS = 500, 5.0
ROOM = 1_500_000
"""Bytes that opening the smallest file takes: modules that are loaded, tables that are kept."""


def mutated(data: bytes, draw: np.random.Generator) -> bytes:
    """Return bytes that were changed in one to four ways: cut, overwritten, filled with ones or zeros, doubled, swapped."""
    found = bytearray(data)
    for _ in range(int(draw.integers(1, 5))):
        at = int(draw.integers(len(found)))
        many = int(min(len(found) - at, draw.choice([1, 1, 2, 4, 8, 64, 512])))
        way = int(draw.integers(6))
        if way == 0 and len(found) > 20:
            del found[int(draw.integers(10, len(found))) :]
        elif way == 1:
            found[at : at + many] = draw.bytes(many)
        elif way == 2:
            found[at : at + many] = b"\xff" * many
        elif way == 3:
            found[at : at + many] = bytes(many)
        elif way == 4:
            found[at:at] = found[at : at + many]
        else:
            found[at] ^= 1 << int(draw.integers(8))
    return bytes(found)


def files() -> list[Path]:
    """Return the files that are mutated."""
    return sorted(path for path in DATA.iterdir() if path.name not in ("frameworks.npz", "onnx_nodes.npz"))


def tried(path: Path, seed: int, folder: Path) -> tuple[str, float, float]:
    """Return what comes of one mutated file, the seconds, and the memory at its peak as a multiple of its size."""
    data = mutated(path.read_bytes(), np.random.default_rng(seed))
    target = folder / path.name
    target.write_bytes(data)
    tracemalloc.reset_peak()
    before, start = tracemalloc.get_traced_memory()[0], time.perf_counter()
    try:
        found = open_model(target)
        for name in found.networks:
            try:
                found.networks[name]
            except Refusal:
                continue
        said = "opened"
    except Refusal as refusal:
        said = type(refusal).__name__ if len(str(refusal)) < 2000 else "too long a sentence"
    peak = tracemalloc.get_traced_memory()[1] - before
    return said, time.perf_counter() - start, (peak - ROOM) / len(data)


def batch(begin: int, end: int) -> None:
    """Try the seeds from ``begin`` to ``end``, and print what came of them."""
    tracemalloc.start()
    seen: Counter[str] = Counter()
    worst = (0.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(begin, end):
            path = files()[seed % len(files())]
            print("at", seed, path.name, flush=True)
            said, seconds, memory = tried(path, seed, Path(folder))
            seen[said] += 1
            worst = max(worst[0], seconds), max(worst[1], memory)
            if seconds > SECONDS or memory > 3.0:
                print("bad", seed, path.name, f"{seconds:.1f} s, {memory:.1f} times its size", flush=True)
    print("seen", dict(seen), f"at most {worst[0]:.2f} s and {worst[1]:.1f} times the size", flush=True)


def main() -> int:
    """Try as many files as asked; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    return min(1, in_batches(parser.parse_args().count))


def in_batches(count: int) -> int:
    """Try so many files; return how many batches were ended by a crash, or had a file that took too long or too much."""
    bad = 0
    for begin in range(0, count, BATCH):
        words = [sys.executable, "-m", "benchmarks.fuzz_models", "batch", str(begin), str(min(count, begin + BATCH))]
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=BATCH * SECONDS, check=False)
            out, code = done.stdout, done.returncode
        except subprocess.TimeoutExpired as error:
            out, code = (error.stdout or b"").decode(), -1
        lines = out.strip().splitlines()
        if code:
            bad += 1
            print("crash" if code > -64 else "hang", code, lines[-1:] if lines else "", done.stderr[-2000:])
        bad += any(line.startswith("bad") for line in lines)
        print(begin, *(line for line in lines if line.startswith(("bad", "seen"))), sep="\n  ", flush=True)
    return bad


if __name__ == "__main__":
    if sys.argv[1:2] == ["batch"]:
        batch(int(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main())
