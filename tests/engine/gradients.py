"""Targets and cases for the tests of gradients."""

import dataclasses
import json
from pathlib import Path

import numpy as np

from explorer.engine import Network

CASES = json.loads((Path(__file__).parent / "data" / "gradients.json").read_text(encoding="utf-8"))["cases"]
LOSSES = ("cross_entropy", "binary_cross_entropy", "squared_error")
PLACES = ("every", "last", "mean")
FIELDS = ("U", "W", "b", "b_rec", "V", "c", "x", "s0")


def case_name(case):
    chunk = f"-chunk{case['chunk']}" if case["chunk"] else ""
    return f"{case['cell']}-{case['activation']}-{case['loss']}-{case['at']}{chunk}"


def network_of(case):
    arrays = {name: np.array(value) for name, value in case["weights"].items()}
    return Network.from_arrays(cell=case["cell"], activation=case["activation"], **arrays)


def random_targets(trace, loss, at, seed=7):
    """Targets that fit the trace."""
    rng = np.random.default_rng(seed)
    lead, p = (trace.steps,) if at == "every" else (), len(trace.network.c)
    if loss == "cross_entropy":
        return rng.integers(0, p, lead)
    return rng.random((*lead, p)) if loss == "binary_cross_entropy" else rng.normal(size=(*lead, p))


def assert_gradients(actual, expected, fields=FIELDS, tolerance=1e-10, floor=0.0):
    """Equal relative to the largest entry of each field, or absolutely below the floor."""
    for field in fields:
        one, other = np.asarray(getattr(actual, field)), np.asarray(getattr(expected, field))
        assert one.shape == other.shape, field
        scale = max(np.abs(other).max(initial=0.0), np.finfo(float).tiny)
        np.testing.assert_allclose(one, other, rtol=0, atol=max(tolerance * scale, floor), err_msg=field)


def changed(gradient, **arrays):
    """A gradient with other numbers for some parameters, for x or for s_0."""
    apart = {name: array for name, array in arrays.items() if name in ("x", "s0")}
    parameters = gradient.parameters | {name: array for name, array in arrays.items() if name not in apart}
    return dataclasses.replace(gradient, parameters=parameters, **apart)
