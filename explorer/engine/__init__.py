"""The mathematics: networks, traces and the flow of gradients through time. NumPy only.

>>> import numpy as np
>>> from explorer.engine import Network, gradient_flow
>>> net = Network.random(cell="rnn", activation="tanh", inputs=3, hidden=32, outputs=4, gain=1.2, seed=0)
>>> flow = gradient_flow(net.forward(np.zeros((50, 3))))  # x (T, m)
>>> flow.log_norm.shape  # ln ‖∂s_t/∂s_k‖_F at [t, k]
(51, 51)

Layers upon each other are one network, `Layer` by `Layer`; those that run one way in a row are one chain, which has a flow:

>>> from explorer.engine import Layer
>>> net = Network.random(layers=[Layer("lstm", 8), Layer("gru", 4, direction="both")], inputs=3, outputs=2)
>>> trace = net.forward(np.zeros((50, 3)))
>>> list(trace.chains), trace.chains["1"].parts["c"], net.weights["2←/W_r"].shape
(['1', '2→', '2←'], slice(8, 16, None), (4, 4))
>>> gradient_flow(trace.chains["2←"]).log_norm.shape
(51, 51)

Networks, traces, flows and all else that comes out are values: read-only, equal if their numbers are, hashable, picklable.
What can't be done is refused by a `Refusal`, in one sentence. Names are taken whatever their capitals.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from explorer.engine.errors import (
    BadEquations,
    BadFile,
    BadNetwork,
    BadSequence,
    BadSettings,
    BadTargets,
    Missing,
    Refusal,
    Stopped,
    TooBig,
)

if TYPE_CHECKING:
    from explorer.engine.flow.blocks import Block
    from explorer.engine.flow.flow import Flow, gradient_flow
    from explorer.engine.flow.forwards import Forwards, carried_forwards
    from explorer.engine.flow.lyapunov import (
        entropy_rate,
        kaplan_yorke_dimension,
        lyapunov_exponents,
        predictability_time,
        running_lyapunov_exponents,
    )
    from explorer.engine.flow.probes import Estimate, estimated_flow
    from explorer.engine.gradient.batch import Batch
    from explorer.engine.gradient.batched import BatchGradient, BatchTrace, bptt_batch, forward_batch
    from explorer.engine.gradient.bptt import ItemisedGradient, bptt
    from explorer.engine.gradient.check import Deviation, gradient_check
    from explorer.engine.gradient.gradient import Gradient
    from explorer.engine.gradient.rtrl import rtrl
    from explorer.engine.learning.examples import Examples, Generated
    from explorer.engine.learning.settings import Settings
    from explorer.engine.learning.train import Moment, Score, evaluate, train
    from explorer.engine.looks.attribution import Attribution, attribute
    from explorer.engine.looks.growth import Growth, state_growth
    from explorer.engine.looks.paths import PathSplit, split_paths
    from explorer.engine.looks.time_scales import TimeScales, time_scales
    from explorer.engine.looks.verdict import Point, Verdict, verdict
    from explorer.engine.network.chain import Chain
    from explorer.engine.network.course import Course
    from explorer.engine.network.feeding import generate
    from explorer.engine.network.given import Embedding, Input
    from explorer.engine.network.layer import Layer
    from explorer.engine.network.network import Network
    from explorer.engine.network.trace import Trace
    from explorer.engine.recurrence.recurrence import Constant, Recurrence, State, Weight
    from explorer.engine.theory.isometry import isometry
    from explorer.engine.theory.mean_field import Fields, MeanField, fields_along, mean_field, mean_field_rates
    from explorer.engine.theory.memory import curse_of_memory, ring_growth

__all__ = [
    "Attribution",
    "BadEquations",
    "BadFile",
    "BadNetwork",
    "BadSequence",
    "BadSettings",
    "BadTargets",
    "Batch",
    "BatchGradient",
    "BatchTrace",
    "Block",
    "Chain",
    "Constant",
    "Course",
    "Deviation",
    "Embedding",
    "Estimate",
    "Examples",
    "Fields",
    "Flow",
    "Forwards",
    "Generated",
    "Gradient",
    "Growth",
    "Input",
    "ItemisedGradient",
    "Layer",
    "MeanField",
    "Missing",
    "Moment",
    "Network",
    "PathSplit",
    "Point",
    "Recurrence",
    "Refusal",
    "Score",
    "Settings",
    "State",
    "Stopped",
    "TimeScales",
    "TooBig",
    "Trace",
    "Verdict",
    "Weight",
    "attribute",
    "bptt",
    "bptt_batch",
    "carried_forwards",
    "curse_of_memory",
    "entropy_rate",
    "estimated_flow",
    "evaluate",
    "fields_along",
    "forward_batch",
    "generate",
    "gradient_check",
    "gradient_flow",
    "isometry",
    "kaplan_yorke_dimension",
    "lyapunov_exponents",
    "mean_field",
    "mean_field_rates",
    "predictability_time",
    "ring_growth",
    "rtrl",
    "running_lyapunov_exponents",
    "split_paths",
    "state_growth",
    "time_scales",
    "train",
    "verdict",
]

# Who asks for a flow need not wait for all of training: a name is imported when it is first asked for.
_HOMES = {
    "Block": "flow.blocks",
    "Flow": "flow.flow",
    "gradient_flow": "flow.flow",
    "Forwards": "flow.forwards",
    "carried_forwards": "flow.forwards",
    "entropy_rate": "flow.lyapunov",
    "kaplan_yorke_dimension": "flow.lyapunov",
    "lyapunov_exponents": "flow.lyapunov",
    "predictability_time": "flow.lyapunov",
    "running_lyapunov_exponents": "flow.lyapunov",
    "Estimate": "flow.probes",
    "estimated_flow": "flow.probes",
    "Batch": "gradient.batch",
    "BatchGradient": "gradient.batched",
    "BatchTrace": "gradient.batched",
    "bptt_batch": "gradient.batched",
    "forward_batch": "gradient.batched",
    "ItemisedGradient": "gradient.bptt",
    "bptt": "gradient.bptt",
    "Deviation": "gradient.check",
    "gradient_check": "gradient.check",
    "Gradient": "gradient.gradient",
    "rtrl": "gradient.rtrl",
    "Examples": "learning.examples",
    "Generated": "learning.examples",
    "Settings": "learning.settings",
    "Moment": "learning.train",
    "Score": "learning.train",
    "evaluate": "learning.train",
    "train": "learning.train",
    "Attribution": "looks.attribution",
    "attribute": "looks.attribution",
    "PathSplit": "looks.paths",
    "split_paths": "looks.paths",
    "Point": "looks.verdict",
    "Verdict": "looks.verdict",
    "verdict": "looks.verdict",
    "Chain": "network.chain",
    "Course": "network.course",
    "generate": "network.feeding",
    "Embedding": "network.given",
    "Input": "network.given",
    "Layer": "network.layer",
    "Network": "network.network",
    "Trace": "network.trace",
    "Constant": "recurrence.recurrence",
    "Recurrence": "recurrence.recurrence",
    "State": "recurrence.recurrence",
    "Weight": "recurrence.recurrence",
    "TimeScales": "looks.time_scales",
    "time_scales": "looks.time_scales",
    "curse_of_memory": "theory.memory",
    "ring_growth": "theory.memory",
    "Growth": "looks.growth",
    "state_growth": "looks.growth",
    "isometry": "theory.isometry",
    "Fields": "theory.mean_field",
    "MeanField": "theory.mean_field",
    "fields_along": "theory.mean_field",
    "mean_field": "theory.mean_field",
    "mean_field_rates": "theory.mean_field",
}


def __getattr__(name: str) -> object:
    """Return what a name means, from the module that it stands in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the names, those not yet asked for too."""
    return sorted({*globals(), *__all__})
