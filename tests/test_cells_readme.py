"""What the page on files of cells says is true: its keys, ways and claims are those that are read, and its file is a cell."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from explorer.engine import Layer, Network
from explorer.engine.recurrence.cell_file import _KEYS, _NEEDED, read_cell
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.weights.fixed import CONSTRUCTIONS, DRAWN
from explorer.engine.recurrence.weights.starts import STARTS

PAGE = (Path(__file__).resolve().parents[1] / "resources/cells/README.md").read_text("utf-8")
TABLES = {"sizes", "start", "fixed", "streams", "claims"}


def rows(first: str) -> dict[str, str]:
    """Return the rows of the table whose first column is called so, by what it names."""
    table = PAGE[PAGE.index(f"| {first} |") :].split("\n\n")[0].splitlines()[2:]
    return {re.findall(r"`([^`]+)`", row)[0]: row for row in table}


def test_keys_are_those_that_are_read_and_tables_stand_in_brackets():
    told = rows("key")
    assert set(told) == {f"[{key}]" if key in TABLES else key for key in _KEYS}
    assert {key for key, row in told.items() if "must be there" in row} == set(_NEEDED)


def test_ways_to_begin_and_constructions_are_those_that_there_are():
    assert set(rows("way")) == set(STARTS)
    assert set(rows("construction")) == {DRAWN, *CONSTRUCTIONS}


def test_claims_are_those_of_the_cells_that_ship():
    assert set(rows("claim")) == {claim for name in names() for claim in cell(name).claims}


def test_file_that_is_made_of_the_equations_is_the_same_cell_with_its_own_start():
    plain, told = (found for _, found in re.findall(r"```(toml)?\n(.*?)```", PAGE, re.DOTALL))
    alone, whole = read_cell("mine", plain), read_cell("mine", told)
    assert alone.recurrence.has_equations_of(whole.recurrence)
    assert whole.titles["zh_CN"] == "我的单元"
    net = Network.random(layers=[Layer(whole.recurrence, 3)], inputs=2, outputs=1)
    np.testing.assert_array_equal(net.weights["1/b_f"], [-1.0] * 3)


def test_examples_of_values_are_values():
    for key, declared in (("start", "`{ uniform = [0.9, 0.99] }`"), ("fixed", "`{ lmu = 784.0 }`")):
        assert declared in rows("key")[f"[{key}]"]
        text = (
            f'title = ""\nnote = ""\nsource = ""\nequations = "h = tanh(W @ h + U @ x)"\n[{key}]\nW = {declared[1:-1]}'
        )
        (W,) = (weight for weight in read_cell("mine", text).recurrence.weights if weight.name == "W")
        assert (W.start is not None) == (key == "start")
        assert W.trained == (key == "start")
