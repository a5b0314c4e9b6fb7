"""What is refused for its size says what fits, by the same reckoning: what is offered is accepted, and what is not is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from explorer.engine import Layer, Network, TooBig, Trace, estimated_flow, gradient_flow, limits
from explorer.engine.flow.fitting import chains_by_estimate
from explorer.workspace.words.catalogues import catalogue, worded

T = 40
X = np.random.default_rng(0).standard_normal((T, 3))
STACK = (Layer("rnn", 3), Layer("rnn", 4), Layer("rnn", 20))
MIXED = (Layer("rnn", 3), Layer("rnn", 24, direction="both"), Layer("gru", 3))
SEAMED = (Layer("gru", 3), Layer("gru", 12))


def network(layers: Sequence[Layer], decoder: Sequence[Layer] | None = None) -> Network:
    return Network.random(layers=layers, decoder=decoder, inputs=3, outputs=2, seed=0)


def run(net: Network) -> Trace:
    return net.forward(X, seam=T // 2 if net.decoder else None)


def bytes_of(net: Network, chain: str) -> int:
    """Return the least memory in which the flow of a chain is worked out, to 2 %."""
    low, high = 0.0, 2.0**40
    course = run(net).chains[chain]
    with pytest.MonkeyPatch.context() as patch:
        while high > 1.02 * low + 1:
            most = (low * high) ** 0.5 if low else high / 1024
            patch.setattr(limits, "most_bytes", lambda most=most: int(most))
            try:
                gradient_flow(course)
                high = most
            except TooBig:
                low = most
    return int(high)


def refused(net: Network, chain: str, most: float, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what is said of the flow of a chain where so much memory is allowed."""
    course = run(net).chains[chain]
    monkeypatch.setattr(limits, "most_bytes", lambda: int(most))
    with pytest.raises(TooBig) as told:
        gradient_flow(course)
    return str(told.value)


@pytest.mark.parametrize("decoder", [False, True])
def test_first_layers_that_are_offered_are_accepted_and_one_more_is_not(
    decoder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = SEAMED if decoder else STACK
    net = network(layers, layers if decoder else None)
    offered = len(layers) - 1
    most = bytes_of(net.leading(offered), "net") * 1.05
    said = refused(net, "net", most, monkeypatch)
    assert said.endswith(" The first layer alone fits." if offered == 1 else f" The first {offered} layers alone fit.")
    below = gradient_flow(run(net.leading(offered)).only)
    monkeypatch.undo()
    whole = gradient_flow(run(net).only).block("1", "1").log_norm
    np.testing.assert_allclose(below.block("1", "1").log_norm if offered > 1 else below.log_norm, whole, atol=1e-9)


def test_fewer_layers_are_offered_where_so_many_do_not_fit_and_none_where_none_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net = network(STACK)
    most = bytes_of(net.leading(1), "net")
    assert refused(net, "net", 1.05 * most, monkeypatch).endswith(" The first layer alone fits.")
    assert not refused(net, "net", 0.9 * most, monkeypatch).endswith("fits.")


def test_chain_that_is_offered_is_accepted_and_none_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network(MIXED)
    most = 1.05 * bytes_of(net, "1")
    said = refused(net, "2→", most, monkeypatch)
    assert said.endswith(" The chain 1 alone fits.")
    assert gradient_flow(run(net).chains["1"]).log_norm.shape == (T + 1, T + 1)
    # The other direction is as wide: only one of a network's chains that fits is worth a word.
    alone = network([Layer("rnn", 24, direction="both")])
    assert "chain" not in refused(alone, "1→", most, monkeypatch)


def test_steps_and_width_that_are_offered_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network([Layer("rnn", 20)])
    said = refused(net, "net", bytes_of(net, "net") / 2, monkeypatch)
    steps, width = (int(found) for found in re.findall(r"up to (\d+) steps fit, or a width of (\d+)", said)[0])
    gradient_flow(net.forward(X[:steps]))
    gradient_flow(network([Layer("rnn", width)]).forward(X))
    for more in (net.forward(X[: steps + 1]), network([Layer("rnn", width + 1)]).forward(X)):
        with pytest.raises(TooBig):
            gradient_flow(more)


def test_what_is_offered_of_probes_can_be_probed(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network(STACK)
    traces = {layers: run(net.leading(layers)) for layers in (1, 2, 3)}
    for most in np.geomspace(1e4, 1e7, 60):
        monkeypatch.setattr(limits, "most_bytes", lambda most=most: int(most))
        try:
            estimated_flow(traces[3])
            break
        except TooBig as told:
            offered = told.values.get("layers", 1 if "The first layer alone" in str(told) else 0)
            for layers in (1, 2):
                if layers == offered:
                    assert estimated_flow(traces[layers]).probes > 0
                elif layers > int(str(offered)):
                    with pytest.raises(TooBig):
                        estimated_flow(traces[layers])
    else:
        pytest.fail("nothing fitted")


def test_network_that_fits_in_no_way_is_refused_with_what_of_it_does_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net = network(MIXED)
    monkeypatch.setattr(limits, "most_bytes", lambda: int(1.05 * 48 * (T + 1) ** 2 + 60_000))
    with pytest.raises(TooBig) as told:
        chains_by_estimate(T, net.architecture)
    chain = str(told.value.values["chain"])
    assert worded(told.value, catalogue("zh_CN").__getitem__).endswith(f"单独的链 {chain} 放得下。")
    only = next(one for one in net.architecture.chains if one.name == chain)
    assert chains_by_estimate(T, network([Layer("rnn", only.step.N)]).architecture) in (True, False)
