"""Which measured point stands for a cell of a sweep that is not measured yet."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.workspace.sweeps.scale import nearest_known


def test_a_row_that_has_just_begun_is_filled_from_the_rows_beside_it() -> None:
    known = np.zeros((5, 9), dtype=bool)
    known[::4, ::4] = True
    known[2, 0] = True
    row, column = nearest_known(known)
    assert (row[2, 0], column[2, 0]) == (2, 0)
    assert (column[2, 7:] == 8).all()
    assert set(row[2, 7:]) <= {0, 4}
    np.testing.assert_array_equal((row[known], column[known]), np.nonzero(known))


@pytest.mark.parametrize("shape", [(1, 7), (6, 1), (6, 7)])
def test_it_is_the_least_way_along_both_sides(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    known = rng.random(shape) < 0.3
    known[0, 0] = True
    row, column = nearest_known(known)
    places, least = np.argwhere(known), np.maximum(np.array(shape) - 1, 1)
    for at in np.ndindex(shape):
        away = (np.abs(places - at) / least).sum(axis=1)
        assert known[row[at], column[at]]
        assert (np.abs(np.array([row[at], column[at]]) - at) / least).sum() == pytest.approx(away.min())


def test_where_nothing_is_known_there_is_no_way_to_be_found() -> None:
    row, column = nearest_known(np.zeros((2, 3), dtype=bool))
    assert row.shape == column.shape == (2, 3)
