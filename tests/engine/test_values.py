"""Values that hold arrays compare, hash, travel and show themselves as numbers do."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

import explorer.engine
from explorer.engine import (
    Batch,
    Constant,
    Examples,
    Layer,
    Moment,
    Network,
    Settings,
    State,
    Weight,
    attribute,
    bptt,
    bptt_batch,
    evaluate,
    forward_batch,
    gradient_check,
    gradient_flow,
    rtrl,
    split_paths,
    train,
    verdict,
)
from explorer.engine.looks.nudge import nudge
from explorer.engine.looks.plane import Plane
from explorer.engine.looks.surface import Grid
from explorer.engine.values import Value

X = np.random.default_rng(0).standard_normal((6, 2))


def network(cell: str = "rnn", seed: int = 0) -> Network:
    return Network.random(cell=cell, inputs=2, hidden=4, outputs=3, seed=seed)


def values(seed: int = 0) -> dict[str, Value]:
    """Return one value of each public class, made anew from the same numbers."""
    net, gated = network(seed=seed), network("lstm", seed)
    trace, other = net.forward(X), gated.forward(X)
    examples = Examples([X, X[:3]], [[0] * 6, [1] * 3])
    batch = Batch.of(gated, examples.inputs, examples.targets)
    squared = Examples([X], [np.zeros((6, 3))], "squared_error")
    *_, trained = (
        moment for moment, _ in zip(train(Moment.first(gated), examples, Settings()), range(2), strict=False)
    )
    return {
        "network": net, "gated network": gated, "trace": trace, "flow": gradient_flow(other),
        "attribution": attribute(trace, 6, 0), "paths": split_paths(other, 6, 0),
        "gradient": bptt(other, [0] * 6), "forward gradient": rtrl(trace, [0] * 6), "items": bptt(trace, [0] * 6).items,
        "examples": examples, "batch": batch, "batch trace": forward_batch(gated, batch),
        "batch gradient": bptt_batch(forward_batch(gated, batch)), "first moment": Moment.first(net), "moment": trained,
        "score": evaluate(net, squared), "verdict": verdict(gradient_flow(trace).log_gain[6]),
        "nudge": nudge(trace, 2, 1, 0.1), "plane": Plane.random(net, 0),
        "grid": Grid(np.arange(2.0), np.arange(2.0), np.full((2, 2), np.nan)),
    }  # fmt: skip


KEPT = cache(values)
EACH = pytest.mark.parametrize("name", values())


def arrays_of(value: Any) -> Iterator[np.ndarray]:
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        for one in held.values() if isinstance(held, dict) else [held]:
            if isinstance(one, np.ndarray):
                yield one
            elif isinstance(one, Value):
                yield from arrays_of(one)


@EACH
class TestEachValue:
    def test_equals_one_of_the_same_numbers_and_has_its_hash(self, name: str):
        one, other = KEPT()[name], values()[name]
        assert one == other
        assert hash(one) == hash(other)
        assert other in [KEPT()["grid" if name != "grid" else "batch"], one]
        assert len({one, other}) == 1

    def test_comes_back_from_a_pickle_and_a_deep_copy_equal_and_read_only(self, name: str):
        one = KEPT()[name]
        for other in (*(pickle.loads(pickle.dumps(one, by)) for by in (4, 5)), copy.deepcopy(one), copy.copy(one)):
            assert other == one
            assert hash(other) == hash(one)
            assert not any(array.flags.writeable for array in arrays_of(other))

    def test_has_arrays_that_nobody_writes_into(self, name: str):
        assert not any(array.flags.writeable for array in arrays_of(KEPT()[name]))

    def test_shows_itself_in_a_line(self, name: str):
        shown = repr(KEPT()[name])
        assert shown.startswith(type(KEPT()[name]).__name__ + "(")
        assert "\n" not in shown
        assert len(shown) < 400


@pytest.mark.parametrize("name", sorted(values().keys() - {"examples", "batch", "grid", "score"}))
def test_values_of_other_numbers_differ(name: str):
    assert KEPT()[name] != values(seed=1)[name]


@pytest.mark.parametrize("weight", ["U", "W", "b", "V", "c", "b_rec"])
def test_networks_differ_by_a_single_weight(weight: str):
    net = network("gru")
    changed = np.array(getattr(net, weight))
    changed.flat[1] += 1e-12
    assert net.with_parameters({weight: changed}) != net


def test_values_of_other_shapes_classes_and_nothing_at_all_differ():
    net = network()
    assert net != network("gru")
    assert net != Network.random(inputs=2, hidden=5, outputs=3)
    assert net != "a network"
    assert Batch.of(net, [X], [[0] * 6]) != Batch.of(net, [X], [[1] * 6])
    assert Examples([X], [[0] * 6]) != Examples([X], [[1] * 6])
    assert Batch.of(net, [X], [[0] * 6]) != dataclasses.replace(Batch.of(net, [X], [[0] * 6]), s0=np.zeros(4))


def test_nan_equals_nan_and_zero_its_negative():
    one, other = (Grid(np.array([zero]), np.zeros(1), np.array([[np.nan]])) for zero in (0.0, -0.0))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Grid(np.zeros(1), np.zeros(1), np.zeros((1, 1)))


def test_what_was_worked_out_on_demand_neither_counts_nor_travels():
    asked, fresh = network("gru").forward(X), network("gru").forward(X)
    asked.jacobians()
    assert asked == fresh
    assert len(pickle.dumps(asked)) == len(pickle.dumps(fresh))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(asked)).jacobians(), fresh.jacobians())


def test_arrays_of_a_person_that_are_only_read_stay_writable():
    inputs, targets = X.copy()[None], np.zeros((1, 6), dtype=int)
    next(train(Moment.first(network()), Examples(inputs, targets), Settings()))
    assert inputs.flags.writeable
    assert targets.flags.writeable


def test_deviation_of_a_gradient_keeps_its_place_in_a_pickle():
    apart = gradient_check(network().forward(X), [0] * 6)
    again = pickle.loads(pickle.dumps(apart))
    assert (again, again.parameter, again.where, again.tried) == (apart, apart.parameter, apart.where, apart.tried)


def public_classes() -> list[type]:
    named = (getattr(explorer.engine, name) for name in explorer.engine.__all__)
    return [one for one in named if isinstance(one, type) and dataclasses.is_dataclass(one)]


@pytest.mark.parametrize("kind", public_classes())
def test_public_class_that_holds_arrays_is_a_value(kind: type):
    holds = any(
        "Floats" in str(f.type) or "NDArray" in str(f.type) or "float" in str(f.type) for f in dataclasses.fields(kind)
    )
    # What holds plain numbers alone compares as it is.
    assert issubclass(kind, Value) or not holds or kind in (Settings, Layer, Constant, State, Weight)


def modules() -> Iterator[Any]:
    for module in pkgutil.walk_packages(explorer.engine.__path__, "explorer.engine."):
        yield importlib.import_module(module.name)


def test_no_value_compares_as_a_tuple_of_arrays():
    kinds = {
        one for module in modules() for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, Value)
    }
    assert {kind.__eq__ for kind in kinds} == {Value.__eq__}
    assert {kind.__hash__ for kind in kinds} == {Value.__hash__}
