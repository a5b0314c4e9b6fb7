#!/usr/bin/env bash
# Keras 3: a product of two float64 matrices is float32, with every backend, also where the whole model is float64.
#
# One would guess that ops.matmul of two float64 arrays is computed in float64, once set_floatx("float64") and a float64 policy
# are given: weights, inputs, states and activation functions are float64 then, and so is what a layer gives out.
# What happens: the types of the operands are joined by a table that leaves out float64, and the product is cast down to float32.
# A GRU or SimpleRNN in float64 has the seven digits of float32; with PyTorch as the backend what it gives out is called
# float64 all the same, as the next sum makes it that again. The LSTM of that backend has all sixteen digits in its fast path,
# and seven when its cell is run step by step.
# Seen with Keras 3.15.1, backend numpy (which needs jax and scipy), Python 3.11.
# Why it matters here: states and Jacobians of other frameworks are compared to 1e-9, and the deviation of 1e-8 looks like a
# wrong formula. Make the reference with the backend's own product.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install keras==3.15.1 numpy scipy jax 2>/dev/null
KERAS_BACKEND=numpy "$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import keras
import numpy as np

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
draw = np.random.default_rng(0)
a, b = draw.normal(size=(2, 50, 50))
product = keras.ops.matmul(a, b)
cell = keras.layers.SimpleRNNCell(50)
cell.build((None, 50))
U, W, c = (np.asarray(weight) for weight in cell.get_weights())
y = np.asarray(cell(a, [b])[0])
off = np.abs(y - np.tanh(a @ U + b @ W + c)).max()
print("keras", version("keras"), "floatx", keras.config.floatx(), "policy", keras.config.dtype_policy().name)
print("matmul of float64 and float64:", np.asarray(product).dtype, f"off by {np.abs(product - a @ b).max():.1e}")
print(f"what a float64 cell gives out is off by {off:.1e}")
sys.exit(0 if str(np.asarray(product).dtype) == "float32" and off > 1e-10 else 1)
PY
