"""What is too wide for all pairs at once is estimated first, says so, and grows until it is exact."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import Estimate, Flow, TooBig, gradient_flow, limits
from explorer.engine.errors import Stopped
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal
from explorer.workspace.looks import analyst as analysts
from explorer.workspace.looks import wide
from explorer.workspace.looks.analysis import Analysis, Inspection, analyse, grown, inspect
from explorer.workspace.looks.analyst import Analyst, Completed
from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence
from explorer.workspace.looks.wide import too_heavy, undecomposed

WIDE = Exploration(networks=(Recipe(hidden=64),), sequence=Signal(steps=40), selection=Selection(t=36, k=12))


def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """So much memory that probes fit, and all pairs don't."""
    monkeypatch.setattr(limits, "most_bytes", lambda: 3 * 10**6)


def never() -> bool:
    return False


def looked(exploration: Exploration, analyst: Analyst | None = None) -> list[Inspection]:
    """All that is told of an exploration, one after another."""
    told = (analyst or Analyst()).look(exploration, never, lambda _: None)
    return [one.inspection if isinstance(one, Completed) else one for one in told]


def flow_of(analysis: Analysis) -> Estimate | Flow:
    return analysis.run.flow


def test_what_does_not_fit_is_estimated_and_by_all_directions_it_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = gradient_flow(analyse(WIDE).run.trace).log_norm
    little(monkeypatch)
    told = looked(WIDE)
    assert [one.analysis.run.probes for one in told] == [8, 16, 16, 32, 64]
    assert [one.analysis.estimated for one in told] == [True, True, True, True, False]
    np.testing.assert_allclose(told[-1].analysis.run.flow.log_norm, exact, atol=1e-9)
    first = flow_of(told[0].analysis)
    assert isinstance(first, Estimate)
    assert first.low[36, 0] < exact[36, 0] < first.high[36, 0]
    assert told[0].low is not None
    assert told[-1].low is None


def test_what_takes_long_is_estimated_first_where_a_person_waits_and_then_made_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = analyse(WIDE)
    assert isinstance(exact.run.flow, Flow)
    monkeypatch.setattr(analysts, "AT_ONCE", 1.0)
    first, *_, last = looked(WIDE)
    assert first.analysis.run.estimate is not None
    assert last.analysis.run.flow == exact.run.flow
    np.testing.assert_array_equal(last.row, inspect(exact).row)


def test_the_first_picture_starts_at_some_steps_and_says_so_and_the_product_follows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(analysts, "AT_ONCE", 1.0)
    monkeypatch.setattr(wide, "_WHOLE", 1.0)
    monkeypatch.setattr(wide, "_SOON", 1.0)
    first, second, *_, last = looked(WIDE)
    assert str(verdict_sentence(first)).endswith("estimate from 2 of 64 directions, every 4 steps.")
    assert (first.matrix, first.attribution, first.later) == (None, None, True)
    assert "follows" in str(first.unshown)
    assert second.matrix is not None
    assert second.unshown is second.unsplit is None
    assert not last.analysis.estimated


def test_an_estimate_is_never_said_as_if_it_were_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    *rough, last = looked_with_little(monkeypatch)
    for one in rough:
        said = str(verdict_sentence(one))
        assert said.startswith("Estimate: ")
        assert f"from {one.analysis.run.probes} of 64 directions" in said
    assert not str(verdict_sentence(last)).startswith("Estimate")


def looked_with_little(monkeypatch: pytest.MonkeyPatch) -> list[Inspection]:
    little(monkeypatch)
    return looked(WIDE)


def test_a_mere_look_goes_on_with_the_estimate_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    little(monkeypatch)
    analyst = Analyst()
    told = analyst.look(WIDE, never, lambda _: None)
    reached = [next(told) for _ in range(2)][-1]
    assert isinstance(reached, Inspection)
    assert reached.analysis.run.probes == 16
    assert looked(WIDE.with_selection(t=30, k=3), analyst)[0].analysis.run.probes == 16


def test_growing_stops_when_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    little(monkeypatch)
    with pytest.raises(Stopped):
        grown(analyse(WIDE), lambda: True)


def test_the_spectral_norm_is_not_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    little(monkeypatch)
    with pytest.raises(TooBig, match="choose the RMS gain"):
        analyse(WIDE.with_lens(norm="spectral"))


def test_a_product_that_takes_long_is_not_made_and_says_what_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    little(monkeypatch)
    monkeypatch.setattr(wide, "_LIGHT", 2.0 * 64**3 * 10)
    close = inspect(analyse(WIDE))
    assert close.matrix is None
    assert str(close.unsplit) == str(close.unshown)
    assert cause_sentence(close) is None
    assert "up to 10 are fine, or a width of 47" in str(close.unshown)
    assert close.log_scale == pytest.approx(close.row[12] + 0.5 * np.log(64))
    assert inspect(analyse(WIDE.with_selection(t=22, k=12))).matrix is not None
    assert "a width of" in str(too_heavy(100, 10))


def test_eigenvalues_of_wide_matrices_are_left_out() -> None:
    assert undecomposed(np.zeros((768, 768))) is None
    assert "up to 768×768" in str(undecomposed(np.zeros((769, 769))))
