"""What a cell carries entry by entry is not multiplied, and products come out as those of whole matrices."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Layer, Network, gradient_flow, split_paths
from explorer.engine.flow import entrywise
from explorer.engine.flow.along import along
from explorer.engine.flow.entrywise import Entrywise
from explorer.engine.flow.flow import row_log_norms
from explorer.engine.flow.river import river


def trace(cell: str, hidden: int = 6, T: int = 40):
    x = np.random.default_rng(1).normal(size=(T, 2))
    return Network.random(layers=[Layer(cell, hidden)], inputs=2, outputs=1, gain=1.4, seed=3).forward(x)


def steps(dense: int, parts: int, size: int, count: int = 3):
    """Random steps whose blocks in the columns from ``dense`` on are diagonal."""
    J = np.random.default_rng(0).normal(size=(count, parts, size, parts, size))
    J[:, :, :, dense // size :] *= np.eye(size)[:, None]
    return J.reshape(count, parts * size, parts * size)


@pytest.mark.parametrize(("dense", "parts"), [(5, 2), (10, 3), (5, 4), (0, 2)])
def test_products_by_entries_are_those_of_whole_matrices(dense: int, parts: int):
    J, X, how = steps(dense, parts, 5), steps(parts * 5, parts, 5), Entrywise(5, dense)
    out = np.full(X.shape, np.nan)
    for multiply, expected in (
        (lambda: how.multiply(J, X, out), J @ X),
        (lambda: how.T.multiply(J.swapaxes(1, 2), X, out), J.swapaxes(1, 2) @ X),
        (lambda: how.multiply_back(X, J, out), X @ J),
    ):
        out[...] = np.nan
        multiply()
        np.testing.assert_allclose(out, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("cell", "dense"), [("lstm", 1), ("peephole", 1), ("slstm", 1), ("gru", None), ("rnn", None)])
def test_what_is_carried_by_entries_is_read_off_the_equations(monkeypatch, cell: str, dense: int | None):
    monkeypatch.setattr(entrywise, "_PAYS_FROM", 0)
    found, J = Entrywise.of(along(trace(cell).only)), trace(cell).jacobians()
    assert found == (None if dense is None else Entrywise(6, 6 * dense))
    if found is not None:
        blocks = J.reshape(len(J), -1, 6, J.shape[1] // 6, 6)[:, :, :, dense:]
        assert (blocks[..., ~np.eye(6, dtype=bool).reshape(6, 1, 6).repeat(blocks.shape[3], 1)] == 0).all()


@pytest.mark.parametrize("cell", ["lstm", "peephole", "slstm"])
def test_flow_river_row_product_and_paths_are_those_of_whole_matrices(monkeypatch, cell: str):
    run = trace(cell)

    def everything():
        flow, split, stream = gradient_flow(run), split_paths(run, 36, 4), river(run.only, 36, "")
        product, log = flow.product(36, 4)
        return [
            flow.log_norm, product * np.exp(log - flow.log_norm[36, 4]), row_log_norms(run, 36), split.total,
            split.direct, split.gates, *stream.arrives.values(),
        ]  # fmt: skip

    plain = everything()
    monkeypatch.setattr(entrywise, "_PAYS_FROM", 0)
    for mine, theirs in zip(everything(), plain, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-9)


def test_a_step_with_anything_beside_its_diagonals_is_multiplied_whole():
    J = steps(0, 2, 4)[0]
    assert Entrywise.diagonal(J, 4) == Entrywise(4, 0)
    J[1, 2] = 1e-300
    assert Entrywise.diagonal(J, 4) is None
