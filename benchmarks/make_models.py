"""Writes ``tests/workspace/models/data``: networks of other frameworks with random weights, and what these make of an input.

The tests compare with these files, so that they need no framework. Run with those installed whose files are to be made::

    python -m benchmarks.make_models torch keras jax mlx paddle

``frameworks.npz`` holds of each case, "file|name|choose|…", x, y and, for one layer in one direction, J; see
`benchmarks.frameworks`. Weights and biases are random throughout: constant ones cannot see a wrong order.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

import numpy as np

from benchmarks.frameworks import Case, folder

ALL = ("torch", "keras", "jax", "mlx", "paddle")


def main() -> None:
    """Make the files of the frameworks that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="all where none is named")
    make(parser.parse_args().names or ALL)


def make(names: Sequence[str]) -> None:
    """Make the files of the frameworks of these ``names``, and keep the others'."""
    folder().mkdir(parents=True, exist_ok=True)
    target = folder() / "frameworks.npz"
    held = dict(np.load(target)) if target.exists() else {}
    for name in names:
        made: list[Case] = list(import_module(f"benchmarks.frameworks.of_{name}").cases())
        files = {case.file for case in made}
        held = {key: value for key, value in held.items() if key.partition("|")[0] not in files}
        for case in made:
            key = f"{case.file}|{case.name}|{case.choose}"
            held |= {f"{key}|x": case.x, f"{key}|y": case.y}
            held |= {} if case.J is None else {f"{key}|J": case.J}
        print(f"{name}: {len(made)} cases in {len(files)} files")
    np.savez_compressed(target, **held)


if __name__ == "__main__":
    main()
