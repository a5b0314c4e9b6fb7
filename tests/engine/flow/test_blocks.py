"""A block of the products is the block of the products, and is certified as they are."""

from functools import cache

import numpy as np
import pytest

from explorer.engine import gradient_flow
from explorer.engine.errors import BadNetwork
from explorer.engine.signed import Signed

from ..reference import Exact
from .chains import Plain, chain
from .test_structures import THREE_PARTS, TWO_PARTS, assert_nats


class Layers(Plain):
    """A chain of given Jacobians whose state has parts of these sizes."""

    def __init__(self, J, links, **sizes):
        super().__init__(Signed.of(J) if isinstance(J, np.ndarray) else J)
        ends = np.cumsum([0, *sizes.values()])
        names = [name.replace("_", "/").removeprefix("l") for name in sizes]
        self.parts = {name: slice(a, b) for name, a, b in zip(names, ends, ends[1:], strict=False)}
        self.links = frozenset(links)


@cache
def stack(T, gain=(1.0, 1.0), seed=0, n=3):
    """Two layers, the second with two parts: (1/h, 2/h, 2/c), block triangular."""
    rng = np.random.default_rng(seed)
    J = rng.standard_normal((T, 3 * n, 3 * n)) / np.sqrt(3 * n)
    J[:, :n] *= gain[0]
    J[:, n:] *= gain[1]
    J[:, :n, n:] = 0.0
    links = [(row, column) for row in ("1/h", "2/h", "2/c") for column in ("1/h", "2/h", "2/c")]
    return Layers(J, [link for link in links if link[0] != "1/h" or link[1] == "1/h"], l1_h=n, l2_h=n, l2_c=n)


@cache
def exact_products(steps):
    """All products by (t, k), in 60 digits, with what takes their logarithms."""
    exact, products = Exact(), {}
    factors = exact.factors(steps.jacobians())
    for k in range(steps.steps + 1):
        products[k, k] = exact.lift(np.eye(steps.width))
        for t in range(k + 1, steps.steps + 1):
            products[t, k] = factors[t - 1] @ products[t - 1, k]
    return products, exact.mp


def exact_blocks(steps, rows, columns):
    """ln of the norms of the blocks of all products."""
    products, mp = exact_products(steps)
    L = np.full((steps.steps + 1, steps.steps + 1), np.nan)
    for place, P in products.items():
        some = P[np.ix_(rows, columns)]
        square = (some * some).sum()
        L[place] = float(mp.log(square) / 2) if square else -np.inf
    return L


def entries(steps, name):
    return [i for part, where in steps.parts.items() if part.startswith(name) for i in range(where.start, where.stop)]


@pytest.mark.parametrize("gain", [(1.0, 1.0), (0.05, 1.0), (1.0, 1e-4)])
@pytest.mark.parametrize(
    ("rows", "columns"), [("2", "1"), ("1", "1"), ("2", "2"), ("1", "2"), ("2/c", "2/h"), ("2/c", "1")]
)
def test_blocks_of_two_layers_are_exact(rows, columns, gain):
    steps = stack(24, gain)
    block = gradient_flow(steps).block(rows, columns)
    assert block.unsure == 0
    assert_nats(block.log_norm, exact_blocks(steps, entries(steps, rows), entries(steps, columns)))


def test_layer_below_has_the_flow_that_it_has_alone():
    steps = stack(40)
    alone = Plain(Signed.of(steps.jacobians()[:, :3, :3]))
    block, flow = gradient_flow(steps).block("1", "1"), gradient_flow(alone)
    assert_nats(block.log_norm, flow.log_norm)
    assert block.recomputed == flow.recomputed == 0


def test_no_gradient_flows_from_a_layer_into_the_one_below():
    block = gradient_flow(stack(12)).block("1", "2")
    assert np.isneginf(block.log_norm[np.tri(13, dtype=bool)]).all()
    assert np.isnan(block.log_norm[~np.tri(13, dtype=bool)]).all()
    assert not block.doubtful.any()


def test_squares_of_blocks_add_up_to_those_of_the_whole():
    steps = stack(70)
    flow = gradient_flow(steps)
    parts = [flow.block(row, column).log_norm for row in ("1", "2") for column in ("1", "2")]
    total = 0.5 * np.log(sum(np.exp(2 * part) for part in parts))
    assert_nats(total, flow.log_norm)


@pytest.mark.parametrize("n", [2, 48])
def test_blocks_of_many_steps_are_those_of_plain_products(n):
    """With the second thread and without."""
    steps = stack(70, n=n)
    block = gradient_flow(steps).block("2/h", "1")
    assert not block.unsure
    J, P = steps.jacobians(), np.eye(3 * n)
    for t in range(60):
        P = J[t] @ P
    assert block.log_norm[60, 0] == pytest.approx(np.log(np.linalg.norm(P[n : 2 * n, :n])), abs=1e-9)


def test_a_block_that_cancels_beside_a_large_one_is_exact():
    """∂c_t/∂h_k is the difference of two nearly equal ways, 1e-9 of either."""
    rng = np.random.default_rng(5)
    J = np.array(rng.standard_normal((9, 4, 4)))
    J[4, 2:] = np.eye(2) @ np.array([[1.0, -1.0, 0, 0], [0.5, -0.5, 0, 0]])
    J[3, 0] = J[3, 1] * (1 + 1e-9)
    names = ("h", "c")
    steps = Layers(J, [(row, column) for row in names for column in names], h=2, c=2)
    flow = gradient_flow(steps)
    for row in names:
        for column in names:
            block = flow.block(row, column)
            assert block.unsure == 0
            assert_nats(block.log_norm, exact_blocks(steps, entries(steps, row), entries(steps, column)))


@pytest.mark.parametrize("text", ["lru", TWO_PARTS, THREE_PARTS, "cornn"])
def test_blocks_of_a_cell_are_those_of_its_dense_jacobians(text):
    steps = chain(text, steps=33, seed=3)
    plain = Layers(steps.J, steps.links, **{name: where.stop - where.start for name, where in steps.parts.items()})
    flow, expected = gradient_flow(steps), gradient_flow(plain)
    for row in steps.parts:
        for column in steps.parts:
            assert_nats(flow.block(row, column).log_norm, expected.block(row, column).log_norm)


def test_parts_that_don_t_mix_have_flows_of_their_own():
    text = "a = a * sigmoid(U_a @ x)\nb = b * tanh(U_b @ x) ** 2\nh = a + b"
    steps = chain(text, steps=20)
    flow = gradient_flow(steps)
    one, other = (flow.block(part, part).log_norm for part in ("a", "b"))
    with np.errstate(invalid="ignore"):
        assert_nats(0.5 * np.logaddexp(2 * one, 2 * other), flow.log_norm)
    assert np.isneginf(flow.block("a", "b").log_norm[np.tri(21, dtype=bool)]).all()


def test_gain_of_a_block_is_that_of_a_random_direction_of_its_columns():
    steps = stack(10)
    block = gradient_flow(steps).block("2", "1")
    v = np.random.default_rng(0).standard_normal((3, 20_000))
    v /= np.linalg.norm(v, axis=0)
    P = np.linalg.multi_dot(steps.jacobians()[::-1])[3:, :3]
    assert block.log_gain[10, 0] == pytest.approx(0.5 * np.log((np.linalg.norm(P @ v, axis=0) ** 2).mean()), abs=0.02)


def test_a_name_that_is_no_part_is_refused_with_those_that_are():
    with pytest.raises(BadNetwork, match="no part “3”; choose one of 1, 2, 1/h, 2/h, 2/c"):
        gradient_flow(stack(3)).block("3", "1")
