"""Writes ``tests/workspace/models/data/onnx_nodes.npz``: recurrent nodes of ONNX with every option, as onnxruntime runs them.

The tests compare with this file, so that they need neither. Run it with onnx and onnxruntime installed::

    python -m benchmarks.make_onnx

For every case ``NAME`` it holds ``NAME/model``, the bytes of a file whose weights are random, ``NAME/x`` (T, I) of one
sequence, and

- ``NAME/run``, Y (T, D·H) by the runtime in float32; of a layout with the batch first, which it refuses, by ONNX's own
  evaluator;
- ``NAME/exact``, the same in float64 by `evaluated` below, which is written from the standard's formulas;
- ``NAME/J`` (D, N, N), how the state (h, c) after all steps of a direction moves with the one before them, by central
  differences of `evaluated`.

``fold/NAME/…`` are an LSTM whose weights stand behind other nodes: model, x and exact; of one whose branch is open there
is ``other``, what the second branch gives. ``node/NAME/…`` are ONNX's own tests of these nodes: model, x and Y. Of those
the weights come in as inputs; here they stand in the file. A batch is cut to its first sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

Floats = NDArray[np.float64]
TARGET = Path(__file__).parent.parent / "tests" / "workspace" / "models" / "data" / "onnx_nodes.npz"
T, I, H = 7, 3, 4
GATES = {"LSTM": "iofc", "GRU": "zrh", "RNN": "h"}
USUAL = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}
WAYS = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}


@dataclass(frozen=True)
class Case:
    """A node: its attributes, and which of its inputs it is given."""

    kind: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    opset: int = 22
    bias: bool = True
    start: bool = False
    peepholes: bool = False
    half: bool = False

    @property
    def ways(self) -> list[bool]:
        return WAYS[self.attributes.get("direction", "forward")]


def cases() -> dict[str, Case]:
    """Return all cases by name."""
    found: dict[str, Case] = {}
    for kind in GATES:
        found[f"{kind} plain"] = Case(kind)
        found[f"{kind} without bias"] = Case(kind, bias=False)
        found[f"{kind} opset 7"] = Case(kind, opset=7, start=True)
        found[f"{kind} opset 14 reverse"] = Case(kind, {"direction": "reverse"}, 14, start=True)
        found[f"{kind} bidirectional"] = Case(kind, {"direction": "bidirectional"}, start=True)
        found[f"{kind} clip"] = Case(kind, {"clip": 0.4}, start=True)
        found[f"{kind} batch first"] = Case(kind, {"layout": 1}, start=True)
        found[f"{kind} half precision in the file"] = Case(kind, half=True)
    found |= _lstms() | _grus()
    for name in NUMBERS:
        found[f"RNN {name}"] = Case("RNN", {"activations": [name]})
        taken = dict(zip(("activation_alpha", "activation_beta"), NUMBERS[name], strict=False))
        if taken:
            numbers = {key: [value] for key, value in taken.items()}
            found[f"RNN {name} with numbers"] = Case("RNN", {"activations": [name], **numbers})
    found["RNN clip reverse Relu"] = Case("RNN", {"activations": ["Relu"], "clip": 0.5, "direction": "reverse"})
    return found


def _lstms() -> dict[str, Case]:
    both = {"direction": "bidirectional"}
    own = {
        "activations": ["HardSigmoid", "LeakyRelu", "Elu"],
        "activation_alpha": [0.3, 0.1, 0.7],
        "activation_beta": [0.4],
    }
    mixed = {
        "activations": ["Sigmoid", "Affine", "ScaledTanh", "HardSigmoid", "Softsign", "Tanh"],
        "activation_alpha": [0.8, 1.2, 0.25], "activation_beta": [0.1, 0.9, 0.45],
    }  # fmt: skip
    return {
        "LSTM peepholes": Case("LSTM", start=True, peepholes=True),
        "LSTM peepholes bidirectional clip": Case("LSTM", {**both, "clip": 0.5}, peepholes=True, start=True),
        "LSTM coupled": Case("LSTM", {"input_forget": 1}, start=True),
        "LSTM coupled peepholes clip": Case("LSTM", {"input_forget": 1, "clip": 0.6}, peepholes=True, start=True),
        "LSTM own activations": Case("LSTM", own, start=True),
        "LSTM each direction its own": Case("LSTM", {**both, **mixed}, start=True, peepholes=True),
        "LSTM capitals": Case("LSTM", {"activations": ["sigmoid", "TANH", "relu"]}),
    }


def _grus() -> dict[str, Case]:
    after = {"linear_before_reset": 1}
    return {
        "GRU after": Case("GRU", after, start=True),
        "GRU after bidirectional": Case("GRU", {**after, "direction": "bidirectional"}, start=True),
        "GRU after clip": Case("GRU", {**after, "clip": 0.3}, start=True),
        "GRU own activations": Case("GRU", {**after, "activations": ["HardSigmoid", "Softplus"]}, start=True),
        "GRU reverse Softsign": Case("GRU", {"direction": "reverse", "activations": ["Sigmoid", "Softsign"]}),
    }


NUMBERS: Mapping[str, tuple[float, ...]] = {
    "Relu": (), "Sigmoid": (), "Softsign": (), "Softplus": (), "Affine": (0.7, 0.2), "LeakyRelu": (0.3,),
    "ThresholdedRelu": (0.4,), "ScaledTanh": (0.8, 1.1), "HardSigmoid": (0.3, 0.4), "Elu": (0.6,),
}  # fmt: skip
"""Activations with numbers to give them."""

LEFT_OUT: Mapping[str, tuple[float, ...]] = {
    "affine": (0.0, 0.0), "leakyrelu": (0.01,), "thresholdedrelu": (0.0,), "scaledtanh": (0.0, 0.0),
    "hardsigmoid": (0.2, 0.5), "elu": (1.0,),
}  # fmt: skip
"""What the runtime takes where a node leaves them out."""


def drawn(case: Case, seed: int) -> dict[str, NDArray[np.float32]]:
    """Return random inputs of a node by their names in the standard."""
    rng, D, G = np.random.default_rng(seed), len(case.ways), len(GATES[case.kind])
    shapes: dict[str, tuple[int, ...]] = {"X": (T, 1, I), "W": (D, G * H, I), "R": (D, G * H, H)}
    shapes |= {"B": (D, 2 * G * H)} if case.bias else {}
    shapes |= {"initial_h": (D, 1, H)} if case.start else {}
    shapes |= {"initial_c": (D, 1, H)} if case.start and case.kind == "LSTM" else {}
    shapes |= {"P": (D, 3 * H)} if case.peepholes else {}
    found = {name: rng.normal(0.0, 0.6, shape).astype(np.float32) for name, shape in shapes.items()}
    if case.half:
        found |= {name: found[name].astype(np.float16).astype(np.float32) for name in ("W", "R")}
    return found


# ---- the file, and what the runtime makes of it


def file_of(case: Case, given: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Return the bytes of a file that holds the node and its weights."""
    first = case.attributes.get("layout") == 1
    order = ["X", "W", "R", "B", "", "initial_h", "initial_c", "P"][: 8 if case.kind == "LSTM" else 6]
    tensors, nodes = [], []
    for name, array in given.items():
        if name == "X":
            continue
        array = array.transpose(1, 0, 2) if first and name.startswith("initial") else array
        if case.half and name in ("W", "R"):
            tensors.append(numpy_helper.from_array(array.astype(np.float16), f"{name}_half"))
            nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        else:
            tensors.append(numpy_helper.from_array(array, name))
    inputs = [name if name in given else "" for name in order]
    nodes.append(helper.make_node(case.kind, inputs, ["Y"], "layer", hidden_size=H, **case.attributes))
    x, y = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("X", [None, None, I]), ("Y", None))
    )
    graph = helper.make_graph(nodes, "g", [x], [y], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)], ir_version=8)
    return bytes(model.SerializeToString())


def run(case: Case, model: bytes, X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return Y (T, D·H) by the runtime."""
    if case.attributes.get("layout") == 1:
        (Y,) = ReferenceEvaluator(onnx.load_from_string(model)).run(None, {"X": X.transpose(1, 0, 2)})
        return np.asarray(Y)[0].reshape(T, -1)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (Y,) = session.run(None, {"X": X})
    return np.asarray(Y)[:, :, 0].reshape(T, -1)


# ---- the standard's formulas in float64


def _function(name: str, alphas: list[float], betas: list[float]) -> Callable[[Floats], Floats]:
    plain: dict[str, Callable[[Floats], Floats]] = {
        "relu": lambda z: np.maximum(z, 0.0), "tanh": np.tanh, "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
        "softsign": lambda z: z / (1.0 + np.abs(z)), "softplus": lambda z: np.log1p(np.exp(z)),
    }  # fmt: skip
    name = name.lower()
    if name in plain:
        return plain[name]
    usual = LEFT_OUT[name]
    alpha = alphas.pop(0) if alphas else usual[0]
    beta = (betas.pop(0) if betas else usual[1]) if len(usual) > 1 else 0.0
    return {
        "affine": lambda z: alpha * z + beta,
        "leakyrelu": lambda z: np.where(z >= 0, z, alpha * z),
        "thresholdedrelu": lambda z: np.where(z > alpha, z, 0.0),
        "scaledtanh": lambda z: alpha * np.tanh(beta * z),
        "hardsigmoid": lambda z: np.clip(alpha * z + beta, 0.0, 1.0),
        "elu": lambda z: np.where(z >= 0, z, alpha * (np.exp(z) - 1.0)),
    }[name]


def functions(case: Case) -> list[list[Callable[[Floats], Floats]]]:
    """Return the activations of each direction."""
    usual = USUAL[case.kind]
    names = case.attributes.get("activations", usual * len(case.ways))
    alphas, betas = (list(case.attributes.get(f"activation_{key}", [])) for key in ("alpha", "beta"))
    made = [_function(name, alphas, betas) for name in names]
    return [made[place : place + len(usual)] for place in range(0, len(made), len(usual))]


class Direction:
    """One direction of a node, step by step."""

    def __init__(self, case: Case, given: Mapping[str, NDArray[np.float32]], way: int) -> None:
        wide = {name: array.astype(np.float64) for name, array in given.items()}
        G = len(GATES[case.kind])
        self.case, self.of = case, functions(case)[way]
        self.W = dict(zip(GATES[case.kind], np.split(wide["W"][way], G), strict=True))
        self.R = dict(zip(GATES[case.kind], np.split(wide["R"][way], G), strict=True))
        B = wide["B"][way] if "B" in wide else np.zeros(2 * G * H)
        self.Wb = dict(zip(GATES[case.kind], np.split(B[: G * H], G), strict=True))
        self.Rb = dict(zip(GATES[case.kind], np.split(B[G * H :], G), strict=True))
        P = wide["P"][way] if "P" in wide else np.zeros(3 * H)
        self.P = dict(zip("iof", np.split(P, 3), strict=True))
        self.start = [wide[name][way, 0] if name in wide else np.zeros(H) for name in ("initial_h", "initial_c")]

    def state(self) -> Floats:
        """Return the first state (N,)."""
        return np.concatenate(self.start) if self.case.kind == "LSTM" else self.start[0]

    def step(self, x: Floats, s: Floats) -> Floats:
        """Return the next state (N,)."""
        return {"LSTM": self._lstm, "GRU": self._gru, "RNN": self._rnn}[self.case.kind](x, s)

    def _clip(self, z: Floats) -> Floats:
        bound = self.case.attributes.get("clip")
        return z if bound is None else np.clip(z, -bound, bound)

    def _z(self, gate: str, x: Floats, h: Floats) -> Floats:
        return self.W[gate] @ x + self.R[gate] @ h + self.Wb[gate] + self.Rb[gate]

    def _lstm(self, x: Floats, s: Floats) -> Floats:
        h, c = s[:H], s[H:]
        f, g, last = self.of
        i = f(self._clip(self._z("i", x, h) + self.P["i"] * c))
        coupled = self.case.attributes.get("input_forget")
        forget = 1.0 - i if coupled else f(self._clip(self._z("f", x, h) + self.P["f"] * c))
        c = forget * c + i * g(self._clip(self._z("c", x, h)))
        o = f(self._clip(self._z("o", x, h) + self.P["o"] * c))
        return np.concatenate([o * last(c), c])

    def _gru(self, x: Floats, h: Floats) -> Floats:
        f, g = self.of
        z, r = (f(self._clip(self._z(gate, x, h))) for gate in "zr")
        if self.case.attributes.get("linear_before_reset"):
            inner = self.W["h"] @ x + self.Wb["h"] + r * (self.R["h"] @ h + self.Rb["h"])
        else:
            inner = self.W["h"] @ x + self.Wb["h"] + self.R["h"] @ (r * h) + self.Rb["h"]
        return (1.0 - z) * g(self._clip(inner)) + z * h

    def _rnn(self, x: Floats, h: Floats) -> Floats:
        return self.of[0](self._clip(self._z("h", x, h)))

    def along(self, x: Floats, s: Floats) -> Floats:
        """Return the states after each step (T, N)."""
        found = []
        for one in x:
            s = self.step(one, s)
            found.append(s)
        return np.array(found)

    def last(self, x: Floats, s: Floats) -> Floats:
        """Return the state after all steps (N,)."""
        return self.along(x, s)[-1]


def evaluated(case: Case, given: Mapping[str, NDArray[np.float32]]) -> tuple[Floats, Floats]:
    """Return Y (T, D·H) and J (D, N, N)."""
    x, outs, J = given["X"][:, 0].astype(np.float64), [], []
    for way, backward in enumerate(case.ways):
        one = Direction(case, given, way)
        read = x[::-1] if backward else x
        states = one.along(read, one.state())[:, :H]
        outs.append(states[::-1] if backward else states)
        J.append(_jacobian(partial(one.last, read), one.state()))
    return np.concatenate(outs, axis=1), np.array(J)


def _jacobian(function: Callable[[Floats], Floats], s: Floats, by: float = 1e-5) -> Floats:
    columns = [(function(s + by * e) - function(s - by * e)) / (2 * by) for e in np.eye(len(s))]
    return np.array(columns).T


# ---- weights behind other nodes

PLAIN = Case("LSTM")


def folded() -> Iterator[tuple[str, bytes, NDArray[np.float32], list[Floats]]]:
    """Yield files whose W stands behind other nodes: name, file, x (T, I), and Y (T, H) by the standard's formulas."""
    given = drawn(PLAIN, 99)
    W, x = given["W"], given["X"][:, 0]
    exact = [evaluated(PLAIN, given)[0]]
    for name, nodes, arrays in _ways(W):
        yield name, _behind(nodes, {**given, **arrays}, "W" in arrays), x, exact
    scale = (np.abs(W).max(axis=(0, 2)) / 127.0).astype(np.float32)
    small = np.round(W / scale[None, :, None]).astype(np.int8)
    stands_for = {**given, "W": small.astype(np.float64) * scale.astype(np.float64)[None, :, None]}
    nodes = [helper.make_node("DequantizeLinear", ["w8", "scale"], ["W"], axis=1)]
    yield "dequantised", _behind(nodes, {**given, "w8": small, "scale": scale}), x, [evaluated(PLAIN, stands_for)[0]]
    twice = {**given, "W": (2 * W).astype(np.float32)}
    yield "two branches deep", _branches(given, twice), x, [exact[0], evaluated(PLAIN, twice)[0]]
    yield "dynamically quantised", *_quantised(given)


def _ways(W: NDArray[np.float32]) -> Iterator[tuple[str, list[onnx.NodeProto], dict[str, Any]]]:
    """Yield nodes that make W of other arrays, and those arrays: i, f, g, o to i, o, f, c, as PyTorch's exporter does."""
    i, o, f, c = np.split(W[0], 4)
    stacked, whole = np.concatenate([i, f, c, o]), np.int64
    starts = {"i": 0, "f": H, "c": 2 * H, "o": 3 * H}
    cut = [helper.make_node("Slice", ["w", f"{g}0", f"{g}1", "zero"], [f"w_{g}"]) for g in "iofc"]
    ends = {f"{g}{k}": np.array([starts[g] + k * H], whole) for g in "iofc" for k in (0, 1)}
    joined = [helper.make_node("Concat", [f"w_{g}" for g in "iofc"], ["w_all"], axis=0),
              helper.make_node("Unsqueeze", ["w_all", "zero"], ["W"])]  # fmt: skip
    zero = {"zero": np.array([0], whole)}
    yield "slices", [*cut, *joined], {"w": stacked, **ends, **zero}
    yield (
        "transposed",
        [helper.make_node("Transpose", ["w"], ["W"], perm=[1, 2, 0])],
        {"w": W.transpose(2, 0, 1).copy()},
    )
    reshaped = [helper.make_node("Reshape", ["w", "shape"], ["flat"]), helper.make_node("Identity", ["flat"], ["W"])]
    yield "reshaped", reshaped, {"w": W.reshape(-1), "shape": np.array([1, -1, I], whole)}
    constant = helper.make_node("Constant", [], ["w"], value=numpy_helper.from_array(W[:, :, :, None], "w"))
    yield "constant", [constant, helper.make_node("Squeeze", ["w", "last"], ["W"])], {"last": np.array([-1], whole)}
    nothing = numpy_helper.from_array(np.array([0.0], np.float32))
    added = [helper.make_node("ConstantOfShape", ["shape"], ["nothing"], value=nothing),
             helper.make_node("Add", ["w", "nothing"], ["W"])]  # fmt: skip
    yield "added", added, {"w": W, "shape": np.array(W.shape, whole)}


def _behind(nodes: list[onnx.NodeProto], arrays: Mapping[str, Any], keep: bool = False) -> bytes:
    """Return a file with an LSTM whose W is made by ``nodes``."""
    tensors = [
        numpy_helper.from_array(array, name) for name, array in arrays.items() if name != "X" and (keep or name != "W")
    ]
    nodes = [*nodes, helper.make_node("LSTM", ["X", "W", "R", "B"], ["Y"], "layer", hidden_size=H)]
    return _model(helper.make_graph(nodes, "g", [_value("X", [None, None, I])], [_value("Y", None)], tensors))


def _value(name: str, shape: list[int | None] | None, kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _model(graph: onnx.GraphProto) -> bytes:
    domains = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=domains, ir_version=8).SerializeToString())


def _branches(given: Mapping[str, Any], twice: Mapping[str, Any]) -> bytes:
    """Return a file whose W is one of two in a branch in a branch; the inner condition is known, the outer is not."""

    def branch(name: str, W: NDArray[np.float32]) -> onnx.GraphProto:
        inner = [_constant(f"{name}_{way}", part) for way, part in (("then_branch", W), ("else_branch", 3 * W))]
        yes = helper.make_node("Constant", [], [f"{name}_yes"], value=numpy_helper.from_array(np.array(True)))
        node = helper.make_node(
            "If", [f"{name}_yes"], [f"{name}_W"], f"{name}_if", then_branch=inner[0], else_branch=inner[1]
        )
        return helper.make_graph([yes, node], name, [], [_value(f"{name}_W", None)])

    outer = helper.make_node("If", ["wanted"], ["W"], "outer", then_branch=branch("one", given["W"]),
                             else_branch=branch("two", twice["W"]))  # fmt: skip
    tensors = [numpy_helper.from_array(given[name], name) for name in ("R", "B")]
    nodes = [outer, helper.make_node("LSTM", ["X", "W", "R", "B"], ["Y"], "layer", hidden_size=H)]
    inputs = [_value("X", [None, None, I]), _value("wanted", [], TensorProto.BOOL)]
    return _model(helper.make_graph(nodes, "g", inputs, [_value("Y", None)], tensors))


def _constant(name: str, array: NDArray[Any]) -> onnx.GraphProto:
    node = helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array.astype(np.float32), name))
    return helper.make_graph([node], name, [], [_value(name, None)])


def _quantised(given: Mapping[str, Any]) -> tuple[bytes, NDArray[np.float32], list[Floats]]:
    """Return an LSTM as onnxruntime's quantisation writes it, W and R transposed in bytes, and what these stand for."""
    bytes_of: dict[str, NDArray[np.uint8] | NDArray[np.float32]] = {}
    stands_for = dict(given)
    for name in "WR":
        scale, zero = np.float32(np.abs(given[name]).max() / 120.0), 128
        small = (np.round(given[name] / scale) + zero).clip(0, 255).astype(np.uint8)
        bytes_of |= {name: small.transpose(0, 2, 1).copy(), f"{name}_scale": np.array([scale], np.float32),
                     f"{name}_zero": np.array([zero], np.uint8)}  # fmt: skip
        stands_for[name] = (small.astype(np.float64) - zero) * np.float64(scale)
    tensors = [numpy_helper.from_array(array, name) for name, array in {**bytes_of, "B": given["B"]}.items()]
    inputs = ["X", "W", "R", "B", "", "", "", "", "W_scale", "W_zero", "R_scale", "R_zero"]
    node = helper.make_node("DynamicQuantizeLSTM", inputs, ["Y"], "layer", domain="com.microsoft", hidden_size=H)
    graph = helper.make_graph([node], "g", [_value("X", [None, None, I])], [_value("Y", None)], tensors)
    return _model(graph), given["X"][:, 0], [evaluated(PLAIN, stands_for)[0]]


# ---- ONNX's own tests


def own_tests() -> Iterator[tuple[str, bytes, NDArray[np.float32], NDArray[np.float32]]]:
    """Yield ONNX's tests of the three nodes: name, file, x (T, I) and Y (T, D·H) of the first sequence."""
    for case in collect_testcases(None):
        node = case.model.graph.node[0] if case.model is not None else None
        if node is None or node.op_type not in GATES:
            continue
        model = case.model
        (given, wanted), *_ = case.data_sets
        by_name = dict(zip([one.name for one in model.graph.input], given, strict=True))
        outputs = dict(zip([one.name for one in model.graph.output], wanted, strict=True))
        arrays = [numpy_helper.from_array(np.asarray(by_name[one]), one) for one in node.input[1:] if one]
        del model.graph.input[1:]
        model.graph.initializer.extend(arrays)
        first = any(a.name == "layout" and a.i for a in node.attribute)
        X = np.asarray(by_name[node.input[0]])
        x = X[0] if first else X[:, 0]
        yield case.name.removeprefix("test_"), bytes(model.SerializeToString()), x, _first_of(node, outputs, first)


def _first_of(node: onnx.NodeProto, outputs: Mapping[str, Any], first: bool) -> NDArray[np.float32]:
    """Return what the first sequence gives out: all steps where the test has them, else the last, (1, D·H)."""
    if node.output[0]:
        Y = np.asarray(outputs[node.output[0]])
        return Y[0].reshape(len(Y[0]), -1) if first else Y[:, :, 0].reshape(len(Y), -1)
    last = np.asarray(outputs[node.output[1]])
    return (last[0] if first else last[:, 0]).reshape(1, -1)


def main() -> None:
    """Write the file."""
    stored: dict[str, NDArray[Any]] = {}
    for seed, (name, case) in enumerate(cases().items()):
        given = drawn(case, seed)
        model = file_of(case, given)
        exact, J = evaluated(case, given)
        found = run(case, model, given["X"])
        # Some give out nothing but zeros.
        error = np.linalg.norm(found - exact) / max(float(np.linalg.norm(exact)), 1e-30)
        print(f"{name:40} {error:.1e}" + ("  <-- differs" if error > 1e-5 else ""))
        stored |= {f"{name}/model": np.frombuffer(model, np.uint8), f"{name}/x": given["X"][:, 0], f"{name}/run": found,
                   f"{name}/exact": exact, f"{name}/J": J}  # fmt: skip
    for name, model, x, Ys in folded():
        feeds = {"X": x[:, None]} | ({"wanted": np.array(True)} if len(Ys) > 1 else {})
        (found,) = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, feeds)
        print(f"{name:40} {np.linalg.norm(np.asarray(found)[:, 0, 0] - Ys[0]) / np.linalg.norm(Ys[0]):.1e}")
        stored |= {f"fold/{name}/model": np.frombuffer(model, np.uint8), f"fold/{name}/x": x}
        stored |= {f"fold/{name}/{key}": Y for key, Y in zip(("exact", "other"), Ys, strict=False)}
    for name, model, x, Y in own_tests():
        stored |= {f"node/{name}/model": np.frombuffer(model, np.uint8), f"node/{name}/x": x, f"node/{name}/Y": Y}
        print("ONNX's own:", name, x.shape, Y.shape)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(TARGET, allow_pickle=False, **stored)
    print(TARGET, TARGET.stat().st_size)


if __name__ == "__main__":
    main()
