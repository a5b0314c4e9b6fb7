#!/usr/bin/env bash
# torch: its ONNX exporter drops the projection of an LSTM without a word, and what it writes does not fit itself.
#
# One would guess that nn.LSTM(3, 4, proj_size=2) is refused, as the older exporter does, or written with its projection.
# What happens: the file has an LSTM node with hidden_size 2. Of the weights for four units it has the first rows, cut as if there
# were two; the projection's matrix is nowhere; the first cell state that it is given still has four numbers. onnxruntime refuses
# to run it for that.
# Seen with torch 2.13.0, onnxscript 0.7.2, onnx 1.23.0, onnxruntime 1.32.0, Python 3.11.
# Why it matters here: by its weights alone the node is a sound, smaller LSTM; only the state that it starts from tells.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install \
    torch==2.13.0 onnxscript==0.7.2 onnx==1.23.0 onnxruntime==1.32.0 numpy 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - 2>/dev/null <<'PY'
import sys

import onnx
import onnxruntime
import torch
from onnx import numpy_helper

torch.manual_seed(0)
torch.onnx.export(
    torch.nn.LSTM(3, 4, proj_size=2).eval(), (torch.randn(5, 1, 3),), "p.onnx", dynamo=True, external_data=False, verbose=False
)
model = onnx.load("p.onnx")
shapes = {one.name: numpy_helper.to_array(one).shape for one in model.graph.initializer}
(node,) = [one for one in model.graph.node if one.op_type == "LSTM"]
hidden = next(one.i for one in node.attribute if one.name == "hidden_size")
W, R, start = shapes[node.input[1]], shapes[node.input[2]], shapes[node.input[6]]
print("torch", torch.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
print(f"hidden_size {hidden}, W {W}, R {R}, initial_c {start}; weights in all: {len(model.graph.initializer)}")
try:
    session = onnxruntime.InferenceSession("p.onnx")
    session.run(None, {session.get_inputs()[0].name: torch.randn(5, 1, 3).numpy()})
    ran = True
except Exception as error:
    ran = False
    print("onnxruntime:", str(error).strip().splitlines()[0][:160])
sys.exit(0 if (hidden, R[1:], start[-1]) == (2, (8, 2), 4) and not ran else 1)
PY
