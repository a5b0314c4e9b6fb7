#!/usr/bin/env bash
# MLX: exp and sigmoid of float64 numbers on a CPU have the digits of float32, tanh has all.
#
# One would guess that float64, which MLX has on a CPU, has sixteen digits in each function.
# What happens: exp and sigmoid go through the vector routine of float32; the result's type is float64. exp(3) is off by 2e-6.
# Seen with mlx 0.32.4 (CPU), Python 3.11, Linux.
# Why it matters here: an LSTM or GRU of MLX in float64 agrees with any other to 3e-8 and no better, an RNN, with tanh alone, to
# 1e-16: gates that seem to be wrong are merely short.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install 'mlx[cpu]==0.32.4' numpy 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import mlx.core as mx
import numpy as np

mx.set_default_device(mx.cpu)
x = np.linspace(-3, 3, 7)
off = {}
for name, exact in (("exp", np.exp), ("sigmoid", lambda z: 1 / (1 + np.exp(-z))), ("tanh", np.tanh)):
    found = np.asarray(getattr(mx, name)(mx.array(x, mx.float64)))
    off[name] = float(np.abs(found - exact(x)).max())
    print("mlx", version("mlx"), name, found.dtype, f"off by {off[name]:.1e}")
sys.exit(0 if off["exp"] > 1e-8 and off["sigmoid"] > 1e-10 and off["tanh"] < 1e-14 else 1)
PY
