"""Networks that PyTorch has run, in the cells' own names.

``benchmarks/make_networks.py`` made the file, and tells what is in it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats

NETWORKS = json.loads((Path(__file__).parent / "data" / "networks.json").read_text(encoding="utf-8"))
GATES = {"lstm": "ifgo", "gru": "rzn"}


def network_name(case: Mapping[str, Any]) -> str:
    both = "-both" if case.get("both") else ""
    return f"{case.get('cell', 'tanh')}-{case.get('activation', '')}-{case['layers']}{both}"


def cell_weights(cell: str, arrays: Mapping[str, ArrayLike], end: str, gradients: bool = False) -> dict[str, Floats]:
    """The weights of a cell by its own names, out of PyTorch's of one layer and direction (``end`` "l0", "l1_reverse").

    PyTorch adds two biases where the cell has one, but in the GRU's candidate, where the second, inside r∘(…), is b_rec. Of
    ``gradients`` each of the two has that on the sum.
    """
    U, W, b_x, b_h = (np.array(arrays[f"{name}_{end}"]) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    b = b_x if gradients else b_x + b_h
    if cell not in GATES:
        return {"U": U, "W": W, "b": b}
    gates = GATES[cell]
    found = {
        f"{name}_{gate}": block
        for name, whole in (("U", U), ("W", W), ("b", b))
        for gate, block in zip(gates, np.split(whole, len(gates)), strict=True)
    }
    if cell == "gru":
        found |= {"b_n": np.split(b_x, 3)[2], "b_rec": np.split(b_h, 3)[2]}
    return found


def directions(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The layers and directions of a case: its number and arrow ("2←"; "2" of a stack), and PyTorch's end of its names."""
    both = case.get("both", any("→" in part for part in case.get("start", ())))
    for layer in range(case["layers"]):
        yield f"{layer + 1}{'→' if both else ''}", f"l{layer}"
        if both:
            yield f"{layer + 1}←", f"l{layer}_reverse"
