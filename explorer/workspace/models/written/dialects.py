"""How NumPy and PyTorch say what a written module needs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a library says what a module needs of it; ``functions`` are what equations and readouts apply, by name."""

    imports: str
    weights: str
    functions: Mapping[str, str]
    zeros: str
    full: str
    stack: str
    join: str
    reverse: str


NUMPY = Dialect(
    imports="from pathlib import Path\n\nimport numpy as np",
    weights="weights = dict(np.load(Path(__file__).with_name({weights!r})))",
    functions={
        "tanh": "tanh = np.tanh",
        "sigmoid": "def sigmoid(z):\n    return 0.5 * (1.0 + np.tanh(0.5 * z))",
        "logsigmoid": "def logsigmoid(z):\n    return -np.logaddexp(0.0, -z)",
        "relu": "def relu(z):\n    return np.maximum(z, 0.0)",
        "identity": "def identity(z):\n    return z",
        "softsign": "def softsign(z):\n    return z / (1.0 + np.abs(z))",
        "hardsigmoid": "def hardsigmoid(z):\n    return np.clip(z / 6.0 + 0.5, 0.0, 1.0)",
        "silu": "def silu(z):\n    return z * 0.5 * (1.0 + np.tanh(0.5 * z))",
        "softplus": "def softplus(z):\n    return np.logaddexp(0.0, z)",
        "modrelu": "def modrelu(z, b):\n    return np.sign(z) * np.maximum(np.abs(z) + b, 0.0)",
        "softmax": (
            "def softmax(v):\n    e = np.exp(v - v.max(axis=-1, keepdims=True))\n"
            "    return e / e.sum(axis=-1, keepdims=True)"
        ),
        "threshold": "def threshold(y):\n    return np.where(y > 0.0, 1.0, 0.0)",
        "norm": "norm = np.linalg.norm",
        "expm": (
            "def expm(A):\n    # Scaled until a Taylor series of 20 terms is exact to rounding, then squared.\n"
            "    s = max(0, int(np.ceil(np.log2(max(np.linalg.norm(A, 1), 1e-300)))) + 1)\n"
            "    term = total = np.eye(len(A))\n    for k in range(1, 21):\n        term = term @ (A / 2.0**s) / k\n"
            "        total = total + term\n    return np.linalg.matrix_power(total, 2**s)"
        ),
        **{name: f"{name} = np.{name}" for name in (
            "exp", "expm1", "log", "log1p", "logaddexp", "sqrt", "sin", "cos", "abs", "maximum", "minimum", "where", "outer",
            "diag", "round", "sum",
        )},
    },
    zeros="np.zeros({shape})", full="np.full({shape}, {value})", stack="np.stack({list})",
    join="np.concatenate([{parts}], axis=-1)", reverse="{x}[::-1]",
)  # fmt: skip

TORCH = Dialect(
    imports="from pathlib import Path\n\nimport numpy as np\nimport torch",
    weights=(
        "with np.load(Path(__file__).with_name({weights!r})) as arrays:\n"
        "    weights = {{name: torch.tensor(arrays[name]) for name in arrays}}"
    ),
    functions={
        "tanh": "tanh = torch.tanh",
        "sigmoid": "sigmoid = torch.sigmoid",
        "logsigmoid": "logsigmoid = torch.nn.functional.logsigmoid",
        "relu": "relu = torch.relu",
        "identity": "def identity(z):\n    return z",
        "softsign": "softsign = torch.nn.functional.softsign",
        "hardsigmoid": "hardsigmoid = torch.nn.functional.hardsigmoid",
        "silu": "silu = torch.nn.functional.silu",
        "softplus": "def softplus(z):\n    return -torch.nn.functional.logsigmoid(-z)",
        "modrelu": "def modrelu(z, b):\n    return torch.sign(z) * torch.relu(torch.abs(z) + b)",
        "softmax": "def softmax(v):\n    return torch.softmax(v, -1)",
        "threshold": "def threshold(y):\n    return torch.where(y > 0.0, 1.0, 0.0).to(y.dtype)",
        "norm": "norm = torch.linalg.norm",
        "expm": "expm = torch.matrix_exp",
        "maximum": (
            "def maximum(a, b):\n    return torch.maximum(*torch.broadcast_tensors(torch.as_tensor(a), torch.as_tensor(b)))"
        ),
        "minimum": (
            "def minimum(a, b):\n    return torch.minimum(*torch.broadcast_tensors(torch.as_tensor(a), torch.as_tensor(b)))"
        ),
        "sqrt": "def sqrt(z):\n    return torch.sqrt(torch.as_tensor(z))",
        "exp": "def exp(z):\n    return torch.exp(torch.as_tensor(z))",
        "log": "def log(z):\n    return torch.log(torch.as_tensor(z))",
        "round": "def round(z):\n    return z + (torch.round(z) - z).detach()",
        **{name: f"{name} = torch.{name}" for name in (
            "expm1", "log1p", "logaddexp", "sin", "cos", "abs", "where", "outer", "diag", "sum",
        )},
    },
    zeros="torch.zeros({shape}, dtype=torch.float64)", full="torch.full({shape}, {value}, dtype=torch.float64)",
    stack="torch.stack({list})", join="torch.cat([{parts}], -1)", reverse="torch.flip({x}, (0,))",
)  # fmt: skip
