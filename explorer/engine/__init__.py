"""The mathematics: networks, traces and the flow of gradients through time. NumPy only.

>>> from explorer.engine import Network, gradient_flow
>>> net = Network.random(cell="rnn", activation="tanh", inputs=3, hidden=32, outputs=4, gain=1.2, seed=0)
>>> flow = gradient_flow(net.forward(x))  # x (T, 3)
>>> flow.log_norm[t, k]  # ln ‖∂s_t/∂s_k‖_F
"""

from explorer.engine.attribution import Attribution, PathSplit, attribute, split_paths
from explorer.engine.batch import Batch, bptt_batch, forward_batch
from explorer.engine.bptt import bptt
from explorer.engine.check import gradient_check
from explorer.engine.errors import BadNetwork, BadSequence, BadSettings, BadTargets, Refusal, Stopped, TooBig
from explorer.engine.flow import Flow, gradient_flow
from explorer.engine.lyapunov import lyapunov_exponents
from explorer.engine.network import Network
from explorer.engine.rtrl import rtrl
from explorer.engine.settings import Settings
from explorer.engine.trace import Trace
from explorer.engine.training import Examples, Generated, Moment, Score, evaluate, train
from explorer.engine.verdict import Verdict, verdict

__all__ = [
    "Attribution",
    "BadNetwork",
    "BadSequence",
    "BadSettings",
    "BadTargets",
    "Batch",
    "Examples",
    "Flow",
    "Generated",
    "Moment",
    "Network",
    "PathSplit",
    "Refusal",
    "Score",
    "Settings",
    "Stopped",
    "TooBig",
    "Trace",
    "Verdict",
    "attribute",
    "bptt",
    "bptt_batch",
    "evaluate",
    "forward_batch",
    "gradient_check",
    "gradient_flow",
    "lyapunov_exponents",
    "rtrl",
    "split_paths",
    "train",
    "verdict",
]
