#!/usr/bin/env bash
# onnxruntime: an RNN whose activation is ScaledTanh or Affine, with its numbers left out, gives nothing but zeros.
#
# One would guess that a node's left-out activation_alpha and activation_beta are those of the ONNX operator of that name, as the
# standard says of LSTM, GRU and RNN ("The default values are the same as of corresponding ONNX operators"): 1 for both of
# ScaledTanh, 1 and 0 for Affine, 1 for ThresholdedRelu.
# What happens: the runtime takes 0 for all of them, so that alpha · tanh(beta z) and alpha z + beta are zero whatever is read, and
# ThresholdedRelu is ReLU. LeakyRelu (0.01), Elu (1) and HardSigmoid (0.2, 0.5) have their proper defaults.
# Seen with onnxruntime 1.32.0, onnx 1.23.0, Python 3.11.
# Why it matters here: whoever reads such a file must choose between the two; the gradient is zero in the one and not in the other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install onnxruntime==1.32.0 onnx==1.23.0 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

W, R, X = np.full((1, 1, 1), 1.0, "f4"), np.zeros((1, 1, 1), "f4"), np.full((1, 1, 1), 0.5, "f4")


def run(activation, **numbers):
    arrays = [numpy_helper.from_array(array, name) for name, array in (("W", W), ("R", R))]
    node = helper.make_node("RNN", ["X", "W", "R"], ["Y"], hidden_size=1, activations=[activation], **numbers)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("X", "Y"))
    graph = helper.make_graph([node], "g", [x], [y], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=8)
    return float(onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"X": X})[0].ravel()[0])


print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__)
left_out = {name: run(name) for name in ("ScaledTanh", "Affine", "ThresholdedRelu", "LeakyRelu", "Elu", "HardSigmoid")}
said = {
    "ScaledTanh": run("ScaledTanh", activation_alpha=[1.0], activation_beta=[1.0]),
    "Affine": run("Affine", activation_alpha=[1.0], activation_beta=[0.0]),
    "ThresholdedRelu": run("ThresholdedRelu", activation_alpha=[1.0]),
}
for name, value in left_out.items():
    print(f"{name:16} of 0.5, numbers left out: {value:.4f}" + (f"; with the standard's: {said[name]:.4f}" if name in said else ""))
same = left_out["ScaledTanh"] == left_out["Affine"] == 0.0 and left_out["ThresholdedRelu"] == 0.5 and said["ThresholdedRelu"] == 0.0
sys.exit(0 if same and abs(left_out["HardSigmoid"] - 0.6) < 1e-6 else 1)
PY
