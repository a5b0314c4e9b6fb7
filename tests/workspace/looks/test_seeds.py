"""A band of many seeds: quantiles by logarithms in which a true zero stays one, and words that count what there is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.engine.errors import TooBig
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, Signal, replace
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.analysis import analyse
from explorer.workspace.looks.analyst import Analyst, Completed
from explorer.workspace.looks.measures import Scene, measured
from explorer.workspace.looks.seed_words import seeds_sentence
from explorer.workspace.looks.seeds import SeedBand, seed_bands

INF, NAN = math.inf, math.nan
SMALL = Exploration(networks=(Recipe(hidden=6, gain=1.2, seed=7),), sequence=Signal(steps=12)).with_selection(t=9, k=0)


def band(exploration: Exploration) -> SeedBand:
    *_, last = Analyst().look(exploration, lambda: False, lambda _: None)
    assert isinstance(last, Completed)
    assert isinstance(last.inspection.seeds, SeedBand)
    return last.inspection.seeds


@pytest.mark.parametrize("norm", ["rms", "spectral"])
def test_each_row_of_a_band_is_that_of_the_network_with_that_seed(norm: str) -> None:
    found = band(SMALL.with_lens(seeds=3, norm=norm))
    for i, row in enumerate(found.rows):
        alone = analyse(SMALL.with_recipe(seed=7 + i).with_lens(norm=norm))
        np.testing.assert_allclose(row, alone.run.log_gain[9, :10], rtol=0, atol=1e-9)


def test_a_quantile_is_that_of_the_logarithms_and_on_a_true_zero_it_is_one() -> None:
    ends = np.array([[-4.0, -INF], [-2.0, -INF], [-1.0, 0.0], [-3.0, 1.0]])
    found = SeedBand(ends, 4)
    assert found.quantile(0.5).tolist() == [-2.5, -INF]
    assert found.quantile(0.75).tolist() == [-1.75, 0.25]
    assert [level[0] for level in found.levels] == pytest.approx(np.quantile(ends[:, 0], [0, 0.25, 0.5, 0.75, 1]))


def test_what_is_no_number_is_left_out_of_the_quantiles_and_counted() -> None:
    found = SeedBand(np.array([[NAN], [INF], [-1.0], [-2.0], [NAN]]), 5)
    assert found.quantile(0.0)[0] == -2.0
    assert found.quantile(0.5)[0] == -1.0
    assert found.quantile(1.0)[0] == INF
    assert np.isnan(SeedBand(np.full((2, 1), NAN), 2).quantile(0.5)[0])
    assert (
        str(seeds_sentence(SeedBand(np.full((2, 1), NAN), 2), SMALL.recipe)) == "2 seeds: in none is the gain a number"
    )


def test_the_sentence_says_median_and_middle_half_and_counts_every_word() -> None:
    logs = np.log(10.0) * np.array([[-8.0], [-4.0], [-3.0], [0.0], [-INF]])
    said = (
        "5 seeds: median ×1.0·10⁻⁴, half of them between ×1.0·10⁻⁸ and ×1.0·10⁻³; 1 preserved, 2 fading, 1 gone, 1 dead"
    )
    assert str(seeds_sentence(SeedBand(logs, 5), SMALL.recipe)) == said
    edited = replace(SMALL.recipe, edits=(Edit("W", 0, 0, 1.0),))
    assert str(seeds_sentence(SeedBand(logs, 5), edited)) == f"as it begins, {said}"


def test_the_window_form_of_seeds_is_kept_while_only_what_was_learnt_changes() -> None:
    analyst = Analyst()
    *_, last = analyst.look(SMALL.with_lens(seeds=4), lambda: False, lambda _: None)
    first, *_ = analyst.look(SMALL.with_lens(seeds=4, threshold=1e-3), lambda: False, lambda _: None)
    assert first.seeds is last.inspection.seeds
    first, *_ = analyst.look(SMALL.with_recipe(gain=0.9).with_lens(seeds=4), lambda: False, lambda _: None)
    assert first.seeds is None


def test_a_row_that_takes_too_long_for_many_seeds_is_refused_with_a_sentence() -> None:
    wide = SMALL.with_recipe(hidden=1500).with_lens(seeds=2)
    with pytest.raises(TooBig, match="1500×1500"):
        next(seed_bands(wide, feed(wide.sequence), 9, lambda: False))


def test_median_and_preserved_seeds_can_be_asked_for() -> None:
    exploration = SMALL.with_lens(seeds=5)
    found, scene = band(exploration), Scene.worked_out(replace(exploration, networks=exploration.networks))
    assert measured(scene, "median_gain", 0) == found.quantile(0.5)[0]
    assert measured(scene, "preserved_seeds", 0) == found.kinds["preserved"] / 5
