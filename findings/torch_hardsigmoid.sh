#!/usr/bin/env bash
# PyTorch: in float64 the derivative of hardsigmoid is 1/6 as float32 has it, 0.16666667163372.
#
# One would guess that the slope of x/6 + 1/2 in float64 is 1/6 to sixteen digits, as its values are.
# What happens: forward has all digits, backward multiplies by the float32 constant: relative error 3e-8 in each gate that lies on
# the slope, and the Jacobian of an LSTM with hard gates is off by as much, whatever the type of its weights.
# Seen with torch 2.13.0 on a CPU, Python 3.11.
# Why it matters here: it is the gate of Keras's recurrent layers; a Jacobian by autograd agrees with no other way to more
# than seven digits. clamp(x + 3, 0, 6) / 6 has the same values and the right derivative.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install torch==2.13.0 numpy 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import sys

import torch

x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
(slope,) = torch.autograd.grad(torch.nn.functional.hardsigmoid(x), x)
(clamped,) = torch.autograd.grad(torch.clamp(x + 3.0, 0.0, 6.0) / 6.0, x)
single = float(torch.tensor(1 / 6, dtype=torch.float32))
print("torch", torch.__version__)
print(f"slope of hardsigmoid in {slope.dtype}: {float(slope):.17g}")
print(f"1/6 as float32: {single:.17g}; of the clamped line: {float(clamped):.17g}")
value = torch.nn.functional.hardsigmoid(x).item() == 0.5 / 6 + 0.5
sys.exit(0 if value and float(slope) == single and float(clamped) == 1 / 6 else 1)
PY
