"""Cells whose states are carried on entry by entry, beside loops over their steps, as one writes them in NumPy::

    python -m benchmarks.diagonal            # a markdown table

A forward pass, and a training step of the layer: forward and all gradients. Both are compared before anything is timed; they
take turns within each repetition, on one thread, in processor time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from explorer.engine import Layer, Network
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.run.roll import Roll, roll
from explorer.engine.recurrence.run.unroll import unroll

Floats = NDArray[np.float64]
Weights = Mapping[str, Floats]
Loop = Callable[[Weights, Floats, Floats | None], tuple[Floats, dict[str, Floats]]]
INPUTS = 8


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--repetitions", type=int, default=9)
    asked = parser.parse_args()
    print(f"T = {asked.steps:,}\n\n| cell | n | sequences | forward | loop | ratio | training step | loop | ratio |")
    print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|")
    with threadpool_limits(1), np.errstate(all="ignore"):
        for name in LOOPS:
            for n in (16, 32, 64):
                for sequences in (1, 20):
                    print(row(name, n, sequences, asked.steps, asked.repetitions), flush=True)


def row(name: str, n: int, sequences: int, steps: int, repetitions: int) -> str:
    """Return one row of the table."""
    step, rng = sized(cell(name).recurrence, INPUTS, n), np.random.default_rng(0)
    network = Network.random(layers=[Layer(name, n)], inputs=INPUTS, outputs=1, seed=0)
    weights = {key.partition("/")[2]: value for key, value in network.weights.items() if "/" in key}
    x, g = rng.normal(size=(steps, sequences, INPUTS)), rng.normal(size=(steps, sequences, n))
    loop = LOOPS[name]
    compare(roll(step, weights, x), g, loop(weights, x, g))
    ways: tuple[Callable[[], object], ...] = (
        lambda: roll(step, weights, x), lambda: loop(weights, x, None),
        lambda: unroll(roll(step, weights, x), g), lambda: loop(weights, x, g),
    )  # fmt: skip
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(repetitions):
        for way, seconds in zip(ways, times, strict=True):
            start = time.process_time()
            way()
            seconds.append(time.process_time() - start)
    ours, plain, trained, plainly = (1e3 * statistics.median(one) for one in times)
    return (
        f"| {name} | {n} | {sequences} | {ours:.1f} ms | {plain:.1f} ms | {plain / ours:.1f}× "
        f"| {trained:.1f} ms | {plainly:.1f} ms | {plainly / trained:.1f}× |"
    )


def compare(run: Roll, g: Floats, found: tuple[Floats, dict[str, Floats]]) -> None:
    """Refuse to time two things that are not the same."""
    out, gradients = found
    np.testing.assert_allclose(run.out, out, rtol=0, atol=1e-11 * np.abs(out).max())
    ours = unroll(run, g).weights
    for name, expected in gradients.items():
        np.testing.assert_allclose(ours[name], expected, rtol=0, atol=1e-10 * np.abs(expected).max())


def sigmoid(z: Floats) -> Floats:
    """Return σ(z)."""
    return 1.0 / (1.0 + np.exp(-z))


def zeros(weights: Weights) -> dict[str, Floats]:
    """Return a gradient to which nothing has been added yet."""
    return {name: np.zeros_like(value) for name, value in weights.items()}


def mingru(w: Weights, x: Floats, g: Floats | None) -> tuple[Floats, dict[str, Floats]]:
    """Return what minGRU gives out, and its gradients from those on that."""
    h, kept, out = np.zeros((x.shape[1], len(w["b_z"]))), [], []
    for x_t in x:
        z, v = sigmoid(x_t @ w["U_z"].T + w["b_z"]), x_t @ w["U_n"].T + w["b_n"]
        low = sigmoid(v)
        n = np.where(v >= 0, v + 0.5, low)
        kept.append((h, z, v, low, n))
        h = (1 - z) * h + z * n
        out.append(h)
    if g is None:
        return np.array(out), {}
    d, dh = zeros(w), np.zeros_like(h)
    for x_t, g_t, (h, z, v, low, n) in zip(x[::-1], g[::-1], kept[::-1], strict=True):
        dh = dh + g_t
        dz, dv = dh * (n - h) * z * (1 - z), dh * z * np.where(v >= 0, 1.0, low * (1 - low))
        for gate, delta in (("z", dz), ("n", dv)):
            d[f"U_{gate}"] += delta.T @ x_t
            d[f"b_{gate}"] += delta.sum(0)
        dh = dh * (1 - z)
    return np.array(out), d


def rglru(w: Weights, x: Floats, g: Floats | None) -> tuple[Floats, dict[str, Floats]]:
    """Return what RG-LRU gives out, and its gradients from those on that."""
    h, kept, out = np.zeros((x.shape[1], len(w["b_r"]))), [], []
    decay = -8.0 * np.log1p(np.exp(w["lambda_a"]))
    for t, x_t in enumerate(x):
        r, i = sigmoid(x_t @ w["U_r"].T + w["b_r"]), sigmoid(x_t @ w["U_i"].T + w["b_i"])
        u, a = x_t @ w["U"].T, np.exp(decay * r)
        m = np.sqrt(-np.expm1(2 * decay * r)) if t else np.ones_like(a)
        kept.append((h, r, i, u, a, m))
        h = a * h + m * (i * u)
        out.append(h)
    if g is None:
        return np.array(out), {}
    d, dh = zeros(w), np.zeros_like(h)
    for t in reversed(range(len(x))):
        x_t, (h, r, i, u, a, m) = x[t], kept[t]
        dh = dh + g[t]
        dl = dh * h * a - (dh * i * u * a * a / m if t else 0.0)
        d["lambda_a"] += (dl * -8.0 * r).sum(0) * sigmoid(w["lambda_a"])
        d["U"] += (dh * m * i).T @ x_t
        for gate, delta in (("r", dl * decay * r * (1 - r)), ("i", dh * m * u * i * (1 - i))):
            d[f"U_{gate}"] += delta.T @ x_t
            d[f"b_{gate}"] += delta.sum(0)
        dh = dh * a
    return np.array(out), d


def lru(w: Weights, x: Floats, g: Floats | None) -> tuple[Floats, dict[str, Floats]]:
    """Return what LRU gives out, and its gradients on all that the input and the output are multiplied by."""
    size, turn, scale = np.exp(-np.exp(w["nu"])), np.exp(w["theta"]), np.exp(w["gamma"])
    a, b = size * np.cos(turn), size * np.sin(turn)
    u = v = np.zeros((x.shape[1], len(a)))
    kept, out = [], []
    for x_t in x:
        u, v = a * u - b * v + scale * (x_t @ w["B_re"].T), a * v + b * u + scale * (x_t @ w["B_im"].T)
        kept.append((u, v))
        out.append(u @ w["C_re"].T - v @ w["C_im"].T + x_t @ w["D"].T)
    if g is None:
        return np.array(out), {}
    d, du, dv = zeros(w), np.zeros_like(u), np.zeros_like(v)
    da, db, still = np.zeros_like(a), np.zeros_like(a), np.zeros_like(u)
    for t in reversed(range(len(x))):
        (u, v), (u_, v_) = kept[t], kept[t - 1] if t else (still, still)
        du, dv = du + g[t] @ w["C_re"], dv - g[t] @ w["C_im"]
        d["C_re"] += g[t].T @ u
        d["C_im"] -= g[t].T @ v
        d["D"] += g[t].T @ x[t]
        da, db = da + (du * u_ + dv * v_).sum(0), db + (dv * u_ - du * v_).sum(0)
        d["B_re"] += scale[:, None] * (du.T @ x[t])
        d["B_im"] += scale[:, None] * (dv.T @ x[t])
        du, dv = a * du + b * dv, a * dv - b * du
    d["gamma"] = (d["B_re"] * w["B_re"] + d["B_im"] * w["B_im"]).sum(1)
    d["theta"], d["nu"] = turn * (db * a - da * b), -np.exp(w["nu"]) * (da * a + db * b)
    return np.array(out), d


LOOPS: dict[str, Loop] = {"mingru": mingru, "rglru": rglru, "lru": lru}
"""By name of the cell, a loop over the steps x (T, B, m) that makes its output and, from ``g`` (T, B, n), the gradients."""

if __name__ == "__main__":
    main()
