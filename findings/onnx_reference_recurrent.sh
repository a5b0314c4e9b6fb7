#!/usr/bin/env bash
# onnx: the reference evaluator runs an LSTM with a clip, coupled gates or other activations as if it had none, without a word.
#
# One would guess that the evaluator that comes with the standard runs what the standard says, or refuses.
# What happens: it gives the numbers of the plain cell for `activations`, `clip` and `input_forget`; onnxruntime gives others.
# Seen with onnx 1.23.0, onnxruntime 1.32.0, Python 3.11.
# Why it matters here: it is the obvious judge of an importer of recurrent networks, and it would pass one that ignores them too.
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
from onnx.reference import ReferenceEvaluator

rng = np.random.default_rng(0)
arrays = {"W": rng.normal(size=(1, 12, 2)).astype("f4"), "R": rng.normal(size=(1, 12, 3)).astype("f4")}
X = rng.normal(size=(4, 1, 2)).astype("f4")


def model(**options):
    given = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    node = helper.make_node("LSTM", ["X", "W", "R"], ["Y"], hidden_size=3, **options)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("X", "Y"))
    graph = helper.make_graph([node], "g", [x], [y], given)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=8)


def judged(one):
    return ReferenceEvaluator(one).run(None, {"X": X})[0]


def run(one):
    return onnxruntime.InferenceSession(one.SerializeToString()).run(None, {"X": X})[0]


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
plain = model()
agreed = np.abs(judged(plain) - run(plain)).max() < 1e-5
print("plain: the two agree:", agreed)
ignored = []
for options in ({"clip": 0.2}, {"input_forget": 1}, {"activations": ["HardSigmoid", "Relu", "Softsign"]}):
    one = model(**options)
    unmoved, apart = np.array_equal(judged(one), judged(plain)), np.abs(judged(one) - run(one)).max()
    print(options, "| the evaluator's numbers are those without:", unmoved, f"| apart from the runtime's by {apart:.3f}")
    ignored.append(unmoved and apart > 1e-3)
sys.exit(0 if agreed and all(ignored) else 1)
PY
