"""Flows, states and sweeps as labelled arrays of xarray."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.engine import Block, Course, Estimate, Flow, Trace
from explorer.workspace.plots.asked import xarray
from explorer.workspace.plots.states import in_time
from explorer.workspace.scales.states import blocks
from explorer.workspace.sweeps.result import is_seed
from explorer.workspace.sweeps.swept import Swept
from explorer.workspace.sweeps.words import TITLES

_NATS = {"units": "nats", "logarithm": "natural"}


def labelled_flow(flow: Flow | Estimate | Block) -> Any:
    """Return the logarithms of all pairs by their steps t and k; of an estimate the ends of its band, too."""
    steps = np.arange(len(flow.log_norm))
    told = {
        "log_norm": (flow.log_norm, "natural logarithm of the Frobenius norm of the gradient of s_t by s_k"),
        "log_gain": (flow.log_gain, "natural logarithm of the root-mean-square gain from s_k to s_t"),
    }
    if isinstance(flow, Estimate):
        told |= {"low": (flow.low, "lower end of the band of log_norm"), "high": (flow.high, "upper end of the band")}
    arrays = {name: (("t", "k"), array, {**_NATS, "long_name": said}) for name, (array, said) in told.items()}
    coords = {"t": ("t", steps, {"units": "steps", "long_name": "later step"}),
              "k": ("k", steps, {"units": "steps", "long_name": "earlier step"})}  # fmt: skip
    return xarray().Dataset(arrays, coords, {"undefined": "NaN", "true zero": "-inf"})


def labelled_trace(trace: Trace) -> Any:
    """Return inputs, logits and outputs by step, and the states of each part of each chain, s_0 included."""
    steps = np.arange(trace.steps + 1)
    arrays: dict[str, Any] = {
        name: (("step", dim), getattr(trace, name), {"long_name": said})
        for name, dim, said in (("x", "input", "input"), ("y", "class", "logits"), ("o", "class", "output"))
    }
    several = len(trace.chains) > 1
    for course in trace.chains.values():
        arrays |= _states(course, f"{course.name}/" if several else "")
    coords = {"t": ("t", steps, {"units": "steps"}), "step": ("step", steps[1:], {"units": "steps"})}
    return xarray().Dataset(arrays, coords)


def labelled_course(course: Course) -> Any:
    """Return the states of each part of a chain, s_0 included, in the sequence's time."""
    return xarray().Dataset(_states(course, ""), {"t": ("t", np.arange(course.steps + 1), {"units": "steps"})})


def _states(course: Course, within: str) -> dict[str, Any]:
    s, found = in_time(course), {}
    for part in blocks(course.chain):
        # With a slash in it NetCDF refuses a name, and Zarr loses the variable.
        name = f"{within}{part.part}".replace("/", "_")
        found[name] = (("t", f"unit_{name}"), s[:, part.start : part.stop], {"long_name": f"state {part.name}"})
    return found


def labelled_sweep(swept: Swept) -> Any:
    """Return the quantities by the values of the axes, quartiles over seeds without these, and the reasons."""
    plain = tuple(axis for axis in swept.axes if not is_seed(axis))
    arrays: dict[str, Any] = {"reasons": (swept.axes, swept["reasons"])}
    for name in swept:
        quantity = name.partition(".")[0]
        if quantity in swept.quantities and name not in swept.axes:
            over = swept.axes if name == quantity else plain
            arrays[name] = (over, swept[name], {"long_name": TITLES[quantity]})
    return xarray().Dataset(arrays, {axis: (axis, swept[axis]) for axis in swept.axes})
