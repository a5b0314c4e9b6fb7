"""Names are taken whatever their capitals, and what there is not is answered with the nearest that there is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import explorer.engine
from explorer.engine import (
    BadNetwork,
    BadSettings,
    BadTargets,
    Batch,
    Examples,
    Generated,
    Moment,
    Network,
    Recurrence,
    Refusal,
    Settings,
    bptt,
    evaluate,
    gradient_check,
    gradient_flow,
    rtrl,
    train,
)
from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.network.readouts import READOUTS
from explorer.engine.recurrence.kernels.choice import KERNELS

X = np.random.default_rng(0).standard_normal((5, 2))


def small(**names: Any) -> Network:
    return Network.random(inputs=2, hidden=3, outputs=2, **names)


NET = small()
TRACE = NET.forward(X)
FLOW = gradient_flow(TRACE)
ONCE: dict[str, Any] = {"loss": "Squared_Error", "at": "LAST"}


@pytest.mark.parametrize(
    ("field", "name"),
    [("cell", name) for name in KERNELS] + [("readout", name) for name in READOUTS] + [("activation", "relu")],
)
def test_network_takes_a_name_whatever_its_capitals(field: str, name: str):
    assert small(**{field: name.upper()}) == small(**{field: name})
    assert getattr(small(**{field: name.title()}), field) == name


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_initialisation_is_taken_whatever_its_capitals(init: str):
    assert small(init=init.title()) == small(init=init)


def test_settings_take_names_whatever_their_capitals():
    asked = Settings(optimiser="Adam", clip="NORM", omega_form="Paper", learn=("w", "B_rec", "v"))
    assert asked == Settings(optimiser="adam", clip="norm", omega_form="paper", learn=("W", "b_rec", "V"))
    assert Settings(optimiser="SGD").optimiser == "sgd"


def test_loss_and_its_place_are_taken_whatever_their_capitals():
    target = np.ones(2)
    plain = {"loss": "squared_error", "at": "last"}
    assert bptt(TRACE, target, **ONCE) == bptt(TRACE, target, **plain)
    assert rtrl(TRACE, target, **ONCE) == rtrl(TRACE, target, **plain)
    assert gradient_check(TRACE, target, **ONCE) == gradient_check(TRACE, target, **plain)
    assert Batch.of(NET, [X], [target], **ONCE) == Batch.of(NET, [X], [target], **plain)
    assert Examples([X], [target], **ONCE) == Examples([X], [target], **plain)
    assert evaluate(NET, Examples([X], [target], **ONCE)) == evaluate(NET, Examples([X], [target], **plain))
    source = Generated(lambda _, count: ([X] * count, [target] * count), **ONCE)
    assert next(train(Moment.first(NET), source, Settings())).loss > 0.0


def test_gates_weights_and_ways_to_sum_are_taken_whatever_their_capitals():
    gated = small(cell="lstm")
    np.testing.assert_array_equal(gated.recurrent("F"), gated.recurrent("f"))
    gradient = bptt(TRACE, [0] * 5)
    for by in ("lag", "source", "loss"):
        np.testing.assert_array_equal(gradient.total("w", by.upper(), 1), gradient.total("W", by, 1))
    np.testing.assert_array_equal(gradient.log_terms("u"), gradient.log_terms("U"))
    np.testing.assert_array_equal(gradient.term("B", 3, 2), gradient.term("b", 3, 2))
    np.testing.assert_array_equal(gradient.items.sum("B_REC"), gradient.items.sum("b_rec"))


@pytest.mark.parametrize(
    ("ask", "right"),
    [
        (lambda: small(cell="ltsm"), "lstm"),
        (lambda: small(activation="sigmod"), "sigmoid"),
        (lambda: small(readout="soft-max"), "softmax"),
        (lambda: small(init="ortogonal"), "orthogonal"),
        (lambda: Network.from_arrays(cell="LTSM", U=[[1]], W=[[1]]), "lstm"),
        (lambda: Settings(optimiser="RMS prop"), "rmsprop"),
        (lambda: Settings(clip="norms"), "norm"),
        (lambda: Settings(learn=("b_rek",)), "b_rec"),
        (lambda: bptt(TRACE, [0] * 5, loss="crossentropy"), "cross_entropy"),
        (lambda: Examples([X], [0], at="lst"), "last"),
        (lambda: Generated(lambda *_: ([X], [0]), loss="square_error"), "squared_error"),
        (lambda: bptt(TRACE, [0] * 5).by_lag("W") is bptt(TRACE, [0] * 5).total("W", "lags", 1), "lag"),
    ],
)
def test_name_that_there_is_not_is_answered_with_the_nearest(ask: Callable[[], object], right: str):
    with pytest.raises(Refusal, match=f"did you mean “{right}”"):
        ask()


@pytest.mark.parametrize("name", ["transformer", "", None, 3, [1, 2]])
def test_name_that_is_near_none_is_answered_with_all(name: Any):
    with pytest.raises(BadNetwork, match=r"There is no cell “.*”; choose one of .*gru, .*lstm, .*rnn"):
        small(cell=name)


def test_matrix_or_gate_that_the_cell_has_not_is_refused_by_name():
    with pytest.raises(BadNetwork, match=r"There is no recurrent matrix “f”; .* r, z, n"):
        small(cell="gru").recurrent("f")


CALLED = {
    **{name: getattr(explorer.engine, name) for name in sorted(explorer.engine.__all__)},
    "Network.random": Network.random, "Network.from_arrays": Network.from_arrays, "Network.forward": NET.forward,
    "Batch.of": Batch.of,
    "Recurrence.parse": Recurrence.parse, "Flow.product": FLOW.product, "Flow.log_singular_values": FLOW.log_singular_values,
    "Flow.log_spectral_norm": FLOW.log_spectral_norm,
}  # fmt: skip
RESULTS = {
    "Attribution", "Batch", "BatchGradient", "BatchTrace", "Block", "Chain", "Constant", "Course", "Deviation", "Estimate",
    "Fields", "Flow", "Forwards", "Gradient", "Growth", "ItemisedGradient", "MeanField", "Network", "PathSplit", "Point",
    "Recurrence", "Score", "State", "TimeScales", "Trace", "Verdict", "Weight",
}  # fmt: skip


def asked_by_name() -> list[str]:
    """Return what a person calls with arguments: what only comes as a result is made by nobody, nor are refusals."""
    return [
        name
        for name, one in CALLED.items()
        if name not in RESULTS and not (inspect.isclass(one) and issubclass(one, Exception))
    ]


@pytest.mark.parametrize("name", asked_by_name())
def test_argument_that_there_is_not_is_answered_with_the_nearest(name: str):
    right = list(inspect.signature(CALLED[name]).parameters)[-1]
    with pytest.raises(TypeError, match=f"has no argument “{right}x”; did you mean “{right}”") as caught:
        CALLED[name](**{right + "x": 1})
    assert name in str(caught.value)


def test_american_spelling_is_answered_with_the_british():
    with pytest.raises(
        TypeError, match=r"^Settings has no argument “optimizer”; did you mean “optimiser”\? It takes opt"
    ):
        Settings(optimizer="adam")  # type: ignore[call-arg]


def test_argument_that_is_wrong_by_its_kind_is_told_as_ever():
    with pytest.raises(TypeError, match="missing"):
        Network.random(inputs=2, hidden=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="has no argument “colour”; it takes trace, stop, report"):
        explorer.engine.gradient_flow(TRACE, colour="red")  # type: ignore[call-arg]


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error", "binary_cross_entropy"])
def test_one_target_for_every_step_is_answered_with_how_to_take_the_loss_once(loss: str):
    once = 1 if loss == "cross_entropy" else [0.0, 1.0]
    for ask in (
        lambda: next(train(Moment.first(NET), Examples([X], [once], loss), Settings())),
        lambda: evaluate(NET, Examples([X], [once], loss)),
        lambda: bptt(TRACE, once, loss),
        lambda: gradient_check(TRACE, once, loss),
    ):
        with pytest.raises(BadTargets, match=r"one target for a loss at every step.* at='last'"):
            ask()
    assert next(train(Moment.first(NET), Examples([X], [once], loss, at="last"), Settings())).step == 1


def test_targets_of_every_step_for_a_loss_taken_once_are_answered_with_how_to_take_it_at_every():
    with pytest.raises(BadTargets, match=r"taken once: .* at='every'"):
        bptt(TRACE, [0] * 5, at="last")
    with pytest.raises(BadTargets, match=r"taken once: .* at='every'"):
        bptt(TRACE, np.zeros((5, 2)), "squared_error", at="mean")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"gain": "1.2"}, "gain is '1.2'; a finite number is expected."),
        ({"gain": float("nan")}, "gain is nan; a finite number is expected."),
        ({"bias": None}, "bias is None; a finite number is expected."),
        ({"seed": -1}, "seed is -1; it must be at least 0."),
        ({"seed": 1.5}, "seed is 1.5; a whole number is expected."),
        ({"hidden": "3"}, "hidden is '3'; a whole number is expected."),
        ({"inputs": 0}, "inputs is 0; it must be at least 1."),
    ],
)
def test_network_names_the_number_that_is_none(given: dict[str, Any], sentence: str):
    with pytest.raises(BadNetwork) as refused:
        Network.random(**{"inputs": 2, "hidden": 3, "outputs": 2} | given)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"batch": 2.5}, "The batch is 2.5; a whole number is expected."),
        ({"rate": "x"}, "The learning rate is 'x'; a finite number is expected."),
    ],
)
def test_settings_name_the_number_that_is_none(given: dict[str, Any], sentence: str):
    with pytest.raises(BadSettings) as refused:
        Settings(**given)
    assert str(refused.value) == sentence


def test_first_moment_answers_a_wrong_argument():
    wrong: dict[str, Any] = {"net": NET}
    with pytest.raises(TypeError, match=r"Moment\.first has no argument “net”; did you mean “network”"):
        Moment.first(**wrong)
