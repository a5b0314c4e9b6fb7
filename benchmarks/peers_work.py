"""All pairs ‖∂s_t/∂s_k‖ of a simple tanh network by other means, for `benchmarks.peers`: ``python peers_work.py WAY``.

Each way is given the same W and the same input at the sizes that it is asked for, and prints what it takes, with ln of a
norm, by which the ways are held against each other. What a way needs is imported when it is its turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

_REPETITIONS, _ENOUGH = 5, 0.3
"""In a turn; seconds after which no other is begun."""

Ways = Callable[[np.ndarray, np.ndarray], Callable[[], Any]]


def network(n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """Return W (n, n) of gain 1.6 and what the input adds to each net input (T, n): a cosine."""
    rng = np.random.default_rng(0)
    W = 1.6 / np.sqrt(n) * rng.standard_normal((n, n))
    return W, np.cos(2 * np.pi * np.arange(T) / 20)[:, None] * rng.standard_normal(n)


def explorer(W: np.ndarray, drive: np.ndarray) -> Callable[[], Any]:
    """Forward pass, then the flow with its Jacobians and its certificate."""
    from explorer.engine import Network, gradient_flow

    net = Network.from_arrays(activation="tanh", U=np.eye(len(W)), W=W)
    return lambda: gradient_flow(net.forward(drive)).log_norm


def naive(W: np.ndarray, drive: np.ndarray) -> Callable[[], Any]:
    """All products of one t from those of t − 1 by one wide matrix product a step."""

    T, n = drive.shape
    now, after = np.empty((n, T * n)), np.empty((n, T * n))

    def run() -> np.ndarray:
        nonlocal now, after
        s, scale, L = np.zeros(n), np.zeros(T), np.full((T + 1, T + 1), np.nan)
        for t in range(1, T + 1):
            s, live = np.tanh(W @ s + drive[t - 1]), t * n
            now[:, live - n : live] = np.eye(n)
            np.matmul((1.0 - s**2)[:, None] * W, now[:, :live], out=after[:, :live])
            now, after = after, now
            P = now[:, :live].reshape(n, t, n)
            norm = np.sqrt(np.einsum("ikj,ikj->k", P, P))
            L[t, :t] = scale[:t] + np.log(norm)
            if t % 64 == 0:
                P /= norm[:, None]
                scale[:t] += np.log(norm)
        return L

    return run


def torch_autograd(W: np.ndarray, drive: np.ndarray) -> Callable[[], Any]:
    """For each t one batched call over the n unit vectors gives ∂s_t/∂s_k for all k."""
    import torch

    torch.set_flush_denormal(True)
    weight, given = torch.tensor(W), torch.tensor(drive)
    T, n = drive.shape
    unit = torch.eye(n, dtype=torch.float64)

    def run() -> Any:
        states = [torch.zeros(n, dtype=torch.float64, requires_grad=True)]
        for now in given:
            states.append(torch.tanh(torch.addmv(now, weight, states[-1])))
        L = torch.full((T + 1, T + 1), float("nan"), dtype=torch.float64)
        for t in range(1, T + 1):
            rows = torch.autograd.grad(states[t], states[:t], unit, retain_graph=True, is_grads_batched=True)
            L[t, :t] = torch.stack(torch._foreach_norm(rows)).log()
        return L.numpy()

    return run


def torch_func(W: np.ndarray, drive: np.ndarray) -> Callable[[], Any]:
    """J of all steps by ``vmap(jacrev(step))``, then all products of one t from those of t − 1."""
    import torch
    from torch.func import jacrev, vmap

    torch.set_flush_denormal(True)
    weight, given = torch.tensor(W), torch.tensor(drive)
    T, n = drive.shape
    jacobians = vmap(jacrev(lambda s, now: torch.tanh(torch.addmv(now, weight, s))))

    def run() -> Any:
        with torch.no_grad():
            states = [torch.zeros(n, dtype=torch.float64)]
            for now in given:
                states.append(torch.tanh(torch.addmv(now, weight, states[-1])))
        J = jacobians(torch.stack(states[:-1]), given)
        L = torch.full((T + 1, T + 1), float("nan"), dtype=torch.float64)
        P, unit = torch.empty((0, n, n), dtype=torch.float64), torch.eye(n, dtype=torch.float64)[None]
        for t in range(1, T + 1):
            P = J[t - 1] @ torch.cat([P, unit])
            L[t, :t] = torch.linalg.matrix_norm(P).log()
        return L.numpy()

    return run


def jax_jacrev(W: np.ndarray, drive: np.ndarray) -> Callable[[], Any]:
    """The same under ``jit``: ``vmap(jacrev(step))``, then a scan over t of the products of all k."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    weight, (T, n) = jnp.asarray(W), drive.shape

    def step(s: Any, now: Any) -> Any:
        return jnp.tanh(weight @ s + now)

    def all_pairs(given: Any) -> Any:
        def forward(s: Any, now: Any) -> tuple[Any, Any]:
            return step(s, now), s

        before = jax.lax.scan(forward, jnp.zeros(n), given)[1]
        J = jax.vmap(jax.jacrev(step))(before, given)

        def products(P: Any, at: Any) -> tuple[Any, Any]:
            t, here = at
            P = here @ P.at[t].set(jnp.eye(n))
            return P, jnp.log(jnp.sqrt((P**2).sum(axis=(1, 2))))

        return jax.lax.scan(products, jnp.zeros((T, n, n)), (jnp.arange(T), J))[1]

    compiled = jax.jit(all_pairs).lower(drive).compile()
    return lambda: np.asarray(compiled(drive))


WAYS: dict[str, Ways] = {
    "explorer": explorer, "naive": naive, "autograd": torch_autograd, "torch.func": torch_func, "JAX": jax_jacrev,
}  # fmt: skip


def timed(run: Callable[[], Any]) -> list[float]:
    """Return the least milliseconds of a turn by the clock and of the processor, and ln of the norm of ∂s_T/∂s_0 it finds."""
    taken: list[tuple[float, float]] = []
    begun = time.perf_counter()
    while len(taken) < _REPETITIONS and (not taken or time.perf_counter() - begun < _ENOUGH):
        clock, processor = time.perf_counter(), time.process_time()
        found = run()
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    # A scan's rows begin at t = 1; where float64 underflows, a way without a scale of its own says −∞.
    return [*(1e3 * min(times) for times in zip(*taken, strict=True)), float(np.asarray(found)[-1, 0])]


def main() -> None:
    """Answer each line ``n T`` with what the way takes for it, until there are no more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    way = WAYS[parser.parse_args().way]
    make = cache(lambda n, T: way(*network(n, T)))
    for line in sys.stdin:
        n, T = map(int, line.split())
        print(json.dumps(timed(make(n, T))), flush=True)


if __name__ == "__main__":
    main()
