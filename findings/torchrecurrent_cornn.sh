#!/usr/bin/env bash
# torchrecurrent: the coRNN cell damps by the last velocity, its documentation says by the new one; both are papers' steps.
#
# One would guess from the formula in its docstring that c(t) stands on both sides, an implicit step:
#   c(t) = c(t-1) + Δt tanh(…) − Δt γ h(t-1) − Δt ε c(t),   h(t) = h(t-1) + Δt c(t).
# What happens: the cell computes − Δt ε c(t-1), the explicit step. At weights of zero a unit's (h, c) loses the factor 1 − Δt ε of
# its area each step; by the documented formula it would be 1/(1 + Δt ε). With the settings of the adding task (Δt 0.06, ε 15)
# that is 0.10 against 0.53. The position reads the new velocity in both.
# Seen with torchrecurrent 0.2.5, torch 2.x, Python 3.11.
# Why it matters here: it is an oracle for the oscillators' Jacobian, whose determinant is the very thing that is checked. Compare
# with the code that it runs, not with the formula that it shows.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install torchrecurrent==0.2.5 numpy 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import inspect
import sys
from importlib.metadata import version

import torch
import torchrecurrent

dt, epsilon = 0.06, 15.0
cell = torchrecurrent.coRNNCell(1, 1, dt=dt, gamma=66.0, epsilon=epsilon, dtype=torch.float64)
for parameter in cell.parameters():
    torch.nn.init.zeros_(parameter)
x = torch.zeros(1, 1, dtype=torch.float64)


def step(state):
    h, c = cell(x, (state[:1, None], state[1:, None]))
    return torch.cat([h.ravel(), c.ravel()])


J = torch.autograd.functional.jacobian(step, torch.tensor([0.3, -0.2], dtype=torch.float64))
determinant = float(torch.linalg.det(J))
documented = "epsilon\\,\\mathbf{c}(t)," in inspect.getdoc(torchrecurrent.coRNNCell)
print("torchrecurrent", version("torchrecurrent"), "torch", torch.__version__)
print("documented with the new velocity:", documented)
print(f"determinant of a step: {determinant:.6f}")
print(f"explicit, 1 - dt eps: {1 - dt * epsilon:.6f}; as documented, 1/(1 + dt eps): {1 / (1 + dt * epsilon):.6f}")
sys.exit(0 if documented and abs(determinant - (1 - dt * epsilon)) < 1e-12 else 1)
PY
