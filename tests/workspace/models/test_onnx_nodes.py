"""Recurrent nodes of ONNX give the numbers of onnxruntime, and those of the standard's formulas in float64.

`benchmarks.make_onnx` wrote what is compared with, and says what it holds.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from explorer.workspace.models.asked import Asked
from explorer.workspace.models.onnx.finding import find
from explorer.workspace.models.onnx.reading import FORMAT, OPENED, opened_bytes
from explorer.workspace.models.stored import Stored

GATES = ("LSTM", "GRU", "RNN")
DATA = Path(__file__).parent / "data" / "onnx_nodes.npz"


@cache
def stored():
    with np.load(DATA) as file:
        return {name: file[name] for name in file.files}


def names(of_onnx):
    found = dict.fromkeys(name.rpartition("/")[0] for name in stored())
    return [name for name in found if name.startswith("node/" if of_onnx else tuple(GATES))]


def stacks_of(name, **chose):
    file = opened_bytes(memoryview(stored()[f"{name}/model"].tobytes()))
    asked = Asked(chose)
    return find(Stored(FORMAT, name, {}, {OPENED: file}), asked).stacks, asked


def stack_of(name, **chose):
    (stack,), asked = stacks_of(name, **chose)
    return stack, asked


def run(stack, x):
    return stack.network().forward(x, stack.starts() or None)


@pytest.mark.parametrize("name", names(of_onnx=False))
def test_node_with_its_options_gives_the_numbers_of_the_runtime(name):
    # Directions that differ are stacks of their own.
    traces = [run(stack, stored()[f"{name}/x"]) for stack in stacks_of(name)[0]]
    out = np.concatenate([trace.o for trace in traces], axis=1)
    exact, found = stored()[f"{name}/exact"], stored()[f"{name}/run"]
    np.testing.assert_allclose(out, exact, rtol=1e-11, atol=1e-13)
    assert np.linalg.norm(out - found) <= 1e-5 * np.linalg.norm(exact)
    chains = [chain for trace in traces for chain in trace.chains.values()]
    for chain, J in zip(chains, stored()[f"{name}/J"], strict=True):
        product = np.linalg.multi_dot(chain.jacobians()[::-1])
        assert np.linalg.norm(product - J) <= 1e-7 * max(np.linalg.norm(J), 1.0)


@pytest.mark.parametrize("name", names(of_onnx=True))
def test_onnx_own_test_of_a_node_passes(name):
    stack, _ = stack_of(name)
    out = run(stack, stored()[f"{name}/x"]).o
    wanted = stored()[f"{name}/Y"]
    if len(wanted) == len(out):
        np.testing.assert_allclose(out, wanted, rtol=1e-5, atol=1e-6)
        return
    # Only what each direction gives out last is told: backward that is at the sequence's first step.
    (level,) = stack.levels
    halves = np.split(out, len(level), axis=1)
    last = np.concatenate([half[0 if strand.backward else -1] for half, strand in zip(halves, level, strict=True)])
    np.testing.assert_allclose(last, wanted[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("activation", "numbers"), [("Affine", "0, 0"), ("ThresholdedRelu", "0"), ("ScaledTanh", "0, 0")]
)
def test_left_out_numbers_of_an_activation_are_told_and_can_be_those_of_the_standard(activation, numbers):
    name = f"RNN {activation}"
    stack, asked = stack_of(name)
    (assumption,) = asked.assumptions
    assert (assumption.key, assumption.taken) == ("activation numbers", "onnxruntime")
    assert f"onnxruntime takes {numbers}," in str(assumption.said)
    other, _ = stack_of(name, **{"activation numbers": "standard"})
    x = stored()[f"{name}/x"]
    assert not np.allclose(run(stack, x).o, run(other, x).o)


def test_defaults_are_the_cells_that_ship():
    assert [stack_of(f"{kind} plain")[0].levels[0][0].cell for kind in ("LSTM", "RNN")] == ["lstm", "rnn"]
    assert stack_of("GRU after")[0].levels[0][0].cell == "gru"
    assert stack_of("LSTM peepholes")[0].levels[0][0].cell == "peephole"
