"""Opens damaged ONNX files: each is refused in a sentence or opened, none crashes, takes long or takes much memory.

    python -m benchmarks.hostile_onnx [COUNT]

The files are those of the tests with bytes turned, cut, doubled and exchanged, and with sizes that are not theirs. Prints how
many were refused and opened, the longest time and the most memory; exits with 1 at the first that fails, and says its seed.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.onnx.finding import find
from explorer.workspace.models.onnx.reading import stored_of

DATA = Path(__file__).parent.parent / "tests" / "workspace" / "models" / "data"
MOST_SECONDS, ROOM = 20.0, 96 * 2**20
"""A file may take three times its size, and room for the program itself."""

Change = Callable[[bytearray, np.random.Generator], None]


def _turned(data: bytearray, rng: np.random.Generator) -> None:
    for place in rng.integers(0, len(data), rng.integers(1, 9)):
        data[place] = int(rng.integers(0, 256))


def _cut(data: bytearray, rng: np.random.Generator) -> None:
    del data[int(rng.integers(0, len(data))) :]


def _taken_out(data: bytearray, rng: np.random.Generator) -> None:
    start = int(rng.integers(0, len(data)))
    del data[start : start + int(rng.integers(1, 40))]


def _doubled(data: bytearray, rng: np.random.Generator) -> None:
    start = int(rng.integers(0, len(data)))
    data[start:start] = data[start : start + int(rng.integers(1, 200))]


def _with_huge_number(data: bytearray, rng: np.random.Generator) -> None:
    """Put a long varint somewhere: sizes, shapes and counts are such."""
    start = int(rng.integers(0, len(data)))
    data[start : start + 1] = b"\xff" * int(rng.integers(1, 10)) + b"\x7f"


def _exchanged(data: bytearray, rng: np.random.Generator) -> None:
    one, other = (int(start) for start in rng.integers(0, len(data), 2))
    size = int(rng.integers(1, 60))
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]


CHANGES: tuple[Change, ...] = (_turned, _cut, _taken_out, _doubled, _with_huge_number, _exchanged)


def damaged(whole: bytes, seed: int) -> bytes:
    """Return a file with some of it changed: its bytes, or its parts, whose sizes are then right again."""
    rng = np.random.default_rng(seed)
    if seed % 4:
        parts = taken_apart(whole, "model")
        for _ in range(int(rng.integers(1, 4))):
            _change_part(parts, rng)
        return put_together(parts)
    data = bytearray(whole)
    CHANGES[int(rng.integers(len(CHANGES)))](data, rng)
    return bytes(data)


# ---- parts of a message

Part = list[Any]
"""Number and wire type of a field, and a whole number, bytes, or parts."""

INNER = {
    "model": {7: "graph"}, "graph": {1: "node", 5: "tensor"}, "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph"}, "tensor": {},
}  # fmt: skip


def taken_apart(data: bytes, kind: str) -> list[Part]:
    """Return the fields of a message, those that are messages taken apart as well."""
    found: list[Part] = []
    at = 0
    while at < len(data):
        key, at = _whole(data, at)
        if key & 7 == 0:
            value, at = _whole(data, at)
            found.append([key >> 3, 0, value])
            continue
        size, at = _whole(data, at) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], at)
        inner, raw = INNER[kind].get(key >> 3), data[at : at + size]
        found.append([key >> 3, key & 7, taken_apart(raw, inner) if inner else raw])
        at += size
    return found


def put_together(parts: list[Part]) -> bytes:
    """Return the bytes of a message."""
    made = bytearray()
    for number, kind, value in parts:
        made += _varint(number << 3 | kind)
        raw = put_together(value) if isinstance(value, list) else value
        made += _varint(raw) if isinstance(raw, int) else (_varint(len(raw)) if kind == 2 else b"") + raw
    return bytes(made)


def _whole(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        found |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return found, at


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes(made) + bytes([value])


WHOLES = (0, 1, 2, 3, 5, 7, 11, 16, 127, 128, 1000, 4096, 2**20, 2**31 - 1, 2**31, 2**40, 2**62, 2**63, 2**64 - 1)


def _change_part(parts: list[Part], rng: np.random.Generator) -> None:
    """Change something somewhere in the parts of a message."""
    level = parts
    while rng.random() < 0.8:
        inner = [part for part in level if isinstance(part[2], list) and part[2]]
        if not inner:
            break
        level = inner[int(rng.integers(len(inner)))][2]
    if not level:
        return
    place = int(rng.integers(len(level)))
    part, way = level[place], int(rng.integers(5))
    if way == 0:
        del level[place]
    elif way == 1:
        level.insert(place, [part[0], part[1], part[2]])
    elif way == 2:
        level[place] = level[int(rng.integers(len(level)))]
    elif isinstance(part[2], int):
        part[2] = int(WHOLES[int(rng.integers(len(WHOLES)))])
    elif isinstance(part[2], bytes) and part[2] and part[1] == 2:
        raw = bytearray(part[2])
        CHANGES[int(rng.integers(len(CHANGES)))](raw, rng)
        part[2] = bytes(raw)
    else:
        part[0] = int(rng.integers(1, 16))


def opened(data: bytes) -> str:
    """Return what becomes of a file: "opened", or "refused"; whatever else is raised is a fault."""
    try:
        stored = stored_of(memoryview(data), "damaged.onnx")
        for stack in find(stored, Asked()).stacks:
            stack.network()
    except Refusal:
        return "refused"
    return "opened"


def files() -> list[bytes]:
    """Return the whole files: nodes with their options, weights behind other nodes, and what exporters wrote."""
    found = []
    for name in ("onnx_nodes.npz", "onnx_exports.npz"):
        with np.load(DATA / name) as stored:
            found += [stored[key].tobytes() for key in stored.files if key.endswith(("/model", "/new", "/old"))]
    return found


def main() -> int:
    """Open as many as asked; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    return opened_or_refused(parser.parse_args().count)


def opened_or_refused(count: int) -> int:
    """Open so many; return the exit code."""
    whole, became, longest, most = files(), Counter[str](), 0.0, 0
    tracemalloc.start()
    for seed in range(count):
        data = damaged(whole[seed % len(whole)], seed)
        tracemalloc.reset_peak()
        before, begun = tracemalloc.get_traced_memory()[0], time.perf_counter()
        try:
            became[opened(data)] += 1
        except Exception as fault:
            print(f"seed {seed}: {type(fault).__name__}: {fault}")
            return 1
        longest = max(longest, time.perf_counter() - begun)
        most = max(most, tracemalloc.get_traced_memory()[1] - before)
        if longest > MOST_SECONDS or most > 3 * len(data) + ROOM:
            print(f"seed {seed}: {longest:.1f} s, {most / 2**20:.0f} MB")
            return 1
    print(f"{count} files: {dict(became)}; {longest:.2f} s at most, {most / 2**20:.1f} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
