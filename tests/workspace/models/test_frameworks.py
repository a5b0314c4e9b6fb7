"""Files of other frameworks against the frameworks themselves: `benchmarks.make_models` made both, from random weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from explorer.models import load
from explorer.workspace.models.found import Found

DATA = Path(__file__).parent / "data"
with np.load(DATA / "frameworks.npz") as held:
    EXPECTED: Mapping[str, np.ndarray] = {name: held[name] for name in held.files}
CASES = list(dict.fromkeys(name.rpartition("|")[0] for name in EXPECTED))


def assert_near(file: str, got: np.ndarray, expected: np.ndarray) -> None:
    # The exponential of MLX is that of float32, whatever the numbers are.
    within = 1e-5 if file.startswith("mlx") else 1e-9
    assert np.linalg.norm(got - expected) <= within * np.linalg.norm(expected)


@cache
def found(file: str, choose: str) -> Found:
    return load(DATA / file, dict(one.split("=") for one in choose.split(",") if one))


@pytest.mark.parametrize("case", CASES)
def test_a_network_gives_out_what_its_framework_gives(case: str) -> None:
    file, name, choose = case.split("|")
    y = found(file, choose).networks[name].forward(EXPECTED[f"{case}|x"]).y
    assert_near(file, y, EXPECTED[f"{case}|y"])


@pytest.mark.parametrize("case", [case for case in CASES if f"{case}|J" in EXPECTED])
def test_the_state_moves_with_the_first_as_in_its_framework(case: str) -> None:
    file, name, choose = case.split("|")
    chain = next(iter(found(file, choose).networks[name].forward(EXPECTED[f"{case}|x"]).chains.values()))
    J = np.linalg.multi_dot([*chain.jacobians()[::-1], np.eye(chain.width)])
    order = np.concatenate([np.arange(chain.width)[chain.parts[part]] for part in ("h", "c") if part in chain.parts])
    assert_near(file, J[np.ix_(order, order)], EXPECTED[f"{case}|J"])
