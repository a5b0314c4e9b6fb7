"""Flows, states and sweeps draw themselves by Matplotlib, and become labelled arrays of xarray."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.engine import Layer, Network, estimated_flow, gradient_flow
from explorer.engine.errors import BadSettings, Missing
from explorer.workspace.scales.gains import flow_codes, palette
from explorer.workspace.scales.themes import themes

# What these libraries warn of is none of ours.
pytestmark = pytest.mark.filterwarnings("default")

NET = Network.random(layers=[Layer("lstm", 2), Layer("gru", 3, direction="both")], inputs=1, outputs=1)
TRACE = NET.forward(np.random.default_rng(0).standard_normal((6, 1)))
FLOW = gradient_flow(TRACE.chains["1"])
SPEC = {"preset": "toggle", "set": {"steps": 8, "t": 8}, "quantities": ["rate", "rho"]}


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the words to the tests, whatever the machine speaks."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def plt() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    yield pyplot
    pyplot.close("all")


def colours(axes: Any) -> Any:
    return axes.images[0].get_array()


def test_plot_of_a_flow_has_the_colours_of_the_window_and_powers_of_ten(plt: Any) -> None:
    axes = FLOW.plot(plt.figure().add_subplot(), decades=6)
    np.testing.assert_array_equal(colours(axes), palette(themes()["light"])[flow_codes(FLOW.log_gain, 6)])
    bar = axes.figure.axes[-1]
    assert [label.get_text() for label in bar.get_yticklabels()] == ["10⁻⁶", "10⁻³", "1", "10³", "10⁶"]
    axes.figure.canvas.draw()


def test_plot_of_a_backward_chain_leaves_the_other_half_open(plt: Any) -> None:
    del plt
    shades = colours(gradient_flow(TRACE.chains["2←"]).plot())
    assert (shades[np.tril_indices(7, -1)][:, 3] == 0).all()
    assert (shades[np.triu_indices(7)][:, 3] == 255).all()


def test_plot_of_a_trace_has_a_row_for_each_unit_of_each_chain(plt: Any) -> None:
    del plt
    axes = TRACE.plot()
    assert colours(axes).shape == (2 + 2 + 3 + 3, 7, 4)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1 h", "1 c", "2→ h", "2← h"]
    assert colours(TRACE.chains["2←"].plot()).shape == (3, 7, 4)


def test_plot_of_a_sweep_has_medians_and_quartiles_or_a_map(plt: Any) -> None:
    del plt
    curve = explorer.sweep(SPEC | {"axes": {"gain": [0.5, 1.0, 2.0], "seed": range(3)}})
    axes = curve.plot(quantity="rho")
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), curve["rho.median"])
    assert len(axes.collections) == 1
    assert axes.get_ylabel() == "spectral radius ρ"
    many = explorer.sweep(SPEC | {"axes": {"gain": [0.5, 2.0], "hidden": range(1, 8)}})
    assert colours(many.plot()).shape == (7, 2, 4)
    with pytest.raises(BadSettings, match="“loss” here; rate, rho were measured"):
        many.plot(quantity="loss")


def test_labelled_arrays_have_steps_and_units() -> None:
    pytest.importorskip("xarray")
    flow = FLOW.to_xarray()
    assert float(flow.log_gain.sel(t=6, k=2)) == FLOW.log_gain[6, 2]
    assert flow.log_norm.attrs["units"] == "nats"
    assert set(estimated_flow(TRACE.chains["1"], 2).to_xarray()) == {"log_norm", "log_gain", "low", "high"}
    trace = TRACE.to_xarray()
    np.testing.assert_array_equal(trace["2←_h"].sel(t=0), TRACE.chains["2←"].s[-1])
    np.testing.assert_array_equal(trace.x.sel(step=1)[0], TRACE.x[0, 0])
    swept = explorer.sweep(SPEC | {"axes": {"gain": [0.5, 2.0], "seed": range(3)}})
    labelled = swept.to_xarray()
    assert labelled.rate.dims == ("gain", "seed")
    assert float(labelled["rho.median"].sel(gain=2.0)) == swept["rho.median"][1]


@pytest.mark.parametrize(
    ("module", "extra", "of"), [("matplotlib.pyplot", "plot", "plot"), ("xarray", "notebook", "to_xarray")]
)
def test_library_that_is_missing_is_named_with_its_extra(
    module: str, extra: str, of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Missing, match=rf"gradient-flow-explorer\[{extra}\]"):
        getattr(FLOW, of)()


@pytest.mark.parametrize(
    ("environment", "lang", "said"),
    [
        ({}, None, "later step t"),
        ({"LANG": "zh_CN.UTF-8"}, None, "较晚的步 t"),
        ({"LANG": "zh_CN.UTF-8"}, "en", "later step t"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, None, "later step t"),
        ({}, "zh_CN", "较晚的步 t"),
    ],
)  # fmt: skip
def test_labels_are_in_the_language_of_the_environment_or_in_the_one_that_is_named(
    plt: Any, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], lang: str | None, said: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert FLOW.plot(plt.figure().add_subplot(), lang=lang).get_ylabel() == said


def test_chinese_labels_are_drawn_with_letters_that_the_program_brings(
    plt: Any, recwarn: pytest.WarningsRecorder
) -> None:
    swept = explorer.sweep(SPEC | {"axes": {"gain": [0.5, 1.0, 2.0], "hidden": [2, 3]}})
    for axes in (FLOW.plot(lang="zh_CN"), TRACE.plot(lang="zh_CN"), swept.plot(lang="zh_CN")):
        axes.figure.canvas.draw()
    assert plt.gcf().axes[0].get_xlabel() == "W 的增益"
    assert not [one for one in recwarn if "Glyph" in str(one.message)]


def test_a_language_that_is_not_spoken_is_refused(plt: Any) -> None:
    del plt
    with pytest.raises(BadSettings, match="There is no language “zh”"):
        FLOW.plot(lang="zh")


def test_block_is_plotted_and_labelled_as_a_flow_is(plt: Any) -> None:
    block = FLOW.block("c", "h")
    axes = block.plot(plt.figure().add_subplot(), decades=6)
    np.testing.assert_array_equal(colours(axes), palette(themes()["light"])[flow_codes(block.log_gain, 6)])
    pytest.importorskip("xarray")
    assert float(block.to_xarray().log_gain.sel(t=6, k=2)) == block.log_gain[6, 2]
