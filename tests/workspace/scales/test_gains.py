"""Every gain has the colour that the legend gives it, and what is no gain has none of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from explorer.workspace.scales import gains
from explorer.workspace.scales import themes as look
from explorer.workspace.scales.colours import distance
from explorer.workspace.scales.themes import Theme

LN10 = np.log(10.0)


COLOURED = [look.coloured(theme, scale) for theme in look.themes().values() for scale in theme.scales]


@pytest.fixture(params=COLOURED, ids=lambda theme: f"{theme.name}-{theme.colours}")
def theme(request: pytest.FixtureRequest) -> Theme:
    return request.param


def code(log10: float, decades: float = 6) -> int:
    return int(gains.codes(np.array(log10 * LN10), decades))


def test_preserved_gain_stands_in_the_middle_of_the_scale(theme: Theme):
    assert code(0.0) == gains.ONE
    red, green, blue, _ = gains.pixels(np.zeros(()), 6, theme).tolist()
    assert f"#{red:02x}{green:02x}{blue:02x}" == theme.gains.preserve


def test_ends_of_the_scale_belong_to_it_and_what_lies_beyond_does_not():
    assert code(-6.0) == gains.FIRST
    assert code(6.0) == gains.LAST
    assert code(-6.1) == code(-2171.5) == gains.BELOW
    assert code(6.1) == code(1e300) == gains.ABOVE


def test_gains_of_opposite_logarithm_stand_opposite_on_the_scale():
    for log10 in np.linspace(0.1, 6.0, 17):
        assert code(log10) - gains.ONE == gains.ONE - code(-log10)


def test_zero_overflow_and_infinity_are_no_gains():
    assert code(-np.inf) == gains.ZERO
    assert code(np.nan) == gains.NAN
    assert code(np.inf) == gains.NAN


def test_pairs_with_k_after_t_are_transparent_whatever_the_array_holds(theme: Theme):
    for size in (1, 2, 63, 64, 65, 130):
        codes = gains.flow_codes(np.zeros((size, size)), 6)
        lower = np.tril(np.ones((size, size), dtype=bool))
        assert (codes[lower] == gains.ONE).all()
        assert (codes[~lower] == gains.UNDEFINED).all()
    assert gains.palette(theme)[gains.UNDEFINED, 3] == 0


def test_all_pairs_have_the_codes_that_each_has_alone():
    gain = np.random.default_rng(0).normal(0, 20, (70, 70))
    gain[40, 3], gain[41, 4], gain[69, 0] = -np.inf, np.nan, np.inf
    lower = np.tril(np.ones((70, 70), dtype=bool))
    np.testing.assert_array_equal(gains.flow_codes(gain, 6)[lower], gains.codes(gain, 6)[lower])


def test_what_is_no_shade_of_the_scale_differs_from_its_ends_and_from_each_other(theme: Theme):
    table = gains.palette(theme)
    colours = [
        "#{:02x}{:02x}{:02x}".format(*table[c, :3].tolist())
        for c in (gains.ZERO, gains.NAN, gains.BELOW, gains.ABOVE, gains.FIRST, gains.LAST)
    ]
    for one, other in itertools.combinations(colours, 2):
        assert distance(one, other) >= 0.08
    assert not table.flags.writeable
